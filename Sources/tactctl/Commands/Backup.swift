import ArgumentParser
import Glibc
import TactAPI

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a consistent copy of the daemon's database, or of the recipients' keys.",
        discussion: """
            The copy appears under its name when it is whole, readable by you alone. What it says of people is sealed; the \
            keys are no part of it, and are to be kept elsewhere: let each new copy of them replace the one before, for who \
            was erased has theirs in the old one still.
            tactctl backup /var/backups/tact.db
            tactctl backup --keys --force /mnt/keys/tact.db.keys
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The file to write.") var file: String
    @Flag(help: "The recipients' keys in place of the database.") var keys = false
    @Flag(help: "Replace the file if it is there.") var force = false

    func run() async throws { try await Backup.write(file, keys: keys, force: force, options) }

    static func write(_ file: String, keys: Bool, force: Bool, _ options: GlobalOptions) async throws {
        if !force, access(file, F_OK) == 0 {
            throw Failure(.cannotCreate, "\(file) is there already", advice: "Name another file, or give --force.")
        }
        let request = ClientRequest(.POST, ["v1", "backup"], query: keys ? [("part", "keys")] : [])
        let size = try await Daemon(options).naming { client in
            try await client.receive(request, patience: .minutes(30)) { answer in
                try await Daemon.check(answer)
                let copy = try NewFile(file, overwritesOld: keys)
                while let bytes = try await answer.next() { try copy.write(Array(bytes.readableBytesView)) }
                return try copy.finish()
            }
        }
        let answer: JSON = ["file": .string(file), "bytes": .integer(Int64(size))]
        Printer(options).show(answer) { "\(TerminalText.safe(file)): \(StatusView.bytes(Int64(size)))\n" }
    }
}

/// A file that appears under its name only when it is whole and on disk.
final class NewFile {
    private let path: String
    private let partial: String
    private let descriptor: Int32
    private let overwritesOld: Bool
    private var size = 0
    private var isFinished = false

    /// `overwritesOld`: the bytes of a file that this one replaces do not stay on the disk.
    init(_ path: String, overwritesOld: Bool = false) throws(Failure) {
        self.path = path
        self.overwritesOld = overwritesOld
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
        let old = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        defer { if old >= 0 { close(old) } }
        guard rename(partial, path) == 0 else { throw Self.failure("create", path) }
        if old >= 0, overwritesOld { try Self.overwrite(old, path) }
        isFinished = true
        return size
    }

    /// A file that was replaced lies on the disk still, until something else takes its place: keys must not.
    private static func overwrite(_ descriptor: Int32, _ path: String) throws(Failure) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let zeros = [UInt8](repeating: 0, count: 65_536)
        var done: off_t = 0
        while done < status.st_size {
            let count = pwrite(descriptor, zeros, min(zeros.count, Int(status.st_size - done)), done)
            guard count > 0 || errno == EINTR else { throw failure("overwrite the old", path) }
            done += off_t(max(0, count))
        }
        guard fsync(descriptor) == 0 else { throw failure("overwrite the old", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> Failure {
        Failure(.cannotCreate, "cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
