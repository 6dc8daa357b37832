import TactCore
import TactSettings
import TactTemplates

/// Reads the sections that make up the policy.
struct PolicyReader {
    let root: Section
    let zones: ZoneDatabase
    let templates: [NamedTemplate]

    enum Bound {
        static let channels = 100
        static let topics = 1000
        static let sendWindows = 64
        static let caps = 64
        static let windows = 200
        static let filter = 1000
        static let plausibleZones = 64
        /// Nothing is planned further ahead.
        static let horizon = Duration.days(366)
        static let longest = Duration.days(3650)
    }

    /// What there is to refer to. A channel that is refused for another reason still counts.
    struct Names {
        var channels: [String] = []
        var topics: [String] = []
    }

    /// The policy, with its version. Whatever is wrong is in the root's report.
    func policy() -> Policy {
        var policy = Policy()
        var names = Names()
        let channels = root.sections("channel", atMost: Bound.channels)
        let topics = root.sections("topic", atMost: Bound.topics)
        let channelNames = self.names(of: channels, kind: "channel")
        let topicNames = self.names(of: topics, kind: "topic")
        names.channels = channelNames.compactMap(\.self)
        names.topics = topicNames.compactMap(\.self)

        timeZone(root.section("time_zone"), &policy)
        policy.quietHours = quietHours(root.section("quiet_hours"))
        policy.channels = zip(channels, channelNames).map { channel($0, name: $1) }
        policy.topics = zip(topics, topicNames).map { topic($0, name: $1, names) }
        let sendWindows = root.sections("send_window", atMost: Bound.sendWindows)
        policy.sendWindows = zip(sendWindows, self.names(of: sendWindows, kind: "send window"))
            .compactMap { sendWindow($0, name: $1, names) }
        retention(root.section("retention"), &policy)
        limits(root.section("limits"), &policy)
        if let complaints = root.section("complaints") { policy.complaints = self.complaints(complaints) }
        policy.controller = controller(root.section("controller"))
        let caps = root.sections("cap", atMost: Bound.caps)
        policy.caps = zip(caps, self.names(of: caps, kind: "cap"))
            .compactMap { cap($0, name: $1, names, history: policy.retention.history) }
        policy.version = policy.contentHash
        return policy
    }

    /// The name of each section, nil where it has none that can be used. A name that is there already is refused.
    private func names(of sections: [Section], kind: String) -> [String?] {
        var first: [String: Int] = [:]
        return sections.map { section in
            guard let name = section.required("name", .name) else { return nil }
            if let line = first[name] {
                section.refuse(
                    "name", "found “\(name)” again (first in line \(line)), expected each \(kind) once; rename one")
            } else {
                first[name] = section.line
            }
            return name
        }
    }

    private func timeZone(_ section: Section?, _ policy: inout Policy) {
        guard let section else { return }
        policy.unknownZone = section.value("unknown", .unknownZone(zones)) ?? policy.unknownZone
        policy.plausibleZones = section.list("plausible", .zone(zones), atMost: Bound.plausibleZones) ?? []
        section.finish()
    }

    private func quietHours(_ section: Section?) -> WeeklyWindows? {
        guard let section else { return nil }
        let windows = self.windows(section, "default")
        section.finish()
        return windows.map(WeeklyWindows.init).flatMap { $0.isEmpty ? nil : $0 }
    }

    private func limits(_ section: Section?, _ policy: inout Policy) {
        guard let section else { return }
        policy.pendingPerRecipient =
            section.value("pending_per_recipient", .integer(1...1_000_000)) ?? policy.pendingPerRecipient
        policy.submitsPerSender = section.value("submits_per_sender", .rate)
        section.finish()
    }

    private func retention(_ section: Section?, _ policy: inout Policy) {
        guard let section else { return }
        var kept = policy.retention
        kept.history = section.value("history", .duration(.seconds(1)...Bound.longest)) ?? kept.history
        kept.content = section.value("content", .duration(.zero...Bound.longest)) ?? kept.content
        kept.attributes = section.value("attributes", .duration(.zero...Bound.longest)) ?? kept.attributes
        kept.decisions =
            section.value("decisions", .duration(.zero...Bound.longest)) ?? min(kept.decisions, kept.history)
        for (key, length) in [("content", kept.content), ("decisions", kept.decisions)] where length > kept.history {
            section.refuse(
                key,
                "found \(length), expected at most the \(kept.history) of retention.history, with which it goes; "
                    + "shorten it, or lengthen history")
        }
        policy.retention = kept
        section.finish()
    }
}

// MARK: - Channels

extension PolicyReader {
    private func channel(_ section: Section, name: String?) -> Channel {
        var channel = Channel(name: name ?? "")
        channel.address = section.value("address", .choice) ?? channel.address
        channel.spread = section.value("spread", .duration(.zero ... .hours(24))) ?? channel.spread
        channel.rate = section.value("rate", .rate)
        if let retry = section.section("retry") { channel.retry = self.retry(retry) }
        section.finish()
        return channel
    }

    private func retry(_ section: Section) -> Channel.Retry {
        var retry = Channel.Retry()
        retry.attempts = section.value("attempts", .integer(1...1000)) ?? retry.attempts
        let initial = section.value("initial", .duration(.seconds(1) ... .days(30)))
        let max = section.value("max", .duration(.seconds(1) ... .days(30)))
        retry.initial = initial ?? min(retry.initial, max ?? retry.initial)
        retry.max = max ?? Swift.max(retry.max, retry.initial)
        if retry.max < retry.initial {
            section.refuse(
                "max", "found \(retry.max), expected at least the \(retry.initial) of initial; lengthen max")
        }
        section.finish()
        return retry
    }

