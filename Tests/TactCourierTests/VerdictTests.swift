import TactCore
import Testing

@testable import TactCourier

/// What answers and exit codes mean.
@Suite struct VerdictTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
    static let now = Timestamp(seconds: 784_111_777)

    @Test func whatAReceiverAnswersDecides() {
        for status in [200, 201, 204, 299] {
            #expect(WebhookAnswer(status: status).verdict(now: Self.now).outcome == .delivered)
        }
        for status in [408, 425, 429, 500, 502, 503, 504, 599] {
            #expect(WebhookAnswer(status: status).verdict(now: Self.now).outcome == .retry)
        }
        for status in [300, 301, 302, 307, 308, 400, 401, 403, 404, 410, 413, 422, 600, 999] {
            #expect(WebhookAnswer(status: status).verdict(now: Self.now).outcome == .failed)
        }
    }

    @Test(arguments: [
        ("120", Duration.seconds(120)), ("0", .zero),
        ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)), ("Sun, 06 Nov 1994 08:00:00 GMT", .zero),
        ("999999999999999999999999", .days(1)), ("Fri, 01 Jan 2100 00:00:00 GMT", .days(1)),
    ])
    func retryAfterIsHonoured(_ text: String, _ wait: Duration) {
        #expect(WebhookAnswer(status: 503, retryAfter: text).verdict(now: Self.now).retryAfter == wait)
    }

    @Test(arguments: [
        "", "soon", "-5", "1.5", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT", "5 GMT",
    ])
    func whatCannotBeUnderstoodIsLeftToTheDaemon(_ text: String) {
        #expect(WebhookAnswer(status: 503, retryAfter: text).verdict(now: Self.now).retryAfter == nil)
    }

    @Test func exitCodesAreThoseOfSysexits() {
        func outcome(_ ending: ProgramRun.Ending) -> Verdict.Outcome {
            ExitCode.verdict(ending, name: "it", lastWords: nil, timeout: .seconds(1)).outcome
        }
        #expect(outcome(.exited(0)) == .delivered)
        #expect(outcome(.exited(75)) == .retry)
        for code: Int32 in [1, 2, 64, 65, 67, 69, 77, 78, 126, 127, 255] { #expect(outcome(.exited(code)) == .failed) }
        for ending: ProgramRun.Ending in [.signalled(9), .timedOut, .notStarted, .cancelled] {
            #expect(outcome(ending) == .retry)
        }
    }

    @Test func aProgramsLineIsAnOutcome() {
        func read(_ text: String) -> Verdict? { LinesTransport.verdict(Array(text.utf8))?.verdict }
        #expect(read(#"{"id":"a-1","outcome":"delivered"}"#) == .delivered)
        #expect(
            read(#"{"id":"a-1","outcome":"retry","detail":"busy","retry_after":"10m"}"#)
                == .retry("the program asked to try again", after: .minutes(10)).saying("busy"))
        #expect(
            read(#"{"id":"a-1","outcome":"failed","detail":"no such number"}"#)
                == .failed("the program refused it").saying("no such number"))
        for text in [
            "", "ok", "{}", #"{"id":"a-1"}"#, #"{"id":1,"outcome":"delivered"}"#, #"{"id":"a","outcome":"returned"}"#,
        ] {
            #expect(read(text) == nil)
        }
    }

    @Test func linesComeInAnyPieces() {
        let text = Array("one\n\ntwo\nthr".utf8) + Array("ee\n".utf8)
        for cut in 0...text.count {
            var lines = LineBuffer()
            var all: [[UInt8]] = []
            for piece in [text[..<cut], text[cut...]] {
                all += Array(piece).withUnsafeBytes { lines.take($0) } ?? []
            }
            #expect(all.map { String(decoding: $0, as: UTF8.self) } == ["one", "two", "three"])
        }
        var lines = LineBuffer()
        let endless = [UInt8](repeating: 0x61, count: LineBuffer.longest + 1)
        #expect(endless.withUnsafeBytes { lines.take($0) } == nil)
    }

    @Test func theLastWordsAreShortAndPlain() {
        let words = LastWords()
        #expect(words.text == nil)
        words.hear(Array("first\nsecond \u{1B}[31mred\u{7}\n\n  \n".utf8))
        #expect(words.text == "second [31mred")
        for _ in 0..<1000 { words.hear([UInt8](repeating: 0x61, count: 5000)) }
        #expect((words.text?.utf8.count ?? 0) <= LastWords.most)
    }
}
