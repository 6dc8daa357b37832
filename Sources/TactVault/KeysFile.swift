import Crypto
import FoundationEssentials
import Glibc

/// The file with the recipients' keys: a head, and a slot of 64 bytes for each recipient that ever was, by number. No slot
/// crosses a sector of the disk, so one is written or it is not.
///
///     head   "tactkeys", version, whose keys, the tag of the master key, the lookup secret wrapped by it, and, where no
///            master key is given from outside, that key itself; then a checksum. Twice, for one may be torn.
///     slot   0: never used · 1: tag of the master key, wrapped key · 2: erased, all else zeros · else: damaged
///
/// Used under the lock of its vault alone; that is what makes the class Sendable.
final class KeysFile: @unchecked Sendable {
    struct Head: Equatable {
        /// Which database these keys are for: that one knows the same number.
        var vault: Int64
        var tag: MasterKey.Tag
        var secret: [UInt8]
        /// A master key that was drawn here for want of one from outside.
        var own: [UInt8]?
    }

    enum Slot: Equatable {
        case unused
        case key(MasterKey.Tag, [UInt8])
        case erased
        /// Its bytes were changed: all but the first of them as they are.
        case damaged([UInt8])
    }

    static let slotLength = 64
    static let headLength = 4096
    private static let magic = Array("tactkeys".utf8)
    private static let version: UInt8 = 1
    /// Where the head stands, in sectors of their own.
    private static let places: [off_t] = [0, 1024]
    /// The file grows by so many slots at once: to write into a file is cheaper than to make it longer.
    private static let growth = 4096

    let path: String
    private let descriptor: Int32
    /// For how many slots there is room.
    private(set) var capacity: Int64