    /// A list in which nothing comes twice.
    func unique<T: Hashable>(
        _ section: Section, _ key: String, _ reader: Reader<T>, atMost limit: Int
    ) -> [T]? {
        guard let list = section.list(key, reader, atMost: limit) else { return nil }
        if Set(list).count < list.count {
            section.refuse(key, "found an element twice, expected each once; remove one")
        }
        return list
    }
}

// MARK: - Send windows and caps

extension PolicyReader {
    private func sendWindow(_ section: Section, name: String?, _ names: Names) -> SendWindow? {
        let windows = self.windows(section, "windows")
        let countries = filter(section, "countries", .country)
        let window = SendWindow(
            name: name ?? "", countries: countries,
            channels: references(section, "channels", to: "channel", among: names.channels),
            kinds: filter(section, "kinds", .choice),
            topics: references(section, "topics", to: "topic", among: names.topics),
            windows: WeeklyWindows(windows ?? []))
        section.finish()
        guard let windows else {
            if section.node("windows") == nil { section.refuseMissing("windows", expected: "a list of windows") }
            return nil
        }
        if windows.isEmpty {
            section.refuse(
                "windows", "found no window, expected at least one; a channel that may never send needs no section")
        }
        for country in countries.sorted() where !zones.isCountry(country) {
            let meant = country == "UK" ? "; did you mean “GB”?" : ""
            section.warn("countries", "“\(country)” is no country of the system's iso3166.tab\(meant)")
        }
        return window
    }

    private func cap(_ section: Section, name: String?, _ names: Names, history: Duration) -> Cap? {
        let limit = section.required("limit", .integer(1...1_000_000))
        let period = section.required("per", .period(atMost: Bound.horizon))
        let over = section.value("over", Reader<Cap.Over>.choice) ?? .defer
        let cap = Cap(
            name: name ?? "", limit: limit ?? 1, period: period ?? .calendar(.day),
            topics: references(section, "topics", to: "topic", among: names.topics),
            kinds: filter(section, "kinds", .choice),
            channels: references(section, "channels", to: "channel", among: names.channels),
            senders: filter(section, "senders", .account),
            each: filter(section, "each", .choice), over: over)
        section.finish()
        if over == .digest {
            section.refuse("over", "found “digest”, which is not yet available; expected \"defer\" or \"suppress\"")
        }
        if let period, period.longest > history {
            section.refuse(
                "per",
                "found \(period.word), expected at most the \(history) of retention.history, for older "
                    + "deliveries are forgotten; lengthen history")
        }
        return limit == nil || period == nil ? nil : cap
    }

    /// A filter; empty where it is left out, which means all.
    private func filter<T: Hashable>(_ section: Section, _ key: String, _ reader: Reader<T>) -> Set<T> {
        guard let list = unique(section, key, reader, atMost: Bound.filter) else { return [] }
        if list.isEmpty, case .array(let elements)? = section.node(key)?.value, elements.isEmpty {
            section.refuse(key, "found an empty list, expected at least one element; leave the key out for all")
        }
        return Set(list)
    }

    /// A filter of names. One that is not there, nor like any that is, is no mistake but perhaps early: the operator
    /// is told that it matches nothing.
    private func references(_ section: Section, _ key: String, to kind: String, among known: [String]) -> Set<String> {
        let names = filter(section, key, .reference(to: kind, among: known, mayBeNew: true))
        for name in names.sorted() where !known.contains(name) {
            section.warn(key, "there is no \(kind) “\(name)”: this matches nothing until there is")
        }
        return names
    }

    private static func windowsExample(_ key: String) -> String {
        "\(key) = [{ days = [\"mon\", \"tue\"], start = 22:00:00, end = 08:00:00 }]"
    }

    /// A list of `{ days, start, end }`. Nil where the key is absent.
    private func windows(_ section: Section, _ key: String) -> [LocalWindow]? {
        guard section.node(key) != nil else { return nil }
        return section.sections(key, atMost: Bound.windows, written: Self.windowsExample(key)).compactMap { window in
            let days = window.list("days", .weekday, atMost: 7)
            if window.node("days") == nil {
                window.refuseMissing("days", expected: "a list of days such as [\"mon\", \"tue\"]")
            }
            let start = window.required("start", .timeOfDay)
            let end = window.required("end", .timeOfDay)
            window.finish()
            guard let days, let start, let end else { return nil }
            do throws(LocalWindow.Malformed) {
                return try LocalWindow(days: Weekdays(days), start: start, end: end)
            } catch {
                window.refuse(error.key, error.description)
                return nil
            }
        }
    }
}

extension LocalWindow.Malformed {
    /// The key that is to blame.
    fileprivate var key: String {
        switch self {
        case .noDays: "days"
        case .startIsEnd: "end"
        case .startsAtEndOfDay: "start"
        }
    }
}

extension Reader where T == Policy.UnknownZone {
    static func unknownZone(_ zones: ZoneDatabase) -> Reader {
        let zone = Reader<String>.zone(zones)
        return Reader(expected: "\"plausible\", \"hold\" or \(zone.expected)", example: "\"plausible\"") {
            node throws(Mismatch) in
            switch node.value {
            case .string("plausible"): return .plausible
            case .string("hold"): return .hold
            case .string, .integer, .float, .boolean, .time, .moment, .array, .table:
                do throws(Mismatch) {
                    return .named(try zone.read(node))
                } catch {
                    throw Mismatch(error.message + " (or write \"plausible\" or \"hold\")")
                }
            }
        }
    }
}
