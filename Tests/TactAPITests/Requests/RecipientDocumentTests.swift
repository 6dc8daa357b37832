import TactCore
import Testing

@testable import TactAPI

@Suite("A recipient that is declared")
struct RecipientDocumentTests {
    static let ann = #"""
        {"time_zone":"Europe/Paris","country":"FR","locale":"fr-FR","addresses":{"email":"ann@example.org"},
         "quiet_hours":[{"days":["mon","sun"],"start":"22:00","end":"08:00"}],"paused_until":"2026-12-01T00:00:00Z",
         "attributes":{"first_name":{"value":"Ann","source":"declared","updated_at":"2026-11-22T09:00:00Z"},"n":{"value":[1]},"m":{"value":"x","source":"inferred","updated_at":"2026-11-22T09:00:00Z","sensitive":true,"good_for":"30d","confidence":0.9}}}
        """#

    private func document(_ text: String) throws(Problem) -> RecipientDocument {
        try RecipientDocument(Array(text.utf8))
    }

    @Test("has every field, and is written as it was read")
    func everything() throws {
        let ann = try document(Self.ann)
        #expect(ann.timeZone == "Europe/Paris" && ann.country == "FR" && ann.locale == "fr-FR")
        #expect(ann.addresses == ["email": "ann@example.org"])
        #expect(ann.quietHours?.map(\.description) == ["Mon, Sun 22:00–08:00"])
        #expect(ann.pausedUntil?.rfc3339 == "2026-12-01T00:00:00.000Z")
        #expect(ann.attributes["first_name"]?.value == "Ann")
        #expect(ann.attributes["n"] == RecipientDocument.Attribute(value: [1]))
        let inferred = ann.attributes["m"]?.fact
        #expect(inferred?.source == .inferred && inferred?.isSensitive == true && inferred?.confidence == 0.9)
        #expect(inferred?.goodFor == .days(30))
        #expect(try RecipientDocument(json: .object(ann.json)) == ann)
    }

    @Test("tells quiet hours that are left out from none")
    func quietHours() throws {
        #expect(try document("{}").quietHours == nil)
        #expect(try document(#"{"quiet_hours":null}"#).quietHours == nil)
        #expect(try document(#"{"quiet_hours":[]}"#).quietHours == [])
        #expect(try document("{}").json["quiet_hours"] == nil)
        #expect(try document(#"{"quiet_hours":[]}"#).json["quiet_hours"] == [])
        let night = try FieldKind.windows(parsing: #"[{"days":["mon"],"start":"22:00","end":"24:00"}]"#)
        #expect(night.map(\.json) == [["days": ["mon"], "start": "22:00", "end": "24:00"]])
    }

    @Test(
        "is refused, with every field that is wrong",
        arguments: [
            Refusal("[]", ""), Refusal(#"{"time_zone":1}"#, "/time_zone"), Refusal(#"{"time_zone":""}"#, "/time_zone"),
            Refusal(#"{"timezone":"Europe/Paris"}"#, "/timezone"), Refusal(#"{"country":"fr"}"#, "/country"),
            Refusal(#"{"country":"FRA"}"#, "/country"), Refusal(#"{"locale":"f"}"#, "/locale"),
            Refusal(#"{"locale":"fr_FR"}"#, "/locale"), Refusal(#"{"locale":"fr-"}"#, "/locale"),
            Refusal(#"{"addresses":[]}"#, "/addresses"), Refusal(#"{"addresses":{"a":1}}"#, "/addresses/a"),
            Refusal(#"{"addresses":{"a":null}}"#, "/addresses/a"), Refusal(#"{"addresses":{"":"x"}}"#, "/addresses/"),
            Refusal(#"{"addresses":{"a":"x\ny"}}"#, "/addresses/a"),
            Refusal(
                "{\"addresses\":{\((0...32).map { "\"\($0)\":\"x\"" }.joined(separator: ","))}}", "/addresses"),
            Refusal(#"{"quiet_hours":{}}"#, "/quiet_hours"), Refusal(#"{"quiet_hours":[1]}"#, "/quiet_hours/0"),
            Refusal(
                #"{"quiet_hours":[{}]}"#, "/quiet_hours/0/days", "/quiet_hours/0/start", "/quiet_hours/0/end"),
            Refusal(
                #"{"quiet_hours":[{"days":[],"start":"22:00","end":"08:00"}]}"#, "/quiet_hours/0/days"),
            Refusal(
                #"{"quiet_hours":[{"days":["mon","monday"],"start":"22:00","end":"08:00"}]}"#,
                "/quiet_hours/0/days/1"),
            Refusal(
                #"{"quiet_hours":[{"days":["mon","mon"],"start":"22:00","end":"08:00"}]}"#, "/quiet_hours/0/days/1"),
            Refusal(#"{"quiet_hours":[{"days":["mon"],"start":"22:00","end":"22:00"}]}"#, "/quiet_hours/0/end"),
            Refusal(#"{"quiet_hours":[{"days":["mon"],"start":"24:00","end":"08:00"}]}"#, "/quiet_hours/0/start"),
            Refusal(
                #"{"quiet_hours":[{"days":["mon"],"start":"10pm","end":800}]}"#, "/quiet_hours/0/start",
                "/quiet_hours/0/end"),
            Refusal(
                #"{"quiet_hours":[{"days":["mon"],"start":"22:00","end":"08:00","zone":"x"}]}"#, "/quiet_hours/0/zone"),
            Refusal(#"{"paused_until":"later"}"#, "/paused_until"), Refusal(#"{"attributes":1}"#, "/attributes"),
            Refusal(#"{"attributes":{"a":"Ann"}}"#, "/attributes/a"),
            Refusal(#"{"attributes":{"a":{}}}"#, "/attributes/a/value"),
            Refusal(#"{"attributes":{"a":{"value":1,"source":"guessed"}}}"#, "/attributes/a/source"),
            Refusal(#"{"attributes":{"a":{"value":1,"source":"inferred"}}}"#, "/attributes/a/confidence"),
            Refusal(
                #"{"attributes":{"a":{"value":1,"source":"declared","confidence":0.5}}}"#, "/attributes/a/confidence"),
            Refusal(
                #"{"attributes":{"a":{"value":1,"source":"inferred","confidence":1.5}}}"#, "/attributes/a/confidence"),
            Refusal(#"{"attributes":{"a":{"value":1,"good_for":"0s"}}}"#, "/attributes/a/good_for"),
            Refusal(#"{"attributes":{"a":{"value":1,"sensitive":"yes"}}}"#, "/attributes/a/sensitive"),
            Refusal(
                #"{"attributes":{"a":{"value":1,"source":2,"updated_at":3,"by":4}}}"#, "/attributes/a/source",
                "/attributes/a/updated_at", "/attributes/a/by"),
            Refusal(
                #"{"attributes":{"a/b":{"value":"\#(String(repeating: "x", count: 5000))"}}}"#, "/attributes/a~1b/value"
            ),
        ])
    func refused(refusal: Refusal) { refusal.expect { bytes throws(Problem) in try RecipientDocument(bytes) } }

    @Test("is patched: null takes away, what is not named stays")
    func merging() throws {
        let ann = try document(Self.ann)
        let patched = try ann.merging(
            JSON(
                parsing:
                    #"{"time_zone":null,"addresses":{"sms":"+331"},"paused_until":null,"quiet_hours":[],"attributes":{"n":null}}"#
            ))
        #expect(patched.timeZone == nil && patched.country == "FR" && patched.pausedUntil == nil)
        #expect(patched.addresses == ["email": "ann@example.org", "sms": "+331"])
        #expect(patched.quietHours == [])
        #expect(patched.attributes.keys.sorted() == ["first_name", "m"])
        #expect(try ann.merging(JSON(parsing: #"{"quiet_hours":null}"#)).quietHours == nil)
        #expect(try ann.merging([:]) == ann)
    }

    @Test(
        "is not patched with what does not fit",
        arguments: [
            Refusal("[]", ""), Refusal("null", ""), Refusal(#"{"addresses":{"sms":1}}"#, "/addresses/sms"),
            Refusal(#"{"timezone":null}"#, "/timezone"), Refusal(#"{"nonsense":{}}"#, "/nonsense"),
            Refusal(#"{"attributes":{"n":{"value":null}}}"#, "/attributes/n/value"),
        ])
    func patchRefused(refusal: Refusal) throws {
        let ann = try document(Self.ann)
        refusal.expect { bytes throws(Problem) in try ann.merging(JSON(body: bytes)) }
    }
}
