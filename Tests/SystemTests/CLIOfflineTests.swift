import Testing

@Suite("What tactctl does without a daemon")
@MainActor struct CLIOfflineTests {
    nonisolated static let configuration = """
        [[channel]]
        name = "push"

        [[topic]]
        name = "offers"
        title = "Offers"
        kind = "marketing"
        consent = "not_required"
        channels = ["push"]

        [quiet_hours]
        default = [{ days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start = 22:00:00, end = 08:00:00 }]

        """
    static let trace = """
        {"at":"2026-03-01T08:00:00Z","op":"recipient.put","recipient":"ann","body":{"time_zone":"Europe/Paris"}}
        {"at":"2026-03-01T23:00:00Z","op":"message.submit","ref":"m1","body":{"recipient":"ann","topic":"offers"}}
        {"at":"2026-03-01T23:10:00Z","op":"message.submit","body":{"recipient":"ann","topic":"nope"}}

        """

    @Test("checks configurations: 78 with file and line, or a line of praise")
    func check() throws {
        let folder = try TemporaryFolder()
        let good = try CLICommand.run(["config", "check", try folder.write("good.toml", Self.configuration)])
        #expect(good.status == 0 && good.stdout.contains("is well: policy"))
        #expect(good.stdout.hasSuffix(", 1 channel, 1 topic, 0 caps, 0 send windows\n"), "\(good.stdout)")
        let text = Self.configuration.replacing("marketing", with: "marketin")
        let bad = try CLICommand.run(["config", "check", try folder.write("bad.toml", text)])
        #expect(bad.status == 78 && bad.stdout == "")
        #expect(bad.stderr.contains("bad.toml:7: ") && bad.stderr.contains("did you mean “marketing”?"))
        #expect(try CLICommand.run(["config", "check", "/nonexistent.toml"]).status == 78)
    }

    @Test("checks templates: what they use, or every place that is wrong")
    func templates() throws {
        let folder = try TemporaryFolder()
        let good = try folder.write(
            "offer.toml", "variables = [\"product\"]\nbody = \"{{recipient.name}} {{#product}}{{.}}{{/product}}\"\n")
        let told = try CLICommand.run(["template", "check", good])
        #expect(told.status == 0 && told.stdout.contains("offer.toml is well"), "\(told.stderr)")
        #expect(told.stdout.contains("name\n") && told.stdout.contains("product?"), "\(told.stdout)")
        let bad = try folder.write("bad.toml", "title = \"{{a}}\"\nbody = \"x {{>b}}\"\n")
        let refused = try CLICommand.run(["template", "check", bad])
        #expect(refused.status == 65 && refused.stdout == "")
        #expect(refused.stderr.contains("bad.toml: body: line 1, column 3: found a partial"), "\(refused.stderr)")
        #expect(refused.stderr.contains("bad.toml: title: line 1, column 1: there is no variable “a”"))
        #expect(try CLICommand.run(["template", "check", try folder.write("two words.toml", "")]).status == 65)
    }

    @Test("simulates: a summary, or every change a line")
    func simulate() throws {
        let folder = try TemporaryFolder()
        let config = ["--config", try folder.write("tactd.toml", Self.configuration)]
        let trace = try folder.write("trace.ndjson", Self.trace)
        let table = try CLICommand.run(["simulate"] + config + [trace])
        #expect(table.status == 0)
        #expect(table.stdout.hasPrefix("TOPIC   SUBMITTED  DELIVERED\noffers  1          1\nall     1          1\n"))
        #expect(table.stdout.contains("quiet_hours  1"))
        #expect(table.stderr.contains("there is no topic “nope”"))
        let lines = try CLICommand.run(["simulate", "--output", "ndjson"] + config + [trace])
        #expect(
            lines.stdout.hasPrefix(
                #"{"at":"2026-03-01T23:00:00.000Z","ref":"m1","state":"pending","plan":{"at":"2026-03-02T07:00:00.000Z","channel":"push"},"codes":["quiet_hours"]}"#
                    + "\n"))
        #expect(
            lines.stdout.hasSuffix(
                #"{"at":"2026-03-02T07:00:00.000Z","ref":"m1","state":"delivered","channel":"push","codes":[]}"# + "\n")
        )
        let until = try CLICommand.run(
            ["simulate", "--output", "ndjson", "--until", "2026-03-02T06:59:59.999Z"] + config + [trace])
        #expect(!until.stdout.contains("delivered"))
    }

    @Test("ends before any output where a trace is malformed or out of order")
    func malformed() throws {
        let folder = try TemporaryFolder()
        let config = ["--config", try folder.write("tactd.toml", Self.configuration)]
        let lines = Self.trace.split(separator: "\n")
        for text in [lines.reversed().joined(separator: "\n"), Self.trace + "{"] {
            let result = try CLICommand.run(["simulate", "--output", "ndjson"] + config + ["-"], input: text)
            #expect(result.status == 65 && result.stdout == "" && result.stderr.contains("line "))
        }
    }

    @Test("completes in three shells", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let result = try CLICommand.run(["completions", shell])
        #expect(result.status == 0 && result.stdout.contains("tactctl") && result.stdout.contains("idempotency-key"))
        if shell == "bash" {
            _ = try Shell.run("bash", ["-n", TemporaryFolder().write("x", result.stdout)], environment: [:])
        }
    }
}
