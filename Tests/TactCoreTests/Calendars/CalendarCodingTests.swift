import TactCore
import Testing

/// What is written to disk, and what is not.
@Suite struct CalendarCodingTests {
    @Test func theCorpusComesBackAsItWas() throws {
        for name in CalendarCorpus.names {
            let calendar = try CalendarCorpus.parsed(name).calendar
            let again = try BusyCalendar(decoding: calendar.encoded())
            #expect(again == calendar, "\(name)")
            let typed = TypedBusyIntervals(merging: try expanded(calendar))
            #expect(try TypedBusyIntervals(decoding: typed.encoded()) == typed)
            #expect(try BusyIntervals(decoding: typed.merged.encoded()) == typed.merged)
        }
    }

    /// Titles, places, people, identities and the program that wrote the file are in none of the stored forms.
    @Test func nothingThatTellsWhatTheTimeIsForIsStored() throws {
        let telling: Set<String> = [
            "SUMMARY", "LOCATION", "DESCRIPTION", "ATTENDEE", "ORGANIZER", "UID", "URL", "PRODID", "COMMENT",
            "X-WR-CALNAME", "X-ALT-DESC", "X-APPLE-STRUCTURED-LOCATION",
        ]
        var looked = 0
        for name in CalendarCorpus.names {
            let calendar = try CalendarCorpus.parsed(name).calendar
            let typed = TypedBusyIntervals(merging: try expanded(calendar))
            let stored = [calendar.encoded(), typed.encoded(), typed.merged.encoded()]
                .map { String(decoding: $0, as: UTF8.self).lowercased() }
            let source = String(decoding: try CalendarCorpus.bytes(name), as: UTF8.self)
            for line in source.split(whereSeparator: \.isNewline) {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let property = line[..<colon].split(separator: ";").first.map(String.init) ?? ""
                guard telling.contains(property) else { continue }
                for word in line[line.index(after: colon)...].split(whereSeparator: { !$0.isLetter && !$0.isNumber })
                where word.count >= 4 && !calendar.zoneNames.joined().lowercased().contains(word.lowercased()) {
                    looked += 1
                    #expect(stored.allSatisfy { !$0.contains(word.lowercased()) }, "\(name): \(word)")
                }
            }
        }
        #expect(looked > 500)
    }

    @Test func aWeeklyMeetingTakesFewBytes() throws {
        let calendar = try CalendarCorpus.parsed("google-weekly").calendar
        #expect(calendar.encoded().count < 100)
    }

    @Test func anotherVersionIsRefused() throws {
        var bytes = try CalendarCorpus.parsed("google-weekly").calendar.encoded()
        bytes[0] = 9
        #expect(throws: DecodingProblem.unknownVersion(9)) { _ = try BusyCalendar(decoding: bytes) }
        #expect(throws: DecodingProblem.truncated) { _ = try BusyCalendar(decoding: []) }
        #expect(throws: DecodingProblem.truncated) { _ = try BusyCalendar(decoding: [1, 255, 255, 255, 127]) }
        #expect(throws: DecodingProblem.malformed) { _ = try BusyIntervals(decoding: [1, 0, 0]) }
    }

    private func expanded(_ calendar: BusyCalendar) throws -> [BusyInterval] {
        var budget = ExpansionBudget()
        return try calendar.busy(
            within: CalendarCorpus.year2026, zones: TestZones.rules, floatingZones: [TestZones.paris],
            budget: &budget)
    }
}
