import TactAPI
import TactCore

/// What somebody has said about one topic, and what comes of it.
struct TopicChoice: Sendable {
    let name: String
    let json: JSON
    let isMarketing: Bool
    /// `opt_in`, `opt_out` or `not_required`.
    let consent: String
    let channels: [String]
    /// Whether consent is as the topic needs it, for one of its channels at least.
    let isConsented: Bool
    let wishes: JSON?
    let isOn: Bool

    init?(_ json: JSON, preferences: JSON, consents: [JSON]) {
        guard let name = json["name"]?.stringValue else { return nil }
        self.json = json
        self.name = name
        isMarketing = json["kind"]?.stringValue == "marketing"
        consent = json["consent"]?.stringValue ?? "not_required"
        channels = (json["channels"]?.arrayValue ?? []).compactMap(\.stringValue)
        wishes = preferences["topics"]?[name]
        let isMarketing = isMarketing
        let words = TopicChoice.lastWords(consents, on: name, isMarketing: isMarketing, channels: channels)
        let isOptIn = consent == "opt_in"
        // A withdrawal binds whatever the topic asks for.
        isConsented = words.contains { isOptIn ? $0 == "granted" : $0 != "withdrawn" }
        isOn =
            isConsented && wishes?["enabled"]?.boolValue != false
            && !(isMarketing && preferences["marketing"]?.boolValue == false)
    }

    /// What was said last, by channel, as the daemon takes it: also what was said of a channel alone, and of all
    /// marketing.
    ///
    /// - Parameter records: newest first: the last that was received decides.
    private static func lastWords(
        _ records: [JSON], on name: String, isMarketing: Bool, channels: [String]
    ) -> [String?] {
        let about = records.filter {
            let topic = $0["topic"]?.stringValue
            return topic == name || (topic == "*" && isMarketing)
        }
        return (channels.isEmpty ? [""] : channels).map { channel in
            about.first { ($0["channel"]?.stringValue ?? channel) == channel }?["state"]?.stringValue
        }
    }

    /// The channels in the order in which they are tried; those that are not used are left out.
    var order: [String] {
        (wishes?["channels"]?.arrayValue?.compactMap(\.stringValue) ?? channels).filter(channels.contains)
    }

    /// Where a channel stands in the order, from 1 on; 0: it is not used.
    func rank(_ channel: String) -> Int { order.firstIndex(of: channel).map { $0 + 1 } ?? 0 }

    func rankField(_ channel: String) -> String { "rank.\(name).\(channel)" }

    /// The digest wish as the form has it; empty: each at once.
    var digest: String { wishes?["digest"]?.stringValue ?? "" }

    /// The limit as the form has it.
    var limit: (count: String, per: String) {
        let limit = wishes?["limit"]
        return (limit?["count"]?.integerValue.map { String($0) } ?? "", limit?["per"]?.stringValue ?? "")
    }
}

/// The first page: topics, channels, pause.
extension Site {
    private static let periods = ["day", "week", "month"]
    private static let digests = ["", "daily", "weekly"]

    /// nil: this daemon knows no preferences.
    func choices(_ desk: OwnDesk) async throws -> (preferences: JSON, topics: [TopicChoice])? {
        async let preferences = desk.ifThere { try await desk.get("preferences") }
        async let consents = desk.ifThere { try await desk.get("consents", query: [("limit", "1000")]) }
        async let topics = desk.topics()
        guard let known = try await preferences, let records = try await consents else { return nil }
        let items = records["items"]?.arrayValue ?? []
        return (known, try await topics.compactMap { TopicChoice($0, preferences: known, consents: items) })
    }

    func topicsPage(_ visit: Visit, wrong: Context?) async throws -> PageAnswer {
        let language = visit.language
        async let recipient = visit.desk.get()
        var context = page(language, title: language("nav_topics"), visit: visit)
        context["wrong"] = wrong
        context["pauseWrong"] = wrong?["field"] as? String == "until"
        guard let (preferences, topics) = try await choices(visit.desk) else {
            context["topics"] = try await visit.desk.topics().map {
                ["title": shown($0["title"]?.stringValue ?? "")] as Context
            }
            _ = try await recipient
            return render("topics", context)
        }
        let known = try await recipient
        let times = LocalTimes(language, zone: zone(known, preferences))
        context["hasPreferences"] = true
        context["was"] = shownTopics(topics, preferences).encoded
        context["topics"] = topics.map { self.context($0, language) }
        context["hasMarketing"] = topics.contains { $0.isMarketing }
        let channels = Site.channels(of: topics)
        context["hasChannels"] = !channels.isEmpty
        context["channels"] = channels.map { name in
            [
                "name": name, "label": channelName(name, language), "on": Site.isOn(channel: name, preferences),
            ] as Context
        }
        let until = pause(known, preferences)
        let isForever = until == "further_notice"
        let isPaused = !until.isEmpty
        context["isPaused"] = isPaused
        context["wasPaused"] = Site.shownPause(until).encoded
        context["pauseText"] =
            isForever
            ? language("pause_on_forever")
            : isPaused ? language("pause_on_until", ["until": times.told(until)]) : language("pause_off")
        context["today"] = dateText(times.rules.local(now()).date)
        return render("topics", context)
    }

