import NIOCore

/// What the connections of one event loop share. Used only on that loop.
final class ServerLoop {
    let eventLoop: any EventLoop
    let handler: any RequestHandler
    let limits: ServerLimits
    let budget: OutboundBudget

    /// Set when the server stops: no further request is taken on any connection.
    private(set) var isStopping = false

    private var connections: [ObjectIdentifier: Connection] = [:]
    /// Connections that were accepted and are not active yet.
    private var expected = 0
    private var dateField = DateField()
    private var isSweepScheduled = false
    private var onEmpty: [EventLoopPromise<Void>] = []

    init(
        eventLoop: any EventLoop, handler: any RequestHandler, limits: ServerLimits, budget: OutboundBudget
    ) {
        self.eventLoop = eventLoop
        self.handler = handler
        self.limits = limits
        self.budget = budget
    }

    /// The `Server` and `Date` lines of an answer given now.
    func fixedFields() -> String {
        dateField.current()
    }

    /// A connection was accepted: it will be added, or not come to be. `settle()` follows in either case.
    func expect() {
        expected += 1
    }

    /// What was expected is there, or failed.
    func settle() {
        expected -= 1
        tellIfEmpty()
    }

    func add(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = connection
        if isStopping {
            connection.stop()
        }
        if !isSweepScheduled {
            scheduleSweep()
        }
    }

    func remove(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
        tellIfEmpty()
    }

    /// Closes what is idle and lets the rest finish. The promise is kept when no connection is left.
    func stop(_ stopped: EventLoopPromise<Void>) {
        isStopping = true
        onEmpty.append(stopped)
        for connection in Array(connections.values) {
            connection.stop()
        }
        tellIfEmpty()
    }

    private func tellIfEmpty() {
        guard connections.isEmpty, expected == 0 else { return }
        for promise in onEmpty {
            promise.succeed()
        }
        onEmpty = []
    }

    /// Closes every connection at once and answers how many there were.
    func closeAll() -> Int {
        let open = Array(connections.values)
        for connection in open {
            connection.close()
        }
        return open.count
    }

    private func scheduleSweep() {
        isSweepScheduled = true
        let here = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: limits.sweepInterval) {
            here.value.sweep()
        }
    }

    private func sweep() {
        isSweepScheduled = false
        let now = eventLoop.now
        for connection in Array(connections.values) {
            connection.enforceTimeLimits(at: now)
        }
        if !connections.isEmpty {
            scheduleSweep()
        }
    }
}
