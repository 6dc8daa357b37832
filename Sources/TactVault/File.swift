import Glibc

/// Files that must be on disk, and ones that must not stay.
enum File {
    /// A name that was made in a folder is on disk only when the folder is.
    static func synchronizeFolder(of path: String) throws(VaultError) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KeysFile.failure("\(folder) cannot be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw KeysFile.failure("\(folder) could not be brought to disk") }
    }

    /// Puts bytes in the place of a file: whoever looks finds the old or the new ones, whole. The old bytes are overwritten.
    /// `next` answers the piece that follows what was written; nil: that was all.
    static func replace(
        _ path: String, with next: (_ place: Int) throws(VaultError) -> [UInt8]?
    ) throws(VaultError) {
        let new = path + ".new"
        unlink(new)
        let descriptor = open(new, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw KeysFile.failure("\(new) cannot be made") }
        defer { close(descriptor) }
        var place = 0
        while let bytes = try next(place) {
            try write(bytes, to: descriptor, new)
            place += bytes.count
        }
        guard fsync(descriptor) == 0 else { throw KeysFile.failure("\(new) could not be brought to disk") }
        let old = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        defer { if old >= 0 { close(old) } }
        try move(new, to: path)
        if old >= 0 { try overwrite(old, path) }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(VaultError) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw KeysFile.failure("\(path) cannot be written") }
            done += written
        }
    }

    /// Gives a file another name, in the place of whatever has it. On disk when it returns.
    static func move(_ old: String, to path: String) throws(VaultError) {
        guard rename(old, path) == 0 else { throw KeysFile.failure("\(path) cannot be replaced") }
        try synchronizeFolder(of: path)
    }

    private static func overwrite(_ descriptor: Int32, _ path: String) throws(VaultError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let zeros = [UInt8](repeating: 0, count: 65_536)
        var done: off_t = 0
        while done < status.st_size {
            let written = pwrite(descriptor, zeros, min(zeros.count, Int(status.st_size - done)), done)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw KeysFile.failure("the old \(path) cannot be overwritten") }
            done += off_t(written)
        }
        guard fsync(descriptor) == 0 else { throw KeysFile.failure("the old \(path) could not be overwritten") }
    }
}
