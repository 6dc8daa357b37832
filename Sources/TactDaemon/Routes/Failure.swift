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
        default:
            self.init(.internalError, "Nothing was stored. The daemon's log says more.")
        }
    }
}
