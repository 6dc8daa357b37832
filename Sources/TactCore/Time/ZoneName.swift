/// Names of zones: which can be looked up safely, and what someone may have meant.
package enum ZoneName {
    /// Why a name is not looked up in the tz database. Carries what was found, cut to 64 bytes.
    package enum Implausible: Error, Hashable, Sendable, CustomStringConvertible {
        case empty
        case tooLong(found: String)
        /// Something other than ASCII letters, digits, `_`, `-`, `+`, `.` and `/`.
        case badCharacter(found: String)
        /// An absolute path, an empty part, or one that begins with `-` or `.`.
        case badPart(found: String)
        /// In the database's folder, but not one of its names: `posix/…`, `right/…`, `localtime`, `posixrules`.
        case notIANA(found: String)

        package var description: String {
            switch self {
            case .empty: "found an empty name, expected an IANA time zone such as Europe/Paris"
            case .tooLong(let found):
                "found “\(found)…”, expected an IANA time zone of at most \(ZoneName.longest) characters"
            case .badCharacter(let found), .badPart(let found), .notIANA(let found):
                "found “\(found)”, expected an IANA time zone such as Europe/Paris"
            }
        }
    }

    /// The longest in tzdata 2026f has 32.
    package static let longest = 64

    /// Whether a name could be one of the tz database; the database decides whether it is. A name that passes
    /// leads to no file outside the database's folder.
    package static func check(_ name: String) throws(Implausible) {
        guard !name.isEmpty else { throw .empty }
        let bytes = name.utf8
        guard bytes.count <= longest else {
            throw .tooLong(found: String(decoding: bytes.prefix(longest), as: UTF8.self))
        }
        guard bytes.allSatisfy({ $0.isLetter || $0.isDigit || "_-+./".utf8.contains($0) }) else {
            throw .badCharacter(found: name)
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasPrefix(".") }) else {
            throw .badPart(found: name)
        }
        let isElsewhere = parts.count > 1 && (parts[0] == "posix" || parts[0] == "right")
        guard !isElsewhere, name != "localtime", name != "posixrules" else { throw .notIANA(found: name) }
    }

    /// At most three of `names` that `name` was perhaps meant to be, the likeliest first: the same but for case, the
    /// same place (`Paris`, `Europe/Pari`), or a few letters away.
    package static func suggestions(for name: String, among names: some Sequence<String>) -> [String] {
        let wanted = folded(name.utf8.prefix(longest))
        guard !wanted.isEmpty else { return [] }
        let wantedPlace = place(wanted)
        var found: [(name: String, distance: Int)] = []
        for candidate in names {
            let whole = folded(candidate.utf8.prefix(longest))
            let inFull = distance(wanted, whole, atMost: tolerance(wanted.count))
            let byPlace = distance(wantedPlace, place(whole), atMost: tolerance(wantedPlace.count) / 2).map {
                $0 * 2 + 1
            }
            if let distance = [inFull, byPlace].compactMap(\.self).min() { found.append((candidate, distance)) }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    private static func tolerance(_ length: Int) -> Int { length <= 3 ? 1 : max(2, length / 4) }

    /// Lower case, and `_` for everything between words.
    private static func folded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.map {
            $0.isLetter ? $0 | 0x20 : $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0
        }
    }

    /// The last part.
    private static func place(_ name: [UInt8]) -> ArraySlice<UInt8> {
        name[((name.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
    }

    /// How many letters must be changed, added, dropped or swapped with their neighbour (optimal string alignment);
    /// nil if more than `limit`.
    private static func distance(
        _ a: some RandomAccessCollection<UInt8>, _ b: some RandomAccessCollection<UInt8>, atMost limit: Int
    ) -> Int? {
        guard abs(a.count - b.count) <= limit else { return nil }
        let (a, b) = (Array(a), Array(b))
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                row.append(best)
            }
            if row.allSatisfy({ $0 > limit }) { return nil }
            (beforeLast, last) = (last, row)
        }
        return last[b.count] <= limit ? last[b.count] : nil
    }
}
