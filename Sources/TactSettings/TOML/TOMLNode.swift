import TactCore

/// A value of a configuration file, with the key and the line it stands at.
package struct TOMLNode {
    package enum Value {
        case string(String)
        case integer(Int)
        case float(Double)
        case boolean(Bool)
        /// A local time with no fraction of a second.
        case time(CivilTime)
        /// A date, a date with a time, or a time with a fraction, as it is written. Nothing here wants one.
        case moment(String)
        case array([TOMLNode])
        case table([String: TOMLNode])
    }

    package var value: Value
    /// As written in messages: `cap[1].per`. Empty for the file as a whole.
    package var path: String
    /// Counted from 1.
    package var line: Int

    /// For messages: what was found, in a few words.
    package var found: String {
        switch value {
        case .string(let text): "“\(text.prefix(64))”"
        case .integer(let number): "the number \(number)"
        case .float(let number): "the number \(number)"
        case .boolean(let flag): "\(flag)"
        case .time(let time): "the time \(time)"
        case .moment(let text): "the time \(text)"
        case .array(let elements): elements.isEmpty ? "an empty list" : "a list"
        case .table: "a table"
        }
    }

    /// The path of a key in the table at `parent`, in quotes where TOML wants them.
    package static func path(_ parent: String, _ key: String) -> String {
        let isBare = !key.isEmpty && key.utf8.allSatisfy(\.isBareKey)
        return (parent.isEmpty ? "" : parent + ".") + (isBare ? key : "\"\(key)\"")
    }
}

/// What is wrong with a text as TOML.
struct TOMLFault: Error, Hashable {
    /// Counted from 1.
    var line: Int
    /// “found …, expected …”, and what to do.
    var message: String
}

extension UInt8 {
    /// May stand in a key that is not quoted.
    var isBareKey: Bool {
        isFigure || UInt8(ascii: "a") <= self | 0x20 && self | 0x20 <= UInt8(ascii: "z")
            || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
    }

    package var isFigure: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
}
