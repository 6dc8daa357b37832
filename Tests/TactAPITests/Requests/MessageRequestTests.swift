import TactCore
import Testing

@testable import TactAPI

@Suite("A message that is submitted")
struct MessageRequestTests {
    private func request(_ text: String) throws(Problem) -> MessageRequest { try MessageRequest(Array(text.utf8)) }

    @Test("has every field")
    func everything() throws {
        let message = try request(
            #"""
            {"recipient":"ann","topic":"offers","channels":["push","email"],"urgency":"very-low","relevance":0.7,
             "not_before":"2026-11-22T10:00:00+01:00","expires_in":"2d","idempotency_key":"c-7/ann",
             "collapse_key":"offer","subject":"cart:42","content":{"title":"é", "data":{"n":[1, 2]}}}
            """#)
        #expect(message.recipient == "ann")
        #expect(message.topic == "offers")
        #expect(message.channels == ["push", "email"])
        #expect(message.urgency == .veryLow)
        #expect(message.relevance == 0.7)
        #expect(message.notBefore?.rfc3339 == "2026-11-22T09:00:00.000Z")
        #expect(message.expiry == .after(.days(2)))
        #expect(message.idempotencyKey == "c-7/ann")
        #expect(message.collapseKey == "offer")
        #expect(message.subject == "cart:42")
        #expect(String(decoding: message.content, as: UTF8.self) == #"{"title":"é","data":{"n":[1,2]}}"#)
    }

    @Test("needs only a recipient and a topic; null is as good as nothing")
    func least() throws {
        let message = try request(#"{"recipient":"ann","topic":"offers"}"#)
        #expect(message.urgency == .normal && message.relevance == 0.5 && message.channels == nil)
        #expect(message.content == Array("{}".utf8) && message.canonicalBody == nil && message.expiry == nil)
        let nulls =
            #"{"recipient":"ann","topic":"offers","channels":null,"urgency":null,"relevance":null,"#
            + #""not_before":null,"expires_in":null,"expires_at":null,"idempotency_key":null,"collapse_key":null,"#
            + #""subject":null,"content":null}"#
        #expect(try request(nulls) == message)
    }

    @Test("is the same body however it is written")
    func canonicalBody() throws {
        let one = try request(#"{"recipient":"ann","topic":"offers","relevance":1,"idempotency_key":"k"}"#)
        let same = try request(#"{ "idempotency_key":"\u006b", "topic":"offers","relevance":1.0,"recipient":"ann" }"#)
        let other = try request(#"{"recipient":"ann","topic":"offers","relevance":0.9,"idempotency_key":"k"}"#)
        #expect(one.canonicalBody != nil && one.canonicalBody == same.canonicalBody)
        #expect(one.canonicalBody != other.canonicalBody)
    }

    @Test(
        "is refused, with every field that is wrong",
        arguments: [
            Refusal("[]", ""), Refusal("1", ""), Refusal("null", ""), Refusal("{}", "/recipient", "/topic"),
            Refusal(#"{"recipient":null,"topic":null}"#, "/recipient", "/topic"),
            Refusal(#"{"recipient":1,"topic":[]}"#, "/recipient", "/topic"),
            Refusal(#"{"recipient":"","topic":""}"#, "/recipient", "/topic"),
            Refusal(#"{"recipient":".","topic":"a\nb"}"#, "/recipient", "/topic"),
            Refusal(#"{"recipient":"..","topic":"t"}"#, "/recipient"),
            Refusal(#"{"recipient":"a\u0000b","topic":"t"}"#, "/recipient"),
            Refusal(#"{"recipient":"a\u202eb","topic":"t"}"#, "/recipient"),
            Refusal(#"{"recipient":"a\u2028b","topic":"t"}"#, "/recipient"),
            Refusal(#"{"recipient":"\#(String(repeating: "x", count: 257))","topic":"t"}"#, "/recipient"),
            Refusal(#"{"recipient":"a","topic":"\#(String(repeating: "x", count: 129))"}"#, "/topic"),
            Refusal(#"{"recipient":"a","topic":"t","channels":"push"}"#, "/channels"),
            Refusal(#"{"recipient":"a","topic":"t","channels":[]}"#, "/channels"),
            Refusal(#"{"recipient":"a","topic":"t","channels":["a",1,null]}"#, "/channels/1", "/channels/2"),
            Refusal(#"{"recipient":"a","topic":"t","channels":["a","b","a"]}"#, "/channels/2"),
            Refusal(
                #"{"recipient":"a","topic":"t","channels":[\#((0...16).map { "\"\($0)\"" }.joined(separator: ","))]}"#,
                "/channels"),
            Refusal(#"{"recipient":"a","topic":"t","urgency":"urgent"}"#, "/urgency"),
            Refusal(#"{"recipient":"a","topic":"t","urgency":2}"#, "/urgency"),
            Refusal(#"{"recipient":"a","topic":"t","relevance":1.01}"#, "/relevance"),
            Refusal(#"{"recipient":"a","topic":"t","relevance":-1}"#, "/relevance"),
            Refusal(#"{"recipient":"a","topic":"t","relevance":"0.5"}"#, "/relevance"),
            Refusal(#"{"recipient":"a","topic":"t","not_before":"tomorrow"}"#, "/not_before"),
            Refusal(#"{"recipient":"a","topic":"t","not_before":1795338000}"#, "/not_before"),
            Refusal(#"{"recipient":"a","topic":"t","not_before":"2026-11-22T09:00:00.0001Z"}"#, "/not_before"),
            Refusal(#"{"recipient":"a","topic":"t","expires_in":3}"#, "/expires_in"),
            Refusal(#"{"recipient":"a","topic":"t","expires_in":"0s"}"#, "/expires_in"),
            Refusal(#"{"recipient":"a","topic":"t","expires_in":"-1d"}"#, "/expires_in"),
            Refusal(#"{"recipient":"a","topic":"t","expires_in":"99999999d"}"#, "/expires_in"),
            Refusal(#"{"recipient":"a","topic":"t","expires_in":"99999999999999999999d"}"#, "/expires_in"),
            Refusal(#"{"recipient":"a","topic":"t","expires_at":"2026-11-22"}"#, "/expires_at"),
            Refusal(
                #"{"recipient":"a","topic":"t","expires_in":"1d","expires_at":"2026-11-22T09:00:00Z"}"#, "/expires_at"),
            Refusal(
                #"{"recipient":"a","topic":"t","not_before":"2026-11-22T09:00:00Z","expires_at":"2026-11-22T09:00:00Z"}"#,
                "/expires_at"),
            Refusal(#"{"recipient":"a","topic":"t","idempotency_key":""}"#, "/idempotency_key"),
            Refusal(#"{"recipient":"a","topic":"t","idempotency_key":7}"#, "/idempotency_key"),
            Refusal(
                #"{"recipient":"a","topic":"t","collapse_key":"\#(String(repeating: "k", count: 257))"}"#,
                "/collapse_key"),
            Refusal(#"{"recipient":"a","topic":"t","subject":{}}"#, "/subject"),
            Refusal(#"{"recipient":"a","topic":"t","content":"hello"}"#, "/content"),
            Refusal(#"{"recipient":"a","topic":"t","content":[]}"#, "/content"),
            Refusal(#"{"recipient":"a","topic":"t","recipent":"b"}"#, "/recipent"),
            Refusal(#"{"recipient":"a","topic":"t","x/y~z":1}"#, "/x~1y~0z"),
            Refusal(
                #"{"topic":1,"urgency":"x","nonsense":true}"#, "/recipient", "/topic", "/urgency", "/nonsense"),
        ])
    func refused(refusal: Refusal) { refusal.expect { bytes throws(Problem) in try MessageRequest(bytes) } }

    @Test("is refused in words that help")
    func words() {
        func field(_ member: String) -> String? {
            detail { () throws(Problem) in try request(#"{"recipient":"a","topic":"t",\#(member)}"#) }
        }
        #expect(field(#""expires_in":3"#) == #"expected a duration such as "2d", found the number 3"#)
        #expect(field(#""expires_in":"0s""#) == #"expected a duration from "1s" to "3660d", found “0s”"#)
        #expect(
            field(#""expires_in":"2 days""#) == "found “2 days”, expected a duration such as 90s, 15m, 24h, 7d or 1h30m"
        )
        #expect(
            field(#""urgency":"urgent""#)
                == #"expected "very-low", "low", "normal" or "high", found “urgent”"#)
        #expect(field(#""relevence":0.5"#) == "there is no such field here, did you mean “relevance”?")
        #expect(field(#""relevance":5"#) == "expected a number from 0 to 1, found the number 5")
        #expect(field(#""channels":[]"#) == "expected an array of 1 to 16 channels, found an array of 0")
        #expect(field(#""content":"hi""#) == #"expected an object such as {"title":"…","body":"…"}, found “hi”"#)
        #expect(
            detail { () throws(Problem) in try request(#"{"recipient":"a"}"#) }
                == "missing, expected a topic, 1 to 128 printable bytes")
    }

    @Test("is refused as malformed where it is not JSON")
    func malformed() {
        #expect(
            throws: Problem(.malformedJSON, "at byte 7: expected a name in quotes, found “}”. Send one JSON object.")
        ) {
            try request(#"{"a":1,}"#)
        }
        #expect(throws: Problem.self) { try request("") }
    }

    @Test(
        "takes ids as people choose them",
        arguments: ["ann@example.org", "a b", "tenant/42", "Zoë", "用户", "…", "a:b?c#d%"])
    func ids(id: String) throws {
        #expect(try request(#"{"recipient":"\#(id)","topic":"t"}"#).recipient == id)
    }
}

@Suite("A message that is moved")
struct MessagePatchTests {
    private func patch(_ text: String) throws(Problem) -> MessagePatch { try MessagePatch(Array(text.utf8)) }

    @Test("changes what is named")
    func everything() throws {
        let patch = try patch(
            #"{"not_before":"2026-11-22T09:00:00Z","expires_at":"2026-11-23T09:00:00Z","urgency":"high","relevance":1}"#
        )
        #expect(patch.notBefore == .set(Timestamp(milliseconds: 1_795_338_000_000)))
        #expect(patch.expiresAt == Timestamp(milliseconds: 1_795_338_000_000) + .days(1))
        #expect(patch.urgency == .high && patch.relevance == 1)
        #expect(try self.patch("{}").notBefore == .keep)
        #expect(try self.patch(#"{"not_before":null}"#).notBefore == .clear)
    }

    @Test(
        "is refused",
        arguments: [
            Refusal("[]", ""), Refusal(#"{"not_before":1}"#, "/not_before"),
            Refusal(#"{"expires_at":null}"#, "/expires_at"), Refusal(#"{"urgency":null}"#, "/urgency"),
            Refusal(#"{"relevance":null}"#, "/relevance"), Refusal(#"{"expires_at":"soon"}"#, "/expires_at"),
            Refusal(#"{"urgency":"x","relevance":2,"topic":"t"}"#, "/urgency", "/relevance", "/topic"),
        ])
    func refused(refusal: Refusal) { refusal.expect { bytes throws(Problem) in try MessagePatch(bytes) } }
}
