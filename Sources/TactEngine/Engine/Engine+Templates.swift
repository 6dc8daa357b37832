import Crypto
import TactAPI
import TactCore
import TactStore
import TactTemplates

/// Templates that were read already; what is not here is read from the database.
struct TemplateShelf {
    /// One version, parsed.
    struct Item {
        var stored: StoredTemplate
        var template: Template

        var wording: Message.Wording { .init(template: stored.number, needs: stored.needs) }
        var reference: TemplateReference { TemplateReference(name: stored.name, version: stored.version) }
    }

    /// More than these are read again when they are needed.
    private static let capacity = 1000

    private var items: [Int64: Item] = [:]
    private var current: [String: Int64] = [:]

    func current(_ name: String) -> Item? { current[name].flatMap { items[$0] } }
    func version(_ number: Int64) -> Item? { items[number] }

    mutating func keep(_ item: Item, isCurrent: Bool) {
        if items.count >= Self.capacity { self = TemplateShelf() }
        items[item.stored.number] = item
        if isCurrent { current[item.stored.name] = item.stored.number }
    }

    mutating func remove(_ name: String) { current[name] = nil }
}

/// Setting, removing and finding templates.
extension Engine {
    /// The version that new messages of a template get; nil: there is no such template.
    func template(named name: String, _ session: Session) throws -> TemplateShelf.Item? {
        if let known = shelf.current(name) { return known }
        guard let stored = try session.template(named: name), let item = Self.item(stored) else { return nil }
        shelf.keep(item, isCurrent: true)
        return item
    }

    /// One version; nil: it cannot be read any more.
    func template(number: Int64, _ session: Session) throws -> TemplateShelf.Item? {
        if let known = shelf.version(number) { return known }
        guard let stored = try session.template(number: number), let item = Self.item(stored) else { return nil }
        shelf.keep(item, isCurrent: false)
        return item
    }

    /// What is stored was in order when it came; a version that has become stricter since may see that otherwise.
    private static func item(_ stored: StoredTemplate) -> TemplateShelf.Item? {
        guard let document = try? TemplateDocument(stored.document.utf8), let template = try? Template(document) else {
            return nil
        }
        return TemplateShelf.Item(stored: stored, template: template)
    }

    /// Takes in what the folder has: files that changed are new versions, files that are gone take their templates away.
    package func adopt(_ files: [NamedTemplate], _ session: Session, now: Timestamp) throws {
        let names = Set(files.map(\.name))
        for file in files { _ = try store(file.template, named: file.name, isFile: true, session, now: now) }
        for gone in try session.templates() where gone.isFile && !names.contains(gone.name) {
            try session.setTemplate(gone.name, isCurrent: false, isFile: true)
            shelf.remove(gone.name)
        }
    }

    /// Sets a template by the API.
    package func put(
        _ document: TemplateDocument, named name: String, _ session: Session, now: Timestamp
    ) throws -> TemplateAnswer {
        try refresh(session)
        try refuseFile(name, session)
        let template: Template
        do throws(TemplateRefused) {
            template = try Template(document)
        } catch {
            throw error.problem
        }
        _ = try store(template, named: name, isFile: false, session, now: now)
        return try answer(template: name, session)
    }

    package func removeTemplate(_ name: String, _ session: Session) throws {
        try refresh(session)
        guard try session.template(named: name) != nil else { throw noTemplate(name) }
        try refuseFile(name, session)
        try session.setTemplate(name, isCurrent: false, isFile: false)
        shelf.remove(name)
    }

    private func refuseFile(_ name: String, _ session: Session) throws {
        guard let stored = try session.template(named: name), stored.isFile else { return }
        throw Problem(
            .templateOfFile,
            "The template “\(name)” comes from the file \(name).toml of [templates] folder. Change it there, then reload."
        )
    }

    private func store(
        _ template: Template, named name: String, isFile: Bool, _ session: Session, now: Timestamp
    ) throws -> StoredTemplate {
        let document = JSON.object(template.document.json)
        let hash = Self.hash(document)
        if let last = try session.versions(ofTemplate: name).first, last.hash == hash {
            let isCurrent = try session.template(named: name) != nil
            if !isCurrent || last.isFile != isFile {
                try session.setTemplate(name, isCurrent: true, isFile: isFile)
                shelf.remove(name)
            }
            return last
        }
        let stored = try session.insert(
            StoredTemplate(
                name: name, version: 0, hash: hash, isFile: isFile, createdAt: now,
                document: String(decoding: document.encoded(), as: UTF8.self), needs: template.attributes))
        shelf.keep(TemplateShelf.Item(stored: stored, template: template), isCurrent: true)
        if !hasTemplates {
            hasTemplates = true
            // Desks that were opened without one know nothing of attributes.
            desks.removeAll()
        }
        return stored
    }

    private static func hash(_ document: JSON) -> String {
        let digits = Array("0123456789abcdef")
        return String(
            SHA256.hash(data: document.canonical()).prefix(8).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    // MARK: Telling

    func noTemplate(_ name: String) -> Problem {
        Problem(
            .notFound, "There is no template “\(name)”. Set it with PUT, or put \(name).toml into [templates] folder.")
    }

    /// A template with its versions. Readers ask for it, too: nothing is taken from the engine.
    package func answer(template name: String, _ session: Session) throws -> TemplateAnswer {
        guard let stored = try session.template(named: name) else { throw noTemplate(name) }
        return try answer(stored, versions: try session.versions(ofTemplate: name))
    }

    package func templateAnswers(_ session: Session) throws -> [TemplateAnswer] {
        try session.templates().map { try answer($0, versions: nil) }
    }

    private func answer(_ stored: StoredTemplate, versions: [StoredTemplate]?) throws -> TemplateAnswer {
        let document = try TemplateDocument(stored.document.utf8)
        let template = try? Template(document)
        return TemplateAnswer(
            name: stored.name, current: .init(stored), isFile: stored.isFile,
            attributes: stored.needs.map { .init(name: $0.name, isRequired: !$0.isOptional) },
            variables: (template?.variables ?? []).map { .init(name: $0.path, isRequired: !$0.isOptional) },
            document: versions == nil ? nil : document, versions: versions?.map { .init($0) })
    }
}

extension TemplateAnswer.Version {
    fileprivate init(_ stored: StoredTemplate) {
        self.init(version: stored.version, hash: stored.hash, createdAt: stored.createdAt)
    }
}
