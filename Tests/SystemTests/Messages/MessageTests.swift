import Testing
import TactAPI
import TactCore

/// What senders and operators do with messages.
@Suite struct MessageTests {
    private let later = (wallClock() + .days(100)).rfc3339
    private let muchLater = (wallClock() + .days(200)).rfc3339

    @Test func aBulkSubmissionOfNothingIsTakenAsSuch() async throws {
        try await Daemon.run { daemon in
            let reply = try await daemon.bulk([], query: "?answers=errors")
            #expect(reply.status == 200)
            #expect(reply["summary"] == ["lines": 0, "accepted": 0, "replayed": 0, "failed": 0], "\(reply)")
            let silent = try await daemon.bulk([])
            #expect(silent.status == 200 && silent.body.isEmpty)
        }
    }

    @Test func cancellingTwiceIsFineButNotWhatIsLeasedOrDone() async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann", ["not_before": .string(later)])["id"]?.stringValue)
            let cancelled = try await daemon.delete("/v1/messages/\(id)")
            #expect(cancelled.status == 200)
            #expect(cancelled["state"] == "cancelled")
            #expect(try await daemon.delete("/v1/messages/\(id)").status == 200)

            let other = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            let lease = try #require(try await daemon.lease().first)
            #expect(lease.id == other)
            #expect(try await daemon.delete("/v1/messages/\(other)").problem == .notPending)
            try await daemon.report(lease, "delivered")
            let late = try await daemon.delete("/v1/messages/\(other)")
            #expect(late.status == 409)
            #expect(late.problem == .notPending)
            #expect(try await daemon.delete("/v1/messages/none").status == 404)
        }
    }

    @Test func cancellingByFilterTakesWhatIsPendingAndNothingElse() async throws {
        try await Daemon.run { daemon in
            let held: JSONObject = ["not_before": .string(later)]
            for n in 0..<250 { try await daemon.submit(to: "r\(n % 5)", held) }
            try await daemon.submit(to: "r0", topic: "alerts", held)
            try await daemon.submit(to: "now")
            let lease = try #require(try await daemon.lease().first)
            #expect(try await daemon.delete("/v1/messages?topic=news&recipient=r1").json["cancelled"] == 50)
            #expect(try await daemon.delete("/v1/messages?topic=news").json["cancelled"] == 200)
            #expect(try await daemon.delete("/v1/messages?topic=news").json["cancelled"] == 0)
            #expect(try await daemon.delete("/v1/messages").status == 400)
            let counts = try await daemon.counts()
            #expect((counts["pending"], counts["leased"], counts["cancelled"]) == (1, 1, 250))
            try await daemon.report(lease, "delivered")
        }
    }

    @Test func aMovedMessageIsPlannedAnew() async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann", ["not_before": .string(later)])["id"]?.stringValue)
            #expect(try await daemon.lease().isEmpty)
            let moved = try await daemon.patch(
                "/v1/messages/\(id)", ["not_before": .string(muchLater), "expires_at": "2092-01-01T00:00:00Z"])
            #expect(moved["plan"]?["at"] == .string(muchLater))
            async let waiting = daemon.lease(wait: "20s")
            try await eventually("the worker waits") {
                try await daemon.get("/v1/status").json["workers"]?["email"] == 1
            }
            let free = try await daemon.patch("/v1/messages/\(id)", ["not_before": .null, "urgency": "high"])
            #expect(free.status == 200, "\(free)")
            #expect(free["urgency"] == "high")
            let lease = try #require(try await waiting.first, "a message that is moved to now wakes the worker")
            #expect(try await daemon.patch("/v1/messages/\(id)", ["urgency": "low"]).problem == .notPending)
            try await daemon.report(lease, "delivered")
        }
    }

    @Test func aCollapseKeyKeepsTheNewestAndTheOldestWaiting() async throws {
        try await Daemon.run { daemon in
            let held: JSONObject = ["not_before": .string(later), "collapse_key": "k"]
            var ids: [String] = []
            for _ in 0..<5 {
                ids.append(try #require(try await daemon.submit(to: "ann", held)["id"]?.stringValue))
            }
            for id in ids.dropLast() {
                let old = try await daemon.message(id)
                #expect(old["state"] == "cancelled")
                #expect(old["reason"] == "collapsed")
            }
            // Another recipient, another topic: nothing to do with it.
            try await daemon.submit(to: "bob", held)
            try await daemon.submit(to: "ann", topic: "alerts", held)
            #expect(try await daemon.counts()["pending"] == 3)
        }
    }

    @Test func whatIsLeasedIsNotCollapsedAndDoesNotComeBackOverTheNewer() async throws {
        try await Daemon.run { daemon in
            let old = try #require(try await daemon.submit(to: "ann", ["collapse_key": "k"])["id"]?.stringValue)
            let lease = try #require(try await daemon.lease().first)
            let new = try #require(try await daemon.submit(to: "ann", ["collapse_key": "k"])["id"]?.stringValue)
            #expect(try await daemon.state(old) == "leased")
            #expect(try await daemon.report(lease, "retry") == ("ok", "cancelled"))
            #expect(try await daemon.message(old)["reason"] == "collapsed")
            #expect(try await daemon.lease().map(\.id) == [new])
        }
    }

    @Test func anIdempotencyKeyAnswersTheSameBodyAndRefusesAnother() async throws {
        try await Daemon.run { daemon in
            let body: JSON = ["recipient": "ann", "topic": "news", "idempotency_key": "k", "relevance": .number(0.5)]
            let first = try await daemon.post("/v1/messages", body)
            #expect(first.status == 201)
            let again = try await daemon.post("/v1/messages", body)
            #expect(again.status == 200)
            #expect(again["id"] == first["id"])
            // The same JSON in another spelling is the same body.
            let spelled = #" { "idempotency_key":"\u006b","topic" : "news","relevance":5e-1, "recipient":"ann"}"#
            let respelled = try await daemon.call(
                .post, "/v1/messages", body: Array(spelled.utf8), type: "application/json")
            #expect(respelled.status == 200, "\(respelled)")
            var other = try #require(body.objectValue)
            other["recipient"] = "bob"
            let refused = try await daemon.post("/v1/messages", .object(other))
            #expect(refused.status == 422)
            #expect(refused.problem == .idempotencyKeyReused)

            let lease = try #require(try await daemon.lease().first)
            try await daemon.report(lease, "delivered")
            let late = try await daemon.post("/v1/messages", body)
            #expect(late.status == 200)
            #expect(late["state"] == "delivered", "it answers with the message as it is now")
            #expect(try await daemon.counts().values.reduce(0, +) == 1)

            try await daemon.killAndWait()
            try await daemon.start()
            #expect(try await daemon.post("/v1/messages", body)["id"] == first["id"])
        }
    }

    @Test func completingASubjectCancelsSuppressesAndForbidsRetries() async throws {
        try await Daemon.run { daemon in
            let about: JSONObject = ["subject": "cart:42"]
            let leasedID = try #require(try await daemon.submit(to: "ann", about)["id"]?.stringValue)
            let lease = try #require(try await daemon.lease().first)
            let pending = try #require(try await daemon.submit(to: "bob", about)["id"]?.stringValue)
            let done = try await daemon.post("/v1/subjects/cart%3A42/complete", ["block_for": "1h"])
            #expect(done["cancelled"] == 1)
            #expect(try await daemon.message(pending)["reason"] == "subject_completed")
            #expect(try await daemon.state(leasedID) == "leased", "what is leased finishes")
            let new = try await daemon.submit(to: "cid", about)
            #expect(new["state"] == "suppressed")
            #expect(new["findings"]?[0]?["code"] == "subject_completed")
            #expect(try await daemon.report(lease, "retry") == ("ok", "cancelled"), "but is not tried again")
            // Of one recipient only, and without block_for: new ones are welcome.
            try await daemon.submit(to: "ann", ["subject": "order:1"])
            #expect(try await daemon.post("/v1/subjects/order%3A1/complete", ["recipient": "ann"])["cancelled"] == 1)
            #expect(try await daemon.submit(to: "ann", ["subject": "order:1"])["state"] == "pending")
        }
    }

    @Test func whatIsNotFetchedInTimeExpires() async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann", ["expires_in": "4s"])["id"]?.stringValue)
            let held = try #require(try await daemon.submit(to: "bob", ["expires_in": "4s"])["id"]?.stringValue)
            let leases = try await daemon.lease(max: 2)
            let lease = try #require(leases.first { $0.id == held })
            try await daemon.report(try #require(leases.first { $0.id == id }), "returned", ["retry_after": "10s"])
            try await eventually("it expires") { try await daemon.state(id) == "expired" }
            #expect(try await daemon.lease().isEmpty)
            #expect(try await daemon.report(lease, "delivered") == ("ok", "delivered"), "a lease may run past it")
        }
    }

    @Test func oneMorePendingMessageIsRefusedWithATimeToComeBack() async throws {
        try await Daemon.run(Policies.plain + "\n[limits]\npending_per_recipient = 3") { daemon in
            for _ in 0..<3 { try await daemon.submit(to: "ann", ["not_before": .string(later)]) }
            let refused = try await daemon.post("/v1/messages", ["recipient": "ann", "topic": "news"])
            #expect(refused.status == 429)
            #expect(refused.problem == .tooManyPending)
            #expect(try #require(refused.header("retry-after").flatMap { Int($0) }) >= 1)
            try await daemon.submit(to: "bob")
            #expect(try await daemon.counts()["pending"] == 4)
        }
    }

    @Test func aSenderThatSubmitsTooFastIsToldHowLongToWait() async throws {
        try await Daemon.run(Policies.plain + "\n[limits]\nsubmits_per_sender = \"5/m\"") { daemon in
            for n in 0..<5 { try await daemon.submit(to: "r\(n)") }
            let refused = try await daemon.post("/v1/messages", ["recipient": "ann", "topic": "news"])
            #expect(refused.status == 429)
            #expect(refused.problem == .tooManySubmissions)
            #expect((1...60).contains(try #require(refused.header("retry-after").flatMap { Int($0) })))
            #expect(try await daemon.counts()["pending"] == 5)
        }
    }

    @Test func aDryRunStoresNothing() async throws {
        try await Daemon.run { daemon in
            let body: JSON = ["recipient": "ann", "topic": "news", "idempotency_key": "k", "collapse_key": "c"]
            for at in ["", "&at=2090-01-01T00:00:00Z", "&at=0001-01-01T00:00:00Z"] {
                let reply = try await daemon.post("/v1/messages?dry_run=true" + at, body)
                #expect(reply.status == 200, "\(reply)")
                #expect(reply["id"] == .null)
                #expect(reply["state"] == "pending")
            }
            #expect(try await daemon.counts().values.reduce(0, +) == 0)
            #expect(try await daemon.get("/v1/recipients").json["items"] == [])
        }
    }

    @Test func listsGoOnWhereTheyStopped() async throws {
        try await Daemon.run { daemon in
            var ids: [JSON] = []
            for n in 0..<25 { ids.append(try #require(try await daemon.submit(to: "r\(n % 2)")["id"])) }
            var seen: [JSON] = []
            var cursor = ""
            repeat {
                let page = try await daemon.get("/v1/messages?limit=7\(cursor)").json
                seen += page["items"]?.arrayValue?.compactMap { $0["id"] } ?? []
                cursor = page["next_cursor"]?.stringValue.map { "&cursor=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(seen == ids.reversed())
            #expect(try await daemon.get("/v1/messages?recipient=r1").json["items"]?.arrayValue?.count == 12)
            #expect(try await daemon.get("/v1/messages?state=delivered,failed").json["items"] == [])
        }
    }
}
