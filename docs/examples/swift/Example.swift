import TactClient

// swift-example SOCKET submit RECIPIENT | work CHANNEL COUNT | watch AFTER COUNT
@main
struct Example {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let socket = arguments.first else { return print("which socket?") }
        let tactd = Tactd(socket: socket)
        let rest = Array(arguments.dropFirst())
        switch rest.first {
        case "submit" where rest.count == 2: try await submit(to: rest[1], tactd)
        case "work" where rest.count == 3: try await work(rest[1], count: Int(rest[2]) ?? 1, tactd)
        case "watch" where rest.count == 3: try await watch(after: Int64(rest[1]), count: Int(rest[2]) ?? 1, tactd)
        default: print("submit RECIPIENT, work CHANNEL COUNT or watch AFTER COUNT?")
        }
    }

    /// An app: submits a message and reads its plan.
    static func submit(to recipient: String, _ tactd: Tactd) async throws {
        // With a key, it may be sent again by whoever did not see the answer.
        let message = NewMessage(
            to: recipient, topic: "news", content: ["title": "Half price"], idempotencyKey: "campaign-7/\(recipient)")
        do throws(TactError) {
            let stored = try await tactd.submit(message)
            print(stored.id, stored.state.rawValue, stored.plan?.at.description ?? "no plan")
            for finding in stored.findings { print(finding.text ?? finding.rule) }
        } catch {
            guard case .refused(let problem) = error else { throw error }
            for fault in problem.errors { print(fault.pointer, fault.detail) }
        }
    }

    /// A worker: leases, delivers, reports. This one ends after some messages; others go on until they are cancelled.
    static func work(_ channel: String, count: Int, _ tactd: Tactd) async throws {
        var done = 0
        while done < count {
            for message in try await tactd.lease([channel], max: 10, wait: .seconds(30)) {
                print("to \(message.recipient): \(message.content["title"]?.string ?? "")")
                try await tactd.report(message, .delivered)
                done += 1
            }
        }
    }

    /// An observer: every change, from where it left off.
    static func watch(after event: Int64?, count: Int, _ tactd: Tactd) async throws {
        var (event, left) = (event, count)
        while left > 0 {
            do throws(TactError) {
                for try await change in tactd.watch(after: event) {
                    print(change.event, change.id, change.state.rawValue)
                    left -= 1
                    if left == 0 { return }
                }
            } catch .missed(let resumesAfter) {
                print("some changes are not known any more")
                event = resumesAfter
            }
        }
    }
}
