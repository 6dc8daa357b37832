extension Schema {
    /// Templates, which messages are worded by them, and what of a person each release used.
    static let version6 = """
        CREATE TABLE templates (
            n INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            is_file INTEGER NOT NULL CHECK (is_file IN (0, 1)),     -- of the folder; else of the API
            is_current INTEGER NOT NULL CHECK (is_current IN (0, 1))    -- else it was removed
        ) STRICT;

        -- What a template said. A version stays as long as it is the last one or a message was worded by it.
        CREATE TABLE template_versions (
            n INTEGER PRIMARY KEY,
            template INTEGER NOT NULL REFERENCES templates (n),
            version INTEGER NOT NULL CHECK (version >= 1),
            hash TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            document TEXT NOT NULL,         -- JSON, as on the wire
            needs TEXT NOT NULL,            -- attributes, a line each; with ? those it can do without
            UNIQUE (template, version)
        ) STRICT;

        -- Messages that are worded by a template.
        CREATE TABLE wordings (
            message INTEGER PRIMARY KEY REFERENCES messages (n) ON DELETE CASCADE,
            version INTEGER NOT NULL REFERENCES template_versions (n)
        ) STRICT;
        CREATE INDEX wordings_of_version ON wordings (version);

        -- What a release was worded by. NULL: the topic's own words.
        CREATE TABLE renderings (
            attempt INTEGER PRIMARY KEY REFERENCES attempts (n) ON DELETE CASCADE,
            version INTEGER REFERENCES template_versions (n),
            used BLOB NOT NULL              -- sealed; a JSON array: names, sources and dates of attributes, no values
        ) STRICT;
        CREATE INDEX renderings_of_version ON renderings (version) WHERE version IS NOT NULL;
        """
}
