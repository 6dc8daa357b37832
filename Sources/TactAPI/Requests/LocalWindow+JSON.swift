import TactCore

/// Local windows on the wire: `{"days":["mon"],"start":"22:00","end":"08:00"}`.
extension LocalWindow {
    package var json: JSON {
        [
            "days": .array(days.days.map { .string($0.name) }), "start": .string(start.description),
            "end": .string(end.description),
        ]
    }
}

extension FieldKind where Value == [LocalWindow] {
    private static let windowList = FieldKind<[LocalWindow?]>.list(of: .window, 0...64, what: "windows")

    /// At most 64; an empty list is one.
    package static let windows = FieldKind(windowList.expected, standIn: []) { json, place, faults in
        windowList.read(json, place, &faults)?.compactMap { $0 }
    }

    /// Reads windows on their own, such as the database keeps them.
    package static func windows(parsing text: String) throws(Problem) -> [LocalWindow] {
        var faults = Faults()
        let read = windows.read(try JSON(body: text.utf8), .root, &faults)
        guard let read, faults.isEmpty else { throw .bad(faults) }
        return read
    }
}

extension FieldKind where Value == LocalWindow? {
    fileprivate static let window = FieldKind.object(
        "a window such as {\"days\":[\"mon\"],\"start\":\"22:00\",\"end\":\"08:00\"}", standIn: nil
    ) { fields in
        let days = fields.required("days", .days)
        let start = fields.required("start", .timeOfDay)
        let end = fields.required("end", .timeOfDay)
        guard fields.faults.isEmpty else { return nil }
        do throws(LocalWindow.Malformed) {
            return try LocalWindow(days: Weekdays(days), start: start, end: end)
        } catch {
            switch error {
            case .noDays: fields.refuse("days", error.description)
            case .startIsEnd: fields.refuse("end", error.description)
            case .startsAtEndOfDay: fields.refuse("start", error.description)
            }
            return nil
        }
    }
}

extension FieldKind where Value == [Weekday] {
    /// Each once.
    fileprivate static let days = FieldKind(dayList.expected, standIn: []) { json, place, faults in
        guard let days = dayList.read(json, place, &faults) else { return nil }
        for (index, day) in days.enumerated() where days[..<index].contains(day) {
            faults.add(place.element(index), "“\(day.name)” comes twice")
        }
        return days
    }

    private static let dayList = FieldKind.list(of: .day, 1...7, what: "days")
}

extension FieldKind where Value == Weekday {
    fileprivate static let day = FieldKind.choice(standIn: .mon, \.name)
}

extension FieldKind where Value == CivilTime {
    fileprivate static let timeOfDay = FieldKind("a time of day such as \"22:00\"", standIn: .midnight) { json in
        json.stringValue.flatMap { try? CivilTime($0) }
    }
}
