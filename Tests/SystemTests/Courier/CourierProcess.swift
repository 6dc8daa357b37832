import Foundation
import Glibc
import Synchronization
import TactAPI
import Testing

/// A tact-courier of a test's own, beside a daemon of the test's own.
final class CourierProcess: Sendable {
    let daemon: Daemon
    private let child = Mutex<Child?>(nil)

    var configuration: String { daemon.folder + "/courier.toml" }
    var logFile: String { daemon.folder + "/courier.log" }
    /// What it has logged, over all its lives.
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }
    var pid: pid_t? { child.withLock { $0?.pid } }
    var isRunning: Bool { child.withLock { $0 != nil && $0?.ended == nil } }

    /// A secret as receivers and the courier share it.
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let otherSecret = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()

    init(_ daemon: Daemon) { self.daemon = daemon }

    /// Runs `body` beside a daemon and a courier with these channels. Each channel's name is its topic's, too.
    static func run(
        _ channels: String, retry: String = "{ attempts = 3, initial = \"1s\", max = \"1s\" }",
        wrapper: [String] = [], _ body: (Daemon, CourierProcess) async throws -> Void
    ) async throws {
        let names = channels.split(separator: "\n").filter { $0.hasPrefix("[channel.") }.map { line in
            String(line.dropFirst("[channel.".count).dropLast())
        }
        let policy = names.map { name in
            """
            [[channel]]
            name = "\(name)"
            retry = \(retry)
            [[topic]]
            name = "\(name)"
            kind = "transactional"
            channels = ["\(name)"]
            respects = []
            """
        }
        try await Daemon.run(policy.joined(separator: "\n")) { daemon in
            let courier = CourierProcess(daemon)
            defer { courier.kill() }
            try courier.configure(channels)
            try await courier.start(wrapper: wrapper)
            do {
                try await body(daemon, courier)
            } catch {
                Issue.record("\(error)\nThe end of the courier's log:\n\(courier.log.suffix(4000))")
            }
        }
    }

    /// Writes the configuration. `FOLDER` in it stands for the test's folder, where files with secrets lie.
    func configure(_ channels: String) throws {
        let folder = daemon.folder
        try CourierProcess.secret.write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
        try CourierProcess.otherSecret.write(toFile: folder + "/other-secret", atomically: true, encoding: .utf8)
        let text =
            "[daemon]\nsocket = \"\(daemon.socket)\"\n" + channels.replacingOccurrences(of: "FOLDER", with: folder)
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    func start(wrapper: [String] = [], environment: [String: String] = [:]) async throws {
        let before = log.components(separatedBy: " ready").count
        let new = try Child(
            "env",
            wrapper + [Daemon.programs + "/tact-courier", "--config", configuration, "--log-level", "debug"],
            environment: environment, output: logFile)
        child.withLock { $0 = new }
        try await eventually("the courier starts: \(log)") {
            new.ended != nil || log.components(separatedBy: " ready").count > before
        }
        if let ended = new.ended { Issue.record("the courier ended at once: \(ended) \(log)") }
    }

    func signal(_ number: Int32) { child.withLock { $0 }?.signal(number) }
    func kill() { signal(SIGKILL) }

    @discardableResult
    func stop() async throws -> Child.Exit? {
        signal(SIGTERM)
        return try await child.withLock { $0 }?.waitForEnd(within: 60)
    }

    /// Submits a message to a channel, which its topic is named after. Answers its id.
    func send(
        _ channel: String, to recipient: String = "ann",
        content: String = #"{"title":"Hello","body":"How are you?"}"#
    ) async throws -> String {
        let body = #"{"recipient":"\#(recipient)","topic":"\#(channel)","content":\#(content)}"#
        let reply = try await daemon.call(.post, "/v1/messages", body: Array(body.utf8), type: "application/json")
        #expect(reply.status == 201, "\(reply)")
        return reply.json["id"]?.stringValue ?? ""
    }

    /// Waits until a message has ended, and answers its state.
    func end(of id: String, within seconds: Double = 20) async throws -> String {
        var state = ""
        try await eventually(within: seconds, "\(id) ends; it is \(state)\n\(log.suffix(2000))") {
            state = try await daemon.state(id)
            return !["pending", "leased"].contains(state)
        }
        return state
    }

    /// The details of a message's deliveries, the first first.
    func details(of id: String) async throws -> [String] {
        let explanation = try await daemon.get("/v1/messages/\(id)/explanation").json
        return (explanation["deliveries"]?.arrayValue ?? []).compactMap { $0["detail"]?.stringValue }
    }
}
