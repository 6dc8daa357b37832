import ArgumentParser
import TactAPI
import TactCore

struct Top: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what waits and what goes out, live.",
        discussion: """
            Keys: q quits, s sorts by another column, any other key looks at once. Where stdout is no terminal, or with \
            --output json, the state of the moment is written once.
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "How often to look: a whole number of seconds.")
    var interval = 1

    func validate() throws {
        guard (1...3600).contains(interval) else {
            throw ValidationError("--interval: expected 1 to 3600 seconds, found \(interval).")
        }
    }

    func run() async throws {
        let daemon = Daemon(options)
        let first = try await daemon.get(["status"])
        let printer = Printer(options)
        guard options.output == .table, Console.stdout.canBeDrawnOn else {
            return printer.show(first) { TopView(style: printer.style).text(first) }
        }
        try await Live(daemon, first, interval: interval, style: printer.style).run()
    }
}

/// The screen while it is looked at.
private struct Live {
    private enum Cause {
        case event(Screen.Event)
        case tick
    }

    private let daemon: Daemon
    private let interval: Int
    private let screen: Screen
    private var view: TopView
    private var status: JSON
    private var before: JSON?
    /// Why the last look was in vain.
    private var trouble: String?

    init(_ daemon: Daemon, _ first: JSON, interval: Int, style: Style) throws {
        self.daemon = daemon
        self.interval = interval
        view = TopView(style: style)
        status = first
        screen = try Screen()
    }

    consuming func run() async throws {
        defer { Screen.giveBack() }
        draw()
        for await cause in causes() {
            switch cause {
            case .tick: await look()
            case .event(.key(UInt8(ascii: "q"))), .event(.key(UInt8(ascii: "Q"))): return
            case .event(.key(UInt8(ascii: "s"))): view.order = view.order.next
            case .event(.key): await look()
            case .event(.resized): break
            case .event(.suspended): screen.suspend()
            case .event(.ended(let number)): screen.end(by: number)
            }
            draw()
        }
    }

    private func draw() { screen.show(view.text(status, before: before, trouble: trouble)) }

    private mutating func look() async {
        do {
            let now = try await daemon.get(["status"])
            (before, status, trouble) = (status, now, nil)
        } catch {
            trouble = error.message
        }
    }

    /// Events as they come, and ticks.
    private func causes() -> AsyncStream<Cause> {
        let (events, interval) = (screen.events, interval)
        return AsyncStream(bufferingPolicy: .bufferingNewest(64)) { continuation in
            Task { for await event in events { continuation.yield(.event(event)) } }
            Task {
                while true {
                    try await Task.sleep(for: .seconds(interval))
                    continuation.yield(.tick)
                }
            }
        }
    }
}
