import TactCore

/// How a field of one kind is read.
package struct FieldKind<Value: Sendable>: Sendable {
    /// What is expected, to follow the word "expected": "a duration such as …".
    package let expected: String
    /// Stands for a value that was not right; nobody sees it.
    package let standIn: Value
    /// Nil, with a fault, where the value is not right.
    package let read: @Sendable (_ json: JSON, _ place: Place, _ faults: inout Faults) -> Value?

    package init(
        _ expected: String, standIn: Value,
        read: @escaping @Sendable (JSON, Place, inout Faults) -> Value?
    ) {
        self.expected = expected
        self.standIn = standIn
        self.read = read
    }

    /// Of what `convert` takes; all else is refused with what was expected and found.
    package init(_ expected: String, standIn: Value, convert: @escaping @Sendable (JSON) -> Value?) {
        self.init(expected, standIn: standIn) { json, place, faults in
            if let value = convert(json) { return value }
            faults.add(place, "expected \(expected), found \(json.described)")
            return nil
        }
    }
}

extension FieldKind where Value == Bool {
    package static let bool = FieldKind("true or false", standIn: false) { $0.boolValue }
}

extension FieldKind where Value == Int {
    package static func integer(_ range: ClosedRange<Int>) -> FieldKind {
        FieldKind("a whole number from \(range.lowerBound) to \(range.upperBound)", standIn: range.lowerBound) { json in
            switch json {
            case .integer(let value): Int(exactly: value).flatMap { range.contains($0) ? $0 : nil }
            case .number(let value): Int(exactly: value).flatMap { range.contains($0) ? $0 : nil }
            case .null, .bool, .string, .array, .object: nil
            }
        }
    }
}

extension FieldKind where Value == Double {
    package static let relevance = FieldKind("a number from 0 to 1", standIn: 0.5) { json in
        json.doubleValue.flatMap { (0...1).contains($0) ? $0 : nil }
    }
}

extension FieldKind where Value == Timestamp {
    /// RFC 3339.
    package static let instant = FieldKind(
        "an RFC 3339 instant such as \"2026-11-22T09:00:00Z\"", standIn: .distantPast
    ) { json, place, faults in
        guard case .string(let text) = json else {
            faults.add(
                place, "expected an RFC 3339 instant such as \"2026-11-22T09:00:00Z\", found \(json.described)")
            return nil
        }
        do throws(Timestamp.Unreadable) {
            return try Timestamp(rfc3339: text)
        } catch {
            faults.add(place, error.description)
            return nil
        }
    }
}

extension FieldKind where Value == Duration {
    /// A duration within bounds, both included.
    package static func duration(from least: Duration = .zero, to most: Duration) -> FieldKind {
        let expected = "a duration from \"\(least)\" to \"\(most)\""
        return FieldKind(expected, standIn: least) { json, place, faults in
            guard case .string(let text) = json else {
                faults.add(place, "expected a duration such as \"2d\", found \(json.described)")
                return nil
            }
            do throws(Duration.Unreadable) {
                let duration = try Duration(text)
                if least <= duration, duration <= most { return duration }
                faults.add(place, "expected \(expected), found \(json.described)")
            } catch {
                faults.add(place, error.description)
            }
            return nil
        }
    }
}

extension FieldKind where Value: CaseIterable {
    /// One of the words that `word` gives the cases.
    package static func choice(standIn: Value, _ word: @escaping @Sendable (Value) -> String) -> FieldKind {
        let words = Value.allCases.map { "\"\(word($0))\"" }
        let expected = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        return FieldKind(expected, standIn: standIn) { json in
            guard case .string(let text) = json else { return nil }
            return Value.allCases.first { word($0) == text }
        }
    }
}

extension FieldKind where Value == Urgency {
    package static let urgency = FieldKind.choice(standIn: .normal, \.name)
}

extension FieldKind {
    /// An array of values of one kind.
    package static func list<Element>(
        of kind: FieldKind<Element>, _ range: ClosedRange<Int>, what: String
    ) -> FieldKind where Value == [Element] {
        let expected = "an array of \(range.lowerBound) to \(range.upperBound) \(what)"
        return FieldKind(expected, standIn: []) { json, place, faults in
            guard case .array(let elements) = json, range.contains(elements.count) else {
                let found = json.arrayValue.map { "an array of \($0.count)" } ?? json.described
                faults.add(place, "expected \(expected), found \(found)")
                return nil
            }
            var values: [Element] = []
            values.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                guard let value = kind.read(element, place.element(index), &faults) else { continue }
                values.append(value)
            }
            return values
        }
    }

    /// An object with fields of its own. `make` must take every field that is known.
    package static func object(
        _ expected: String, standIn: Value, make: @escaping @Sendable (inout Fields) -> Value?
    ) -> FieldKind {
        FieldKind(expected, standIn: standIn) { json, place, faults in
            guard case .object(let object) = json else {
                faults.add(place, "expected \(expected), found \(json.described)")
                return nil
            }
            var fields = Fields(object, at: place)
            let value = make(&fields)
            faults.add(fields.close())
            return value
        }
    }
}
