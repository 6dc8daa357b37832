/// Reads the members of one object strictly: collects everything that is wrong instead of stopping at the first, and
/// refuses members that nobody asked for.
///
/// A field that is null counts as left out.
package struct Fields {
    /// What is wrong so far, with nested values.
    package private(set) var faults = Faults()
    private let object: JSONObject
    private let place: Place
    private var known: [String] = []
    /// How many members were asked for and are there.
    private var found = 0

    /// A body, which must be an object.
    package init(body: JSON) throws(Problem) {
        guard case .object(let object) = body else {
            throw .bad("", "expected an object, found \(body.described)")
        }
        self.init(object, at: .root)
    }

    package init(_ object: JSONObject, at place: Place) {
        self.object = object
        self.place = place
        known.reserveCapacity(16)
    }

    /// The value of a field that may be left out.
    package mutating func optional<Value>(_ name: String, _ kind: FieldKind<Value>) -> Value? {
        known.append(name)
        guard let json = find(name), !json.isNull else { return nil }
        return kind.read(json, place.member(name), &faults)
    }

    /// The value of a field that must be there. Where it is not right, a stand-in, and `finish` throws.
    package mutating func required<Value>(_ name: String, _ kind: FieldKind<Value>) -> Value {
        known.append(name)
        let here = place.member(name)
        guard let json = find(name), !json.isNull else {
            faults.add(here, "missing, expected \(kind.expected)")
            return kind.standIn
        }
        return kind.read(json, here, &faults) ?? kind.standIn
    }

    /// Whether the field is there and null, which most fields take for left out.
    package func isNull(_ name: String) -> Bool { object[name] == .null }

    /// Notes something that is wrong with a field, for what concerns more than one.
    package mutating func refuse(_ name: String, _ detail: String) {
        faults.add(place.member(name), detail)
    }

    /// Answers all that is wrong, with the members that nobody asked for. The last call.
    package mutating func close() -> Faults {
        // There may be a hundred thousand: no more of them are looked at than are named.
        let known = known
        var left = object.members.count - found
        for member in object.members where left > 0 && !known.contains(member.name) {
            if faults.isFull { break }
            faults.add(place.member(member.name), Fields.unknown(member.name, known))
            left -= 1
        }
        faults.add(unnamed: left)
        return faults
    }

    /// Throws if anything is wrong. The last call.
    package mutating func finish() throws(Problem) {
        let faults = close()
        if !faults.isEmpty { throw .bad(faults) }
    }

    private mutating func find(_ name: String) -> JSON? {
        let json = object[name]
        if json != nil { found += 1 }
        return json
    }

    private static func unknown(_ name: String, _ known: [String]) -> String {
        if known.isEmpty { return "there is no such parameter: none is expected here" }
        if let near = Suggestion.nearest(to: name, among: known) {
            return "there is no such field here, did you mean “\(near)”?"
        }
        return "there is no such field here, expected one of \(known.joined(separator: ", "))"
    }
}

extension JSON {
    /// What was found, for error texts: the type, and the value where it is short.
    package var described: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .string(let value): Self.quoted(value)
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// A text from outside in quotes, cut to 64 characters, on one line.
    package static func quoted(_ text: String) -> String {
        let short = text.unicodeScalars.prefix(64).map { $0.isPrintable ? Character($0) : "\u{FFFD}" }
        return "“" + String(short) + (text.unicodeScalars.count > 64 ? "…" : "") + "”"
    }
}
