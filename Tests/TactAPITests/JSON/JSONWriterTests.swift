import TactCore
import Testing

@testable import TactAPI

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test(
        "gives back what it was given",
        arguments: [
            "null", "true", "[1,-2,9223372036854775807,-9223372036854775808]", "[0.7,1.5e+300,5e-324,-0.0,0.1]",
            #"{"b":1,"a":[{},[]],"":""}"#, #""\"\\\b\t\n\f\r\u0000\u001f/é😀""#,
        ])
    func roundTrip(text: String) throws {
        #expect(String(decoding: try JSON(parsing: text).encoded(), as: UTF8.self) == text)
    }

    @Test("sees to commas, absent values and times")
    func structure() {
        var out = JSONWriter()
        out.object {
            $0.member("a", 1)
            $0.member(ifAny: "b", nil as String?)
            $0.member(orNull: "c", nil as String?)
            $0.member("at", Timestamp(milliseconds: 1_795_338_000_000))
            $0.member("for", Duration.minutes(90))
            $0.name("list")
            $0.array {
                $0.value(true)
                $0.null()
                $0.raw(Array("{}".utf8))
                $0.object { _ in }
            }
            $0.name("é\"" as String)
            $0.value(Double.nan)
        }
        out.newline()
        out.value("next")
        #expect(
            String(decoding: out.bytes, as: UTF8.self) == """
                {"a":1,"c":null,"at":"2026-11-22T09:00:00.000Z","for":"1h30m","list":[true,null,{},{}],"é\\"":null}
                "next"
                """)
    }

    @Test("has one canonical form for texts that mean the same")
    func canonical() throws {
        func canonical(_ text: String) throws -> String {
            String(decoding: try JSON(parsing: text).canonical(), as: UTF8.self)
        }
        #expect(try canonical(#"{"b":[1.0,{"z":1,"y":2}],"a":"\u00e9"}"#) == #"{"a":"é","b":[1,{"y":2,"z":1}]}"#)
        #expect(
            try canonical(#" { "a" : "é" , "b" : [ 1e0 , { "y":2.0, "z":1 } ] } "#)
                == canonical(
                    #"{"b":[1.0,{"z":1,"y":2}],"a":"\u00e9"}"#))
        #expect(try canonical("[1,2]") != canonical("[2,1]"))
        #expect(try canonical("-0.0") == canonical("0"))
        #expect(try canonical("1e300") == "1e+300")
    }

    /// The examples of RFC 7396, appendix A.
    @Test(
        "merges patches",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
            (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
            (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
            (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ])
    func mergePatch(original: String, patch: String, result: String) throws {
        #expect(try JSON(parsing: original).merged(with: JSON(parsing: patch)) == JSON(parsing: result))
    }
}
