import Foundation
import TactAPI
import TactCore
import Testing

/// Links, against a daemon: what they allow, and that everything else has one answer.
@Suite struct LinkTests {
    static let policy = """
        [preferences]
        url = "https://example.org/preferences"
        [[channel]]
        name = "email"
        [[topic]]
        name = "offers"
        title = "Offers for you"
        channels = ["email"]
        [[topic]]
        name = "news"
        consent = "opt_out"
        channels = ["email"]
        [[topic]]
        name = "orders"
        kind = "transactional"
        channels = ["email"]
        """

    private static func token(
        _ daemon: Daemon, _ recipient: String = "ann", _ body: JSONObject = ["scope": "preferences"]
    ) async throws -> String {
        let reply = try await daemon.post("/v1/recipients/\(recipient)/links", .object(body))
        #expect(reply.status == 201, "\(reply)")
        return try #require(reply["token"]?.stringValue)
    }

    private static func unsubscribing(_ topic: String) -> JSONObject {
        ["scope": "unsubscribe", "topic": .string(topic)]
    }

    /// The shape of a refusal, whatever is wrong.
    private static func expectRefusal(
        _ reply: Reply, _ what: String, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(reply.status == 403 && reply.problem == .linkRefused, "\(what): \(reply)", sourceLocation: location)
    }

    private static func run(_ body: (Daemon) async throws -> Void) async throws {
        try await Daemon.run(policy) { daemon in
            for name in ["ann", "ben"] {
                #expect(try await daemon.put("/v1/recipients/\(name)", ["locale": "de"]).status == 200)
            }
            try await body(daemon)
        }
    }

    @Test func aLinkIsForItsRecipientAndTheirThings() async throws {
        try await Self.run { daemon in
            let token = try await Self.token(daemon)
            let ann = ["Authorization": "Bearer \(token)"].map { ($0, $1) }
            for path in ["", "/preferences", "/consents", "/busy", "/timeline", "/messages"] {
                #expect(try await daemon.call(.get, "/v1/self\(path)", headers: ann).status == 200, "\(path)")
                #expect(try await daemon.call(.get, "/v1/recipients/ann\(path)", headers: ann).status == 200, "\(path)")
                Self.expectRefusal(
                    try await daemon.call(.get, "/v1/recipients/ben\(path)", headers: ann), "another's \(path)")
            }
            #expect(try await daemon.call(.get, "/v1/self", headers: ann)["id"] == "ann")
            #expect(try await daemon.call(.get, "/v1/topics", headers: ann).status == 200)
            #expect(try await daemon.call(.get, "/v1/link", headers: ann)["locale"] == "de")
            // We are root; with a link we are Ann.
            for (verb, path) in [
                (Verb.get, "/v1/messages"), (.get, "/v1/recipients"), (.get, "/v1/status"), (.get, "/v1/channels"),
                (.post, "/v1/recipients/ann/links"), (.delete, "/v1/recipients/ann/links"),
                (.post, "/v1/policy/reload"),
                (.post, "/v1/messages"), (.put, "/v1/recipients/ann"), (.post, "/v1/backup"), (.post, "/v1/events"),
            ] {
                Self.expectRefusal(try await daemon.call(verb, path, headers: ann), "\(verb.name) \(path)")
            }
        }
    }

