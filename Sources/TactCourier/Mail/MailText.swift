import FoundationEssentials

/// Text as mail carries it.
enum MailText {
    /// An unstructured header value: as it is where it is plain ASCII that fits a line, else in encoded words (RFC 2047),
    /// none of which splits a character. What would begin a new line is a space here: nobody adds a header.
    ///
    /// - Parameter column: how many characters of the line the header's name has taken.
    static func header(_ text: String, column: Int) -> String {
        let line = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        let isPlain = line.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        if isPlain, column + line.utf8.count <= lineLength, !line.contains("=?"), line.first != " ", line.last != " " {
            return line
        }
        return words(of: line).joined(separator: "\n ")
    }

    /// A display name before an address: a quoted string, or encoded words.
    static func phrase(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.utf8.count <= 60
        guard isPlain, !text.contains("=?") else { return words(of: text).joined(separator: "\n ") }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// A body in Base64, in lines of 76 (RFC 2045, section 6.8). Line ends within become CRLF, as text in mail has them.
    static func base64(_ text: String) -> String {
        var crlf: [UInt8] = []
        crlf.reserveCapacity(text.utf8.count)
        var last: UInt8 = 0
        for byte in text.utf8 {
            switch (last, byte) {
            case (UInt8(ascii: "\r"), UInt8(ascii: "\n")): break
            case (_, UInt8(ascii: "\n")), (_, UInt8(ascii: "\r")): crlf += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
            default: crlf.append(byte)
            }
            last = byte
        }
        let encoded = Array(Data(crlf).base64EncodedString().utf8)
        return stride(from: 0, to: encoded.count, by: 76)
            .map { String(decoding: encoded[$0..<min($0 + 76, encoded.count)], as: UTF8.self) }
            .joined(separator: "\n")
    }

    /// RFC 5322, section 2.1.1 recommends no more.
    private static let lineLength = 78
    /// A line with encoded words has at most 76 characters (RFC 2047, section 2): 39 bytes are 52 in Base64, 12 more say
    /// what it is, and the header's name wants room.
    private static let bytesInWord = 39

    private static func words(of text: String) -> [String] {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > bytesInWord { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }
    }
}
