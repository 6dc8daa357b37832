import Testing
import TactAPI
import TactCore

/// What workers do with messages, and what becomes of them.
@Suite struct LeaseTests {
    @Test func aMessageGoesOutOnceAndItsContentGoesWithIt() async throws {
        try await Daemon.run { daemon in
            let message = try await daemon.submit(to: "ann", ["content": ["title": "Hello", "data": ["n": 1]]])
            let id = try #require(message["id"]?.stringValue)
            #expect(message["state"] == "pending")
            #expect(try await daemon.message(id)["content"]?["title"] == "Hello")

            let reply = try await daemon.post("/v1/leases", ["channels": ["email"], "max": 10])
            let leased = try #require(reply["messages"]?[0])
            #expect(leased["id"] == .string(id))
            #expect(leased["content"] == ["title": "Hello", "data": ["n": 1]])
            #expect(leased["attempt"] == 1)
            #expect(try await daemon.lease(max: 10).isEmpty, "what is leased is nobody else's")
            #expect(try await daemon.state(id) == "leased")

            let lease = try #require(Daemon.Lease(leased))
            #expect(try await daemon.report(lease, "delivered") == ("ok", "delivered"))
            #expect(try await daemon.report(lease, "delivered") == ("ok", "delivered"), "repeating it is allowed")
            #expect(try await daemon.report(lease, "failed").result == "lapsed", "taking it back is not")
            let after = try await daemon.message(id)
            #expect(after["state"] == "delivered")
            #expect(after["content"] == nil, "content goes when it is delivered")
        }
    }

    @Test func aLongPollIsAnsweredByTheFirstMessageAndByNothingWhenItIsOver() async throws {
        try await Daemon.run { daemon in
            async let waiting = daemon.lease(wait: "20s")
            try await eventually("the worker is seen waiting") {
                try await daemon.get("/v1/status").json["workers"]?["email"] == 1
            }
            let submitted = wallClock()
            try await daemon.submit(to: "ann")
            #expect(try await waiting.count == 1)
            #expect(wallClock() - submitted < .seconds(5))
            let begun = wallClock()
            #expect(try await daemon.lease(wait: "1s").isEmpty)
            #expect(wallClock() - begun >= Duration(milliseconds: 990))
        }
    }

    @Test func aLapsedLeaseGoesToTheNextWorkerAndTheOldOneIsTold() async throws {
        try await Daemon.run { daemon in
            try await daemon.submit(to: "ann")
            let first = try #require(try await daemon.lease(for: "1s").first)
            let second = try #require(try await daemon.lease(for: "60s", wait: "10s").first)
            #expect(second.id == first.id)
            #expect(second.attempt == 2)
            #expect(second.lease != first.lease)
            #expect(try await daemon.report(first, "delivered") == ("lapsed", "leased"))
            #expect(try await daemon.extend(first, for: "60s").result == "lapsed")
            #expect(try await daemon.report(second, "delivered") == ("ok", "delivered"))
        }
    }

    @Test func anExtendedLeaseLastsAsLongAsItWasExtendedTo() async throws {
        try await Daemon.run { daemon in
            try await daemon.submit(to: "ann")
            let lease = try #require(try await daemon.lease(for: "4s").first)
            #expect(try await daemon.extend(lease, for: "30s") == ("ok", "leased"))
            #expect(try await daemon.lease(wait: "5s").isEmpty)
            #expect(try await daemon.report(lease, "delivered").result == "ok")
        }
    }

    @Test func retriesBackOffAndEndAsFailed() async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            for attempt in 1...3 {
                let lease = try #require(try await daemon.lease(wait: "10s").first)
                #expect(lease.attempt == attempt)
                let reported = wallClock()
                let outcome = try await daemon.report(lease, "retry", ["detail": "busy"])
                #expect(outcome == ("ok", attempt < 3 ? "pending" : "failed"))
                guard attempt < 3 else { break }
                let text = try #require(try await daemon.message(id)["plan"]?["at"]?.stringValue)
                let plan = try Timestamp(rfc3339: text)
                // On a machine that is busy with something else the plan may have come by now.
                if wallClock() + Duration(milliseconds: 300) < plan {
                    #expect(try await daemon.lease().isEmpty, "it waits for its back-off")
                }
                let wait = plan - reported
                #expect(wait >= Duration(milliseconds: 490), "\(wait)")
            }
            let failed = try await daemon.message(id)
            #expect(failed["reason"] == "attempts_used_up")

