import TactAPI
import TactCore
import Testing

@testable import TactCourier

/// Mail as it is written. What others read in it, the system tests ask.
@Suite struct MailTests {
    static let settings = SendmailSettings(
        command: ["/usr/sbin/sendmail"], from: MailAddress(name: "Shop", address: "news@example.org"),
        envelopeFrom: "bounces@example.org", list: "example.org")

    static func mail(_ content: JSONObject, unsubscribe: String? = nil) throws -> String {
        let parcel = Parcel(
            id: "54smhnbd-1", lease: "l", recipient: "ann", address: "ann@example.org", channel: "email",
            topic: "offers", content: content, attempt: 1, expiresAt: "2026-11-22T09:00:00.000Z",
            unsubscribe: unsubscribe)
        let message = try MailMessage(
            parcel, to: "ann@example.org", settings, at: Timestamp(seconds: 784_111_777))
        return String(decoding: message.encoded(), as: UTF8.self)
    }

    @Test func theWayOutIsInTheHeaders() throws {
        let mail = try Self.mail(["title": "t", "body": "b"], unsubscribe: "https://example.org/u/AbC-_9")
        #expect(
            mail.contains(
                "\nList-Unsubscribe: <https://example.org/u/AbC-_9>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
            ))
        for other in [
            "https://e.org/>\nBcc: <eve@e.org", "http://example.org/u/x", "mailto:x@e.org", "https://e.org/ü",
        ] {
            #expect(!(try Self.mail(["title": "t", "body": "b"], unsubscribe: other)).contains("List-Unsubscribe"))
        }
        #expect(!(try Self.mail(["title": "t", "body": "b"])).contains("List-Unsubscribe"))
    }

    @Test func aPlainMessage() throws {
        #expect(
            try Self.mail(["title": "Pizza", "body": "Two for one"]) == """
                From: "Shop" <news@example.org>
                To: <ann@example.org>
                Subject: Pizza
                Date: Sun, 06 Nov 1994 08:49:37 +0000
                Message-ID: <54smhnbd-1@example.org>
                List-Id: <offers.example.org>
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: base64

                VHdvIGZvciBvbmU=

                """)
    }

    @Test func aTitleCannotAddAHeader() throws {
        for title in [
            "x\r\nBcc: eve@example.org", "x\nBcc: eve@example.org", "x\u{2028}y", "x\u{85}Bcc: eve@example.org",
        ] {
            let head = try Self.mail(["title": .string(title), "body": "b"]).split(separator: "\n\n")[0]
            #expect(!head.split(separator: "\n").contains { $0.hasPrefix("Bcc") })
        }
    }

    @Test func noLineOfAHeaderIsTooLong() throws {
        let titles = [
            String(repeating: "ä", count: 500), String(repeating: "👩‍👩‍👧‍👦", count: 50),
            String(repeating: "word ", count: 100), String(repeating: "x", count: 400), "=?UTF-8?B?eA==?=", " x ",
        ]
        for title in titles {
            let mail = try Self.mail(["title": .string(title), "body": "b"])
            for line in mail.split(separator: "\n") { #expect(line.utf8.count <= 78, "\(line)") }
        }
    }

    @Test func whatIsMissingIsNamed() {
        func reason(_ content: JSONObject) -> String? {
            do {
                _ = try Self.mail(content)
                return nil
            } catch {
                return (error as? MailMessage.Unusable)?.reason
            }
        }
        #expect(reason(["body": "b"])?.contains("content.title") == true)
        #expect(reason(["title": "  ", "body": "b"])?.contains("content.title") == true)
        #expect(reason(["title": "t"])?.contains("content.body") == true)
        #expect(reason(["title": "t", "body": 5])?.contains("content.body") == true)
        #expect(reason(["title": "t", "body": .null, "html": "<p>"]) == nil)
    }

    @Test(arguments: [
        "ann@example.org", "a.b+c@sub.example.org", "o'hara@example.org", "a@localhost", "-f@example.org",
    ])
    func isAnAddress(_ text: String) { #expect(MailAddress.isAddress(text)) }

    @Test(arguments: [
        "", "ann", "@example.org", "ann@", "a@b@c", "a b@example.org", "a\n@example.org", ".a@example.org",
        "a..b@example.org", "\"a b\"@example.org", "a@-example.org", "a@exa mple.org", "a@example..org",
        "ä@example.org",
        "a@exämple.org", "a,b@example.org", "a@[127.0.0.1]", "a@example.org\0",
        String(repeating: "a", count: 65) + "@example.org",
    ])
    func isNoAddress(_ text: String) { #expect(!MailAddress.isAddress(text)) }

    @Test func sendersHaveNames() {
        #expect(MailAddress("Shop <a@b.org>") == MailAddress(name: "Shop", address: "a@b.org"))
        #expect(MailAddress("\"A, B\" <a@b.org>") == MailAddress(name: "A, B", address: "a@b.org"))
        #expect(MailAddress("a@b.org") == MailAddress(name: nil, address: "a@b.org"))
        for text in ["Shop <a>", "Shop a@b.org", "x\n<a@b.org>", "<a@b.org> x"] { #expect(MailAddress(text) == nil) }
    }
}
