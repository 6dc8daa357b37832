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
                state.bytes = Nonces.draw()
                state.used = 0
            }
            defer { state.used += Nonces.length }
            return state.bytes[state.used..<state.used + Nonces.length]
        }
        return try AES.GCM.Nonce(data: bytes)
    }

    private static func draw() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length * drawn)
        bytes.withUnsafeMutableBytes { buffer in
            var generator = SystemRandomNumberGenerator()
            for place in stride(from: 0, to: buffer.count, by: 8) {
                buffer.storeBytes(of: generator.next(), toByteOffset: place, as: UInt64.self)
            }
        }
        return bytes
    }
}
