import Glibc
import TactCore

/// Dates as mail and HTTP write them: `Sun, 22 Nov 2026 09:00:00` in UTC, and a zone.
extension Timestamp {
    private static let shared = "%a, %d %b %Y %H:%M:%S "

    /// RFC 5322, section 3.3.
    var mailDate: String {
        var second = time_t(seconds)
        var parts = tm()
        gmtime_r(&second, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, Timestamp.shared + "+0000", &parts)
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// From an IMF-fixdate (RFC 9110, section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. Nil for anything else, the two
    /// obsolete forms included.
    init?(httpDate text: String) {
        let words = text.split(separator: " ")
        let clock = words.count == 6 ? words[4].split(separator: ":").compactMap { Int64($0) } : []
        guard clock.count == 3, words[5] == "GMT", let day = Int64(words[1]), let year = Int64(words[3]),
            let month = Timestamp.months.firstIndex(of: String(words[2])), (1...31).contains(day),
            (1970...9999).contains(year), (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        let date = CivilDate(year: year, month: Int64(month) + 1, day: day)
        self.init(seconds: date.days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
