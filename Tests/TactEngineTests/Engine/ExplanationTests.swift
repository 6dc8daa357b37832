import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

/// What is told of a message, how much of it, and in which language.
@Suite struct ExplanationTests {
    private func changed(_ times: Int) throws -> (Office, StoredMessage) {
        let office = try Office(Office.basic)
        let message = try office.offer(#""not_before":"2026-03-03T00:00:00Z""#)
        for n in 1..<times {
            office.pass(.minutes(1))
            let stored = try #require(try office.stored(message))
            let hour = String(10 + n)
            try office.store.write {
                _ = try office.engine.patch(
                    stored, MessagePatch(#"{"not_before":"2026-03-03T\#(hour):00:00Z"}"#.utf8), $0, now: office.now)
            }
        }
        return (office, try #require(try office.stored(message)))
    }

    @Test func itIsToldByPagesFromTheNewestBack() throws {
        let (office, message) = try changed(8)
        func page(_ before: Int64?, _ limit: Int) throws -> ([Timestamp], Int64?) {
            try office.store.write {
                let (answer, earliest) = try office.engine.explain(
                    message, $0, now: office.now, before: before, limit: limit)
                return (answer.decisions.map(\.at), earliest)
            }
        }
        let (all, none) = try page(nil, 100)
        #expect(all.count == 8 && none == nil && all == all.sorted())
        #expect(try page(nil, 8).1 == nil)
        var told: [Timestamp] = []
        var cursor: Int64?
        repeat {
            let (decisions, next) = try page(cursor, 3)
            #expect((1...3).contains(decisions.count) && decisions == decisions.sorted())
            told = decisions + told
            cursor = next
        } while cursor != nil
        #expect(told == all)
    }

    @Test func itIsToldInALanguage() throws {
        let (office, message) = try changed(2)
        func explain(_ language: SentenceLanguage, _ stored: StoredMessage) throws -> JSON {
            try office.store.write {
                try JSON(
                    parsing: office.engine.explain(stored, $0, now: office.now, in: language).answer.encoded())
            }
        }
        let german = try explain(.german, message)
        #expect(german["language"] == "de" && german["end"] == nil)
        let text = german["decisions"]?[1]?["findings"]?.arrayValue?.compactMap { $0["text"]?.stringValue }
        #expect(
            text?.contains(
                "Zurückgehalten bis Dienstag, 3. März, 11:00 Uhr (UTC; Ihre Zeitzone ist nicht bekannt): "
                    + "Der Absender wollte es nicht früher.") == true, "\(text ?? [])")
        #expect(german["now"]?["findings"]?[0]?["text"] == "Eine Einwilligung ist nicht nötig.")
        #expect(
            german["message"]?["findings"]?[0]?["text"]?.stringValue?.hasPrefix("Zurückgehalten bis") == true)
        try office.store.write {
            try office.engine.cancel(message, reason: .cancelledBySender, $0, now: office.now)
        }
        let ended = try #require(try office.store.read { try $0.message(message.message.number) })
        #expect(try explain(.french, ended)["end"] == "L’expéditeur l’a annulé.")
        #expect(try explain(.english, ended)["end"] == "Its sender cancelled it.")
    }

    /// However often something was reported, an explanation stays one that can be read.
    @Test func whatWasReportedIsToldUpToALimit() throws {
        let office = try Office(Office.consenting)
        let message = try office.send("orders")
        let number = message.stored.message.number
        let id = try #require(message.id)
        for n in 0..<5 {
            office.pass(.seconds(1))
            try office.event(#"{"type":"opened","message":"\#(id)"}"#)
            #expect(
                try office.store.read { try $0.events(of: message.stored.recipient, message: number, last: 3) }.count
                    == min(n + 1, 3))
        }
        let last = try office.store.read { try $0.events(of: message.stored.recipient, message: number, last: 1) }
        #expect(last.first?.receivedAt == office.now)
    }
}
