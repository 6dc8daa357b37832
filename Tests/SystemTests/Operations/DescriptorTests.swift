import Foundation
import TactAPI
import Testing

/// There are no file descriptors left: who is connected is served on, the others wait.
@Suite struct DescriptorTests {
    private static let most = 64

    @Test(.timeLimit(.minutes(1))) func whoIsConnectedIsServedAndTheOthersWait() async throws {
        let daemon = try Daemon.make()
        defer { daemon.cleanUp() }
        try await daemon.start(["prlimit", "--nofile=\(DescriptorTests.most)"] + daemon.command)
        let path = daemon.socket
        let atRest = try daemon.descriptors()
        let held = try await onThread {
            let first = try RawConnection(path: path)
            func submit(_ recipient: String) throws -> Int {
                try first.sendRequest(
                    "POST", "/v1/messages", json: "{\"recipient\":\"\(recipient)\",\"topic\":\"news\"}")
                return try first.readReply().status
            }
            #expect(try submit("ann") == 201)
            // More than there are descriptors. Each asks for something, so that none is closed for its silence.
            let others = try (0..<DescriptorTests.most).map { _ in
                let connection = try RawConnection(path: path)
                try connection.sendRequest("GET", "/healthz")
                return connection
            }
            #expect(try submit("ben") == 201)
            try first.sendRequest("POST", "/v1/leases", json: "{\"channels\":[\"email\"],\"max\":10}")
            #expect(try first.readReply()["messages"]?.arrayValue?.count == 2)
            // Those that found a place are answered as ever.
            #expect(try others[0].readReply().status == 200)
            return [first] + others
        }
        try await eventually("the log says what to do") { daemon.log.contains("raise LimitNOFILE=") }
        let path2 = daemon.socket
        try await onThread {
            let late = try RawConnection(path: path2)
            try late.sendRequest("GET", "/v1/messages")
            for connection in held.dropFirst() { connection.close() }
            let reply = try late.readReply()
            #expect(reply.status == 200 && reply["items"]?.arrayValue?.count == 2, "it waited, and was served")
            // Nobody was taken for somebody else meanwhile.
            #expect(reply["items"]?.arrayValue?.allSatisfy { $0["sender"] == "root" } == true, "\(reply)")
        }
        held[0].close()
        // How many times it runs out depends on the machine; each time it says so once, and once that it is over.
        let told = daemon.log.split(separator: "\n").compactMap { line in
            line.contains("raise LimitNOFILE=") ? "out" : line.contains("new clients are served again") ? "again" : nil
        }
        #expect(told.last == "again")
        #expect(zip(told, told.dropFirst()).allSatisfy { $0 != $1 }, "\(told)")
        try await daemon.checkBooks()
        try await eventually("nothing has leaked") {
            try daemon.descriptors() <= atRest + 2
        }
        #expect(!daemon.log.contains(" error tactd"), "\(daemon.log)")
    }
}

extension Daemon {
    fileprivate func descriptors() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid ?? 0)/fd").count
    }
}
