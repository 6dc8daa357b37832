import Mustache
import TactAPI
import TactCore
import TactSettings
import Testing

@testable import TactWeb

@Suite("What pages are made of")
struct PartTests {
    @Test("nothing gets out of its place in HTML, also with an accent on it")
    func escaping() throws {
        MustacheContentTypes.register(SafeHTML(), named: SafeHTML.name)
        let template = try MustacheTemplate(string: "{{% CONTENT_TYPE: SAFE}}<a b=\"{{x}}\">{{x}}</a>")
        let evil = "\"\u{301} onfocus=x <\u{338}script>'\u{301}&\u{301}`"
        let page = template.render(["x": evil])
        // Looked at as browsers do: byte by byte.
        #expect(page.utf8.count(where: { $0 == UInt8(ascii: "\"") }) == 2)
        #expect(page.utf8.count(where: { $0 == UInt8(ascii: "<") }) == 2)
        #expect(!page.utf8.contains(UInt8(ascii: "'")) && !page.utf8.contains(UInt8(ascii: "`")))
        #expect(page.unicodeScalars.contains("\u{301}"), "what is no danger stays")
    }

    @Test("names do not turn the line around, nor hide anything")
    func shownTexts() {
        #expect(shown("pay\u{202E}gnp.exe") == "paygnp.exe")
        #expect(shown("a\u{200B}b\u{2066}c\u{FEFF}d\u{E0041}") == "abcd")
        #expect(shown("a\r\nb\tc\u{0}") == "a  b c ")
        #expect(shown("\u{5E9}\u{5DC}\u{5D5}\u{5DD}") == "\u{5E9}\u{5DC}\u{5D5}\u{5DD}", "languages are languages")
        #expect(shown("👩\u{200D}👧") == "👩\u{200D}👧")
        #expect(shown(String(repeating: "x", count: 5000)).count == 2001)
    }

