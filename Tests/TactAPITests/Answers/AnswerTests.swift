import TactCore
import Testing

@testable import TactAPI

@Suite("Answers")
struct AnswerTests {
    private let nine = Timestamp(milliseconds: 1_795_338_000_000)

    private func text(_ answer: some Answer) throws -> String {
        let bytes = answer.encoded()
        _ = try JSON(parsing: bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a message")
    func message() throws {
        let finding = FindingAnswer(
            Finding(rule: .quietHours, effect: .hold, code: .quietHours, until: nine), text: "Held.")
        let message = MessageAnswer(
            id: "m-1", state: .pending, recipient: "ann", topic: "offers", channels: ["push"], submittedAt: nine,
            expiresAt: nine + .days(2), plan: .init(at: nine, channel: "push"), codes: [.quietHours],
            findings: [finding])
        #expect(
            try text(message) == """
                {"id":"m-1","state":"pending","recipient":"ann","topic":"offers","channels":["push"],"urgency":"normal",\
                "relevance":0.5,"submitted_at":"2026-11-22T09:00:00.000Z","expires_at":"2026-11-24T09:00:00.000Z",\
                "plan":{"at":"2026-11-22T09:00:00.000Z","channel":"push"},"codes":["quiet_hours"],\
                "findings":[{"rule":"quiet_hours","effect":"hold","code":"quiet_hours",\
                "until":"2026-11-22T09:00:00.000Z","text":"Held."}],"attempts":0}
                """)
        let dry = MessageAnswer(
            id: nil, state: .suppressed, recipient: "a", topic: "t", channels: [], submittedAt: nine,
            reason: .subjectCompleted, content: Array("{\"a\":1}".utf8))
        #expect(try text(dry).hasPrefix(#"{"id":null,"state":"suppressed""#))
        #expect(
            try text(dry).hasSuffix(
                #""plan":null,"codes":[],"attempts":0,"reason":"subject_completed","content":{"a":1}}"#))
        #expect(try text(Page(items: [dry], nextCursor: nil)).hasSuffix(#"],"next_cursor":null}"#))
    }

    @Test("a line of a bulk submission")
    func bulk() throws {
        #expect(
            try text(BulkLine(line: 1, .accepted(id: "m", state: .pending, plan: nil, codes: [.busy])))
                == #"{"line":1,"id":"m","state":"pending","plan":null,"codes":["busy"]}"#)
        #expect(
            try text(BulkLine(line: 2, .refused(.bad("/topic", "x", kind: .unknownTopic))))
                .hasPrefix(#"{"line":2,"error":{"type":"urn:tact:problem:unknown-topic","#))
        #expect(try text(BulkSummary()) == #"{"summary":{"lines":0,"accepted":0,"replayed":0,"failed":0}}"#)
    }

    @Test("a lease, and what became of it")
    func leases() throws {
        let leased = LeaseAnswer.Leased(
            id: "m", lease: "l", recipient: "ann", address: nil, channel: "push", topic: "t",
            content: Array("{}".utf8), attempt: 1, expiresAt: nine)
        #expect(
            try text(LeaseAnswer(messages: [leased])) == """
                {"messages":[{"id":"m","lease":"l","recipient":"ann","address":null,"channel":"push","topic":"t",\
                "content":{},"attempt":1,"expires_at":"2026-11-22T09:00:00.000Z"}]}
                """)
        let results = LeaseResults(results: [
            .init(id: "m", lease: "l", result: .ok, state: .delivered),
            .init(id: "n", lease: "l", result: .unknown, state: nil),
        ])
        #expect(
            try text(results) == """
                {"results":[{"id":"m","lease":"l","result":"ok","state":"delivered"},\
                {"id":"n","lease":"l","result":"unknown","state":null}]}
                """)
    }

    @Test("a recipient, as declared")
    func recipient() throws {
        let document = try RecipientDocument(Array(RecipientDocumentTests.ann.utf8))
        let answer = RecipientAnswer(
            id: "ann", document: document, createdAt: nine, updatedAt: nine, calendars: ["work"], pending: 2)
        let json = try JSON(parsing: text(answer))
        #expect(json["time_zone"] == "Europe/Paris" && json["calendars"] == ["work"] && json["pending"] == 2)
        #expect(json["quiet_hours"]?[0]?["days"] == ["mon", "sun"])
    }

    @Test("a status whose sum is right")
    func status() throws {
        let status = StatusAnswer(
            version: "0.1.0", pid: 7, startedAt: nine, now: nine + .hours(25),
            policy: .init(version: "abc", loadedAt: nine), tz: "2026f", warnings: [], counts: [.pending: 2],
            conservation: .init(submitted: 2, sum: 2), recipients: 1, due: 0, next: nil, reviews: 0,
            topics: [.init(name: "news", pending: 2, leased: 0)],
            channels: [
                .init(
                    name: "push", isHeld: false, pending: 2, due: 0, leased: 0, oldestDue: nil, next: nine,
                    releasedLastMinute: 0)
            ], workers: ["push": 1, "email": 2], databaseBytes: 4096,
            privacy: PrivacyAnswer(
                isSealed: true, oldKeys: 0, unreadable: 0, erasedRecipients: 1, erasedMessages: [.cancelled: 2]))
        let json = try JSON(parsing: text(status))
        #expect(json["uptime"] == "1d1h" && json["messages"]?["pending"] == 2 && json["messages"]?["failed"] == 0)
        #expect(json["conservation"]?["ok"] == true && json["workers"] == ["email": 2, "push": 1])
        #expect(json["topics"]?[0] == ["name": "news", "pending": 2, "leased": 0])
        #expect(
            json["channels"]?[0]?["next"]?.stringValue == nine.description
                && json["channels"]?[0]?["oldest_due"] == .null)
    }