    @Test func manyLinesAtOnceAreNoWayAroundALink() async throws {
        try await Self.run { daemon in
            let line = Array(#"{"recipient":"ben","topic":"orders"}"#.utf8) + [0x0A]
            for token in [try await Self.token(daemon), "x"] {
                let reply = try await daemon.call(
                    .post, "/v1/messages", body: line, type: "application/x-ndjson",
                    headers: [("Authorization", "Bearer \(token)")])
                #expect(reply.status == 403, "\(reply)")
            }
            #expect(try await daemon.get("/v1/messages")["items"]?.arrayValue?.isEmpty == true)
        }
    }

    @Test func whoeverIsCalledAlmostTheSameIsSomebodyElse() async throws {
        try await Self.run { daemon in
            let (composed, decomposed) = ("zo%C3%A9", "zoe%CC%81")
            for name in [composed, decomposed] {
                #expect(try await daemon.put("/v1/recipients/\(name)", [:]).status == 200)
            }
            let link = [("Authorization", "Bearer \(try await Self.token(daemon, composed))")]
            #expect(try await daemon.call(.get, "/v1/recipients/\(composed)", headers: link).status == 200)
            Self.expectRefusal(try await daemon.call(.get, "/v1/recipients/\(decomposed)", headers: link), "another")
        }
    }

    @Test func whateverIsWrongTheAnswerIsTheSame() async throws {
        try await Self.run { daemon in
            let token = try await Self.token(daemon)
            let short = try await Self.token(daemon, "ann", ["scope": "preferences", "expires_in": "1s"])
            let other = try await Self.token(daemon, "ann", Self.unsubscribing("offers"))
            let revoked = try await Self.token(daemon, "ben")
            #expect(try await daemon.delete("/v1/recipients/ben/links").status == 204)
            var replies: [String: Reply] = [:]
            var middle = Array(token)
            middle[60] = middle[60] == "A" ? "B" : "A"
            for (what, wrong) in [
                ("forged", String(middle)), ("cut", String(token.dropLast(5))), ("nothing", ""), ("words", "let me in"),
                ("for another purpose", other), ("revoked", revoked), ("long", String(repeating: "A", count: 6000)),
            ] {
                replies[what] = try await daemon.call(
                    .get, "/v1/self/preferences", headers: [("Authorization", "Bearer \(wrong)")])
            }
            replies["none"] = try await daemon.get("/v1/self/preferences")
            try await eventually(within: 10, "a link of a second expires") {
                let reply = try await daemon.call(
                    .get, "/v1/self/preferences", headers: [("Authorization", "Bearer \(short)")])
                replies["expired"] = reply
                return reply.status != 200
            }
            for (what, reply) in replies { Self.expectRefusal(reply, what) }
            #expect(Set(replies.values.map(\.text)).count == 1, "\(replies.mapValues(\.text))")
            // A new one is good again.
            let fresh = try await Self.token(daemon, "ben")
            #expect(
                try await daemon.call(.get, "/v1/self", headers: [("Authorization", "Bearer \(fresh)")]).status == 200)
        }
    }

