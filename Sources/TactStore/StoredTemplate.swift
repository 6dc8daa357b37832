import GRDB
import TactCore

/// One version of a template, as kept.
package struct StoredTemplate: Sendable, Equatable {
    /// The internal number of the version; 0 before it is stored.
    package var number: Int64
    package var name: String
    /// From 1, growing with each change.
    package var version: Int
    /// Of the document: the first 16 hexadecimal digits of its SHA-256.
    package var hash: String
    /// It came from the folder of the configuration, not by the API.
    package var isFile: Bool
    package var createdAt: Timestamp
    /// JSON, as on the wire.
    package var document: String
    package var needs: [AttributeNeed]

    package init(
        number: Int64 = 0, name: String, version: Int, hash: String, isFile: Bool, createdAt: Timestamp,
        document: String, needs: [AttributeNeed]
    ) {
        self.number = number
        self.name = name
        self.version = version
        self.hash = hash
        self.isFile = isFile
        self.createdAt = createdAt
        self.document = document
        self.needs = needs
    }

    init(_ row: Row) {
        number = row[0]
        name = row[1]
        version = row[2]
        hash = row[3]
        isFile = row[4]
        createdAt = Timestamp(milliseconds: row[5])
        document = row[6]
        needs = Self.needs(row[7])
    }

    static let query = """
        SELECT v.n, t.name, v.version, v.hash, t.is_file, v.created_at, v.document, v.needs
        FROM template_versions v JOIN templates t ON t.n = v.template
        """

    /// Names of attributes have no line feeds: they are letters, digits, `_` and `-`.
    fileprivate static func text(_ needs: [AttributeNeed]) -> String {
        needs.map { ($0.isOptional ? "?" : "") + $0.name }.joined(separator: "\n")
    }

    static func needs(_ text: String) -> [AttributeNeed] {
        text.split(separator: "\n").map {
            let isOptional = $0.hasPrefix("?")
            return AttributeNeed(name: String(isOptional ? $0.dropFirst() : $0), isOptional: isOptional)
        }
    }
}

extension Session {
    /// The version that new messages of a template get; nil: there is no such template, or no longer.
    package func template(named name: String) throws -> StoredTemplate? {
        try row(
            StoredTemplate.query + " WHERE t.name = ? AND t.is_current = 1 ORDER BY v.version DESC LIMIT 1", [name],
            StoredTemplate.init)
    }

    /// One version of a template.
    package func template(number: Int64) throws -> StoredTemplate? {
        try row(StoredTemplate.query + " WHERE v.n = ?", [number], StoredTemplate.init)
    }

    /// The versions of a template that are kept, the newest first.
    package func versions(ofTemplate name: String) throws -> [StoredTemplate] {
        try rows(StoredTemplate.query + " WHERE t.name = ? ORDER BY v.version DESC", [name], StoredTemplate.init)
    }

    /// Every template as new messages get it, by name.
    package func templates() throws -> [StoredTemplate] {
        try rows(
            StoredTemplate.query + """
                 WHERE t.is_current = 1
                 AND v.version = (SELECT max(version) FROM template_versions WHERE template = t.n) ORDER BY t.name
                """, [], StoredTemplate.init)
    }

    /// Whether there was ever any template: without one nobody asks for attributes.
    package func hasTemplates() throws -> Bool { try integer("SELECT EXISTS (SELECT 1 FROM templates)") == 1 }

    /// Stores a template's next version and makes it the current one; its number and version are given here. Versions
    /// that nothing was worded by are let go.
    package func insert(_ template: StoredTemplate) throws -> StoredTemplate {
        try run(
            """
            INSERT INTO templates (name, is_file, is_current) VALUES (?, ?, 1)
            ON CONFLICT (name) DO UPDATE SET is_file = excluded.is_file, is_current = 1
            """, template.name, template.isFile ? 1 : 0)
        guard let owner = try integer("SELECT n FROM templates WHERE name = ?", template.name) else {
            throw StoreError.damaged("the template \(template.name) was not stored")
        }
        var stored = template
        stored.version = Int(
            (try integer("SELECT max(version) FROM template_versions WHERE template = ?", owner) ?? 0) + 1)
        try run(
            """
            INSERT INTO template_versions (template, version, hash, created_at, document, needs)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            owner, stored.version, stored.hash, stored.createdAt.milliseconds, stored.document,
            StoredTemplate.text(stored.needs))
        stored.number = db.lastInsertedRowID
        try run(
            """
            DELETE FROM template_versions WHERE template = ? AND version < ?
            AND NOT EXISTS (SELECT 1 FROM wordings w WHERE w.version = template_versions.n)
            AND NOT EXISTS (SELECT 1 FROM renderings r WHERE r.version = template_versions.n)
            """, owner, stored.version)
        return stored
    }

    /// Makes a template's last version the current one again, or takes it from new messages.
    package func setTemplate(_ name: String, isCurrent: Bool, isFile: Bool) throws {
        try run(
            "UPDATE templates SET is_current = ?, is_file = ? WHERE name = ?", isCurrent ? 1 : 0, isFile ? 1 : 0, name)
    }

    // MARK: What was worded by them

    /// Notes what a message is worded by.
    package func word(_ message: Int64, by wording: Message.Wording?) throws {
        guard let wording else { return }
        try run("INSERT INTO wordings (message, version) VALUES (?, ?)", message, wording.template)
    }

    /// The needs of a template's version, remembered.
    func wording(_ version: Int64?) throws -> Message.Wording? {
        guard let version else { return nil }
        if let known = names.wordings[version] { return known }
        guard let needs = try row("SELECT needs FROM template_versions WHERE n = ?", [version], { $0[0] as String })
        else { throw StoreError.damaged("there is no template version \(version)") }
        let wording = Message.Wording(template: version, needs: StoredTemplate.needs(needs))
        names.wordings[version] = wording
        return wording
    }
}

/// What a release said of the person.
package struct StoredRendering: Sendable, Equatable {
    /// The number of the template's version; nil: the topic's own words.
    package var template: Int64?
    /// A JSON array.
    package var used: String

    package init(template: Int64?, used: String) {
        self.template = template
        self.used = used
    }
}

extension Session {
    /// Notes what an attempt was worded by.
    package func noteRendering(_ rendering: StoredRendering, ofAttempt lease: String, of stored: StoredMessage) throws {
        let message = stored.message.number
        guard let attempt = try attempts(of: message).last(where: { $0.lease == lease }) else {
            throw StoreError.damaged("message \(ids.id(message)) has lost an attempt")
        }
        try run(
            """
            INSERT INTO renderings (attempt, version, used) VALUES (?, ?, ?)
            """, attempt.number, rendering.template,
            try seal(Array(rendering.used.utf8), .rendering, attempt.number, of: stored.recipient))
    }

    /// What the attempts of a message were worded by, by their numbers.
    package func renderings(ofMessage message: Int64) throws -> [Int64: StoredRendering] {
        let found = try rows(
            """
            SELECT r.attempt, r.version, r.used, a.recipient FROM attempts a JOIN renderings r ON r.attempt = a.n
            WHERE a.message = ?
            """, [message],
            { row in
                let used = try openToShow(row[2], .rendering, row[0], of: row[3]).map {
                    String(decoding: $0, as: UTF8.self)
                }
                return (row[0] as Int64, StoredRendering(template: row[1], used: used ?? "[]"))
            })
        return Dictionary(found, uniquingKeysWith: { first, _ in first })
    }
}
