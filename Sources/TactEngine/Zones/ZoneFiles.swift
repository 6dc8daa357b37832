import Glibc
import TactCore
import TactSettings

/// The files of a tz database as they lie on disk: which there are, and a mark that changes when any of them does.
struct ZoneFiles {
    /// One file. Two names of one file, by a hard or a symbolic link, have the same `identity`.
    struct File {
        struct Identity: Hashable {
            var device: UInt
            var inode: UInt
        }

        var name: String
        var identity: Identity
    }

    /// Files that may be zones, in the order of their names.
    private(set) var candidates: [File] = []
    /// Of the names, sizes, numbers and times of change of all files.
    private(set) var mark = Fingerprint()
    /// The folder and those below it, by their paths.
    private(set) var directories: [String] = []

    /// More than any tz database has; what lies beyond is not looked at.
    private static let greatestCount = 10_000
    private static let greatestDepth = 4

    /// Looks at a directory and those below it; nothing is opened.
    init(directory: String) throws(SmallFile.Unreadable) {
        try visit(directory, prefix: "", depth: 0)
        candidates.sort { $0.name < $1.name }
    }

    /// Of the folders and `tzdata.zi` alone: an upgrade puts new files in the places of the old, which changes the
    /// folders they lie in. Some twenty system calls.
    static func glance(at directories: [String], tzdata: String) -> Fingerprint {
        var mark = Fingerprint()
        for path in directories + [tzdata] {
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            mark.add(path)
            mark.add(status)
        }
        return mark
    }

    private mutating func visit(_ directory: String, prefix: String, depth: Int) throws(SmallFile.Unreadable) {
        directories.append(directory)
        for entry in try Self.entries(of: directory) {
            let name = prefix + entry
            // Leap seconds and copies of what is above.
            guard name != "posix", name != "right", candidates.count < Self.greatestCount else { continue }
            var status = stat()
            // A link that leads nowhere is no file.
            guard stat(directory + "/" + entry, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                guard depth < Self.greatestDepth else { continue }
                try visit(directory + "/" + entry, prefix: name + "/", depth: depth + 1)
            case S_IFREG:
                mark.add(name)
                mark.add(status)
                guard Self.mayBeZone(name) else { continue }
                let identity = File.Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
                candidates.append(File(name: name, identity: identity))
            default: continue
            }
        }
    }

    /// Zones have no dot in their names; tables do, and the few that do not are named here.
    private static func mayBeZone(_ name: String) -> Bool {
        guard !name.utf8.contains(UInt8(ascii: ".")), !["leapseconds", "+VERSION", "SECURITY"].contains(name) else {
            return false
        }
        do throws(ZoneName.Implausible) {
            try ZoneName.check(name)
            return true
        } catch {
            return false
        }
    }

    private static func entries(of directory: String) throws(SmallFile.Unreadable) -> [String] {
        guard let stream = opendir(directory) else { throw .system(path: directory, error: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

/// A hash that tells one state of files from another (FNV-1a, 64 bits); not proof against anyone who means harm.
struct Fingerprint: Hashable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte: byte) }
        add(byte: 0)
    }

    /// Size, number and time of change of a file.
    mutating func add(_ status: stat) {
        add(UInt64(bitPattern: Int64(status.st_size)))
        add(UInt64(status.st_ino))
        add(UInt64(bitPattern: Int64(status.st_mtim.tv_sec)))
        add(UInt64(bitPattern: Int64(status.st_mtim.tv_nsec)))
    }

    private mutating func add(_ number: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { add(byte: UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private mutating func add(byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

    /// Sixteen hexadecimal digits.
    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
