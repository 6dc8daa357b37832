import TactClient
import Testing

/// The client library for apps and workers in Swift, against a real daemon.
@Suite(.timeLimit(.minutes(2)))
struct SwiftClientTests {
    private func withTactd(_ body: (Tactd, Daemon) async throws -> Void) async throws {
        try await Daemon.run { daemon in try await body(Tactd(socket: daemon.socket), daemon) }
    }

    @Test func anAppSubmitsReadsExplainsAndCancels() async throws {
        try await withTactd { tactd, _ in
            try await tactd.pause("ann", until: .now + .seconds(3600))
            let new = NewMessage(
                to: "ann", topic: "news", content: ["title": "Half price", "data": ["cart": 42, "tags": ["a", nil]]],
                urgency: .high, relevance: 0.7, expiry: .after(.seconds(86_400)), idempotencyKey: "k",
                subject: "cart:42")
            let forecast = try await tactd.forecast(new, at: .now + .seconds(60))
            #expect(forecast.state == .pending)
            let message = try await tactd.submit(new)
            #expect(message.state == .pending)
            #expect(message.plan == forecast.plan)
            #expect(message.codes == ["paused"])
            #expect(message.findings.first?.effect == .hold)
            #expect(message.findings.first?.text?.isEmpty == false)
            #expect(try await tactd.submit(new).id == message.id, "the key makes it one")

            #expect(try await tactd.message(message.id).recipient == "ann")
            let explanation = try await tactd.explain(message.id)
            #expect(explanation.decisions.last?.outcome == "hold")
            #expect((explanation.now?.findings.count ?? 0) > 1)
            #expect(explanation.nextCursor == nil)
            let german = try await tactd.explain(message.id, language: "de")
            #expect(german.now?.findings.contains { $0.text == "Der Weg zu Ihnen ist frei." } == true)
            #expect(try await tactd.cancel(message.id).state == .cancelled)
            #expect(try await tactd.cancel(message.id).reason == "cancelled_by_sender")

            _ = try await tactd.submit(NewMessage(to: "ann", topic: "news", subject: "cart:43"))
            _ = try await tactd.submit(NewMessage(to: "ann", topic: "news"))
            #expect(try await tactd.complete("cart:43", blockFor: .seconds(60)) == 1)
            #expect(try await tactd.cancelAll(recipient: "ann") == 1)
            let status = try await tactd.status()
            #expect(status.addsUp)
            #expect(status.messages[.cancelled] == 3)
        }
    }

