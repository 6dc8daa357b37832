import NIOCore

/// How much of anything the server takes from its clients, and for how long it waits for them.
package struct ServerLimits: Sendable {
    /// Bytes of one request's head: target and all header fields. More is answered with 431.
    package var headBytes = 32 * 1024
    /// Header fields of one request. More is answered with 431.
    package var headerFields = 100
    /// Connections open at once. One more is answered with 503 and closed; so is one more than a user's share.
    package var connections = 1024
    /// How long a connection may be open before its first byte.
    package var silence: TimeAmount = .seconds(10)
    /// How long, once the server stops, a connection without a request yet may still send its first.
    package var firstWord: TimeAmount = .seconds(1)
    /// How long a connection may rest between two requests, or between two pieces of a streamed body.
    package var idle: TimeAmount = .minutes(5)
    /// How long a request's head may take, from its first byte on.
    package var head: TimeAmount = .seconds(10)
    /// How long a collected body may pause.
    package var bodyPause: TimeAmount = .seconds(60)
    /// How long a collected body may take in all. Streamed bodies have no such bound.
    package var collectedBody: TimeAmount = .seconds(120)
    /// How long a client may leave answers unread without sending anything either.
    package var stall: TimeAmount = .seconds(60)
    /// How long a connection that we close is still read from, so that its last answer is not lost.
    package var linger: TimeAmount = .seconds(2)
    /// Bytes of an unwanted body that are read and thrown away to keep the connection; beyond that it is closed.
    package var discardedBody = 256 * 1024
    /// Unread answer bytes at which a connection's next request waits.
    package var answerBytes = 256 * 1024
    /// Bounds on the unread bytes of streamed answers.
    package var outbound = OutboundBudget.Limits()

    /// The limits of the daemon.
    package init() {}

    /// Connections that only the daemon's owners get.
    var connectionReserve: Int { connections / 16 }

    /// Connections that users without a role have together.
    var connectionsOfStrangers: Int { max(16, connections / 4) }

    /// Connections of one user.
    func connections(ofOne standing: Standing) -> Int {
        switch standing {
        case .stranger: max(16, connections / 32)
        case .member: max(16, connections / 2)
        case .owner: connections
        }
    }

    /// How often the time limits are looked at: a quarter of the shortest, at most every second.
    var sweepInterval: TimeAmount {
        let shortest = [silence, idle, head, bodyPause, collectedBody, stall, linger].map(\.nanoseconds).min() ?? 0
        return .nanoseconds(max(1_000_000, min(1_000_000_000, shortest / 4)))
    }
}
