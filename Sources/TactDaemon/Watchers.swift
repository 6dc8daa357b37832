import NIOCore
import Synchronization
import TactAPI
import TactCore
import TactStore

/// Those who watch every change of state, as server-sent events (WHATWG HTML, section 9.2). An event's id is its place
/// in the journal, so that a client that comes back misses nothing.
package final class Watchers: Sendable {
    private struct Watcher {
        let stream: ResponseStream
        /// The last entry that was looked at for it.
        var position: Int64
    }

    private struct State {
        var watchers: [Int: Watcher] = [:]
        var lastNumber = 0
        var isPolling = false
        var sinceLastWord = 0
    }

    /// How often the journal is looked at while somebody watches, and while there is more to tell.
    private static let interval = TimeAmount.milliseconds(100)
    private static let shortInterval = TimeAmount.milliseconds(5)
    /// A comment is sent after so many looks, so that a dead connection is noticed.
    private static let looksPerWord = 150
    /// How many entries are looked at at once.
    private static let page = 1000

    private let store: Store
    private let loop: any EventLoop
    private let state = Mutex(State())

    package init(_ store: Store, loop: any EventLoop) {
        self.store = store
        self.loop = loop
    }

    /// Sends all changes after an entry, or from now on.
    func add(_ stream: ResponseStream, since: Int64?) {
        Task {
            do {
                let last = try await store.read { try $0.lastJournalEntry() }
                begin(stream, at: since ?? last)
            } catch {
                stream.abort()
            }
        }
    }

    private func begin(_ stream: ResponseStream, at position: Int64) {
        // An id without data is no event, but whoever comes back names it: nothing is missed before the first event.
        stream.write(ByteBuffer(string: ": watching\nid: \(position)\n\n"))
        let (number, starts) = state.withLock { state in
            state.lastNumber += 1
            state.watchers[state.lastNumber] = Watcher(stream: stream, position: position)
            defer { state.isPolling = true }
            return (state.lastNumber, !state.isPolling)
        }
        stream.onClosed { [weak self] in self?.remove(number) }
        if starts { look() }
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

    private func look() {
        Task {
            let (watchers, isTimeForWord) = state.withLock { state in
                state.sinceLastWord += 1
                let isTimeForWord = state.sinceLastWord >= Watchers.looksPerWord
                if isTimeForWord { state.sinceLastWord = 0 }
                return (state.watchers.filter { $0.value.stream.isWritable }, isTimeForWord)
            }
            if isTimeForWord {
                for watcher in watchers.values { watcher.stream.write(ByteBuffer(string: ": still here\n\n")) }
            }
            // Most have come equally far: what they are told is read once.
            var hasMore = false
            for (position, group) in Dictionary(grouping: watchers, by: { $0.value.position }) {
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

    /// Tells watchers who have come equally far what comes next. Answers whether there is more.
    private func tell(_ group: [(number: Int, stream: ResponseStream)], after position: Int64) async -> Bool {
        let next = try? await store.read { session in
            let page = try session.page(after: position, of: Watchers.page)
            return (page: page, text: try page.changes.map { try Watchers.event($0, session) }.joined())
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
        let recipient = try stored.map { try session.recipientID($0.recipient) }
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
