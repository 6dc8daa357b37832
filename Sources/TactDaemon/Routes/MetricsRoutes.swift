import NIOCore
import TactCore
import TactEngine
import TactStore
import TactVault

/// `GET /metrics`. What each of them means: docs/metrics.md.
extension Router {
    static let metricsRoutes: [Route] = [Route(.GET, "/metrics", roles: [.operate], .task(metrics))]

    private static func metrics(_ call: Route.Call) async throws -> Response {
        let services = call.services
        let policy = services.loaded.withLock { $0.configuration.policy }
        let now = services.clock.now
        let facts = try await services.store.read { try Facts($0, policy, now: now) }
        let recipients = try await services.recipientCount()
        let depth = try await services.queueDepth()
        var text = PrometheusText()
        let totals = services.metrics.snapshot
        text.add(submissionsOf: totals.tally, facts.counts)
        text.add(queue: depth, waiting: services.scheduler.waiting, held: depth.held)
        text.add(topics: facts.topics)
        text.add(people: recipients, facts, services.store.vault.wrapping)
        text.add(releasesOf: totals.tally, depth.channels.map(\.name))
        text.add(daemon: services, totals)
        text.add(process: ProcessFacts(), startedAt: services.startedAt)
        return Response(.ok, "text/plain; version=0.0.4; charset=utf-8", ByteBuffer(string: text.text))
    }
}

/// What the database tells, in one read.
private struct Facts: Sendable {
    struct OfTopic: Sendable {
        var name: String
        var isHeld: Bool
        /// Within the time that the topic's limit of complaints looks at.
        var deliveries: Int
        var complaints: Int
    }

    var counts: (submitted: Int, byState: [MessageState: Int])
    var topics: [OfTopic]
    var erased: Int
    /// Begun and not done.
    var erasures: Int

    init(_ session: Session, _ policy: Policy, now: Timestamp) throws {
        counts = try session.counts()
        let held = Set(try session.holds(.topic).map(\.name))
        topics = try policy.topics.map { topic in
            let counted = try session.complaints(
                about: topic.name, since: now - (topic.complaints ?? policy.complaints).per)
            return OfTopic(
                name: topic.name, isHeld: held.contains(topic.name), deliveries: counted.deliveries,
                complaints: counted.complaints)
        }
        erased = try session.erasedCounts().recipients
        erasures = try session.erasures().count
    }
}

extension PrometheusText {
    fileprivate mutating func add(
        submissionsOf tally: Tally, _ counts: (submitted: Int, byState: [MessageState: Int])
    ) {
        add(
            "tact_submissions_total", .counter, "Submissions since the start, by what came of them.", by: "result",
            values: Tally.Submission.allCases.map { (["\($0)"], tally.count($0)) })
        add(
            "tact_decisions_total", .counter, "Decisions written down since the start, by what they said.",
            by: "outcome", values: Tally.Verdict.allCases.map { (["\($0)"], tally.count($0)) })
        add(
            "tact_findings_total", .counter, "Rules that held or suppressed a message in those decisions.",
            by: "rule", "effect",
            values: Rule.allCases.flatMap { rule in
                Tally.Objection.allCases.map { ([rule.rawValue, "\($0)"], tally.count(rule, $0)) }
            })
        add(
            "tact_messages_unreadable_total", .counter,
            "Messages set aside since the start because what is kept of them, or of their recipient, does not open.",
            tally.unreadable)
        add(
            "tact_messages_submitted_total", .counter, "Messages stored since the database was made.",
            counts.submitted)
        add(
            "tact_messages_ended_total", .counter, "Messages that ended since the database was made, by their end.",
            by: "state",
            values: MessageState.allCases.filter(\.isEnd).map { ([$0.name], counts.byState[$0] ?? 0) })
        add(
            "tact_messages_unaccounted", .gauge,
            "Messages stored less messages in any state; anything but 0 is a fault.",
            counts.submitted - counts.byState.values.reduce(0, +))
    }

    fileprivate mutating func add(topics: [Facts.OfTopic]) {
        add(
            "tact_topic_held", .gauge, "Whether the topic is held, by an operator or by complaints.", by: "topic",
            values: topics.map { ([$0.name], $0.isHeld ? 1 : 0) })
        add(
            "tact_topic_recent_deliveries", .gauge,
            "Deliveries within the time that the topic's limit of complaints looks at.", by: "topic",
            values: topics.map { ([$0.name], $0.deliveries) })
        add(
            "tact_topic_recent_complaints", .gauge, "Complaints about them within that time.", by: "topic",
            values: topics.map { ([$0.name], $0.complaints) })
    }

    fileprivate mutating func add(people recipients: Int, _ facts: Facts, _ wrapping: Wrapping) {
        add("tact_recipients", .gauge, "Recipients who are known.", recipients)
        add(
            "tact_recipients_erased_total", .counter, "Recipients erased since the database was made.", facts.erased)
        add("tact_erasures_pending", .gauge, "Erasures that have begun and are not done.", facts.erasures)
        add(
            "tact_keys_sealed", .gauge, "Whether the recipients' keys are wrapped by a key that is given from outside.",
            wrapping.isSealed ? 1 : 0)
        add("tact_keys", .gauge, "Keys of recipients.", wrapping.keys)
        add(
            "tact_keys_old", .gauge, "Those that are still wrapped by a master key that is no longer in force.",
            wrapping.old)
    }

