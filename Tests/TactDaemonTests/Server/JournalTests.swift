import Glibc
import Logging
import TactAPI
import Testing

@testable import TactService

/// What the journal is sent: datagrams, read here in its place.
@Suite struct JournalTests {
    let directory = TestDirectory()

    /// A journal of the test's own, and the datagrams that came to it.
    private final class Listener {
        let descriptor: CInt
        let path: String

        init(path: String) throws {
            self.path = path
            descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
            let bound = try #require(UnixAddress(path: path)).withPointer { bind(descriptor, $0, $1) }
            try #require(bound == 0)
        }

        deinit { close(descriptor) }

        /// The next datagram's fields; nil: there is none.
        func next() -> [(name: String, value: String)]? {
            var bytes = [UInt8](repeating: 0, count: 256 * 1024)
            let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
            return count < 0 ? nil : Self.fields(bytes[..<count])
        }

        /// As the protocol has it: `NAME=value\n`, or `NAME\n`, eight bytes of length, the value, `\n`.
        private static func fields(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: String)] {
            var fields: [(String, String)] = []
            var rest = bytes
            while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == UInt8(ascii: "=") }) {
                let name = String(decoding: rest[..<end], as: UTF8.self)
                let isOneLine = rest[end] != 0x0A
                rest = rest[(end + 1)...]
                var length = rest.firstIndex(of: 0x0A).map { $0 - rest.startIndex } ?? rest.count
                if !isOneLine {
                    length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
                    rest = rest.dropFirst(8)
                }
                fields.append((name, String(decoding: rest.prefix(length), as: UTF8.self)))
                rest = rest.dropFirst(length + 1)
            }
            return fields
        }
    }

    private func logger(_ listener: Listener) throws -> Logger {
        let journal = try #require(Journal(path: listener.path))
        return Logger(label: "tactd") {
            JournalLogHandler(label: $0, journal: journal, otherwise: .standardError(label: $0))
        }
    }

    @Test func everyPartOfAnEntryHasAFieldOfItsOwn() throws {
        let listener = try Listener(path: directory.file("journal"))
        var logger = try logger(listener)
        logger[metadataKey: "channel"] = "sms"
        logger.warning("a message failed", metadata: ["message": "7m2k9qxd-1a", "retry-after": "10m"])
        let fields = try #require(listener.next())
        #expect(
            fields.map { "\($0.name)=\($0.value)" } == [
                "MESSAGE=a message failed: channel=sms message=7m2k9qxd-1a retry-after=10m", "PRIORITY=4",
                "SYSLOG_IDENTIFIER=tactd", "TACT_CHANNEL=sms", "TACT_MESSAGE=7m2k9qxd-1a", "TACT_RETRY_AFTER=10m",
            ])
        #expect(listener.next() == nil)
    }

    @Test(arguments: ["two\nlines", "\n", "ends\n", "PRIORITY=0\nTACT_MESSAGE=forged", "an = sign", "", "Grüße"])
    func noValueBreaksOutOfItsField(value: String) throws {
        let listener = try Listener(path: directory.file("journal"))
        try logger(listener).error("failed", metadata: ["reason": .string(value)])
        let fields = try #require(listener.next())
        #expect(fields.map(\.name) == ["MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "TACT_REASON"])
        #expect(fields.last?.value == value)
        #expect(fields.first?.value == "failed: reason=\(value)")
    }

    @Test func levelsAreThoseOfSyslog() throws {
        let listener = try Listener(path: directory.file("journal"))
        var logger = try logger(listener)
        logger.logLevel = .trace
        let told = Logger.Level.allCases.map { level in
            logger.log(level: level, "said")
            return listener.next()?.first { $0.name == "PRIORITY" }?.value
        }
        #expect(told == ["7", "7", "6", "5", "4", "3", "2"])
    }

    @Test func anEntryFitsIntoADatagram() throws {
        let listener = try Listener(path: directory.file("journal"))
        let long = String(repeating: "x", count: 1 << 20)
        try logger(listener).error("failed", metadata: ["reason": .string(long)])
        #expect(try #require(listener.next()).last?.value.utf8.count == 16 * 1024)
    }

    @Test func theJournalIsMeantOnlyIfStderrLeadsThere() throws {
        let listener = try Listener(path: directory.file("journal"))
        var file = stat()
        fstat(listener.descriptor, &file)
        #expect(Journal.isStream(listener.descriptor, "\(file.st_dev):\(file.st_ino)"))
        for name in [nil, "", "0:0", "\(file.st_dev):\(file.st_ino + 1)", "nonsense"] {
            #expect(!Journal.isStream(listener.descriptor, name), "\(name ?? "not set")")
        }
    }

    @Test func whatTheJournalDoesNotTakeIsNotLost() throws {
        let journal = try #require(Journal(path: directory.file("nobody")))
        let lines = Lines()
        let handler = JournalLogHandler(
            label: "tactd", journal: journal, otherwise: StreamLogHandler(label: "tactd", stream: lines))
        Logger(label: "tactd", factory: { _ in handler }).error("failed", metadata: ["message": "7m2k9qxd-1a"])
        #expect(lines.text.contains(" error tactd") && lines.text.contains("message=7m2k9qxd-1a"))
    }

    private final class Lines: TextOutputStream, @unchecked Sendable {  // Written and read by one test.
        var text = ""
        func write(_ string: String) { text += string }
    }
}
