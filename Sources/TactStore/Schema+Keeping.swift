extension Schema {
    /// What keeps erasures, completions and attributes from piling up or standing in the way of others.
    static let version8 = """
        -- The first instant at which an attribute is stale; NULL: none ever is. What is stored already is looked at once.
        ALTER TABLE recipients ADD COLUMN stale_at INTEGER;
        UPDATE recipients SET stale_at = 0 WHERE id IS NOT NULL;
        CREATE INDEX recipients_stale ON recipients (stale_at) WHERE stale_at IS NOT NULL;

        -- Keyed hashes of addresses that a person had before; while they are being erased, of all.
        CREATE TABLE addresses_held (
            n INTEGER PRIMARY KEY,
            recipient INTEGER NOT NULL REFERENCES recipients (n),
            who BLOB NOT NULL,
            UNIQUE (recipient, who)
        ) STRICT;

        -- Subjects that are done while messages about them have not all ended yet.
        CREATE TABLE completing (
            subject BLOB NOT NULL,          -- keyed hash
            recipient INTEGER NOT NULL,     -- 0: for everyone
            up_to INTEGER NOT NULL,         -- the last message that was there when it was done
            past INTEGER NOT NULL,          -- messages up to this one have been looked at
            PRIMARY KEY (subject, recipient)
        ) STRICT, WITHOUT ROWID;

        -- Keyed hash of the address it went to; NULL: released before this was kept.
        ALTER TABLE attempts ADD COLUMN address BLOB;

        -- Of a subject that recurs for years, only what has not ended yet is ever asked for.
        DROP INDEX messages_about;
        CREATE INDEX messages_about ON messages (subject) WHERE subject IS NOT NULL AND state IN (0, 1);

        -- Messages that could not be opened.
        CREATE INDEX messages_unreadable ON messages (n) WHERE reason = 'unreadable';
        """
}
