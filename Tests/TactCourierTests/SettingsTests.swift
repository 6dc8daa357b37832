import TactCore
import TactSettings
import Testing

@testable import TactCourier

/// The courier's configuration file.
@Suite struct SettingsTests {
    static func load(_ text: String) throws -> CourierSettings { try CourierSettings.load(text: text, file: "c.toml") }

    static func refusal(_ text: String) -> String {
        do {
            _ = try load(text)
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test func aWebhookSaysWhereAndHow() throws {
        let settings = try Self.load(
            """
            [daemon]
            socket = "/tmp/s"
            [channel.push]
            transport = "webhook"
            url = "https://example.org/x"
            secrets = ["new", "/etc/tact/old"]
            allow_networks = ["10.1.0.0/16"]
            timeout = "5s"
            concurrency = 7
            rate = "10/s"
            """)
        #expect(settings.socket == "/tmp/s")
        let channel = try #require(settings.channels.first)
        #expect(channel.name == "push")
        #expect(channel.timeout == .seconds(5))
        #expect(channel.concurrency == 7)
        #expect(channel.rate == Channel.Rate(count: 10, per: .seconds(1)))
        guard case .webhook(let webhook) = channel.transport else {
            Issue.record("\(channel.transport)")
            return
        }
        #expect(webhook.secrets == ["new", "/etc/tact/old"])
        #expect(webhook.allowed.map(\.description) == ["10.1.0.0/16"])
    }

    @Test func programsAndMailHaveTheirDefaults() throws {
        let settings = try Self.load(
            """
            [channel.sms]
            transport = "program"
            command = ["/bin/sms", "a b"]
            environment = { LANG = "C.UTF-8" }
            [channel.email]
            transport = "sendmail"
            from = "Shop <news@example.org>"
            """)
        #expect(settings.channels.map(\.name) == ["sms", "email"])
        #expect(
            settings.channels[0].transport
                == .program(ProgramSettings(command: ["/bin/sms", "a b"], environment: ["LANG": "C.UTF-8"])))
        #expect(
            settings.channels[1].transport
                == .sendmail(
                    SendmailSettings(
                        command: ["/usr/sbin/sendmail"], from: MailAddress(name: "Shop", address: "news@example.org"),
                        envelopeFrom: "news@example.org", list: "example.org")))
    }

    @Test func anEmptyFileServesNothing() throws {
        #expect(try Self.load("") == CourierSettings(socket: "/run/tact/tact.sock", channels: []))
    }

    @Test(arguments: [
        ("[channel.a]\n", "c.toml:1: channel.a.transport: found nothing"),
        ("[channel.a]\ntransport = \"webhok\"", "c.toml:2: channel.a.transport: found “webhok”"),
        ("[channel.a]\ntransport = \"webhook\"\nsecrets = [\"s\"]", "channel.a.url: found nothing"),
        ("[channel.a]\ntransport = \"webhook\"\nurl = \"address\"", "channel.a.secrets: found none"),
        (
            "[channel.a]\ntransport = \"webhook\"\nurl = \"ftp://x\"\nsecrets = [\"s\"]",
            "scheme is neither https nor http"
        ),
        (
            "[channel.a]\ntransport = \"webhook\"\nurl = \"address\"\nsecrets = [\"s\"]\nallow_networks = [\"10.1.2.3/8\"]",
            "found “10.1.2.3/8”, expected a network"
        ),
        ("[channel.a]\ntransport = \"webhook\"\nurl = \"address\"\nsecrets = [\"a/b\"]", "found “a/b”"),
        ("[channel.a]\ntransport = \"program\"", "channel.a.command: found nothing"),
        ("[channel.a]\ntransport = \"program\"\ncommand = [\"sms\"]", "expected an absolute path"),
        (
            "[channel.a]\ntransport = \"program\"\ncommand = [\"/x\"]\nmode = \"twice\"",
            "expected one of \"once\", \"lines\""
        ),
        (
            "[channel.a]\ntransport = \"program\"\ncommand = [\"/x\"]\nenvironment = { \"A=B\" = \"c\" }",
            "expected letters, digits and underscores"
        ),
        ("[channel.a]\ntransport = \"sendmail\"", "channel.a.from: found nothing"),
        ("[channel.a]\ntransport = \"sendmail\"\nfrom = \"x\"", "found “x”, expected an address"),
        ("[channel.a]\ntransport = \"sendmail\"\nfrom = \"a@b\"\nlist = \"-\"", "expected a domain"),
        ("[channel.a]\ntransport = \"program\"\ncommand = [\"/x\"]\nconcurrency = 0", "expected a whole number from 1"),
        (
            "[channel.a]\ntransport = \"program\"\ncommand = [\"/x\"]\nurl = \"x\"",
            "channel.a.url: found an unknown key"
        ),
        (
            "[channel.\"a b\"]\ntransport = \"program\"\ncommand = [\"/x\"]",
            "expected the name of one of tactd's channels"
        ),
        ("[[channel]]\nname = \"a\"", "write [channel.NAME]"),
        ("[chanel.a]", "found an unknown key, expected one of channel, daemon; did you mean channel?"),
    ])
    func refuses(_ text: String, _ expected: String) {
        let refusal = Self.refusal(text)
        #expect(refusal.contains(expected), "\(refusal)")
    }

    /// The example vector of the Standard Webhooks specification's libraries.
    @Test func signaturesAreThoseOfTheSpecification() throws {
        let secret = try WebhookSecret(text: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64!"])
    func isNoSecret(_ text: String) {
        do {
            _ = try WebhookSecret(text: text)
            Issue.record("accepted")
        } catch {
            #expect(text.isEmpty || !error.description.contains(text.dropFirst(6)) || text.count <= 6)
        }
    }
}
