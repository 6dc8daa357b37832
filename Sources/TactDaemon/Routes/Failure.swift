import TactAPI
import TactStore

extension Problem {
    /// What the caller is told of an error.
    init(failure error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case StoreError.diskFull:
            self.init(
                .diskFull, "The disk that holds the database is full. Nothing was stored; make room and try again.")
        case is Unreadable:
            self.init(
                .internalError,
                "What is kept of this recipient cannot be opened: bytes of it, or of their key, were changed. Nothing was stored. tactctl verify says what is damaged; put back your copy of the keys, or a backup."
            )
        default:
            self.init(.internalError, "Nothing was stored. The daemon's log says more.")
        }
    }
}
