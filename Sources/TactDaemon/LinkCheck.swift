import NIOCore
import NIOHTTP1
import TactAPI
import TactCore
import TactEngine
import TactStore

/// Whether a link is good for a request. Whatever is wrong with it, the answer is the same, after the same steps.
struct LinkCheck: Sendable {
    let services: Services

    static let refusal = Problem(
        .linkRefused,
        "The link is not valid, not valid any more, or not for this. Whoever sent it can send a new one.")

    /// Asked about where a token says nothing. Nobody has that number, whoever may be called so.
    private static let nobody = Grant(
        scope: .preferences, recipient: "nobody", holder: 0, issued: .distantPast, expires: .distantPast, number: 0)

    /// What a token allows, if its recipient is still who they were and it was neither revoked nor used up; and the number
    /// of the recipient. A link to unsubscribe, which went out with a message, is good for as long as there is anybody of
    /// its id: it can do no more than withdraw, and that has to work whatever became of other links and of the database.
    ///
    /// - Returns: a grant also where there is none, with no holder, so that what follows takes the same steps.
    func grant(_ token: String) async throws -> (grant: Grant, holder: Int64?) {
        let opened = services.links.open(token, now: services.clock.now)
        let asked = opened ?? LinkCheck.nobody
        let holder = try await services.store.read { session -> Int64? in
            // All of these are asked, whatever the first of them says.
            let number = try session.recipientNumber(asked.recipient)
            let issue = try session.linkIssue(of: asked.holder)
            let isUsedUp = try session.isLinkUsedUp(asked.number)
            switch asked.scope {
            case .unsubscribe: return number
            case .preferences: return number == asked.holder && issue == asked.issue && !isUsedUp ? number : nil
            }
        }
        return (asked, opened == nil ? nil : holder)
    }

    /// Refuses what the link is not for.
    func check(_ grant: Grant, _ route: Route, _ parameters: [String], _ body: ByteBuffer) throws(Problem) {
        guard route.roles.contains(.preferences) else { throw LinkCheck.refusal }
        // Byte by byte: ids that look the same may be those of two people.
        if route.path.hasPrefix("/v1/recipients/{id}"),
            !(parameters.first ?? "").utf8.elementsEqual(grant.recipient.utf8)
        {
            throw LinkCheck.refusal
        }
        switch grant.scope {
        case .preferences: return
        case .unsubscribe:
            if route.method == .GET, route.path == "/v1/link" { return }
            guard route.method == .POST, route.path == "/v1/recipients/{id}/consents",
                let record = try? JSON(body: body.readableBytesView),
                let topic = record["topic"]?.stringValue, topic.utf8.elementsEqual((grant.topic ?? "").utf8),
                record["state"]?.stringValue == "withdrawn", record["channel"]?.isNull ?? true
            else { throw LinkCheck.refusal }
        }
    }

    /// Runs what changes something, for which a link that works once is used up; unless it is refused.
    func using(_ grant: Grant, _ method: HTTPMethod, _ action: () async throws -> Response) async throws -> Response {
        guard grant.isOnce, method != .GET else { return try await action() }
        let clock = services.clock
        let isFirst = try await services.commits.perform { session in
            try session.useUpLink(grant.number, until: grant.expires, now: clock.now)
        }
        guard isFirst else { throw LinkCheck.refusal }
        do {
            return try await action()
        } catch {
            try await services.commits.perform(needing: .certainty) { try $0.giveBackLink(grant.number) }
            throw error
        }
    }
}

extension Route.Call {
    /// In the transaction that changes something: whoever came with a link is still who they were, and not erased since.
    func confirm(_ session: Session) throws {
        guard let grant else { return }
        guard let holder, try session.recipientNumber(grant.recipient) == holder else { throw LinkCheck.refusal }
    }
}

extension RequestHead {
    /// The token that the request shows; nil: none.
    var linkToken: String? {
        guard let field = headers.first(name: "authorization") else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// Whether the path is about whoever holds the link: `/v1/self/…`.
    var isAboutSelf: Bool { path.count >= 2 && path[0] == "v1" && path[1] == "self" }

    /// The path, with the recipient in place of `self`. Without one, something that fits the same patterns.
    func path(as recipient: String?) -> [String] {
        isAboutSelf ? ["v1", "recipients", recipient ?? "self"] + path.dropFirst(2) : path
    }
}
