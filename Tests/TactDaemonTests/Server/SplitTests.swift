import NIOCore
import Testing

@testable import TactDaemon

/// Bytes come in pieces of any size, and may be anything.
@Suite
struct SplitTests {
    /// SplitMix64: a test that fails prints its seed.
    struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    static let requests = [
        "GET /v1/status?x=%20y HTTP/1.1\r\nHost: t\r\n\r\n",
        "POST /v1/messages HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
        "POST /stream HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
        "HEAD / HTTP/1.1\r\nHost: t\r\nX-Long: \(String(repeating: "x", count: 300))\r\n\r\n",
        "DELETE /refused HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc",
    ]

    let routes = TestRoutes(
        policy: { head in
            switch head.path.first {
            case "stream": .stream
            case "refused": .refuse(Response(.forbidden))
            default: .collect(max: 100)
            }
        },
        handle: { request, responder in
            responder.respond(
                Response(.ok, "text/plain", ByteBuffer(string: "\(request.head.path) \(request.body.readableBytes)")))
        },
        stream: { _, responder in
            let sink = ClosureSink()
            var total = 0
            sink.chunk = { total += $0.readableBytes }
            sink.end = { responder.respond(Response(.ok, "text/plain", ByteBuffer(string: "\(total)"))) }
            return sink
        })

    /// The answers to `bytes` sent in pieces, without their dates.
    func answers(to bytes: [UInt8], dice: inout Dice, pieces: Int) throws -> String {
        var limits = ServerLimits()
        (limits.idle, limits.collectedBody, limits.bodyPause) = (.seconds(8), .seconds(8), .seconds(8))
        (limits.head, limits.stall, limits.linger) = (.seconds(8), .seconds(8), .seconds(8))
        let wire = try Wire(routes, limits)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = pieces == 1 ? rest.count : Int.random(in: 1...max(1, bytes.count / pieces), using: &dice)
            // A connection that is closing refuses what still comes.
            _ = try? wire.channel.writeInbound(ByteBuffer(bytes: rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        let lines = try wire.answers().split(separator: "\r\n", omittingEmptySubsequences: false)
        wire.loop.advanceTime(by: .seconds(30))
        #expect(!wire.channel.isActive)
        return lines.filter { !$0.hasPrefix("Date:") }.joined(separator: "\n")
    }

    @Test func answersDoNotDependOnHowTheBytesAreCut() throws {
        let all = Array(Self.requests.joined().utf8)
        var dice = Dice(state: 1)
        let whole = try answers(to: all, dice: &dice, pieces: 1)
        #expect(whole.split(separator: "HTTP/1.1 ").count == Self.requests.count)
        for seed in 1...100 as ClosedRange<UInt64> {
            dice = Dice(state: seed)
            let cut = try answers(to: all, dice: &dice, pieces: Int.random(in: 2...all.count, using: &dice))
            #expect(cut == whole, "seed \(seed)")
        }
    }

    @Test func damagedRequestsAreAnsweredOrRefused() throws {
        for seed in 1...1000 as ClosedRange<UInt64> {
            var dice = Dice(state: seed)
            var bytes = Array(Self.requests.shuffled(using: &dice).joined().utf8)
            for _ in 0..<Int.random(in: 1...5, using: &dice) {
                let place = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &dice), at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
                }
            }
            let text = try answers(to: bytes, dice: &dice, pieces: Int.random(in: 1...20, using: &dice))
            #expect(text.isEmpty || text.hasPrefix("HTTP/1.1 "), "seed \(seed)")
            #expect(!text.contains("HTTP/1.1 500"), "seed \(seed)")
        }
    }
}