    @Test func aLinkThatWorksOnceIsUsedUpByWhatItChangesAndByNothingElse() async throws {
        try await Self.run { daemon in
            let token = try await Self.token(daemon, "ann", ["scope": "preferences", "once": true])
            let once = [("Authorization", "Bearer \(token)")]
            for _ in 0..<3 { #expect(try await daemon.call(.get, "/v1/self", headers: once).status == 200) }
            let bad = try await daemon.call(
                .patch, "/v1/self/preferences", body: Array(#"{"time_zone":"Mars/Olympus"}"#.utf8),
                type: "application/json", headers: once)
            #expect(bad.status == 400, "\(bad)")
            let body = Array(#"{"paused_until":"further_notice"}"#.utf8)
            // Twice at the same moment: one of them acts.
            async let first = daemon.call(
                .patch, "/v1/self/preferences", body: body, type: "application/json", headers: once)
            async let second = daemon.call(
                .patch, "/v1/self/preferences", body: body, type: "application/json", headers: once)
            #expect(try await [first.status, second.status].sorted() == [200, 403])
            Self.expectRefusal(try await daemon.call(.get, "/v1/self", headers: once), "used up")
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["paused_until"] == "further_notice")
        }
    }

    @Test func unsubscribingWithdrawsForItsTopicAndDoesNothingElse() async throws {
        try await Self.run { daemon in
            let token = try await Self.token(daemon, "ann", Self.unsubscribing("news"))
            let link = [("Authorization", "Bearer \(token)")]
            func post(_ body: JSON) async throws -> Reply {
                try await daemon.call(
                    .post, "/v1/self/consents", body: body.encoded(), type: "application/json", headers: link)
            }
            for body: JSON in [
                ["topic": "offers", "state": "withdrawn"], ["topic": "*", "state": "withdrawn"],
                ["topic": "news", "state": "granted"], ["topic": "news", "state": "withdrawn", "channel": "email"],
                ["topic": "news"], [], "x",
            ] {
                Self.expectRefusal(try await post(body), "\(body)")
            }
            for path in ["", "/preferences", "/consents", "/messages", "/export"] {
                Self.expectRefusal(try await daemon.call(.get, "/v1/self\(path)", headers: link), "reading \(path)")
            }
            #expect(try await daemon.call(.get, "/v1/link", headers: link)["topic"]?["name"] == "news")
            #expect(try await daemon.get("/v1/recipients/ann/consents")["items"]?.arrayValue?.count == 0)
            #expect(try await post(["topic": "news", "state": "withdrawn"]).status == 201)
            #expect(try await daemon.submit(to: "ann")["state"] == "suppressed")
            // Said again, it is what it was.
            #expect(try await post(["topic": "news", "state": "withdrawn"]).status == 200)
            #expect(try await daemon.get("/v1/recipients/ann/consents")["items"]?.arrayValue?.count == 1)
        }
    }

    @Test func unsubscribingOutlivesRevocationsAndTheDatabaseItCameFrom() async throws {
        try await Self.run { daemon in
            let out = [("Authorization", "Bearer \(try await Self.token(daemon, "ann", Self.unsubscribing("news")))")]
            let page = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            #expect(try await daemon.call(.get, "/v1/link", headers: out)["expires_at"] == .null)
            for _ in 0..<2 { #expect(try await daemon.delete("/v1/recipients/ann/links").status == 204) }
            Self.expectRefusal(try await daemon.call(.get, "/v1/link", headers: page), "revoked")
            #expect(try await daemon.call(.get, "/v1/link", headers: out).status == 200)
            let fresh = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            #expect(try await daemon.call(.get, "/v1/link", headers: fresh).status == 200)
            // A backup takes the database's place.
            let backup = try await daemon.post("/v1/backup")
            try await daemon.stop()
            for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: daemon.database + end) }
            try Data(backup.body).write(to: URL(fileURLWithPath: daemon.database))
            try await daemon.start()
            Self.expectRefusal(try await daemon.call(.get, "/v1/link", headers: fresh), "of the life before")
            let again = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            #expect(try await daemon.call(.get, "/v1/link", headers: again).status == 200)
            let body = JSON.object(["topic": "news", "state": "withdrawn"]).encoded()
            let done = try await daemon.call(
                .post, "/v1/self/consents", body: body, type: "application/json", headers: out)
            #expect(done.status == 201, "\(done)")
            #expect(try await daemon.submit(to: "ann")["state"] == "suppressed")
        }
    }

    @Test func whatTheyRemoveAndCorrectOnThePageComesBackOnlyIfTheyAllowIt() async throws {
        try await Self.run { daemon in
            let declared: JSON = [
                "addresses": ["email": "ann@example.org"],
                "attributes": ["name": ["value": "Ane"], "size": ["value": 41]],
            ]
            #expect(try await daemon.put("/v1/recipients/ann", declared)["ignored"] == [])
            let link = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            func call(_ verb: Verb, _ path: String, _ body: JSON) async throws -> Reply {
                try await daemon.call(
                    verb, "/v1/self\(path)", body: body.encoded(), type: "application/json", headers: link)
            }
            let change: JSON = [
                "attributes": ["name": ["value": "Ann"], "size": .null], "addresses": ["email": .null],
            ]
            #expect(try await call(.patch, "", change).status == 200)
            let again = try await daemon.put("/v1/recipients/ann", declared)
            #expect(
                again["ignored"]?.arrayValue?.map { $0["pointer"] }
                    == ["/attributes/name", "/attributes/size", "/addresses/email"], "\(again)")
            #expect(again["corrected"] == ["name"] && again["removed"]?["addresses"]?["email"] != nil)
            #expect(again["attributes"]?["name"]?["value"] == "Ann" && again["attributes"]?["size"] == nil)
            #expect(try await daemon.post("/v1/recipients/ann/allow", ["attributes": ["size"]]).status == 403)
            #expect(try await call(.post, "/allow", ["attributes": ["size"]]).status == 200)
            #expect(try await daemon.put("/v1/recipients/ann", declared)["attributes"]?["size"]?["value"] == 41)
        }
    }

