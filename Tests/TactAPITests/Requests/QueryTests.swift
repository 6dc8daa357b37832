import TactCore
import Testing

@testable import TactAPI

@Suite("Parameters of targets")
struct QueryTests {
    private func pointers<Value>(_ decode: () throws(Problem) -> Value) -> [String] {
        do throws(Problem) {
            _ = try decode()
            return []
        } catch {
            return error.faults.map(\.pointer)
        }
    }

    @Test("a list of messages")
    func messages() throws {
        let query = try MessageQuery(
            Query([
                ("state", "pending,failed,pending"), ("recipient", "ann"), ("topic", "offers"), ("subject", "cart:42"),
                ("sender", "shop"), ("before", "2026-11-22T09:00:00Z"), ("after", "2026-11-21T09:00:00Z"),
                ("limit", "1000"), ("cursor", "abc"),
            ]))
        #expect(query.states == [.pending, .failed] && query.limit == 1000 && query.cursor == "abc")
        #expect(query.before == query.after.map { $0 + .days(1) })
        #expect(try MessageQuery(Query([])).limit == 100)
    }

    @Test("an explanation's language")
    func language() throws {
        func language(_ wish: String?, _ accepted: String?) throws -> SentenceLanguage {
            try ExplanationQuery(Query(wish.map { [("language", $0)] } ?? []), accepted: accepted).language
        }
        #expect(try language(nil, nil) == .english && language(nil, "pt") == .english)
        #expect(try language(nil, "fr;q=0.4, de-CH") == .german && language("zh-Hant", "de") == .chinese)
        #expect(try LanguageQuery(Query([]), accepted: nil).language == nil)
        #expect(try ExplanationQuery(Query([]), accepted: nil).limit == 100)
        for wrong in ["pt", "", "de,fr", "fr;q=1"] {
            #expect(
                pointers { () throws(Problem) in try LanguageQuery(Query([("language", wrong)]), accepted: "de") }
                    == ["/language"], "\(wrong)")
        }
    }

    @Test("what does not fit is refused by its name")
    func refused() {
        func list(_ items: (String, String)...) -> [String] {
            pointers { () throws(Problem) in try MessageQuery(Query(items.map { (name: $0.0, value: $0.1) })) }
        }
        #expect(list(("state", "pending,gone")) == ["/state"])
        #expect(list(("state", "")) == ["/state"])
        #expect(list(("recipient", "")) == ["/recipient"])
        #expect(list(("limit", "0")) == ["/limit"])
        #expect(list(("limit", "1001")) == ["/limit"])
        #expect(list(("limit", "ten")) == ["/limit"])
        #expect(list(("before", "now"), ("after", "1")) == ["/before", "/after"])
        #expect(list(("status", "pending")) == ["/status"])
        #expect(list(("topic", "a"), ("topic", "b")) == ["/topic"])
    }

    @Test("a submission may be a dry run")
    func submit() throws {
        let dry = try SubmitQuery(Query([("dry_run", "true"), ("at", "2026-11-22T09:00:00Z")]))
        #expect(dry.isDryRun && dry.at != nil)
        #expect(try SubmitQuery(Query([("answers", "errors")])).answersErrorsOnly)
        #expect(try !SubmitQuery(Query([("dry_run", "false"), ("answers", "all")])).isDryRun)
        #expect(pointers { () throws(Problem) in try SubmitQuery(Query([("at", "2026-11-22T09:00:00Z")])) } == ["/at"])
        #expect(
            pointers { () throws(Problem) in try SubmitQuery(Query([("dry_run", "yes"), ("answers", "some")])) }
                == ["/dry_run", "/answers"])
    }

    @Test("a cancellation of many needs a filter")
    func cancel() throws {
        #expect(try CancelQuery(Query([("sender", "shop")])).sender == "shop")
        #expect(pointers { () throws(Problem) in try CancelQuery(Query([])) } == [""])
        #expect(pointers { () throws(Problem) in try CancelQuery(Query([("topic", "")])) } == ["/topic"])
        #expect(pointers { () throws(Problem) in try CancelQuery(Query([("state", "pending")])) } == ["/state"])
    }

    @Test("a range has bounds")
    func range() throws {
        let now = Timestamp(milliseconds: 1_795_338_000_000)
        #expect(try RangeQuery(Query([])).interval(now: now) == Interval(start: now, end: now + .days(7)))
        let past = try RangeQuery(Query([("to", "2026-01-01T00:00:00Z")]))
        #expect(pointers { () throws(Problem) in try past.interval(now: now) } == ["/to"])
        let long = try RangeQuery(Query([("to", "2028-01-01T00:00:00Z")]))
        #expect(pointers { () throws(Problem) in try long.interval(now: now) } == ["/to"])
        #expect(
            pointers { () throws(Problem) in try RangeQuery(Query([("from", "x"), ("to", "y")])) } == ["/from", "/to"])
    }

    @Test("a watch goes on where it was")
    func watch() throws {
        #expect(try WatchQuery(Query([])).since == nil)
        #expect(try WatchQuery(Query([("since", "17")])).since == 17)
        #expect(try WatchQuery(Query([("since", "17")]), lastEventID: "20").since == 20)
        #expect(pointers { () throws(Problem) in try WatchQuery(Query([("since", "-1")])) } == ["/since"])
        #expect(throws: Problem.self) { try WatchQuery(Query([]), lastEventID: "x") }
        #expect(pointers { () throws(Problem) in try PageQuery(Query([("page", "2")])) } == ["/page"])
        #expect(pointers { () throws(Problem) in try NoQuery(Query([("x", "2")])) } == ["/x"])
        let text = detail { () throws(Problem) in try NoQuery(Query([("x", "2")])) }
        #expect(text == "there is no such parameter: none is expected here")
    }
}
