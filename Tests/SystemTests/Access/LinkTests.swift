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

    static func token(
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

    static func run(_ body: (Daemon) async throws -> Void) async throws {
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
