import Logging
import NIOCore
import Synchronization
import TactAPI
import TactCore
import TactStore

/// Those who watch every change of state, as server-sent events (WHATWG HTML, section 9.2). An event's id is its place
/// in the journal, so that a client that comes back misses nothing.
///
/// Nobody is written to while more than a little of what was written before is unread, so a client that does not read
/// holds little memory, and no other waits for it. One that has not read for long is dropped; it may come back.
package final class Watchers: Sendable {
    /// How much a watcher may hold, and for how long it may stand still.
    package struct Limits: Sendable {
        /// Bytes that a client has not read beyond which it is not written to, and bytes written at once.
        package var unread = 32 * 1024
        /// A client that reads nothing for so long, while there is something to read, is dropped.
        package var patience: Duration

        package init(patience: Duration = .seconds(30)) { self.patience = patience }
    }

    private struct Watcher {
        let stream: ResponseStream
        /// The last entry that was looked at for it.
        var position: Int64
        /// Since when it has been behind, and the bytes unread then; nil: it is not.
        var behind: (since: Timestamp, unread: Int)?
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var lastNumber = 0
        var isPolling = false
        var sinceLastWord = 0
    }

    /// How often the journal is looked at while somebody watches, and while there is more to tell.
    private static let interval = TimeAmount.milliseconds(100)
    private static let shortInterval = TimeAmount.milliseconds(2)
    /// A comment is sent after so many looks, so that a dead connection is noticed.
    private static let looksPerWord = 150
    /// How many entries are looked at at once.
    private static let page = 1000

    private let store: Store
    private let loop: any EventLoop
    private let clock: SystemClock
    private let limits: Limits
    private let logger: Logger
    private let onDrop: @Sendable () -> Void
    private let state = Mutex(State())

    package init(
        _ store: Store, loop: any EventLoop, clock: SystemClock, limits: Limits = Limits(), logger: Logger,
        onDrop: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.loop = loop
        self.clock = clock
        self.limits = limits
        self.logger = logger
        self.onDrop = onDrop
    }

    /// Within so long everybody has been told of a change who reads as fast as changes come.
    static let telling = Swift.Duration.milliseconds(250)

    package var count: Int { state.withLock { $0.watchers.count } }

    /// Sends all changes after an entry, or from now on. Whoever begins where the journal is no longer whole, or after
    /// its end, is told so first.
    func add(_ stream: ResponseStream, since: Int64?) {
        Task {
            do {
                let (last, lost) = try await store.read { (try $0.lastJournalEntry(), try $0.lastLostEntry()) }
                begin(stream, since: since, last: last, lost: lost)
            } catch {
                logger.error("a watch could not begin", metadata: ["error": .string(String(describing: error))])
                stream.abort()
            }
        }
    }

    private func begin(_ stream: ResponseStream, since: Int64?, last: Int64, lost: Int64) {
        let position = min(since ?? last, last)
        // An id without data is no event, but whoever comes back names it: nothing is missed before the first event.
        stream.write(ByteBuffer(string: ": watching\nid: \(position)\n\n"))
        if let since, since < lost || since > last {
            stream.write(ByteBuffer(string: Watchers.gap(since: since, position: position)))
        }
        let (number, starts) = state.withLock { state in
            state.lastNumber += 1
            state.watchers[state.lastNumber] = Watcher(stream: stream, position: position)
            defer { state.isPolling = true }
            return (state.lastNumber, !state.isPolling)
        }
        stream.onClosed { [weak self] in self?.remove(number) }
        if starts { look() }
    }

    /// Some changes after `since` are no longer kept; or no event here ever had that id, as when the database was restored
    /// from a copy.
    private static func gap(since: Int64, position: Int64) -> String {
        var out = JSONWriter()
        out.object {
            $0.member("since", Int(since))
            $0.member("reason", since > position ? "unknown" : "removed")
            $0.member("resumes_after", Int(position))
        }
        return "id: \(position)\nevent: gap\ndata: \(String(decoding: out.bytes, as: UTF8.self))\n\n"
    }

    private func remove(_ number: Int) {
        _ = state.withLock { $0.watchers.removeValue(forKey: number) }
    }

    /// Ends all streams: the daemon stops.
    package func stop() {
        let watchers = state.withLock { state in
            defer { state.watchers = [:] }
            return state.watchers.values.map(\.stream)
        }
        for stream in watchers { stream.end() }
    }

    // MARK: Looking

    private func look() {
        Task {
            let (ready, isTimeForWord) = state.withLock { state in
                state.sinceLastWord += 1
                let isTimeForWord = state.sinceLastWord >= Watchers.looksPerWord
                if isTimeForWord { state.sinceLastWord = 0 }
                return (state.watchers.filter { $0.value.stream.unreadBytes <= limits.unread }, isTimeForWord)
            }
            dropThoseWhoDoNotRead()
            if isTimeForWord {
                for watcher in ready.values { watcher.stream.write(ByteBuffer(string: ": still here\n\n")) }
            }
            // Most have come equally far: what they are told is read once.
            var hasMore = false
            for (position, group) in Dictionary(grouping: ready, by: { $0.value.position }) {
                hasMore = await tell(group.map { ($0.key, $0.value.stream) }, after: position) || hasMore
            }
            let goesOn = state.withLock { state in
                state.isPolling = !state.watchers.isEmpty
                return state.isPolling
            }
            guard goesOn else { return }
            loop.scheduleTask(in: hasMore ? Watchers.shortInterval : Watchers.interval) { [weak self] in self?.look() }
        }
    }

    private func dropThoseWhoDoNotRead() {
        let now = clock.moment.steady
        let dropped = state.withLock { state in
            var dropped: [Watcher] = []
            for (number, watcher) in state.watchers {
                let unread = watcher.stream.unreadBytes
                guard unread > limits.unread else {
                    state.watchers[number]?.behind = nil
                    continue
                }
                // Nothing is written meanwhile, so less unread means that something was read.
                guard let behind = watcher.behind, behind.unread == unread else {
                    state.watchers[number]?.behind = (now, unread)
                    continue
                }
                if now - behind.since >= limits.patience {
                    state.watchers[number] = nil
                    dropped.append(watcher)
                }
            }
            return dropped
        }
        for watcher in dropped {
            watcher.stream.abort()
            onDrop()
            logger.warning(
                "a watching client does not read and was dropped; it can come back with the id of the last event it read",
                metadata: ["position": .stringConvertible(watcher.position)])
        }
    }

    /// Tells watchers who have come equally far what comes next. Answers whether there is more.
    private func tell(_ group: [(number: Int, stream: ResponseStream)], after position: Int64) async -> Bool {
        let next = try? await store.read { [limits] session in
            var page = try session.page(after: position, of: Watchers.page)
            var text = ""
            for change in page.changes {
                text += try Watchers.event(change, session)
                if text.utf8.count >= limits.unread, change.number < page.position {
                    page.position = change.number
                    page.hasMore = true
                    break
                }
            }
            return (page: page, text: text)
        }
        guard let (page, text) = next else { return false }
        let bytes = ByteBuffer(string: text)
        for (_, stream) in group { stream.write(bytes) }
        state.withLock { state in
            for (number, _) in group { state.watchers[number]?.position = page.position }
        }
        return page.hasMore
    }

    private static func event(_ entry: JournalEntry, _ session: Session) throws -> String {
        var out = JSONWriter()
        let stored = try session.message(entry.message)
        let recipient = try stored.flatMap { try session.knownRecipientID($0.recipient) }
        out.object {
            $0.member("at", entry.at)
            $0.member("id", session.ids.id(entry.message))
            $0.member("state", entry.state.name)
            $0.member(ifAny: "recipient", recipient)
            $0.member(ifAny: "topic", stored?.message.topic)
            $0.member(orNull: "plan", entry.state == .pending ? entry.plan : nil)
            $0.member(ifAny: "channel", entry.state == .leased ? entry.plan?.channel : nil)
            $0.member("codes", entry.findings.codes)
            $0.member(ifAny: "reason", entry.reason?.rawValue)
        }
        return
            "id: \(entry.number)\nevent: \(entry.state.name)\ndata: \(String(decoding: out.bytes, as: UTF8.self))\n\n"
    }
}
