import Foundation
import GRDB
import TactCore
import TactVault

/// Version 4: what is personal is sealed, and looked up by keyed hashes.
extension Schema {
    /// What becomes of the tables. Those whose columns change kind are made anew.
    private static let newTables = """
        CREATE TABLE new_recipients (
            n INTEGER PRIMARY KEY,          -- names the key; never given twice
            id BLOB UNIQUE,                 -- keyed hash; NULL: being erased, or erased while a worker has a message
            sealed BLOB,                    -- id, zone, country, locale, addresses, quiet hours, pause, attributes
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            erasing BLOB,                   -- the keyed hash, from the beginning of the erasure to its end
            CHECK ((id IS NULL) = (sealed IS NULL)),
            CHECK (erasing IS NULL OR id IS NULL)
        ) STRICT;

        CREATE TABLE new_messages (
            n INTEGER PRIMARY KEY,
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            sender INTEGER NOT NULL REFERENCES names (n),
            topic INTEGER NOT NULL REFERENCES names (n),
            channels TEXT NOT NULL,         -- numbers of names, in order, separated by commas
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7),
            urgency INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 3),
            relevance REAL NOT NULL CHECK (relevance BETWEEN 0 AND 1),
            submitted_at INTEGER NOT NULL,
            not_before INTEGER,
            expires_at INTEGER NOT NULL,
            waits_from INTEGER NOT NULL,
            retry_at INTEGER,
            subject BLOB,                   -- keyed hashes, these three
            collapse_key BLOB,
            idempotency_key BLOB,
            sealed BLOB,                    -- subject, collapse key, digest of the body; NULL: there is none of them
            plan_at INTEGER,
            plan_channel INTEGER REFERENCES names (n),
            edge_at INTEGER,
            codes INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            is_final INTEGER NOT NULL DEFAULT 0 CHECK (is_final IN (0, 1)),  -- whatever its lease brings, no retry
            ended_at INTEGER,
            reason TEXT,
            has_content INTEGER NOT NULL CHECK (has_content IN (0, 1)),
            fingerprint TEXT,               -- keyed hash of what it says, where that is asked for
            -- Without content a message can wait for nothing but the outcome of its lease: its recipient was erased.
            CHECK (has_content = 1 OR state >= 2 OR (state = 1 AND is_final = 1)),
            CHECK ((plan_at IS NULL) = (plan_channel IS NULL)),
            CHECK ((ended_at IS NULL) = (state < 2)),
            CHECK (plan_at IS NULL OR state = 0)
        ) STRICT;

        CREATE TABLE new_calendars (
            n INTEGER PRIMARY KEY,
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            name BLOB NOT NULL,             -- keyed hash
            sealed BLOB NOT NULL,           -- name; times and recurrences, no titles
            busy BLOB NOT NULL,             -- sealed: the rules expanded, from covers_from until covers_until
            updated_at INTEGER NOT NULL,
            covers_from INTEGER NOT NULL,
            covers_until INTEGER NOT NULL,
            renew_at INTEGER NOT NULL,      -- when the rules are to be expanded further
            problem TEXT,                   -- why the last expansion could not be made
            UNIQUE (recipient, name)
        ) STRICT;

        CREATE TABLE new_completions (
            subject BLOB NOT NULL,          -- keyed hash
            recipient INTEGER NOT NULL,     -- 0: for everyone
            until INTEGER NOT NULL,
            PRIMARY KEY (subject, recipient)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE new_consents (
            n INTEGER PRIMARY KEY,
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            topic INTEGER NOT NULL REFERENCES names (n),    -- the name "*": all marketing
            channel INTEGER REFERENCES names (n),           -- NULL: every channel
            is_granted INTEGER NOT NULL CHECK (is_granted IN (0, 1)),
            sealed BLOB,                    -- source, wording, evidence
            at INTEGER,                     -- when it was said, as the one who recorded it tells
            received_at INTEGER NOT NULL,
            recorded_by INTEGER NOT NULL REFERENCES names (n),
            policy INTEGER NOT NULL REFERENCES names (n),
            CHECK (at <= received_at)
        ) STRICT;

        CREATE TABLE new_preferences (
            recipient INTEGER PRIMARY KEY NOT NULL REFERENCES recipients (n),
            document BLOB NOT NULL,         -- sealed
            updated_at INTEGER NOT NULL
        ) STRICT;

        ALTER TABLE events ADD COLUMN sealed_detail BLOB;
        ALTER TABLE journal ADD COLUMN sealed BLOB;         -- the recipient's zone, and findings
        ALTER TABLE attempts ADD COLUMN sealed_detail BLOB;
        """

