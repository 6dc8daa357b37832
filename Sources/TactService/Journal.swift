import Glibc
import TactAPI

/// systemd's journal, spoken to in its own protocol, a datagram an entry: https://systemd.io/JOURNAL_NATIVE_PROTOCOL.
package final class Journal: Sendable {
    /// Where the journal listens.
    package static let socket = "/run/systemd/journal/socket"

    private let path: String
    private let descriptor: CInt

    /// nil, unless stderr leads to the journal: systemd says by device and inode which stream it has connected
    /// (JOURNAL_STREAM, systemd.exec(5)). Whoever has put a file or a terminal in its place since wants to see lines there.
    package convenience init?() {
        guard Journal.isStream(STDERR_FILENO, Environment.value("JOURNAL_STREAM")) else { return nil }
        self.init(path: Journal.socket)
    }

    /// nil: there is nobody to speak to.
    package init?(path: String) {
        let descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, UnixAddress(path: path) != nil else {
            close(descriptor)
            return nil
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Whether a descriptor is the stream that `device:inode` names.
    package static func isStream(_ descriptor: CInt, _ name: String?) -> Bool {
        var file = stat()
        guard let name, fstat(descriptor, &file) == 0 else { return false }
        return name == "\(file.st_dev):\(file.st_ino)"
    }

    /// Sends an entry. Never waits: answers false where the journal takes nothing now.
    func send(_ entry: JournalDatagram) -> Bool {
        guard let address = UnixAddress(path: path) else { return false }
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        let sent = address.withPointer { sendto(descriptor, entry.bytes, entry.bytes.count, flags, $0, $1) }
        return sent == entry.bytes.count
    }
}

/// One entry of the journal, as it is sent.
struct JournalDatagram {
    /// A value that is longer is cut: an entry has to fit into one datagram.
    static let longestValue = 16 * 1024
    /// As much as the journal takes of a field's name.
    private static let longestName = 64

    private(set) var bytes: [UInt8] = []

    /// Adds a field. A value of several lines cannot stand after an equals sign: it comes after its length.
    mutating func add(_ name: String, _ value: String) {
        let value = value.utf8.prefix(JournalDatagram.longestValue)
        bytes += name.utf8.prefix(JournalDatagram.longestName)
        if value.contains(0x0A) {
            bytes.append(0x0A)
            withUnsafeBytes(of: UInt64(value.count).littleEndian) { bytes += $0 }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value
        bytes.append(0x0A)
    }

    /// `lease_age` as the journal would have it: `TACT_LEASE_AGE`. Anything but letters, digits and underscores is refused
    /// there, so it becomes an underscore.
    static func name(ofField key: String) -> String {
        "TACT_"
            + String(
                decoding: key.utf8.map { byte -> UInt8 in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
                    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
                    default: UInt8(ascii: "_")
                    }
                }, as: UTF8.self)
    }
}
