import Foundation
import TactAPI
import Testing

/// Mail through a `sendmail` to a mail server: msmtp and aiosmtpd, with Python's email package as the reader.
@Suite(.timeLimit(.minutes(2)))
struct MailDeliveryTests {
    private static func channel(_ port: Int) -> String {
        """
        [channel.email]
        transport = "sendmail"
        command = ["/usr/bin/msmtp", "--host=127.0.0.1", "--port=\(port)", "--auth=off", "--tls=off", "--timeout=5"]
        from = "Größe & Söhne <news@example.org>"
        envelope_from = "bounces@example.org"
        list = "lists.example.org"

        """
    }

    private func run(_ body: (Daemon, CourierProcess, Counterpart) async throws -> Void) async throws {
        let mailbox = try await Counterpart("mailbox.py", ["0"], in: WebhookTests.scratch)
        let retry = "{ attempts = 1, initial = \"1s\", max = \"1s\" }"
        try await CourierProcess.run(Self.channel(mailbox.port), retry: retry) { daemon, courier in
            for name in ["ann", "refused", "busy", "-oQ/tmp"] {
                let reply = try await daemon.put(
                    "/v1/recipients/\(name.filter(\.isLetter))",
                    ["addresses": ["email": .string("\(name)@example.net".replacingOccurrences(of: "/", with: "."))]])
                #expect(reply.status == 200)
            }
            try await body(daemon, courier, mailbox)
        }
    }

    @Test func bothPartsArriveAsTheyWereWritten() async throws {
        let title = "Grüße 👋 – " + String(repeating: "ein langer Betreff ", count: 12)
        let text = "Zeile eins\n.\n.. Punkte\nFrom here\n" + String(repeating: "ü", count: 3000)
        let html = "<p>Zeile <b>eins</b></p>"
        try await run { _, courier, mailbox in
            let content: JSON = ["title": .string(title), "body": .string(text), "html": .string(html)]
            let id = try await courier.send("email", content: String(decoding: content.encoded(), as: UTF8.self))
            #expect(try await courier.end(of: id) == "delivered")
            let mail = try #require(mailbox.mails.first)
            #expect(mail["from"] == "bounces@example.org")
            #expect(mail["to"] == ["ann@example.net"])
            #expect(mail["type"] == "multipart/alternative")
            #expect(mail["defects"] == [])
            #expect(mail["plain"]?.stringValue?.replacingOccurrences(of: "\r\n", with: "\n") == text)
            #expect(mail["html"]?.stringValue == html)
            #expect((mail["longest_line"]?.integerValue ?? 999) <= 78)
            let headers = try #require(mail["headers"])
            #expect(headers["Subject"]?.stringValue == title)
            #expect(headers["From"]?.stringValue == "Größe & Söhne <news@example.org>")
            #expect(headers["Message-ID"] == .string("<\(id)@lists.example.org>"))
            #expect(headers["List-Id"] == "<email.lists.example.org>")
            #expect(headers["Auto-Submitted"] == "auto-generated")
        }
    }

    @Test func aTitleCannotAddARecipient() async throws {
        try await run { _, courier, mailbox in
            let id = try await courier.send(
                "email", content: #"{"title":"x\r\nBcc: eve@example.net\r\n\r\nbody","body":"b"}"#)
            #expect(try await courier.end(of: id) == "delivered")
            let mail = try #require(mailbox.mails.first)
            #expect(mail["to"] == ["ann@example.net"])
            #expect(mail["headers"]?["Bcc"] == nil)
            #expect(mail["plain"]?.stringValue?.hasPrefix("b") == true)
        }
    }

    @Test func whatTheServerSaysDecides() async throws {
        try await run { _, courier, mailbox in
            let refused = try await courier.send("email", to: "refused")
            #expect(try await courier.end(of: refused) == "failed")
            #expect(try await courier.details(of: refused).first?.contains("sendmail refused it") == true)
            let busy = try await courier.send("email", to: "busy")
            #expect(try await courier.end(of: busy) == "failed")
            let nobody = try await courier.send("email", to: "nobody")
            #expect(try await courier.end(of: nobody) == "failed")
            #expect(try await courier.details(of: nobody).first?.contains("no address") == true)
            #expect(!courier.log.contains("example.net"), "addresses do not belong in logs")
            #expect(mailbox.mails.isEmpty)
        }
    }

    @Test func anAddressIsNoOption() async throws {
        try await run { _, courier, mailbox in
            let id = try await courier.send("email", to: "oQtmp")
            #expect(try await courier.end(of: id) == "failed" || mailbox.mails.first?["to"] == ["-oQ.tmp@example.net"])
        }
    }

    @Test func withoutAServerItIsTriedAgain() async throws {
        try await run { _, courier, mailbox in
            mailbox.stop()
            let id = try await courier.send("email")
            _ = try await courier.end(of: id)
            #expect(try await courier.details(of: id).first?.contains("sendmail") == true)
        }
    }
}
