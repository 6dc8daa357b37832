import Foundation
import Glibc
import Synchronization
import TactAPI
import TactCore
import Testing

/// A tactd of a test's own, in a folder of its own. It can be killed and started again, as often as one likes.
final class Daemon: Sendable {
    let folder: String
    /// Waits for answers for a minute.
    let client: Client
    private let environment: Mutex<[String: String]>
    private let child = Mutex<Child?>(nil)

    var socket: String { folder + "/s" }
    var database: String { folder + "/tact.db" }
    var configuration: String { folder + "/tactd.toml" }
    var logFile: String { folder + "/log" }

    struct DidNotStart: Error, CustomStringConvertible {
        let description: String
    }

    private init(folder: String, environment: [String: String]) {
        self.folder = folder
        self.environment = Mutex(environment)
        client = Client(path: folder + "/s", patience: .seconds(60))
    }

    /// Runs `body` with a daemon that serves, and looks afterwards whether everything still adds up.
    ///
    /// - Parameters:
    ///   - access: the lines of `[access]`; the tests run as root, who may do everything.
    ///   - mayComplain: the log may have lines of the level `error`.
    static func run(
        _ policy: String = Policies.plain, access: String = "", environment: [String: String] = [:],
        mayComplain: Bool = false, _ body: (Daemon) async throws -> Void
    ) async throws {
        let daemon = try make(policy, access: access, environment: environment)
        defer { daemon.cleanUp() }
        do {
            try await daemon.start()
            try await body(daemon)
            if daemon.isRunning { try await daemon.checkBooks() }
        } catch {
            Issue.record("\(error)\nThe end of the log:\n\(daemon.log.suffix(4000))")
            return
        }
        if !mayComplain {
            let complaints = daemon.log.split(separator: "\n").filter { $0.contains(" error tactd") }
            #expect(complaints.isEmpty, "the daemon complained:\n\(complaints.joined(separator: "\n"))")
        }
    }

    /// A daemon that is not started yet; `cleanUp` is the caller's duty.
    static func make(
        _ policy: String = Policies.plain, access: String = "", environment: [String: String] = [:]
    ) throws -> Daemon {
        var template = Array("/tmp/tact-system-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw DidNotStart(description: "no folder can be made under /tmp") }
        // Peers of other users must come through to the socket.
        chmod(template, 0o755)
        let path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let daemon = Daemon(folder: path, environment: environment)
        try daemon.configure(policy, access: access)
        return daemon
    }

    /// Writes the configuration file; with another socket or database, where a test wants them elsewhere.
    func configure(
        _ policy: String = Policies.plain, access: String = "", socket: String? = nil, database: String? = nil
    ) throws {
        let text = """
            [server]
            socket = "\(socket ?? self.socket)"
            [store]
            path = "\(database ?? self.database)"
            [access]
            \(access)
            \(policy)
            """
        try text.write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    func cleanUp() {
        kill()
        client.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    // MARK: The process

    /// Where the programs are: beside the test bundle, or where TACT_BIN_DIR says.
    static let programs: String = {
        if let folder = ProcessInfo.processInfo.environment["TACT_BIN_DIR"] { return folder }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (own as NSString).deletingLastPathComponent
    }()

    static var program: String { programs + "/tactd" }

    var isRunning: Bool { child.withLock { $0 != nil && $0?.ended == nil } }
    var pid: pid_t? { child.withLock { $0?.pid } }

    /// What the daemon has logged, over all its lives.
    var log: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

    func setEnvironment(_ name: String, _ value: String) { environment.withLock { $0[name] = value } }

    /// What is run.
    var command: [String] { [Daemon.program, "--config", configuration] }

    /// Starts the process and waits until it serves.
    func start(_ command: [String]? = nil, descriptors: [Int32: Int32] = [:]) async throws {
        let new = try spawn(command, descriptors)
        child.withLock { $0 = new }
        let end = Date(timeIntervalSinceNow: 30)
        while true {
            let isLast = Date() >= end
            if let ended = new.ended { throw DidNotStart(description: "tactd ended at once: \(ended)") }
            if let reply = try? await get("/healthz"), reply.status == 200 { return }
            if isLast { throw DidNotStart(description: "tactd does not answer") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Starts the process, which is expected to end at once. Answers how.
    func startInVain() async throws -> Child.Exit {
        try await spawn(nil, [:]).waitForEnd()
    }

    private func spawn(_ command: [String]?, _ descriptors: [Int32: Int32]) throws -> Child {
        // env(1), because libfaketime changes the environment before Swift looks for the arguments beside it.
        try Child(
            "env", command ?? self.command, environment: environment.withLock { $0 }, output: logFile,
            descriptors: descriptors)
    }

    func signal(_ number: Int32) { child.withLock { $0 }?.signal(number) }

    /// Ends the process without warning, as a power cut would.
    func kill() { signal(SIGKILL) }

    func killAndWait() async throws {
        kill()
        try await waitForEnd()
    }

    /// Ends the process as systemd would.
    @discardableResult
    func stop() async throws -> Child.Exit {
        signal(SIGTERM)
        return try await waitForEnd()
    }

    @discardableResult
    func waitForEnd() async throws -> Child.Exit {
        guard let running = child.withLock({ $0 }) else { return .code(0) }
        return try await running.waitForEnd()
    }

    /// Every check of the daemon's own, and the conservation law.
    func checkBooks(_ location: SourceLocation = #_sourceLocation) async throws {
        let report = try await post("/v1/verify")
        #expect(report.status == 200, "\(report.text)", sourceLocation: location)
        for check in report.json["checks"]?.arrayValue ?? [] {
            #expect(check["ok"] == true, "verify: \(check)", sourceLocation: location)
        }
        let status = try await get("/v1/status").json
        #expect(status["conservation"]?["submitted"] == status["conservation"]?["sum"], sourceLocation: location)
    }
}

/// Waits until something is so, and fails if it does not come to be. A test that gets no processor for long looks once
/// more in the end.
func eventually(
    within seconds: Double = 10, _ what: Comment, _ location: SourceLocation = #_sourceLocation,
    _ isSo: () async throws -> Bool
) async throws {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
        let isLast = Date() >= end
        if try await isSo() { return }
        if isLast { break }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record(what, sourceLocation: location)
}

/// Milliseconds since the epoch, on the wall clock.
func wallClock() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