    @Test("an explanation, a timeline, a calendar, channels and checks are JSON")
    func others() throws {
        let message = MessageAnswer(
            id: "m", state: .leased, recipient: "a", topic: "t", channels: ["push"], submittedAt: nine)
        for outcome in [Decision.Outcome.deliver(channel: "push"), .hold(until: nil), .suppress] {
            let entry = ExplanationAnswer.Entry(
                at: nine, outcome: outcome, plan: nil,
                findings: [FindingAnswer(Finding(rule: .busy, effect: .notApplicable), text: "")], policy: "p", tz: "z")
            _ = try text(
                ExplanationAnswer(
                    language: .english, message: message, decisions: [entry], now: entry,
                    deliveries: [.init(attempt: 1, channel: "push", releasedAt: nine)]))
        }
        let interval = Interval(start: nine, end: nine + .hours(1))
        let timeline = TimelineAnswer(
            timeZone: nil, interval: interval, blocked: [.init(interval, rule: .busy, code: .busy)],
            plans: [.init(id: "m", topic: "t", at: nine, channel: "push")], deliveries: [],
            caps: [.init(name: "daily", limit: 3, per: "24h", used: 1, from: nine)])
        #expect(try JSON(parsing: text(timeline))["blocked"]?[0]?["rule"] == "busy")
        #expect(try text(BusyAnswer([interval])).hasPrefix(#"[{"start":"2026-11-22T09:00:00.000Z""#))
        let calendar = CalendarAnswer(
            name: "work", updatedAt: nine, events: 1, series: 0, busy: [.init(interval, type: "BUSY")],
            skipped: [.init(line: 3, component: "VEVENT", reason: "no start")], coversUntil: nine)
        #expect(try JSON(parsing: text(calendar))["skipped"]?[0]?["line"] == 3)
        let channel = ChannelAnswer(
            Channel(name: "push", rate: .init(count: 50, per: .seconds(1))), hold: .init(at: nine, author: "joe"),
            pending: 1)
        #expect(try JSON(parsing: text(channel))["rate"] == "50/s")
        #expect(
            try JSON(parsing: text(TopicAnswer(Topic(name: "t", title: "T", kind: .marketing), hold: nil)))["respects"]?
                .arrayValue?.count == 4)
        #expect(try text(VerifyReport(checks: [.init(name: "a", ok: false, detail: "b")])).hasPrefix(#"{"ok":false"#))
    }
}
