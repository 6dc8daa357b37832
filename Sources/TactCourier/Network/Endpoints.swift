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
        /// Too many names wait for the name server already.
        case tooManyNames
        /// All its addresses lie in networks that messages must not go to.
        case forbidden(IPAddress)
        /// Without TLS only to networks that the admin has allowed.
        case notSecure
    }

    private struct Entry {
        /// What was found last; nil: nothing yet.
        var endpoint: Endpoint?
        /// The question under way; nil: none.
        var search: Task<Result<Endpoint, Refusal>, Never>?
        /// When the name is to be resolved again.
        var renewAt = NIODeadline.uptimeNanoseconds(0)
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

    /// The receiver's connections. Whoever asks meanwhile for the same waits for the same answer, and who has an address
    /// that works does not wait for a new one. Nil: there is no answer within the time, or the task was cancelled.
    func endpoint(
        for origin: WebhookURL.Origin, within limit: TactCore.Duration
    ) async -> Result<Endpoint, Refusal>? {
        let now = NIODeadline.now()
        typealias Search = Task<Result<Endpoint, Refusal>, Never>
        let (known, asked) = entries.withLock { entries -> (Endpoint?, Search?) in
            var entry = entries[origin] ?? Entry(lastUsed: now)
            entry.lastUsed = now
            if entry.renewAt <= now, entry.search == nil {
                entry.search = Task { [self, old = entry.endpoint] in await search(origin, old) }
            }
            entries[origin] = entry
            makeRoom(&entries)
            let works = entry.endpoint.flatMap { $0.hasFailed ? nil : $0 }
            return (works, entry.search)
        }
        if let known { return .success(known) }
        return await asked?.value(within: limit)
    }

    /// Nobody was reached there: the next delivery resolves the name again, and tries another address if there is one.
    func failed(_ endpoint: Endpoint, of origin: WebhookURL.Origin) {
        endpoint.fail()
        entries.withLock { entries in
            if entries[origin]?.endpoint === endpoint { entries[origin]?.renewAt = .now() }
        }
    }

    func close() { entries.withLock { $0 = [:] } }

    private func makeRoom(_ entries: inout [WebhookURL.Origin: Entry]) {
        guard entries.count > Endpoints.most,
            let oldest = entries.min(by: { $0.value.lastUsed < $1.value.lastUsed })?.key
        else { return }
        entries[oldest] = nil
    }

    private func search(_ origin: WebhookURL.Origin, _ old: Endpoint?) async -> Result<Endpoint, Refusal> {
        let found = await find(origin, old)
        entries.withLock { entries in
            guard entries[origin] != nil else { return }
            entries[origin]?.search = nil
            switch found {
            case .success(let endpoint):
                entries[origin]?.endpoint = endpoint
                entries[origin]?.renewAt = .now() + Endpoints.memory
            // What could not be found may be found next time. An address that is no longer the name's is not used on.
            case .failure: entries[origin]?.endpoint = nil
            }
        }
        return found
    }

    private func find(_ origin: WebhookURL.Origin, _ old: Endpoint?) async -> Result<Endpoint, Refusal> {
        guard let addresses = await resolver.addresses(of: origin.host) else { return .failure(.tooManyNames) }
        guard let first = addresses.first else { return .failure(.unknownHost) }
        let permitted = addresses.filter { address in address.isPublic || isAllowed(address) }
        guard !permitted.isEmpty else { return .failure(.forbidden(first)) }
        let usable = permitted.filter { address in origin.isSecure || isAllowed(address) }
        guard let best = usable.first else { return .failure(.notSecure) }
        // Connections are kept if their address is still the receiver's and did not fail; see `failed`.
        if let old, usable.contains(old.address), !old.hasFailed { return .success(old) }
        let next = usable.first { $0 != old?.address } ?? best
        return .success(Endpoint(origin, at: next, trust: trust, connections: connections, timeout: timeout))
    }

    private func isAllowed(_ address: IPAddress) -> Bool { allowed.contains { $0.contains(address) } }
}