    private static let swap = """
        DROP TABLE calendars;
        DROP TABLE completions;
        DROP TABLE consents;
        DROP TABLE preferences;
        DROP TABLE messages;
        DROP TABLE recipients;
        ALTER TABLE new_recipients RENAME TO recipients;
        ALTER TABLE new_messages RENAME TO messages;
        ALTER TABLE new_calendars RENAME TO calendars;
        ALTER TABLE new_completions RENAME TO completions;
        ALTER TABLE new_consents RENAME TO consents;
        ALTER TABLE new_preferences RENAME TO preferences;
        ALTER TABLE events DROP COLUMN detail;
        ALTER TABLE events RENAME COLUMN sealed_detail TO detail;
        ALTER TABLE journal DROP COLUMN zone;
        ALTER TABLE journal DROP COLUMN findings;
        ALTER TABLE attempts DROP COLUMN detail;
        ALTER TABLE attempts RENAME COLUMN sealed_detail TO detail;

        CREATE INDEX recipients_erased ON recipients (n) WHERE id IS NULL;
        CREATE INDEX messages_due ON messages (plan_channel, urgency DESC, plan_at, relevance DESC, expires_at)
            WHERE plan_at IS NOT NULL;
        CREATE INDEX messages_of_recipient ON messages (recipient, state);
        CREATE INDEX messages_expiring ON messages (expires_at) WHERE state = 0;
        CREATE INDEX messages_unplanned ON messages (recipient, expires_at) WHERE state = 0 AND plan_at IS NULL;
        CREATE INDEX messages_ended ON messages (ended_at) WHERE ended_at IS NOT NULL;
        -- Few, as a rule: content goes when its message ends, or a while later.
        CREATE INDEX messages_outlived ON messages (state, ended_at) WHERE ended_at IS NOT NULL AND has_content = 1;
        CREATE INDEX messages_failed ON messages (state) WHERE state IN (1, 7);
        CREATE INDEX messages_about ON messages (subject) WHERE subject IS NOT NULL;
        CREATE UNIQUE INDEX messages_collapsing ON messages (recipient, topic, sender, collapse_key)
            WHERE state = 0 AND collapse_key IS NOT NULL;
        CREATE UNIQUE INDEX messages_idempotent ON messages (sender, idempotency_key)
            WHERE idempotency_key IS NOT NULL;
        CREATE INDEX messages_alike ON messages (recipient, fingerprint) WHERE fingerprint IS NOT NULL;
        CREATE INDEX consents_of_recipient ON consents (recipient, topic, channel);
        CREATE TRIGGER consents_stay BEFORE UPDATE ON consents BEGIN
            SELECT RAISE(ABORT, 'consent records are only ever added');
        END;
        CREATE INDEX completions_of ON completions (recipient) WHERE recipient <> 0;
        CREATE INDEX calendars_renewing ON calendars (renew_at);
        CREATE INDEX completions_ending ON completions (until);

        -- What was erased, by state: the tallies keep counting it, no row is left.
        CREATE TABLE erased (
            state INTEGER PRIMARY KEY NOT NULL CHECK (state BETWEEN 2 AND 7),
            value INTEGER NOT NULL DEFAULT 0 CHECK (value >= 0)
        ) STRICT;
        INSERT INTO counters (name) VALUES ('last_recipient'), ('erased_recipients');
        UPDATE counters SET value = (SELECT coalesce(max(n), 0) FROM recipients) WHERE name = 'last_recipient';

        -- Whoever was erased and comes again starts with what they had switched off. Keyed hashes of their id, and of their
        -- addresses by channel.
        CREATE TABLE suppressions (
            who BLOB NOT NULL,
            topic TEXT NOT NULL,            -- '*': all marketing
            channel TEXT NOT NULL,          -- '': every channel
            at INTEGER NOT NULL,
            PRIMARY KEY (who, topic, channel)
        ) STRICT, WITHOUT ROWID;

        -- Who did what; nobody's name but the operators'. Each row is bound to the one before it: see AuditEntry.
        CREATE TABLE audit (
            n INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            actor TEXT NOT NULL,
            role TEXT NOT NULL,
            action TEXT NOT NULL,
            target BLOB,                    -- keyed hash of a recipient's id
            detail TEXT,
            hash BLOB NOT NULL              -- HMAC-SHA256 over the hash before it and this row
        ) STRICT;
        -- It only grows.
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;
        CREATE TRIGGER audit_is_not_cut BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log only grows'); END;
        """

