/// The languages in which sentences are told. Each has a file of phrases; operators are told in English.
package enum SentenceLanguage: String, CaseIterable, Sendable {
    case english = "en"
    case german = "de"
    case french = "fr"
    case spanish = "es"
    case chinese = "zh"

    var phrases: Phrases {
        switch self {
        case .english: .english
        case .german: .german
        case .french: .french
        case .spanish: .spanish
        case .chinese: .chinese
        }
    }

    /// Of a tag such as `de-AT`; nil: there are no sentences in it.
    package static func matching(_ tag: String) -> SentenceLanguage? {
        LanguageRange.best(of: tag, among: allCases.map(\.rawValue)).flatMap(SentenceLanguage.init)
    }

    /// The best of what a client accepts (RFC 9110, section 12.5.4); nil: none of it is spoken here.
    package static func accepted(_ field: String?) -> SentenceLanguage? {
        LanguageRange.best(of: field, among: allCases.map(\.rawValue)).flatMap(SentenceLanguage.init)
    }
}

/// What stands in `Accept-Language`.
package enum LanguageRange {
    /// Nobody lists more; what comes after is not looked at.
    private static let most = 32

    /// The language, by its first subtag, that is wished for most; of equal wishes the first. nil: none of `codes`.
    package static func best(of field: String?, among codes: [String]) -> String? {
        var best: (code: String, weight: Double)?
        for wish in (field ?? "").split(separator: ",").prefix(most) {
            let parts = wish.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard let code = parts.first.map({ $0.prefix { $0 != "-" && $0 != "_" } }).map(String.init),
                codes.contains(code)
            else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            if weight > (best?.weight ?? 0) { best = (code, weight) }
        }
        return best?.code
    }
}
