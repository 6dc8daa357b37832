import Foundation
import TactCore

/// A wall clock for one daemon that a test steps as it likes, by libfaketime (Debian's `faketime`). The clock that no
/// step moves stays what it is.
final class FakeClock: Sendable {
    private let file: String
    private let library: String

    struct Missing: Error, CustomStringConvertible {
        var description: String { "libfaketime is not installed: apt-get install faketime" }
    }

    private static let library = ["x86_64", "aarch64"]
        .map { "/usr/lib/\($0)-linux-gnu/faketime/libfaketimeMT.so.1" }
        .first { FileManager.default.fileExists(atPath: $0) }

    /// A clock that shows `start` now and goes on from there.
    init(at start: Timestamp) throws {
        guard let library = FakeClock.library else { throw Missing() }
        self.library = library
        file = NSTemporaryDirectory() + "/tact-clock-\(UUID().uuidString)"
        try step(to: start)
    }

    deinit { try? FileManager.default.removeItem(atPath: file) }

    var environment: [String: String] {
        [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file, "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        ]
    }

    /// Sets the clock, forward or back.
    func step(to instant: Timestamp) throws {
        let milliseconds = (instant - wallClock()).milliseconds
        let text = String(abs(milliseconds) / 1000) + "." + String(abs(milliseconds) % 1000 + 1000).dropFirst()
        try ((milliseconds < 0 ? "-" : "+") + text).write(toFile: file, atomically: true, encoding: .utf8)
    }
}
