import NIOCore
import NIOSSL
import Synchronization
import TactCore

/// The receivers of one channel. Names are resolved, looked at, and kept for a while.
final class Endpoints: Sendable {
    /// Why a receiver cannot be used.
    enum Refusal: Error, Hashable {
        /// Nobody knows the name, or the name server does not answer.
        case unknownHost
        /// All its addresses lie in networks that messages must not go to.
        case forbidden(IPAddress)
        /// Without TLS only to networks that the admin has allowed.
        case notSecure
    }

    private struct Entry {
        var endpoint: Task<Result<Endpoint, Refusal>, Never>
        /// When the name is to be resolved again.
        var renewAt: NIODeadline
        var lastUsed: NIODeadline
    }

    /// How long an address is used before the name is resolved again.
    private static let memory = TimeAmount.seconds(30)
    /// How many receivers keep their connections; who was used longest ago gives way.
    private static let most = 64

    private let allowed: [Network]
    private let trust: [NIOSSLCertificate]
    private let connections: Int
    private let timeout: TactCore.Duration
    private let resolver = Resolver()
    private let entries = Mutex<[WebhookURL.Origin: Entry]>([:])

    init(
        allowed: [Network], trust: [NIOSSLCertificate], connections: Int, timeout: TactCore.Duration
    ) {
        self.allowed = allowed
        self.trust = trust
        self.connections = connections
        self.timeout = timeout
    }

    /// The receiver's connections. Whoever asks meanwhile for the same waits for the same answer.
    func endpoint(for origin: WebhookURL.Origin) async throws(Refusal) -> Endpoint {
        let now = NIODeadline.now()
        let task = entries.withLock { entries in
            if var entry = entries[origin], entry.renewAt > now {
                entry.lastUsed = now
                entries[origin] = entry
                return entry.endpoint
            }
            let known = entries[origin]?.endpoint
            let task = Task { [self] in await find(origin, known: known) }
            entries[origin] = Entry(endpoint: task, renewAt: now + Endpoints.memory, lastUsed: now)
            if entries.count > Endpoints.most,
                let oldest = entries.min(by: { $0.value.lastUsed < $1.value.lastUsed })?.key
            {
                entries[oldest] = nil
            }
            return task
        }
        let found = await task.value
        // What could not be found may be found next time.
        if case .failure = found { forget(origin, task) }
        return try found.get()
    }

    /// Nobody was reached there: the next delivery resolves the name again, and tries another address if there is one.
    func failed(_ endpoint: Endpoint, of origin: WebhookURL.Origin) {
        endpoint.fail()
        entries.withLock { $0[origin]?.renewAt = .now() }
    }

    func close() { entries.withLock { $0 = [:] } }

    private func forget(_ origin: WebhookURL.Origin, _ task: Task<Result<Endpoint, Refusal>, Never>) {
        entries.withLock { entries in
            if entries[origin]?.endpoint == task { entries[origin] = nil }
        }
    }

    private func find(
        _ origin: WebhookURL.Origin, known: Task<Result<Endpoint, Refusal>, Never>?
    ) async -> Result<Endpoint, Refusal> {
        let addresses = await resolver.addresses(of: origin.host)
        guard let first = addresses.first else { return .failure(.unknownHost) }
        let permitted = addresses.filter { address in address.isPublic || isAllowed(address) }
        guard !permitted.isEmpty else { return .failure(.forbidden(first)) }
        let usable = permitted.filter { address in origin.isSecure || isAllowed(address) }
        guard let best = usable.first else { return .failure(.notSecure) }
        let old = try? await known?.value.get()
        // Connections are kept if their address is still the receiver's and did not fail; see `failed`.
        if let old, usable.contains(old.address), !old.hasFailed { return .success(old) }
        let next = usable.first { $0 != old?.address } ?? best
        return .success(Endpoint(origin, at: next, trust: trust, connections: connections, timeout: timeout))
    }

    private func isAllowed(_ address: IPAddress) -> Bool { allowed.contains { $0.contains(address) } }
}
