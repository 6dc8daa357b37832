import GRDB
import TactVault

/// The tables. SQLite holds the invariants: what must not be, cannot be stored.
enum Schema {
    /// "tact" in ASCII: marks the file as ours.
    static let applicationID: Int32 = 0x7461_6374

    /// `vault` nil: only asked what there is.
    static func migrator(_ vault: Vault?) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: version1)
        }
        migrator.registerMigration("2") { db in
            try db.execute(sql: version2)
        }
        migrator.registerMigration("3") { db in
            try db.execute(sql: version3)
        }
        migrator.registerMigration("4") { db in
            guard let vault else { throw StoreError.failed("there are no keys") }
            try seal(db, vault)
        }
        migrator.registerMigration("5") { db in
            try db.execute(sql: version5)
        }
        migrator.registerMigration("6") { db in
            try db.execute(sql: version6)
        }
        migrator.registerMigration("7") { db in
            try db.execute(sql: version7)
            if let vault { try nameClosedAddresses(db, vault) }
            try db.execute(sql: swapClosedAddresses)
        }
        migrator.registerMigration("8") { db in
            try db.execute(sql: version8)
        }
        return migrator
    }

    /// Instants are milliseconds since the epoch. `state`, `outcome`, `codes` and `permitting` have the raw values of
    /// TactCore's types. A recipient's id stands in `recipients` and nowhere else.
    private static let version1 = """
        CREATE TABLE meta (
            key TEXT PRIMARY KEY NOT NULL,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Words that recur: topics, channels, senders, versions of policy and tz database.
        CREATE TABLE names (
            n INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3),
            name TEXT NOT NULL,
            UNIQUE (kind, name)
        ) STRICT;

        CREATE TABLE recipients (
            n INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            time_zone TEXT,
            country TEXT,
            locale TEXT,
            addresses TEXT NOT NULL DEFAULT '{}',
            quiet_hours TEXT,               -- NULL: the policy's default
            paused_until INTEGER,
            attributes TEXT NOT NULL DEFAULT '{}',
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE messages (
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
            subject TEXT,
            collapse_key TEXT,
            idempotency_key TEXT,
            digest BLOB,                    -- of the body that came with the idempotency key
            plan_at INTEGER,
            plan_channel INTEGER REFERENCES names (n),
            edge_at INTEGER,
            codes INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            is_final INTEGER NOT NULL DEFAULT 0 CHECK (is_final IN (0, 1)),  -- whatever its lease brings, no retry
            ended_at INTEGER,
            reason TEXT,
            has_content INTEGER NOT NULL CHECK (has_content IN (0, 1)),
            CHECK (has_content = 1 OR state >= 2),
            CHECK ((plan_at IS NULL) = (plan_channel IS NULL)),
            CHECK ((ended_at IS NULL) = (state < 2)),
            CHECK (plan_at IS NULL OR state = 0),
            CHECK ((idempotency_key IS NULL) = (digest IS NULL))
        ) STRICT;

        -- What is due, in the order of release.
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

        CREATE TABLE contents (
            message INTEGER PRIMARY KEY REFERENCES messages (n),
            body BLOB NOT NULL
        ) STRICT;

        -- Decisions and changes of state, as they came.
        CREATE TABLE journal (
            n INTEGER PRIMARY KEY,
            message INTEGER NOT NULL REFERENCES messages (n),
            at INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7),
            is_change INTEGER NOT NULL CHECK (is_change IN (0, 1)),  -- of the state
            reason TEXT,
            plan_at INTEGER,
            plan_channel INTEGER REFERENCES names (n),
            policy INTEGER REFERENCES names (n),   -- NULL: no rule was asked
            tz INTEGER REFERENCES names (n),
            zone TEXT,                      -- the recipient's, for the sentences
            permitting INTEGER NOT NULL DEFAULT 0,
            findings TEXT
        ) STRICT;
        CREATE INDEX journal_of_message ON journal (message);
        CREATE INDEX journal_aging ON journal (at);

        -- Releases. One without an outcome is a lease; one that counts is seen by caps.
        CREATE TABLE attempts (
            n INTEGER PRIMARY KEY,
            message INTEGER NOT NULL REFERENCES messages (n),
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            sender INTEGER NOT NULL REFERENCES names (n),
            topic INTEGER NOT NULL REFERENCES names (n),
            channel INTEGER NOT NULL REFERENCES names (n),
            attempt INTEGER NOT NULL CHECK (attempt >= 1),
            released_at INTEGER NOT NULL,
            lease TEXT NOT NULL,
            deadline INTEGER NOT NULL,      -- on the clock that no step moves
            boot INTEGER NOT NULL,          -- the boot that the deadline belongs to
            outcome INTEGER CHECK (outcome BETWEEN 0 AND 4),
            ended_at INTEGER,
            detail TEXT,
            counts INTEGER NOT NULL CHECK (counts IN (0, 1)),
            CHECK ((outcome IS NULL) = (ended_at IS NULL))
        ) STRICT;
        CREATE INDEX attempts_of_message ON attempts (message);
        CREATE UNIQUE INDEX attempts_leased ON attempts (message) WHERE outcome IS NULL;
        CREATE INDEX attempts_lapsing ON attempts (deadline) WHERE outcome IS NULL;
        -- A message counts once.
        CREATE UNIQUE INDEX attempts_counted_once ON attempts (message) WHERE counts = 1;
        CREATE INDEX attempts_to ON attempts (recipient, released_at);
        CREATE INDEX attempts_released ON attempts (channel, released_at);

        CREATE TABLE calendars (
            n INTEGER PRIMARY KEY,
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            name TEXT NOT NULL,
            updated_at INTEGER NOT NULL,
            rules BLOB NOT NULL,            -- times and recurrences, no titles
            busy BLOB NOT NULL,             -- the rules expanded, from covers_from until covers_until
            covers_from INTEGER NOT NULL,
            covers_until INTEGER NOT NULL,
            renew_at INTEGER NOT NULL,      -- when the rules are to be expanded further
            problem TEXT,                   -- why the last expansion could not be made
            UNIQUE (recipient, name)
        ) STRICT;
        CREATE INDEX calendars_renewing ON calendars (renew_at);

        -- Subjects that are done. Recipient 0: for everyone.
        CREATE TABLE completions (
            subject TEXT NOT NULL,
            recipient INTEGER NOT NULL,
            until INTEGER NOT NULL,
            PRIMARY KEY (subject, recipient)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX completions_ending ON completions (until);

        CREATE TABLE channel_holds (
            channel TEXT PRIMARY KEY NOT NULL,
            since INTEGER NOT NULL,
            author TEXT NOT NULL,
            comment TEXT
        ) STRICT, WITHOUT ROWID;

        -- How many messages there ever were, and how many stand in each state: the conservation law's two sides. And the
        -- last numbers given to messages and journal entries, for none comes twice.
        CREATE TABLE counters (
            name TEXT PRIMARY KEY NOT NULL,
            value INTEGER NOT NULL DEFAULT 0 CHECK (value >= 0)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO counters (name) VALUES ('submitted'), ('pending'), ('leased'), ('delivered'), ('digested'),
            ('suppressed'), ('cancelled'), ('expired'), ('failed'), ('last_message'), ('last_entry');

        INSERT INTO meta (key, value) VALUES ('tag', abs(random()) % 1099511627776);
        """

    /// What has not ended, by topic; and up to which entry the journal has lost any: `journal_lost` in meta.
    private static let version2 = """
        CREATE TABLE queue (
            topic INTEGER NOT NULL REFERENCES names (n),
            state INTEGER NOT NULL CHECK (state IN (0, 1)),
            value INTEGER NOT NULL CHECK (value >= 0),
            PRIMARY KEY (topic, state)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO queue (topic, state, value)
            SELECT topic, state, count(*) FROM messages WHERE state IN (0, 1) GROUP BY topic, state;
        -- Of entries that went before this was kept it is only known that the first one's number is not 1.
        INSERT INTO meta (key, value)
            SELECT 'journal_lost', first - 1 FROM (SELECT min(n) AS first FROM journal) WHERE first > 1;
        """

    /// Links that work once and were used, until they would have expired; and up to when a recipient's links are void.
    private static let version5 = """
        CREATE TABLE links_used (
            number INTEGER PRIMARY KEY,
            until INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX links_used_ending ON links_used (until);
        CREATE TABLE links_revoked (
            recipient INTEGER PRIMARY KEY REFERENCES recipients (n) ON DELETE CASCADE,
            up_to INTEGER NOT NULL
        ) STRICT;
        """
}
