import Foundation
import TactAPI
import TactCore
import Testing

/// Whatever is sent: the right refusal, nothing stored, and the daemon lives.
@Suite struct BadBodyTests {
    /// A place that takes a body, with one that is good.
    struct Place: Sendable {
        let verb: Verb
        let target: String
        let schema: String
        let good: JSON
    }

    /// A daemon that has something to lose.
    private func run(_ body: (Daemon, [Place]) async throws -> Void) async throws {
        try await Daemon.run { daemon in
            _ = try await daemon.put(
                "/v1/recipients/ann", ["time_zone": "Europe/Paris", "addresses": ["email": "ann@example.org"]])
            let pending = try #require(
                try await daemon.submit(to: "ann", ["not_before": .string((wallClock() + .days(9)).rfc3339)])["id"])
            try await daemon.submit(to: "bob")
            let lease = try #require(try await daemon.lease().first)
            let before = try await facts(daemon)
            let pid = daemon.pid
            try await body(daemon, places(pending.stringValue ?? "", lease))
            #expect(try await facts(daemon) == before, "nothing was stored")
            #expect(daemon.pid == pid && daemon.isRunning)
            #expect(try await daemon.report(lease, "delivered").result == "ok")
        }
    }

    /// What must not change.
    private func facts(_ daemon: Daemon) async throws -> [JSON] {
        let status = try await daemon.get("/v1/status").json
        return [
            status["messages"] ?? .null, try await daemon.get("/v1/messages").json,
            try await daemon.get("/v1/recipients").json, try await daemon.get("/v1/channels").json,
        ]
    }

    private func places(_ pending: String, _ lease: Daemon.Lease) -> [Place] {
        let (id, token) = (JSON.string(lease.id), JSON.string(lease.lease))
        let message: JSON = [
            "recipient": "ann", "topic": "news", "channels": ["email"], "urgency": "high", "relevance": .number(0.5),
            "not_before": "2026-12-01T00:00:00Z", "idempotency_key": "k", "collapse_key": "c", "subject": "order:1",
            "content": ["title": "x"],
        ]
        let recipient: JSON = [
            "time_zone": "Europe/Rome", "country": "IT", "locale": "it-IT", "addresses": ["email": "x@example.org"],
            "quiet_hours": [["days": ["mon", "tue"], "start": "22:00", "end": "08:00"]],
            "paused_until": "2026-12-01T00:00:00Z",
            "attributes": ["name": ["value": "A", "source": "declared", "updated_at": "2026-01-01T00:00:00Z"]],
        ]
        return [
            Place(verb: .post, target: "/v1/messages", schema: "MessageRequest", good: message),
            Place(verb: .post, target: "/v1/messages?dry_run=true", schema: "MessageRequest", good: message),
            Place(
                verb: .patch, target: "/v1/messages/\(pending)", schema: "MessagePatch",
                good: ["not_before": "2026-12-01T00:00:00Z", "urgency": "low", "relevance": 1]),
            Place(verb: .put, target: "/v1/recipients/ann", schema: "RecipientDocument", good: recipient),
            Place(verb: .patch, target: "/v1/recipients/ann", schema: "RecipientDocument", good: recipient),
            Place(verb: .put, target: "/v1/recipients/new", schema: "RecipientDocument", good: recipient),
            Place(
                verb: .post, target: "/v1/leases", schema: "LeaseRequest",
                good: ["channels": ["push"], "max": 1, "lease": "60s", "wait": "0s"]),
            Place(
                verb: .post, target: "/v1/leases/outcomes", schema: "OutcomesRequest",
                good: [
                    "outcomes": [
                        ["id": id, "lease": token, "outcome": "retry", "detail": "d", "retry_after": "1h"],
                        ["id": id, "lease": token, "outcome": "delivered"],
                    ]
                ]),
            Place(
                verb: .post, target: "/v1/leases/extend", schema: "ExtendRequest",
                good: ["leases": [["id": id, "lease": token]], "lease": "60s"]),
            Place(
                verb: .post, target: "/v1/subjects/s/complete", schema: "CompleteRequest",
                good: ["recipient": "ann", "block_for": "1h"]),
            Place(
                verb: .post, target: "/v1/channels/email/hold", schema: "HoldRequest",
                good: ["author": "me", "comment": "why"]),
            Place(
                verb: .post, target: "/v1/channels/email/release", schema: "HoldRequest",
                good: ["author": "me", "comment": "why"]),
        ]
    }

    @Test func everyFieldIsCheckedAndNamed() async throws {
        try await run { daemon, places in
            let spoiler = Spoiler(document: try await daemon.get("/v1/openapi.json").json)
            var count = 0
            for place in places {
                for bad in spoiler.spoil(place.good, schema: place.schema) {
                    let reply = try await daemon.call(place.verb, place.target, bad.body)
                    let what = "\(place.verb.name) \(place.target): \(bad.pointer) \(bad.what.prefix(80)): \(reply)"
                    #expect(reply.status == 400, "\(what)")
                    #expect(reply.header("content-type") == "application/problem+json", "\(what)")
                    #expect(reply.pointers.contains { $0.hasPrefix(bad.pointer) }, "\(what)")
                    count += 1
                }
            }
            #expect(count > 800, "\(count) bad bodies")
        }
    }

    /// Bodies that are no JSON, or more of it than is good.
    private static let notJSON: [(what: String, body: [UInt8])] = [
        ("nothing but a space", [0x20]), ("cut off", Array(#"{"recipient":"ann","#.utf8)),
        ("two values", Array("{} {}".utf8)), ("garbage after it", Array(#"{"recipient":"ann"}x"#.utf8)),
        ("a key twice", Array(#"{"recipient":"ann","recipient":"bob","topic":"news"}"#.utf8)),
        ("a key twice, spelled apart", Array(#"{"topic":"news","\u0074opic":"news","recipient":"ann"}"#.utf8)),
        ("invalid UTF-8", Array(#"{"recipient":""#.utf8) + [0xC3, 0x28] + Array(#"","topic":"news"}"#.utf8)),
        ("overlong UTF-8", Array(#"{"recipient":""#.utf8) + [0xC0, 0xAF] + Array(#"","topic":"news"}"#.utf8)),
        ("a lone surrogate", Array(#"{"recipient":"\ud800","topic":"news"}"#.utf8)),
        ("deep arrays", Array(repeating: UInt8(ascii: "["), count: 100_000)),
        ("deep objects", Array(String(repeating: #"{"a":"#, count: 50_000).utf8)),
        ("a huge number", Array(#"{"recipient":"ann","topic":"news","relevance":1e999999999}"#.utf8)),
        (
            "a long number",
            Array(
                (#"{"recipient":"ann","topic":"news","relevance":"# + String(repeating: "9", count: 100_000) + "}").utf8
            )
        ),
        ("NaN", Array(#"{"recipient":"ann","topic":"news","relevance":NaN}"#.utf8)),
        ("a leading zero", Array(#"{"recipient":"ann","topic":"news","relevance":01}"#.utf8)),
        ("a control character", Array("{\"recipient\":\"a\u{1}\",\"topic\":\"news\"}".utf8)),
        ("a comment", Array("{/* hi */}".utf8)), ("single quotes", Array("{'a':1}".utf8)),
        ("binary", (0...255).map { UInt8($0) }), ("an array", Array("[]".utf8)), ("a text", Array("\"x\"".utf8)),
        ("null", Array("null".utf8)), ("UTF-16", [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00]),
    ]

    @Test func whatIsNoJSONIsRefusedEverywhere() async throws {
        try await run { daemon, places in
            for place in places {
                for (what, body) in BadBodyTests.notJSON {
                    let reply = try await daemon.call(place.verb, place.target, body: body, type: "application/json")
                    #expect(reply.status == 400, "\(place.verb.name) \(place.target), \(what): \(reply)")
                    #expect(reply.problem != nil, "\(reply)")
                }
            }
        }
    }

    @Test func otherTypesAndTooMuchAreRefusedEverywhere() async throws {
        try await run { daemon, places in
            let large = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
            for place in places {
                let typed = try await daemon.call(place.verb, place.target, body: Array("{}".utf8), type: "text/plain")
                #expect(typed.status == 415, "\(place.target): \(typed)")
                #expect(typed.problem == .unsupportedMediaType)
                let (verb, target, path) = (place.verb.name, place.target, daemon.socket)
                for framing in ["Content-Length: \(large.count)", "Transfer-Encoding: chunked"] {
                    let reply = try await onThread {
                        let connection = try RawConnection(path: path)
                        try connection.send(
                            "\(verb) \(target) HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n\(framing)\r\n\r\n"
                        )
                        // The daemon may refuse before it has read everything.
                        if framing.hasPrefix("T") {
                            try? connection.send(Array(String(large.count, radix: 16).utf8) + [0x0D, 0x0A])
                            try? connection.send(large + Array("\r\n0\r\n\r\n".utf8))
                        } else {
                            try? connection.send(large)
                        }
                        return try connection.readReply()
                    }
                    #expect(reply.status == 413, "\(place.target), \(framing): \(reply)")
                    #expect(reply.problem == .bodyTooLarge)
                }
            }
        }
    }

    @Test func anEmptyBodyIsOnlyFineWhereNothingIsAskedFor() async throws {
        try await run { daemon, places in
            for place in places where !place.target.hasPrefix("/v1/channels") && !place.target.hasPrefix("/v1/subjects")
            {
                let reply = try await daemon.call(place.verb, place.target)
                #expect(reply.status == 400, "\(place.verb.name) \(place.target): \(reply)")
            }
        }
    }

    @Test func theFieldsOfOneRequestMustFitEachOther() async throws {
        try await run { daemon, _ in
            let soon = JSON.string((wallClock() + .hours(1)).rfc3339)
            let later = JSON.string((wallClock() + .hours(2)).rfc3339)
            let past = JSON.string((wallClock() - .hours(1)).rfc3339)
            for (more, pointer) in [
                (["topic": "nonsense"], "/topic"), (["channels": ["nonsense"]], "/channels/0"),
                (["channels": ["email", "email"]], "/channels/1"), (["expires_at": past], "/expires_at"),
                (["expires_in": "1h", "expires_at": soon], "/expires_at"),
                (["not_before": later, "expires_at": soon], "/expires_at"), (["expires_in": "0s"], "/expires_in"),
                (["expires_in": "4000d"], "/expires_in"),
                (["not_before": "9999-12-31T00:00:00Z", "expires_in": "3d"], "/not_before"),
                (["recipient": "."], "/recipient"), (["recipient": ".."], "/recipient"),
            ] as [(JSONObject, String)] {
                var body: JSONObject = ["recipient": "ann", "topic": "news"]
                for member in more.members { body[member.name] = member.value }
                for target in ["/v1/messages", "/v1/messages?dry_run=true"] {
                    let reply = try await daemon.post(target, .object(body))
                    #expect(reply.status == 400, "\(more): \(reply)")
                    #expect(reply.pointers.contains(pointer), "\(more): \(reply)")
                }
            }
            for (zone, hint) in [
                ("Europe/Pari", "Europe/Paris"), ("posix/UTC", ""), ("../zone.tab", ""), ("/etc/passwd", ""),
                ("right/UTC", ""),
            ] {
                let reply = try await daemon.put("/v1/recipients/ann", ["time_zone": .string(zone)])
                #expect(reply.problem == .unknownTimeZone, "\(zone): \(reply)")
                #expect(hint.isEmpty || reply.text.contains(hint), "\(reply)")
            }
            #expect(try await daemon.put("/v1/recipients/ann", ["country": "ZZ"]).pointers == ["/country"])
            #expect(try await daemon.put("/v1/recipients/ann", ["addresses": ["fax": "1"]]).problem == .unknownChannel)
        }
    }
}
