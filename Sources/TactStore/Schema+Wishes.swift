import Foundation
import GRDB
import TactCore
import TactVault

extension Schema {
    /// Links are told apart by what no clock moves. And it is an address that is closed, not a channel, so that it stays so
    /// when it comes again.
    static let version7 = """
        ALTER TABLE links_revoked RENAME COLUMN up_to TO round;     -- grows with every revocation
        INSERT INTO meta (key, value) VALUES ('links_era', random());

        CREATE TABLE new_closed_addresses (
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            channel INTEGER NOT NULL REFERENCES names (n),
            address BLOB NOT NULL,          -- keyed hash of its canonical form
            since INTEGER NOT NULL,
            PRIMARY KEY (recipient, channel, address)
        ) STRICT, WITHOUT ROWID;
        """

    static let swapClosedAddresses = """
        DROP TABLE closed_addresses;
        ALTER TABLE new_closed_addresses RENAME TO closed_addresses;
        """

    /// What was closed was the address that the recipient has now: another would have opened the channel.
    static func nameClosedAddresses(_ db: Database, _ vault: Vault) throws {
        let session = Session(db, names: Names(), counters: Counters(), ids: MessageIDs(tag: 0), vault: vault)
        let closed = try session.rows("SELECT recipient, channel, since FROM closed_addresses") {
            (recipient: $0[0] as Int64, channel: $0[1] as Int64, since: $0[2] as Int64)
        }
        for row in closed {
            // By the row itself: what reads recipients today knows columns of later versions.
            let sealed = try Data.fetchOne(
                db, sql: "SELECT sealed FROM recipients WHERE n = ?", arguments: [row.recipient])
            let opened: Data?
            do { opened = try session.open(sealed, .recipient, row.recipient, of: row.recipient) } catch is Unreadable {
                continue  // Nothing goes to who cannot be read.
            }
            guard let opened else { continue }
            var fields = SealedFields.Reader(opened)
            for _ in ["id", "time_zone", "country", "locale"] { _ = try fields.text() }
            let channel = try session.names.word(row.channel, db)
            let address = try String.fetchOne(
                db, sql: "SELECT value FROM json_each(?) WHERE key = ?", arguments: [try fields.word(), channel])
            try session.run(
                "INSERT INTO new_closed_addresses (recipient, channel, address, since) VALUES (?, ?, ?, ?)",
                row.recipient, row.channel, session.closedHash(channel, address), row.since)
        }
    }

    /// What people agreed to and chose, what came of what they were sent, and what complaints do.
    static let version3 = """
        ALTER TABLE messages ADD COLUMN fingerprint TEXT;   -- of what it says, where that is asked for
        CREATE INDEX messages_alike ON messages (recipient, fingerprint) WHERE fingerprint IS NOT NULL;

        -- Who agreed to what, and took it back. Nothing here ever changes; the last one received decides.
        CREATE TABLE consents (
            n INTEGER PRIMARY KEY,
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            topic INTEGER NOT NULL REFERENCES names (n),    -- the name "*": all marketing
            channel INTEGER REFERENCES names (n),           -- NULL: every channel
            is_granted INTEGER NOT NULL CHECK (is_granted IN (0, 1)),
            source TEXT,
            wording TEXT,
            evidence TEXT,
            at INTEGER,                     -- when it was said, as the one who recorded it tells
            received_at INTEGER NOT NULL,
            recorded_by INTEGER NOT NULL REFERENCES names (n),
            policy INTEGER NOT NULL REFERENCES names (n),
            CHECK (at <= received_at)
        ) STRICT;
        CREATE INDEX consents_of_recipient ON consents (recipient, topic, channel);
        CREATE TRIGGER consents_stay BEFORE UPDATE ON consents BEGIN
            SELECT RAISE(ABORT, 'consent records are only ever added');
        END;

        CREATE TABLE preferences (
            recipient INTEGER PRIMARY KEY NOT NULL REFERENCES recipients (n),
            document TEXT NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;

        -- Addresses that turned out to be dead, until the app declares another.
        CREATE TABLE closed_addresses (
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            channel INTEGER NOT NULL REFERENCES names (n),
            since INTEGER NOT NULL,
            PRIMARY KEY (recipient, channel)
        ) STRICT, WITHOUT ROWID;

        -- What people did with what they were sent.
        CREATE TABLE events (
            n INTEGER PRIMARY KEY,
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            message INTEGER,                -- its number; it may be forgotten before
            topic INTEGER REFERENCES names (n),
            channel INTEGER REFERENCES names (n),
            type INTEGER NOT NULL CHECK (type BETWEEN 0 AND 6),
            at INTEGER,
            received_at INTEGER NOT NULL,
            detail TEXT,
            recorded_by INTEGER NOT NULL REFERENCES names (n)
        ) STRICT;
        CREATE INDEX events_of_recipient ON events (recipient);
        CREATE INDEX events_of_message ON events (message) WHERE message IS NOT NULL;
        CREATE INDEX events_aging ON events (received_at);

        CREATE TABLE topic_holds (
            topic TEXT PRIMARY KEY NOT NULL,
            since INTEGER NOT NULL,
            author TEXT NOT NULL,
            comment TEXT
        ) STRICT, WITHOUT ROWID;

        -- Deliveries and complaints by topic and hour, for the share that stops a topic.
        CREATE TABLE complaint_tallies (
            topic INTEGER NOT NULL REFERENCES names (n),
            hour INTEGER NOT NULL,          -- since the epoch
            deliveries INTEGER NOT NULL DEFAULT 0 CHECK (deliveries >= 0),
            complaints INTEGER NOT NULL DEFAULT 0 CHECK (complaints >= 0),
            PRIMARY KEY (topic, hour)
        ) STRICT, WITHOUT ROWID;
        """
}
