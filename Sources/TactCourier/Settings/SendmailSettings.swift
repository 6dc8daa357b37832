import TactCore
import TactSettings

/// Delivery by mail, through the `sendmail` of the machine's own mail server.
package struct SendmailSettings: Hashable, Sendable {
    /// The program by its absolute path, and arguments that come before ours.
    package var command: [String]
    package var from: MailAddress
    /// Where bounces go.
    package var envelopeFrom: String
    /// The domain of List-Id and Message-ID.
    package var list: String

    init(_ section: Section) {
        command = section.command ?? ["/usr/sbin/sendmail"]
        from = section.required("from", .mailAddress) ?? MailAddress(name: nil, address: "nobody@localhost")
        envelopeFrom = section.value("envelope_from", .plainAddress) ?? from.address
        list = section.value("list", .domain) ?? from.domain
    }

    package init(command: [String], from: MailAddress, envelopeFrom: String, list: String) {
        self.command = command
        self.from = from
        self.envelopeFrom = envelopeFrom
        self.list = list
    }
}

extension Reader where T == MailAddress {
    static var mailAddress: Reader {
        .text(
            "an address such as \"Example Shop <news@example.org>\" or \"news@example.org\"",
            example: "\"news@example.org\""
        ) { MailAddress($0) }
    }
}

extension Reader where T == String {
    static var plainAddress: Reader {
        .text("an address such as \"bounces@example.org\"", example: "\"bounces@example.org\"") { text in
            MailAddress.isAddress(text) ? text : nil
        }
    }

    static var domain: Reader {
        .text("a domain such as \"example.org\"", example: "\"example.org\"") { text in
            MailAddress.isDomain(text) ? text : nil
        }
    }
}
