import Glibc
import NIOPosix
import Synchronization

/// Asks the system which addresses a host has. A channel has one of its own, so that a name server that does not answer
/// holds up nobody else.
final class Resolver: Sendable {
    /// How many questions may be under way.
    private static let threads = 4
    /// How many may wait for their turn. A question to a name server that is silent takes some ten seconds.
    private static let most = 64

    private let pool: NIOThreadPool
    private let asked = Atomic(0)

    init() {
        pool = NIOThreadPool(numberOfThreads: Resolver.threads)
        pool.start()
    }

    deinit {
        pool.shutdownGracefully { _ in }
    }

    /// The addresses in the order in which they should be tried; none if the name is not known or nobody answers. Nil: too
    /// many wait already.
    func addresses(of host: String) async -> [IPAddress]? {
        if let address = IPAddress(host) { return [address] }
        guard asked.add(1, ordering: .relaxed).newValue <= Resolver.most else {
            asked.subtract(1, ordering: .relaxed)
            return nil
        }
        defer { asked.subtract(1, ordering: .relaxed) }
        return (try? await pool.runIfActive { Resolver.lookUp(host) }) ?? []
    }

    private static func lookUp(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr.flatMap({ IPAddress($0) }), !addresses.contains(address) {
                addresses.append(address)
            }
            next = entry.pointee.ai_next
        }
        return addresses
    }
}
