import TactAPI
import TactCore
import Testing

@testable import TactTemplates

@Suite("What a template comes out as")
struct RenderingTests {
    @Test("is what the Mustache specification says, as far as it is used here")
    func specification() throws {
        #expect(try body("Hello, {{a}}!", variables: ["a": "world"]) == "Hello, world!")
        #expect(try body("{{a}} jiggawatts", variables: ["a": 85]) == "85 jiggawatts")
        #expect(try body("{{a}}", variables: ["a": .number(1.21)]) == "1.21")
        #expect(try body("{{a.b.c}}", variables: ["a": ["b": ["c": "x"]]]) == "x")
        #expect(try body("| {{ a }} |", variables: ["a": "---"]) == "| --- |")
        #expect(try body("x{{#a}}y{{/a}}", variables: ["a": true]) == "xy")
        #expect(try body("x{{#a}}y{{/a}}", variables: ["a": false]) == "x")
        #expect(try body("x{{^a}}y{{/a}}", variables: ["a": false]) == "xy")
        #expect(try body("x{{^a}}y{{/a}}", variables: ["a": []]) == "xy")
        #expect(try body("x{{#a}}y{{/a}}", variables: ["a": []]) == "x")
        #expect(try body("{{#a}}({{.}}){{/a}}", variables: ["a": [1, 2, 3]]) == "(1)(2)(3)")
        #expect(try body("{{#a}}{{n}}{{/a}}", variables: ["a": [["n": 1], ["n": 2]]]) == "12")
        #expect(try body("{{#a}}{{b}}{{/a}}", variables: ["a": [["n": 1]], "b": "out"]) == "out")
        #expect(
            try body("{{#a}}{{one}}{{#b}}{{two}}{{/b}}{{/a}}", variables: ["a": ["one": 1], "b": ["two": 2]]) == "12")
        #expect(try body("12{{! comment }}34", variables: [:]) == "1234")
        #expect(try body("a\n{{! alone }}\nb") == "a\nb")
        #expect(try body("a\n{{#x}}\nb\n{{/x}}\nc", variables: ["x": true]) == "a\nb\nc")
        #expect(
            try body("| This Is\n  {{#x}}\n|\n  {{/x}}\n| A Line", variables: ["x": true]) == "| This Is\n|\n| A Line")
        #expect(try body("{{a}}", variables: ["a": ["x", "y"]]) == "x, y")
        // A brace with an accent is none, for the library as for what looks for uses.
        #expect(try body("{{\u{301}recipient.n}}") == "{{\u{301}recipient.n}}")
    }

    private func html(_ text: String, _ attributes: [String: JSON] = [:]) throws -> String {
        try Template(TemplateDocument(texts: .init(html: text))).render(.init(attributes: attributes)).parts[0].text
    }

    private func title(_ text: String, _ attributes: [String: JSON] = [:]) throws -> String {
        try Template(TemplateDocument(texts: .init(title: text))).render(.init(attributes: attributes)).parts[0].text
    }

    @Test("is escaped in HTML, and nowhere else")
    func escaping() throws {
        let evil: [String: JSON] = ["n": "<img src=x onerror=\"alert('1')\"> & co"]
        #expect(
            try html("<p>{{recipient.n}}</p>", evil)
                == "<p>&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt; &amp; co</p>")
        #expect(try body("{{recipient.n}}", evil) == "<img src=x onerror=\"alert('1')\"> & co")
        #expect(try html("<p>{{#recipient.n}}{{.}}{{/recipient.n}}</p>", ["n": "<"]) == "<p>&lt;</p>")
        // A bracket or quote with an accent on it is one to a browser.
        let accented = try html(
            "<p title=\"{{recipient.n}}\">{{recipient.n}}</p>", ["n": "<\u{301}b>\"\u{301}'\u{327}"])
        #expect(!accented.unicodeScalars.dropFirst(3).dropLast(4).contains("<"), "\(accented)")
        #expect(accented.unicodeScalars.filter { $0 == "\"" || $0 == "'" }.count == 2, "\(accented)")
        // What a person is called is never read as a template.
        #expect(try body("{{recipient.n}}", ["n": "{{recipient.secret}}"]) == "{{recipient.secret}}")
    }

    @Test("has titles on one line, whatever a person is called: no header is injected")
    func titles() throws {
        for name in [
            "Ann\r\nBcc: all@example.org", "Ann\nBcc: all@example.org", "Ann\u{2028}Bcc: all@example.org",
            "Ann\u{85}Bcc: all@example.org", "Ann\u{B}Bcc:\tall@example.org", "Ann\u{2029}  Bcc: all@example.org",
        ] {
            #expect(try title("Hello {{recipient.n}}!", ["n": .string(name)]) == "Hello Ann Bcc: all@example.org!")
        }
        #expect(try title("Hello {{recipient.n}}", ["n": "A\u{0}n\u{7F}n\u{1B}[31m"]) == "Hello Ann[31m")
    }

    @Test("keeps the direction of what is around a name")
    func directions() throws {
        #expect(try body("Hello {{recipient.n}}, 5 items", ["n": "\u{202E}Ann\u{202C}"]) == "Hello Ann, 5 items")
        #expect(try body("Hello {{recipient.n}}!", ["n": "דנה"]) == "Hello \u{2068}דנה\u{2069}!")
        #expect(try body("Hello {{recipient.n}}!", ["n": "דנה\u{2069}\u{202E}x"]) == "Hello \u{2068}דנהx\u{2069}!")
        #expect(try body("שלום {{recipient.n}}", ["n": "Ann"]) == "שלום \u{2068}Ann\u{2069}")
    }

    @Test("is in composed letters, without blanks around values and what nobody sees")
    func cleaning() throws {
        #expect(try body("{{recipient.n}}|", ["n": "  Zoe\u{308}\t\n"]) == "Zoë|")
        #expect(try body("{{recipient.n}}|", ["n": "A\u{200B}n\u{FEFF}n\u{AD}\u{E0041}"]) == "Ann|")
        // Scripts and emoji that join letters keep their joiners.
        #expect(try body("{{recipient.n}}", ["n": "👩\u{200D}🚀"]) == "👩\u{200D}🚀")
    }

    @Test("has nothing in a name that nobody sees, and nothing that writes over what is around")
    func invisible() throws {
        func shown(_ name: String) throws -> String { try body("{{recipient.n}}|", ["n": .string(name)]) }
        // Joiners, selectors and fillers between letters that stand by themselves make two names of one.
        #expect(try shown("ad\u{200D}min\u{200C}") == "admin|")
        #expect(try shown("a\u{FE0F}d\u{34F}m\u{115F}i\u{180B}n\u{FFA0}") == "admin|")
        let nothing = try #require(Unicode.Scalar(0xFFFE as UInt32))
        #expect(try shown("a\(nothing)b") == "ab|")
        #expect(try shown("Анна\u{200D}") == "Анна|")
        // Where they have a meaning they stay.
        for name in ["می\u{200C}خواهم", "क्\u{200D}ष", "👩\u{200D}👩\u{200D}👧", "❤\u{FE0F}\u{200D}🔥", "1\u{FE0F}\u{20E3}"]
        {
            #expect(
                try shown(name).unicodeScalars.elementsEqual((name + "|").unicodeScalars) || shown(name).contains(name))
        }
        let tower = "Z" + String(repeating: "\u{30D}", count: 500)
        #expect(try shown(tower).unicodeScalars.count == 10)
        #expect(try shown("दानिश") == "दानिश|")
    }

    @Test(
        "never greets nobody",
        arguments: ["", " ", "\n\t", "\u{200B}", "\u{2800}", "\u{3164}", "\u{202E}", "\u{E0020}"])
    func blank(_ name: String) throws {
        #expect(!Template.shows(.string(name)))
        #expect(try body("Hello{{#recipient.n}} {{recipient.n}}{{/recipient.n}}!", ["n": .string(name)]) == "Hello!")
        #expect(try body("Hello{{^recipient.n}} friend{{/recipient.n}}!", ["n": .string(name)]) == "Hello friend!")
    }

    @Test("is refused where something is missing, or comes out as what it must not")
    func failures() throws {
        #expect(
            try failureOf(.init(texts: .init(body: "{{recipient.n}}")), .init())
                == RenderingFailure(.valueMissing, "recipient.n"))
        #expect(
            try failureOf(.init(variables: ["a"], texts: .init(body: "{{a}}")), .init())
                == RenderingFailure(.valueMissing, "a"))
        #expect(
            try failureOf(
                .init(variables: ["a"], texts: .init(title: "{{#a}}x{{/a}}", body: "y")), .init())
                == RenderingFailure(.empty, "title"))
        #expect(
            try failureOf(
                .init(variables: ["a"], texts: .init(html: "<a href=\"{{a}}\">x</a>")),
                .init(variables: ["a": "javascript:alert(1)"])) == RenderingFailure(.notLink, "a"))
        #expect(
            try failureOf(
                .init(variables: ["a"], texts: .init(body: "{{#a}}{{x}}{{/a}}")),
                .init(variables: ["a": [["x": ["y": 1]]]])) == RenderingFailure(.notText, "x"))
        #expect(
            try failureOf(
                .init(texts: .init(title: "{{recipient.n}}")),
                .init(attributes: ["n": .string(String(repeating: "x", count: 999))]))
                == RenderingFailure(.tooLarge, "title"))
    }

    private func failureOf(_ document: TemplateDocument, _ material: Template.Material) throws -> RenderingFailure? {
        let template = try Template(document)
        do throws(RenderingFailure) {
            _ = try template.render(material)
            return nil
        } catch {
            return error
        }
    }

    @Test("is bounded: bombs are defused before they go off")
    func bombs() throws {
        let elements = JSON.array(Array(repeating: 1, count: 10_000))
        let nested = String(repeating: "{{#a}}", count: 8) + "boom" + String(repeating: "{{/a}}", count: 8)
        let wide = "{{#a}}" + String(repeating: "x", count: 60_000) + "{{/a}}"
        let lookups = "{{#a}}" + String(repeating: "{{#b}}y{{/b}}", count: 240) + "{{/a}}"
        let echoes = "{{#a}}" + String(repeating: "{{.}}", count: 490) + "{{/a}}"
        let long = JSON.string(String(repeating: "z", count: 30_000))
        let clock = ContinuousClock()
        let cases: [(String, JSONObject)] = [
            (nested, ["a": elements, "b": long]), (wide, ["a": elements, "b": long]),
            (lookups, ["a": elements, "b": long]), (echoes, ["a": [long], "b": long]),
            (String(repeating: "{{b}}", count: 490), ["a": elements, "b": long]),
        ]
        for (text, variables) in cases {
            let template = try template(text, variables: ["a", "b"])
            let took = clock.measure {
                #expect(throws: RenderingFailure(.tooLarge, "body")) {
                    try template.render(.init(variables: variables))
                }
            }
            // Generous: other tests run meanwhile. Unbounded, the first would take years.
            #expect(took < .seconds(30), "\(text.prefix(20))")
        }
        // What is large and honest is not refused.
        let many = try body("{{#a}}{{.}},{{/a}}", variables: ["a": .array((0..<5000).map { .integer($0) })])
        #expect(many.utf8.count > 20_000)
    }

    @Test("is of what it was given, and of nothing else")
    func shadows() throws {
        // A list's elements may be called like what is known of the person.
        let text = "{{#a}}{{recipient.n}} {{because}}{{/a}}"
        #expect(
            try body(
                text, ["n": "Ann"], variables: ["a": [["recipient": ["n": "Eve"], "because": "no"]]], because: "yes")
                == "Ann yes")
    }

    @Test("never tells what this program calls its own parts")
    func internals() throws {
        #expect(
            try body("{{#recipient.n}}{{name}}{{/recipient.n}}", ["n": "Ann"], variables: ["name": "Pizza"]) == "Pizza")
        #expect(try body("{{#a}}[{{name}}{{text}}{{budget}}]{{/a}}", variables: ["a": ["x"]]) == "[]")
        #expect(try body("{{#a}}[{{values}}]{{/a}}", variables: ["a": [["x"], ["y"]]]) == "[][]")
    }

    @Test("warns of names that mix alphabets that look alike, and leaves them as they are")
    func homographs() throws {
        let template = try template("{{recipient.n}}")
        let mixed = Template.Material(attributes: ["n": "P\u{430}ypal"])
        #expect(
            template.warnings(mixed) == ["recipient.n mixes letters of alphabets that look alike; it is shown as it is"]
        )
        #expect(try template.render(mixed).parts[0].text == "P\u{430}ypal")
        let brought = Template.Material(
            variables: ["shop": "P\u{430}ypal", "items": [["name": "\u{391}pple"]]], because: "You \u{430}sked")
        #expect(
            template.warnings(brought).map { $0.prefix { $0 != " " } } == ["shop", "items", "because"])
        for honest in ["Zoë Müller", "Анна", "Νίκος", "Anna Анна", "李小龍"] {
            #expect(template.warnings(.init(attributes: ["n": .string(honest)])).isEmpty)
        }
    }
}
