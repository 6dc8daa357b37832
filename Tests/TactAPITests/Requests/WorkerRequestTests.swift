import TactCore
import Testing

@testable import TactAPI

@Suite("What workers and operators ask")
struct WorkerRequestTests {
    @Test("a lease has defaults")
    func lease() throws {
        let least = try LeaseRequest(Array(#"{"channels":["email"]}"#.utf8))
        #expect(least.max == 1 && least.lease == .seconds(60) && least.wait == .zero)
        let all = try LeaseRequest(Array(#"{"channels":["email","push"],"max":100,"lease":"1h","wait":"30s"}"#.utf8))
        #expect(
            all.channels == ["email", "push"] && all.max == 100 && all.lease == .hours(1) && all.wait == .seconds(30))
    }

    @Test(
        "a lease is refused",
        arguments: [
            Refusal("{}", "/channels"), Refusal(#"{"channels":[]}"#, "/channels"),
            Refusal(#"{"channels":["a"],"max":0}"#, "/max"), Refusal(#"{"channels":["a"],"max":1001}"#, "/max"),
            Refusal(#"{"channels":["a"],"max":1.5}"#, "/max"), Refusal(#"{"channels":["a"],"max":"1"}"#, "/max"),
            Refusal(#"{"channels":["a"],"lease":"0s"}"#, "/lease"),
            Refusal(#"{"channels":["a"],"lease":"61m"}"#, "/lease"),
            Refusal(#"{"channels":["a"],"lease":60}"#, "/lease"),
            Refusal(#"{"channels":["a"],"wait":"11m"}"#, "/wait"),
            Refusal(#"{"channels":["a"],"chanel":1}"#, "/chanel"),
        ])
    func leaseRefused(refusal: Refusal) { refusal.expect { bytes throws(Problem) in try LeaseRequest(bytes) } }

    @Test("outcomes have what the worker says")
    func outcomes() throws {
        let request = try OutcomesRequest(
            Array(
                #"""
                {"outcomes":[{"id":"m","lease":"l","outcome":"retry","detail":"451 try later\nplease","retry_after":"90s"},
                             {"id":"n","lease":"k","outcome":"delivered"}]}
                """#.utf8))
        #expect(
            request.outcomes == [
                .init(id: "m", lease: "l", outcome: .retry, detail: "451 try later\nplease", retryAfter: .seconds(90)),
                .init(id: "n", lease: "k", outcome: .delivered),
            ])
    }

    @Test(
        "outcomes are refused",
        arguments: [
            Refusal("{}", "/outcomes"), Refusal(#"{"outcomes":[]}"#, "/outcomes"),
            Refusal(#"{"outcomes":[1]}"#, "/outcomes/0"),
            Refusal(#"{"outcomes":[{}]}"#, "/outcomes/0/id", "/outcomes/0/lease", "/outcomes/0/outcome"),
            Refusal(#"{"outcomes":[{"id":"m","lease":"l","outcome":"lapsed"}]}"#, "/outcomes/0/outcome"),
            Refusal(
                #"{"outcomes":[{"id":"m","lease":"l","outcome":"delivered","retry_after":"1s"}]}"#,
                "/outcomes/0/retry_after"),
            Refusal(
                #"{"outcomes":[{"id":"m","lease":"l","outcome":"retry","retry_after":1}]}"#, "/outcomes/0/retry_after"),
            Refusal(
                #"{"outcomes":[{"id":"m","lease":"l","outcome":"retry","detail":"\u001b[0m"}]}"#, "/outcomes/0/detail"),
            Refusal(#"{"outcomes":[{"id":"m","lease":"l","outcome":"retry","details":"x"}]}"#, "/outcomes/0/details"),
        ])
    func outcomesRefused(refusal: Refusal) { refusal.expect { bytes throws(Problem) in try OutcomesRequest(bytes) } }

    @Test("leases are extended")
    func extend() throws {
        let request = try ExtendRequest(Array(#"{"leases":[{"id":"m","lease":"l"}]}"#.utf8))
        #expect(request.leases == [.init(id: "m", lease: "l")] && request.lease == .seconds(60))
    }

    @Test(
        "an extension is refused",
        arguments: [
            Refusal("{}", "/leases"), Refusal(#"{"leases":[{"id":1,"lease":""}]}"#, "/leases/0/id", "/leases/0/lease"),
            Refusal(#"{"leases":[{"id":"m","lease":"l"}],"lease":"2h"}"#, "/lease"),
            Refusal(#"{"leases":[{"id":"m","lease":"l"}],"wait":"2h"}"#, "/wait"),
        ])
    func extendRefused(refusal: Refusal) { refusal.expect { bytes throws(Problem) in try ExtendRequest(bytes) } }

    @Test("a completion and a hold may come without a body")
    func optionalBodies() throws {
        #expect(try CompleteRequest([]).blockFor == nil)
        #expect(try CompleteRequest(Array(#"{"recipient":"ann","block_for":"7d"}"#.utf8)).blockFor == .days(7))
        #expect(try HoldRequest([]).author == nil)
        #expect(try HoldRequest(Array(#"{"author":"joe","comment":"provider is down"}"#.utf8)).author == "joe")
        #expect(throws: Problem.self) { try HoldRequest(Array(" ".utf8)) }
    }

    @Test(
        "a completion is refused",
        arguments: [
            Refusal(#"{"recipient":""}"#, "/recipient"), Refusal(#"{"block_for":7}"#, "/block_for"),
            Refusal(#"{"subject":"x"}"#, "/subject"),
        ])
    func completeRefused(refusal: Refusal) { refusal.expect { bytes throws(Problem) in try CompleteRequest(bytes) } }

    @Test(
        "a hold is refused",
        arguments: [
            Refusal(#"{"author":1}"#, "/author"), Refusal(#"{"comment":"\u0007"}"#, "/comment"),
            Refusal(#"{"until":"x"}"#, "/until"),
        ])
    func holdRefused(refusal: Refusal) { refusal.expect { bytes throws(Problem) in try HoldRequest(bytes) } }
}
