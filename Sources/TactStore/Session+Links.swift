import GRDB
import TactCore

/// Links that are good no more, though their time is not over.
extension Session {
    /// Uses up a link that works once. False: it was used up before.
    package func useUpLink(_ number: Int64, until: Timestamp, now: Timestamp) throws -> Bool {
        if try isLinkUsedUp(number) { return false }
        try run("DELETE FROM links_used WHERE until <= ?", now.milliseconds)
        try run("INSERT INTO links_used (number, until) VALUES (?, ?)", number, until.milliseconds)
        return true
    }

    /// What was asked for with a link was refused: it may be used again.
    package func giveBackLink(_ number: Int64) throws {
        try run("DELETE FROM links_used WHERE number = ?", number)
    }

    package func isLinkUsedUp(_ number: Int64) throws -> Bool {
        try integer("SELECT 1 FROM links_used WHERE number = ?", number) != nil
    }

    /// Links of a recipient that were made up to this instant are good no more; nor those that were made in the same
    /// millisecond after an earlier revocation, which are dated one later.
    package func revokeLinks(of recipient: Int64, upTo now: Timestamp) throws {
        try run(
            """
            INSERT INTO links_revoked (recipient, up_to) VALUES (?, ?)
            ON CONFLICT (recipient) DO UPDATE SET up_to = max(up_to + 1, excluded.up_to)
            """, recipient, now.milliseconds)
    }

    /// Up to when a recipient's links were revoked; nil: never.
    package func linksRevoked(of recipient: Int64) throws -> Timestamp? {
        Timestamp(try integer("SELECT up_to FROM links_revoked WHERE recipient = ?", recipient))
    }
}
