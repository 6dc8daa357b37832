import Crypto
import TactCore
import TactStore
import Testing

@testable import TactEngine

@Suite("Links")
struct LinksTests {
    private let links = Links(key: SymmetricKey(data: [UInt8](repeating: 7, count: 32)))
    private let noon = Timestamp(milliseconds: 1_800_000_000_000)

    private func grant(_ recipient: String = "ann", topic: String? = nil) -> Grant {
        Grant(
            scope: topic == nil ? .preferences : .unsubscribe, recipient: recipient, holder: 12,
            issue: LinkIssue(era: -7, round: 3), topic: topic, issued: noon,
            expires: topic == nil ? noon + .hours(1) : .distantFuture)
    }

    @Test("a link says what it was made to say, until its time is over")
    func roundTrip() throws {
        for grant in [grant(), grant("Größe/👋"), grant(String(repeating: "x", count: 256))] {
            let token = try #require(links.token(grant))
            #expect(links.open(token, now: noon) == grant)
            #expect(links.open(token, now: noon + .hours(1) - Duration(milliseconds: 1)) == grant)
            #expect(links.open(token, now: noon + .hours(1)) == nil, "expired")
            #expect(links.open(token, now: noon - .hours(1)) == nil, "from the future")
        }
    }

    @Test("a link to unsubscribe does not end, wherever clocks go: mail is kept for years")
    func unsubscribing() throws {
        let topic = String(repeating: "t", count: 128)
        for grant in [grant(topic: "offers"), grant(String(repeating: "x", count: 256), topic: topic)] {
            let token = try #require(links.token(grant))
            #expect(token.utf8.count <= Links.longestToken)
            for now in [noon, noon - .days(4000), noon + .days(4000)] { #expect(links.open(token, now: now) == grant) }
        }
    }

    @Test("the recipient cannot be read from it, and neither can the length of their id")
    func isSealed() throws {
        let tokens = try ["a", "ann", "annabella"].map { try #require(links.token(grant($0))) }
        #expect(Set(tokens.map(\.count)).count == 1)
        #expect(tokens.allSatisfy { !String(decoding: Base64URL.decode($0) ?? [], as: UTF8.self).contains("ann") })
        #expect(links.token(grant()) != links.token(grant()), "no two links are the same")
    }

    @Test("every change of any bit, and every cut, is refused")
    func forged() throws {
        let token = try #require(links.token(grant()))
        let bytes = try #require(Base64URL.decode(token))
        for place in bytes.indices {
            for bit in 0..<8 {
                var other = bytes
                other[place] ^= 1 << bit
                #expect(links.open(Base64URL.encode(other), now: noon) == nil, "byte \(place), bit \(bit)")
            }
        }
        for length in 0..<token.count { #expect(links.open(String(token.prefix(length)), now: noon) == nil) }
        for other in [
            token + "A", token + "=", " " + token, token.uppercased(), "", "é", token.replacing("_", with: "/") + "/",
        ] {
            #expect(links.open(other, now: noon) == nil)
        }
        #expect(Links().open(token, now: noon) == nil, "another key")
    }

    @Test("a token has one spelling")
    func spelling() throws {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.decode("AB") == nil, "bits that mean nothing are set")
        #expect(Base64URL.decode("AA") == [0])
        #expect(Base64URL.decode("A") == nil)
    }
}
