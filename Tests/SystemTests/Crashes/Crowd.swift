import Foundation
import Synchronization
import TactAPI
import TactCore

/// Submitters and workers that go on through every crash of the daemon, and write down what they are told.
final class Crowd: Sendable {
    private let daemon: Daemon
    private let book: Book
    private let dice: Mutex<Dice>
    private let isSubmitting = Atomic<Bool>(true)
    private let isWorking = Atomic<Bool>(true)
    private let lastKey = Atomic<Int>(0)

    init(_ daemon: Daemon, _ book: Book, _ dice: Dice) {
        self.daemon = daemon
        self.book = book
        self.dice = Mutex(dice)
    }

    /// Submitters wait so long between two requests, so that the workers keep up with them.
    private static let pause = Swift.Duration.milliseconds(20)

    func stopSubmitting() { isSubmitting.store(false, ordering: .relaxed) }

    func stop() {
        stopSubmitting()
        isWorking.store(false, ordering: .relaxed)
    }

    /// Submits until `stopSubmitting`.
    func submit() async {
        await withTaskGroup { group in
            for _ in 0..<3 { group.addTask { await self.submitOneByOne() } }
            group.addTask { await self.submitInBulk() }
        }
    }

    /// Leases and reports until `stop`.
    func work() async {
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { await self.workAlone() } }
        }
    }

    private func roll<Value: Sendable>(_ body: (inout Dice) -> Value) -> Value {
        dice.withLock { body(&$0) }
    }

    /// After the daemon has gone, it is asked again a little later.
    private func rest() async { try? await Task.sleep(for: .milliseconds(10)) }

    private func newMessage() -> (key: String, body: JSON) {
        let key = "k\(lastKey.add(1, ordering: .relaxed).newValue)"
        let body: JSON = [
            "recipient": .string("r\(roll { Int.random(in: 0..<40, using: &$0) })"), "topic": "news",
            "idempotency_key": .string(key), "content": ["title": "A title", "body": "Some text"],
        ]
        book.note(sending: body, under: key)
        return (key, body)
    }

    // MARK: Submitters

    /// Submits one message after the other. What was not answered is sent again: its key makes that safe.
    private func submitOneByOne() async {
        while isSubmitting.load(ordering: .relaxed) {
            try? await Task.sleep(for: Crowd.pause)
            let (key, body) = newMessage()
            while isSubmitting.load(ordering: .relaxed) {
                if let reply = try? await daemon.post("/v1/messages", body) {
                    if [200, 201].contains(reply.status), let id = reply["id"]?.stringValue {
                        book.note(answer: id, to: key)
                    } else {
                        book.fail("a submission was answered with \(reply)")
                    }
                    break
                }
                book.noteUnanswered()
                await rest()
            }
        }
    }

    /// Submits many at once, and takes every answer line that comes for an acknowledgement.
    private func submitInBulk() async {
        while isSubmitting.load(ordering: .relaxed) {
            try? await Task.sleep(for: Crowd.pause * 10)
            let messages = (0..<60).map { _ in newMessage() }
            let body = Array(messages.map { $0.body.encoded() + [0x0A] }.joined())
            let (socket, book) = (daemon.socket, book)
            let isDone: Void? = try? await onThread {
                let connection = try RawConnection(path: socket)
                try connection.sendRequest("POST", "/v1/messages", body: body, type: "application/x-ndjson")
                _ = try connection.readHead()
                var text: [UInt8] = []
                while let chunk = try connection.readChunk() {
                    text += chunk
                    while let end = text.firstIndex(of: 0x0A) {
                        let line = try JSON(parsing: text[..<end])
                        text.removeFirst(end + 1)
                        if let number = line["line"]?.integerValue, let id = line["id"]?.stringValue {
                            book.note(answer: id, to: messages[Int(number) - 1].key)
                        } else if line["error"]?["type"] != "urn:tact:problem:shutting-down" {
                            book.fail("a line was answered with \(line)")
                        }
                    }
                }
            }
            if isDone == nil {
                book.noteUnanswered()
                await rest()
            }
        }
    }

    // MARK: Workers

    private func workAlone() async {
        while isWorking.load(ordering: .relaxed) {
            let length = roll { $0.once(in: 4) ? Duration.seconds(1) : .seconds(8) }
            let asked = Book.steady()
            guard
                let leases = try? await daemon.lease(
                    max: roll { Int.random(in: 1...8, using: &$0) }, for: length.description, wait: "1s")
            else {
                await rest()
                continue
            }
            for lease in leases { book.note(lease, until: asked + length) }
            for lease in leases { await handle(lease) }
        }
    }

    private func handle(_ lease: Daemon.Lease) async {
        if roll({ $0.once(in: 12) }) {
            let asked = Book.steady()
            book.note(extending: lease, to: asked + .seconds(5))
            if let answer = try? await daemon.extend(lease, for: "5s"), answer.result == "ok" {
                book.note(extended: lease, to: asked + .seconds(5))
            }
        }
        // Some workers die with their leases.
        if roll({ $0.once(in: 30) }) { return }
        let outcome = roll { $0.pick(["delivered", "delivered", "delivered", "delivered", "retry", "returned"]) }
        book.note(trying: outcome, of: lease)
        while isWorking.load(ordering: .relaxed) {
            if let answer = try? await daemon.report(lease, outcome) {
                book.note(answer.result, to: outcome, of: lease)
                return
            }
            await rest()
        }
    }
}
