import NIOCore
import TactAPI
import TactCore

/// What a worker says to the daemon.
package struct DaemonLink: Sendable {
    /// The daemon refused a request, or said something that it does not say.
    package struct Refused: Error, CustomStringConvertible {
        package var status: Int
        package var description: String
    }

    /// What is told of one message.
    package struct Report: Sendable {
        package var id: String
        package var lease: String
        package var verdict: Verdict
    }

    /// What the daemon made of a report.
    package struct Receipt: Sendable {
        package var id: String
        /// `ok`, `lapsed` or `unknown`.
        package var result: String
        package var state: String?
    }

    /// The daemon's own bounds.
    package static let mostLeases = 128
    package static let mostReports = 500
    private static let longestDetail = 1000

    private let client: Client

    package init(socket: String) { client = Client(path: socket) }

    package func close() { client.close() }

    /// Messages of a channel that are due: at once if there are any, else the first that comes within `wait`.
    package func lease(channel: String, max: Int, for length: Duration, wait: Duration) async throws -> [Parcel] {
        let body: JSON = [
            "channels": [.string(channel)], "max": .integer(Int64(min(max, DaemonLink.mostLeases))),
            "lease": .string(length.text), "wait": .string(wait.text),
        ]
        let answer = try await send(["leases"], body, patience: .milliseconds(wait.milliseconds + 60_000))
        return (answer["messages"]?.arrayValue ?? []).compactMap(Parcel.init)
    }

    /// At most `mostReports`. The same may be said twice.
    package func report(_ reports: [Report]) async throws -> [Receipt] {
        let outcomes = reports.map { report -> JSON in
            var item: JSONObject = [
                "id": .string(report.id), "lease": .string(report.lease),
                "outcome": .string(report.verdict.outcome.rawValue),
            ]
            let detail = [report.verdict.detail, report.verdict.words].compactMap(\.self)
            if !detail.isEmpty { item["detail"] = .string(DaemonLink.prose(detail.joined(separator: ": "))) }
            item["retry_after"] = report.verdict.retryAfter.map { .string($0.text) }
            return .object(item)
        }
        let answer = try await send(["leases", "outcomes"], ["outcomes": .array(outcomes)], patience: .seconds(60))
        return (answer["results"]?.arrayValue ?? []).map { result in
            Receipt(
                id: result["id"]?.stringValue ?? "", result: result["result"]?.stringValue ?? "",
                state: result["state"]?.stringValue)
        }
    }

    private func send(_ path: [String], _ body: JSON, patience: TimeAmount) async throws -> JSON {
        let response = try await client.send(ClientRequest(.POST, v1: path, json: body), patience: patience)
        let json = try? JSON(parsing: response.body, deepest: JSON.deepestAnswer)
        guard response.status == 200, let json else {
            let detail = json?["detail"]?.stringValue ?? json?["title"]?.stringValue ?? "it gave no reason"
            throw Refused(status: response.status, description: "tactd answered \(response.status): \(detail)")
        }
        return json
    }

    /// A text that the daemon takes as a detail: whatever a program has said.
    private static func prose(_ text: String) -> String {
        let line = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
        return String(line.prefix(longestDetail))
    }
}
