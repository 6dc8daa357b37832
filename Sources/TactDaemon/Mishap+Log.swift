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
