/// What a form sent: `application/x-www-form-urlencoded`, or `multipart/form-data` with a file.
package struct Form: Sendable, Equatable {
    /// No form of ours has more.
    private static let mostFields = 4000

    var fields: [(name: String, value: String)] = []
    /// The bytes of the file field, whatever it is called.
    private(set) var file: [UInt8]?

    package init() {}

    package static func == (a: Form, b: Form) -> Bool {
        a.fields.elementsEqual(b.fields) { $0.name == $1.name && $0.value == $1.value } && a.file == b.file
    }

    /// From `a=1&b=2`.
    package init(encoded: some StringProtocol) {
        for pair in encoded.utf8.split(separator: UInt8(ascii: "&"), maxSplits: Form.mostFields) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = Form.decoded(parts[0])
            fields.append((name, parts.count > 1 ? Form.decoded(parts[1]) : ""))
        }
    }

    /// From a body; nil: it is of neither type, or not what its type says.
    init?(_ body: [UInt8], contentType: String?) {
        let type = contentType ?? ""
        if type.lowercased().hasPrefix("application/x-www-form-urlencoded") || body.isEmpty {
            self.init(encoded: String(decoding: body, as: UTF8.self))
            return
        }
        guard type.lowercased().hasPrefix("multipart/form-data"), let equals = type.range(of: "boundary=") else {
            return nil
        }
        let boundary = type[equals].split(separator: ";").first.map { $0.filter { $0 != "\"" } } ?? ""
        self.init()
        guard (1...70).contains(boundary.utf8.count), readParts(body, boundary: Array("--\(boundary)".utf8)) else {
            return nil
        }
    }

    /// The first value of a name, without spaces around it.
    subscript(name: String) -> String? {
        fields.first { $0.name == name }.map { $0.value.trimmed }
    }

    /// Every value of a name: of checkboxes that share it.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// RFC 7578, as far as browsers use it.
    private mutating func readParts(_ body: [UInt8], boundary: [UInt8]) -> Bool {
        var starts: [Int] = []
        var at = 0
        while let found = body.find(boundary, from: at) {
            starts.append(found)
            at = found + boundary.count
            guard starts.count <= Form.mostFields else { return false }
        }
        guard starts.count >= 2 else { return false }
        for (start, end) in zip(starts, starts.dropFirst()) {
            let part = Array(body[(start + boundary.count)..<end])
            guard let gap = part.find(Array("\r\n\r\n".utf8), from: 0), part.count >= gap + 6 else { return false }
            let head = String(decoding: part[..<gap], as: UTF8.self)
            let value = Array(part[(gap + 4)..<(part.count - 2)])
            guard
                let disposition = head.split(whereSeparator: \.isNewline).first(where: {
                    $0.lowercased().hasPrefix("content-disposition:")
                }), let name = Form.parameter("name", of: disposition)
            else { return false }
            if Form.parameter("filename", of: disposition) != nil {
                file = value
            } else {
                fields.append((name, String(decoding: value, as: UTF8.self)))
            }
        }
        return true
    }

    private static func parameter(_ name: String, of field: Substring) -> String? {
        for part in field.split(separator: ";").dropFirst() {
            let text = String(part).trimmed
            if text.hasPrefix("\(name)=\"") { return String(text.dropFirst(name.count + 2).dropLast()) }
        }
        return nil
    }

    private static func decoded(_ bytes: some Sequence<UInt8>) -> String {
        var out: [UInt8] = []
        var pending: [UInt8] = []
        for byte in bytes {
            if !pending.isEmpty {
                pending.append(byte)
                guard pending.count == 3 else { continue }
                if let value = UInt8(String(decoding: pending[1...], as: UTF8.self), radix: 16) {
                    out.append(value)
                } else {
                    out += pending
                }
                pending = []
            } else if byte == UInt8(ascii: "%") {
                pending = [byte]
            } else {
                out.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: out + pending, as: UTF8.self)
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Where the rest begins after `word`; nil: it is not in there.
    fileprivate func range(of word: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(word) { return index(start, offsetBy: word.count)..<endIndex }
            start = index(after: start)
        }
        return nil
    }
}

extension [UInt8] {
    /// The first place of `pattern`, at or after `from`.
    fileprivate func find(_ pattern: [UInt8], from: Int) -> Int? {
        guard let first = pattern.first, count >= pattern.count else { return nil }
        var at = from
        while at <= count - pattern.count {
            guard let next = self[at...].firstIndex(of: first), next <= count - pattern.count else { return nil }
            if self[next..<(next + pattern.count)].elementsEqual(pattern) { return next }
            at = next + 1
        }
        return nil
    }
}
