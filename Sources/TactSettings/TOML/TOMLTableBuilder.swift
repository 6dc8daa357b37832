/// A table while it grows, and the rules by which TOML 1.0 lets it grow: nothing is ever said twice.
final class TOMLTableBuilder {
    /// How a table came to be, which decides who may add to it.
    enum Origin: Hashable {
        /// Named on the way to another: `[a.b]` makes `a`. May be opened once, by its own header.
        case implied
        /// Opened by its header.
        case header
        /// Made by keys with dots in the section of that number. Only that section adds to it.
        case dotted(section: Int)
    }

    enum Entry {
        case table(TOMLTableBuilder)
        /// `[[name]]`, at least one.
        case tables([TOMLTableBuilder], line: Int)
        /// Never added to; also tables and arrays that are written in braces and brackets.
        case value(TOMLNode)
    }

    let path: String
    let line: Int
    var origin: Origin
    private var entries: [String: Entry] = [:]

    init(path: String, line: Int, origin: Origin) {
        self.path = path
        self.line = line
        self.origin = origin
    }

    /// What has become of the table.
    var node: TOMLNode {
        let nodes = entries.map { key, entry in
            switch entry {
            case .table(let table): (key, table.node)
            case .tables(let tables, let line):
                (key, TOMLNode(value: .array(tables.map(\.node)), path: TOMLNode.path(path, key), line: line))
            case .value(let node): (key, node)
            }
        }
        return TOMLNode(value: .table(Dictionary(nodes) { first, _ in first }), path: path, line: line)
    }

    /// The table that `[a.b.c]` opens, seen from the root.
    func open(_ key: [String], line: Int) throws(TOMLFault) -> TOMLTableBuilder {
        let parent = try parent(ofHeader: key, line: line)
        let name = key.last ?? ""
        switch parent.entries[name] {
        case nil: return parent.add(name, line: line, origin: .header)
        case .table(let table) where table.origin == .implied:
            table.origin = .header
            return table
        case .table(let table): throw Self.again(table.path, first: table.line, line: line)
        case .tables(let tables, let first):
            let path = TOMLNode.path(parent.path, name)
            throw TOMLFault(
                line: line,
                message: "found [\(path)], expected [[\(path)]] as in line \(first); write two brackets "
                    + "(\(tables.count) so far)")
        case .value(let node): throw Self.again(node.path, first: node.line, line: line)
        }
    }

    /// The new table that `[[a.b.c]]` adds to its list, seen from the root.
    func append(_ key: [String], line: Int) throws(TOMLFault) -> TOMLTableBuilder {
        let parent = try parent(ofHeader: key, line: line)
        let name = key.last ?? ""
        let path = TOMLNode.path(parent.path, name)
        switch parent.entries[name] {
        case nil:
            let table = TOMLTableBuilder(path: path + "[0]", line: line, origin: .header)
            parent.entries[name] = .tables([table], line: line)
            return table
        case .tables(var tables, let first):
            let table = TOMLTableBuilder(path: path + "[\(tables.count)]", line: line, origin: .header)
            // Out of the dictionary first, so that the list is not copied for each of its elements.
            parent.entries[name] = nil
            tables.append(table)
            parent.entries[name] = .tables(tables, line: first)
            return table
        case .table(let table): throw Self.again(table.path, first: table.line, line: line)
        case .value(let node): throw Self.again(node.path, first: node.line, line: line)
        }
    }

    /// Sets `a.b.c = value`, seen from this table, in the section of that number.
    func set(_ key: [String], section: Int, line: Int, value: (String) throws(TOMLFault) -> TOMLNode) throws(TOMLFault)
    {
        var table = self
        for name in key.dropLast() {
            switch table.entries[name] {
            case nil: table = table.add(name, line: line, origin: .dotted(section: section))
            case .table(let next):
                guard next.origin == .implied || next.origin == .dotted(section: section) else {
                    throw Self.again(next.path, first: next.line, line: line)
                }
                next.origin = .dotted(section: section)
                table = next
            case .tables(_, let first):
                throw Self.again(TOMLNode.path(table.path, name), first: first, line: line)
            case .value(let node): throw Self.again(node.path, first: node.line, line: line)
            }
        }
        let name = key.last ?? ""
        let path = TOMLNode.path(table.path, name)
        switch table.entries[name] {
        case nil: table.entries[name] = .value(try value(path))
        case .table(let other): throw Self.again(path, first: other.line, line: line)
        case .tables(_, let first): throw Self.again(path, first: first, line: line)
        case .value(let node): throw Self.again(path, first: node.line, line: line)
        }
    }

    /// The table in which the last part of a header stands. Of lists of tables, the last table is meant.
    private func parent(ofHeader key: [String], line: Int) throws(TOMLFault) -> TOMLTableBuilder {
        var table = self
        for name in key.dropLast() {
            switch table.entries[name] {
            case nil: table = table.add(name, line: line, origin: .implied)
            case .table(let next): table = next
            case .tables(let tables, _): table = tables.last ?? table
            case .value(let node): throw Self.again(node.path, first: node.line, line: line)
            }
        }
        return table
    }

    private func add(_ name: String, line: Int, origin: Origin) -> TOMLTableBuilder {
        let table = TOMLTableBuilder(path: TOMLNode.path(path, name), line: line, origin: origin)
        entries[name] = .table(table)
        return table
    }

    private static func again(_ path: String, first: Int, line: Int) -> TOMLFault {
        TOMLFault(line: line, message: "found \(path) again (first in line \(first)), expected it once; remove one")
    }
}
