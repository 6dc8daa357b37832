import Foundation
import TactCore

/// The calendars of `Tests/Corpus/calendars`, written by hand after what common programs export.
enum CalendarCorpus {
    static let folder = CalendarOracle.root.appendingPathComponent("Tests/Corpus/calendars")

    static let names: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".ics") }.map { String($0.dropLast(4)) }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(name + ".ics")))
    }

    static func parsed(_ name: String) throws -> ParsedCalendar {
        try BusyCalendar.parse(try bytes(name), knownZone: { TestZones.rules($0) != nil })
    }

    static let year2026 = Interval(
        start: Timestamp(seconds: 1_767_225_600), end: Timestamp(seconds: 1_798_761_600))

    /// Merged by type, for someone in Paris.
    static func busy(_ calendar: BusyCalendar) throws -> [BusyInterval] {
        var budget = ExpansionBudget()
        let busy = try calendar.busy(
            within: year2026, zones: TestZones.rules, floatingZones: [TestZones.paris], budget: &budget)
        return TypedBusyIntervals(merging: busy).all
    }
}

/// Zones of the system, each read once.
enum TestZones {
    static let paris = rules("Europe/Paris") ?? .utc
    static let newYork = rules("America/New_York") ?? .utc

    static func rules(_ name: String) -> ZoneRules? {
        lock.lock()
        defer { lock.unlock() }
        if let known = cache[name] { return known }
        let rules = try? SystemZones.rules(name)
        cache[name] = .some(rules)
        return rules
    }

    private static let lock = NSLock()
    nonisolated(unsafe) private static var cache: [String: ZoneRules?] = [:]
}