    /// Opens the file, or makes an empty one.
    init(path: String, creating: Bool) throws(VaultError) {
        self.path = path
        descriptor = Glibc.open(path, (creating ? O_CREAT | O_EXCL : 0) | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw KeysFile.failure("\(path) cannot be opened") }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw KeysFile.failure("\(path) cannot be looked at") }
        capacity = max(0, (Int64(status.st_size) - Int64(KeysFile.headLength)) / Int64(KeysFile.slotLength))
    }

    deinit { close(descriptor) }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    // MARK: Head

    func readHead() throws(VaultError) -> Head {
        var problem = "it is shorter than its head"
        for place in KeysFile.places {
            guard let bytes = try? read(KeysFile.encodedHeadLength, at: place) else { continue }
            guard bytes.starts(with: KeysFile.magic) else {
                problem = "it does not begin as a file of keys does"
                continue
            }
            guard KeysFile.checksum(bytes.dropLast(8)) == Array(bytes.suffix(8)) else {
                problem = "the checksum of its head is wrong"
                continue
            }
            guard bytes[8] == KeysFile.version else { throw .newerVersion(path: path) }
            return KeysFile.decode(bytes)
        }
        throw .damaged(path: path, problem)
    }

    /// Writes one head after the other, each safely on disk before the next.
    func write(_ head: Head) throws(VaultError) {
        // The first time, the whole page: what follows it has its place.
        if (try? read(KeysFile.headLength, at: 0)) == nil {
            try write([UInt8](repeating: 0, count: KeysFile.headLength), at: 0)
        }
        for place in KeysFile.places.reversed() {
            try write(KeysFile.encode(head), at: place)
            try synchronize()
        }
    }

    private static let encodedHeadLength = 8 + 8 + 8 + MasterKey.wrappedLength + 4 + MasterKey.length + 8

    private static func encode(_ head: Head) -> [UInt8] {
        var bytes = magic + [version, head.own == nil ? 0 : 1, 0, 0, 0] + head.tag.bytes
        bytes += head.vault.bytes
        bytes += head.secret + [0, 0, 0, 0]
        bytes += head.own ?? [UInt8](repeating: 0, count: MasterKey.length)
        return bytes + checksum(bytes[...])
    }

    private static func decode(_ bytes: [UInt8]) -> Head {
        let secret = Array(bytes[24..<24 + MasterKey.wrappedLength])
        let own = Array(bytes[24 + MasterKey.wrappedLength + 4..<bytes.count - 8])
        return Head(
            vault: Int64(bytes: bytes[16..<24]), tag: .init(bytes: Array(bytes[13..<16])), secret: secret,
            own: bytes[9] == 1 ? own : nil)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] { Array(SHA256.hash(data: bytes).prefix(8)) }

    // MARK: Slots

    private static func place(_ number: Int64) -> off_t {
        off_t(headLength) + off_t(number - 1) * off_t(slotLength)
    }

    func slot(_ number: Int64) throws(VaultError) -> Slot {
        guard number > 0, number <= capacity else { return .unused }
        return try slots(number...number)[0]
    }

    /// Slots one after the other, all within the capacity.
    func slots(_ numbers: ClosedRange<Int64>) throws(VaultError) -> [Slot] {
        let bytes = try read(numbers.count * KeysFile.slotLength, at: KeysFile.place(numbers.lowerBound))
        var slots: [Slot] = []
        slots.reserveCapacity(numbers.count)
        for start in stride(from: 0, to: bytes.count, by: KeysFile.slotLength) {
            slots.append(KeysFile.decode(bytes[start..<start + KeysFile.slotLength]))
        }
        return slots
    }

    /// The same; one that the disk does not give back is damaged, and takes none beside it along.
    func slotsAsFarAsRead(_ numbers: ClosedRange<Int64>) -> [Slot] {
        if let slots = try? slots(numbers) { return slots }
        return numbers.map { (try? slot($0)) ?? .damaged([UInt8](repeating: 0, count: KeysFile.slotLength - 1)) }
    }

    private static func decode(_ bytes: ArraySlice<UInt8>) -> Slot {
        let start = bytes.startIndex
        switch bytes[start] {
        case 0: return .unused
        case 1: return .key(.init(bytes: Array(bytes[start + 1..<start + 4])), Array(bytes[(start + 4)...]))
        case 2: return .erased
        default: return .damaged(Array(bytes.dropFirst()))
        }
    }

    private static func encode(_ slot: Slot) -> [UInt8] {
        switch slot {
        case .unused: [UInt8](repeating: 0, count: slotLength)
        case .key(let tag, let wrapped): [1] + tag.bytes + wrapped
        case .erased: [2] + [UInt8](repeating: 0, count: slotLength - 1)
        case .damaged(let rest): [3] + rest
        }
    }

    /// Writes slots, those that follow each other at once. They are on disk after `synchronize`.
    func write(_ slots: [(number: Int64, slot: Slot)]) throws(VaultError) {
        guard let last = slots.last else { return }
        if last.number > capacity { try grow(to: last.number) }
        var index = 0
        while index < slots.count {
            let first = slots[index].number
            var bytes: [UInt8] = []
            var next = first
            while index < slots.count, slots[index].number == next {
                bytes += KeysFile.encode(slots[index].slot)
                next += 1
                index += 1
            }
            try write(bytes, at: KeysFile.place(first))
        }
    }

    private func grow(to number: Int64) throws(VaultError) {
        let target = (number / Int64(KeysFile.growth) + 1) * Int64(KeysFile.growth)
        let zeros = [UInt8](repeating: 0, count: KeysFile.growth * KeysFile.slotLength)
        var done = capacity
        while done < target {
            let count = min(Int64(KeysFile.growth), target - done)
            try write(Array(zeros.prefix(Int(count) * KeysFile.slotLength)), at: KeysFile.place(done + 1))
            done += count
        }
        capacity = target
    }

    func synchronize() throws(VaultError) {
        guard fdatasync(descriptor) == 0 else { throw KeysFile.failure("\(path) could not be brought to disk") }
    }

    // MARK: Bytes

    /// How long the file is as far as it is used: what a copy of it has.
    func length(slots: Int64) -> Int { KeysFile.headLength + Int(slots) * KeysFile.slotLength }

    /// Throws if there are not as many.
    func read(_ count: Int, at place: off_t) throws(VaultError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let result = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress?.advanced(by: done), count - done, place + off_t(done))
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else {
                if result == 0 { throw .damaged(path: path, "it ends too early") }
                throw KeysFile.failure("\(path) cannot be read")
            }
            done += result
        }
        return bytes
    }

    func write(_ bytes: [UInt8], at place: off_t) throws(VaultError) {
        var done = 0
        while done < bytes.count {
            let result = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, place + off_t(done))
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { throw KeysFile.failure("\(path) cannot be written") }
            done += result
        }
    }

    static func failure(_ what: String) -> VaultError {
        let code = errno
        let text = "\(what) (\(String(cString: strerror(code))))"
        return [ENOSPC, EDQUOT, EFBIG].contains(code) ? .noRoom(text) : .failed(text)
    }
}

extension Int64 {
    /// Little end first.
    var bytes: [UInt8] { withUnsafeBytes(of: littleEndian) { [UInt8]($0) } }

    init(bytes: ArraySlice<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | Int64($1) }
    }
}
