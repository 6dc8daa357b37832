import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import TactCore

/// Connections to one receiver at one address, which was looked at before the first of them was made. No name is
/// resolved again behind our back. Closed when the last delivery has let go of it.
final class Endpoint: Sendable {
    let address: IPAddress
    private let client: HTTPClient
    private let failure = Atomic(false)

    /// The address of a connection is not the one that was looked at.
    struct Diverted: Error {}

    /// - Parameters:
    ///   - trust: certificates that are trusted besides the system's.
    ///   - connections: how many may be open at once.
    init(
        _ origin: WebhookURL.Origin, at address: IPAddress, trust: [NIOSSLCertificate], connections: Int,
        timeout: TactCore.Duration
    ) {
        self.address = address
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow, decompression: .disabled)
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if !trust.isEmpty { tls.additionalTrustRoots = [.certificates(trust)] }
        configuration.tlsConfiguration = tls
        if IPAddress(origin.host) == nil { configuration.dnsOverride = [origin.host: address.description] }
        configuration.timeout.connect = .milliseconds(min(timeout.milliseconds, 10_000))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.connectionPool.retryConnectionEstablishment = false
        // Should the client and we ever read a URL differently, this is where it ends.
        let verify: @Sendable (any NIOCore.Channel) -> EventLoopFuture<Void> = { channel in
            let isRight = channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) } == address
            return isRight
                ? channel.eventLoop.makeSucceededVoidFuture() : channel.eventLoop.makeFailedFuture(Diverted())
        }
        configuration.http1_1ConnectionDebugInitializer = verify
        configuration.http2ConnectionDebugInitializer = verify
        client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: configuration)
    }

    /// Whether a connection could not be made, or broke without an answer.
    var hasFailed: Bool { failure.load(ordering: .relaxed) }

    func fail() { failure.store(true, ordering: .relaxed) }

    deinit {
        client.shutdown { _ in }
    }

    /// Sends a request and answers the head of what comes back. What follows the head is read only so far that the
    /// connection can be used again.
    func post(
        _ url: WebhookURL, headers: HTTPHeaders, body: [UInt8], deadline: NIODeadline
    ) async throws -> (status: Int, headers: HTTPHeaders) {
        var request = HTTPClientRequest(url: url.text)
        request.method = .POST
        request.headers = headers
        request.body = .bytes(body)
        let response = try await client.execute(request, deadline: deadline)
        // The answer stands, however its body ends. An empty one ends at once, but the client wants to see that.
        if response.headers.first(name: "content-length") == "0" {
            try? await Endpoint.drain(response.body)
        } else {
            try? await TimeLimit.run(Endpoint.patience) { try await Endpoint.drain(response.body) }
        }
        return (Int(response.status.code), response.headers)
    }

    private static func drain(_ body: HTTPClientResponse.Body) async throws {
        var read = 0
        for try await piece in body {
            read += piece.readableBytes
            if read > mostOfBody { return }
        }
    }

    /// For the body of an answer, which nobody wants to know.
    private static let patience = TactCore.Duration.seconds(1)
    /// In bytes.
    private static let mostOfBody = 64 * 1024
}
