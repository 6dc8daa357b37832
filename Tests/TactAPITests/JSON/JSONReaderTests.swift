import Testing

@testable import TactAPI

@Suite("Reading JSON")
struct JSONReaderTests {
    @Test(
        "takes every valid text",
        arguments: [
            ("null", JSON.null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.5", .number(1.5)), ("-0.0", .number(-0.0)),
            ("1e3", .number(1000)), ("1E+3", .number(1000)), ("25e-1", .number(2.5)), ("1e-400", .number(0)),
            (#""""#, ""), (#""a b""#, "a b"), (#""é😀""#, "é😀"), (#""\u00e9\ud83d\ude00""#, "é😀"),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0000""#, "\0"), (#""\uFFFF""#, "\u{FFFF}"),
            ("\"\u{7F}\"", "\u{7F}"), ("[]", []), ("[ ]", []), ("{}", [:]), ("{ }", [:]), (" \t\r\n1 \t\r\n", 1),
            ("[1,[2,{\"a\":null}]]", [1, [2, ["a": .null]]]), (#"{"":1}"#, ["": 1]),
            (#"{"a":{"a":1},"b":[{},[]]}"#, ["a": ["a": 1], "b": [[:], []]]),
        ] as [(String, JSON)])
    func valid(text: String, value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(
        "refuses every text that is not one",
        arguments: [
            "", " ", "nul", "nulll", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1.e3", "1e", "1e+",
            "0x10", "1_000", "1e400", "-1e400", "1 2", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}", "{", "}",
            "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}",
            "{\"a\":1]", "{\"a\" 1}", "{\"a\":1,,\"b\":2}", "\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\u12\"",
            "\"\\u12g4\"", "\"\\", "\"a\nb\"", "\"\t\"", "\"\u{0}\"", "'a'", "\"\\ud800\"", "\"\\udc00\"",
            "\"\\ud800\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\u{FEFF}1", "1\u{0}", "1\u{A0}", "\u{C}1",
            "// 1\n1",
            "/**/1", "[1]x", "{}{}", "{\"a\":1,\"a\":1}", "{\"a\":1,\"\\u0061\":1}", "{\"é\":1,\"\\u00e9\":2}",
            "\u{2028}1",
        ])
    func invalid(text: String) {
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: text) }
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xC3], [0xE2, 0x82], [0x80], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: [quote] + bytes + [quote]) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: Array("[\"\\n".utf8) + bytes + Array("\"]".utf8)) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: Array("{\"a".utf8) + bytes + Array("\":1}".utf8)) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: bytes) }
    }

    @Test("says where and what it expected")
    func errors() {
        func error(_ text: String) -> String? {
            do throws(JSON.Malformed) {
                _ = try JSON(parsing: text)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(error(#"{"a":1,}"#) == "at byte 7: expected a name in quotes, found “}”")
        #expect(error(#"{"a" 1}"#) == "at byte 5: expected “:” after a name, found “1”")
        #expect(error("[1 2]") == "at byte 3: expected “,” or “]” after an element, found “2”")
        #expect(error("[1") == "at byte 2: expected “,” or “]” after an element, found the end of the text")
        #expect(error("") == "at byte 0: expected a value, found the end of the text")
        #expect(error("not json") == "at byte 0: expected a value, found “not”")
        #expect(error("[tru,1]") == "at byte 1: expected a value, found “tru”")
        #expect(error(#"{"a":1,"a":2}"#) == "at byte 7: the name “a” comes twice in one object")
        #expect(error("1 x") == "at byte 2: expected the end of the text, found “x”")
        #expect(error("[\"a\u{1}\"]") == "at byte 3: found a bare control character in a string, expected it escaped")
        #expect(error(#"["x\ud800"]"#) == "at byte 3: found one half of a surrogate pair, expected both")
        #expect(error("01") == "at byte 0: found a number with a leading zero")
    }

    @Test("nests to its limit and no deeper")
    func depth() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            _ = try JSON(parsing: nested(JSON.deepest, open, close))
            #expect(throws: JSON.Malformed.self) { try JSON(parsing: nested(JSON.deepest + 1, open, close)) }
            #expect(throws: JSON.Malformed.self) { try JSON(parsing: String(repeating: open, count: 100_000)) }
        }
    }

    @Test("tells names apart by their bytes, however many there are", arguments: [1, 8, 15, 16, 17, 40, 2000])
    func manyNames(count: Int) throws {
        let names = (0..<count).map { "\"name \($0)\":\($0)" }
        let object = try JSON(parsing: "{\(names.joined(separator: ","))}")
        #expect(object.objectValue?.members.count == count)
        #expect(object["name \(count - 1)"] == .integer(Int64(count - 1)))
        #expect(throws: JSON.Malformed.self) {
            try JSON(parsing: "{\(names.joined(separator: ",")),\"name \(count / 2)\":0}")
        }
        // Two spellings of é: Swift's == takes them for one, JSON does not.
        let spellings = "\"\u{E9}\":1,\"e\u{301}\":2"
        #expect(
            try JSON(parsing: "{\(names.joined(separator: ",")),\(spellings)}").objectValue?.members.count == count + 2)
    }

    @Test("never traps, whatever is cut off or changed")
    func mutations() {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00\n",true,null],"bé":{"c":false}}"#.utf8)
        for length in 0..<text.count { #expect(throws: JSON.Malformed.self) { try JSON(parsing: text.prefix(length)) } }
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                if let value = try? JSON(parsing: changed) { #expect((try? JSON(parsing: value.encoded())) == value) }
            }
        }
    }
}