    /// In meta: which vault the keys are in.
    static let vaultMark = "vault"
    /// In meta: bytes from before they were sealed may still be in the file.
    static let clearMark = "clear_bytes"

    /// Seals a database in place. All or nothing; keys that were drawn for nothing serve the next time.
    static func seal(_ db: Database, _ vault: Vault) throws {
        try db.execute(sql: newTables)
        let sealer = Sealer(db, vault)
        try sealer.recipients()
        try sealer.messages()
        try sealer.contents()
        try sealer.journal()
        try sealer.attempts()
        try sealer.calendars()
        try sealer.completions()
        try sealer.consents()
        try sealer.preferences()
        try sealer.events()
        try db.execute(sql: swap)
        try db.execute(
            sql: "INSERT INTO meta (key, value) VALUES (?, ?), (?, 1)", arguments: [vaultMark, vault.id, clearMark])
    }
}

/// Moves what is stored in the clear into sealed columns, row by row.
private struct Sealer {
    let db: Database
    let session: Session

    init(_ db: Database, _ vault: Vault) {
        self.db = db
        session = Session(db, names: Names(), counters: Counters(), ids: MessageIDs(tag: 0), vault: vault)
    }

    /// Whose key was destroyed since this database lay aside: nothing of theirs is carried over, and they are erased once
    /// more before anybody is served.
    private func isErased(_ recipient: Int64) -> Bool { session.vault.isErased(recipient) }

    private func each(_ sql: String, _ body: (Row) throws -> Void) throws {
        let cursor = try Row.fetchCursor(db, sql: sql)
        while let row = try cursor.next() { try body(row) }
    }

    func recipients() throws {
        try each(
            """
            SELECT n, id, time_zone, country, locale, addresses, quiet_hours, paused_until, attributes, created_at,
                updated_at FROM recipients
            """
        ) { row in
            var recipient = StoredRecipient(
                number: row[0], id: row[1], createdAt: Timestamp(milliseconds: row[9]))
            recipient.timeZone = row[2]
            recipient.country = row[3]
            recipient.locale = row[4]
            recipient.addresses = row[5]
            recipient.quietHours = row[6]
            recipient.pausedUntil = Timestamp(row[7] as Int64?)
            recipient.attributes = row[8]
            if isErased(recipient.number) {
                return try session.run(
                    "INSERT INTO new_recipients (n, created_at, updated_at, erasing) VALUES (?, ?, ?, ?)",
                    recipient.number, row[9] as Int64, row[10] as Int64, session.hash(recipient.id, as: .recipient))
            }
            do { try session.vault.provide(for: recipient.number) } catch { throw StoreError(error) }
            try session.run(
                "INSERT INTO new_recipients (n, id, sealed, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
                recipient.number, session.hash(recipient.id, as: .recipient), try session.seal(recipient),
                row[9] as Int64, row[10] as Int64)
        }
    }

    func messages() throws {
        let same = """
            n, recipient, sender, topic, channels, state, urgency, relevance, submitted_at, not_before, expires_at, \
            waits_from, retry_at, plan_at, plan_channel, edge_at, codes, attempts, is_final, ended_at, reason, has_content
            """
        try db.execute(sql: "INSERT INTO new_messages (\(same)) SELECT \(same) FROM messages")
        try each(
            """
            SELECT n, recipient, subject, collapse_key, idempotency_key, digest, fingerprint FROM messages
            WHERE subject IS NOT NULL OR collapse_key IS NOT NULL OR idempotency_key IS NOT NULL
                OR fingerprint IS NOT NULL
            """
        ) { row in
            if isErased(row[1]) { return }
            let words = MessageWords(
                subject: row[2], collapseKey: row[3], digest: (row[5] as Data?).map { [UInt8]($0) })
            try session.run(
                """
                UPDATE new_messages SET subject = ?, collapse_key = ?, idempotency_key = ?, sealed = ?, fingerprint = ?
                WHERE n = ?
                """,
                words.subject.map { session.hash($0, as: .subject) },
                words.collapseKey.map { session.hash($0, as: .collapseKey) },
                (row[4] as String?).map { session.hash($0, as: .idempotencyKey) },
                try session.seal(words, ofMessage: row[0], for: row[1]),
                (row[6] as String?).map(session.keyed), row[0] as Int64)
        }
    }

