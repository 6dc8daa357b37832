import Synchronization
import TactAPI
import TactCore
import TactStore

/// What Tact does with messages and recipients: reads the facts, asks the planner, writes down what comes of it. The
/// same for a live daemon and a simulation.
///
/// Every method runs inside a transaction, on the writer's thread alone; that is what makes the class Sendable. A
/// refusal (`Problem`) is thrown before anything is written; after the first write, only the store fails.
package final class Engine: @unchecked Sendable {
    /// Where a mass review has come to, by recipient number. Kept in the database.
    enum Mark {
        static let policy = "policy"
        static let tz = "tz"
        /// Calendars up to this recipient have been expanded anew.
        static let expanding = "expanding"
        /// When everything without a plan was last decided again.
        static let sighted = "sighted"
        /// Plans up to this recipient have been made anew.
        static let reviewing = "reviewing"
    }

    package internal(set) var policy: Policy
    package internal(set) var zones: ZoneDatabase
    package let ids: MessageIDs
    /// Channels and topics that are stopped.
    var held = Held()
    var shelf = TemplateShelf()
    /// Whether there was ever a template: without one nobody asks for attributes.
    var hasTemplates = false
    var desks = Desks()
    /// nil: no mass review is under way.
    var expanding: Int64?
    var reviewing: Int64?
    /// Messages that became overdue before this instant have had their reservations looked at, but for those in `overdue`;
    /// for the recipients in `overdueDone` that is done.
    var overdueSeen = Timestamp.distantPast
    var overdue: [Int64] = []
    var overdueDone: Set<Int64> = []
    /// When messages that were planned nowhere within the horizon are next decided again, and the recipients of such
    /// messages whose turn is still to come.
    var sightAgain = Timestamp.distantPast
    var outOfSight: [Int64] = []
    /// When the look under way began.
    var sightBegan = Timestamp.distantPast
    /// How far the old entries of the journal were looked through, and since when.
    var swept = JournalPlace.beginning
    var sweepBegan: Timestamp?
    /// Subjects that are done while messages about them have not all ended.
    var completing: [Completion] = []
    /// What was in force before the last change, should its transaction be taken back.
    var former: (policy: Policy, zones: ZoneDatabase)?
    /// Makes the secret part of a lease's name.
    let token: @Sendable () -> UInt64
    /// Whether a budgeted piece of work has used up its time; made anew for each piece.
    let stopwatch: @Sendable (Duration) -> (() -> Bool)
    private var isStale = true
    var buckets = SubmissionBuckets()
    /// Told of every plan, and when its message expires, while its transaction is under way: to hear of one that is then
    /// taken back does no harm. Set before the daemon serves.
    package var onPlan: (@Sendable (Message.Plan?, _ expiresAt: Timestamp?) -> Void)?
    /// Makes the address at which a recipient unsubscribes from a topic; nil: there is no page. Set before the daemon serves.
    package var unsubscribeURL:
        (@Sendable (_ recipient: String, _ number: Int64, _ topic: String, _ now: Timestamp) -> String?)?
    /// What the transaction under way has done so far.
    var happenings = Happenings()

    package init(
        policy: Policy, zones: ZoneDatabase, ids: MessageIDs, token: @escaping @Sendable () -> UInt64,
        stopwatch: @escaping @Sendable (Duration) -> (() -> Bool)
    ) {
        self.policy = policy
        self.zones = zones
        self.ids = ids
        self.token = token
        self.stopwatch = stopwatch
    }

    /// Reads how things stand. A policy or tz database that is not the one the plans were made under begins a review.
    package func start(_ session: Session) throws {
        try refresh(session)
        let (policyNumber, tzNumber) = (
            try session.versionNumber(policy.version), try session.versionNumber(zones.version)
        )
        if try session.mark(Mark.tz) != tzNumber { try reviewEverything(session, calendarsToo: true) }
        if try session.mark(Mark.policy) != policyNumber { try reviewEverything(session, calendarsToo: false) }
        try session.setMark(Mark.policy, policyNumber)
        try session.setMark(Mark.tz, tzNumber)
    }

    /// Leases of an earlier boot lapse: no worker of this machine has outlived it. One that ends later than a lease can
    /// is of another boot, too, whatever it says.
    package func adoptLeases(_ session: Session, _ moment: Moment) throws {
        for attempt in try session.leases(
            notOf: moment.boot, orEndingAfter: moment.steady + LeaseRequest.longestLease)
        {
            try session.extend(attempt.number, deadline: moment.steady, boot: moment.boot)
        }
    }

    /// What is kept in memory of the database is not to be trusted: a transaction was taken back.
    package func forget() {
        happenings = Happenings()
        desks.removeAll()
        shelf = TemplateShelf()
        overdue = []
        overdueDone = []
        overdueSeen = .distantPast
        if !outOfSight.isEmpty { sightAgain = .distantPast }
        outOfSight = []
        sweepBegan = nil
        isStale = true
    }

    /// What was done since this was last asked: to be asked when a transaction is on disk.
    package func takeHappenings() -> Happenings {
        defer { happenings = Happenings() }
        return happenings
    }

    /// Reads again what a transaction that was taken back may have changed in memory alone.
    func refresh(_ session: Session) throws {
        guard isStale else { return }
        if let former {
            if try session.version(at: Mark.policy) != policy.version { policy = former.policy }
            if try session.version(at: Mark.tz) != zones.version { zones = former.zones }
        }
        held = try Held(session)
        hasTemplates = try session.hasTemplates()
        expanding = try session.mark(Mark.expanding)
        reviewing = try session.mark(Mark.reviewing)
        completing = try session.completing()
        isStale = false
    }

    // MARK: Desks

    /// The desk of a stored recipient. Plans that a review has not come to yet are made anew first. `now` is the clock's:
    /// what is found here serves everybody.
    func desk(_ recipient: StoredRecipient, _ session: Session, now: Timestamp) throws -> Desk {
        try refresh(session)
        if let desk = desks.find(recipient.id, now: now) { return desk }
        if let expanding, recipient.number > expanding {
            try expandCalendars(of: recipient, session, now: now)
        }
        let wishes = try wishes(of: recipient, session)
        let policy = policy.tailored(to: wishes.preferences.preferences)
        let since = countedSince(now, under: policy)
        var situation = try situation(of: recipient, wishes, busy: try session.busy(of: recipient.number))
        if policy.remembersContent { situation.told = try session.told(to: recipient.number) }
        let desk = Desk(
            recipient: recipient, addresses: try Wire.addresses(recipient.addresses),
            agenda: Agenda(
                situation: situation, policy: policy,
                deliveries: try session.deliveries(to: recipient.number, since: since),
                pending: try waiting(for: recipient.number, session, now: now)), since: since)
        if let reviewing, recipient.number > reviewing {
            try write(desk.agenda.replan(now: now), desk, session, now: now)
        }
        desks.insert(desk)
        return desk
    }

    func desk(_ id: String, _ session: Session, now: Timestamp) throws -> Desk? {
        if let desk = desks.find(id, now: now) { return desk }
        // Most strangers are asked for once: whether they are known is asked before who they are.
        guard let number = try session.recipientNumber(id) else { return nil }
        return try session.recipient(number: number).map { try desk($0, session, now: now) }
    }

    /// From when on a desk knows what was delivered: a little more than caps need, so that a clock that is set back a
    /// little does not make it useless.
    func countedSince(_ now: Timestamp, under policy: Policy) -> Timestamp { now - policy.longestCap - .minutes(5) }

    /// What of a recipient's messages is to be planned. One that does not open is set aside; what is about a subject that is
    /// done only waits for its end.
    private func waiting(for recipient: Int64, _ session: Session, now: Timestamp) throws -> [Message] {
        try session.pending(of: recipient).compactMap { stored in
            if stored.isUnreadable {
                try setAside(stored.message.number, session, now: now)
                return nil
            }
            return isCompleting(stored, session) ? nil : stored.message
        }
    }

    func desk(number: Int64, _ session: Session, now: Timestamp) throws -> Desk {
        guard let desk = try deskIfKnown(number: number, session, now: now) else {
            throw StoreError.damaged("there is no recipient \(number)")
        }
        return desk
    }

    /// nil: the recipient was erased.
    func deskIfKnown(number: Int64, _ session: Session, now: Timestamp) throws -> Desk? {
        if let desk = desks.find(number: number, now: now) { return desk }
        return try session.recipient(number: number).map { try desk($0, session, now: now) }
    }

    /// What the planner may know of a recipient.
    func situation(of recipient: StoredRecipient, _ wishes: Wishes, busy: [[UInt8]]) throws -> Situation {
        let recipient = local(recipient, wishes.preferences)
        let zones = self.zones.zones(of: recipient, under: policy)
        return Situation(
            recipient: recipient.id, zones: zones.zones, zoneIsKnown: zones.isKnown,
            countries: self.zones.countries(of: recipient, zones: zones.zones),
            quietHours: try quietHours(of: recipient, chosen: wishes.preferences.quietHours),
            pausedUntil: wishes.preferences.pausedUntil(declared: recipient.pausedUntil),
            consents: wishes.consents, preferences: wishes.preferences.preferences,
            addresses: Set(try Wire.addresses(recipient.addresses).keys), closedAddresses: wishes.closedAddresses,
            attributes: hasTemplates ? try Wire.facts(recipient.attributes) : [:],
            busy: try BusyIntervals(stored: busy), heldChannels: held.channels, heldTopics: held.topics)
    }

    /// The person's own quiet hours, else those an app declared, else the policy's.
    func quietHours(of recipient: StoredRecipient, chosen: [LocalWindow]?) throws -> WeeklyWindows? {
        try chosen.map { WeeklyWindows($0) } ?? Wire.quietHours(recipient.quietHours) ?? policy.quietHours
    }

    /// A message as it stands when its recipient's desk is open: to open one during a review may decide it anew. nil: there
    /// is none, or a pending one that nothing can come of has ended herewith.
    func open(_ number: Int64, _ session: Session, now: Timestamp) throws -> (stored: StoredMessage, desk: Desk)? {
        try refresh(session)
        guard let stored = try session.message(number) else { return nil }
        if stored.isUnreadable {
            try setAside(number, session, now: now)
            return nil
        }
        let found: Desk?
        do { found = try deskIfKnown(number: stored.recipient, session, now: now) } catch is Unreadable {
            try setAside(number, session, now: now)
            return nil
        }
        guard let desk = found else {
            if stored.state == .pending { try session.cancelErased(number, at: now) }
            return nil
        }
        if stored.state == .pending, isCompleting(stored, session) {
            try endCompleted(stored, desk, session, now: now)
            return nil
        }
        return try session.message(number).map { ($0, desk) }
    }

    // MARK: Writing down

    /// Under which rules and clocks a decision is made now.
    func basis(_ desk: Desk) -> JournalEntry.Basis {
        let situation = desk.agenda.situation
        return .init(
            policy: policy.version, tz: zones.version,
            zone: situation.zones.count == 1 ? situation.zones[0].name : nil)
    }

    /// Writes down what was decided anew of messages that were pending before.
    func write(_ changes: [Agenda.Change], _ desk: Desk, _ session: Session, now: Timestamp) throws {
        for change in changes {
            let message = change.message
            if change.decision.outcome == .suppress {
                try end(
                    message.number, as: .suppressed, reason: nil, decision: change.decision, desk, session, now: now)
            } else {
                try session.updatePlan(message)
                tell(message, now: now)
                try session.append(entry(message.number, .pending, change.decision, desk, plan: message.plan, now: now))
            }
        }
    }

    /// A message was planned: whoever waits for that should know.
    func tell(_ message: Message, now: Timestamp) {
        if message.plan == nil, message.expiresAt ?? .distantFuture > now + Planner.horizon {
            sightAgain = min(sightAgain, now + Engine.sighting)
        }
        onPlan?(message.plan, message.expiresAt)
    }

    /// A journal entry for a decision, which is counted herewith.
    func entry(
        _ message: Int64, _ state: MessageState, isChange: Bool = false, reason: Reason? = nil, _ decision: Decision,
        _ desk: Desk, plan: Message.Plan?, now: Timestamp
    ) -> JournalEntry {
        happenings.tally.add(decision)
        return JournalEntry(
            message: message, recipient: desk.recipient.number, at: now, state: state, isChange: isChange,
            reason: reason,
            plan: plan, basis: basis(desk), permitting: decision.permitting, findings: decision.findings)
    }

    /// Ends a pending or leased message, for good.
    func end(
        _ number: Int64, from: MessageState = .pending, as state: MessageState, reason: Reason?,
        decision: Decision? = nil, _ desk: Desk, _ session: Session, now: Timestamp
    ) throws {
        // What failed may be asked for again, so its content stays a while; see `Engine.failedContent`.
        try session.move(
            number, from: from, to: state, at: now, reason: reason, codes: CodeSet(decision?.findings ?? []),
            keepsContent: policy.retention.content > .zero || state == .failed)
        if let decision {
            try session.append(
                entry(number, state, isChange: true, reason: reason, decision, desk, plan: nil, now: now))
        } else {
            try session.append(JournalEntry(message: number, at: now, state: state, isChange: true, reason: reason))
        }
    }
}

extension Policy {
    /// Whether any topic asks not to say again what was said before.
    var remembersContent: Bool { topics.contains { $0.repeatAfter != nil } }

    /// How far back a delivery can matter to a cap.
    var longestCap: Duration {
        caps.map { cap in
            switch cap.period {
            case .sliding(let length): length
            case .calendar(let period): period.longest + .days(1)
            }
        }.max() ?? .zero
    }
}
