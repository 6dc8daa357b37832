import Foundation
import GRDB
import TactCore

/// A consent record as kept: what was said, how it is known, and who wrote it down.
package struct StoredConsent: Sendable, Equatable {
    /// Grows with the order of receipt; 0 before it is stored.
    package var number: Int64
    package var scope: Consents.Scope
    package var word: Consents.Word
    /// How it was said: a form, a call, a link in a mail.
    package var source: String?
    /// Which version of the text was agreed to.
    package var wording: String?
    /// What shows it, such as the number of a form.
    package var evidence: String?
    /// When it was said, as the one who recorded it tells.
    package var at: Timestamp?
    package var receivedAt: Timestamp
    package var recordedBy: String
    /// The version of the policy then in force.
    package var policy: String

    package init(
        number: Int64 = 0, scope: Consents.Scope, word: Consents.Word, source: String? = nil, wording: String? = nil,
        evidence: String? = nil, at: Timestamp? = nil, receivedAt: Timestamp, recordedBy: String, policy: String
    ) {
        self.number = number
        self.scope = scope
        self.word = word
        self.source = source
        self.wording = wording
        self.evidence = evidence
        self.at = at
        self.receivedAt = receivedAt
        self.recordedBy = recordedBy
        self.policy = policy
    }

    static let columns =
        "n, recipient, topic, channel, is_granted, sealed, at, received_at, recorded_by, policy"
}

extension Session {
    /// Adds a record. Answers with the number it was given.
    package func insert(_ consent: StoredConsent, of recipient: Int64) throws -> StoredConsent {
        // The number first: what is sealed is bound to it.
        let number = (try integer("SELECT max(n) FROM consents") ?? 0) + 1
        try run(
            """
            INSERT INTO consents (n, recipient, topic, channel, is_granted, sealed, at, received_at, recorded_by, policy)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            number, recipient, try names.number(consent.scope.topic, .topic, db),
            try consent.scope.channel.map { try names.number($0, .channel, db) },
            consent.word == .granted ? 1 : 0,
            try sealConsent(consent.source, consent.wording, consent.evidence, number, of: recipient),
            consent.at?.milliseconds, consent.receivedAt.milliseconds,
            try names.number(consent.recordedBy, .sender, db), try names.number(consent.policy, .version, db))
        var stored = consent
        stored.number = number
        return stored
    }

    /// How it is known that it was said. nil: nobody told.
    func sealConsent(
        _ source: String?, _ wording: String?, _ evidence: String?, _ number: Int64, of recipient: Int64
    ) throws -> Data? {
        if source == nil, wording == nil, evidence == nil { return nil }
        var fields = SealedFields()
        fields.add(source)
        fields.add(wording)
        fields.add(evidence)
        return try seal(fields, .consent, number, of: recipient)
    }

    /// A person's records, the newest first, before number `before`.
    package func consentRecords(of recipient: Int64, before: Int64? = nil, limit: Int) throws -> [StoredConsent] {
        try rows(
            """
            SELECT \(StoredConsent.columns) FROM consents WHERE recipient = ? AND n < ? ORDER BY n DESC LIMIT ?
            """, [recipient, before ?? .max, limit], consent)
    }

    package func consentRecord(_ number: Int64, of recipient: Int64) throws -> StoredConsent? {
        try row(
            "SELECT \(StoredConsent.columns) FROM consents WHERE n = ? AND recipient = ?", [number, recipient], consent)
    }

    /// What of all that was said stands.
    package func consents(of recipient: Int64) throws -> Consents {
        var consents = Consents()
        // Of the rows of a group SQLite takes is_granted from the one that has the maximum.
        let last = try rows(
            """
            SELECT topic, channel, is_granted, max(n) FROM consents WHERE recipient = ? GROUP BY topic, channel
            """, [recipient],
            {
                (
                    scope: Consents.Scope(
                        topic: try names.word($0[0], db), channel: try ($0[1] as Int64?).map { try names.word($0, db) }),
                    isGranted: $0[2] as Bool, number: $0[3] as Int64
                )
            })
        for entry in last {
            consents.take(entry.isGranted ? .granted : .withdrawn, on: entry.scope, number: entry.number)
        }
        return consents
    }

    private func consent(_ row: Row) throws -> StoredConsent {
        var fields = try openToShow(row[5], .consent, row[0], of: row[1]).map { SealedFields.Reader($0) }
        return StoredConsent(
            number: row[0],
            scope: Consents.Scope(
                topic: try names.word(row[2], db), channel: try (row[3] as Int64?).map { try names.word($0, db) }),
            word: row[4] ? .granted : .withdrawn, source: try fields?.text(), wording: try fields?.text(),
            evidence: try fields?.text(), at: Timestamp(row[6] as Int64?), receivedAt: Timestamp(milliseconds: row[7]),
            recordedBy: try names.word(row[8], db), policy: try names.word(row[9], db))
    }
}
