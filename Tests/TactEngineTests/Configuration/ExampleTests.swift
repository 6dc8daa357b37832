import Foundation
import TactAPI
import TactCore
import TactEngine
import Testing

/// `config/tactd.toml` is what people start from.
@Suite struct ExampleTests {
    static let path = packageFolder.appendingPathComponent("config/tactd.toml").path

    static func example() throws -> Configuration {
        try Configuration.load(path: path, zones: try systemZones.get())
    }

    @Test func loadsWithoutWarnings() throws {
        #expect(try Self.example().warnings == [])
    }

    @Test func saysWhatItSays() throws {
        let example = try Self.example()
        #expect(example.server == .init(socket: "/run/tact/tact.sock"))
        #expect(example.store == .init(path: "/var/lib/tact/tact.db"))
        #expect(example.access.entries[.work] == [.user("tact-courier")])
        #expect(example.access.entries[.administer] == [])
        let policy = example.policy
        #expect(policy.unknownZone == .plausible)
        #expect(policy.quietHours?.description == "22:00–08:00")
        #expect(
            policy.channel("push")
                == Channel(
                    name: "push", address: .required, spread: .minutes(10), rate: .init(count: 200, per: .seconds(1)),
                    retry: .init(attempts: 8, initial: .seconds(30), max: .hours(6))))
        #expect(
            policy.topic("offers")
                == Topic(
                    name: "offers", title: "Offers for you",
                    description: "Now and then, a price that is lower than usual.", kind: .marketing, consent: .optIn,
                    purpose: "To tell you of offers you may like.", confidence: 0.8,
                    fallback: .words(title: "An offer", body: "There is an offer for you.", html: nil),
                    channels: ["push", "email"], maxWait: .hours(24),
                    expiresIn: .days(3), repeatAfter: .days(30), fingerprintsContent: true, complaints: .init()))
        #expect(policy.topic("login-code")?.respects == [])
        #expect(policy.sendWindows.map(\.windows.description) == ["08:00–21:00"])
        #expect(policy.caps.map(\.period) == [.sliding(.hours(24)), .sliding(.minutes(30))])
        #expect(policy.pendingPerRecipient == 1000)
        #expect(policy.submitsPerSender == .init(count: 500, per: .seconds(1)))
        #expect(policy.retention == .init(content: .zero, history: .days(400), decisions: .days(90)))
        #expect(policy.version.count == 16)
    }
}
