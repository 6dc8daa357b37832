import ArgumentParser
import Glibc

/// How answers are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, ndjson
}

/// Options that every command has; they may come before or after its name.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's socket. [TACT_SOCKET]", valueName: "path"))
    var socket: String?

    @Option(help: "How answers are written: table for people, json and ndjson for programs.")
    var output = OutputFormat.table

    @Flag(help: "Show times in UTC, not in the recipient's zone.")
    var utc = false

    static let defaultSocket = "/run/tact/tact.sock"

    var socketPath: String {
        if let socket { return socket }
        guard let value = getenv("TACT_SOCKET"), value.pointee != 0 else { return Self.defaultSocket }
        return String(cString: value)
    }
}
