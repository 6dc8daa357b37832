import TactCore
import Testing

/// Every zone of the system against Python's zoneinfo: a second reader of the same files.
@Suite struct ZoneOracleTests {
    @Test func offsetsAndTransitionsAreThoseOfZoneinfo() throws {
        var wrong: [String] = []
        var count = 0
        for facts in try ZoneFacts.all() {
            let zone = try SystemZones.rules(facts.name)
            var last: Timestamp?
            for change in facts.changes {
                count += 1
                let justBefore = Timestamp(milliseconds: change.at.milliseconds - 1)
                if zone.offset(at: justBefore) != Int(change.before) || zone.offset(at: change.at) != Int(change.after)
                {
                    wrong.append("\(facts.name): offsets around \(change.at)")
                }
                guard change.before != change.after else { continue }
                if let last, zone.nextTransition(after: last) != change.at {
                    wrong.append(
                        "\(facts.name): after \(last) found \(zone.nextTransition(after: last)?.rfc3339 ?? "nil")")
                }
                last = change.at
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) differences: \(wrong.prefix(10).joined(separator: "; "))")
        #expect(count > 10_000)
    }

    @Test func readingsAreThoseOfZoneinfo() throws {
        var wrong: [String] = []
        var count = 0
        for facts in try ZoneFacts.all() {
            let zone = try SystemZones.rules(facts.name)
            for reading in facts.readings {
                count += 1
                let found = zone.reading(reading.local)
                if found != reading.expected {
                    wrong.append("\(facts.name): \(reading.local.seconds) is \(found), expected \(reading.expected)")
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) differences: \(wrong.prefix(10).joined(separator: "; "))")
        #expect(count > 100_000)
    }

    @Test func everyNameOfTheDatabaseIsReadAndPlausible() throws {
        #expect(SystemZones.names.count > 400)
        for name in SystemZones.names where name != "localtime" && name != "posixrules" {
            _ = try SystemZones.rules(name)
            try ZoneName.check(name)
        }
    }
}
