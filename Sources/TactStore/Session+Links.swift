import GRDB
import TactCore

/// When a link was made, by what no clock moves.
package struct LinkIssue: Sendable, Equatable {
    /// The life of the database: another begins where a backup takes the place of its original.
    package var era: Int64
    /// How often the recipient's links had been revoked.
    package var round: Int64

    package init(era: Int64 = 0, round: Int64 = 0) {
        self.era = era
        self.round = round
    }
}

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

    /// What a link of a recipient that is made now has to say of its making; a link that says otherwise is void.
    package func linkIssue(of recipient: Int64) throws -> LinkIssue {
        LinkIssue(
            era: try mark(Session.linksEra) ?? 0,
            round: try integer("SELECT round FROM links_revoked WHERE recipient = ?", recipient) ?? 0)
    }

    /// Links of a recipient that were made so far are good no more.
    package func revokeLinks(of recipient: Int64) throws {
        try run(
            """
            INSERT INTO links_revoked (recipient, round) VALUES (?, 1)
            ON CONFLICT (recipient) DO UPDATE SET round = round + 1
            """, recipient)
    }

    /// Links that were made so far are good no more, whosesoever. For a database that was restored: what was revoked or used
    /// up since the copy was made is not known.
    func beginLinksEra() throws { try setMark(Session.linksEra, .random(in: .min ... .max)) }

    /// In meta: which life of the database links belong to.
    private static let linksEra = "links_era"
}