    @Test func anAddressIsOpenedAgainByWhoeverMaySayThatItWorks() async throws {
        try await Self.run { daemon in
            #expect(try await daemon.put("/v1/recipients/ann", ["addresses": ["email": "a@b.c"]]).status == 200)
            let link = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            for headers in [[], link] {
                let bounced = try await daemon.post(
                    "/v1/events", ["type": "bounced", "hard": true, "recipient": "ann", "channel": "email"])
                #expect(bounced["closed_address"] == "email", "\(bounced)")
                let again = try await daemon.put("/v1/recipients/ann", ["addresses": ["email": "A@B.C"]])
                #expect(again["ignored"]?[0]?["reason"] == "closed" && again["closed_addresses"] == ["email"])
                let opened = try await daemon.call(
                    .post, "/v1/recipients/ann/addresses/email/reopen", headers: headers)
                #expect(opened.status == 200 && opened["closed_addresses"] == [], "\(opened)")
            }
            let audit = try await daemon.get("/v1/audit")["items"]?.arrayValue ?? []
            #expect(audit.filter { $0["action"] == "reopen" }.count == 1, "the operator's")
        }
    }

    @Test func aCopyIsWrittenDownOnceHoweverOftenABrowserAsks() async throws {
        try await Self.run { daemon in
            let link = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            for _ in 0..<3 {
                #expect(try await daemon.call(.get, "/v1/self/export", headers: link).status == 200)
            }
            let audit = try await daemon.get("/v1/audit")["items"]?.arrayValue ?? []
            #expect(audit.filter { $0["action"] == "export" }.count == 1)
        }
    }

    @Test func whoAgreesByALinkIsInTheAuditLog() async throws {
        try await Self.run { daemon in
            let link = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            for (topic, state) in [("offers", "granted"), ("news", "withdrawn")] {
                let body = JSON.object(["topic": .string(topic), "state": .string(state)]).encoded()
                let reply = try await daemon.call(
                    .post, "/v1/self/consents", body: body, type: "application/json", headers: link)
                #expect(reply.status == 201, "\(reply)")
            }
            let audit = try await daemon.get("/v1/audit")["items"]?.arrayValue ?? []
            let consents = audit.filter { $0["action"] == "consent" }
            #expect(consents.map { $0["detail"] } == ["granted offers"])
            #expect(consents.first?["role"] == "preferences" && consents.first?["target"]?.stringValue != nil)
        }
    }

