import Foundation
import TactCore

/// What Python's zoneinfo says of every zone of the system, told by `Tests/Oracles/zones.py`.
struct ZoneFacts: Sendable {
    /// A change of the clock; with `before == after` it is none.
    struct Change: Sendable {
        var at: Timestamp
        var before: Int64
        var after: Int64
    }

    /// The offset of a wall-clock reading with fold=0 and fold=1 (PEP 495), near the change at `near`.
    struct Reading: Sendable {
        var local: CivilDateTime
        var offset0: Int64
        var offset1: Int64
        var near: Timestamp

        var expected: ZoneRules.Reading {
            let first = Timestamp(seconds: local.seconds - offset0)
            let last = Timestamp(seconds: local.seconds - offset1)
            if offset0 == offset1 { return .one(first) }
            return offset0 > offset1 ? .fold(first: first, last: last) : .gap(near)
        }
    }

    var name: String
    var changes: [Change] = []
    var readings: [Reading] = []

    /// Of all zones; made once, in some seconds. Throws where Python fails.
    static func all() throws -> [ZoneFacts] { try made.get() }

    private static let made = Result { parsed(try told()) }

    struct OracleFailed: Error {
        var status: Int32
    }

    private static func told() throws -> [UInt8] {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Oracles/zones.py").standardized
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", script.path, SystemZones.directory]
        let output = Pipe()
        python.standardOutput = output
        try python.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        guard python.terminationStatus == 0 else { throw OracleFailed(status: python.terminationStatus) }
        return [UInt8](data)
    }

    private static func parsed(_ told: [UInt8]) -> [ZoneFacts] {
        var zones: [ZoneFacts] = []
        var zone = ZoneFacts(name: "")
        for line in told.split(separator: UInt8(ascii: "\n")) {
            let fields = line.dropFirst(2)
            switch line.first {
            case UInt8(ascii: "Z"):
                zones.append(zone)
                zone = ZoneFacts(name: String(decoding: fields, as: UTF8.self))
            case UInt8(ascii: "T"):
                let (at, before, after) = numbers(fields)
                zone.changes.append(Change(at: Timestamp(seconds: at), before: before, after: after))
            default:
                let (local, offset0, offset1) = numbers(fields)
                zone.readings.append(
                    Reading(
                        local: CivilDateTime(seconds: local), offset0: offset0, offset1: offset1,
                        near: zone.changes.last?.at ?? .distantPast))
            }
        }
        return zones.dropFirst() + [zone]
    }

    /// Three numbers. By hand, since tests are built for debugging and there are a million of them.
    private static func numbers(_ text: ArraySlice<UInt8>) -> (Int64, Int64, Int64) {
        var found: (Int64, Int64, Int64) = (0, 0, 0)
        var value: Int64 = 0
        var isNegative = false
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: " "):
                found = (found.1, found.2, isNegative ? -value : value)
                value = 0
                isNegative = false
            default: value = value * 10 + Int64(byte & 15)
            }
        }
        return (found.1, found.2, isNegative ? -value : value)
    }
}
