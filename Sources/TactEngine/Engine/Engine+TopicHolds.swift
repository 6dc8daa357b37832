import TactAPI
import TactCore
import TactStore

/// Stopping a topic: by an operator, or because too many complain.
extension Engine {
    /// Who is named where complaints have stopped a topic.
    package static let complaintsAuthor = "tactd"

    /// Stops a topic. A second hold changes author and comment.
    package func hold(
        topic: String, author: String, comment: String?, _ session: Session, now: Timestamp
    ) throws {
        try check(topic: topic)
        try refresh(session)
        try session.hold(TopicHold(topic: topic, since: now, author: author, comment: comment))
        if heldTopics.insert(topic).inserted { try reviewEverything(session, calendarsToo: false) }
    }

    /// Lets a topic go on. The complaints that were counted are not forgotten, so that the next one may stop it again.
    package func releaseHold(topic: String, _ session: Session) throws {
        try check(topic: topic)
        try refresh(session)
        try session.releaseHold(onTopic: topic)
        if heldTopics.remove(topic) != nil { try reviewEverything(session, calendarsToo: false) }
    }

    private func check(topic: String) throws(Problem) {
        guard policy.topic(topic) == nil else { return }
        throw Problem(
            .notFound,
            "There is no topic “\(topic)”; there are \(policy.topics.map(\.name).joined(separator: ", ")).")
    }

    /// Stops a topic whose share of complaints is above its limit. Answers whether it did.
    func holdIfTooMany(complaintsAbout name: String, _ session: Session, now: Timestamp) throws -> Bool {
        guard let topic = policy.topic(name), !heldTopics.contains(name) else { return false }
        let limit = topic.complaints ?? policy.complaints
        let counted = try session.complaints(about: name, since: now - limit.per)
        guard counted.deliveries >= limit.deliveries,
            Double(counted.complaints) > limit.rate * Double(counted.deliveries)
        else { return false }
        let comment =
            "complaints: \(counted.complaints) of \(counted.deliveries) deliveries in \(limit.per.text), more than "
            + "\(percent(limit.rate)) %"
        try hold(topic: name, author: Engine.complaintsAuthor, comment: comment, session, now: now)
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
