import Crypto
import Glibc
import Synchronization

/// Random nonces, drawn from the system many at a time: to ask for each one would cost as much as to seal.
final class Nonces: Sendable {
    private static let length = 12
    private static let drawn = 256

    private struct State {
        var bytes: [UInt8] = []
        var used = 0
    }

    private let state = Mutex(State())

    func next() throws -> AES.GCM.Nonce {
        let bytes = state.withLock { state in
            if state.used == state.bytes.count {
                state.bytes = [UInt8](random: Nonces.length * Nonces.drawn)
                state.used = 0
            }
            defer { state.used += Nonces.length }
            return state.bytes[state.used..<state.used + Nonces.length]
        }
        return try AES.GCM.Nonce(data: bytes)
    }
}

extension [UInt8] {
    /// Bytes from the system's generator. Asked for through `RandomNumberGenerator` it would be asked for each eight.
    init(random count: Int) {
        self.init(unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let part = Swift.min(256, count - initialized)  // More it does not give at once.
                guard let place = buffer.baseAddress, getentropy(place + initialized, part) == 0 else {
                    preconditionFailure("the system gives no random bytes: \(errno)")
                }
                initialized += part
            }
        }
    }
}