    private static func channels(of topics: [TopicChoice]) -> [String] {
        topics.reduce(into: []) { all, topic in all += topic.channels.filter { !all.contains($0) } }
    }

    private static func isOn(channel: String, _ preferences: JSON) -> Bool {
        preferences["channels"]?[channel]?["enabled"]?.boolValue != false
    }

    /// The pause in force, as on the wire; empty: there is none.
    private func pause(_ recipient: JSON, _ preferences: JSON?) -> String {
        let until = preferences?["paused_until"]?.stringValue ?? recipient["paused_until"]?.stringValue ?? ""
        if until == "further_notice" { return until }
        return (try? Timestamp(rfc3339: until)).map { $0 > now() ? until : "" } ?? ""
    }

    private static func shownPause(_ until: String) -> Form {
        var form = Form()
        form.add("until", until)
        return form
    }

    /// The form's fields, as the page shows them.
    private func shownTopics(_ topics: [TopicChoice], _ preferences: JSON) -> Form {
        var form = Form()
        for topic in topics {
            if topic.isOn { form.add("on.\(topic.name)", "yes") }
            form.add("count.\(topic.name)", topic.limit.count)
            form.add("per.\(topic.name)", topic.limit.per)
            form.add("digest.\(topic.name)", topic.digest)
            guard topic.channels.count > 1 else { continue }
            for channel in topic.channels { form.add(topic.rankField(channel), String(topic.rank(channel))) }
        }
        for channel in Site.channels(of: topics) where Site.isOn(channel: channel, preferences) {
            form.add("channel.\(channel)", "yes")
        }
        return form
    }

    private func context(_ topic: TopicChoice, _ language: Language) -> Context {
        let (count, per) = topic.limit
        var pers = [("", language("per_none"))] + Site.periods.map { ($0, language("per_\($0)")) }
        // A period of another kind was chosen elsewhere, and stays to be chosen.
        if !pers.contains(where: { $0.0 == per }) { pers.append((per, shown(per))) }
        // The same goes for digests.
        let digests = Site.digests + (Site.digests.contains(topic.digest) ? [] : [topic.digest])
        var context: Context = [
            "digests": digests.map { digest in
                [
                    "value": digest, "label": language("digest_\(digest.isEmpty ? "now" : digest)"),
                    "selected": digest == topic.digest,
                ] as Context
            },
            "name": topic.name, "title": shown(topic.json["title"]?.stringValue ?? topic.name), "on": topic.isOn,
            "kind": language(topic.isMarketing ? "kind_marketing" : "kind_transactional"),
            "count": count,
            "pers": pers.map { ["value": $0.0, "label": $0.1, "selected": $0.0 == per] as Context },
            "hasRanks": topic.channels.count > 1,
            "ranks": topic.channels.map { rank($0, of: topic, language) },
        ]
        if let description = topic.json["description"]?.stringValue { context["description"] = shown(description) }
        return context
    }

    /// Where a channel stands in the order, to choose from.
    private func rank(
        _ channel: String, of topic: TopicChoice, _ language: Language
    ) -> Context {
        let own = topic.rank(channel)
        let options = (0...topic.channels.count).map { rank -> Context in
            let label = rank == 0 ? language("rank_unused") : language("rank_n", ["n": String(rank)])
            return ["value": String(rank), "label": label, "selected": rank == own]
        }
        return [
            "id": topic.rankField(channel), "label": channelName(channel, language), "options": options,
        ]
    }

    func channelName(_ name: String, _ language: Language) -> String {
        language.texts["channel_\(name)"] ?? shown(name)
    }

    /// The person's own zone, else the declared one.
    func zone(_ recipient: JSON, _ preferences: JSON?) -> String? {
        preferences?["time_zone"]?.stringValue ?? recipient["time_zone"]?.stringValue
    }

    func dateText(_ date: CivilDate) -> String {
        let (year, month, day) = date.parts
        let figures = [month, day].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(year)-" + figures.joined(separator: "-")
    }

    // MARK: Changing

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
