import NIOCore
import Testing

@testable import TactDaemon

/// The time limits, on a loop whose clock the test turns.
@Suite
struct TimeLimitTests {
    @Test func anIdleConnectionIsClosed() throws {
        let wire = try Wire()
        try wire.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try wire.answers().hasPrefix("HTTP/1.1 200 OK"))
        wire.pass(.seconds(299))
        #expect(wire.channel.isActive)
        try wire.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(try wire.answers().hasPrefix("HTTP/1.1 200 OK"))
        wire.pass(.seconds(299))
        #expect(wire.channel.isActive)
        wire.pass(.seconds(2))
        #expect(!wire.channel.isActive)
        #expect(try wire.answers() == "")
    }

    @Test func aConnectionOnWhichNothingComesIsClosedSoon() throws {
        let wire = try Wire()
        wire.pass(.seconds(9))
        #expect(wire.channel.isActive)
        wire.pass(.seconds(2))
        #expect(!wire.channel.isActive)
        #expect(try wire.answers() == "")
    }

    @Test func aHeadThatTricklesIsRefused() throws {
        let wire = try Wire()
        for letter in "GET / HTTP" {
            try wire.send(String(letter))
            wire.pass(.seconds(1))
        }
        wire.pass(.seconds(1))
        #expect(try wire.answers().hasPrefix("HTTP/1.1 408 Request Timeout"))
        wire.pass(.seconds(3))
        #expect(!wire.channel.isActive)
    }

    @Test func aBodyThatPausesIsRefused() throws {
        let wire = try Wire()
        try wire.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\na")
        wire.pass(.seconds(59))
        try wire.send("b")
        wire.pass(.seconds(59))
        #expect(try wire.answers() == "")
        wire.pass(.seconds(2))
        #expect(try wire.answers().hasPrefix("HTTP/1.1 408 Request Timeout"))
    }

    @Test func aCollectedBodyMayNotTakeForEver() throws {
        let wire = try Wire()
        try wire.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\na")
        for _ in 0..<11 {
            wire.pass(.seconds(10))
            try wire.send("b")
        }
        #expect(try wire.answers() == "")
        wire.pass(.seconds(11))
        #expect(try wire.answers().hasPrefix("HTTP/1.1 408 Request Timeout"))
    }

    @Test func aStreamedBodyMayTakeForEverButNotPause() throws {
        var error: BodyError?
        let sink = ClosureSink()
        sink.error = { error = $0 }
        nonisolated(unsafe) let shared = sink  // One thread only.
        let routes = TestRoutes(
            policy: { _ in .stream },
            stream: { _, responder in
                shared.chunk = { bytes in
                    if String(buffer: bytes) == "wait" { responder.pauseReading() }
                    if String(buffer: bytes) == "keep" { responder.onClosed {} }
                }
                return shared
            })
        let wire = try Wire(routes)
        try wire.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\na")
        for _ in 0..<100 {
            wire.pass(.seconds(30))
            try wire.send("keep")
        }
        #expect(error == nil)
        wire.pass(.seconds(301))
        #expect(error == .tooSlow)
        #expect(try wire.answers().hasPrefix("HTTP/1.1 408 Request Timeout"))
    }

    @Test func aBodyThatIsHeldBackIsNotTooSlow() throws {
        var error: BodyError?
        let sink = ClosureSink()
        sink.error = { error = $0 }
        nonisolated(unsafe) let shared = sink
        let routes = TestRoutes(
            policy: { _ in .stream },
            stream: { _, responder in
                shared.chunk = { _ in responder.pauseReading() }
                return shared
            })
        let wire = try Wire(routes)
        try wire.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1000\r\n\r\na")
        wire.pass(.hours(1))
        #expect(error == nil)
        #expect(wire.channel.isActive)
    }

    @Test func aLongPollMayWait() throws {
        nonisolated(unsafe) var kept: Responder?
        let wire = try Wire(TestRoutes(handle: { _, responder in kept = responder }))
        try wire.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
        wire.pass(.hours(1))
        #expect(try wire.answers() == "")
        kept?.respond(Response(.noContent))
        #expect(try wire.answers().hasPrefix("HTTP/1.1 204 No Content"))
        #expect(wire.channel.isActive)
    }

    @Test func datesAreWrittenAsHTTPWantsThem() {
        #expect(DateField.httpDate(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(DateField.httpDate(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
