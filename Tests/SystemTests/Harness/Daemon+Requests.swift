import Foundation
import TactAPI
import TactCore
import Testing

/// An answer of the daemon.
struct Reply: Sendable, CustomStringConvertible {
    let status: Int
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    /// null, if it is no JSON.
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
    /// The body's lines, each read as JSON.
    var lines: [JSON] { body.split(separator: 0x0A).map { (try? JSON(parsing: $0)) ?? .null } }
    /// The kind of a problem.
    var problem: ProblemKind? { json["type"]?.stringValue.flatMap(ProblemKind.init(type:)) }
    /// What a problem points at.
    var pointers: [String] { (json["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue } }
    var description: String { "\(status) \(text.prefix(2000))" }

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }

    subscript(name: String) -> JSON? { json[name] }
}

enum Verb: String, Sendable, CaseIterable {
    case get, post, put, patch, delete

    var name: String { rawValue.uppercased() }
}

/// The requests that tests make.
extension Daemon {
    func call(
        _ verb: Verb, _ target: String, body: [UInt8] = [], type: String? = nil, headers: [(String, String)] = []
    ) async throws -> Reply {
        let fields = headers + (type.map { [("Content-Type", $0)] } ?? [])
        let request =
            switch verb {
            case .get: ClientRequest(.GET, target: target, headers: fields, body: body)
            case .post: ClientRequest(.POST, target: target, headers: fields, body: body)
            case .put: ClientRequest(.PUT, target: target, headers: fields, body: body)
            case .patch: ClientRequest(.PATCH, target: target, headers: fields, body: body)
            case .delete: ClientRequest(.DELETE, target: target, headers: fields, body: body)
            }
        let response = try await client.send(request)
        return Reply(
            status: response.status, headers: response.head.headers.map { ($0.name, $0.value) }, body: response.body)
    }

    func call(_ verb: Verb, _ target: String, _ body: JSON) async throws -> Reply {
        try await call(verb, target, body: body.encoded(), type: "application/json")
    }

    func get(_ target: String) async throws -> Reply { try await call(.get, target) }
    func delete(_ target: String) async throws -> Reply { try await call(.delete, target) }
    func post(_ target: String) async throws -> Reply { try await call(.post, target) }
    func post(_ target: String, _ body: JSON) async throws -> Reply { try await call(.post, target, body) }
    func put(_ target: String, _ body: JSON) async throws -> Reply { try await call(.put, target, body) }
    func patch(_ target: String, _ body: JSON) async throws -> Reply { try await call(.patch, target, body) }

    // MARK: Messages

    /// Submits a message about "news" and expects it to be taken.
    @discardableResult
    func submit(
        to recipient: String, topic: String = "news", _ more: JSONObject = [:],
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> JSON {
        var body = more
        body["recipient"] = .string(recipient)
        if body["topic"] == nil { body["topic"] = .string(topic) }
        let reply = try await post("/v1/messages", .object(body))
        #expect(reply.status == 201, "\(reply)", sourceLocation: location)
        return reply.json
    }

    /// A message as it stands.
    func message(_ id: String) async throws -> JSON { try await get("/v1/messages/\(id)").json }

    func state(_ id: String) async throws -> String { try await message(id)["state"]?.stringValue ?? "gone" }

    func bulk(_ lines: [JSON], query: String = "") async throws -> Reply {
        let body = Array(lines.map { $0.encoded() + [0x0A] }.joined())
        return try await call(.post, "/v1/messages" + query, body: body, type: "application/x-ndjson")
    }

    /// All messages in a state, page by page.
    func ids(state: String) async throws -> Set<String> {
        var ids: Set<String> = []
        var cursor = ""
        repeat {
            let page = try await get("/v1/messages?state=\(state)&limit=1000\(cursor)").json
            ids.formUnion(page["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? [])
            cursor = page["next_cursor"]?.stringValue.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        return ids
    }

    /// How many messages are in each state.
    func counts() async throws -> [String: Int] {
        let states = try await get("/v1/status").json["messages"]?.objectValue ?? [:]
        return Dictionary(
            states.members.map { ($0.name, Int($0.value.integerValue ?? -1)) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: Workers

    /// A message in a worker's hands.
    struct Lease: Sendable, Hashable {
        let id: String
        let lease: String
        let recipient: String
        let channel: String
        let attempt: Int

        init?(_ json: JSON) {
            guard let id = json["id"]?.stringValue, let lease = json["lease"]?.stringValue,
                let recipient = json["recipient"]?.stringValue, let channel = json["channel"]?.stringValue,
                let attempt = json["attempt"]?.integerValue
            else { return nil }
            self.id = id
            self.lease = lease
            self.recipient = recipient
            self.channel = channel
            self.attempt = Int(attempt)
        }
    }

    func lease(
        _ channels: [String] = ["email"], max: Int = 1, for length: String = "60s", wait: String = "0s"
    ) async throws -> [Lease] {
        let reply = try await post(
            "/v1/leases",
            [
                "channels": .array(channels.map(JSON.string)), "max": .integer(Int64(max)), "lease": .string(length),
                "wait": .string(wait),
            ])
        guard reply.status == 200 else { throw UnexpectedReply(reply: reply) }
        return (reply["messages"]?.arrayValue ?? []).compactMap(Lease.init)
    }

    /// Reports one outcome. Answers the result and the state.
    @discardableResult
    func report(
        _ lease: Lease, _ outcome: String, _ more: JSONObject = [:]
    ) async throws -> (result: String, state: String?) {
        var item = more
        item["id"] = .string(lease.id)
        item["lease"] = .string(lease.lease)
        item["outcome"] = .string(outcome)
        return try await result(of: post("/v1/leases/outcomes", ["outcomes": [.object(item)]]))
    }

    @discardableResult
    func extend(_ lease: Lease, for length: String) async throws -> (result: String, state: String?) {
        try await result(
            of: post(
                "/v1/leases/extend",
                ["leases": [["id": .string(lease.id), "lease": .string(lease.lease)]], "lease": .string(length)]))
    }

    private func result(of reply: Reply) throws -> (result: String, state: String?) {
        guard reply.status == 200, let first = reply["results"]?[0], let result = first["result"]?.stringValue else {
            throw UnexpectedReply(reply: reply)
        }
        return (result, first["state"]?.stringValue)
    }
}

struct UnexpectedReply: Error, CustomStringConvertible {
    let reply: Reply
    var description: String { "unexpected answer: \(reply)" }
}
