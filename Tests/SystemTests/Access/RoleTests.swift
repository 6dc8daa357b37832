import TactAPI
import TactCore
import Testing

/// Who may do what, with peers that really are others. Without root nobody can be another: then these tests say so
/// and do not run.
@Suite(.enabled(if: Someone.isPossible, "only root can connect as other users; run these tests as root"))
struct RoleTests {
    private static let people: [(role: String, someone: Someone)] = [
        ("submit", Someone(60_001)), ("work", Someone(60_002)), ("preferences", Someone(60_003)),
        ("operate", Someone(60_004)), ("administer", Someone(60_005)), ("nobody", Someone(60_006)),
    ]

    private static let access = """
        submit = ["60001", "user:60011"]
        work = [60002]
        preferences = ["user:60003"]
        operate = ["group:60004"]
        administer = ["60005"]
        """

    /// One line of the OpenAPI document.
    private struct Endpoint: Sendable {
        let verb: Verb
        let path: String
        let roles: Set<String>

        /// The path, with something in its open places.
        var target: String {
            path.replacing("{id}", with: "someone").replacing("{name}", with: "email").replacing(
                "{subject}", with: "order"
            ).replacing("{record}", with: "1")
        }

        func isOpen(to role: String) -> Bool {
            if roles == ["none"] { return true }
            // What links allow is for links to say; see LinkTests.
            if role == "preferences" || roles == ["preferences"] { return false }
            return role == "administer" || roles.contains(role)
        }
    }

    private func endpoints(_ daemon: Daemon) async throws -> [Endpoint] {
        let paths = try #require(try await daemon.get("/v1/openapi.json").json["paths"]?.objectValue)
        var endpoints: [Endpoint] = []
        for path in paths.members {
            for (verb, operation) in Verb.allCases.map({ ($0, path.value[$0.rawValue]) }) {
                guard let role = operation?["x-tact-role"] else { continue }
                let roles = role.arrayValue?.compactMap(\.stringValue) ?? [role.stringValue ?? ""]
                endpoints.append(Endpoint(verb: verb, path: path.name, roles: Set(roles)))
            }
        }
        return endpoints
    }