    @Test("forms are read as browsers send them")
    func forms() throws {
        let form = try #require(
            Form(Array("a=1+2&b=%C3%BC%2B&a=3&c&=x&d=%zz%4".utf8), contentType: "application/x-www-form-urlencoded"))
        #expect(form["a"] == "1 2")
        #expect(form.all("a") == ["1 2", "3"])
        #expect(form["b"] == "ü+")
        #expect(form["c"] == "")
        #expect(form["d"] == "%zz%4")
        #expect(form["e"] == nil)
        let body = """
            --xx\r\nContent-Disposition: form-data; name="form"\r\n\r\nabc\r\n--xx\r\nContent-Disposition: form-data; \
            name="file"; filename="a.ics"\r\nContent-Type: text/calendar\r\n\r\nBEGIN\r\n--x\r\nEND\r\n--xx--\r\n
            """
        let upload = try #require(Form(Array(body.utf8), contentType: "multipart/form-data; boundary=xx"))
        #expect(upload["form"] == "abc")
        #expect(upload.file == Array("BEGIN\r\n--x\r\nEND".utf8))
        for type in ["multipart/form-data", "multipart/form-data; boundary=", "text/plain", nil] {
            #expect(Form(Array(body.utf8), contentType: type) == nil, "\(type ?? "none")")
        }
        // Cut anywhere: no end of the program.
        for length in 0..<body.utf8.count {
            _ = Form(Array(body.utf8.prefix(length)), contentType: "multipart/form-data; boundary=xx")
        }
    }

    @Test("a switch says something only where the person has turned it")
    func switches() throws {
        let (on, off) = (Form(encoded: "on.a=yes"), Form())
        #expect(try Site.switched("on.a", Form(encoded: "was=&on.a=yes"), off) == true)
        #expect(try Site.switched("on.a", Form(encoded: "was=on.a%3Dyes"), on) == false)
        for untouched in ["was=on.a%3Dyes&on.a=yes", "was="] {
            for now in [on, off] { #expect(try Site.switched("on.a", Form(encoded: untouched), now) == nil) }
        }
        // Turned here and elsewhere alike.
        #expect(try Site.switched("on.a", Form(encoded: "was=&on.a=yes"), on) == nil)
    }

    @Test("of a page that is older than what was said since, only what was changed on it is taken")
    func stalePages() throws {
        var page = Form()
        page.add("count", "2")
        page.add("per", "a week & more")
        for (said, now, isChanged) in [
            ("2", "2", false), ("3", "2", true), ("2", "5", false), ("3", "3", false), ("3", "5", nil as Bool?),
        ] {
            var sent = Form()
            sent.add(Form.shownField, page.encoded)
            sent = Form(encoded: sent.encoded)
            #expect(sent.shown == page)
            sent.add("count", said)
            sent.add("per", "a week & more")
            var current = Form()
            current.add("count", now)
            current.add("per", "a week & more")
            if let isChanged {
                #expect(try sent.isChanged(["count", "per"], now: current) == isChanged, "\(said), now \(now)")
            } else {
                #expect(throws: Trouble.self) { try sent.isChanged(["count", "per"], now: current) }
            }
        }
    }

    @Test("so many at a time, and not all of them one link's")
    func underWay() {
        let uploads = UnderWay(most: 3, ofOne: 2)
        #expect((0..<3).map { _ in uploads.begin("a") } == [true, true, false])
        #expect(uploads.begin("b"))
        #expect(!uploads.begin("c"))
        uploads.end("a")
        #expect(uploads.begin("c"))
        #expect(!uploads.begin("a"))
    }

    @Test("a topic is shown as the daemon takes it")
    func consented() throws {
        // Newest first: “withdrawn email,granted”.
        let cases: [(consent: String, words: String, isConsented: Bool)] = [
            ("opt_in", "", false), ("opt_in", "granted", true), ("opt_in", "granted email", true),
            ("opt_in", "withdrawn email,granted", true), ("opt_in", "withdrawn,granted email", false),
            ("opt_in", "granted fax", false), ("opt_out", "", true), ("opt_out", "withdrawn email", true),
            ("opt_out", "withdrawn push,withdrawn email", false), ("not_required", "", true),
            ("not_required", "withdrawn", false), ("not_required", "granted,withdrawn", true),
        ]
        for (consent, words, isConsented) in cases {
            let records = words.split(separator: ",").map { record(String($0)) }
            let topic: JSON = [
                "name": "a", "kind": "transactional", "consent": .string(consent), "channels": ["email", "push"],
            ]
            let choice = try #require(TopicChoice(topic, preferences: [:], consents: records))
            #expect(choice.isConsented == isConsented, "\(consent): \(words)")
            #expect(choice.isOn == isConsented, "\(consent): \(words)")
        }
    }

    /// From “withdrawn”, or “withdrawn email”.
    private func record(_ words: String) -> JSON {
        let parts = words.split(separator: " ").map { String($0) }
        var record: JSONObject = ["topic": "a", "state": .string(parts[0])]
        record["channel"] = parts.count > 1 ? .string(parts[1]) : .null
        return .object(record)
    }

    @Test("yes stays yes where it is corrected, and a number a number")
    func corrections() {
        #expect(Site.corrected("false", before: true) == false)
        #expect(Site.corrected("True", before: false) == true)
        #expect(Site.corrected("no", before: true) == nil)
        #expect(Site.corrected("7", before: 3) == 7)
        #expect(Site.corrected("seven", before: 3) == "seven")
        #expect(Site.corrected("true", before: "x") == "true")
    }

    @Test("a form's token is that of its link, and of no other")
    func formTokens() {
        let (one, other) = (Session(token: String(repeating: "a", count: 50)), Session(token: "b"))
        #expect(one.isOwn(one.formToken))
        #expect(!one.isOwn(other.formToken) && !one.isOwn(nil) && !one.isOwn("") && !one.isOwn(one.formToken + "0"))
        #expect(one.formToken.count == 36)
        #expect(Session.isPlausible(one.token) && !Session.isPlausible("b"))
        #expect(!Session.isPlausible(String(repeating: "a", count: 45) + "/../"))
        #expect(!Session.isPlausible(String(repeating: "é", count: 50)))
    }

    @Test("a link may ask so much, and more when time has passed")
    func rateLimit() {
        let limit = RateLimit(perMinute: 60, burst: 3)
        let start = Timestamp(milliseconds: 1_000_000)
        #expect((0..<5).map { _ in limit.take("a", now: start) } == [true, true, true, false, false])
        #expect(limit.take("b", now: start), "others have their own")
        #expect(!limit.take("a", now: start + Duration(milliseconds: 900)))
        #expect(limit.take("a", now: start + Duration(milliseconds: 1900)))
        #expect(!limit.take("a", now: start - Duration(milliseconds: 5000)), "a clock that is set back gives nothing")
        for number in 0..<30_000 { _ = limit.take("stranger \(number)", now: start) }
    }

    @Test("times are those of the zone, in the language")
    func times() throws {
        let t = try Timestamp(rfc3339: "2026-11-22T23:30:00Z")
        #expect(LocalTimes(.german, zone: "Europe/Paris").told(t) == "Montag, 23. November 2026, 00:30 Uhr")
        #expect(LocalTimes(.chinese, zone: "Asia/Tokyo").told(t) == "2026年11月23日 星期一 08:30")
        for nowhere in [nil, "../../etc/passwd", "Europe/Nowhere", ""] {
            #expect(LocalTimes(.english, zone: nowhere).told(t) == "Sunday, 22 November 2026, 23:30")
        }
        #expect(LocalTimes.zones.contains("Europe/Paris"))
    }

    @Test(
        "tact-web listens to this machine alone",
        arguments: [
            "0.0.0.0:80", "192.168.1.1:8480", "[::]:8480", ":8480", "127.0.0.1", "127.0.0.1:0", "relative.sock",
            "127.0.0.1.example.org:80",
        ])
    func listening(_ place: String) {
        #expect(throws: ConfigurationRefused.self) {
            try WebSettings.load(
                text: "[server]\nurl = \"https://example.org/p\"\nlisten = \"\(place)\"", file: "web.toml")
        }
    }

    @Test("the example of the configuration is right")
    func example() throws {
        let settings = try WebSettings.load(path: "config/web.toml")
        #expect(settings.place == .port(host: "127.0.0.1", port: 8480))
        #expect(settings.url.path == "/preferences" && settings.url.isSecure && settings.warnings.isEmpty)
        #expect(settings.url.origin == "https://example.org")
    }

    @Test(
        "an address of pages is https, or this machine's",
        arguments: [
            "http://example.org/p", "ftp://example.org", "https://", "https://a@example.org/", "https://e.org/p?x",
            "//e.org",
            "https://e.org/a b", "https://e.org/<p>", "https://e.org/a/../b", "http://localhost.example.org/",
            "http://127.0.0.1.example.org/", "https://e.org/p#x",
        ])
    func addresses(_ text: String) { #expect(PageURL(text) == nil) }

    @Test("an address's slash at the end is not doubled")
    func slash() throws {
        #expect(try #require(PageURL("https://e.org/p//")).text == "https://e.org/p")
        #expect(try #require(PageURL("http://localhost:8080/")).path == "")
        #expect(try #require(PageURL("http://[::1]:8080/x")).origin == "http://[::1]:8080")
    }
}
