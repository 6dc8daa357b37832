import Crypto
import FoundationEssentials
import Glibc
import TactCore

/// Who was erased, one after the other, in a file that only grows. An older copy of the keys that is put back still has the
/// keys of those, and an older database does not know what they had switched off; this list makes up for both.
///
///     head    "tacterased", version, whose list it is: numbers mean something within one vault alone
///     entry   length (4 bytes, little end first), an `ErasedPerson`, a checksum of both
///
/// Used under the lock of its vault alone.
struct ErasureList {
    let path: String
    private let head: [UInt8]
    /// How many entries there are; as of the last reading or writing.
    private(set) var count = 0
    /// Where the next entry goes; nil: it was not looked yet.
    private var end: Int?

    private static let checksumLength = 8
    /// Far more than an entry has: what says that it is longer is none.
    private static let longest = 16 << 20

    init(path: String, of vault: Int64) {
        self.path = path
        head = Array("tacterased\u{2}".utf8) + [0, 0, 0, 0, 0] + vault.bytes
    }

    /// What is no whole entry is passed over, whatever it is. One that was not written to its end is made anew, for its
    /// erasure was announced in the database first; one whose bytes were changed takes no other with it.
    mutating func read() throws(VaultError) -> [ErasedPerson] {
        (count, end) = (0, 0)
        guard KeysFile.exists(path) else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .failed("\(path) cannot be read")
        }
        let bytes = [UInt8](data)
        // The power went before anything of its first entry came to the disk: it has its length, and nothing in it.
        guard bytes.count >= head.count, bytes.contains(where: { $0 != 0 }) else { return [] }
        guard bytes.starts(with: head) else { throw .ofAnotherDatabase(path: path) }
        var people: [ErasedPerson] = []
        var place = head.count
        while place < bytes.count {
            if let (person, next) = ErasureList.entry(in: bytes, at: place) {
                people.append(person)
                place = next
            } else {
                place += 1
            }
        }
        (count, end) = (people.count, bytes.count)
        return people
    }

    /// nil: there is no whole one.
    private static func entry(in bytes: [UInt8], at place: Int) -> (ErasedPerson, next: Int)? {
        guard place + 4 <= bytes.count else { return nil }
        let length = bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        let sum = place + 4 + length
        // The fields first: few bytes that are none look like some, and to add up many takes long.
        guard length <= longest, sum + checksumLength <= bytes.count, let person = ErasedPerson(bytes[place + 4..<sum]),
            checksum(bytes[place..<sum]) == Array(bytes[sum..<sum + checksumLength])
        else { return nil }
        return (person, sum + checksumLength)
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        Array(SHA256.hash(data: bytes).prefix(checksumLength))
    }

    /// On disk when it returns.
    mutating func append(_ person: ErasedPerson) throws(VaultError) {
        if end == nil { _ = try read() }
        let place = end ?? 0
        let fields = person.encoded
        var entry = withUnsafeBytes(of: UInt32(fields.count).littleEndian) { [UInt8]($0) } + fields
        entry += ErasureList.checksum(entry[...])
        let bytes = place == 0 ? head + entry : entry
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw KeysFile.failure("\(path) cannot be opened") }
        defer { close(descriptor) }
        let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, off_t(place)) }
        guard written == bytes.count, fsync(descriptor) == 0 else {
            throw KeysFile.failure("\(path) cannot be written")
        }
        if place == 0 { try File.synchronizeFolder(of: path) }
        (count, end) = (count + 1, place + bytes.count)
    }
}
