import TactCore

/// The words of one language. Each has a file, with a line for every text.
package struct Language: Sendable {
    /// As in `lang`: `de`.
    package let code: String
    /// As its speakers call it.
    package let name: String
    package let texts: [String: String]
    /// The same, taken apart.
    let phrases: Phrases
    /// Which form of a noun goes with a number; the rules of the Unicode CLDR for these languages.
    private let isOne: @Sendable (Int) -> Bool

    package static let all = [english, german, french, spanish, chinese]

    init(_ code: String, _ name: String, isOne: @escaping @Sendable (Int) -> Bool, _ lines: String) {
        self.code = code
        self.name = name
        self.isOne = isOne
        let phrases = Phrases(lines)
        self.phrases = phrases
        texts = phrases.keys.reduce(into: [:]) { $0[$1] = phrases.ifAny($1) }
    }

    /// A text; `{name}` in it stands for a value. A text that is missing is its key, so that it is seen.
    package func callAsFunction(_ key: String, _ values: KeyValuePairs<String, String> = [:]) -> String {
        phrases(key, values)
    }

    /// The form that goes with a number, which `{n}` stands for.
    package func counted(_ key: String, _ n: Int) -> String {
        self(isOne(n) ? key + "_one" : key + "_other", ["n": String(n)])
    }

    /// The language of a tag such as `de-AT`; nil: there is none here.
    package static func matching(_ tag: String) -> Language? {
        let primary = tag.lowercased().prefix { $0 != "-" && $0 != "_" && $0 != ";" }
        return all.first { $0.code == primary }
    }

    /// The best of what a browser accepts (RFC 9110, section 12.5.4).
    package static func accepted(_ field: String?) -> Language? {
        LanguageRange.best(of: field, among: all.map(\.code)).flatMap { matching($0) }
    }
}
