import Foundation

/// What two spellings of one address have in common, so that an opt-out holds for whichever is imported. For matching
/// alone: nothing is ever sent to it.
enum CanonicalAddress {
    /// Fewer figures than that are no telephone number.
    private static let fewestFigures = 5
    private static let separators = Set<UInt8>(" -./()".utf8)

    /// Mail: one normal form, domain and local part without regard to case. Telephone: figures, and the plus before them.
    /// All else, tokens among it, differs by every byte but for the normal form.
    static func of(_ address: String) -> String {
        let text = address.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping
        if let number = telephone(text) { return number }
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")), at != text.startIndex else { return text }
        let local = text[..<at]
        var domain = text[text.index(after: at)...].lowercased()
        if domain.hasSuffix(".") { domain.removeLast() }
        // Lower case may come apart again.
        return (local.lowercased() + "@" + domain).precomposedStringWithCanonicalMapping
    }

    /// nil: it is no telephone number.
    private static func telephone(_ text: String) -> String? {
        var figures = ""
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): figures.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "+") where index == 0: figures = "+"
            default: guard separators.contains(byte) else { return nil }
            }
        }
        return figures.utf8.count >= fewestFigures ? figures : nil
    }
}
