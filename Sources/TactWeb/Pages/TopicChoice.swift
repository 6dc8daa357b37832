import TactAPI

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