    @Test func quietHoursAreTriedOutWithoutAnyChange() async throws {
        try await Self.run { daemon in
            let once = try await Self.token(daemon, "ann", ["scope": "preferences", "once": true])
            let link = [("Authorization", "Bearer \(once)")]
            #expect(try await daemon.put("/v1/recipients/ann", ["time_zone": "UTC"]).status == 200)
            func blocked(_ query: String) async throws -> [JSON?] {
                let range = "from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z"
                let reply = try await daemon.call(.get, "/v1/self/timeline?\(range)\(query)", headers: link)
                #expect(reply.status == 200, "\(reply)")
                return (reply["blocked"]?.arrayValue ?? []).map { $0["start"] }
            }
            let trial = "%5B%7B%22days%22:%5B%22mon%22%5D,%22start%22:%2209:00%22,%22end%22:%2210:00%22%7D%5D"
            #expect(try await blocked("&quiet_hours=" + trial) == ["2026-11-23T09:00:00.000Z"])
            #expect(try await blocked("&quiet_hours=null") == [])
            #expect(try await blocked("") == [])
            let wrong = try await daemon.call(.get, "/v1/self/timeline?quiet_hours=%5B%7B%7D%5D", headers: link)
            #expect(wrong.status == 400 && wrong.pointers.allSatisfy { $0.hasPrefix("/quiet_hours/0/") }, "\(wrong)")
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["quiet_hours"] == nil)
        }
    }

    @Test func aMessageCarriesItsWayOut() async throws {
        try await Self.run { daemon in
            try await daemon.submit(to: "ann", topic: "news")
            try await daemon.submit(to: "ann", topic: "orders")
            let leased = try await daemon.post("/v1/leases", ["channels": ["email"], "max": 10])
            let messages = leased["messages"]?.arrayValue ?? []
            #expect(messages.count == 2)
            let news = try #require(messages.first { $0["topic"] == "news" }?["unsubscribe"]?.stringValue)
            #expect(messages.first { $0["topic"] == "orders" }?["unsubscribe"] == nil, "there is nothing to withdraw")
            let start = "https://example.org/preferences/u/"
            #expect(news.hasPrefix(start) && !news.contains("ann"))
            let link = [("Authorization", "Bearer \(news.dropFirst(start.count))")]
            let facts = try await daemon.call(.get, "/v1/link", headers: link)
            #expect(facts["scope"] == "unsubscribe" && facts["topic"]?["name"] == "news", "\(facts)")
        }
    }

    @Test func withALinkWhatIsKnownIsCorrectedAndAddressesAreOnlyRemoved() async throws {
        try await Self.run { daemon in
            let declared: JSON = [
                "addresses": ["email": "ann@example.org"],
                "attributes": ["name": ["value": "Ane", "source": "declared"]],
            ]
            #expect(try await daemon.put("/v1/recipients/ann", declared).status == 200)
            let link = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            func patch(_ body: JSON) async throws -> Reply {
                try await daemon.call(
                    .patch, "/v1/self", body: body.encoded(), type: "application/merge-patch+json", headers: link)
            }
            for body: JSON in [
                ["addresses": ["email": "eve@example.org"]], ["country": "FR"], ["quiet_hours": []],
                ["paused_until": .null], ["attributes": .null, "time_zone": "Europe/Paris"],
            ] {
                #expect(try await patch(body).status == 400, "\(body)")
            }
            #expect(try await patch(["attributes": ["name": ["value": "Ann", "source": "declared"]]]).status == 200)
            #expect(try await patch(["addresses": ["email": .null]]).status == 200)
            let ann = try await daemon.get("/v1/recipients/ann")
            #expect(ann["attributes"]?["name"]?["value"] == "Ann" && ann["addresses"]?["email"] == nil)
        }
    }

    @Test func whoErasesThemselvesIsGoneAndTheirLinksWithThem() async throws {
        try await Self.run { daemon in
            let link = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            let copy = try await daemon.call(.get, "/v1/self/export", headers: link)
            #expect(copy.status == 200 && copy.text.contains("ann"), "\(copy)")
            Self.expectRefusal(
                try await daemon.call(.get, "/v1/recipients/ben/export", headers: link), "another's export")
            Self.expectRefusal(try await daemon.call(.delete, "/v1/recipients/ben", headers: link), "another's end")
            #expect(try await daemon.call(.delete, "/v1/self", headers: link).status == 204)
            Self.expectRefusal(try await daemon.call(.get, "/v1/self", headers: link), "after the end")
            // Who comes again under that name is somebody else.
            #expect(try await daemon.put("/v1/recipients/ann", [:]).status == 200)
            Self.expectRefusal(try await daemon.call(.get, "/v1/self", headers: link), "as somebody else")
        }
    }

    @Test func aRestartKeepsLinksGoodAndUsedOnesBad() async throws {
        try await Self.run { daemon in
            let link = [("Authorization", "Bearer \(try await Self.token(daemon))")]
            let once = try await Self.token(daemon, "ann", ["scope": "preferences", "once": true])
            let used = [("Authorization", "Bearer \(once)")]
            let body = Array(#"{"locale":"fr"}"#.utf8)
            let first = try await daemon.call(
                .patch, "/v1/self/preferences", body: body, type: "application/json", headers: used)
            #expect(first.status == 200, "\(first)")
            try await daemon.stop()
            try await daemon.start()
            #expect(try await daemon.call(.get, "/v1/self", headers: link).status == 200)
            Self.expectRefusal(try await daemon.call(.get, "/v1/self", headers: used), "used up before the restart")
        }
    }

    @Test func whatALinkIsForMustBeSaid() async throws {
        try await Self.run { daemon in
            for (body, pointer): (JSON, String) in [
                ([:], "/scope"), (["scope": "all"], "/scope"), (["scope": "unsubscribe"], "/topic"),
                (["scope": "unsubscribe", "topic": "nothing"], "/topic"),
                (["scope": "preferences", "topic": "news"], "/topic"),
                (["scope": "preferences", "expires_in": "0s"], "/expires_in"),
                (["scope": "preferences", "expires_in": "401d"], "/expires_in"),
                (["scope": "unsubscribe", "topic": "news", "expires_in": "1d"], "/expires_in"),
                (["scope": "unsubscribe", "topic": "news", "once": true], "/once"),
                (["scope": "preferences", "once": "yes"], "/once"), (["scope": "preferences", "for": 1], "/for"),
            ] {
                let reply = try await daemon.post("/v1/recipients/ann/links", body)
                #expect(reply.status == 400 && reply.pointers == [pointer], "\(reply)")
            }
            let nobody = try await daemon.post("/v1/recipients/zoe/links", ["scope": "preferences"])
            #expect(nobody.status == 404)
        }
    }
}

