import TactCore

/// How findings are kept: a line each, the parts separated by tabs, numbers in decimal, nothing for nil. Parts that the
/// outside can write (names, subjects) have tab, newline and `%` percent-encoded.
enum FindingText {
    static func encode(_ findings: [Finding]) -> String? {
        guard !findings.isEmpty else { return nil }
        var text = ""
        text.reserveCapacity(64 * findings.count)
        for finding in findings {
            if !text.isEmpty { text += "\n" }
            write(finding, to: &text)
        }
        return text
    }

    /// Lines that cannot be read are left out: an explanation with a gap is better than none.
    static func decode(_ text: String?) -> [Finding] {
        (text ?? "").split(separator: "\n").compactMap { finding($0) }
    }

    private static func write(_ finding: Finding, to text: inout String) {
        text += finding.rule.rawValue
        text += "\t\(letter(of: finding.effect))\t"
        if let code = finding.code { text += code.rawValue }
        text += "\t"
        if let until = finding.until { text += String(until.milliseconds) }
        text += "\t"
        if let channel = finding.channel { text += escape(channel) }
        text += "\t"
        if let name = finding.name { text += escape(name) }
        text += "\t"
        text += detail(finding.detail)
    }

    private static func finding(_ line: Substring) -> Finding? {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 7, let rule = Rule(rawValue: parts[0]) else { return nil }
        return Finding(
            rule: rule, effect: effect(of: parts[1]), code: Finding.Code(rawValue: parts[2]),
            until: Int64(parts[3]).map { Timestamp(milliseconds: $0) }, channel: unescape(parts[4]),
            name: unescape(parts[5]), detail: detail(parts[6]))
    }

    private static func letter(of effect: Finding.Effect) -> Character {
        switch effect {
        case .hold: "h"
        case .suppress: "s"
        case .permit: "p"
        case .notApplicable: "n"
        }
    }

    private static func effect(of letter: String) -> Finding.Effect {
        Finding.Effect.allCases.first { letter == String(self.letter(of: $0)) } ?? .suppress
    }

    private static func detail(_ detail: Finding.Detail?) -> String {
        switch detail {
        case nil: ""
        case .window(let start, let end): "w \(start) \(end)"
        case .stretch(let start, let end): "d \(start) \(end)"
        case .cap(let limit, .sliding(let per)): "c \(limit) \(per.milliseconds)"
        case .cap(let limit, .calendar(let period)): "c \(limit) \(word(period))"
        case .subject(let subject): "s " + escape(subject)
        case .forbidden(let ground): "f " + ground.rawValue
        case .unrendered(let kind): "r " + kind.rawValue
        }
    }

    private static func detail(_ text: String) -> Finding.Detail? {
        let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
        switch (parts.first, parts.count) {
        case ("w", 3):
            guard let start = Int64(parts[1]), let end = Int64(parts[2]) else { return nil }
            return .window(start: start, end: end)
        case ("d", 3):
            guard let start = Int64(parts[1]), let end = Int64(parts[2]) else { return nil }
            return .stretch(start: start, end: end)
        case ("c", 3):
            guard let limit = Int(parts[1]) else { return nil }
            if let period = period(parts[2]) { return .cap(limit: limit, per: .calendar(period)) }
            return Int64(parts[2]).map { .cap(limit: limit, per: .sliding(Duration(milliseconds: $0))) }
        case ("f", 2): return DataUse.Ground(rawValue: parts[1]).map(Finding.Detail.forbidden)
        case ("r", 2): return RenderingFailure.Kind(rawValue: parts[1]).map(Finding.Detail.unrendered)
        case ("s", _): return .subject(unescape(String(text.dropFirst(2))) ?? "")
        default: return nil
        }
    }

    private static func word(_ period: CalendarPeriod) -> String {
        switch period {
        case .day: "day"
        case .isoWeek: "week"
        case .month: "month"
        }
    }

    private static func period(_ word: String) -> CalendarPeriod? {
        switch word {
        case "day": .day
        case "week": .isoWeek
        case "month": .month
        default: nil
        }
    }

    private static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == 37 }) else { return text }
        return text.unicodeScalars.map { scalar in
            switch scalar {
            case "\t": "%09"
            case "\n": "%0A"
            case "%": "%25"
            default: String(scalar)
            }
        }.joined()
    }

    private static func unescape(_ text: String) -> String? {
        guard !text.isEmpty else { return nil }
        guard text.utf8.contains(37) else { return text }
        return text.split(separator: "%", omittingEmptySubsequences: false).enumerated().map { index, part in
            if index == 0 { return String(part) }
            let rest = part.dropFirst(2)
            switch part.prefix(2) {
            case "09": return "\t" + rest
            case "0A": return "\n" + rest
            default: return "%" + rest
            }
        }.joined()
    }
}
