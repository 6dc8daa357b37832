import TactAPI
import TactCore
import Testing

@testable import TactTemplates

/// Where values may stand in HTML is decided as browsers read it, byte by byte.
@Suite("Places in HTML")
struct HTMLPlaceTests {
    private func why(_ html: String) -> String? {
        do throws(TemplateRefused) {
            _ = try Template(TemplateDocument(variables: ["x", "y"], texts: .init(html: html)))
            return nil
        } catch {
            return error.faults.map(\.description).joined(separator: "; ")
        }
    }

    /// A combining accent after an ASCII character makes another character of the two for people, and not for browsers.
    @Test(
        "an accent hides nothing",
        arguments: [
            ("<a title=\u{301}{{x}}>a</a>", "outside of quotes"),
            ("<a title=\"\u{301}\" {{x}}>a</a>", "outside of quotes"),
            ("<script>\u{301}{{x}}</script>", "in <script>"), ("<style>\u{301} {{x}} </style>", "in <style>"),
            ("<p title=\"a\"\u{301}{{x}}>a</p>", "outside of quotes"), ("<\u{301}p {{x}}>", nil),
            ("<p title=\"\u{301}{{x}} \u{301}\">a</p>", nil), ("<p title='\u{301}\"{{x}}'>a</p>", nil),
            ("<p title=\u{301}\"{{x}}\">a</p>", "outside of quotes"), ("<!--\u{301} {{x}} -->\u{301}{{x}}", nil),
            ("<!-- --\u{301}>{{x}}-->", "next to what may end the comment"),
            ("<script>a</script\u{301}>{{x}}</script>", "in <script>"), ("<b\u{301}>{{x}}</b>", nil),
            ("<a href=\"java\u{301}{{x}}\">a</a>", "where a link begins"), ("&\u{301}lt;{{x}}&amp\u{301};{{x}}", nil),
        ] as [(String, String?)])
    func accents(_ html: String, _ expected: String?) {
        let found = why(html)
        if let expected {
            #expect(found?.contains(expected) == true, "\(found ?? "taken")")
        } else {
            #expect(found == nil)
        }
    }

    @Test(
        "what browsers take for a tag, a comment or a script is one",
        arguments: [
            // With nothing before it, an equals sign is an attribute's name.
            ("<a =\"{{x}}\">a</a>", "outside of quotes"), ("<a b/=\"{{x}}\">a</a>", "outside of quotes"),
            ("<a b =\n\"{{x}}\">a</a>", nil), ("<a b=\"1\"c=\"{{x}}\">a</a>", nil), ("<a b=>{{x}}</a>", nil),
            ("<a b=c\"{{x}}\">a</a>", "outside of quotes"), ("<a\u{A0}b=\"{{x}}\">a</a>", "outside of quotes"),
            // A comment of the template does not take tokens apart.
            ("<scr{{! c }}ipt>{{x}}</script>", "in <script>"), ("<{{! c }}script>{{x}}</script>", "in <script>"),
            ("<a b={{! c }}\"{{x}}\">a</a>", nil), ("<p on{{! c }}click=\"{{x}}\">a</p>", "the attribute onclick"),
            ("<script></scriptx>{{x}}</script>", "in <script>"), ("<script></SCRIPT >{{x}}", nil),
            ("<script></script/x>{{x}}", nil), ("<script><!-- <script> </script> {{x}}</script>", "<!-- in <script>"),
            ("<title><a b=\"</title>{{x}}", nil), ("<title>{{x}}</title>", nil), ("<title></tit{{x}}le>", "in <title>"),
            ("<textarea><p title=\"</textarea><script>{{x}}", "in <script>"), ("<xmp>{{x}}</xmp>", "in <xmp>"),
            ("<svg><a href=\"https://a.example/{{x}}\">a</a></svg>", "found <svg>"), ("<math></math>", "found <math>"),
            ("<noscript>a</noscript>", "found <noscript>"), ("<plaintext>a", "found <plaintext>"),
            ("<select><title></title></select>", "found <select>"),
            ("<!-->{{x}}", nil), ("<!--->{{x}}", nil), ("<!-- --!><script>{{x}}</script>", "in <script>"),
            ("<!-- -{{x}} -->", "may end the comment"), ("<!-- {{x}}--> -->", "may end the comment"),
            ("<!--{{x}} -->", "may end the comment"), ("<!-- {{#x}}a{{/x}}> -->", "may end the comment"),
            ("<!-- {{x}} --> {{x}}", nil), ("<!doctype html>{{x}}", nil), ("<!doctype {{x}}>", "in a declaration"),
            ("<?php {{x}} ?>", "in a declaration"), ("</ {{x}}>", "in a declaration"), ("<!{{x}}>", "element's name"),
            ("<3 {{x}}", nil), ("<<b>{{x}}</b>", nil), ("<é {{x}}", nil), ("<a b=\"<script>{{x}}\">a</a>", nil),
            ("<title>{{#x}}</title><textarea>{{/x}}{{x}}</textarea>", "left a tag or a quote open"),
        ] as [(String, String?)])
    func tokens(_ html: String, _ expected: String?) {
        let found = why(html)
        if let expected {
            #expect(found?.contains(expected) == true, "\(found ?? "taken")")
        } else {
            #expect(found == nil)
        }
    }