    func contents() throws {
        try each("SELECT c.message, m.recipient, c.body FROM contents c JOIN messages m ON m.n = c.message") { row in
            try session.run(
                "UPDATE contents SET body = ? WHERE message = ?",
                isErased(row[1]) ? Data() : try session.seal([UInt8](row[2] as Data), .content, row[0], of: row[1]),
                row[0] as Int64)
        }
    }

    func journal() throws {
        try each(
            """
            SELECT j.n, m.recipient, j.zone, j.findings FROM journal j JOIN messages m ON m.n = j.message
            WHERE j.zone IS NOT NULL OR j.findings IS NOT NULL
            """
        ) { row in
            if isErased(row[1]) { return }
            var fields = SealedFields()
            fields.add(row[2] as String?)
            fields.add(row[3] as String?)
            try session.run(
                "UPDATE journal SET sealed = ? WHERE n = ?", try session.seal(fields, .entry, row[0], of: row[1]),
                row[0] as Int64)
        }
    }

    func attempts() throws {
        try each("SELECT n, recipient, detail FROM attempts WHERE detail IS NOT NULL") { row in
            if isErased(row[1]) { return }
            try session.run(
                "UPDATE attempts SET sealed_detail = ? WHERE n = ?",
                try session.seal(Array((row[2] as String).utf8), .attempt, row[0], of: row[1]), row[0] as Int64)
        }
    }

    func calendars() throws {
        try each(
            """
            SELECT n, recipient, name, rules, busy, updated_at, covers_from, covers_until, renew_at, problem
            FROM calendars
            """
        ) { row in
            let (number, recipient): (Int64, Int64) = (row[0], row[1])
            if isErased(recipient) { return }
            var fields = SealedFields()
            fields.add(row[2] as String)
            fields.add([UInt8](row[3] as Data))
            try session.run(
                """
                INSERT INTO new_calendars (n, recipient, name, sealed, busy, updated_at, covers_from, covers_until,
                    renew_at, problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, number, recipient, session.hash(row[2], as: .calendar, of: recipient),
                try session.seal(fields, .calendar, number, of: recipient),
                try session.seal([UInt8](row[4] as Data), .busy, number, of: recipient), row[5] as Int64,
                row[6] as Int64,
                row[7] as Int64, row[8] as Int64, row[9] as String?)
        }
    }

    func consents() throws {
        try each(
            """
            SELECT n, recipient, topic, channel, is_granted, source, wording, evidence, at, received_at, recorded_by,
                policy FROM consents
            """
        ) { row in
            if isErased(row[1]) { return }
            try session.run(
                """
                INSERT INTO new_consents (n, recipient, topic, channel, is_granted, sealed, at, received_at, recorded_by,
                    policy) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, row[0] as Int64, row[1] as Int64, row[2] as Int64, row[3] as Int64?, row[4] as Int64,
                try session.sealConsent(row[5], row[6], row[7], row[0], of: row[1]), row[8] as Int64?, row[9] as Int64,
                row[10] as Int64, row[11] as Int64)
        }
    }

    func preferences() throws {
        try each("SELECT recipient, document, updated_at FROM preferences") { row in
            let recipient: Int64 = row[0]
            if isErased(recipient) { return }
            try session.run(
                "INSERT INTO new_preferences (recipient, document, updated_at) VALUES (?, ?, ?)", recipient,
                try session.seal(Array((row[1] as String).utf8), .preferences, recipient, of: recipient),
                row[2] as Int64)
        }
    }

    func events() throws {
        try each("SELECT n, recipient, detail FROM events WHERE detail IS NOT NULL") { row in
            if isErased(row[1]) { return }
            try session.run(
                "UPDATE events SET sealed_detail = ? WHERE n = ?",
                try session.seal(Array((row[2] as String).utf8), .event, row[0], of: row[1]), row[0] as Int64)
        }
    }

    func completions() throws {
        try each("SELECT subject, recipient, until FROM completions") { row in
            try session.run(
                "INSERT INTO new_completions (subject, recipient, until) VALUES (?, ?, ?)",
                session.hash(row[0], as: .subject), row[1] as Int64, row[2] as Int64)
        }
    }
}
