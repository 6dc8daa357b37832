import TactAPI
import Testing

@testable import TactClient

/// Values on their way to the wire and back.
@Suite struct ValueTests {
    @Test func instantsAreReadAndWrittenAsRFC3339() throws {
        let nine = try #require(Instant("2026-11-22T10:00:00+01:00"))
        #expect(nine.milliseconds == 1_795_338_000_000)
        #expect("\(nine)" == "2026-11-22T09:00:00.000Z")
        #expect(Instant("2026-11-22T09:00:00.0001Z") == nil, "finer than a millisecond")
        #expect(Instant("yesterday") == nil)
        #expect(nine + .milliseconds(1500) - nine == .milliseconds(1500))
        #expect((nine + .nanoseconds(-600_000)).milliseconds == nine.milliseconds - 1)
        #expect(Instant(milliseconds: .max) + .seconds(1) == Instant(milliseconds: .max), "time sums never trap")
    }

    @Test func durationsAreRoundedUpToSeconds() {
        #expect(Duration.seconds(5400).wireText == "1h30m")
        #expect(Duration.milliseconds(1).wireText == "1s")
        #expect(Duration.zero.wireText == "0s")
        #expect(Duration(wireText: "1d1s") == .seconds(86_401))
        #expect(Duration(wireText: "soon") == nil)
    }

    @Test func contentKeepsItsMeaning() throws {
        let value: JSONValue = ["b": [1, 2.5, nil, true], "a": "“x”"]
        #expect(value.text == #"{"a":"“x”","b":[1,2.5,null,true]}"#)
        #expect(JSONValue(parsing: value.text.utf8) == value)
        #expect(value["a"]?.string == "“x”")
        #expect(JSONValue(parsing: #"{"a":1,"a":2}"#.utf8) == nil)
        #expect(JSONValue.number(.infinity).text == "null")
    }

    @Test func aMessageSaysWhatItWasGivenAndNothingElse() throws {
        #expect(NewMessage(to: "ann", topic: "news").json == ["recipient": "ann", "topic": "news"])
        let all = NewMessage(
            to: "ann", topic: "news", content: ["n": 1], channels: ["push"], urgency: .veryLow, relevance: 0.25,
            notBefore: Instant(milliseconds: 0), expiry: .after(.seconds(90)), idempotencyKey: "k", collapseKey: "c",
            subject: "s")
        let request = try MessageRequest(json: all.json)
        #expect(request.channels == ["push"])
        #expect(request.urgency == .veryLow)
        #expect(request.relevance == 0.25)
        #expect(request.notBefore?.milliseconds == 0)
        #expect(request.expiry == .after(.seconds(90)))
        #expect((request.idempotencyKey, request.collapseKey, request.subject) == ("k", "c", "s"))
        #expect(String(decoding: request.content, as: UTF8.self) == #"{"n":1}"#)
    }

    @Test func anAnswerThatIsNotUnderstoodSaysWhereAndNothingOfWhat() throws {
        func fault(_ text: String) -> String? {
            do throws(TactError) {
                guard let json = try? JSON(parsing: text) else { return nil }
                _ = try Explanation(Members(json))
                return nil
            } catch {
                return "\(error)"
            }
        }
        let message = #""message":{"id":"1","state":"asleep"}"#
        #expect(fault("{\(message)}")?.hasSuffix("/message/state: not of the type expected") == true)
        #expect(fault("{}")?.hasSuffix("/message: missing") == true)
        #expect(fault("[]")?.hasSuffix("the answer: not of the type expected") == true)
        #expect(TactError(status: 502, body: Array("<html>".utf8)) == .unintelligible("status 502 without a problem"))
    }
}
