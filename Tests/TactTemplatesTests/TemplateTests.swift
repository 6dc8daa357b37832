import TactAPI
import TactCore
import Testing

@testable import TactTemplates

@Suite("A template")
struct TemplateTests {
    @Test("says by itself what it uses of the person and of the message")
    func uses() throws {
        let template = try Template(
            TemplateDocument(
                variables: ["product", "items", "order"],
                texts: .init(
                    title: "{{recipient.first_name}}, {{product}}",
                    body: """
                        {{#recipient.city}}In {{recipient.city}}.{{/recipient.city}}{{^recipient.member}}Join!{{/recipient.member}}
                        {{#items}}{{name}}: {{price}}{{/items}} {{message.order.number}} {{#because}}{{because}}{{/because}}
                        """)))
        #expect(
            template.attributes == [
                AttributeNeed(name: "city", isOptional: true), AttributeNeed(name: "first_name"),
                AttributeNeed(name: "member", isOptional: true),
            ])
        #expect(template.variables.map(\.path) == ["because", "items", "order.number", "product"])
        #expect(template.variables.map(\.isOptional) == [true, true, false, false])
    }

    @Test("needs what is used outside of a section that asks for it, even once, and in any language")
    func needs() throws {
        let once = try template("{{#recipient.a}}{{recipient.a}}{{/recipient.a}} {{recipient.a}}")
        #expect(once.attributes == [AttributeNeed(name: "a")])
        let inverted = try template("{{^recipient.a}}{{recipient.a}}{{/recipient.a}}")
        #expect(inverted.attributes == [AttributeNeed(name: "a")])
        let abroad = try Template(
            TemplateDocument(texts: .init(body: "Hello"), locales: ["de": .init(body: "Hallo {{recipient.name}}")]))
        #expect(abroad.attributes == [AttributeNeed(name: "name")])
    }

    @Test(
        "is refused with line and column, and what to do",
        arguments: [
            ("Hello {{name}}", "body: line 1, column 7: there is no variable “name”; name it in “variables”"),
            ("a\nb {{prodct}}", "body: line 2, column 3: there is no variable “prodct”; did you mean “product”?"),
            ("{{{product}}}", "body: line 1, column 1: found a value that would not be escaped; write {{name}}"),
            ("{{&product}}", "body: line 1, column 1: found a value that would not be escaped; write {{name}}"),
            ("{{>other}}", "found a partial"), ("{{<other}}{{/other}}", "found inheritance"),
            ("{{$block}}{{/block}}", "found inheritance"), ("{{=<% %>=}}", "found other delimiters"),
            ("{{%CONTENT_TYPE: TEXT}}", "found a pragma"), ("{{uppercased(product)}}", "expected a name such as"),
            ("{{*product}}", "expected a name"), ("{{}}", "expected a name"), ("{{ . }}", "found “.”"),
            ("{{#product}}", "found no end of the section “product”; add {{/product}}"),
            ("{{/product}}", "found the end of “product”, which is not the section that is open"),
            ("{{#product}}{{#because}}{{/product}}{{/because}}", "sections end in reverse order"),
            ("{{product", "found “{{” without “}}” after it on the same line"), ("x {{", "found “{{” at the end"),
            ("{{product}", "without “}}”"), ("{{product\n}}", "without “}}”"),
            ("{{! never", "found a comment without an end"),
            ("{{recipient}}", "expected one attribute of the person"),
            ("{{#recipient}}{{first_name}}{{/recipient}}", "expected one attribute of the person"),
            ("{{recipient.address.city}}", "expected one attribute of the person"),
            ("{{message}}", "expected one variable"),
            ("{{message.x}}", "there is no variable “x”"), ("{{because.x}}", "expected “because”"),
            ("{{product..x}}", "expected a name"), ("{{a b}}", "expected a name"), ("{{prodüct}}", "expected a name"),
            ("  \n\t", "found nothing that shows"), ("a\u{202E}b", "found the character U+202E"),
            ("a\u{7}b", "found the character U+7"),
        ])
    func refused(_ text: String, _ why: String) {
        let found = faults(text, variables: ["product"])
        #expect(found.contains { $0.contains(why) }, "\(found)")
    }

    @Test("tells everything that is wrong with it, and a part by its name")
    func everything() {
        let found = faults(
            TemplateDocument(
                variables: ["a", "a"], texts: .init(title: "x\ny", body: "{{nope}}"),
                locales: ["de": .init(body: "{{{a}}}")]))
        #expect(found.contains { $0.hasPrefix("title: line 2, column 1: found a second line") }, "\(found)")
        #expect(found.contains { $0.hasPrefix("locales.de: found body, expected the same parts") })
        #expect(found.contains { $0.hasPrefix("variables: found “a” twice") })
        #expect(
            faults(TemplateDocument(texts: .init())) == [
                "found no text, expected at least one of title, body and html; add one"
            ])
    }

    @Test("lets values into HTML only where escaping keeps them values")
    func html() throws {
        func places(_ html: String) -> [String] {
            faults(TemplateDocument(variables: ["x"], texts: .init(html: html)))
        }
        #expect(places("<script>var x = '{{x}}'</script>").first?.contains("in <script>") == true)
        #expect(places("<style>a { color: {{x}} }</style>").first?.contains("in <style>") == true)
        #expect(places("<a title={{x}}>a</a>").first?.contains("outside of quotes") == true)
        #expect(places("<p {{x}}>a</p>").first?.contains("outside of quotes") == true)
        #expect(places("<{{x}}>").first?.contains("where an element's name stands") == true)
        #expect(places("</{{x}}>").first?.contains("where an element's name stands") == true)
        #expect(places("<p onclick=\"go('{{x}}')\">a</p>").first?.contains("the attribute onclick") == true)
        #expect(places("<p style='color:{{x}}'>a</p>").first?.contains("the attribute style") == true)
        #expect(places("<p title=\"{{#x}}\">a</p>{{/x}}").first?.contains("left a tag or a quote open") == true)
        #expect(places("<script/y>{{x}}</script>").first?.contains("in <script>") == true)
        #expect(
            places("<a href=\"{{#x}}\" title=\"{{/x}}{{x}}\">a</a>").first?.contains("left a tag or a quote open")
                == true)
        for good in [
            "<p title=\"{{x}}\">{{x}}</p>", "<p title='{{x}}'>", "<!-- {{x}} -->", "1 < 2 {{x}}",
            "<script>1 < 2</script><b>{{x}}</b>", "<title>{{x}}</title>", "<br/>{{x}}", "{{#x}}<b>{{x}}</b>{{/x}}",
            "<a href=\"https://shop.example/?q={{x}}\">a</a>", "{{! <p }}{{x}}",
        ] {
            #expect(throws: Never.self) {
                try Template(TemplateDocument(variables: ["x"], texts: .init(html: good)))
            }
        }
    }

    @Test("knows which values are links")
    func links() throws {
        func links(_ html: String) throws -> Set<String> {
            try Template(TemplateDocument(variables: ["x", "y"], texts: .init(html: html))).links
        }
        #expect(try links("{{#x}}<a href=\"{{.}}\">a</a>{{/x}}") == ["x"])
        #expect(try links("<a href=\"{{#x}}{{.}}{{/x}}\">a</a>") == ["x"])
        #expect(try links("<a href=\"{{#x}}https://e.example/{{/x}}{{y}}\">a</a>") == ["y"])
        #expect(try links("{{#x}}<a href=\"https://e.example/{{.}}\">a</a>{{/x}}") == [])
        #expect(try links("{{^x}}<a href=\"{{y}}\">a</a>{{/x}}") == ["y"])
        #expect(try links("<object data=\"{{x}}\">a</object><a href='{{y}}'>a</a>") == ["x", "y"])
        #expect(try links("<a href=\"{{x}}{{y}}\">a</a><a href=\"\n {{y}}\">b</a>") == ["x", "y"])
        let template = try Template(
            TemplateDocument(variables: ["x"], texts: .init(html: "{{#x}}<a href=\"{{.}}\">a</a>{{/x}}")))
        #expect(throws: RenderingFailure(.notLink, "x")) {
            try template.render(.init(variables: ["x": "javascript:alert(1)"]))
        }
    }

    @Test("has a size")
    func size() {
        let long = String(repeating: "x", count: 65_537)
        #expect(faults(long) == ["body: found 65537 bytes, expected at most 65536; shorten it"])
        let deep = String(repeating: "{{#a}}", count: 9) + String(repeating: "{{/a}}", count: 9)
        #expect(faults(deep, variables: ["a"]).first?.contains("more than 8 sections in each other") == true)
        #expect(
            faults(String(repeating: "{{a}}", count: 501), variables: ["a"]).first?.contains("more than 500 tags")
                == true)
        // What would exhaust a parser that follows it down.
        let abyss = String(repeating: "{{#a}}", count: 10_000)
        #expect(faults(abyss, variables: ["a"]).count == 1)
    }

    @Test("takes what fits of a message, and says what does not")
    func variables() throws {
        let template = try Template(
            TemplateDocument(
                variables: ["product", "link", "order"],
                texts: .init(
                    html: "<a href=\"{{link}}\">{{product}}</a> {{order.number}} {{#because}}{{.}}{{/because}}")))
        func wrong(_ variables: JSONObject) -> [String] {
            template.faults(variables: variables, because: nil).named.map { "\($0.pointer) \($0.detail)" }
        }
        #expect(wrong(["product": "Pizza", "link": "https://a.example/", "order": ["number": 4]]).isEmpty)
        let missing = wrong(["product": " ", "link": "javascript:alert(1)", "prodct": "x"])
        #expect(missing.count == 4)
        #expect(missing.contains { $0.hasPrefix("/variables/product missing or blank") })
        #expect(missing.contains { $0.hasPrefix("/variables/order/number missing or blank") })
        #expect(missing.contains { $0.hasPrefix("/variables/link the template has it as a link") })
        #expect(missing.contains { $0.contains("did you mean “product”?") })
    }

    @Test("is in the person's language, or in its own")
    func languages() throws {
        let template = try Template(
            TemplateDocument(
                texts: .init(body: "Hello"),
                locales: ["de": .init(body: "Hallo"), "pt-BR": .init(body: "Olá"), "zh-Hant": .init(body: "你好")]))
        for (locale, text) in [
            (nil, "Hello"), ("de", "Hallo"), ("de-CH", "Hallo"), ("pt-br", "Olá"), ("pt", "Hello"),
            ("zh-Hant-TW", "你好"), ("fr", "Hello"),
        ] {
            #expect(try template.render(.init(locale: locale)).parts.map(\.text) == [text])
        }
    }

    @Test("takes broken input for broken, and for nothing else")
    func fuzz() throws {
        var dice = Dice(seed: 4)
        let pieces = [
            "{{", "}}", "{", "}", "#", "^", "/", "!", ">", "<", "$", "=", "%", "&", "*", "a", "recipient.a",
            "message.a",
            "because", ".", " ", "\n", "\r\n", "\t", "(", ")", "<script>", "</script>", "\"", "'", "=", "\u{0}",
            "\u{301}",
            "\u{600}", "é", "😀", "\u{202E}", "{{a}}", "{{#a}}", "{{/a}}", "{{^a}}", "{{!x}}", "{{{a}}}",
        ]
        var taken = 0
        for _ in 0..<20_000 {
            let text = (0...dice.roll(0...12)).map { _ in dice.pick(from: pieces) }.joined()
            let document = TemplateDocument(
                variables: ["a"], texts: dice.chance(50) ? .init(body: text) : .init(html: text))
            guard let template = try? Template(document) else { continue }
            taken += 1
            _ = try? template.render(.init(attributes: ["a": "x"], variables: ["a": ["x", "y"]], because: "z"))
        }
        #expect(taken > 1000)
    }
}