    fileprivate mutating func add(queue depth: QueueDepth, waiting: [String: Int], held: Set<String>) {
        add(
            "tact_messages", .gauge, "Messages that have not ended, by state and topic.", by: "state", "topic",
            values: depth.topics.flatMap {
                [
                    ([MessageState.pending.name, $0.name], $0.pending),
                    ([MessageState.leased.name, $0.name], $0.leased),
                ]
            })
        func byChannel(_ name: String, _ help: String, _ value: (QueueDepth.OfChannel) -> Int) {
            add(name, .gauge, help, by: "channel", values: depth.channels.map { ([$0.name], value($0)) })
        }
        byChannel("tact_channel_planned_messages", "Pending messages that have a plan on the channel.", \.planned)
        byChannel("tact_channel_due_messages", "Messages that go out as soon as a worker asks.", \.due)
        byChannel("tact_channel_leased_messages", "Messages in the hands of workers.", \.leased)
        byChannel("tact_channel_oldest_due_age_seconds", "For how long the oldest due message has been due.") {
            $0.oldestDue.map { Int((depth.at - $0).milliseconds / 1000) } ?? 0
        }
        byChannel("tact_channel_held", "Whether an operator holds the channel.") { held.contains($0.name) ? 1 : 0 }
        byChannel("tact_workers_waiting", "Workers that wait for messages.") { waiting[$0.name] ?? 0 }
    }

    /// Also for channels of which nothing has gone out yet: a rate needs a 0 to begin with.
    fileprivate mutating func add(releasesOf tally: Tally, _ channels: [String]) {
        let all = channels.map { name in tally.channels.first { $0.channel == name } ?? .init(channel: name) }
        add(
            "tact_releases_total", .counter, "Messages handed to workers since the start.", by: "channel",
            values: all.map { ([$0.channel], $0.releases) })
        add("tact_release_lateness_seconds", "From the planned instant to the release.", tally.lateness)
        add(
            "tact_outcomes_total", .counter,
            "How releases ended since the start; lapsed: the worker did not say in time.",
            by: "channel", "outcome",
            values: all.flatMap { channel in
                Outcome.allCases.map { ([channel.channel, $0.name], channel.count($0)) }
            })
    }

    fileprivate mutating func add(daemon services: Services, _ totals: Metrics.Totals) {
        add(
            "tact_commit_duration_seconds", "From the begin of a transaction until it is on disk.", totals.commitSeconds
        )
        add("tact_commit_jobs", "How many pieces of work shared one transaction.", totals.commitJobs)
        add("tact_scheduler_beats_total", .counter, "Rounds of the scheduler since the start.", totals.beats)
        add(
            "tact_scheduler_failures_total", .counter, "Rounds of the scheduler that failed since the start.",
            totals.failures)
        add(
            "tact_http_requests_total", .counter, "Answers begun since the start, by what was asked for and status.",
            by: "route", "code",
            values: services.metrics.answered.map { ([$0.route.name, String($0.status)], $0.count) })
        add("tact_watchers", .gauge, "Clients that watch changes of state.", services.watchers.count)
        add(
            "tact_watchers_dropped_total", .counter, "Watching clients that did not read and were dropped.",
            totals.watchersDropped)
        let (configuration, isRefused) = services.loaded.withLock { ($0.configuration, $0.refusal != nil) }
        add(
            "tact_config_last_reload_successful", .gauge, "Whether the configuration was accepted when last read.",
            isRefused ? 0 : 1)
        let path = configuration.store.path
        add("tact_database_bytes", .gauge, "Size of the database file.", ProcessFacts.size(of: path))
        add("tact_database_wal_bytes", .gauge, "Size of the write-ahead log.", ProcessFacts.size(of: path + "-wal"))
        add(
            "tact_database_disk_full", .gauge, "Whether the disk is full: what needs room is refused.",
            services.metrics.isShortOfRoom ? 1 : 0)
        if let free = ProcessFacts.freeBytes(under: path) {
            add("tact_database_disk_free_bytes", .gauge, "Room left on the disk of the database.", free)
        }
        add(
            "tact_build_info", .gauge, "Always 1; the labels say what runs.", by: "version",
            values: [([Tact.version], 1)])
    }

    fileprivate mutating func add(process: ProcessFacts, startedAt: Timestamp) {
        add(
            "process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.",
            process.cpuSeconds)
        add("process_open_fds", .gauge, "Number of open file descriptors.", process.openDescriptors)
        add("process_max_fds", .gauge, "Maximum number of open file descriptors.", process.mostDescriptors)
        add("process_virtual_memory_bytes", .gauge, "Virtual memory size in bytes.", process.virtualBytes)
        add("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", process.residentBytes)
        add(
            "process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.",
            Double(startedAt.milliseconds) / 1000)
    }
}
