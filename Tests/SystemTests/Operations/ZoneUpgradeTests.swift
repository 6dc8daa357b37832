import Foundation
import TactAPI
import TactCore
import Testing

/// The package tzdata is upgraded while the daemon runs.
@Suite struct ZoneUpgradeTests {
    private static let policy =
        Policies.plain + """

            [time_zone]
            unknown = "hold"
            [quiet_hours]
            default = [{ days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start = "22:00", end = "08:00" }]
            """

    private static let meeting = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", "DTSTART;TZID=Europe/Paris:20261202T090000",
        "DTEND;TZID=Europe/Paris:20261202T100000", "END:VEVENT", "END:VCALENDAR", "",
    ].joined(separator: "\r\n")

    @Test func plansMoveWithTheRules() async throws {
        let zones = try TZDirectory(version: "2026a")
        defer { zones.remove() }
        for name in ["Europe/Paris", "Asia/Tokyo", "Etc/UTC"] { try zones.install(name, from: name) }
        let clock = try FakeClock(at: Timestamp(rfc3339: "2026-12-01T22:30:00Z"))
        // The times of files are not the fake clock's.
        let environment = clock.environment.merging(["TZDIR": zones.path, "NO_FAKE_STAT": "1"]) { $1 }
        try await Daemon.run(ZoneUpgradeTests.policy, environment: environment) { daemon in
            #expect(try await daemon.get("/v1/status")["tz"] == "2026a")
            for (recipient, zone) in [("ann", "Europe/Paris"), ("bob", "Asia/Tokyo"), ("cid", "Etc/UTC")] {
                let reply = try await daemon.put("/v1/recipients/\(recipient)", ["time_zone": .string(zone)])
                #expect(reply.status == 200, "\(reply)")
            }
            let calendar = try await daemon.call(
                .put, "/v1/recipients/cid/calendars/work", body: Array(ZoneUpgradeTests.meeting.utf8),
                type: "text/calendar")
            #expect(calendar.status == 200, "\(calendar)")
            let ann = try await daemon.submit(to: "ann")
            let bob = try await daemon.submit(to: "bob")
            let cid = try await daemon.submit(to: "cid", ["not_before": "2026-12-02T08:30:00Z"])
            #expect(ann["plan"]?["at"] == "2026-12-02T07:00:00.000Z")
            #expect(bob["plan"]?["at"] == "2026-12-01T23:00:00.000Z")
            #expect(cid["plan"]?["at"] == "2026-12-02T09:00:00.000Z")

            // Paris moves to UTC+2, and Tokyo is no more.
            try zones.install("Europe/Paris", from: "Africa/Johannesburg")
            try zones.uninstall("Asia/Tokyo")
            try zones.write(version: "2026b")
            func plan(_ message: JSON) async throws -> JSON? {
                try await daemon.message(message["id"]?.stringValue ?? "")["plan"]
            }
            try await eventually(within: 30, "quiet hours end an hour earlier") {
                try await plan(ann)?["at"] == "2026-12-02T06:00:00.000Z"
            }
            #expect(try await plan(bob) == .null, "a zone that was lost is not known")
            #expect(try await plan(cid)?["at"] == "2026-12-02T08:30:00.000Z", "the meeting is an hour earlier, too")
            #expect(try await daemon.get("/v1/status")["tz"] == "2026b")
            #expect(daemon.log.contains("from=2026a to=2026b"), "\(daemon.log)")

            let path = "/v1/messages/\(ann["id"]?.stringValue ?? "")/explanation"
            let decisions = try await daemon.get(path).json["decisions"]?.arrayValue ?? []
            #expect(decisions.map { $0["tz"] } == ["2026a", "2026b"])
            let codes = try await daemon.message(bob["id"]?.stringValue ?? "")["codes"]
            #expect(codes?.arrayValue?.contains("time_zone_unknown") == true)
            let late = try await daemon.put("/v1/recipients/dan", ["time_zone": "Asia/Tokyo"])
            #expect(late.problem == .unknownTimeZone)
        }
    }
}

/// A tz database of a daemon's own, changed as dpkg changes the system's: a new file takes the place of the old.
private struct TZDirectory {
    let path: String

    init(version: String) throws {
        path = NSTemporaryDirectory() + "/tact-tz-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write(version: version)
        try put(Data("FR\tFrance\n".utf8), at: "iso3166.tab")
        try put(Data("FR\t+4852+00220\tEurope/Paris\n".utf8), at: "zone1970.tab")
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    func write(version: String) throws { try put(Data("# version \(version)\n".utf8), at: "tzdata.zi") }

    /// Puts one of the system's zones under a name.
    func install(_ name: String, from zone: String) throws {
        try put(try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/\(zone)")), at: name)
    }

    func uninstall(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    private func put(_ data: Data, at name: String) throws {
        let file = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let new = file.path + ".dpkg-new"
        try data.write(to: URL(fileURLWithPath: new))
        guard rename(new, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
