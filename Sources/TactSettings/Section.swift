import TactAPI
import TactCore

/// One table of the file, read strictly: a key that nobody asked for is an unknown key.
package final class Section {
    package let path: String
    package let line: Int
    package let report: Report
    private let entries: [String: TOMLNode]
    private var asked: [String] = []

    /// `entries` are those of a table.
    package init(entries: [String: TOMLNode], path: String, line: Int, report: Report) {
        self.entries = entries
        self.path = path
        self.line = line
        self.report = report
    }

    /// The keys there are, in the order of their lines.
    package var keys: [String] { entries.sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }.map(\.key) }

    /// The node at a key, which thereby is a known key.
    package func node(_ key: String) -> TOMLNode? {
        asked.append(key)
        return entries[key]
    }

    /// A value; nil where the key is absent, or where it was refused.
    package func value<T>(_ key: String, _ reader: Reader<T>) -> T? {
        node(key).flatMap { read($0, reader) }
    }

    /// A value that must be there.
    package func required<T>(_ key: String, _ reader: Reader<T>) -> T? {
        guard let node = node(key) else {
            refuseMissing(key, expected: reader.expected)
            return nil
        }
        return read(node, reader)
    }

    /// A list; every element that is wrong is refused on its own. Nil where the key is absent or is no list.
    package func list<T>(_ key: String, _ reader: Reader<T>, atMost limit: Int) -> [T]? {
        guard let node = node(key) else { return nil }
        guard case .array(let elements) = node.value else {
            report.refuse(node, "found \(node.found), expected a list: [\(reader.example)]")
            return nil
        }
        guard elements.count <= limit else {
            report.refuse(node, "found \(elements.count) elements, expected at most \(limit)")
            return nil
        }
        return elements.compactMap { read($0, reader) }
    }

    /// A table of the name `key`: `[key]`, or `key = { … }`.
    package func section(_ key: String) -> Section? {
        node(key).flatMap { section($0, expected: "a section: [\(key)]") }
    }

    /// A list of tables: `[[key]]`, or `key = [{ … }]`. `written` is how it is usually written.
    package func sections(_ key: String, atMost limit: Int, written: String? = nil) -> [Section] {
        guard let node = node(key) else { return [] }
        let written = written ?? "[[\(key)]]"
        guard case .array(let elements) = node.value else {
            report.refuse(node, "found \(node.found), expected a list of tables; write \(written)")
            return []
        }
        guard elements.count <= limit else {
            report.refuse(node, "found \(elements.count) of them, expected at most \(limit)")
            return []
        }
        return elements.compactMap { section($0, expected: "a table; write \(written)") }
    }

    /// The tables in the table of the name `key`, in the order of their lines: `[key.ann]`, `[key.ben]`. Whoever asks
    /// judges their names.
    package func named(_ key: String, atMost limit: Int) -> [(name: String, section: Section)] {
        guard let node = node(key) else { return [] }
        guard case .table(let entries) = node.value else {
            report.refuse(node, "found \(node.found), expected sections; write [\(key).NAME]")
            return []
        }
        guard entries.count <= limit else {
            report.refuse(node, "found \(entries.count) of them, expected at most \(limit)")
            return []
        }
        return entries.sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }.compactMap { name, node in
            section(node, expected: "a section: [\(key).\(name)]").map { (name, $0) }
        }
    }

    private func section(_ node: TOMLNode, expected: String) -> Section? {
        guard case .table(let entries) = node.value else {
            report.refuse(node, "found \(node.found), expected \(expected)")
            return nil
        }
        return Section(entries: entries, path: node.path, line: node.line, report: report)
    }

    private func read<T>(_ node: TOMLNode, _ reader: Reader<T>) -> T? {
        do throws(Mismatch) {
            return try reader.read(node)
        } catch {
            report.refuse(node, error.message)
            return nil
        }
    }

    /// Refuses the value of `key`, or its section where it has none.
    package func refuse(_ key: String, _ message: String) {
        report.refuse(line: entries[key]?.line ?? line, key: TOMLNode.path(path, key), message)
    }

    package func refuseMissing(_ key: String, expected: String) {
        report.refuse(
            line: line, key: TOMLNode.path(path, key), "found nothing, expected \(expected); add the key \(key)")
    }

    /// Tells the operator something about the value of `key` that is no reason to refuse it.
    package func warn(_ key: String, _ message: String) {
        report.warn(line: entries[key]?.line ?? line, key: TOMLNode.path(path, key), message)
    }

    /// Refuses every key that was not asked for. To be called when all have been.
    package func finish() {
        let known = Set(asked)
        let list = known.sorted().joined(separator: ", ")
        for (key, node) in entries where !known.contains(key) {
            let similar = Suggestion.nearest(to: key, among: asked)
            let advice = similar.map { "did you mean \($0)?" } ?? "remove it"
            report.refuse(node, "found an unknown key, expected one of \(list); \(advice)")
        }
    }
}
