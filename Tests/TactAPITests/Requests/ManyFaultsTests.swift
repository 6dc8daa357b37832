import Testing

@testable import TactAPI

/// However much is wrong with a request, the answer stays small, and is soon there.
@Suite("Requests with very many faults")
struct ManyFaultsTests {
    private static let members = (0..<100_000).map { "\"m\($0)\":1" }.joined(separator: ",")

    private func expectFew(_ count: Int, _ decode: () throws(Problem) -> Void) {
        do throws(Problem) {
            try decode()
            Issue.record("it was taken")
        } catch {
            #expect(error.faults.count == 20)
            #expect(error.detail.hasSuffix("(and \(count - 1) more, errors has the first 20)"), "\(error.detail)")
            #expect(error.encoded().count < 32 * 1024)
        }
    }

    @Test("unknown members", .timeLimit(.minutes(1)))
    func members() throws {
        expectFew(100_001) { () throws(Problem) in
            _ = try MessageRequest("{\"recipient\":\"ann\",\(Self.members)}".utf8)
        }
        expectFew(100_000) { () throws(Problem) in
            _ = try RecipientDocument("{\(Self.members)}".utf8)
        }
    }

    @Test("unknown members of a merge patch", .timeLimit(.minutes(1)))
    func patch() throws {
        let patch = try JSON(parsing: "{\"locale\":\"fr\",\(Self.members)}")
        expectFew(100_000) { () throws(Problem) in _ = try RecipientDocument().merging(patch) }
        let inner = try JSON(parsing: "{\"addresses\":{\(Self.members)}}")
        let refusal = detail { () throws(Problem) in _ = try RecipientDocument().merging(inner) }
        #expect(refusal?.contains("found one of 100000") == true)
    }

    @Test("elements and members of parts")
    func parts() throws {
        let items = Array(repeating: #"{"a":1,"b":2}"#, count: 1000).joined(separator: ",")
        // Each misses id, lease and outcome, and has two members too many.
        expectFew(5000) { () throws(Problem) in _ = try OutcomesRequest("{\"outcomes\":[\(items)]}".utf8) }
        let attributes = (0..<100).map { "\"\($0)\":{\"value\":1,\"x\":1}" }.joined(separator: ",")
        expectFew(100) { () throws(Problem) in _ = try RecipientDocument("{\"attributes\":{\(attributes)}}".utf8) }
    }

    @Test("names that go on and on")
    func names() throws {
        let members = (0..<20).map { "\"\($0)\(String(repeating: "\\u0001", count: 8000))\":1" }
        let text = "{\"recipient\":\"ann\",\"topic\":\"t\",\(members.joined(separator: ","))}"
        let problem = #expect(throws: Problem.self) { _ = try MessageRequest(text.utf8) }
        #expect(problem?.faults.count == 20)
        #expect((problem?.encoded().count ?? .max) < 128 * 1024)
    }
}
