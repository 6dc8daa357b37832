import Synchronization

/// Who holds how many connections, so that nobody can lock the others out.
final class ConnectionCount: Sendable {
    private struct State {
        var all = 0
        var ofStrangers = 0
        var byUser: [UInt32: Int] = [:]
    }

    private let limits: ServerLimits
    private let state = Mutex(State())

    init(_ limits: ServerLimits) { self.limits = limits }

    var value: Int { state.withLock { $0.all } }

    /// Counts one more. Answers why not, if it is one too many.
    func add(_ uid: UInt32, _ standing: Standing) -> ServerFault? {
        state.withLock { state in
            let mostInAll = standing == .owner ? limits.connections : limits.connections - limits.connectionReserve
            guard state.all < mostInAll else { return .tooManyConnections(limit: limits.connections) }
            let mostOfUser = limits.connections(ofOne: standing)
            guard state.byUser[uid, default: 0] < mostOfUser else {
                return .tooManyConnectionsOfUser(limit: mostOfUser)
            }
            if standing == .stranger {
                guard state.ofStrangers < limits.connectionsOfStrangers else {
                    return .tooManyConnections(limit: limits.connections)
                }
                state.ofStrangers += 1
            }
            state.all += 1
            state.byUser[uid, default: 0] += 1
            return nil
        }
    }

    /// With the standing that it had when it was counted.
    func remove(_ uid: UInt32, _ standing: Standing) {
        state.withLock { state in
            state.all -= 1
            if standing == .stranger { state.ofStrangers -= 1 }
            let left = state.byUser[uid, default: 1] - 1
            state.byUser[uid] = left > 0 ? left : nil
        }
    }
}
