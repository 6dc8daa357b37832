import TactCore
import TactStore

/// What has to be done because time has passed.
extension Engine {
    /// How much of each kind of work one tick does at the most.
    private static let slice = 200
    /// How much of each kind of what is old one slice throws away at the most: about two milliseconds of work.
    package static let oldSlice = 25
    /// How long one tick works on reviews before it lets others in.
    private static let reviewTime = Duration(milliseconds: 4)
    /// How often what was planned nowhere within the horizon is decided again.
    static let sighting = Duration.days(1)
    /// How often it is looked whether there is any.
    static let rareSighting = Duration.days(30)
    /// The longest stretch over which complaints are counted.
    package static let complaintsMemory = Duration.days(30)
    /// Content of failed messages stays at least so long, so that they can be requeued.
    package static let failedContent = Duration.days(7)

    /// Handles what is due, and says when to come again. Workers are served by `release`.
    package func tick(_ session: Session, _ moment: Moment) throws -> Timestamp {
        try refresh(session)
        let now = moment.now
        var more = try expire(session, now: now, limit: Engine.slice) == Engine.slice
        more = try lapse(session, moment, limit: Engine.slice) == Engine.slice || more
        more = try endCompleted(session, now: now, limit: Engine.oldSlice) || more
        more = try lapseOverdue(session, now: now) || more
        more = try lookFurther(session, now: now) || more
        more = try renewCalendar(session, now: now) || more
        if isReviewing {
            try reviewSlice(session, now: now, isOver: stopwatch(Engine.reviewTime))
            more = more || isReviewing
        }
        return more ? now : try nextTick(session, moment)
    }

    /// `.distantFuture`: nothing is to be done that time alone brings.
    private func nextTick(_ session: Session, _ moment: Moment) throws -> Timestamp {
        var next = sightAgain
        if let expiry = try session.nextExpiry() { next = min(next, expiry) }
        if let lapse = try session.nextLapse() { next = min(next, moment.now + (lapse - moment.steady)) }
        if let overdue = try nextOverdueLapse(session) { next = min(next, overdue) }
        if let end = try session.nextCalendarRenewal() { next = min(next, end) }
        return max(next, moment.now)
    }

    // MARK: Overdue reservations

    /// Plans anew for recipients with a message that has been due for a minute while no worker came: it reserves
    /// nothing any more. Answers whether there is more to do.
    private func lapseOverdue(_ session: Session, now: Timestamp) throws -> Bool {
        let lapsedBefore = now - Agenda.overdueReservation
        if overdue.isEmpty {
            overdueDone = []
            if overdueSeen < lapsedBefore {
                overdue = try session.overdue(from: overdueSeen, to: lapsedBefore)
            }
            // A clock that was set back passes the same instants again.
            overdueSeen = lapsedBefore
        }
        // Some recipients have thousands pending: it is time that bounds this, not their number.
        let isOver = stopwatch(Engine.reviewTime)
        while let number = overdue.popLast() {
            if let recipient = try session.recipient(ofMessage: number), overdueDone.insert(recipient).inserted,
                try session.pendingCount(of: recipient) > 1
            {
                if let desk = try deskIfReadable(number: recipient, session, now: now) {
                    try write(desk.agenda.replan(now: now), desk, session, now: now)
                }
            }
            if isOver() { break }
        }
        return !overdue.isEmpty
    }

    private func nextOverdueLapse(_ session: Session) throws -> Timestamp? {
        try session.nextOverdue(from: overdueSeen).map { $0 + Agenda.overdueReservation + Duration(milliseconds: 1) }
    }

    // MARK: The horizon

    /// Decides again, day by day, what found no place within the horizon: time brings more into sight. Answers whether
    /// there is more to do.
    private func lookFurther(_ session: Session, now: Timestamp) throws -> Bool {
        if outOfSight.isEmpty {
            guard sightAgain <= now || sightAgain > now + Engine.rareSighting else { return false }
            let seen = try session.mark(Mark.sighted).map { Timestamp(milliseconds: $0) } ?? now
            outOfSight = try session.recipientsWithoutPlan(expiringAfter: min(seen, now) + Planner.horizon)
            // The mark is moved on now and then also when there is nothing to see, so that the look stays narrow.
            sightAgain = now + (outOfSight.isEmpty ? Engine.rareSighting : Engine.sighting)
            sightBegan = now
        }
        let isOver = stopwatch(Engine.reviewTime)
        while let recipient = outOfSight.popLast() {
            // Who was erased meanwhile has nothing pending.
            if let desk = try deskIfReadable(number: recipient, session, now: now) {
                try write(desk.agenda.replan(now: now), desk, session, now: now)
            }
            if isOver() { break }
        }
        if outOfSight.isEmpty { try session.setMark(Mark.sighted, max(0, sightBegan.milliseconds)) }
        return !outOfSight.isEmpty
    }