            let requeued = try await daemon.post("/v1/messages/\(id)/requeue")
            #expect(requeued.status == 200)
            #expect(requeued["state"] == "pending")
            let again = try #require(try await daemon.lease(wait: "5s").first)
            #expect(again.attempt == 1, "it has fresh attempts")
            #expect(try await daemon.report(again, "delivered").result == "ok")
            #expect(try await daemon.post("/v1/messages/\(id)/requeue").problem == .notFailed)
        }
    }

    @Test func retryAfterIsNeverUndercut() async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            let lease = try #require(try await daemon.lease().first)
            let reported = wallClock()
            try await daemon.report(lease, "retry", ["retry_after": "1h"])
            let plan = try #require(try await daemon.message(id)["plan"]?["at"]?.stringValue)
            #expect(try Timestamp(rfc3339: plan) >= reported + .hours(1))
        }
    }

    @Test func returningCostsNoAttemptHoweverOften() async throws {
        try await Daemon.run { daemon in
            try await daemon.submit(to: "ann")
            for _ in 1...6 {
                let lease = try #require(try await daemon.lease(wait: "5s").first)
                #expect(lease.attempt == 1)
                #expect(try await daemon.report(lease, "returned") == ("ok", "pending"))
            }
        }
    }

    @Test func lapsesCostAttempts() async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            for attempt in 1...3 {
                #expect(try await daemon.lease(for: "1s", wait: "10s").first?.attempt == attempt)
            }
            try await eventually("the last lapse ends it") { try await daemon.state(id) == "failed" }
            #expect(try await daemon.message(id)["reason"] == "attempts_used_up")
            let explanation = try await daemon.get("/v1/messages/\(id)/explanation").json
            let outcomes = explanation["deliveries"]?.arrayValue?.map { $0["outcome"] }
            #expect(outcomes == ["lapsed", "lapsed", "lapsed"])
        }
    }

    @Test func whatAWorkerDoesNotKnowIsToldApart() async throws {
        try await Daemon.run { daemon in
            let id = try #require(try await daemon.submit(to: "ann")["id"]?.stringValue)
            let lease = try #require(try await daemon.lease().first)
            let reply = try await daemon.post(
                "/v1/leases/outcomes",
                [
                    "outcomes": [
                        ["id": .string(id), "lease": "wrong", "outcome": "delivered"],
                        ["id": "nothing", "lease": "wrong", "outcome": "delivered"],
                        ["id": .string(id), "lease": .string(lease.lease), "outcome": "delivered"],
                    ]
                ])
            #expect(reply["results"]?.arrayValue?.map { $0["result"] } == ["unknown", "unknown", "ok"])
        }
    }

    @Test func aWorkerThatLeavesWhileItWaitsTakesNothingAlong() async throws {
        try await Daemon.run { daemon in
            for _ in 0..<20 {
                let raw = try RawConnection(path: daemon.socket)
                try raw.sendRequest("POST", "/v1/leases", json: #"{"channels":["email"],"lease":"1h","wait":"60s"}"#)
                raw.close()
            }
            try await eventually("they are forgotten") {
                try await daemon.get("/v1/status").json["workers"]?["email"] == nil
            }
            try await daemon.submit(to: "ann")
            #expect(try await daemon.lease().count == 1)
        }
    }

    @Test func onlyTheChannelsAskedForAreServed() async throws {
        try await Daemon.run { daemon in
            try await daemon.submit(to: "ann")
            try await daemon.submit(to: "ann", topic: "alerts")
            #expect(try await daemon.lease(["push"], max: 10).map(\.channel) == ["push"])
            #expect(try await daemon.lease(["push", "email"], max: 10).map(\.channel) == ["email"])
        }
    }
}
