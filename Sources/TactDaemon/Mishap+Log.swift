import Logging
import TactEngine

extension Happenings.Mishap {
    /// Says what came to a bad end, and by which id to find out more.
    func log(to logger: Logger) {
        var details: Logger.Metadata = [
            "message": .string(message), "channel": .string(channel), "attempt": .stringConvertible(attempt),
        ]
        switch kind {
        case .lapsed:
            logger.warning("a lease lapsed: its worker did not report in time", metadata: details)
        case .failed(let reason):
            details["reason"] = .string(reason.rawValue)
            logger.warning("a message failed", metadata: details)
        }
    }
}

extension Happenings {
    /// Says which messages ended because what is kept of them, or of whom they are for, does not open.
    func logUnreadable(to logger: Logger) {
        for message in unreadable {
            logger.error(
                "a message was set aside as failed: what is kept of it, or of its recipient, does not open; see tactctl verify, put back your copy of the keys or a backup, then requeue it",
                metadata: ["message": .string(message)])
        }
    }
}

extension Happenings.HeldTopic {
    func log(to logger: Logger) {
        logger.error(
            "a topic is held: too many complain about it; find out why, then open it with tactctl topic release",
            metadata: ["topic": .string(topic), "why": .string(comment)])
    }
}
