internal import TactAPI

/// Reads the members of an object in an answer. What is missing or of another type is named by its place. Members that
/// are not asked for are passed over: answers may grow.
struct Members {
    private let object: JSONObject
    private let place: Place

    init(_ json: JSON, at place: Place = .root) throws(TactError) {
        guard case .object(let object) = json else { throw .wrong(place, json) }
        self.object = object
        self.place = place
    }

    func one<Value>(_ name: String, _ read: (JSON) -> Value?) throws(TactError) -> Value {
        guard let value = try ifAny(name, read) else { throw .wrong(place.member(name), object[name]) }
        return value
    }

    /// Null is none.
    func ifAny<Value>(_ name: String, _ read: (JSON) -> Value?) throws(TactError) -> Value? {
        guard let json = object[name], !json.isNull else { return nil }
        guard let value = read(json) else { throw .wrong(place.member(name), json) }
        return value
    }

    func object<Value>(_ name: String, _ make: (Members) throws(TactError) -> Value) throws(TactError) -> Value {
        guard let value = try objectIfAny(name, make) else { throw .wrong(place.member(name), object[name]) }
        return value
    }

    func objectIfAny<Value>(
        _ name: String, _ make: (Members) throws(TactError) -> Value
    ) throws(TactError) -> Value? {
        guard let json = object[name], !json.isNull else { return nil }
        return try make(Members(json, at: place.member(name)))
    }

    func list<Value>(_ name: String, _ make: (Members) throws(TactError) -> Value) throws(TactError) -> [Value] {
        try listIfAny(name, make) ?? []
    }

    func listIfAny<Value>(
        _ name: String, _ make: (Members) throws(TactError) -> Value
    ) throws(TactError) -> [Value]? {
        guard let elements = try ifAny(name, \.arrayValue) else { return nil }
        return try Members.list(elements, at: place.member(name), make)
    }

    static func list<Value>(
        _ elements: [JSON], at place: Place = .root, _ make: (Members) throws(TactError) -> Value
    ) throws(TactError) -> [Value] {
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
            values.append(try make(Members(element, at: place.element(index))))
        }
        return values
    }

    func values<Value>(_ name: String, _ read: (JSON) -> Value?) throws(TactError) -> [Value] {
        var values: [Value] = []
        for (index, element) in (try ifAny(name, \.arrayValue) ?? []).enumerated() {
            guard let value = read(element) else { throw .wrong(place.member(name).element(index), element) }
            values.append(value)
        }
        return values
    }

    func valuesByName<Value>(_ name: String, _ read: (JSON) -> Value?) throws(TactError) -> [String: Value] {
        var values: [String: Value] = [:]
        for member in try ifAny(name, \.objectValue)?.members ?? [] {
            guard let value = read(member.value) else {
                throw .wrong(place.member(name).member(member.name), member.value)
            }
            values[member.name] = value
        }
        return values
    }

    func objectsByName<Value>(
        _ name: String, _ make: (Members) throws(TactError) -> Value
    ) throws(TactError) -> [String: Value] {
        var values: [String: Value] = [:]
        for member in try ifAny(name, \.objectValue)?.members ?? [] {
            values[member.name] = try make(Members(member.value, at: place.member(name).member(member.name)))
        }
        return values
    }
}

extension TactError {
    /// What stands there is not what is expected. The value is not told: it may be a person's.
    fileprivate static func wrong(_ place: Place, _ found: JSON?) -> TactError {
        let pointer = place.pointer.isEmpty ? "the answer" : place.pointer
        return .unintelligible("\(pointer): \(found == nil ? "missing" : "not of the type expected")")
    }
}

extension JSON {
    /// A number that counts something.
    var countValue: Int? { integerValue.flatMap { Int(exactly: $0) } }
}

extension Instant {
    init?(json: JSON) {
        guard let read = json.stringValue.flatMap({ Instant($0) }) else { return nil }
        self = read
    }
}