    // MARK: Calendars

    /// Expands one recipient's calendars further, where less lies ahead than a search may need. Answers whether it did.
    private func renewCalendar(_ session: Session, now: Timestamp) throws -> Bool {
        let ending = try session.calendarToRenew(at: now)
        // After the clock was set back, an expansion may begin in the future.
        let latest = now + (Engine.calendarAhead - Engine.calendarRenewal) + Engine.calendarPast
        guard let number = try ending ?? session.calendarToRenew(after: latest) else { return false }
        guard let desk = try deskIfReadable(number: number, session, now: now) else {
            try session.postponeCalendars(of: number, until: now + Engine.calendarRetry)
            return true
        }
        do {
            try expandCalendars(of: desk.recipient, onlyDue: ending != nil, session, now: now)
            try revise(desk, session, now: now)
        } catch is Unreadable {
            desks.remove(desk)
            try session.postponeCalendars(of: number, until: now + Engine.calendarRetry)
        }
        return true
    }

    // MARK: Retention

    /// Throws away a slice of what has been kept long enough. Answers whether there is more.
    package func forgetOld(_ session: Session, now: Timestamp) throws -> Bool {
        try refresh(session)
        let keep = policy.retention
        var dropped = try session.dropContents(
            of: MessageState.allCases.filter { $0.isEnd && $0 != .failed }, endedBy: now - keep.content,
            limit: Engine.oldSlice)
        var more = dropped == Engine.oldSlice
        dropped = try session.dropContents(
            of: [.failed], endedBy: now - max(keep.content, Engine.failedContent), limit: Engine.oldSlice)
        more = dropped == Engine.oldSlice || more
        more = try sweepJournal(before: now - keep.decisions, session, now: now) || more
        // A delivery that a cap still counts outlives the history.
        let history = max(keep.history, policy.longestCap)
        more = try session.dropMessages(endedBefore: now - history, limit: Engine.oldSlice) == Engine.oldSlice || more
        more =
            try session.dropEvents(receivedBefore: now - keep.history, limit: Engine.oldSlice) == Engine.oldSlice
            || more
        more = try forgetStale(before: now - keep.attributes, session, now: now) || more
        more = try session.dropErased(endedBefore: now - Engine.erasedReports, limit: Engine.oldSlice) || more
        try session.dropCompletions(before: now)
        try session.dropComplaintTallies(before: now - Engine.complaintsMemory)
        return more
    }

    /// Takes a slice of attributes away that have been stale for long enough. Answers whether there is more.
    private func forgetStale(before instant: Timestamp, _ session: Session, now: Timestamp) throws -> Bool {
        let numbers = try session.recipients(staleBy: instant, limit: Engine.oldSlice)
        // Some recipients have thousands pending, which are planned anew.
        let isOver = stopwatch(Engine.reviewTime)
        for number in numbers {
            do {
                if let recipient = try session.recipient(number: number) {
                    try forgetStale(recipient, before: instant, session, now: now)
                }
            } catch is Unreadable {
                try session.setStale(number, at: now + .days(1))
            }
            if isOver() { return true }
        }
        return numbers.count == Engine.oldSlice
    }

    private func forgetStale(
        _ stored: StoredRecipient, before instant: Timestamp, _ session: Session, now: Timestamp
    ) throws {
        var document = try stored.document()
        let stale = document.attributes.filter { ($0.value.fact.staleFrom ?? .distantFuture) <= instant }.keys
        for name in stale { document.attributes[name] = nil }
        var after = stored
        after.declare(document)
        // Whoever was there before attributes could be stale is to be looked at once, and nothing else.
        guard !stale.isEmpty else { return try session.setStale(stored.number, at: after.staleAt) }
        // What was corrected is gone: an app that declares it again contradicts nobody.
        var own = try stored.ownWords()
        own.corrected.subtract(stale)
        after.keep(own)
        _ = try change(stored, to: after, document.addresses, session, now: now)
    }

    /// Throws away a slice of the old entries of the journal. Those of unfinished messages stay, however many there are,
    /// and are not looked at again before the next day.
    private func sweepJournal(before: Timestamp, _ session: Session, now: Timestamp) throws -> Bool {
        let isNewRound = sweepBegan.map { now < $0 || now - $0 >= .days(1) } ?? true
        if isNewRound { (swept, sweepBegan) = (.beginning, now) }
        let slice = try session.dropJournal(before: before, after: swept, of: Engine.oldSlice * 4)
        swept = slice.place
        return slice.hasMore
    }
}
