import TactAPI
import TactCore

/// A message as mail (RFC 5322, MIME).
struct MailMessage: Sendable {
    struct Unusable: Error {
        var reason: String
    }

    /// Names and values, in order.
    private(set) var headers: [(name: String, value: String)] = []
    private var text: String?
    private var html: String?
    private let boundary: String

    /// From a message whose content has `title` and one of `body` (plain text) and `html`.
    init(_ parcel: Parcel, to address: String, _ settings: SendmailSettings, at now: Timestamp) throws(Unusable) {
        func part(_ name: String) throws(Unusable) -> String? {
            switch parcel.content[name] {
            case nil, .null?: return nil
            case .string(let text)?: return text
            case .bool?, .integer?, .number?, .array?, .object?:
                throw Unusable(reason: "content.\(name) is no text; mail takes title, body and html as texts")
            }
        }
        guard let title = try part("title"), !title.allSatisfy(\.isWhitespace) else {
            throw Unusable(reason: "content.title is missing: mail takes its subject from it")
        }
        text = try part("body")
        html = try part("html")
        guard text != nil || html != nil else {
            throw Unusable(reason: "content.body and content.html are missing: mail takes its text from them")
        }
        // In Base64 no line of a part can be this one.
        boundary = "=_tact_\(parcel.id)"
        let from = settings.from
        headers = [
            ("From", (from.name.map { MailText.phrase($0) + " " } ?? "") + "<\(from.address)>"),
            ("To", "<\(address)>"),
            ("Subject", MailText.header(title, column: "Subject: ".count)),
            ("Date", now.mailDate),
            // The same for each attempt, so that whoever gets it twice can tell.
            ("Message-ID", "<\(parcel.id)@\(settings.list)>"),
            ("List-Id", "<\(parcel.topic.listLabel).\(settings.list)>"),
            ("Auto-Submitted", "auto-generated"),
            ("MIME-Version", "1.0"),
        ]
        if let url = parcel.unsubscribe, url.isHeaderURL {
            // RFC 8058: the mail program posts there, without asking anything.
            headers.append(("List-Unsubscribe", "<\(url)>"))
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        }
    }

    /// With the system's line ends, as `sendmail` reads them.
    func encoded() -> [UInt8] {
        var lines = headers.map { "\($0.name): \($0.value)" }
        switch (text, html) {
        case (let text?, let html?):
            lines += ["Content-Type: multipart/alternative; boundary=\"\(boundary)\"", ""]
            lines += ["--\(boundary)"] + part(text, "plain")
            lines += ["--\(boundary)"] + part(html, "html")
            lines += ["--\(boundary)--"]
        case (let text?, nil): lines += part(text, "plain")
        case (nil, let html?): lines += part(html, "html")
        case (nil, nil): lines += part("", "plain")
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func part(_ text: String, _ kind: String) -> [String] {
        [
            "Content-Type: text/\(kind); charset=utf-8", "Content-Transfer-Encoding: base64", "",
            MailText.base64(text),
        ]
    }
}

extension String {
    /// Whether it is a URL of plain characters that fits a header's line: at most 998 (RFC 5322, section 2.1.1).
    fileprivate var isHeaderURL: Bool {
        hasPrefix("https://") && utf8.count <= 900
            && utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
    }

    /// A topic as a label of List-Id (RFC 2919, section 2: a dot-atom). Topics are such already, but for dots at their
    /// edges.
    fileprivate var listLabel: String {
        split(separator: ".").joined(separator: ".")
    }
}