    @Test func everyEndpointIsOpenToItsRolesAndToNobodyElse() async throws {
        try await Daemon.run(access: RoleTests.access) { daemon in
            let endpoints = try await endpoints(daemon)
            #expect(endpoints.count >= 30)
            for (role, someone) in RoleTests.people {
                for endpoint in endpoints {
                    // A watch never ends: the head of its answer is all that is read.
                    let connection = try await someone.connect(daemon)
                    let status = try await onThread {
                        try connection.sendRequest(endpoint.verb.name, endpoint.target)
                        return try connection.readHead().status
                    }
                    #expect(
                        (status != 403) == endpoint.isOpen(to: role),
                        "\(endpoint.verb.name) \(endpoint.path) as \(role): \(status)")
                }
            }
        }
    }

    @Test func aRefusalNamesTheRoleThatIsMissing() async throws {
        try await Daemon.run(access: RoleTests.access) { daemon in
            let reply = try await Someone(60_006).call(daemon, .get, "/v1/recipients")
            #expect(reply.status == 403)
            #expect(reply.problem == .forbidden)
            #expect(reply["detail"]?.stringValue?.contains("operate") == true, "\(reply)")
            // A large body is not waited for.
            let connection = try await Someone(60_006).connect(daemon)
            let refused = try await onThread {
                try connection.send("PUT /v1/recipients/ann HTTP/1.1\r\nHost: t\r\nContent-Length: 1000000\r\n\r\n")
                return try connection.readReply()
            }
            #expect(refused.status == 403)
        }
    }

    @Test func sendersSeeAndCancelTheirOwnMessagesOnly() async throws {
        try await Daemon.run(access: RoleTests.access) { daemon in
            let (one, other) = (Someone(60_001), Someone(60_011))
            let body = #"{"recipient":"ann","topic":"news","idempotency_key":"k","collapse_key":"c"}"#
            let first = try await one.call(daemon, .post, "/v1/messages", json: body)
            #expect(first.status == 201)
            let id = try #require(first["id"]?.stringValue)
            // Keys are each sender's own.
            let second = try await other.call(daemon, .post, "/v1/messages", json: body)
            #expect(second.status == 201)
            #expect(try await one.call(daemon, .get, "/v1/messages/\(id)")["state"] == "pending")

            for (verb, target, json) in [
                (Verb.get, "/v1/messages/\(id)", nil), (.delete, "/v1/messages/\(id)", nil),
                (.get, "/v1/messages/\(id)/explanation", nil), (.patch, "/v1/messages/\(id)", #"{"urgency":"high"}"#),
            ] {
                let reply = try await other.call(daemon, verb, target, json: json)
                #expect(reply.status == 404, "\(verb.name) \(target): \(reply)")
            }
            let list = try await other.call(daemon, .get, "/v1/messages")
            #expect(list["items"]?.arrayValue?.map { $0["id"] } == [second["id"]])
            #expect(try await other.call(daemon, .get, "/v1/messages?sender=60001").status == 403)
            #expect(try await other.call(daemon, .delete, "/v1/messages?sender=60001").status == 403)
            #expect(try await other.call(daemon, .delete, "/v1/messages?topic=news")["cancelled"] == 1)
            #expect(try await daemon.state(id) == "pending")

            let operate = Someone(60_004)
            #expect(try await operate.call(daemon, .get, "/v1/messages?sender=60001")["items"]?.arrayValue?.count == 1)
            let cancelled = try await operate.call(daemon, .delete, "/v1/messages/\(id)")
            #expect(cancelled["reason"] == "cancelled_by_operator")
        }
    }

    @Test func usersAndGroupsAreKnownByNameAndNumberAndEveryGroupCounts() async throws {
        let user = try #require(Someone.uid(of: "daemon"), "there is no user daemon")
        let group = try #require(Someone.gid(ofGroup: "mail"), "there is no group mail")
        let access = """
            submit = ["user:daemon", "group:mail", "group:60050"]
            """
        try await Daemon.run(access: access) { daemon in
            let body = #"{"recipient":"ann","topic":"news"}"#
            let many = (70_000..<70_200).map { UInt32($0) }
            for (who, someone, isKnown) in [
                ("a user by name", Someone(user), true), ("a primary group", Someone(60_020, gid: group), true),
                ("a supplementary group", Someone(60_020, groups: [5, group, 60_099]), true),
                ("a group by number", Someone(60_020, groups: [60_050]), true),
                ("the last of many groups", Someone(60_020, groups: many + [group]), true),
                ("a stranger", Someone(60_020), false),
                ("a user whose group has that number", Someone(60_050, gid: 60_051), false),
                ("many other groups", Someone(60_020, groups: many), false),
            ] {
                let reply = try await someone.call(daemon, .post, "/v1/messages", json: body)
                #expect(reply.status == (isKnown ? 201 : 403), "\(who): \(reply)")
            }
            let senders = try await daemon.get("/v1/messages").json["items"]?.arrayValue?.compactMap {
                $0["sender"]?.stringValue
            }
            #expect(Set(senders ?? []) == ["daemon", "60020"], "names where there are any, else numbers")
        }
    }

    @Test func whoHasNoRoleCannotLockTheOthersOut() async throws {
        try await Daemon.run(access: RoleTests.access) { daemon in
            let strangers = (60_100..<60_130).map { Someone($0) }
            var held: [RawConnection] = []
            for stranger in strangers {
                for _ in 0..<40 { held.append(try await stranger.connect(daemon)) }
            }
            #expect(held.count == 1200)
            #expect(try await daemon.get("/v1/status").status == 200)
            #expect(try await Someone(60_001).call(daemon, .get, "/v1/messages").status == 200)
            // It is told so at once, before it asks for anything.
            let late = try await strangers[29].connect(daemon)
            let refused = try await onThread { try late.readReply() }
            late.close()
            #expect(refused.status == 503 && refused.problem == .tooManyConnections, "\(refused)")
            for connection in held { connection.close() }
        }
    }

    @Test func aReloadGivesAndTakesRolesAlsoOnOpenConnections() async throws {
        try await Daemon.run(access: #"submit = ["60001"]"#) { daemon in
            let connection = try await Someone(60_001).connect(daemon)
            @Sendable func status() async throws -> Int {
                try await onThread {
                    try connection.sendRequest("GET", "/v1/messages")
                    return try connection.readReply().status
                }
            }
            #expect(try await status() == 200)
            for (access, expected) in [(#"submit = ["60002"]"#, 403), (#"submit = ["60001"]"#, 200)] {
                try daemon.configure(Policies.plain, access: access)
                #expect(try await daemon.post("/v1/policy/reload").status == 200)
                #expect(try await status() == expected)
            }
        }
    }
}
