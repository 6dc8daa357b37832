import Foundation
import TactAPI
import Testing

@testable import TactDaemon

@Suite struct RouteTests {
    /// What the daemon serves is what the OpenAPI document describes, with the same roles.
    @Test func theDocumentDescribesWhatIsServed() {
        let served = Router.routes
        let described = OpenAPI.endpoints
        #expect(
            Set(served.map { "\($0.method.rawValue) \($0.path)" })
                == Set(described.map { "\($0.method) \($0.path)" }))
        for endpoint in described {
            let route = served.first { $0.method.rawValue == endpoint.method && $0.path == endpoint.path }
            let expected = endpoint.roles == ["none"] ? [] : Set(endpoint.roles)
            let words = Set((route?.roles.names ?? "").components(separatedBy: " or ")).subtracting([""])
            // Who administers may do all, and is named only where nobody else may.
            #expect(
                words == expected || words.subtracting(["administer"]) == expected,
                "\(endpoint): served to \(words.sorted()), described for \(expected.sorted())")
        }
        #expect(served.count == Set(served.map { "\($0.method.rawValue) \($0.path)" }).count, "no route comes twice")
    }
}
