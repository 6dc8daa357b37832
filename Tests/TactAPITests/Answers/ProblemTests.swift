import TactCore
import Testing

@testable import TactAPI

@Suite("Problems")
struct ProblemTests {
    @Test("are written as RFC 9457 has them")
    func written() {
        var faults = Faults()
        faults.add(Place(pointer: "/topic"), "missing")
        faults.add(Place(pointer: "/x"), "a \"b\"")
        let problem = Problem.bad(faults)
        #expect(
            String(decoding: problem.encoded(), as: UTF8.self) == """
                {"type":"urn:tact:problem:invalid-field","title":"A field is not as it should be","status":400,\
                "detail":"/topic: missing (and 1 more, see errors)",\
                "errors":[{"pointer":"/topic","detail":"missing"},{"pointer":"/x","detail":"a \\"b\\""}]}
                """)
        let busy = Problem(.tooManyPending, "Later.", retryAfter: Duration(milliseconds: 1500))
        #expect(busy.retryAfterSeconds == 2)
        #expect(
            String(decoding: busy.encoded(), as: UTF8.self).hasSuffix(
                #""status":429,"detail":"Later.","retry_after":"2s"}"#))
    }

    @Test("have types of their own, and a status that fits", arguments: ProblemKind.allCases)
    func kinds(kind: ProblemKind) {
        #expect(ProblemKind(type: ProblemKind.urn + kind.rawValue) == kind)
        #expect((400..<600).contains(kind.status))
        #expect(kind.rawValue.allSatisfy { $0 == "-" || $0.isLowercase && $0.isASCII })
        #expect(kind.title.first?.isUppercase == true && !kind.title.hasSuffix("."))
    }

    @Test("suggest what was meant, and nothing where nothing is near")
    func suggestions() {
        let names = ["recipient", "topic", "expires_in", "not_before"]
        #expect(Suggestion.nearest(to: "recipent", among: names) == "recipient")
        #expect(Suggestion.nearest(to: "expire_in", among: names) == "expires_in")
        #expect(
            Suggestion.nearest(to: "tpoic", among: names) == nil
                || Suggestion.nearest(to: "topik", among: names) == "topic")
        #expect(Suggestion.nearest(to: "colour", among: names) == nil)
        #expect(Suggestion.nearest(to: String(repeating: "x", count: 100_000), among: names) == nil)
    }
}
