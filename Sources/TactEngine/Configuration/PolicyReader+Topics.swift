import TactCore
import TactSettings

/// What a topic says of itself.
extension PolicyReader {
    func topic(_ section: Section, name: String?, _ names: Names) -> Topic {
        // Of the two kinds, marketing is bound by more.
        var topic = Topic(name: name ?? "", title: name ?? "", kind: .marketing)
        if name == Consents.allMarketing {
            section.refuse("name", "found “*”, which stands for all marketing; expected another name")
        }
        topic.title = section.value("title", .line(atMost: 200)) ?? topic.title
        topic.description = section.value("description", .line(atMost: 1000))
        topic.kind = section.value("kind", .choice) ?? topic.kind
        topic.consent = section.value("consent", .choice) ?? (topic.kind == .marketing ? .optIn : .notRequired)
        topic.isSensitive = section.value("sensitive", .flag) ?? false
        topic.purpose = section.value("purpose", .line(atMost: 500))
        dataUse(section, &topic)
        topic.channels =
            unique(
                section, "channels", .reference(to: "channel", among: names.channels), atMost: Bound.channels) ?? []
        topic.respects = unique(section, "respects", .choice, atMost: 16).map(Set.init) ?? topic.respects
        topic.maxWait = section.value("max_wait", .duration(.seconds(1)...Bound.horizon))
        topic.expiresIn = section.value("expires_in", .duration(.seconds(1)...Bound.horizon)) ?? topic.expiresIn
        topic.repeatAfter = section.value("repeat_after", .duration(.seconds(1)...Bound.longest))
        topic.fingerprintsContent = section.value("fingerprint", .fingerprint) ?? false
        if let complaints = section.section("complaints") { topic.complaints = self.complaints(complaints) }
        section.finish()
        check(topic, section)
        return topic
    }

    /// What may only be sent to those who agreed must say so, and what for.
    private func check(_ topic: Topic, _ section: Section) {
        guard topic.isSensitive else { return }
        if topic.consent != .optIn {
            section.refuse(
                "consent",
                "found “\(topic.consent.rawValue)”, expected \"opt_in\": the topic is sensitive, and takes people's word"
            )
        }
        if topic.purpose == nil {
            section.refuse(
                "purpose", "missing, expected a sentence that tells people what it is for: the topic is sensitive")
        }
    }

    func complaints(_ section: Section) -> Topic.ComplaintLimit {
        var limit = Topic.ComplaintLimit()
        limit.rate = section.value("rate", .share) ?? limit.rate
        limit.per = section.value("per", .duration(.hours(1)...Engine.complaintsMemory)) ?? limit.per
        limit.deliveries = section.value("deliveries", .integer(1...1_000_000_000)) ?? limit.deliveries
        section.finish()
        return limit
    }

    func controller(_ section: Section?) -> Policy.Controller {
        guard let section else { return Policy.Controller() }
        let controller = Policy.Controller(
            name: section.value("name", .line(atMost: 200)), contact: section.value("contact", .line(atMost: 200)),
            privacyNotice: section.value("privacy_notice", .line(atMost: 500)))
        section.finish()
        return controller
    }
}

extension Reader where T == Bool {
    /// What a message without a fingerprint of its own gets one from.
    fileprivate static var fingerprint: Reader {
        .text("\"content\"", example: "\"content\"") { $0 == "content" ? true : nil }
    }
}

extension Reader where T == Double {
    /// Of a whole.
    static var share: Reader {
        Reader(expected: "a share from 0 to 1 such as 0.003", example: "0.003") { node throws(Mismatch) in
            let share: Double? =
                switch node.value {
                case .float(let number): number
                case .integer(let number): Double(number)
                case .string, .boolean, .time, .moment, .array, .table: nil
                }
            guard let share, (0...1).contains(share) else {
                throw Mismatch("found \(node.found), expected a share from 0 to 1 such as 0.003")
            }
            return share
        }
    }
}
