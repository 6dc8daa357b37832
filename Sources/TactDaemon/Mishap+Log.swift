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

extension Happenings.HeldTopic {
    func log(to logger: Logger) {
        logger.error(
            "a topic is held: too many complain about it; find out why, then open it with tactctl topic release",
            metadata: ["topic": .string(topic), "why": .string(comment)])
    }
}
