import Foundation
import TactCore
import Testing

@testable import TactAPI

@Suite("The description of the API")
struct OpenAPITests {
    private let document = OpenAPI.tree

    /// Bodies that are as they should be, by the name of their schema.
    private func instances() throws -> [JSON] {
        let nine = Timestamp(milliseconds: 1_795_338_000_000)
        func instance(_ schema: String, _ answer: some Answer) throws -> JSON {
            ["schema": .string(schema), "value": try JSON(parsing: answer.encoded())]
        }
        func instance(_ schema: String, _ text: String) throws -> JSON {
            ["schema": .string(schema), "value": try JSON(parsing: text)]
        }
        let finding = FindingAnswer(
            Finding(rule: .cap, effect: .hold, code: .cap, until: nil, name: "daily"), text: "x")
        let message = MessageAnswer(
            id: nil, state: .pending, recipient: "a", topic: "t", channels: ["push"], submittedAt: nine,
            plan: .init(at: nine, channel: "push"), codes: [.cap], findings: [finding], reason: .collapsed)
        let entry = ExplanationAnswer.Entry(
            at: nine, outcome: .hold(until: nil), plan: nil, findings: [finding], policy: "p", tz: "2026f")
        let channel = ChannelAnswer(Channel(name: "push"), hold: .init(at: nine, author: "joe"), pending: 0)
        return [
            try instance("Message", message),
            try instance("MessagePage", Page(items: [message], nextCursor: "x")),
            try instance(
                "Explanation",
                ExplanationAnswer(
                    language: .german, message: message, decisions: [entry], now: entry,
                    deliveries: [.init(attempt: 1, channel: "push", releasedAt: nine, outcome: .lapsed)])),
            try instance("Problem", Problem.bad("/a", "b", kind: .unknownTopic)),
            try instance("Channel", channel),
            try instance(
                "Topic", TopicAnswer(Topic(name: "t", title: "T", kind: .marketing, maxWait: .days(1)), hold: nil)),
            try instance(
                "LeaseResults", LeaseResults(results: [.init(id: "", lease: "", result: .lapsed, state: nil)])),
            try instance(
                "Recipient",
                RecipientAnswer(
                    id: "ann", document: RecipientDocument(Array(RecipientDocumentTests.ann.utf8)), createdAt: nine,
                    updatedAt: nine)),
            try instance("RecipientDocument", RecipientDocumentTests.ann),
            try instance(
                "MessageRequest",
                #"{"recipient":"ann","topic":"offers","channels":["push"],"relevance":0.7,"expires_in":"1h30m","content":{}}"#
            ),
        ]
    }

    @Test("is valid OpenAPI 3.1, and what we send is as it says")
    func valid() throws {
        let input: JSON = ["document": document, "instances": .array(try instances())]
        let faults = try Oracle.run("openapi.py", input: Data(input.encoded()))
        #expect(String(decoding: faults, as: UTF8.self) == "")
    }

    @Test("names every endpoint once, with its role")
    func operations() {
        let operations = OpenAPI.operations
        #expect(Set(operations.map { "\($0.method) \($0.path)" }).count == operations.count)
        #expect(Set(operations.map(\.id)).count == operations.count)
        for operation in operations {
            let json = document["paths"]?[operation.path]?[operation.method.rawValue]
            #expect(json?["x-tact-role"] != nil, "\(operation.id)")
            let places = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
                $0.dropFirst().dropLast()
            }
            let named = operation.parameters.filter { $0.place == .path }.map { $0.name[...] }
            #expect(places == named, "\(operation.id)")
        }
    }

    @Test("lists the fields of requests as their readers know them")
    func requestFields() {
        func known<Value>(_ decode: (JSON) throws(Problem) -> Value) -> Set<String> {
            do throws(Problem) {
                _ = try decode(["nonsensical": 1])
                return []
            } catch {
                let text = error.faults.first { $0.pointer == "/nonsensical" }?.detail ?? ""
                return Set(
                    text.replacing("there is no such field here, expected one of ", with: "").split(separator: ", ")
                        .map(String.init))
            }
        }
        func described(_ schema: String) -> Set<String> {
            Set(document["components"]?["schemas"]?[schema]?["properties"]?.objectValue?.names ?? [])
        }
        #expect(known { json throws(Problem) in try MessageRequest(json: json) } == described("MessageRequest"))
        #expect(known { json throws(Problem) in try MessagePatch(json: json) } == described("MessagePatch"))
        #expect(known { json throws(Problem) in try RecipientDocument(json: json) } == described("RecipientDocument"))
        #expect(known { json throws(Problem) in try LeaseRequest(json: json) } == described("LeaseRequest"))
        #expect(known { json throws(Problem) in try OutcomesRequest(json: json) } == described("OutcomesRequest"))
        #expect(known { json throws(Problem) in try ExtendRequest(json: json) } == described("ExtendRequest"))
        #expect(known { json throws(Problem) in try CompleteRequest(json: json) } == described("CompleteRequest"))
        #expect(known { json throws(Problem) in try HoldRequest(json: json) } == described("HoldRequest"))
    }
}
