import Glibc
import TactSettings

/// What the system says of this process, and of the disk under its database.
struct ProcessFacts {
    /// Bytes of memory that lie in RAM.
    let residentBytes: Int
    let virtualBytes: Int
    /// Of user and system time.
    let cpuSeconds: Double
    let openDescriptors: Int
    let mostDescriptors: Int

    init() {
        // statm counts pages: all, and those in RAM (proc(5)).
        let pages = ((try? SmallFile.read("/proc/self/statm", limit: 256)) ?? [])
            .split(separator: UInt8(ascii: " ")).map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
        let pageBytes = sysconf(CInt(_SC_PAGESIZE))
        virtualBytes = (pages.first ?? 0) * pageBytes
        residentBytes = (pages.dropFirst().first ?? 0) * pageBytes
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        cpuSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        openDescriptors = Self.descriptors()
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        mostDescriptors = Int(clamping: limit.rlim_cur)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }

    private static func descriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Not counted: `.`, `..`, and the descriptor of this very look.
        return max(0, count - 3)
    }

    /// Bytes that the daemon's user may still use on a file's disk.
    static func freeBytes(under path: String) -> Int? {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else { return nil }
        return Int(clamping: UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize)).partialValue)
    }

    static func size(of path: String) -> Int {
        var file = stat()
        return stat(path, &file) == 0 ? Int(file.st_size) : 0
    }
}
