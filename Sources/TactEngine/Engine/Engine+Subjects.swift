import TactCore
import TactStore

/// Subjects that are done. One that thousands of messages are about ends them slice by slice; from the first moment on none
/// of them is released, and whoever is killed in between goes on at the next start.
extension Engine {
    /// How many messages end with the completion itself.
    private static let completedAtOnce = 50

    /// A subject is done: what is pending about it is cancelled, what is leased is not tried again, and new messages about
    /// it are refused for a while. Answers how many were pending.
    package func complete(
        _ subject: String, recipient: Int64?, blockFor: Duration?, _ session: Session, now: Timestamp
    ) throws -> Int {
        try refresh(session)
        if let blockFor { try session.complete(subject, recipient: recipient, until: now + blockFor) }
        var completion = try session.completion(of: subject, for: recipient)
        let count = try session.pendingCount(completion)
        if let recipient, count > 0, let desk = try deskIfReadable(number: recipient, session, now: now) {
            try write(desk.agenda.remove(about: subject, now: now), desk, session, now: now)
        }
        if try endSlice(&completion, limit: Engine.completedAtOnce, session, now: now) {
            completing.removeAll { $0.subject == completion.subject && $0.recipient == completion.recipient }
            completing.append(completion)
            try session.note(completion)
            // The scheduler is to come at once.
            onPlan?(nil, now)
        }
        return count
    }

    /// Goes on with what is under way. Answers whether there is more.
    func endCompleted(_ session: Session, now: Timestamp, limit: Int) throws -> Bool {
        guard var next = completing.first else { return false }
        if try endSlice(&next, limit: limit, session, now: now) {
            completing[0] = next
            try session.note(next)
        } else {
            completing.removeFirst()
            try session.drop(next)
        }
        return !completing.isEmpty
    }

    /// Answers whether there is more.
    private func endSlice(
        _ completion: inout Completion, limit: Int, _ session: Session, now: Timestamp
    ) throws -> Bool {
        let found = try session.unfinished(completion, limit: limit)
        for stored in found {
            let number = stored.message.number
            if stored.state == .leased {
                try session.markFinal(number)
            } else if let (current, desk) = try open(number, session, now: now), current.state == .pending {
                try endCompleted(current, desk, session, now: now)
            }
        }
        completion.past = found.last?.message.number ?? completion.past
        return found.count == limit
    }

    /// Ends a pending message whose subject is done; it is on its recipient's agenda or is not any more.
    func endCompleted(_ stored: StoredMessage, _ desk: Desk, _ session: Session, now: Timestamp) throws {
        try cancelPending(stored, reason: .subjectCompleted, desk, session, now: now)
    }

    /// Whether a message only waits for its end, for its subject is done.
    func isCompleting(_ stored: StoredMessage, _ session: Session) -> Bool {
        !completing.isEmpty && completing.contains { session.covers($0, stored.message, of: stored.recipient) }
    }
}