/// The same as another user, whose only role is `preferences`.
@Suite(.enabled(if: Someone.isPossible, "only root can connect as other users; run these tests as root"))
struct LinkRoleTests {
    @Test func thePagesHaveWhatLinksAllowAndNothingElse() async throws {
        try await Daemon.run(LinkTests.policy, access: "preferences = [60003]\nsubmit = [60001]") { daemon in
            #expect(try await daemon.put("/v1/recipients/ann", [:]).status == 200)
            let made = try await daemon.post("/v1/recipients/ann/links", ["scope": "preferences"])
            let token = try #require(made["token"]?.stringValue)
            @Sendable func status(_ uid: UInt32, _ method: String, _ target: String, _ token: String?) async throws
                -> Int
            {
                let connection = try await Someone(uid).connect(daemon)
                defer { connection.close() }
                return try await onThread {
                    let field = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
                    try connection.send("\(method) \(target) HTTP/1.1\r\nHost: t\r\n\(field)Content-Length: 0\r\n\r\n")
                    return try connection.readHead().status
                }
            }
            let endpoints = OpenAPI.endpoints.filter { $0.roles != ["none"] }
            #expect(endpoints.count > 40)
            for endpoint in endpoints {
                let target = endpoint.path.replacing("{id}", with: "ann").replacing("{name}", with: "email")
                    .replacing("{subject}", with: "x").replacing("{message}", with: "x").replacing(
                        "{record}", with: "1")
                let isForPeople = endpoint.roles.contains("preferences")
                // Erasing Ann would end the round.
                if isForPeople, endpoint.method == "DELETE", endpoint.path == "/v1/recipients/{id}" { continue }
                let what = "\(endpoint.method) \(target)"
                #expect(try await status(60_003, endpoint.method, target, nil) == 403, "\(what) without a link")
                let with = try await status(60_003, endpoint.method, target, token)
                #expect((with != 403) == isForPeople, "\(what) with a link: \(with)")
                // Who is not the pages has no use for a link.
                if !endpoint.roles.contains("submit") {
                    #expect(try await status(60_001, endpoint.method, target, token) == 403, "\(what) as an app")
                }
            }
        }
    }

