import Glibc

/// Reads files that are expected to be small, and says why it could not.
package enum SmallFile {
    package enum Unreadable: Error, Hashable, Sendable, CustomStringConvertible {
        /// The system's error number.
        case system(path: String, error: Int32)
        case notAFile(path: String)
        case tooLarge(path: String, limit: Int)

        package var description: String {
            switch self {
            case .system(let path, let error): "cannot read \(path): \(Self.text(error))"
            case .notAFile(let path): "cannot read \(path): it is not a regular file"
            case .tooLarge(let path, let limit): "cannot read \(path): it is larger than \(limit) bytes"
            }
        }

        private static func text(_ error: Int32) -> String {
            switch error {
            case ENOENT: "there is no such file"
            case EACCES, EPERM: "permission denied"
            default: String(cString: strerror(error))
            }
        }
    }

    /// The whole of a regular file of at most `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(Unreadable) -> [UInt8] {
        // Without O_NONBLOCK a named pipe would stop us here for ever.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .system(path: path, error: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(path: path, error: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
        guard status.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
        // The file may grow while it is read: one byte more than is allowed tells.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var chunk = [UInt8](repeating: 0, count: min(limit + 1, 65_536))
        while bytes.count <= limit {
            let count = Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: path, error: errno) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
        throw .tooLarge(path: path, limit: limit)
    }
}
