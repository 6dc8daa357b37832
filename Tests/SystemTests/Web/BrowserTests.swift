import Foundation
import TactAPI
import Testing

/// The pages in a real browser, with axe-core as the judge: `Tests/Oracles/web_pages.py` says what it looks at.
@Suite struct BrowserTests {
    @Test(.timeLimit(.minutes(10))) func aPersonGetsThroughEveryPage() async throws {
        try await WebProcess.run { daemon, web in
            for name in ["ann", "ben", "cid", "dot"] {
                let declared: JSON = [
                    "time_zone": "Europe/Paris", "country": "FR", "addresses": ["email": "ann@example.org"],
                    "attributes": [
                        "first_name": ["value": "Ane", "source": "declared", "updated_at": "2026-11-01T00:00:00Z"],
                        "age": ["value": 41, "source": "inferred", "confidence": .number(0.8)],
                        "\"\u{301} onfocus=alert(1) x": [
                            "value": "\"\u{301} onfocus=alert(1) x=", "source": "third_party",
                        ],
                    ],
                ]
                #expect(try await daemon.put("/v1/recipients/\(name)", declared).status == 200)
                try await daemon.submit(to: name, topic: "offers")
                try await daemon.submit(to: name, topic: "orders")
            }
            var links: [String] = []
            for name in ["ann", "ben", "cid"] { links.append(try await web.link(name)) }
            links.append(try await web.link("dot", ["--scope", "unsubscribe", "--topic", "news"]))
            let report = daemon.folder + "/report"
            let script = Example.root.appending(path: "Tests/Oracles/web_pages.py").path
            let run = try Child(ConformanceTests.python, [script, daemon.folder] + links, output: report)
            let exit = try await run.waitForEnd(within: 550)
            let text = (try? String(contentsOfFile: report, encoding: .utf8)) ?? ""
            #expect(exit == .code(0), "\(text.suffix(10_000))")
            // A run that looked at nothing would end well, too.
            #expect(text.contains("58 pages looked at, 0 faults"), "\(text.suffix(2000))")
        }
    }
}
