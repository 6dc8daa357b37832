import TactAPI
import TactCore
import Testing

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
