import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactStore

/// What holds for more than one message: subjects, channels, topics, and what changes.
extension Router {
    static let worldRoutes: [Route] = [
        Route(.POST, "/v1/subjects/{subject}/complete", roles: [.operate], .task(complete)),
        Route(.GET, "/v1/channels", roles: .staff, .task(listChannels)),
        Route(.POST, "/v1/channels/{name}/hold", roles: [.operate], .task(hold)),
        Route(.POST, "/v1/channels/{name}/release", roles: [.operate], .task(release)),
        Route(.GET, "/v1/topics", roles: .all, .task(listTopics)),
        Route(.POST, "/v1/topics/{name}/hold", roles: [.operate], .task(holdTopic)),
        Route(.POST, "/v1/topics/{name}/release", roles: [.operate], .task(releaseTopic)),
        Route(.GET, "/v1/watch", roles: [.operate], .direct(watch)),
    ]

    private static func complete(_ call: Route.Call) async throws -> Response {
        let request = try CompleteRequest(call.body.readableBytesView)
        let (engine, clock, commits) = (call.services.engine, call.services.clock, call.services.commits)
        let subject = try call.parameter(0, .subject)
        let cancelled = try await commits.perform { session in
            var number: Int64?
            if let id = request.recipient { number = try engine.recipient(id, session).number }
            return try engine.complete(
                subject, recipient: number, blockFor: request.blockFor, session, now: clock.now)
        }
        call.services.scheduler.expect(clock.now)
        return .json(CancelledAnswer(cancelled: cancelled))
    }

    private static func listChannels(_ call: Route.Call) async throws -> Response {
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        let channels = try await call.services.store.read { session in
            let holds = try session.holds()
            return try policy.channels.map { channel in
                ChannelAnswer(
                    channel,
                    hold: holds.first { $0.channel == channel.name }.map {
                        ChannelAnswer.Hold(at: $0.since, author: $0.author, comment: $0.comment)
                    },
                    pending: try session.plannedCount(channel: channel.name))
            }
        }
        return .json(Page(items: channels, nextCursor: nil))
    }

    private static func hold(_ call: Route.Call) async throws -> Response {
        let request = try HoldRequest(call.body.readableBytesView)
        let (engine, clock, channel) = (call.services.engine, call.services.clock, call.parameters[0])
        let actor = call.actor
        let author = request.author ?? call.sender
        try await call.services.commits.perform(needing: .certainty) { session in
            try engine.hold(channel, author: author, comment: request.comment, session, now: clock.now)
            try session.audit(.hold, by: actor, detail: "channel \(channel)", at: clock.now)
        }
        call.services.logger.notice("channel held", metadata: ["channel": .string(channel), "author": .string(author)])
        call.services.scheduler.expect(clock.now)
        return try await channelAnswer(channel, call)
    }

    private static func release(_ call: Route.Call) async throws -> Response {
        let request = try HoldRequest(call.body.readableBytesView)
        let (engine, clock, channel) = (call.services.engine, call.services.clock, call.parameters[0])
        let actor = call.actor
        try await call.services.commits.perform(needing: .certainty) { session in
            try engine.releaseHold(channel, session)
            try session.audit(.release, by: actor, detail: "channel \(channel)", at: clock.now)
        }
        call.services.logger.notice(
            "channel released",
            metadata: ["channel": .string(channel), "author": .string(request.author ?? call.sender)])
        call.services.scheduler.expect(clock.now)
        return try await channelAnswer(channel, call)
    }

    private static func channelAnswer(_ name: String, _ call: Route.Call) async throws -> Response {
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        guard let channel = policy.channel(name) else { throw Problem(.notFound, "There is no channel “\(name)”.") }
        return .json(
            try await call.services.store.read { session in
                let hold = try session.holds().first { $0.channel == name }
                return ChannelAnswer(
                    channel,
                    hold: hold.map { ChannelAnswer.Hold(at: $0.since, author: $0.author, comment: $0.comment) },
                    pending: try session.plannedCount(channel: name))
            })
    }

    private static func listTopics(_ call: Route.Call) async throws -> Response {
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        // Who stopped a topic, and why, is for operators.
        let holds = call.grant != nil ? [] : try await call.services.store.read { try $0.topicHolds() }
        return .json(Page(items: policy.topics.map { TopicAnswer($0, among: holds) }, nextCursor: nil))
    }

    private static func holdTopic(_ call: Route.Call) async throws -> Response {
        let request = try HoldRequest(call.body.readableBytesView)
        let (engine, clock, topic) = (call.services.engine, call.services.clock, call.parameters[0])
        let actor = call.actor
        let author = request.author ?? call.sender
        try await call.services.commits.perform(needing: .certainty) { session in
            try engine.hold(topic: topic, author: author, comment: request.comment, session, now: clock.now)
            try session.audit(.hold, by: actor, detail: "topic \(topic)", at: clock.now)
        }
        call.services.logger.notice("topic held", metadata: ["topic": .string(topic), "author": .string(author)])
        call.services.scheduler.expect(clock.now)
        return try await topicAnswer(topic, call)
    }

    private static func releaseTopic(_ call: Route.Call) async throws -> Response {
        let request = try HoldRequest(call.body.readableBytesView)
        let (engine, clock, topic) = (call.services.engine, call.services.clock, call.parameters[0])
        let actor = call.actor
        try await call.services.commits.perform(needing: .certainty) { session in
            try engine.releaseHold(topic: topic, session)
            try session.audit(.release, by: actor, detail: "topic \(topic)", at: clock.now)
        }
        call.services.logger.notice(
            "topic released",
            metadata: ["topic": .string(topic), "author": .string(request.author ?? call.sender)])
        call.services.scheduler.expect(clock.now)
        return try await topicAnswer(topic, call)
    }

    private static func topicAnswer(_ name: String, _ call: Route.Call) async throws -> Response {
        let policy = call.services.loaded.withLock { $0.configuration.policy }
        guard let topic = policy.topic(name) else { throw Problem(.notFound, "There is no topic “\(name)”.") }
        return .json(TopicAnswer(topic, among: try await call.services.store.read { try $0.topicHolds() }))
    }

    private static func watch(_ call: Route.Call, _ responder: Responder) throws {
        let query = try WatchQuery(call.query(), lastEventID: call.head.headers.first(name: "last-event-id"))
        guard let stream = responder.stream(.ok, "text/event-stream", headers: [("Cache-Control", "no-store")]) else {
            return
        }
        call.services.watchers.add(stream, since: query.since)
    }
}

extension TopicAnswer {
    fileprivate init(_ topic: Topic, among holds: [TopicHold]) {
        self.init(
            topic,
            hold: holds.first { $0.topic == topic.name }.map {
                ChannelAnswer.Hold(at: $0.since, author: $0.author, comment: $0.comment)
            })
    }
}
