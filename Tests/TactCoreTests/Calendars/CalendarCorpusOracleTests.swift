import Foundation
import TactCore
import Testing

/// The corpus, as Tact and recurring-ical-events expand it.
@Suite struct CalendarCorpusOracleTests {
    @Test func theCorpusIsExpandedAsTheOracleDoes() throws {
        let theirs = try oracle()
        #expect(Set(theirs.keys) == Set(CalendarCorpus.names))
        #expect(CalendarCorpus.names.count >= 40)
        var differing: Set<String> = []
        for name in CalendarCorpus.names {
            let ours = try CalendarCorpus.busy(try CalendarCorpus.parsed(name).calendar).map(\.line)
            guard let other = theirs[name], ours == other else {
                differing.insert(name)
                #expect(ours == (try checkedByHand(name)), "\(name)")
                continue
            }
        }
        #expect(differing == (try CalendarOracle.explained(under: "Calendars")))
    }

    /// Nil where the oracle has nothing to say.
    private func oracle() throws -> [String: [String]?] {
        var found: [String: [String]?] = [:]
        var name = ""
        var intervals: [BusyInterval] = []
        var isSilent = false
        func finish() {
            if !name.isEmpty {
                found[name] = .some(isSilent ? nil : TypedBusyIntervals(merging: intervals).all.map(\.line))
            }
            intervals = []
            isSilent = false
        }
        for line in try CalendarOracle.lines("calendar_corpus.py", [CalendarCorpus.folder.path]) {
            let fields = line.split(separator: " ")
            if fields.count == 2, fields[0] == "F" {
                finish()
                name = String(fields[1])
            } else if fields.count == 4, fields[0] == "I", let start = Int64(fields[1]), let end = Int64(fields[2]),
                let type = BusyType.allCases.first(where: { $0.name == fields[3] })
            {
                intervals.append(
                    BusyInterval(start: Timestamp(seconds: start), end: Timestamp(seconds: end), type: type))
            } else {
                isSilent = true
            }
        }
        finish()
        return found
    }

    private func checkedByHand(_ name: String) throws -> [String] {
        let file = CalendarCorpus.folder.appendingPathComponent(name + ".busy")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }
}

extension BusyInterval {
    /// `2026-03-01T09:00:00Z 2026-03-01T10:00:00Z BUSY`
    var line: String { "\(start.iso) \(end.iso) \(type.name)" }
}

extension Timestamp {
    /// `2026-03-01T09:00:00Z`
    var iso: String {
        let civil = CivilDateTime(seconds: seconds)
        let (year, month, day) = civil.date.parts
        let time = civil.secondOfDay
        func two(_ n: Int64) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "\(year)-\(two(month))-\(two(day))T\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))Z"
    }
}
