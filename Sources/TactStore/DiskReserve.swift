import Glibc
import Synchronization

/// Room on the database's disk that is taken while there is plenty: a file that holds nothing. When the disk is full it is
/// given up, so that what must not be refused then, such as the outcome of a delivery, finds room.
package final class DiskReserve: Sendable {
    package enum Taking: Equatable, Sendable {
        case held
        /// The disk has not even that much left.
        case noRoom
        /// Room cannot be kept here, for this reason (an `errno`).
        case impossible(Int32)
    }

    /// As much as the write-ahead log grows to between two checkpoints, twice.
    private static let most = 32 << 20
    /// A small disk is not filled up with reserves: at most this share of it.
    private static let share = 4

    private let database: String
    private var path: String { database + ".reserve" }
    private let bytes: Int
    private let isHeld = Atomic<Bool>(false)

    init(beside database: String) {
        self.database = database
        var disk = statvfs()
        let all = statvfs(database, &disk) == 0 ? Int(clamping: UInt64(disk.f_blocks) * UInt64(disk.f_frsize)) : 0
        bytes = min(DiskReserve.most, all / DiskReserve.share)
    }

    /// Takes the room, unless it is held already.
    package func take() -> Taking {
        if isHeld.load(ordering: .relaxed) { return .held }
        // To go beyond this limit is deadly, unless one ignores the signal.
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0, limit.rlim_cur < UInt64(bytes) {
            return .impossible(EFBIG)
        }
        let descriptor = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return DiskReserve.taking(errno) }
        // With the file system's help if it can, by writing if it cannot.
        let failure = posix_fallocate(descriptor, 0, off_t(bytes))
        close(descriptor)
        guard failure == 0 else {
            unlink(path)
            return DiskReserve.taking(failure)
        }
        isHeld.store(true, ordering: .relaxed)
        return .held
    }

    /// Takes it again once there is as much room besides, so that it is not given up again at once.
    func takeBack() -> Bool {
        var disk = statvfs()
        guard statvfs(database, &disk) == 0 else { return false }
        let free = Int(clamping: UInt64(disk.f_bavail) * UInt64(disk.f_frsize))
        return free >= 2 * bytes && take() == .held
    }

    /// Gives the room up. Answers false if there was none to give.
    func giveUp() -> Bool {
        guard isHeld.exchange(false, ordering: .relaxed) else { return false }
        return unlink(path) == 0
    }

    private static func taking(_ code: Int32) -> Taking {
        [ENOSPC, EDQUOT].contains(code) ? .noRoom : .impossible(code)
    }
}
