import NIOCore
import NIOPosix
import Synchronization
import TactAPI
import TactCore
import TactEngine
import TactStore

/// Handles what is due, serves the workers that wait, and sleeps until the next instant. One beat is under way at a
/// time; whoever comes meanwhile gets a beat of its own right after.
package final class Scheduler: Sendable {
    typealias Served = @Sendable (Result<[LeaseAnswer.Leased], any Error>) -> Void

    /// A worker that waits for its first message.
    private struct Waiter {
        let number: UInt64
        let order: Engine.Order
        /// On the clock that no step moves.
        let until: Timestamp
        let served: Served
        /// What was released for it so far, a slice at a time.
        var leased: [LeaseAnswer.Leased] = []
    }

    private struct State {
        var waiters: [Waiter] = []
        var lastNumber: UInt64 = 0
        var isBeating = false
        var isWanted = false
        var isStopped = false
        /// When the next beat comes by itself.
        var wake = Timestamp.distantPast
        /// What was told since the beat under way began, which may not know of it.
        var expected: Timestamp?
        var alarm: Scheduled<Void>?
    }

    /// What one beat brought.
    private struct Beat: Sendable {
        /// The last worker that was asked about; who came later is the next beat's.
        var lastAsked: UInt64 = 0
        var served: [(UInt64, [LeaseAnswer.Leased])] = []
        /// Workers for whom there is more, which the next beat brings.
        var cut: Set<UInt64> = []
        /// Workers for whom there may be more behind what was passed over; they go with what they have, if they have any.
        var unfinished: Set<UInt64> = []
        var next: Timestamp
    }

    /// A step of the clock is noticed so soon.
    package static let longestSleep = Duration.seconds(1)

    private let engine: Engine
    private let commits: GroupCommit
    private let clock: SystemClock
    private let loop: any EventLoop
    private let longestSleep: Duration
    private let state = Mutex(State())
    /// Told after every beat, also one that failed: the loop lives, and a full disk mends itself without a restart. The
    /// watchdog, the metrics.
    private let onBeat: @Sendable () -> Void
    private let onFailure: @Sendable (any Error) -> Void

    package init(
        _ engine: Engine, _ commits: GroupCommit, clock: SystemClock, loop: any EventLoop,
        longestSleep: Duration = Scheduler.longestSleep,
        onBeat: @escaping @Sendable () -> Void, onFailure: @escaping @Sendable (any Error) -> Void
    ) {
        self.engine = engine
        self.commits = commits
        self.clock = clock
        self.loop = loop
        self.longestSleep = longestSleep
        self.onBeat = onBeat
        self.onFailure = onFailure
    }

    // MARK: What others tell

    /// Something is to be done at that instant, which may be earlier than what was known.
    package func expect(_ instant: Timestamp) {
        guard instant > clock.now else { return beat() }
        let isEarlier = state.withLock { state in
            if state.isBeating {
                state.expected = min(state.expected ?? instant, instant)
                return false
            }
            guard instant < state.wake else { return false }
            state.wake = instant
            return true
        }
        if isEarlier { sleep(until: instant) }
    }

    /// A message was planned. It concerns the scheduler if a worker waits for it, and when it expires.
    package func planned(_ plan: Message.Plan?, expiresAt: Timestamp?) {
        let next = state.withLock { state -> Timestamp? in
            guard let plan else { return expiresAt }
            let isAwaited = state.waiters.contains { $0.order.channels.contains(plan.channel) }
            return isAwaited ? plan.at : max(plan.at + Agenda.overdueReservation, plan.at)
        }
        if let next { expect(next) }
    }

    /// Serves an order as soon as there is something, or with nothing when the wait is over. Answers a number by which
    /// the order can be withdrawn.
    func serve(_ order: Engine.Order, wait: Duration, _ served: @escaping Served) -> UInt64 {
        let until = clock.moment.steady + wait
        let number = state.withLock { state -> UInt64? in
            guard !state.isStopped else { return nil }
            state.lastNumber += 1
            state.waiters.append(Waiter(number: state.lastNumber, order: order, until: until, served: served))
            return state.lastNumber
        }
        guard let number else {
            served(.success([]))
            return 0
        }
        beat()
        return number
    }

    /// The worker has gone.
    func withdraw(_ number: UInt64) {
        if let leased = take(number)?.leased, !leased.isEmpty { giveBack(leased) }
    }

    /// How many workers wait, by channel.
    package var waiting: [String: Int] {
        state.withLock { state in
            state.waiters.flatMap(\.order.channels).reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    package func start() { beat() }

    /// Lets waiting workers go with nothing, and beats no more.
    package func stop() {
        let waiters = state.withLock { state in
            state.isStopped = true
            state.alarm?.cancel()
            // A beat under way may have served them; it lets the others go.
            guard !state.isBeating else { return [Waiter]() }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.served(.success(waiter.leased)) }
    }

    // MARK: Beating

    private func beat() {
        let starts = state.withLock { state in
            if state.isStopped { return false }
            if state.isBeating {
                state.isWanted = true
                return false
            }
            state.isBeating = true
            state.isWanted = false
            state.expected = nil
            return true
        }
        guard starts else { return }
        let orders = state.withLock { state in
            state.waiters.map { waiter in
                var order = waiter.order
                order.max -= waiter.leased.count
                return (waiter.number, order)
            }
        }
        commits.perform(pace: .patient) { [engine, clock, commits] session in
            try Scheduler.beat(
                engine, orders, atMost: commits.patientSlice, session, clock.moment)
        } done: { [self] result in
            finish(result)
        }
    }

    private static func beat(
        _ engine: Engine, _ orders: [(UInt64, Engine.Order)], atMost most: Int, _ session: Session, _ moment: Moment
    ) throws -> Beat {
        var beat = Beat(next: try engine.tick(session, moment))
        beat.lastAsked = orders.map(\.0).max() ?? 0
        var unserved = Set<String>()
        var room = most
        for (number, order) in orders {
            // Workers of channels that gave nothing a moment ago get nothing either.
            guard !unserved.isSuperset(of: order.channels) else { continue }
            guard room > 0 else {
                beat.cut.insert(number)
                continue
            }
            guard beat.unfinished.isEmpty else {
                beat.unfinished.insert(number)
                continue
            }
            var slice = order
            slice.max = min(order.max, room)
            let released = try engine.releaseSlice(slice, session, moment)
            room -= released.leased.count
            if !released.leased.isEmpty { beat.served.append((number, released.leased)) }
            if released.isUnfinished {
                beat.unfinished.insert(number)
            } else if released.leased.isEmpty {
                unserved.formUnion(order.channels)
            } else if released.leased.count == slice.max, slice.max < order.max {
                beat.cut.insert(number)
            }
        }
        let channels = Set(orders.flatMap(\.1.channels))
        if let release = try engine.nextRelease(on: channels, session, now: moment.now) {
            beat.next = min(beat.next, release)
        }
        return beat
    }

    private func finish(_ result: Result<Beat, any Error>) {
        let moment = clock.moment
        onBeat()
        switch result {
        case .success(let beat):
            for (number, leased) in beat.served where !add(leased, to: number) { giveBack(leased) }
            for waiter in takeServed(but: beat.cut) { waiter.served(.success(waiter.leased)) }
            let goOn = beat.cut.union(beat.unfinished)
            if !goOn.isEmpty { state.withLock { $0.isWanted = true } }
            dismissOverdue(moment.steady, upTo: beat.lastAsked, but: goOn)
            rest(until: beat.next, moment)
        case .failure(let error):
            onFailure(error)
            let waiters = state.withLock { state in
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.served(waiter.leased.isEmpty ? .failure(error) : .success(waiter.leased)) }
            rest(until: moment.now + longestSleep, moment)
        }
    }

    private func take(_ number: UInt64) -> Waiter? {
        state.withLock { state in
            state.waiters.firstIndex { $0.number == number }.map { state.waiters.remove(at: $0) }
        }
    }

    /// Answers false if the worker has gone.
    private func add(_ leased: [LeaseAnswer.Leased], to number: UInt64) -> Bool {
        state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return false }
            state.waiters[index].leased += leased
            return true
        }
    }

    /// Workers who have something, and for whom there is no more at the moment.
    private func takeServed(but cut: Set<UInt64>) -> [Waiter] {
        state.withLock { state in
            let isServed = { (waiter: Waiter) in !waiter.leased.isEmpty && !cut.contains(waiter.number) }
            let served = state.waiters.filter(isServed)
            state.waiters = state.waiters.filter { !isServed($0) }
            return served
        }
    }

    /// The worker has left while it was served: nobody has these leases.
    private func giveBack(_ leased: [LeaseAnswer.Leased]) {
        commits.perform(needing: .certainty, pace: .patient) { [engine, clock] session in
            for message in leased {
                _ = try engine.report(
                    .returned, id: message.id, lease: message.lease, detail: "the worker had gone", retryAfter: nil,
                    session, clock.moment)
            }
        } done: { [self] result in
            if case .failure(let error) = result { onFailure(error) }
            expect(clock.now)
        }
    }

    /// Answers workers whose wait is over.
    private func dismissOverdue(_ steady: Timestamp, upTo lastAsked: UInt64, but cut: Set<UInt64>) {
        let over = state.withLock { state in
            let isStopped = state.isStopped
            let isOver = { (waiter: Waiter) in
                isStopped || (waiter.until <= steady && waiter.number <= lastAsked && !cut.contains(waiter.number))
            }
            let over = state.waiters.filter(isOver)
            state.waiters = state.waiters.filter { !isOver($0) }
            return over
        }
        for waiter in over { waiter.served(.success(waiter.leased)) }
    }

    private func rest(until next: Timestamp, _ moment: Moment) {
        let wake = state.withLock { state -> Timestamp? in
            state.isBeating = false
            if state.isWanted { return nil }
            var wake = min(next, state.expected ?? next, moment.now + longestSleep)
            for waiter in state.waiters { wake = min(wake, moment.now + (waiter.until - moment.steady)) }
            state.wake = wake
            return wake
        }
        if let wake, wake > moment.now { sleep(until: wake) } else { beat() }
    }

    private func sleep(until instant: Timestamp) {
        let wait = max(1, (instant - clock.now).milliseconds)
        state.withLock { state in
            // Somebody may have asked for an earlier beat, or for the end, meanwhile.
            guard state.wake == instant, !state.isStopped else { return }
            state.alarm?.cancel()
            state.alarm = loop.scheduleTask(in: .milliseconds(wait)) { [weak self] in self?.beat() }
        }
    }
}
