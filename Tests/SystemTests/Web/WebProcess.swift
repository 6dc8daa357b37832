import Foundation
import Glibc
import Synchronization
import Testing

/// A tact-web of a test's own, beside a daemon of the test's own.
final class WebProcess: Sendable {
    let daemon: Daemon
    /// Where it listens.
    let port: Int
    /// Where people reach it: the same, or a proxy's.
    let publicPort: Int
    private let child = Mutex<Child?>(nil)

    var configuration: String { daemon.folder + "/web.toml" }
    var logFile: String { daemon.folder + "/web.log" }
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }
    /// The pages' address.
    var url: String { "http://localhost:\(publicPort)/preferences" }

    static let topics = """
        [quiet_hours]
        default = [{ days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start = 22:00:00, end = 08:00:00 }]
        [[channel]]
        name = "email"
        [[channel]]
        name = "push"
        [[topic]]
        name = "offers"
        title = "Offers for you"
        description = "Discounts in the shops near you."
        channels = ["push", "email"]
        [[topic]]
        name = "news"
        title = "<b>News</b> \\"\\u0301 & more"
        consent = "opt_out"
        channels = ["email"]
        [[topic]]
        name = "orders"
        title = "Your orders"
        kind = "transactional"
        channels = ["email", "push"]
        """

    private init(_ daemon: Daemon, port: Int, publicPort: Int) {
        self.daemon = daemon
        self.port = port
        self.publicPort = publicPort
    }

    /// Runs `body` beside a daemon and its pages.
    ///
    /// - Parameters:
    ///   - requests: how many a link may make in a minute.
    ///   - isBehindProxy: people come by another port, on which nobody listens yet.
    static func run(
        requests: Int = 100_000, isBehindProxy: Bool = false,
        _ body: (Daemon, WebProcess) async throws -> Void
    ) async throws {
        let port = try freePort()
        let publicPort = isBehindProxy ? try freePort() : port
        let page = "[preferences]\nurl = \"http://localhost:\(publicPort)/preferences\"\n"
        try await Daemon.run(page + topics) { daemon in
            let web = WebProcess(daemon, port: port, publicPort: publicPort)
            try """
            [daemon]
            socket = "\(daemon.socket)"
            [server]
            url = "\(web.url)"
            listen = "127.0.0.1:\(port)"
            [limits]
            requests_per_minute = \(requests)
            """.write(toFile: web.configuration, atomically: true, encoding: .utf8)
            try await web.start()
            defer { web.child.withLock { $0 }?.signal(SIGKILL) }
            do {
                try await body(daemon, web)
            } catch {
                Issue.record("\(error)\nThe end of the pages' log:\n\(web.log.suffix(4000))")
            }
        }
    }

    /// A port that nobody listens on at the moment.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(bound, "there is no free port")
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func start() async throws {
        let new = try Child(
            "env", [Daemon.programs + "/tact-web", "--config", configuration, "--log-level", "trace"], output: logFile)
        child.withLock { $0 = new }
        try await eventually("the pages start: \(log)") { new.ended != nil || log.contains(" ready") }
        if let ended = new.ended { Issue.record("tact-web ended at once: \(ended) \(log)") }
    }

    func stop() async throws -> Child.Exit? {
        let running = child.withLock { $0 }
        running?.signal(SIGTERM)
        return try await running?.waitForEnd(within: 20)
    }

    /// A link for a person, who is declared if need be.
    func link(_ recipient: String, _ arguments: [String] = []) async throws -> String {
        let output = daemon.folder + "/link.\(UInt32.random(in: .min ... .max))"
        let child = try Child(
            Daemon.programs + "/tactctl", ["--socket", daemon.socket, "link", recipient] + arguments, output: output)
        #expect(try await child.waitForEnd() == .code(0))
        return try String(contentsOfFile: output, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// An answer of the pages.
    struct Page {
        var status: Int
        /// With names in lower case.
        var headers: [String: String]
        var body: String

        /// The token of the page's forms.
        var form: String { body.firstMatch(of: /name="form" value="([^"]+)"/).map { String($0.1) } ?? "" }
        /// What the browser is to send from now on.
        var cookie: String { String((headers["set-cookie"] ?? "").prefix { $0 != ";" }) }
    }

    /// Asks as a browser or a mail program would; redirections are not followed.
    func call(
        _ target: String, method: String? = nil, form: String? = nil, cookie: String? = nil, headers: [String] = []
    ) async throws -> Page {
        let output = daemon.folder + "/page.\(UInt32.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: output) }
        var arguments = ["--silent", "--show-error", "--include", "--max-time", "20", "--path-as-is"]
        if let method { arguments += method == "HEAD" ? ["--head"] : ["--request", method] }
        if let form { arguments += ["--data", form] }
        if let cookie { arguments += ["--cookie", cookie] }
        for header in headers { arguments += ["--header", header] }
        let address = target.hasPrefix("http") ? target : url + target
        let child = try Child("curl", arguments + [address], output: output)
        let exit = try await child.waitForEnd()
        let text = try String(contentsOfFile: output, encoding: .utf8).replacingOccurrences(of: "\r\n", with: "\n")
        #expect(exit == .code(0), "\(text)")
        let parts = text.components(separatedBy: "\n\n")
        let lines = parts[0].components(separatedBy: "\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { fields[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces) }
        }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Page(status: status, headers: fields, body: parts.dropFirst().joined(separator: "\n\n"))
    }
}
