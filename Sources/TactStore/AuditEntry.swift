import Foundation
import GRDB
import TactCore
import TactVault

/// One line of the audit log: who did what. Of recipients it has no more than the keyed hash of their id.
package struct AuditEntry: Sendable, Equatable {
    /// What is written down. The raw values are kept in the database.
    package enum Action: String, CaseIterable, Sendable {
        case erase, export, consent, preferences, reload, rotate, link, hold, release, backup, keys, requeue, reopen,
            restore
    }

    /// Who did it, and the role in which they may.
    package struct Actor: Sendable, Equatable {
        package var name: String
        package var role: String

        package init(name: String, role: String) {
            self.name = name
            self.role = role
        }

        /// The daemon itself.
        package static let daemon = Actor(name: "tactd", role: "daemon")
    }

    package var number: Int64
    package var at: Timestamp
    package var actor: Actor
    package var action: Action
    /// Keyed hash of a recipient's id.
    package var target: [UInt8]?
    package var detail: String?
    /// Over the hash of the entry before, and this one.
    package var hash: [UInt8]
}

extension Session {
    /// Adds to the log. `recipient` is an id, and kept as a keyed hash.
    package func audit(
        _ action: AuditEntry.Action, by actor: AuditEntry.Actor, recipient: String? = nil, detail: String? = nil,
        at now: Timestamp
    ) throws {
        try audit(action, by: actor, target: recipient.map { hash($0, as: .recipient) }, detail: detail, at: now)
    }

    package func audit(
        _ action: AuditEntry.Action, by actor: AuditEntry.Actor, target: [UInt8]?, detail: String?, at now: Timestamp
    ) throws {
        let last = try lastAudit()
        var entry = AuditEntry(
            number: (last?.number ?? 0) + 1, at: now, actor: actor, action: action, target: target, detail: detail,
            hash: [])
        entry.hash = chained(entry, to: last?.hash)
        try run(
            "INSERT INTO audit (n, at, actor, role, action, target, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            entry.number, entry.at.milliseconds, actor.name, actor.role, action.rawValue, target, detail, entry.hash)
    }

    /// Whoever does not have the lookup secret can make no entry, and change none.
    private func chained(_ entry: AuditEntry, to last: [UInt8]?) -> [UInt8] {
        var fields = SealedFields()
        fields.add(last)
        fields.add(entry.number)
        fields.add(entry.at.milliseconds)
        fields.add(entry.actor.name)
        fields.add(entry.actor.role)
        fields.add(entry.action.rawValue)
        fields.add(entry.target)
        fields.add(entry.detail)
        return vault.chain(fields.bytes)
    }

    package func lastAudit() throws -> (number: Int64, hash: [UInt8])? {
        try row("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1") { ($0[0], [UInt8]($0[1] as Data)) }
    }

    /// The newest first, before number `before`.
    package func auditEntries(before: Int64?, limit: Int) throws -> [AuditEntry] {
        try rows(
            "SELECT n, at, actor, role, action, target, detail, hash FROM audit WHERE n < ? ORDER BY n DESC LIMIT ?",
            [before ?? .max, limit], auditEntry)
    }

    private func auditEntry(_ row: Row) throws -> AuditEntry {
        guard let action = AuditEntry.Action(rawValue: row[4]) else {
            throw StoreError.damaged("entry \(row[0] as Int64) of the audit log has no known action")
        }
        return AuditEntry(
            number: row[0], at: Timestamp(milliseconds: row[1]), actor: .init(name: row[2], role: row[3]),
            action: action, target: (row[5] as Data?).map { [UInt8]($0) }, detail: row[6], hash: [UInt8](row[7] as Data)
        )
    }

    /// Whether an entry is in the log as it was seen.
    package func hasAudit(_ number: Int64, _ hash: [UInt8]) throws -> Bool {
        try integer("SELECT 1 FROM audit WHERE n = ? AND hash = ?", number, hash) != nil
    }

    /// Goes through the whole chain, and holds it against the head that lies with the keys.
    func auditCheck(against head: (number: Int64, hash: [UInt8])?) throws -> Check {
        var last: (number: Int64, hash: [UInt8])?
        var problem: String?
        let cursor = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT n, at, actor, role, action, target, detail, hash FROM audit ORDER BY n"))
        while problem == nil, let row = try cursor.next() {
            let entry = try auditEntry(row)
            if entry.number != (last?.number ?? 0) + 1 {
                problem = "entry \((last?.number ?? 0) + 1) is missing"
            } else if chained(entry, to: last?.hash) != entry.hash {
                problem = "entry \(entry.number) was changed"
            } else if let head, head.number == entry.number, head.hash != entry.hash {
                problem = "entry \(entry.number) is another than the one that was seen when the keys were last written"
            }
            last = (entry.number, entry.hash)
        }
        if problem == nil, let head, head.number > last?.number ?? 0 {
            problem = "it ends with entry \(last?.number ?? 0), there were \(head.number)"
        }
        return Check(
            name: "audit", isPassed: problem == nil,
            detail: problem ?? "\(last?.number ?? 0) entries, each bound to the one before")
    }
}
