import ArgumentParser
import TactAPI
import TactCore
import TactEngine

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try a policy on a trace of what happened, or might happen.",
        discussion: """
            Runs the daemon's own code under a clock of its own. Nothing is written and no daemon is needed. Shows a \
            summary; with --output ndjson every change of state, one a line.
            tactctl simulate --config new.toml last-month.ndjson
            """)

    @OptionGroup var options: GlobalOptions
    @Option(help: ArgumentHelp("The configuration whose policy is tried.", valueName: "file"))
    var config = "/etc/tact/tactd.toml"
    @Option(help: ArgumentHelp("End after this instant; else when nothing is pending.", valueName: "instant"))
    var until: String?
    @Argument(help: "The trace: NDJSON, in time order; - for stdin.") var trace: String

    func validate() throws { _ = try until.map(Self.instant) }

    func run() async throws {
        let end = try until.map(Self.instant)
        let configuration = try Offline.configuration(config)
        let trace = try readTrace()
        let zones = try Offline.zones()
        if options.output == .ndjson {
            let simulation = try Simulation(
                policy: configuration.policy, zones: zones, templates: configuration.templates
            ) { event in
                Console.stdout.write(TerminalText.safe(json: event.encoded()) + [0x0A])
            }
            return try simulation.run(trace, until: end)
        }
        let summary = try summary(of: named(trace), configuration, zones, until: end)
        let printer = Printer(options)
        printer.show(try JSON(parsing: summary.encoded())) { SimulationView(style: printer.style).text(summary) }
    }

    private func readTrace() throws(Failure) -> Trace {
        let bytes = try Input.file(trace, limit: 1 << 30)
        do throws(Trace.Malformed) {
            return try Trace(bytes)
        } catch {
            throw Failure(.badData, "\(trace), \(error)", advice: "Nothing was simulated.")
        }
    }

    /// The trace with a name for every message, so that the summary knows what each is about.
    private func named(_ trace: Trace) -> Trace {
        var trace = trace
        for index in trace.commands.indices {
            guard case .submit = trace.commands[index].operation, trace.commands[index].ref == nil else { continue }
            trace.commands[index].ref = "line \(trace.commands[index].line)"
        }
        return trace
    }

    private func summary(
        of trace: Trace, _ configuration: Configuration, _ zones: ZoneDatabase, until: Timestamp?
    ) throws -> SimulationSummary {
        var messages: [String: (topic: String?, recipient: String?)] = [:]
        for command in trace.commands {
            guard let ref = command.ref, case .submit(let body) = command.operation else { continue }
            messages[ref] = (body["topic"]?.stringValue, body["recipient"]?.stringValue)
        }
        var summary = SimulationSummary()
        try Simulation(
            policy: configuration.policy, zones: zones, templates: configuration.templates
        ) { event in
            let message = event.ref.flatMap { messages[$0] }
            summary.take(event, topic: message?.topic, recipient: message?.recipient)
            if case .refused(let problem) = event.what {
                let what = [event.at.rfc3339, event.ref.map { TerminalText.safe($0) }].compactMap(\.self)
                Console.stderr.write(what.joined(separator: " ") + ": " + TerminalText.safe(problem.detail) + "\n")
            }
        }.run(trace, until: until)
        return summary
    }

    private static func instant(_ text: String) throws -> Timestamp {
        do throws(Timestamp.Unreadable) {
            return try Timestamp(rfc3339: text)
        } catch {
            throw ValidationError("--until: \(error)")
        }
    }
}
