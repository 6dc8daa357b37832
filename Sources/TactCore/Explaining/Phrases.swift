/// The phrases of one language, of which its sentences are made: a line each, `key = text`, with `{name}` where a value
/// goes. Spaces around key and text are not part of them; a non-breaking space is.
package struct Phrases: Sendable {
    private let texts: [String: Phrase]
    /// The phrases that are lists with commas, taken apart: every date has a word of two of them.
    private let lists: [String: [String]]

    private static let listKeys = ["weekdays", "months"]

    /// - Parameter lines: `key = text`.
    package init(_ lines: String) {
        var texts: [String: Phrase] = [:]
        for line in lines.split(separator: "\n") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            texts[Phrases.trimmed(line[..<equals])] = Phrase(Phrases.trimmed(line[line.index(after: equals)...]))
        }
        self.texts = texts
        lists = Phrases.listKeys.reduce(into: [:]) { lists, key in
            lists[key] = (texts[key]?.filled([:]) ?? "").split(separator: ",").map(Phrases.trimmed)
        }
    }

    package var keys: Set<String> { Set(texts.keys) }

    /// The names of the values that a phrase has places for.
    func values(of key: String) -> Set<String> { texts[key]?.values ?? [] }

    /// A phrase that is missing is its key, so that it is seen; a test finds it before that.
    package func callAsFunction(_ key: String, _ values: KeyValuePairs<String, String> = [:]) -> String {
        texts[key]?.filled(values) ?? key
    }

    /// nil: this language has no such phrase.
    package func ifAny(_ key: String) -> String? { texts[key]?.filled([:]) }

    /// A word of one of the lists `weekdays` and `months`, counted from 0.
    package func element(_ key: String, _ index: Int) -> String {
        let words = lists[key] ?? []
        return words.indices.contains(index) ? words[index] : ""
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}

/// A text with places for values. Values are put in as they are: what looks like a place in them is none.
private struct Phrase: Sendable {
    private enum Piece: Sendable {
        case text(String)
        case value(String)
    }

    private var pieces: [Piece] = []

    init(_ text: String) {
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            if open > rest.startIndex { pieces.append(.text(String(rest[..<open]))) }
            pieces.append(.value(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
    }

    var values: Set<String> {
        Set(
            pieces.compactMap {
                switch $0 {
                case .text: nil
                case .value(let name): name
                }
            })
    }

    func filled(_ values: KeyValuePairs<String, String>) -> String {
        var out = ""
        for piece in pieces {
            switch piece {
            case .text(let text): out += text
            case .value(let name): out += values.first { $0.key == name }?.value ?? "{\(name)}"
            }
        }
        return out
    }
}
