import TactAPI

/// Makes bad bodies out of good ones, by the schemas of the OpenAPI document.
struct Spoiler {
    /// A body with one thing wrong, and where.
    struct Spoiled {
        let body: JSON
        let pointer: String
        let what: String
    }

    private let schemas: JSON

    init(document: JSON) { schemas = document["components"]?["schemas"] ?? .null }

    /// Everything that can be wrong with a body, one thing at a time.
    func spoil(_ good: JSON, schema name: String) -> [Spoiled] {
        spoil(good, as: schemas[name] ?? .null, at: "")
    }

    private func resolved(_ schema: JSON) -> JSON {
        if let name = schema["$ref"]?.stringValue?.split(separator: "/").last {
            return resolved(schemas[String(name)] ?? .null)
        }
        return schema["anyOf"]?[0].map(resolved) ?? schema
    }

    private func spoil(_ good: JSON, as schema: JSON, at pointer: String) -> [Spoiled] {
        let schema = resolved(schema)
        var spoiled = badValues(schema).map { Spoiled(body: $0, pointer: pointer, what: "\($0)") }
        switch good {
        case .object(let object): spoiled += members(object, schema, pointer)
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                spoiled += spoil(element, as: schema["items"] ?? .null, at: "\(pointer)/\(index)").map { bad in
                    var elements = elements
                    elements[index] = bad.body
                    return Spoiled(body: .array(elements), pointer: bad.pointer, what: bad.what)
                }
            }
        case .null, .bool, .integer, .number, .string: break
        }
        return spoiled
    }

    private func members(_ object: JSONObject, _ schema: JSON, _ pointer: String) -> [Spoiled] {
        var spoiled: [Spoiled] = []
        func add(_ name: String, _ value: JSON?, _ pointer: String, _ what: String) {
            var object = object
            object[name] = value
            spoiled.append(Spoiled(body: .object(object), pointer: pointer, what: what))
        }
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
            add(name, nil, "\(pointer)/\(name)", "missing")
            add(name, .null, "\(pointer)/\(name)", "null")
        }
        if schema["additionalProperties"] == false { add("surprise", 1, "\(pointer)/surprise", "unknown") }
        let properties = schema["properties"]?.objectValue ?? [:]
        for name in properties.names + object.names.filter({ properties[$0] == nil }) {
            guard let own = properties[name] ?? schema["additionalProperties"], own.objectValue != nil else { continue }
            for bad in spoil(object[name] ?? .null, as: own, at: "\(pointer)/\(name)") {
                add(name, bad.body, bad.pointer, bad.what)
            }
        }
        return spoiled
    }

    /// Values of other types, and of this type but out of bounds.
    private func badValues(_ schema: JSON) -> [JSON] {
        let others: [String: JSON] = [
            "string": "text", "integer": 1, "number": .number(0.5), "boolean": true, "array": [1], "object": ["a": 1],
        ]
        guard let type = schema["type"]?.stringValue else { return [] }
        let wrong = others.filter { $0.key != type && !($0.key == "integer" && type == "number") }.map(\.value)
        switch type {
        case "string": return wrong + badTexts(schema)
        case "integer", "number": return wrong + badNumbers(schema)
        case "array": return wrong + badArrays(schema)
        default: return wrong
        }
    }

    private func badTexts(_ schema: JSON) -> [JSON] {
        var bad: [JSON] = []
        if let least = schema["minLength"]?.integerValue, least > 0 { bad.append("") }
        if let most = schema["maxLength"]?.integerValue {
            bad.append(.string(String(repeating: "x", count: Int(most) + 1)))
            // Bytes count, not characters.
            bad.append(.string(String(repeating: "é", count: Int(most) / 2 + 1)))
            bad += ["a\u{0}b", "a\u{1b}[31mb", "a\u{202E}b"]
        }
        if schema["enum"] != nil { bad += ["", "nonsense", "HIGH"] }
        if schema["format"] == "date-time" {
            bad += [
                "", "yesterday", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-22T09:00:00",
                "2026-11-22T09:00:00.1234Z", "2026-11-22T25:00:00Z", "12026-11-22T09:00:00Z", "2026-11-22",
                "2026-11-22T09:00:00+25:00", "2026-11-22T09:00:00Z ",
            ]
        }
        if schema["pattern"]?.stringValue?.contains("[0-9]+d") == true {
            bad += ["", "1", "s", "-1s", "1.5h", "1s1h", "99999999999999999999d", "9223372036854775807s", "1 h", "5y"]
        }
        if schema["pattern"] == "^[A-Z]{2}$" { bad += ["", "fr", "FRA", "F1", "XX"] }
        return bad
    }

    private func badNumbers(_ schema: JSON) -> [JSON] {
        var bad: [JSON] = [.number(1e308), .integer(.max), .integer(.min)]
        if let least = schema["minimum"]?.integerValue { bad.append(.integer(least - 1)) }
        if let most = schema["maximum"]?.integerValue { bad.append(.integer(most + 1)) }
        if schema["type"] == "integer" { bad.append(.number(1.5)) } else { bad += [.number(-0.001), .number(1.001)] }
        return bad
    }

    private func badArrays(_ schema: JSON) -> [JSON] {
        var bad: [JSON] = []
        if let least = schema["minItems"]?.integerValue, least > 0 { bad.append([]) }
        if let most = schema["maxItems"]?.integerValue {
            bad.append(.array((0...most).map { .string("c\($0)") }))
        }
        return bad
    }
}
