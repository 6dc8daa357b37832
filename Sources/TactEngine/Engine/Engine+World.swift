import TactAPI
import TactCore
import TactStore

/// What changes for everyone at once: the policy, the tz database. The plans it touches are made anew
/// in slices; until a recipient's turn has come, whoever opens their desk does it.
extension Engine {
    /// Puts another policy in force. Refuses one that drops what unfinished messages need.
    package func adopt(_ new: Policy, _ session: Session) throws {
        try refresh(session)
        let gone = (
            topics: Set(policy.topics.map(\.name)).subtracting(new.topics.map(\.name)),
            channels: Set(policy.channels.map(\.name)).subtracting(new.channels.map(\.name))
        )
        if !gone.topics.isEmpty || !gone.channels.isEmpty { try refuseIfInUse(gone, session) }
        let isSame = new.version == policy.version
        former = (policy, zones)
        policy = new
        guard !isSame else { return }
        try session.setMark(Mark.policy, try session.versionNumber(new.version))
        try reviewEverything(session, calendarsToo: false)
    }

    private func refuseIfInUse(_ gone: (topics: Set<String>, channels: Set<String>), _ session: Session) throws {
        let use = try session.inUse()
        var kept: [String] = []
        for topic in gone.topics.sorted() {
            if let count = use.topics[topic] { kept.append("the topic “\(topic)” with \(count) messages") }
        }
        for channel in gone.channels.sorted() {
            if let count = use.channels[channel] { kept.append("the channel “\(channel)” with \(count) messages") }
        }
        guard !kept.isEmpty else { return }
        throw Problem(
            .policyInUse,
            "The new policy drops \(kept.joined(separator: " and ")) pending or leased. The old policy stays in force. "
                + "Cancel those messages or keep the names.")
    }

    /// Puts another tz database in force.
    package func adopt(_ new: ZoneDatabase, _ session: Session) throws {
        try refresh(session)
        former = (policy, zones)
        zones = new
        try session.setMark(Mark.tz, try session.versionNumber(new.version))
        try reviewEverything(session, calendarsToo: true)
    }

    // MARK: Mass reviews

    func reviewEverything(_ session: Session, calendarsToo: Bool) throws {
        desks.removeAll()
        if calendarsToo {
            expanding = 0
            try session.setMark(Mark.expanding, 0)
        }
        reviewing = 0
        try session.setMark(Mark.reviewing, 0)
    }

    /// Whether a mass review is under way.
    package var isReviewing: Bool { expanding != nil || reviewing != nil }

    /// Works on a mass review until the time is used up.
    func reviewSlice(_ session: Session, now: Timestamp, isOver: () -> Bool) throws {
        while isReviewing {
            if let cursor = expanding {
                try expandNext(after: cursor, session, now: now)
            } else if let cursor = reviewing {
                try planSlice(after: cursor, session, now: now)
            }
            if isOver() { return }
        }
    }

    /// One recipient, who may have calendars that take their time.
    private func expandNext(after cursor: Int64, _ session: Session, now: Timestamp) throws {
        let numbers = try session.recipientsWithCalendars(after: cursor, limit: 1)
        for number in numbers {
            do {
                guard let recipient = try session.recipient(number: number) else { continue }
                try expandCalendars(of: recipient, session, now: now)
                if let desk = desks.find(recipient.id, now: now) {
                    try revise(desk, session, now: now)
                }
            } catch is Unreadable {
                desks.remove(number: number)
            }
        }
        expanding = numbers.last
        try advance(Mark.expanding, to: expanding, session)
    }

    private func planSlice(after cursor: Int64, _ session: Session, now: Timestamp) throws {
        let numbers = try session.recipientsWithPending(after: cursor, limit: 8)
        for number in numbers {
            // Whoever has a desk was reviewed when it was opened.
            _ = try deskIfReadable(number: number, session, now: now)
        }
        reviewing = numbers.last
        try advance(Mark.reviewing, to: reviewing, session)
    }

    private func advance(_ mark: String, to cursor: Int64?, _ session: Session) throws {
        if let cursor { try session.setMark(mark, cursor) } else { try session.clearMark(mark) }
    }
}

extension Engine {
    /// How many recipients a mass review has still to come to; 0 when none is under way.
    package func reviewsLeft(_ session: Session) throws -> Int {
        guard isReviewing else { return 0 }
        return try session.recipientsWithPendingCount(after: reviewing ?? 0)
    }
}
