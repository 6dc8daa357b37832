import Crypto
import FoundationEssentials
import Glibc
import TactCore

/// Who was erased: numbers and keyed hashes, one after the other, in a file that only grows. An older copy of the keys that
/// is put back still has the keys of those; this list takes them away again.
struct ErasureList {
    struct Entry: Equatable {
        var recipient: Int64
        /// Of the id.
        var hash: [UInt8]
        var at: Timestamp

        static let length = 8 + 8 + KeyedHash.length + 8

        /// With a checksum at its end.
        var encoded: [UInt8] {
            let bytes = recipient.bytes + at.milliseconds.bytes + hash
            return bytes + SHA256.hash(data: bytes).prefix(8)
        }

        init(recipient: Int64, hash: [UInt8], at: Timestamp) {
            self.recipient = recipient
            self.hash = hash
            self.at = at
        }

        init?(_ bytes: ArraySlice<UInt8>) {
            let start = bytes.startIndex
            guard bytes.count == Entry.length,
                bytes.suffix(8).elementsEqual(SHA256.hash(data: bytes.dropLast(8)).prefix(8))
            else { return nil }
            recipient = Int64(bytes: bytes[start..<start + 8])
            at = Timestamp(milliseconds: Int64(bytes: bytes[start + 8..<start + 16]))
            hash = Array(bytes[start + 16..<start + 16 + KeyedHash.length])
        }
    }

    let path: String

    /// Whose list it is: numbers mean something within one vault alone.
    private static func head(_ vault: Int64) -> [UInt8] {
        Array("tacterased\u{1}".utf8) + [0, 0, 0, 0, 0] + vault.bytes
    }

    /// An entry that was not written to its end is passed over: its erasure is made anew, for it was announced in the
    /// database first.
    func read(of vault: Int64) throws(VaultError) -> [Entry] {
        guard KeysFile.exists(path) else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .failed("\(path) cannot be read")
        }
        let bytes = [UInt8](data)
        let head = ErasureList.head(vault)
        // The power went before anything of its first entry came to the disk: it has its length, and nothing in it.
        guard bytes.count >= head.count, bytes.contains(where: { $0 != 0 }) else { return [] }
        guard bytes.starts(with: head) else { throw .ofAnotherDatabase(path: path) }
        return stride(from: head.count, to: bytes.count, by: Entry.length).compactMap {
            Entry(bytes[$0..<min($0 + Entry.length, bytes.count)])
        }
    }

    /// On disk when it returns. Never two at once: they would write to the same place.
    func append(_ entry: Entry, of vault: Int64) throws(VaultError) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw KeysFile.failure("\(path) cannot be opened") }
        defer { close(descriptor) }
        let head = ErasureList.head(vault)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw KeysFile.failure("\(path) cannot be looked at") }
        // What a torn entry left is written over.
        let whole = (max(0, Int(status.st_size) - head.count) / Entry.length) * Entry.length
        let isNew = ErasureList.isWithoutHead(descriptor, head.count)
        let bytes = (isNew ? head : []) + entry.encoded
        let place = isNew ? 0 : off_t(head.count + whole)
        let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, place) }
        guard written == bytes.count, fsync(descriptor) == 0 else {
            throw KeysFile.failure("\(path) cannot be written")
        }
        if isNew { try File.synchronizeFolder(of: path) }
    }

    /// Too short for one, or zeros in its place.
    private static func isWithoutHead(_ descriptor: Int32, _ length: Int) -> Bool {
        var bytes = [UInt8](repeating: 0, count: length)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, length, 0) }
        return count < length || bytes.allSatisfy { $0 == 0 }
    }
}
