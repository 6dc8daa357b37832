/// Busy time by type: what `GET` of a calendar lists. Intervals of one type are merged, those of different types may
/// overlap.
package struct TypedBusyIntervals: Hashable, Sendable {
    private var byType: [BusyIntervals]

    private static let types: [BusyType] = [.busy, .tentative, .unavailable]
    private static let version: UInt8 = 1

    /// What is empty or FREE does not count.
    package init(merging busy: [BusyInterval]) {
        byType = Self.types.map { type in BusyIntervals(merging: busy.lazy.filter { $0.type == type }) }
    }

    /// Never busy.
    package var isEmpty: Bool { byType.allSatisfy(\.isEmpty) }

    /// By start, then by end.
    package var all: [BusyInterval] {
        zip(Self.types, byType)
            .flatMap { type, list in list.all.map { BusyInterval(start: $0.start, end: $0.end, type: type) } }
            .sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    }

    /// Without regard to the type.
    package var merged: BusyIntervals { BusyIntervals(merging: byType) }

    /// Those that overlap `window`, whole, by start.
    package func overlapping(_ window: Interval) -> [BusyInterval] {
        zip(Self.types, byType)
            .flatMap { type, list in
                list.overlapping(window).map { BusyInterval(start: $0.start, end: $0.end, type: type) }
            }
            .sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    }

    /// For the disk.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.version)
        for list in byType { writer.write(bytes: list.encoded()) }
        return writer.bytes
    }

    /// Bytes that `encoded` did not write throw or give some intervals; they never trap.
    package init(decoding bytes: [UInt8]) throws(DecodingProblem) {
        var reader = ByteReader(bytes)
        let version = try reader.byte()
        guard version == Self.version else { throw .unknownVersion(version) }
        byType = []
        for _ in Self.types { byType.append(try BusyIntervals(decoding: try reader.blob())) }
        guard reader.isAtEnd else { throw .malformed }
    }
}
