import Foundation
import Glibc
import TactAPI
import TactCore
import Testing

/// What people are told, and what they do, is nobody's business who reads the log; what a calendar says is not even
/// the database's.
@Suite struct SecrecyTests {
    /// Words that occur nowhere else. Those about calendars must not be stored either.
    private enum Mark {
        static let personal = "zqpersonal"
        static let calendar = "zqcalendar"
    }

    private static func calendar(_ more: String...) -> [UInt8] {
        let lines =
            [
                "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//\(Mark.calendar)//EN", "X-WR-CALNAME:\(Mark.calendar)",
                "BEGIN:VEVENT", "UID:\(Mark.calendar)@example.org", "DTSTART:20301202T090000Z",
                "DTEND:20301202T100000Z", "RRULE:FREQ=DAILY;COUNT=3", "SUMMARY:\(Mark.calendar) with the doctor",
                "LOCATION:\(Mark.calendar) street", "DESCRIPTION:about \(Mark.calendar)",
                "ORGANIZER;CN=\(Mark.calendar):mailto:\(Mark.calendar)@example.org",
                "ATTENDEE;CN=\"\(Mark.calendar)\":mailto:\(Mark.calendar)@example.org", "COMMENT:\(Mark.calendar)",
                "CATEGORIES:\(Mark.calendar)", "URL:https://example.org/\(Mark.calendar)",
                "X-ALT-DESC;FMTTYPE=text/html:<p>\(Mark.calendar)</p>", "GEO:\(Mark.calendar)", "BEGIN:VALARM",
                "ACTION:DISPLAY", "DESCRIPTION:\(Mark.calendar)", "TRIGGER:-PT5M", "END:VALARM", "END:VEVENT",
            ] + more + ["END:VCALENDAR", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    @Test func neitherLogNorDatabaseTellsMoreThanItMust() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try await daemon.start(daemon.command + ["--log-level", "trace"])
        try await goodRequests(daemon)
        try await badRequests(daemon)
        // A reload and a refused one, a crash and a stop: they log, too.
        daemon.signal(SIGHUP)
        try await daemon.killAndWait()
        try lookForMarks(daemon)
        try await daemon.start(daemon.command + ["--log-level", "trace"])
        _ = try await daemon.get(
            "/v1/recipients/\(Mark.personal)/busy?from=2030-12-01T00:00:00Z&to=2030-12-05T00:00:00Z")
        try await daemon.checkBooks()
        try await daemon.stop()
        try lookForMarks(daemon)
    }

    private func lookForMarks(_ daemon: Daemon) throws {
        let log = daemon.log
        #expect(log.contains("ready"), "the log is the daemon's")
        for mark in [Mark.personal, Mark.calendar] {
            let lines = log.split(separator: "\n").filter { $0.lowercased().contains(mark) }
            #expect(lines.isEmpty, "\(lines)")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: daemon.folder).filter {
            $0.hasPrefix("tact.db")
        }
        let stored = files.map { FileManager.default.contents(atPath: daemon.folder + "/" + $0) ?? Data() }
        #expect(stored.contains { $0.range(of: Data("SQLite format 3".utf8)) != nil }, "the database is looked at")
        for (name, bytes) in zip(files, stored) {
            for mark in [Mark.personal, Mark.calendar] {
                #expect(bytes.range(of: Data(mark.utf8)) == nil, "\(name) has \(mark)")
            }
        }
    }

    private func goodRequests(_ daemon: Daemon) async throws {
        let mark = Mark.personal
        let recipient = try await daemon.put(
            "/v1/recipients/\(mark)",
            [
                "time_zone": "Europe/Paris", "addresses": ["email": .string("\(mark)@example.org")],
                "attributes": [
                    "name": ["value": .string(mark), "source": "declared", "updated_at": "2026-01-01T00:00:00Z"]
                ],
            ])
        #expect(recipient.status == 200, "\(recipient)")
        for (ics, status) in [
            (SecrecyTests.calendar(), 200),
            // What cannot be understood is skipped, with a report to whoever asked.
            (
                SecrecyTests.calendar(
                    "BEGIN:VEVENT", "DTSTART:\(Mark.calendar)", "SUMMARY:\(Mark.calendar)", "END:VEVENT"), 200
            ),
            (Array(SecrecyTests.calendar().dropLast(40)), 400), (Array("BEGIN:\(Mark.calendar)".utf8), 400),
        ] {
            let reply = try await daemon.call(
                .put, "/v1/recipients/\(mark)/calendars/work", body: ics, type: "text/calendar")
            #expect(reply.status == status, "\(reply)")
        }
        try await daemon.submit(
            to: mark,
            [
                "content": ["title": .string(mark), "data": ["key": .string(mark)]], "idempotency_key": .string(mark),
                "collapse_key": .string(mark), "subject": .string(mark),
            ])
        let lease = try #require(try await daemon.lease().first)
        try await daemon.report(lease, "retry", ["detail": .string("550 no mailbox \(mark)")])
        _ = try await daemon.bulk([["recipient": .string(mark), "topic": "news", "content": ["body": .string(mark)]]])
        for target in [
            "/v1/recipients/\(mark)", "/v1/recipients/\(mark)/calendars/work", "/v1/messages?recipient=\(mark)",
            "/v1/messages?subject=\(mark)", "/v1/messages/\(lease.id)/explanation",
            "/v1/recipients/\(mark)/timeline?from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z",
        ] {
            let reply = try await daemon.get(target)
            #expect(reply.status == 200, "\(target): \(reply)")
        }
        #expect(try await daemon.post("/v1/subjects/\(mark)/complete", [:]).status == 200)
        #expect(try await daemon.get("/v1/recipients/\(mark)/export").status == 200)
        #expect(try await daemon.put("/v1/recipients/other-\(mark)", [:]).status == 200)
        #expect(try await daemon.delete("/v1/recipients/other-\(mark)").status == 204)
    }

    private func badRequests(_ daemon: Daemon) async throws {
        let mark = Mark.personal
        let good = #"{"recipient":"\#(mark)","topic":"news""#
        let bodies = [
            good, good + #","\#(mark)":1}"#, good + #","urgency":"\#(mark)"}"#, good + #","content":"\#(mark)"}"#,
            #"{"recipient":"\#(mark)","topic":"\#(mark)"}"#, good + #","channels":["\#(mark)"]}"#,
            good + #","idempotency_key":"\#(mark)","content":{"other":"\#(mark)"}}"#,
            good + #","content":{"title":"\#(mark)\u00"}}"#, good + #","expires_in":"\#(mark)"}"#, mark,
        ]
        for body in bodies {
            let reply = try await daemon.call(
                .post, "/v1/messages", body: Array(body.utf8), type: "application/json",
                headers: [("Authorization", "Bearer \(mark)"), ("X-\(mark)", mark)])
            #expect((400..<500).contains(reply.status), "\(body): \(reply)")
        }
        let lines = Array(bodies.joined(separator: "\n").utf8)
        #expect(try await daemon.call(.post, "/v1/messages", body: lines, type: "application/x-ndjson").status == 200)
        for (verb, target) in [
            (Verb.get, "/v1/messages/\(mark)"), (.get, "/v1/\(mark)"), (.get, "/v1/messages?\(mark)=1"),
            (.get, "/v1/messages?cursor=\(mark)"), (.post, "/v1/channels/\(mark)/hold"),
            (.get, "/v1/recipients/nobody-\(mark)"), (.delete, "/v1/messages/\(mark)"),
            (.delete, "/v1/recipients/nobody-\(mark)"), (.get, "/v1/recipients/\(mark)/busy?from=\(mark)"),
        ] {
            let reply = try await daemon.call(verb, target)
            #expect(reply.status >= 400, "\(verb.name) \(target): \(reply)")
        }
        for bytes in [
            "\(mark)\r\n\r\n", "GET /\(mark) HTTP/9\r\n\r\n", "POST /v1/messages HTTP/1.1\r\nHost:\(mark)\r\n",
        ] {
            let connection = try RawConnection(path: daemon.socket)
            try connection.send(bytes)
            connection.finishSending()
            try await onThread { try connection.readToEnd() }
        }
    }
}
