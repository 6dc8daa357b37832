import TactAPI
import TactCore

/// The first page: topics, channels, pause.
extension Site {
    static let periods = ["day", "week", "month"]
    static let digests = ["", "daily", "weekly"]

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
    func pause(_ recipient: JSON, _ preferences: JSON?) -> String {
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
    func shownTopics(_ topics: [TopicChoice], _ preferences: JSON) -> Form {
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
}
