import TactAPI
import TactCore

/// What people change on the first page.
extension Site {
    func changeTopics(_ visit: Visit) async throws {
        guard let (preferences, topics) = try await choices(visit.desk) else { throw Trouble.notHere }
        let form = visit.form
        guard form.shown != nil else { throw Trouble.forged }
        let now = shownTopics(topics, preferences)
        var wishes = JSONObject()
        var consents: [(topic: String, state: String)] = []
        let isReturning =
            try preferences["marketing"]?.boolValue == false
            && topics.contains { try $0.isMarketing && Site.switched("on.\($0.name)", form, now) == true }
        for topic in topics {
            let switched = try Site.switched("on.\(topic.name)", form, now)
            var wish = JSONObject()
            if switched == true, !topic.isConsented {
                consents.append((topic.name, "granted"))
            } else if switched == false, topic.isConsented, topic.consent != "not_required" {
                consents.append((topic.name, "withdrawn"))
            }
            if switched == true {
                wish["enabled"] = .null
            } else if (switched == false && topic.consent == "not_required") || (isReturning && topic.isMarketing) {
                wish["enabled"] = false
            }
            wish["limit"] = try limit(topic, form, now)
            wish["digest"] = try digest(topic, form, now)
            wish["channels"] = try order(topic, form, now)
            if !wish.isEmpty { wishes[topic.name] = .object(wish) }
        }
        var patch: JSONObject = ["topics": .object(wishes)]
        if isReturning { patch["marketing"] = .null }
        var ways = JSONObject()
        for name in Set(topics.flatMap(\.channels)).sorted() {
            if let isOn = try Site.switched("channel.\(name)", form, now) {
                ways[name] = isOn ? .null : ["enabled": false]
            }
        }
        patch["channels"] = .object(ways)
        let isNew = Site.withoutEmpty(preferences.merged(with: .object(patch))) != Site.withoutEmpty(preferences)
        // The daemon counts requests: a link that works once has one.
        if visit.isOnce, consents.count + (isNew ? 1 : 0) > 1 { throw Trouble.input(key: "once_many", field: "main") }
        // What is stricter first: between the requests, nothing comes that is not wanted any more.
        for consent in consents where consent.state == "withdrawn" {
            try await record(consent.topic, "withdrawn", visit)
        }
        if isNew { try await visit.desk.patch("preferences", body: .object(patch)) }
        for consent in consents where consent.state == "granted" { try await record(consent.topic, "granted", visit) }
    }

    /// Which way the person has turned a switch; nil: it is as they found it, or so already.
    static func switched(_ name: String, _ form: Form, _ now: Form) throws(Trouble) -> Bool? {
        try form.isChanged([name], now: now) ? form[name] != nil : nil
    }

    /// Preferences without objects that say nothing.
    private static func withoutEmpty(_ preferences: JSON) -> JSONObject {
        var kept = JSONObject()
        for member in preferences.objectValue?.members ?? [] where member.name != "updated_at" {
            guard case .object(let object) = member.value else {
                kept[member.name] = member.value
                continue
            }
            var inner = JSONObject()
            for entry in object.members.sorted(by: { $0.name < $1.name }) where entry.value.objectValue?.isEmpty != true
            {
                inner[entry.name] = entry.value
            }
            if !inner.isEmpty { kept[member.name] = .object(inner) }
        }
        return kept
    }

    private func record(_ topic: String, _ state: String, _ visit: Visit) async throws {
        try await visit.desk.post(
            "consents",
            body: [
                "topic": .string(topic), "state": .string(state), "source": "preference-page",
                "wording": .string("tact-web \(Tact.version) \(visit.language.code)"),
            ])
    }

    /// nil: it stays.
    private func limit(_ topic: TopicChoice, _ form: Form, _ now: Form) throws -> JSON? {
        guard let count = form["count.\(topic.name)"], let per = form["per.\(topic.name)"],
            try form.isChanged(["count.\(topic.name)", "per.\(topic.name)"], now: now)
        else { return nil }
        if count.isEmpty || per.isEmpty { return .null }
        guard let number = Int64(count), (1...1000).contains(number),
            Site.periods.contains(per) || per == topic.limit.per
        else {
            throw Trouble.input(key: "trouble_refused_title", field: "count.\(topic.name)")
        }
        return ["count": .integer(number), "per": .string(per)]
    }

    /// nil: it stays.
    private func digest(_ topic: TopicChoice, _ form: Form, _ now: Form) throws -> JSON? {
        let field = "digest.\(topic.name)"
        guard let digest = form[field], try form.isChanged([field], now: now) else { return nil }
        return digest.isEmpty ? .null : .string(digest)
    }

    /// null: the topic's own order; nil: it stays. Not asked for where there is but one channel.
    private func order(_ topic: TopicChoice, _ form: Form, _ now: Form) throws -> JSON? {
        let ranks = topic.channels.compactMap { channel in
            form[topic.rankField(channel)].flatMap { Int($0) }.map { (rank: $0, channel: channel) }
        }
        guard topic.channels.count > 1, ranks.count == topic.channels.count,
            try form.isChanged(topic.channels.map(topic.rankField), now: now)
        else { return nil }
        let ranked = ranks.filter { $0.rank > 0 }
        let order = ranked.enumerated().sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.channel)
        if order == topic.order { return nil }
        // No channel at all is a switch's to say.
        if order.isEmpty {
            if form["on.\(topic.name)"] == nil { return nil }
            throw Trouble.input(key: "trouble_refused_title", field: topic.rankField(topic.channels.first ?? ""))
        }
        return order == topic.channels ? .null : .array(order.map(JSON.string))
    }

    func unsubscribeFromMarketing(_ visit: Visit) async throws {
        try await record("*", "withdrawn", visit)
        if !visit.isOnce { try await visit.desk.patch("preferences", body: ["marketing": false]) }
    }

    func pause(_ visit: Visit) async throws {
        async let asked = visit.desk.ifThere { try await visit.desk.get("preferences") }
        let (recipient, preferences) = (try await visit.desk.get(), try await asked)
        let said = try wantedPause(visit, zone: zone(recipient, preferences))
        let until = try visit.form.changed(
            said, was: visit.form.shown?["until"], now: pause(recipient, preferences), field: "until")
        guard let until else { return }
        // What an app has declared holds until the person says otherwise: a pause that is over says so.
        let end: JSON = recipient["paused_until"]?.stringValue == nil ? .null : .string(now().rfc3339)
        try await visit.desk.patch("preferences", body: ["paused_until": until.isEmpty ? end : .string(until)])
    }

    /// As on the wire; empty: none.
    private func wantedPause(_ visit: Visit, zone: String?) throws -> String {
        switch visit.form["what"] {
        case "resume": return ""
        case "forever": return "further_notice"
        default:
            let times = LocalTimes(visit.language, zone: zone)
            let parts = (visit.form["until"] ?? "").split(separator: "-").compactMap { Int64($0) }
            guard parts.count == 3, CivilDate.isValid(year: parts[0], month: parts[1], day: parts[2]),
                (2000...9000).contains(parts[0])
            else { throw Trouble.input(key: "pause_bad", field: "until") }
            let end = times.rules.startOfDay(CivilDate(year: parts[0], month: parts[1], day: parts[2]))
            guard end > now() else { throw Trouble.input(key: "pause_bad", field: "until") }
            return end.rfc3339
        }
    }
}
