import TactCore
import TactStore

/// What is kept of one person, or of one message, does not open: bytes were changed. That ends what cannot be decided any
/// more, and nothing else.
extension Engine {
    /// Ends a pending message that nothing can be decided of. It keeps its content: when what was damaged has been put
    /// back, it can be requeued.
    func setAside(_ number: Int64, _ session: Session, now: Timestamp) throws {
        guard try session.state(of: number) == .pending, let recipient = try session.recipient(ofMessage: number) else {
            return
        }
        let desk = desks.find(number: recipient, now: now)
        let moved = desk?.agenda.remove(number, now: now) ?? []
        try session.move(number, from: .pending, to: .failed, at: now, reason: .unreadable)
        try session.append(
            JournalEntry(message: number, at: now, state: .failed, isChange: true, reason: .unreadable))
        noteUnreadable(number)
        if let desk { try write(moved, desk, session, now: now) }
    }

    /// To be told, and counted.
    func noteUnreadable(_ number: Int64) {
        happenings.unreadable.append(ids.id(number))
        happenings.tally.addUnreadable()
    }

    /// nil: the recipient was erased, or what is kept of them does not open; then a slice of what waits for them is set
    /// aside, the rest when its time comes.
    func deskIfReadable(number: Int64, _ session: Session, now: Timestamp) throws -> Desk? {
        do { return try deskIfKnown(number: number, session, now: now) } catch is Unreadable {
            for message in try session.pendingNumbers(of: number, limit: Engine.oldSlice) {
                try setAside(message, session, now: now)
            }
            return nil
        }
    }
}

extension Tally {
    mutating func addUnreadable() { unreadable += 1 }
}
