import Foundation
import Testing

@testable import TactAPI

/// Python's reader of JSON as the judge of generated documents, good and bad.
@Suite("JSON against Python")
struct JSONOracleTests {
    /// One line of the oracle's answer: the compact text with sorted keys, or nothing where it refuses.
    @Test("reads what Python reads and means the same", arguments: [1, 2, 3])
    func agreement(seed: UInt64) throws {
        var generator = Documents(seed: seed)
        let documents = (0..<4000).map { _ in generator.next() }
        let input = documents.map { Data($0).base64EncodedString() }.joined(separator: "\n")
        let answers = String(decoding: try Oracle.run("json_texts.py", input: Data(input.utf8)), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        #expect(answers.count >= documents.count)
        var accepted = 0
        for (document, answer) in zip(documents, answers) {
            let ours = try? JSON(parsing: document)
            let theirs = answer.isEmpty ? nil : try JSON(parsing: String(answer))
            let text = String(decoding: document, as: UTF8.self)
            #expect((ours == nil) == (theirs == nil), "seed \(seed): \(text)")
            #expect(ours?.canonical() == theirs?.canonical(), "seed \(seed): \(text)")
            accepted += ours == nil ? 0 : 1
        }
        #expect(accepted > 1000 && accepted < 3900, "the generator makes too much of one kind: \(accepted)")
    }
}

/// Makes JSON texts, and breaks about half of them.
private struct Documents {
    private var random: SplitMix

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func next() -> [UInt8] {
        var text = Array(value(depth: 0).utf8)
        if random.below(2) == 0 {
            for _ in 0...random.below(2) { breakSomething(&text) }
        }
        return text
    }

    private mutating func breakSomething(_ text: inout [UInt8]) {
        guard !text.isEmpty else { return }
        let index = random.below(text.count)
        switch random.below(5) {
        case 0: text.remove(at: index)
        case 1: text.insert(text[random.below(text.count)], at: index)
        case 2: text[index] = Array("{}[],:\"\\0 e.-\n".utf8)[random.below(14)]
        case 3: text[index] = UInt8(random.below(256))
        default: text.removeLast(random.below(text.count))
        }
    }

    private mutating func value(depth: Int) -> String {
        switch random.below(depth > 5 ? 5 : 8) {
        case 0: return ["null", "true", "false"][random.below(3)]
        case 1: return "\(Int64(bitPattern: random.next()) >> Int64(random.below(64)))"
        case 2:
            return ["0.5", "-1.25e2", "1E5", "3e-7", "0.1", "12345678901234567890123", "-0", "1e22"][random.below(8)]
        case 3, 4: return string()
        case 5:
            return "["
                + (0..<random.below(4)).map { _ in space() + value(depth: depth + 1) + space() }.joined(separator: ",")
                + "]"
        default:
            let members = (0..<random.below(5)).map { index in
                space() + "\"\(index)" + string().dropFirst() + space() + ":" + space() + value(depth: depth + 1)
            }
            return "{" + members.joined(separator: ",") + space() + "}"
        }
    }

    private mutating func string() -> String {
        let pieces = [
            "a", "é", "😀", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\\"", "/", "\\/", "\\u0001", " ", "\u{301}", "\u{7F}",
        ]
        return "\"" + (0..<random.below(6)).map { _ in pieces[random.below(pieces.count)] }.joined() + "\""
    }

    private mutating func space() -> String { ["", "", "", " ", "\n\t"][random.below(5)] }
}

/// Sebastiano Vigna's SplitMix64: small, and the same on every machine.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
