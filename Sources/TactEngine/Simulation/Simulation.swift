import TactAPI
import TactCore
import TactStore
import TactTemplates

/// The daemon's own engine and store, in memory, under a clock that jumps from one event to the next. Workers are
/// always there, and whatever is released is delivered.
package final class Simulation {
    private let store: Store
    private let engine: Engine
    private let emit: (SimulationEvent) -> Void
    private var now = Timestamp.distantPast
    /// The apps' names for messages, both ways.
    private var refs: [Int64: String] = [:]
    private var numbers: [String: Int64] = [:]
    /// How far the journal has been told.
    private var told: Int64 = 0
    private let channels: [String]

    /// `emit` gets every change of state in order of time. `zones` stands for the tz database of the whole run.
    package init(
        policy: Policy, zones: ZoneDatabase, templates: [NamedTemplate] = [], emit: @escaping (SimulationEvent) -> Void
    ) throws {
        store = try Store(inMemory: 0)
        let tokens = TokenCounter()
        // No stopwatch: a run's outcome must not depend on how fast the machine is. The other budgets hold.
        engine = Engine(
            policy: policy, zones: zones, ids: store.ids, token: { tokens.next() }, stopwatch: { _ in { false } })
        self.emit = emit
        channels = policy.channels.map(\.name)
        // They are there before the trace begins, whenever that is.
        try store.write {
            try engine.start($0)
            try engine.adopt(templates, $0, now: Timestamp(milliseconds: 0))
        }
    }

    /// Runs a trace. `until` is inclusive; nil: until nothing is pending.
    package func run(_ trace: Trace, until: Timestamp?) throws {
        var commands = trace.commands[...]
        while let instant = try nextInstant(commands.first?.at), instant <= until ?? .distantFuture {
            now = max(now, instant)
            while let command = commands.first, command.at <= now {
                commands.removeFirst()
                try carryOut(command)
            }
            try passTime()
        }
    }

    /// The next command or event; nil: nothing will happen any more.
    private func nextInstant(_ command: Timestamp?) throws -> Timestamp? {
        let event = try store.write { session -> Timestamp? in
            guard try session.counts().byState[.pending] ?? 0 > 0 else { return nil }
            let tick = try engine.tick(session, Moment(virtual: now))
            let release = try engine.nextRelease(on: Set(channels), session, now: now)
            let next = min(tick, release ?? tick)
            return next < .distantFuture ? next : nil
        }
        try tell()
        // A tick that has work left asks for the same instant again; nothing else does.
        return [command, event].compactMap(\.self).min()
    }

    /// What is due at this instant: expiries and other work first, then releases.
    private func passTime() throws {
        let moment = Moment(virtual: now)
        while try store.write({ try engine.tick($0, moment) }) <= now {}
        try tell()
        let order = Engine.Order(channels: channels, max: 1, length: .minutes(1))
        while let leased = try store.write({ try engine.release(order, $0, moment) }).first {
            _ = try store.write {
                try engine.report(
                    .delivered, id: leased.id, lease: leased.lease, detail: nil, retryAfter: nil, $0, moment)
            }
            try tell()
        }
        try tell()
    }

    // MARK: Commands

    private func carryOut(_ command: Trace.Command) throws {
        do {
            try store.write { session in try carryOut(command, session) }
            try store.endWaiting(at: now)
            try tell()
            _ = try store.finishErasures(at: now)
            try finishReviews()
        } catch let problem as Problem {
            engine.forget()
            emit(SimulationEvent(at: now, ref: command.ref, what: .refused(problem)))
        }
        try tell()
    }

    /// What a daemon does bit by bit, at once.
    private func finishReviews() throws {
        while try store.write({ try engine.endCompleted($0, now: now, limit: 200) }) {}
        while engine.isReviewing {
            try store.write { try engine.reviewSlice($0, now: now, isOver: { false }) }
        }
    }

    private func carryOut(_ command: Trace.Command, _ session: Session) throws {
        switch command.operation {
        case .putRecipient(let id, let body):
            _ = try engine.put(RecipientDocument(json: body), of: id, session, now: now)
        case .patchRecipient(let id, let body): _ = try engine.patch(body, of: id, session, now: now)
        case .putCalendar(let id, let name, let ics):
            let imported = try Engine.read(Array(ics.utf8), zones: engine.zones, outOfTime: { false })
            _ = try engine.put(imported.calendar, name: name, of: id, session, now: now)
        case .eraseRecipient(let id):
            _ = try engine.beginErasure(
                of: id, by: .init(name: command.sender, role: "administer"), session, now: now)
        case .deleteCalendar(let id, let name): try engine.deleteCalendar(name, of: id, session, now: now)
        case .submit(let body): try submit(command, body, session)
        case .cancel:
            guard let number = command.ref.flatMap({ numbers[$0] }), let stored = try session.message(number) else {
                throw Problem(.notFound, "No message was submitted as “\(command.ref ?? "")”.")
            }
            try engine.cancel(stored, reason: .cancelledBySender, session, now: now)
        case .complete(let subject, let body): try complete(subject, CompleteRequest(json: body), session)
        case .hold(let kind, let name, let body):
            let request = try HoldRequest(json: body)
            try engine.hold(
                kind, name, author: request.author ?? command.sender, comment: request.comment, session, now: now)
        case .release(let kind, let name): try engine.releaseHold(kind, name, session)
        case .putTemplate(let name, let body):
            _ = try engine.put(TemplateDocument(json: body), named: name, session, now: now)
        case .deleteTemplate(let name): try engine.removeTemplate(name, session)
        case .recordConsent(let id, let body):
            let speaker = Engine.Speaker(name: command.sender, mayGrant: true)
            _ = try engine.record(ConsentRequest(json: body), of: id, by: speaker, session, now: now)
        case .putPreferences(let id, let body):
            _ = try engine.putPreferences(PreferencesDocument(json: body), of: id, session, now: now)
        case .event(let body):
            _ = try engine.take(EventRequest(json: body), by: command.sender, owner: nil, session, now: now)
        case .unsupported(let word):
            throw Problem(.notSupported, "\(word): this version of Tact does not have this yet.")
        }
    }

    private func submit(_ command: Trace.Command, _ body: JSON, _ session: Session) throws {
        let submission = try engine.submit(
            MessageRequest(json: body), sender: command.sender, session, Moment(virtual: now))
        let message = submission.stored.message
        if let ref = command.ref {
            numbers[ref] = message.number
            refs[message.number] = refs[message.number] ?? ref
        }
        // Its own line comes before those of what it replaced.
        emit(
            SimulationEvent(
                at: now, ref: command.ref ?? submission.id,
                what: .state(
                    submission.stored.state, plan: message.plan, channel: nil,
                    codes: submission.decision.findings.codes,
                    reason: submission.stored.reason)))
        if !submission.isReplay { ownLines.insert(message.number) }
    }

    /// Messages whose first journal entry has been told already.
    private var ownLines: Set<Int64> = []

    private func complete(_ subject: String, _ request: CompleteRequest, _ session: Session) throws {
        let recipient = try request.recipient.map { try engine.recipient($0, session).number }
        _ = try engine.complete(subject, recipient: recipient, blockFor: request.blockFor, session, now: now)
    }

    // MARK: Telling

    /// Tells what the journal has gained. Planning again and leasing are not told.
    private func tell() throws {
        while true {
            let changes = try store.read { try $0.changes(after: told, limit: 500) }
            for entry in changes {
                told = entry.number
                if ownLines.remove(entry.message) != nil { continue }
                try tell(entry)
            }
            if changes.isEmpty { return }
        }
    }

    /// What the release of a message was decided by, until its delivery is told.
    private var releases: [Int64: JournalEntry] = [:]

    private func tell(_ entry: JournalEntry) throws {
        let ref = refs[entry.message] ?? engine.ids.id(entry.message)
        var channel: String?
        var codes = entry.findings.codes
        switch entry.state {
        case .leased:
            releases[entry.message] = entry
            return
        case .delivered:
            let release = releases.removeValue(forKey: entry.message)
            channel = release?.plan?.channel
            codes = release?.findings.codes ?? []
        case .pending, .digested, .cancelled, .suppressed, .expired, .failed: break
        }
        emit(
            SimulationEvent(
                at: entry.at, ref: ref,
                what: .state(entry.state, plan: entry.plan, channel: channel, codes: codes, reason: entry.reason)))
    }
}

/// Lease names of a simulation, the same every time.
private final class TokenCounter: @unchecked Sendable {
    private var last: UInt64 = 0

    func next() -> UInt64 {
        last += 1
        return last
    }
}
