import TactCore

/// The body of `POST /v1/leases`: a worker asks for what is due.
package struct LeaseRequest: Sendable, Equatable {
    package var channels: [String]
    /// How many messages at most.
    package var max: Int
    /// How long the worker has for each.
    package var lease: Duration
    /// How long to wait for the first message.
    package var wait: Duration

    package static let defaultLease = Duration.seconds(60)
    package static let longestLease = Duration.hours(1)
    package static let longestWait = Duration.minutes(10)
    package static let most = 1000

    package init(_ bytes: some Collection<UInt8>) throws(Problem) { try self.init(json: try JSON(body: bytes)) }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        channels = fields.required("channels", .channels)
        max = fields.optional("max", .integer(1...Self.most)) ?? 1
        lease = fields.optional("lease", .leaseLength) ?? Self.defaultLease
        wait = fields.optional("wait", .duration(to: Self.longestWait)) ?? .zero
        try fields.finish()
    }
}

/// The body of `POST /v1/leases/outcomes`: a worker tells what became of its messages.
package struct OutcomesRequest: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        package var id: String
        package var lease: String
        /// Never `lapsed`.
        package var outcome: Outcome
        package var detail: String?
        /// Not before so long; only with `retry` and `returned`.
        package var retryAfter: Duration?

        package init(id: String, lease: String, outcome: Outcome, detail: String? = nil, retryAfter: Duration? = nil) {
            self.id = id
            self.lease = lease
            self.outcome = outcome
            self.detail = detail
            self.retryAfter = retryAfter
        }
    }

    package var outcomes: [Item]

    package init(_ bytes: some Collection<UInt8>) throws(Problem) { try self.init(json: try JSON(body: bytes)) }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        outcomes = fields.required("outcomes", .list(of: .outcomeItem, 1...LeaseRequest.most, what: "outcomes"))
        try fields.finish()
    }
}

/// The body of `POST /v1/leases/extend`: a worker needs longer.
package struct ExtendRequest: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        package var id: String
        package var lease: String

        package init(id: String, lease: String) {
            self.id = id
            self.lease = lease
        }
    }

    package var leases: [Item]
    /// From now on.
    package var lease: Duration

    package init(_ bytes: some Collection<UInt8>) throws(Problem) { try self.init(json: try JSON(body: bytes)) }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        leases = fields.required("leases", .list(of: .leaseItem, 1...LeaseRequest.most, what: "leases"))
        lease = fields.optional("lease", .leaseLength) ?? LeaseRequest.defaultLease
        try fields.finish()
    }
}

extension FieldKind where Value == Duration {
    fileprivate static let leaseLength = FieldKind.duration(from: .seconds(1), to: LeaseRequest.longestLease)
}

extension FieldKind where Value == ExtendRequest.Item {
    fileprivate static let leaseItem = FieldKind.object(
        "an object such as {\"id\":\"…\",\"lease\":\"…\"}", standIn: .init(id: "", lease: "")
    ) { fields in
        ExtendRequest.Item(id: fields.required("id", .messageID), lease: fields.required("lease", .lease))
    }
}

extension FieldKind where Value == OutcomesRequest.Item {
    fileprivate static let outcomeItem = FieldKind.object(
        "an object such as {\"id\":\"…\",\"lease\":\"…\",\"outcome\":\"delivered\"}",
        standIn: .init(id: "", lease: "", outcome: .failed)
    ) { fields in
        let item = OutcomesRequest.Item(
            id: fields.required("id", .messageID), lease: fields.required("lease", .lease),
            outcome: fields.required("outcome", .outcome),
            detail: fields.optional("detail", .prose("a text for the log", upTo: 2000)),
            retryAfter: fields.optional("retry_after", .duration(to: .days(366))))
        switch item.outcome {
        case .retry, .returned: break
        case .delivered, .failed, .lapsed:
            if item.retryAfter != nil {
                fields.refuse("retry_after", "expected only with the outcomes \"retry\" and \"returned\"")
            }
        }
        return item
    }
}

extension FieldKind where Value == Outcome {
    /// What a worker may say.
    fileprivate static let outcome = FieldKind(
        "\"delivered\", \"retry\", \"returned\" or \"failed\"", standIn: .failed
    ) { json in
        guard let outcome = json.stringValue.flatMap(Outcome.init(name:)), outcome != .lapsed else { return nil }
        return outcome
    }
}
