import TactAPI
import TactCore
import TactEngine
import TactStore

/// People who speak for themselves.
extension Office {
    /// Offers take a word, news take none but can be left, and codes are nobody's choice.
    static let consenting = """
        [[channel]]
        name = "push"
        [[channel]]
        name = "email"
        [[topic]]
        name = "offers"
        title = "Offers for you"
        kind = "marketing"
        channels = ["push"]
        purpose = "To tell you of what is cheap today."
        [[topic]]
        name = "news"
        kind = "marketing"
        consent = "opt_out"
        channels = ["push"]
        [[topic]]
        name = "orders"
        kind = "transactional"
        channels = ["push"]
        """

    @discardableResult
    func consent(
        _ word: Consents.Word, _ topic: String, channel: String? = nil, of recipient: String = "ann",
        by speaker: Engine.Speaker = .init(name: "desk", mayGrant: true), at: Timestamp? = nil
    ) throws -> StoredConsent {
        let request = ConsentRequest(scope: .init(topic: topic, channel: channel), word: word, at: at)
        return try store.write { try engine.record(request, of: recipient, by: speaker, $0, now: now).record }
    }

    @discardableResult
    func choose(_ patch: String, for recipient: String = "ann") throws -> PreferencesAnswer {
        try store.write { try engine.patchPreferences(JSON(body: patch.utf8), of: recipient, $0, now: now) }
    }

    @discardableResult
    func event(_ body: String, by reporter: String = "app", owner: String? = nil) throws -> EventAnswer {
        try store.write { try engine.take(EventRequest(body.utf8), by: reporter, owner: owner, $0, now: now) }
    }

    func send(_ topic: String, _ more: String = "") throws -> Submission {
        try submit(#"{"recipient":"ann","topic":"\#(topic)"\#(more.isEmpty ? "" : "," + more)}"#)
    }

    func leaseAll() throws -> [LeaseAnswer.Leased] {
        try store.write {
            try engine.release(.init(channels: ["push", "email"], max: 100, length: .minutes(1)), $0, moment)
        }
    }

    func codes(_ submission: Submission) throws -> [String] {
        try store.read { session in
            try session.journal(of: submission.stored.message.number).last?.findings.codes.map(\.rawValue) ?? []
        }
    }
}

extension Submission {
    var codes: [String] { decision.findings.codes.map(\.rawValue) }
}
