extension JSON: Answer {
    package func write(to out: inout JSONWriter) { out.value(self) }

    /// The canonical form: the same bytes for texts that mean the same. Members are sorted by the bytes of their
    /// names, and a number that is whole is written so, however it came.
    package func canonical() -> [UInt8] {
        var out = JSONWriter()
        out.value(sorted())
        return out.bytes
    }

    private func sorted() -> JSON {
        switch self {
        case .null, .bool, .integer, .string: return self
        case .number(let value): return Int64(exactly: value).map(JSON.integer) ?? self
        case .array(let elements): return .array(elements.map { $0.sorted() })
        case .object(let object):
            let members = object.members.map { JSONObject.Member(name: $0.name, value: $0.value.sorted()) }
            return .object(
                JSONObject(unique: members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }))
        }
    }
}

extension JSONWriter {
    package mutating func value(_ json: JSON) {
        switch json {
        case .null: null()
        case .bool(let value): self.value(value)
        case .integer(let value): self.value(value)
        case .number(let value): self.value(value)
        case .string(let value): self.value(value)
        case .array(let elements): array { for element in elements { $0.value(element) } }
        case .object(let object):
            self.object {
                for member in object.members {
                    $0.name(member.name)
                    $0.value(member.value)
                }
            }
        }
    }
}
