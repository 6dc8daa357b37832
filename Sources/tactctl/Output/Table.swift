/// Rows in columns.
struct Table {
    var header: [String]
    var rows: [[String]] = []

    init(_ header: String...) { self.header = header }

    /// Cells may be coloured, but for the last column, which is cut where it goes beyond `width`.
    func text(_ style: Style, width: Int?) -> String {
        var widths = header.map(TerminalText.width)
        for row in rows {
            for (column, cell) in row.enumerated() where column < widths.count {
                widths[column] = max(widths[column], TerminalText.width(cell))
            }
        }
        let head = line(header, widths, width)
        return ([style.paint(head, .bold)] + rows.map { line($0, widths, width) }).map { $0 + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int], _ limit: Int?) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() {
            guard column < widths.count - 1 else {
                let room = limit.map { max(8, $0 - TerminalText.width(line)) }
                return line + (room.map { TerminalText.clipped(cell, to: $0) } ?? cell)
            }
            line += cell + String(repeating: " ", count: widths[column] - TerminalText.width(cell) + 2)
        }
        return line
    }
}

/// Names with their values, the values aligned.
struct Facts {
    private var facts: [(name: String, value: String)] = []

    /// What has no value is left out.
    mutating func add(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { facts.append((name, value)) }
    }

    func text(_ style: Style, indent: Int = 2) -> String {
        let width = facts.map { TerminalText.width($0.name) }.max() ?? 0
        let margin = String(repeating: " ", count: indent)
        return facts.map { name, value in
            let gap = String(repeating: " ", count: width - TerminalText.width(name) + 2)
            return margin + style.paint(name, .dim) + gap + value + "\n"
        }.joined()
    }
}
