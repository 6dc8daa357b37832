import TactAPI
import TactCore
import TactStore

/// Calendars in, busy intervals out.
extension Engine {
    /// How far back an expansion reaches: what is past matters to nobody, but a clock may step.
    static let calendarPast = Duration.days(2)
    /// How far ahead calendars are expanded. More than the planner's horizon, so that no search ends for want of it.
    static let calendarAhead = Duration.days(400)
    /// When less than this lies ahead, a calendar is expanded anew.
    static let calendarRenewal = Duration.days(370)
    /// When an expansion that failed is tried again.
    static let calendarRetry = Duration.hours(1)
    /// What reading, and what expanding, one calendar may take.
    package static let calendarTime = Duration(milliseconds: 250)

    /// A calendar that was read, and what was wrong with it.
    package struct Import: Sendable {
        package var calendar: BusyCalendar
        package var skipped: [SkippedComponent]
        package var warnings: [CalendarWarning]
    }

    /// Reads a file, outside any transaction. Refuses what is no calendar or costs too much.
    package static func read(
        _ ics: [UInt8], zones: ZoneDatabase, outOfTime: @escaping () -> Bool
    ) throws(Problem) -> Import {
        do throws(CalendarProblem) {
            let parsed = try BusyCalendar.parse(ics, knownZone: { zones.isKnown($0) }, outOfTime: outOfTime)
            return Import(calendar: parsed.calendar, skipped: parsed.skipped, warnings: parsed.warnings)
        } catch {
            throw Problem(error)
        }
    }

    /// Puts a calendar in force in place of the one of that name. On a refusal the old one stays.
    package func put(
        _ calendar: BusyCalendar, name: String, of id: String, _ session: Session, now: Timestamp
    ) throws -> StoredCalendar {
        let existing = try session.recipient(id)
        if let existing {
            let names = try session.calendars(of: existing.number).map(\.name)
            guard names.count < Engine.mostCalendars || names.contains(where: { $0.utf8.elementsEqual(name.utf8) })
            else {
                throw Problem(
                    .tooManyCalendars, "The recipient has \(names.count) calendars already. Remove one first.",
                    retryAfter: .hours(1))
            }
        }
        let covers = Interval(start: now - Engine.calendarPast, end: now + Engine.calendarAhead)
        let stranger = existing ?? StoredRecipient(id: id, createdAt: now)
        let local = try local(stranger, session)
        let busy: TypedBusyIntervals
        do throws(CalendarProblem) {
            busy = try expand(calendar, of: local, over: covers)
        } catch {
            throw Problem(error)
        }
        let recipient = try existing ?? admit(stranger, session, now: now).recipient
        let stored = StoredCalendar(
            recipient: recipient.number, name: name, updatedAt: now, rules: calendar.encoded(), busy: busy.encoded(),
            covers: covers, renewAt: covers.end - Engine.calendarRenewal)
        // The desk first: loading it may expand what a review has not come to.
        let desk = try desk(recipient, session, now: now)
        try session.put(stored)
        try revise(desk, session, now: now)
        return stored
    }

    package func deleteCalendar(_ name: String, of id: String, _ session: Session, now: Timestamp) throws {
        let recipient = try recipient(id, session)
        guard try session.calendar(name, of: recipient.number) != nil else {
            throw Problem(.notFound, "The recipient has no calendar “\(name)”.")
        }
        let desk = try desk(recipient, session, now: now)
        _ = try session.deleteCalendar(name, of: recipient.number)
        try revise(desk, session, now: now)
    }

    /// Expands a calendar over any stretch of time, however far.
    /// `outOfTime` serves several; nil: it has a time of its own.
    package func expand(
        _ calendar: BusyCalendar, of recipient: StoredRecipient, over window: Interval,
        outOfTime: (() -> Bool)? = nil
    ) throws(CalendarProblem) -> TypedBusyIntervals {
        var budget = ExpansionBudget(outOfTime: outOfTime ?? stopwatch(Engine.calendarTime))
        let zones = self.zones.zones(of: recipient, under: policy).zones
        return TypedBusyIntervals(
            merging: try calendar.busy(
                within: window, zones: { self.zones.rules($0) }, floatingZones: zones.map(\.rules), budget: &budget))
    }

    /// Expands all of a recipient's calendars anew, from today on. One that can no longer be expanded keeps what it
    /// has, and says so.
    func expandCalendars(
        of recipient: StoredRecipient, onlyDue: Bool = false, _ session: Session, now: Timestamp
    ) throws {
        let covers = Interval(start: now - Engine.calendarPast, end: now + Engine.calendarAhead)
        let recipient = try local(recipient, session)
        for var stored in try session.calendars(of: recipient.number) where !onlyDue || stored.renewAt <= now {
            do {
                let busy = try expand(BusyCalendar(decoding: stored.rules), of: recipient, over: covers)
                stored.busy = busy.encoded()
                stored.covers = covers
                stored.renewAt = covers.end - Engine.calendarRenewal
                stored.problem = nil
            } catch {
                stored.renewAt = now + Engine.calendarRetry
                stored.problem = String(describing: error)
            }
            try session.put(stored)
        }
    }
}

extension Problem {
    /// A calendar that was refused; the old one stays in force.
    init(_ problem: CalendarProblem) {
        let kind: ProblemKind
        switch problem {
        case .tooLarge: kind = .calendarTooLarge
        case .tooManyEvents, .tooManySteps, .tooMuchMemory, .outOfTime, .notACalendar, .nestedTooDeeply, .unfinished:
            kind = .invalidCalendar
        }
        self.init(
            kind, "\(problem) The calendar that was in force before still is.",
            faults: [.init(pointer: "", detail: problem.code)])
    }
}
