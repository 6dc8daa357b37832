import Testing

@testable import TactSettings

/// TOML 1.0, of which these are the corners.
@Suite struct TOMLTests {
    /// A value as a text that tells everything but its line.
    static func told(_ node: TOMLNode) -> String {
        switch node.value {
        case .string(let text): "“\(text)”"
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .time(let time): "\(time)"
        case .moment(let text): text
        case .array(let elements): "[" + elements.map(told).joined(separator: ", ") + "]"
        case .table(let entries):
            "{" + entries.sorted { $0.key < $1.key }.map { "\($0): \(told($1))" }.joined(separator: ", ") + "}"
        }
    }

    @Test(arguments: [
        ("", "{}"),
        ("\u{FEFF}a = 1", "{a: 1}"),
        ("a = 1 # one\r\n\r\n b=2\n", "{a: 1, b: 2}"),
        ("a.b . \"c d\" = 1", "{a: {b: {c d: 1}}}"),
        ("'' = 1\n\"\\u00e9\" = 2", "{: 1, é: 2}"),
        (
            "i = [+1_000, -0, 0x1F_f, 0o17, 0b101, -9223372036854775808]",
            "{i: [1000, 0, 511, 15, 5, -9223372036854775808]}"
        ),
        ("f = [1.5, -0.5e-1, 6E+2, inf, -inf, nan, 1_0.2_5]", "{f: [1.5, -0.05, 600.0, inf, -inf, nan, 10.25]}"),
        ("s = \"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"", "{s: “\u{8}\t\n\u{c}\r\"\\é😀”}"),
        ("s = '\\n'", "{s: “\\n”}"),
        ("s = \"\"\"\r\na\r\n \"\"b\\\n   \n c\"\"\"\"\"", "{s: “a\n \"\"bc\"\"”}"),
        ("s = '''\n'a'\n''''", "{s: “'a'\n'”}"),
        (
            "d = [1979-05-27, 07:32:00, 07:32:00.5, 1979-05-27T07:32:00Z, 1979-05-27 07:32:00.9-07:00]",
            "{d: [1979-05-27, 07:32, 07:32:00.5, 1979-05-27T07:32:00Z, 1979-05-27 07:32:00.9-07:00]}"
        ),
        ("a = [ # one\n 1,\n\n 2, # two\n]\n", "{a: [1, 2]}"),
        ("t = { a.b = 1, a.c = [{ x = {} }] }", "{t: {a: {b: 1, c: [{x: {}}]}}}"),
        ("[a.b.c]\nx = 1\n[a]\ny = 2\n[a.d]\n", "{a: {b: {c: {x: 1}}, d: {}, y: 2}}"),
        ("[[a]]\nx = 1\n[a.b]\ny = 2\n[[a]]\n[[a.c]]\n[[a.c]]\n", "{a: [{b: {y: 2}, x: 1}, {c: [{}, {}]}]}"),
        (
            "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\n",
            "{fruit: {apple: {color: 1, taste: {sweet: true}, texture: {}}}}"
        ),
    ])
    func reads(_ text: String, _ expected: String) throws {
        #expect(Self.told(try TOMLParser.parse(text).get()) == expected)
    }

    @Test(arguments: [
        "a", "a =", "= 1", "a = 1 b = 2", "a = \"", "a = \"\n\"", "a = '", "a = \"\"\"x", "a = \"\\x\"",
        "a = \"\\uD800\"",
        "a = \"\\u12\"", "a = \u{1}", "# \u{7F}", "a = 007", "a = 1__0", "a = _1", "a = 1_", "a = 1.", "a = .5",
        "a = 1e",
        "a = 0x", "a = +0x1", "a = 9223372036854775808", "a = True", "a = 24:00:00", "a = 23:59:60", "a = 7:00:00",
        "a = 22:00", "a = 2026-02-29", "a = 2026-01-01T00:00:00+24:00", "a = [1 2]", "a = [1", "a = {b = 1,}",
        "a = {b = 1\n}", "a = {b = 1, b = 2}", "a = 1\na = 2", "a = 1\na.b = 2", "a.b = 1\na = 2", "[a]\n[a]",
        "[a]\nb.c = 1\n[a.b]", "a.b = 1\n[a]", "[a.b]\n[a]\nb.c = 1", "a = []\n[[a]]", "[[a]]\n[a]", "[a]\n[[a]]",
        "a = {}\na.b = 1", "a = {}\n[a.b]", "[[a.b]]\n[a]\nb.c = 1", "[a", "[a]]", "[[a]", "[]", "[a.]", "[[[[", "]",
        "\"\"\"a\"\"\" = 1", "é = 1", "a = 1\r", "[a] b = 1",
    ])
    func refuses(_ text: String) {
        #expect(throws: TOMLParser.Faults.self) { try TOMLParser.parse(text).get() }
    }

    @Test func tellsTheLineOfEverything() throws {
        let root = try TOMLParser.parse(
            """
            a = [
              1, { b = 2 },

              '''
            x''',
            3 ]
            [[t]]
              c.d = "e"
            [[t]]
            [t.u]
            "v w" = 1
            """
        ).get()
        var lines: [String] = []
        func walk(_ node: TOMLNode) {
            lines.append("\(node.line) \(node.path)")
            switch node.value {
            case .array(let elements): elements.forEach(walk)
            case .table(let entries): entries.values.sorted { $0.line < $1.line }.forEach(walk)
            case .string, .integer, .float, .boolean, .time, .moment: break
            }
        }
        walk(root)
        #expect(
            lines == [
                "1 ", "1 a", "2 a[0]", "2 a[1]", "2 a[1].b", "4 a[2]", "6 a[3]", "7 t", "7 t[0]", "8 t[0].c",
                "8 t[0].c.d",
                "9 t[1]", "10 t[1].u", "11 t[1].u.\"v w\"",
            ])
    }

    @Test func tellsOneFaultInEachSection() {
        guard case .failure(let error) = TOMLParser.parse("a = 1\n[b\nx = \ny = \n[c]\nz = 01\n[d]\n[c]\n[e]\n") else {
            Issue.record("was accepted")
            return
        }
        #expect(error.faults.map(\.line) == [2, 6, 8])
        #expect(error.faults.last?.message == "found c again (first in line 5), expected it once; remove one")
    }
}
