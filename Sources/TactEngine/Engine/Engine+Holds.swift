import TactAPI
import TactCore
import TactStore

/// What is stopped.
struct Held {
    var channels: Set<String> = []
    var topics: Set<String> = []

    init() {}

    init(_ session: Session) throws {
        channels = Set(try session.holds(.channel).map(\.name))
        topics = Set(try session.holds(.topic).map(\.name))
    }

    subscript(kind: Hold.Kind) -> Set<String> {
        get {
            switch kind {
            case .channel: channels
            case .topic: topics
            }
        }
        set {
            switch kind {
            case .channel: channels = newValue
            case .topic: topics = newValue
            }
        }
    }
}

/// Stopping a channel or a topic: by an operator, or because too many complain.
extension Engine {
    /// Who is named where complaints have stopped a topic.
    package static let complaintsAuthor = "tactd"

    /// Stops one. A second hold changes author and comment.
    package func hold(
        _ kind: Hold.Kind, _ name: String, author: String, comment: String?, _ session: Session, now: Timestamp
    ) throws {
        try check(kind, name)
        try refresh(session)
        try session.hold(Hold(kind, name, since: now, author: author, comment: comment))
        if held[kind].insert(name).inserted { try reviewEverything(session, calendarsToo: false) }
    }

    /// Lets it go on. Complaints that were counted are not forgotten, so that the next one may stop a topic again.
    package func releaseHold(_ kind: Hold.Kind, _ name: String, _ session: Session) throws {
        try check(kind, name)
        try refresh(session)
        try session.releaseHold(kind, name)
        if held[kind].remove(name) != nil { try reviewEverything(session, calendarsToo: false) }
    }

    private func check(_ kind: Hold.Kind, _ name: String) throws(Problem) {
        let names =
            switch kind {
            case .channel: policy.channels.map(\.name)
            case .topic: policy.topics.map(\.name)
            }
        guard !names.contains(name) else { return }
        throw Problem(
            .notFound, "There is no \(kind.rawValue) “\(name)”; there are \(names.joined(separator: ", ")).")
    }

    /// Stops a topic whose share of complaints is above its limit. Answers whether it did.
    func holdIfTooMany(complaintsAbout name: String, _ session: Session, now: Timestamp) throws -> Bool {
        guard let topic = policy.topic(name), !held.topics.contains(name) else { return false }
        let limit = topic.complaints ?? policy.complaints
        let counted = try session.complaints(about: name, since: now - limit.per)
        guard counted.deliveries >= limit.deliveries,
            Double(counted.complaints) > limit.rate * Double(counted.deliveries)
        else { return false }
        let comment =
            "complaints: \(counted.complaints) of \(counted.deliveries) deliveries in \(limit.per.text), more than "
            + "\(percent(limit.rate)) %"
        try hold(.topic, name, author: Engine.complaintsAuthor, comment: comment, session, now: now)
        happenings.heldTopics.append(.init(topic: name, comment: comment))
        return true
    }

    /// With at most three decimals: `0.3`.
    private func percent(_ share: Double) -> String {
        let thousandths = Int((share * 100_000).rounded())
        var text = "\(thousandths / 1000)." + String(String(thousandths % 1000 + 1000).dropFirst())
        while text.hasSuffix("0") { text.removeLast() }
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
