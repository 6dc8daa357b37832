import TactAPI
import TactCore

/// The third page: the last messages, and why each came.
extension Site {
    func messagesPage(_ visit: Visit) async throws -> PageAnswer {
        let (desk, language) = (visit.desk, visit.language)
        async let list = desk.get("messages", query: [("limit", "25")])
        async let topics = desk.topics()
        async let known = desk.get()
        async let wishes = desk.ifThere { try await desk.get("preferences") }
        let times = LocalTimes(language, zone: zone(try await known, try await wishes))
        let titles = Site.titles(try await topics)
        var context = page(language, title: language("nav_messages"), visit: visit)
        let items = try await list["items"]?.arrayValue ?? []
        context["hasMessages"] = !items.isEmpty
        context["messages"] = items.map { message in
            let topic = message["topic"]?.stringValue ?? ""
            return [
                "topic": titles[topic] ?? shown(topic), "state": state(message, times),
                "when": times.told(message["submitted_at"]?.stringValue),
                "href": url.path + ClientRequest.target(["messages", message["id"]?.stringValue ?? ""], []),
            ] as Context
        }
        return render("messages", context)
    }

    private static func titles(_ topics: [JSON]) -> [String: String] {
        var titles: [String: String] = [:]
        for topic in topics {
            if let name = topic["name"]?.stringValue { titles[name] = shown(topic["title"]?.stringValue ?? name) }
        }
        return titles
    }

    /// In the person's words: “Delivered Monday, 23 November 2026, 08:00”.
    private func state(_ message: JSON, _ times: LocalTimes) -> String {
        let state = message["state"]?.stringValue ?? ""
        if state == "pending", let at = message["plan"]?["at"]?.stringValue {
            return times.language("state_pending_plan", ["at": times.told(at)])
        }
        return times.language("state_\(state)", ["at": times.told(message["ended_at"]?.stringValue)])
    }

    func whyPage(_ visit: Visit, id: String) async throws -> PageAnswer {
        let (desk, language) = (visit.desk, visit.language)
        async let explained = desk.get("messages", id, "explanation", query: [("language", language.code)])
        async let chosen = choices(desk)
        async let all = desk.topics()
        let explanation = try await explained
        let message = explanation["message"] ?? .null
        let times = LocalTimes(language, zone: message["time_zone"]?.stringValue)
        let name = message["topic"]?.stringValue ?? ""
        var context = page(language, title: language("why_title"), visit: visit)
        context["topic"] = Site.titles(try await all)[name] ?? shown(name)
        context["state"] = state(message, times)
        if message["reason"] != nil, let end = explanation["end"]?.stringValue { context["end"] = ["text": end] }
        context["reason"] = reason(try await chosen?.topics.first { $0.name == name }, language)
        if let because = message["because"]?.stringValue { context["because"] = ["text": shown(because)] }
        let deliveries = explanation["deliveries"]?.arrayValue ?? []
        // A release that was repeated used the same again.
        var used: [String] = []
        for attribute in deliveries.flatMap({ $0["used"]?.arrayValue ?? [] }) {
            if let text = attribute["text"]?.stringValue, !used.contains(text) { used.append(text) }
        }
        context["hasUsed"] = !used.isEmpty
        context["used"] = used.map { ["text": shown($0)] as Context }
        let decisions = explanation["decisions"]?.arrayValue ?? []
        context["hasDecisions"] = !decisions.isEmpty
        context["decisions"] = decisions.map { decision in
            let held = (decision["findings"]?.arrayValue ?? []).filter {
                ["hold", "suppress"].contains($0["effect"]?.stringValue ?? "")
            }
            return [
                "at": times.told(decision["at"]?.stringValue),
                "findings": held.map { ["text": shown($0["text"]?.stringValue ?? "")] as Context },
            ] as Context
        }
        context["hasDeliveries"] = !deliveries.isEmpty
        context["deliveries"] = deliveries.map { delivery in
            [
                "text": language(
                    "delivery",
                    [
                        "at": times.told(delivery["released_at"]?.stringValue),
                        "channel": channelName(delivery["channel"]?.stringValue ?? "", language),
                    ])
            ] as Context
        }
        return render("why", context)
    }

    private func reason(_ topic: TopicChoice?, _ language: Language) -> String {
        guard let topic else { return language("reason_not_required") }
        if !topic.isOn { return language("reason_off") }
        switch topic.consent {
        case "opt_in": return language("reason_granted")
        case "opt_out": return language("reason_not_withdrawn")
        default: return language("reason_not_required")
        }
    }
}
