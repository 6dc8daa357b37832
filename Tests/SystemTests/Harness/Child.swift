import Foundation
import Glibc
import Synchronization

/// A process that a test has started: a pid that cannot have become anybody else's.
final class Child: Sendable {
    /// How a process ended.
    enum Exit: Equatable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    struct SpawnFailed: Error, CustomStringConvertible {
        let program: String
        let code: Int32
        var description: String { "\(program) cannot be started: \(String(cString: strerror(code)))" }
    }

    struct StillRunning: Error, CustomStringConvertible {
        let pid: pid_t
        var description: String { "process \(pid) has not ended in time" }
    }

    let pid: pid_t
    private let exit = Mutex<Exit?>(nil)

    /// Starts a program. Its output and errors are added to a file; `descriptors` are passed on under the numbers given.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], output: String,
        descriptors: [Int32: Int32] = [:]
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        for (number, descriptor) in descriptors {
            posix_spawn_file_actions_adddup2(&actions, descriptor, number)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that the test runner blocks or ignores are the child's to decide about.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var argv = ([program] + arguments).map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let status = posix_spawnp(&pid, program, &actions, &attributes, &argv, &envp)
        guard status == 0 else { throw SpawnFailed(program: program, code: status) }
        self.pid = pid
        reap()
    }

    deinit { signal(SIGKILL) }

    /// nil: it runs.
    var ended: Exit? { exit.withLock { $0 } }

    /// Sends a signal, unless the process has ended.
    func signal(_ number: Int32) {
        exit.withLock { exit in
            if exit == nil { Glibc.kill(pid, number) }
        }
    }

    @discardableResult
    func waitForEnd(within seconds: Double = 30) async throws -> Exit {
        let end = Date(timeIntervalSinceNow: seconds)
        while true {
            let isLast = Date() >= end
            if let ended { return ended }
            if isLast { throw StillRunning(pid: pid) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func reap() {
        let pid = pid
        Thread.detachNewThread { [weak self] in
            var info = siginfo_t()
            // The process stays a zombie until nobody can send it a signal any more.
            while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            func take() -> Exit {
                var status: Int32 = 0
                waitpid(pid, &status, 0)
                return status & 0x7F == 0 ? .code((status >> 8) & 0xFF) : .signal(status & 0x7F)
            }
            guard let self else {
                _ = take()
                return
            }
            exit.withLock { $0 = take() }
        }
    }
}