    @Test("no value decides what kind of link it stands in")
    func schemes() {
        for begun in [
            "https://e.example/{{x}}", "HTTP://e.example?{{x}}", "mailto:{{x}}", "tel:{{x}}", "cid:{{x}}", "/{{x}}",
            "?{{x}}",
            "#{{x}}", "a/{{x}}", "{{x}}/{{y}}", " {{x}}",
        ] {
            #expect(why("<a href=\"\(begun)\">a</a>") == nil, "\(begun)")
        }
        for open in [
            "java{{x}}", "javascript:go('{{x}}')", "JavaScript:{{x}}", "&#106;avascript:{{x}}", "java\nscript:{{x}}",
            "data:text/html,{{x}}", "vbscript:{{x}}", "java{{#x}}s/{{/x}}{{y}}", "a{{x}}",
        ] {
            #expect(why("<a href=\"\(open)\">a</a>")?.contains("where a link begins") == true, "\(open)")
        }
    }

    /// Wherever a comment of the template stands, it changes nothing of what is refused, nor of what is a link.
    @Test("a comment in a template is not there, whatever is around it")
    func comments() throws {
        var dice = Dice(seed: 2026)
        let pieces = [
            "<", ">", "/", "!", "-", "--", "=", "\"", "'", " ", "\n", "a", "b", "script", "style", "title", "href",
            "onclick",
            "<p ", "</", "<!--", "-->", "<script>", "</script>", "\u{301}", "é", "&lt;", "{{x}}", "{{#x}}", "{{/x}}",
            "<a href=\"", "<p title=\"", "https:",
        ]
        var taken = 0
        for _ in 0..<5000 {
            let tokens = (0...dice.roll(1...12)).map { _ in dice.pick(from: pieces) }
            let (plain, cut) = (tokens.joined(), dice.roll(0...tokens.count))
            let commented = (tokens[..<cut] + ["{{! c }}"] + tokens[cut...]).joined()
            // An accent would be on the comment's brace, and a comment alone on its line takes the line with it.
            let scalars = (plain + commented).unicodeScalars
            let hasAccentedBrace = zip(scalars, scalars.dropFirst()).contains { $0 == "}" && $1 == "\u{301}" }
            guard !hasAccentedBrace, !plain.contains("\n"), PlainText.shows(plain) else {
                continue
            }
            let (a, b) = (try? made(plain), try? made(commented))
            #expect((a == nil) == (b == nil), "\(commented)")
            #expect(a?.links == b?.links, "\(commented)")
            if a != nil { taken += 1 }
        }
        #expect(taken > 200)
    }

    /// What is taken stays as it is built, whatever a value says: there are as many tags as before, and none is another.
    @Test("a hostile value changes nothing of what is around it")
    func values() throws {
        var dice = Dice(seed: 11)
        let pieces = [
            "<p title=\"", "\">", "<b>", "</b>", "'", "{{x}}", " ", "a", "<!-- ", " -->",
            "<a href=\"https://e.example/", "=",
            "/", "{{#x}}", "{{/x}}", "<p title='", "'>", "<title>", "</title>", "\u{301}", "-", "é",
        ]
        let hostile = "\u{301}\"'><script>alert(1)</script>--!>--><p onclick=\u{301}\"x\" </title>\u{301}`"
        var taken = 0
        for _ in 0..<5000 {
            let html = (0...dice.roll(1...14)).map { _ in dice.pick(from: pieces) }.joined()
            guard html.contains("{{x}}"), let template = try? made(html),
                let mild = try? template.render(.init(variables: ["x": "q"])).parts[0].text,
                let wild = try? template.render(.init(variables: ["x": .string(hostile)])).parts[0].text
            else { continue }
            taken += 1
            for byte in "<>\"'".utf8 {
                #expect(mild.utf8.count { $0 == byte } == wild.utf8.count { $0 == byte }, "\(html)")
            }
            #expect(end(mild) == end(wild), "\(html)")
        }
        #expect(taken > 200)
    }

    private func made(_ html: String) throws -> Template {
        try Template(TemplateDocument(variables: ["x"], texts: .init(html: html)))
    }

    /// Where a browser is at the end.
    private func end(_ html: String) -> HTMLReader.State {
        var reader = HTMLReader()
        for byte in html.utf8 { reader.read(byte) }
        return reader.state
    }
}
