import Logging
import Synchronization
import TactCore
import TactService

/// Delivers the messages of one channel, by itself: what other channels do, it does not notice.
final class ChannelWorker: Sendable {
    private struct State {
        var transport: any Transport
        var breaker = Breaker()
        var gate: RateGate?
    }

    /// How long the daemon waits for a first message before it answers with none. A stop takes no longer than this.
    private static let wait = Duration.seconds(5)
    /// After a lease request that failed.
    private static let shortestPause = Duration(milliseconds: 200)
    private static let longestPause = Duration.seconds(10)

    private let settings: ChannelSettings
    private let link: DaemonLink
    private let reporter: OutcomeReporter
    private let logger: Logger
    private let slots: Slots
    private let state: Mutex<State>
    private let isStopping = Atomic(false)

    init(
        _ settings: ChannelSettings, _ transport: any Transport, _ link: DaemonLink, _ reporter: OutcomeReporter,
        logger: Logger
    ) {
        self.settings = settings
        self.link = link
        self.reporter = reporter
        var logger = logger
        logger[metadataKey: "channel"] = .string(settings.name)
        self.logger = logger
        slots = Slots(settings.concurrency)
        state = Mutex(State(transport: transport, gate: settings.rate.map(RateGate.init)))
    }

    /// Goes on with another transport of the same settings, whose secrets may be others.
    func adopt(_ transport: any Transport) {
        let old = state.withLock { state in
            defer { state.transport = transport }
            return state.transport
        }
        Task { await old.close() }
    }

    /// A message may wait for its turn, and then take its time: a lease lasts for both, and some more.
    private var lease: Duration {
        min(.hours(1), Duration(milliseconds: settings.timeout.milliseconds * 2) + .seconds(30))
    }

    /// Works until `stop`; then comes back when nothing is under way.
    func run() async {
        await withDiscardingTaskGroup { group in
            var pause = ChannelWorker.shortestPause
            while let room = await nextRoom() {
                do {
                    // From before the daemon could begin: a lease is never believed to last longer than it does.
                    let until = SteadyClock.now + lease
                    let parcels = try await link.lease(
                        channel: settings.name, max: room, for: lease, wait: ChannelWorker.wait)
                    pause = ChannelWorker.shortestPause
                    slots.take(parcels.count)
                    for parcel in parcels { group.addTask { [self] in await handle(parcel, leasedUntil: until) } }
                } catch {
                    logger.warning("no messages could be leased; trying again", metadata: ["reason": "\(error)"])
                    await sleep(pause)
                    pause = min(pause + pause, ChannelWorker.longestPause)
                }
            }
        }
        await state.withLock { $0.transport }.close()
    }

    /// Begins nothing any more. What waits for its turn is given back.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        slots.close()
    }

    // MARK: Taking

    /// How many messages to ask for, as soon as that makes sense; nil: none any more.
    private func nextRoom() async -> Int? {
        while true {
            let pause = state.withLock { state in
                let now = SteadyClock.now
                return max(state.breaker.pause(now: now), state.gate?.wait(now: now) ?? .zero)
            }
            if pause > .zero { await sleep(pause) }
            while !reporter.keepsUp, !isStopping.load(ordering: .relaxed) { await sleep(Duration(milliseconds: 100)) }
            if isStopping.load(ordering: .relaxed) { return nil }
            var room = await slots.room()
            if room > 0, room < slots.count / 4 {
                // Where many end at once, a moment makes one request of many.
                try? await Task.sleep(for: .milliseconds(2))
                room = await slots.room()
            }
            guard room > 0 else { return nil }
            let (isOpen, isPaused, turns) = state.withLock { state in
                let now = SteadyClock.now
                let breaker = state.breaker
                return (breaker.isOpen, breaker.pause(now: now) > .zero, state.gate?.room(now: now) ?? room)
            }
            if isPaused { continue }
            guard isOpen else { return min(room, turns) }
            // After an outage, one message tells whether it is over.
            if room == slots.count { return 1 }
            await sleep(Duration(milliseconds: 100))
        }
    }

    /// Up to that long, or until we are told to stop.
    private func sleep(_ duration: Duration) async {
        let end = SteadyClock.now + duration
        while !isStopping.load(ordering: .relaxed) {
            let left = end - SteadyClock.now
            guard left > .zero else { return }
            try? await Task.sleep(for: .milliseconds(min(left.milliseconds, 250)))
        }
    }

    // MARK: Delivering

    private func handle(_ parcel: Parcel, leasedUntil: Timestamp) async {
        let begun = SteadyClock.now
        let verdict = await deliver(parcel, leasedUntil: leasedUntil)
        learn(verdict, begun: begun)
        log(parcel, verdict)
        reporter.report(parcel, verdict)
        slots.giveBack()
    }

    private func deliver(_ parcel: Parcel, leasedUntil: Timestamp) async -> Verdict {
        let transport = state.withLock { $0.transport }
        // Who is turned away takes nobody's turn.
        if let verdict = transport.turnAway(parcel) { return verdict }
        let turn = state.withLock { $0.gate?.turn(now: SteadyClock.now) }
        if let turn, turn > .zero { await sleep(turn) }
        if isStopping.load(ordering: .relaxed) {
            transport.withdraw(parcel)
            return .returned("the courier was told to stop before it was tried")
        }
        // The machine may have slept meanwhile: whoever has the message now may deliver it.
        guard SteadyClock.now + settings.timeout <= leasedUntil else {
            transport.withdraw(parcel)
            return .returned("its lease was nearly over before it was tried")
        }
        return await transport.deliver(parcel)
    }

    private func learn(_ verdict: Verdict, begun: Timestamp) {
        let (was, breaker, now) = state.withLock { state in
            let (was, now) = (state.breaker, SteadyClock.now)
            switch verdict.outcome {
            case .returned: break
            case .delivered, .failed: state.breaker.succeed()
            case .retry:
                if verdict.isOutage { state.breaker.fail(now: now, begun: begun, wish: verdict.retryAfter) }
            }
            return (was, state.breaker, now)
        }
        let pause = breaker.pause(now: now)
        if breaker.isOpen, !was.isOpen || was.pause(now: now) == .zero, pause > .zero {
            logger.warning(
                "nothing gets through; pausing, then trying with one message",
                metadata: ["pause": .string(pause.text), "reason": .string(verdict.detail ?? "")])
        } else if was.isOpen, !breaker.isOpen {
            logger.notice("messages get through again")
        }
    }

    private func log(_ parcel: Parcel, _ verdict: Verdict) {
        let level: Logger.Level =
            switch verdict.outcome {
            case .delivered: .debug
            case .returned: .info
            case .retry: .notice
            case .failed: .warning
            }
        var metadata: Logger.Metadata = [
            "message": .string(parcel.id), "attempt": .stringConvertible(parcel.attempt),
        ]
        metadata["reason"] = verdict.detail.map { .string($0) }
        logger.log(level: level, "\(verdict.outcome.rawValue)", metadata: metadata)
    }
}