    /// A program that sends and serves the pages at once: without `may_grant` it still cannot make up that somebody agreed.
    @Test func nobodyAgreesForAnybodyThroughAnyDoor() async throws {
        let access = "preferences = [60003]\nsubmit = [60003]"
        try await Daemon.run(LinkTests.policy, access: access) { daemon in
            for name in ["ann", "ben"] { #expect(try await daemon.put("/v1/recipients/\(name)", [:]).status == 200) }
            let link = try await daemon.post("/v1/recipients/ben/links", ["scope": "preferences"])
            let token = try #require(link["token"]?.stringValue)
            let someone = Someone(60_003)
            @Sendable func ask(
                _ method: String, _ target: String, _ body: String, type: String = "application/json",
                token: String? = nil
            ) async throws -> Int {
                let connection = try await someone.connect(daemon)
                defer { connection.close() }
                return try await onThread {
                    let field = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
                    try connection.send(
                        "\(method) \(target) HTTP/1.1\r\nHost: t\r\n\(field)Content-Type: \(type)\r\n"
                            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                    return try connection.readHead().status
                }
            }
            let granted = #"{"topic":"offers","state":"granted"}"#
            for (method, target, body) in [
                ("POST", "/v1/recipients/ann/consents", granted), ("POST", "/v1/self/consents", granted),
                ("PUT", "/v1/recipients/ann/preferences", #"{"topics":{"offers":{"enabled":true}}}"#),
                ("PATCH", "/v1/recipients/ann/preferences", #"{"topics":{"offers":{"enabled":true}}}"#),
                ("PATCH", "/v1/recipients/ann", #"{"attributes":{"consent":{"value":true}}}"#),
                ("PUT", "/v1/recipients/ann", #"{"attributes":{"consent":{"value":true}}}"#),
            ] {
                #expect(try await ask(method, target, body) == 403, "\(method) \(target)")
                // With a link of Ben's, Ben may agree, and nobody else.
                if target != "/v1/self/consents" {
                    #expect(try await ask(method, target, body, token: token) == 403, "\(method) \(target)")
                }
            }
            for type in ["opened", "clicked", "converted", "granted", "subscribed"] {
                let body = #"{"type":"\#(type)","recipient":"ann","topic":"offers","subject":"x","state":"granted"}"#
                #expect(try await ask("POST", "/v1/events", body) == 400, "\(type)")
            }
            _ = try await ask("POST", "/v1/events", #"{"type":"converted","recipient":"ann","subject":"x"}"#)
            let line = #"{"recipient":"ann","topic":"offers"}"#
            #expect(
                try await ask("POST", "/v1/messages", #"{"recipient":"ann","topic":"offers","consent":"granted"}"#)
                    == 400)
            #expect(try await ask("POST", "/v1/messages", granted + "\n" + line, type: "application/x-ndjson") == 200)
            #expect(
                try await ask("POST", "/v1/messages", line + "\n", type: "application/x-ndjson", token: token) == 403)
            #expect(
                try await ask("POST", "/v1/recipients/ann/consents", granted.replacing("granted", with: "withdrawn"))
                    == 201)
            let records = try await daemon.get("/v1/recipients/ann/consents")["items"]?.arrayValue ?? []
            #expect(records.map { $0["state"] } == ["withdrawn"], "\(records)")
            #expect(try await daemon.submit(to: "ann", topic: "offers")["state"] == "suppressed")
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["topics"] == [:])
        }
    }
}
