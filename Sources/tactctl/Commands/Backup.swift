import ArgumentParser
import Glibc
import TactAPI

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a consistent copy of the daemon's database.",
        discussion: "The copy appears under its name when it is whole, readable by you alone.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The file to write.") var file: String
    @Flag(help: "Replace the file if it is there.") var force = false

    func run() async throws {
        if !force, access(file, F_OK) == 0 {
            throw Failure(.cannotCreate, "\(file) is there already", advice: "Name another file, or give --force.")
        }
        let request = ClientRequest(.POST, ["v1", "backup"])
        let size = try await Daemon(options).naming { client in
            try await client.receive(request, patience: .minutes(30)) { answer in
                try await Daemon.check(answer)
                let copy = try NewFile(file)
                while let bytes = try await answer.next() { try copy.write(Array(bytes.readableBytesView)) }
                return try copy.finish()
            }
        }
        let answer: JSON = ["file": .string(file), "bytes": .integer(Int64(size))]
        Printer(options).show(answer) { "\(TerminalText.safe(file)): \(StatusView.bytes(Int64(size)))\n" }
    }
}

/// A file that appears under its name only when it is whole and on disk.
private final class NewFile {
    private let path: String
    private let partial: String
    private let descriptor: Int32
    private var size = 0
    private var isFinished = false

    init(_ path: String) throws(Failure) {
        self.path = path
        partial = path + ".partial-\(getpid())"
        descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("create", partial) }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(partial) }
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 || errno == EINTR else { throw Self.failure("write", partial) }
            rest = rest.dropFirst(max(0, count))
        }
        size += bytes.count
    }

    /// Answers how many bytes there are.
    func finish() throws(Failure) -> Int {
        guard fsync(descriptor) == 0 else { throw Self.failure("write", partial) }
        guard rename(partial, path) == 0 else { throw Self.failure("create", path) }
        isFinished = true
        return size
    }

    private static func failure(_ verb: String, _ path: String) -> Failure {
        Failure(.cannotCreate, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
