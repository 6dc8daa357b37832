import Glibc
import TactAPI

/// Files and arguments that people give.
enum Input {
    /// JSON as it stands, from `@file`, or from stdin for `-`.
    static func json(_ argument: String, option: String) throws(Failure) -> JSON {
        let bytes: [UInt8]
        let source: String
        if argument == "-" {
            (bytes, source) = (try file("-"), "stdin")
        } else if argument.hasPrefix("@") {
            source = String(argument.dropFirst())
            bytes = try file(source)
        } else {
            (bytes, source) = (Array(argument.utf8), option)
        }
        do throws(JSON.Malformed) {
            return try JSON(parsing: bytes)
        } catch {
            throw Failure(.badData, "\(source): not JSON, \(error)")
        }
    }

    /// The whole of a file, or of stdin for `-`; at most `limit` bytes.
    static func file(_ path: String, limit: Int = 16 << 20) throws(Failure) -> [UInt8] {
        let source = try InputFile(path)
        var bytes: [UInt8] = []
        while let piece = try source.read() {
            bytes += piece
            guard bytes.count <= limit else { throw Failure(.badData, "\(path): more than \(limit) bytes") }
        }
        return bytes
    }
}

/// A file that is read piece by piece; `-` is stdin.
final class InputFile: Sendable {
    private let descriptor: Int32
    private let path: String
    /// nil: not known, as of a pipe.
    let size: Int?

    init(_ path: String) throws(Failure) {
        self.path = path
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(.noInput, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        size = isKnown ? Int(status.st_size) : nil
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// The next bytes; nil at the end.
    func read() throws(Failure) -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = piece.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { return Array(piece[..<count]) }
            if count == 0 { return nil }
            guard errno == EINTR else {
                throw Failure(.noInput, "cannot read \(path): \(String(cString: strerror(errno)))")
            }
        }
    }
}