    @Test func whatIsRefusedIsToldByKindAndPlace() async throws {
        try await withTactd { tactd, _ in
            func refusal(_ message: NewMessage) async throws -> Problem? {
                do throws(TactError) {
                    let stored = try await tactd.submit(message)
                    Issue.record("\(stored.id) was taken")
                } catch {
                    guard case .refused(let problem) = error else { throw error }
                    return problem
                }
                return nil
            }
            let unknown = try await refusal(NewMessage(to: "ann", topic: "gossip"))
            #expect(unknown?.type == .unknownTopic)
            #expect(unknown?.status == 400)
            #expect(unknown?.errors.map(\.pointer) == ["/topic"])
            let wrong = try await refusal(NewMessage(to: "", topic: "news", relevance: 7))
            #expect(wrong?.type == .invalidField)
            #expect(wrong?.errors.map(\.pointer) == ["/recipient", "/relevance"])
            _ = try await tactd.submit(NewMessage(to: "ann", topic: "news", idempotencyKey: "k"))
            #expect(
                try await refusal(NewMessage(to: "ben", topic: "news", idempotencyKey: "k"))?.type
                    == .idempotencyKeyReused)
            do throws(TactError) {
                _ = try await tactd.message("nothing")
                Issue.record("there is no such message")
            } catch {
                #expect(error.problemType == .notFound)
                #expect(!error.mayPass)
            }
            do throws(TactError) {
                _ = try await Tactd(socket: "/nowhere/tact.sock").status()
                Issue.record("there is no such daemon")
            } catch {
                guard case .unreachable = error else { throw error }
                #expect(error.mayPass)
            }
        }
    }

    @Test func manyAreSubmittedAtOnceAndListedPageByPage() async throws {
        try await withTactd { tactd, _ in
            let many = (0..<1200).map { NewMessage(to: "r\($0)", topic: $0 == 7 ? "gossip" : "news") }
            let answers = try await tactd.submit(contentsOf: many)
            #expect(answers.count == 1200)
            for (index, answer) in answers.enumerated() {
                switch answer {
                case .accepted(_, let state, let plan): #expect(index != 7 && state == .pending && plan != nil)
                case .refused(let problem): #expect(index == 7 && problem.type == .unknownTopic)
                }
            }
            var listed: [String] = []
            for try await message in tactd.messages(states: [.pending], topic: "news") {
                listed.append(message.recipient)
            }
            #expect(listed == many.map(\.recipient).filter { $0 != "r7" }.reversed(), "the newest first")
            // Whoever has seen enough reads no further.
            for try await message in tactd.messages(recipient: "r3") {
                #expect(message.recipient == "r3")
                break
            }
        }
    }

    @Test func recipientsAndTheirCalendarsAreDeclared() async throws {
        try await withTactd { tactd, _ in
            let ann = Recipient(
                timeZone: "Europe/Paris", country: "FR", locale: "fr-FR", addresses: ["email": "ann@example.org"],
                quietHours: [.init("22:00", to: "08:00", days: [.mon, .tue])],
                attributes: ["first_name": .init("Ann", source: "declared", updatedAt: Instant("2026-11-22T09:00:00Z"))]
            )
            #expect(try await tactd.declare("ann", ann) == ann)
            #expect(try await tactd.recipient("ann") == ann)
            let changed = try await tactd.change("ann", ["locale": nil, "quiet_hours": []])
            #expect(changed.locale == nil)
            #expect(changed.quietHours == [])
            let until = Instant.now + .seconds(60)
            #expect(try await tactd.pause("ann", until: until).pausedUntil == until)
            #expect(try await tactd.resume("ann").pausedUntil == nil)

            let source = [
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20261101T000000Z",
                "DTSTART:20270104T090000Z", "DTEND:20270104T100000Z", "END:VEVENT", "BEGIN:VEVENT", "UID:2",
                "DTSTART:nonsense", "END:VEVENT", "END:VCALENDAR", "",
            ].joined(separator: "\r\n")
            let imported = try await tactd.importCalendar("work", of: "ann", source.utf8)
            #expect(imported.events == 1)
            #expect(imported.skipped.map(\.component) == ["VEVENT"])
            #expect(try await tactd.calendar("work", of: "ann").busy == imported.busy)
            let day = try #require(Instant("2027-01-04T00:00:00Z"))
            let busy = try await tactd.busy("ann", from: day, to: day + .seconds(86_400))
            #expect(busy.map(\.start.description) == ["2027-01-04T09:00:00.000Z"])
            try await tactd.removeCalendar("work", of: "ann")
            #expect(try await tactd.busy("ann", from: day).isEmpty)
        }
    }

    @Test func leasesAreReportedAndExtended() async throws {
        try await withTactd { tactd, _ in
            try await tactd.declare("ann", Recipient(addresses: ["email": "ann@example.org"]))
            for title in ["one", "two", "three"] {
                _ = try await tactd.submit(NewMessage(to: "ann", topic: "news", content: ["title": .string(title)]))
            }
            let leased = try await tactd.lease(["email"], max: 10, for: .seconds(5))
            #expect(leased.map { $0.content["title"] } == ["one", "two", "three"])
            #expect(leased.allSatisfy { $0.address == "ann@example.org" && $0.attempt == 1 && $0.channel == "email" })
            #expect(try await tactd.extend(leased, for: .seconds(60)).allSatisfy { $0.result == .ok })
            let results = try await tactd.report([
                (leased[0], .delivered), (leased[1], .retry(detail: "busy", after: .seconds(600))),
                (leased[2], .failed(detail: "gone")),
            ])
            #expect(results.map(\.result) == [.ok, .ok, .ok])
            #expect(results.map(\.state) == [.delivered, .pending, .failed])
            #expect(try await tactd.explain(leased[2].id).deliveries.first?.detail == "gone")
            #expect(try await tactd.report(leased[0], .failed()).result == .lapsed)
            #expect(try await tactd.lease(["email"]).isEmpty)
        }
    }

    /// Deliveries take longer than a lease: the worker keeps them, and none comes twice.
    @Test func aWorkerKeepsWhatItDeliversAndReportsItAlsoWhenItIsCancelled() async throws {
        try await withTactd { tactd, daemon in
            let ids = try await tactd.submit(contentsOf: (0..<4).map { NewMessage(to: "r\($0)", topic: "news") })
            let (begun, beginnings) = AsyncStream.makeStream(of: String.self)
            let work = Task {
                try await tactd.work(["email"], concurrency: 2, lease: .seconds(4)) { message in
                    beginnings.yield(message.recipient)
                    try? await Task.sleep(for: .seconds(5))
                    return .delivered
                }
            }
            var delivered: [String] = []
            for await recipient in begun.prefix(4) { delivered.append(recipient) }
            #expect(Set(delivered).count == ids.count, "\(delivered)")
            // The last two are under way.
            work.cancel()
            try await work.value
            try await eventually("all are delivered") { try await daemon.ids(state: "delivered").count == 4 }
            for id in try await daemon.ids(state: "delivered") {
                #expect(try await tactd.explain(id).deliveries.map(\.attempt) == [1])
            }
        }
    }

    @Test func aWorkerOutlivesTheDaemonAndEndsWhereItIsNotWanted() async throws {
        try await withTactd { tactd, daemon in
            let work = Task { try await tactd.work(["email"]) { _ in .delivered } }
            try await eventually("it waits") { try await tactd.status().workers["email"] == 1 }
            try await daemon.killAndWait()
            try await daemon.start()
            _ = try await tactd.submit(NewMessage(to: "ann", topic: "news"))
            try await eventually(within: 20, "it came back") { try await daemon.ids(state: "delivered").count == 1 }
            work.cancel()
            try await work.value
            await #expect(throws: TactError.self) { try await tactd.work(["carrier-pigeon"]) { _ in .delivered } }
        }
    }

    @Test func aWatchGoesOnAfterTheDaemonsRestart() async throws {
        try await withTactd { tactd, daemon in
            let before = try await tactd.submit(NewMessage(to: "ann", topic: "news"))
            let watch = tactd.watch(after: 0).makeAsyncIterator()
            var changes = watch
            let first = try await changes.next()
            #expect(first?.id == before.id)
            #expect(first?.state == .pending)
            try await daemon.stop()
            try await daemon.start()
            let after = try await tactd.submit(NewMessage(to: "ben", topic: "news"))
            let second = try await changes.next()
            #expect(second?.id == after.id)
            #expect(second?.recipient == "ben")
            #expect((first?.event ?? 0) < (second?.event ?? 0))

            let endless = Task {
                var count = 0
                for try await _ in tactd.watch() { count += 1 }
                return count
            }
            endless.cancel()
            #expect(try await endless.value == 0)
        }
    }
}
