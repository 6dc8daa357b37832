import TactAPI
import Testing

@Suite("What tactctl asks")
@MainActor struct CLIRequestTests {
    /// The requests that a command makes of a daemon that answers everything with the same.
    private func asked(
        _ line: String, _ arguments: [String], answer: String = "{}", input: String = ""
    ) throws -> [CLICannedDaemon.Request] {
        let daemon = try CLICannedDaemon([line: answer])
        _ = try CLICommand.run(["--output", "ndjson"] + arguments, socket: daemon.socket, input: input)
        return daemon.requests
    }

    @Test("to submit")
    func send() throws {
        let whole = try asked(
            "POST /v1/messages",
            [
                "send", "--recipient", "ann", "--topic", "offers", "--channel", "push", "--channel", "email",
                "--urgency", "high", "--relevance", "0.7", "--not-before", "2026-11-22T09:00:00Z", "--expires-in",
                "2d", "--subject", "cart:42", "--collapse-key", "c", "--idempotency-key", "i", "--title", "T",
                "--body", "B", "--dry-run", "--at", "2026-11-22T08:00:00Z",
            ])
        #expect(whole.map(\.line) == ["POST /v1/messages?dry_run=true&at=2026-11-22T08%3A00%3A00Z"])
        #expect(
            whole.first?.json == [
                "recipient": "ann", "topic": "offers", "channels": ["push", "email"], "urgency": "high",
                "relevance": .number(0.7), "not_before": "2026-11-22T09:00:00Z", "expires_in": "2d",
                "subject": "cart:42", "collapse_key": "c", "idempotency_key": "i",
                "content": ["title": "T", "body": "B"],
            ])
        let folder = try TemporaryFolder()
        let file = try folder.write("content.json", #"{"a": [1]}"#)
        for (content, input) in [(#"{"a":[1]}"#, ""), ("@" + file, ""), ("-", #"{"a":[1]}"#)] {
            let request = try asked(
                "POST /v1/messages", ["send", "--recipient", "a", "--topic", "t", "--content", content], input: input)
            #expect(request.first?.json?["content"] == ["a": [1]])
        }
    }

    @Test("to load: the file as it is, streamed")
    func load() throws {
        let text = (0..<5000).map { #"{"recipient":"r\#($0)","topic":"t"}"# + "\n" }.joined()
        let requests = try asked("POST /v1/messages", ["load", "-"], input: text)
        #expect(requests.map(\.line) == ["POST /v1/messages"])
        #expect(requests.first?.body == text)
        #expect(
            try asked("POST /v1/messages", ["load", "--errors-only", "-"], input: "\n").first?.line
                == "POST /v1/messages?answers=errors")
    }

    @Test("and tells what failed: lines on stderr, the summary on stdout, 65")
    func loadFailures() throws {
        let answers = """
            {"line":2,"error":{"title":"x","detail":"/topic: missing"}}
            {"summary":{"lines":3,"accepted":2,"replayed":0,"failed":1}}

            """
        let daemon = try CLICannedDaemon([
            "POST /v1/messages": CLICannedDaemon.Answer(type: "application/x-ndjson", body: answers)
        ])
        let result = try CLICommand.run(["load", "-"], socket: daemon.socket, input: "{}\n{}\n{}\n")
        #expect(result.status == 65)
        #expect(result.stdout == "lines     3\naccepted  2\nreplayed  0\nfailed    1\n")
        #expect(result.stderr.hasPrefix("line 2: /topic: missing\ntactctl: 1 line was refused."))
    }

    @Test("about messages")
    func messages() throws {
        let id = "GET /v1/messages/a%2Fb"
        #expect(try asked(id, ["show", "a/b"]).map(\.line) == [id])
        #expect(try asked("DELETE /v1/messages/m", ["cancel", "m"]).map(\.line) == ["DELETE /v1/messages/m"])
        #expect(
            try asked("DELETE /v1/messages", ["cancel", "--topic", "t", "--recipient", "ann", "--yes"]).map(\.line)
                == ["DELETE /v1/messages?topic=t&recipient=ann"])
        #expect(
            try asked("POST /v1/messages/m/requeue", ["requeue", "m"]).map(\.line) == ["POST /v1/messages/m/requeue"])
        let move = try asked(
            "PATCH /v1/messages/m", ["move", "m", "--not-before", "none", "--urgency", "low", "--relevance", "1"])
        #expect(move.first?.json == ["not_before": .null, "urgency": "low", "relevance": .number(1)])
    }

    @Test("about recipients")
    func recipients() throws {
        func set(_ arguments: String...) throws -> JSON? {
            try asked("PATCH /v1/recipients/ann", ["recipient", "set", "ann"] + arguments).first?.json
        }
        let all: JSON = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        #expect(
            try set(
                "--time-zone", "Europe/Paris", "--country", "none", "--address", "email=a=b", "--address", "sms=none")
                == ["time_zone": "Europe/Paris", "country": .null, "addresses": ["email": "a=b", "sms": .null]])
        #expect(try set("--quiet-hours", "none") == ["quiet_hours": []])
        #expect(try set("--quiet-hours", "default") == ["quiet_hours": .null])
        #expect(
            try set("--quiet-hours", "22:00-08:00")
                == ["quiet_hours": [["days": all, "start": "22:00", "end": "08:00"]]])
        #expect(
            try set("--quiet-hours", "mon-fri 22:00–07:00", "--quiet-hours", "sun,sat-mon 00:00-24:00")
                == [
                    "quiet_hours": [
                        ["days": ["mon", "tue", "wed", "thu", "fri"], "start": "22:00", "end": "07:00"],
                        ["days": ["mon", "sat", "sun"], "start": "00:00", "end": "24:00"],
                    ]
                ])
        #expect(try set("--attribute", "first_name=Ann")?["attributes"]?["first_name"]?["value"] == "Ann")
        let put = try asked("PUT /v1/recipients/ann", ["recipient", "set", "ann", "--json", #"{"country":"FR"}"#])
        #expect(put.first?.json == ["country": "FR"])
        let pause = try asked(
            "PATCH /v1/recipients/ann", ["recipient", "pause", "ann", "--until", "2026-12-01T00:00:00Z"])
        #expect(pause.first?.json == ["paused_until": "2026-12-01T00:00:00Z"])
        #expect(
            try asked("PATCH /v1/recipients/ann", ["recipient", "pause", "ann", "--for", "7d"]).first?.json?[
                "paused_until"]?
                .stringValue?.hasSuffix("Z") == true)
        #expect(
            try asked("PATCH /v1/recipients/ann", ["recipient", "resume", "ann"]).first?.json == ["paused_until": .null]
        )
    }

    @Test("about templates")
    func templates() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("offer.toml", "variables = [\"a\"]\nbody = \"{{a}}\"\n")
        let put = "PUT /v1/templates/offer"
        #expect(try asked(put, ["template", "set", file]).first?.json == ["variables": ["a"], "body": "{{a}}"])
        let delete = "DELETE /v1/templates/offer"
        #expect(try asked(delete, ["template", "remove", "offer"]).map(\.line) == [delete])
        let render = try asked(
            "POST /v1/templates/offer/render",
            [
                "template", "render", "offer", "--topic", "offers", "--attribute", "first_name=Ann", "--variables",
                #"{"a":1}"#, "--locale", "de", "--because", "why",
            ])
        #expect(
            render.first?.json == [
                "topic": "offers", "because": "why", "locale": "de", "variables": ["a": 1],
                "attributes": ["first_name": ["value": "Ann", "source": "declared"]],
            ])
        let send = try asked(
            "POST /v1/messages",
            [
                "send", "--recipient", "a", "--topic", "t", "--template", "offer", "--variables", #"{"a":1}"#,
                "--because", "why",
            ])
        #expect(
            send.first?.json == [
                "recipient": "a", "topic": "t", "template": "offer", "because": "why", "variables": ["a": 1],
            ])
    }

    @Test("about calendars, channels and leases")
    func others() throws {
        let put = "PUT /v1/recipients/ann/calendars/work"
        #expect(
            try asked(put, ["calendar", "import", "ann", "work", "-"], input: "BEGIN:VCALENDAR").first
                == .init(line: put, body: "BEGIN:VCALENDAR"))
        let delete = "DELETE /v1/recipients/ann/calendars/work"
        #expect(try asked(delete, ["calendar", "remove", "ann", "work"]).map(\.line) == [delete])
        let hold = try asked("POST /v1/channels/sms/hold", ["channel", "hold", "sms", "--comment", "down"])
        #expect(hold.first?.json == ["comment": "down"])
        let lease = try asked("POST /v1/leases", ["lease", "--channel", "email", "--max", "5", "--wait", "1s"])
        #expect(lease.first?.json == ["channels": ["email"], "max": 5, "lease": "60s", "wait": "1s"])
        let outcome = try asked(
            "POST /v1/leases/outcomes", ["outcome", "m", "l", "retry", "--detail", "busy", "--retry-after", "10m"])
        #expect(
            outcome.first?.json
                == [
                    "outcomes": [["id": "m", "lease": "l", "outcome": "retry", "detail": "busy", "retry_after": "10m"]]
                ])
    }
}
