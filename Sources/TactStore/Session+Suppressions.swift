import Foundation
import GRDB
import TactCore
import TactVault

/// What is left out of what a person switched off when everything else of them goes.
package struct Suppression: Sendable, Hashable {
    package var scope: Consents.Scope
    package var at: Timestamp

    package init(scope: Consents.Scope, at: Timestamp) {
        self.scope = scope
        self.at = at
    }
}

/// What erased people had switched off, by the keyed hashes of their id and addresses.
extension Session {
    /// How many addresses of before are remembered of one person; who has more had tokens that come and go.
    private static let mostAddressesHeld = 64

    /// Remembers, as keyed hashes, addresses that a person has no longer: what they switched off holds for these, too.
    package func noteFormer(_ addresses: [String: String], of recipient: Int64) throws {
        for (channel, address) in addresses.sorted(by: { $0.key < $1.key }) {
            try run(
                "INSERT OR REPLACE INTO addresses_held (recipient, who) VALUES (?, ?)", recipient,
                addressHash(channel, address))
        }
        try run(
            """
            DELETE FROM addresses_held WHERE recipient = ?1 AND n <=
                (SELECT n FROM addresses_held WHERE recipient = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2)
            """, recipient, Session.mostAddressesHeld)
    }

    func addressesHeld(by recipient: Int64) throws -> [[UInt8]] {
        try rows("SELECT who FROM addresses_held WHERE recipient = ? ORDER BY n", [recipient]) {
            [UInt8]($0[0] as Data)
        }
    }

    /// Keeps what a person had switched off, in place of what was kept of their id until then. What was kept of an address
    /// stays: it may be another's, who has it, too.
    func suppress(
        _ suppressions: [Suppression], id: [UInt8], addresses: [[UInt8]], upTo last: Timestamp = .distantFuture
    ) throws {
        try run("DELETE FROM suppressions WHERE who = ? AND at <= ?", id, last.milliseconds)
        for key in [id] + addresses {
            for suppression in suppressions {
                try run(
                    "INSERT OR REPLACE INTO suppressions (who, topic, channel, at) VALUES (?, ?, ?, ?)", key,
                    suppression.scope.topic, suppression.scope.channel ?? "", suppression.at.milliseconds)
            }
        }
    }

    package func suppressions(ofID id: String) throws -> [Suppression] {
        try suppressions(of: hash(ofRecipient: id))
    }

    package func suppressions(of address: String, on channel: String) throws -> [Suppression] {
        try suppressions(of: addressHash(channel, address))
    }

    func suppressions(of who: [UInt8]) throws -> [Suppression] {
        // Few are ever erased: most of the time there is nothing to look through.
        guard try integer("SELECT 1 FROM suppressions WHERE who = ? LIMIT 1", who) != nil else { return [] }
        return try rows(
            "SELECT topic, channel, at FROM suppressions WHERE who = ? ORDER BY topic, channel", [Data(who)]
        ) { row in
            let channel: String = row[1]
            return Suppression(
                scope: Consents.Scope(topic: row[0], channel: channel.isEmpty ? nil : channel),
                at: Timestamp(milliseconds: row[2]))
        }
    }

    func addressHash(_ channel: String, _ address: String) -> [UInt8] {
        hash(channel + "\u{0}" + CanonicalAddress.of(address), as: .address)
    }

    // MARK: After a restore

    /// In meta: how many entries the list of erasures had when this database last saw it.
    private static let erasuresKnown = "erasures_known"

    /// Whether the list of erasures may tell of people of whom this database knows nothing. A list with fewer entries is
    /// another one, too: it began anew on another machine, or bytes of it were changed.
    package func lacksErasures() throws -> Bool {
        try isRestoring() || Int64(vault.listed) != mark(Session.erasuresKnown) ?? 0
    }

    /// Puts in force what everybody on the list had switched off, in the order of erasing. To do so again does no harm:
    /// what the database has of a later erasure, which the list may have lost, stays.
    package func recall(_ people: [ErasedPerson]) throws {
        for person in people {
            try suppress(
                person.refusals.map { refusal in
                    Suppression(
                        scope: Consents.Scope(
                            topic: refusal.topic, channel: refusal.channel.isEmpty ? nil : refusal.channel),
                        at: person.at)
                }, id: person.hash, addresses: person.addresses, upTo: person.at)
        }
        try noteErasuresKnown()
    }

    func noteErasuresKnown() throws { try setMark(Session.erasuresKnown, Int64(vault.listed)) }
}
