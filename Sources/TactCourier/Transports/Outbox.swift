import Synchronization

/// Bytes on their way to one reader, who takes all there are at once.
final class Outbox: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var reader: CheckedContinuation<[UInt8]?, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    func put(_ bytes: [UInt8]) {
        let (reader, all) = state.withLock { state -> (CheckedContinuation<[UInt8]?, Never>?, [UInt8]) in
            state.bytes += bytes
            guard let reader = state.reader else { return (nil, []) }
            defer {
                state.reader = nil
                state.bytes = []
            }
            return (reader, state.bytes)
        }
        reader?.resume(returning: all)
    }

    /// What there is, or what comes next; nil after the end. One reader at a time.
    func take() async -> [UInt8]? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> [UInt8]?? in
                    if !state.bytes.isEmpty {
                        defer { state.bytes = [] }
                        return .some(state.bytes)
                    }
                    if state.isClosed { return .some(nil) }
                    state.reader = continuation
                    return .none
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            close()
        }
    }

    func close() {
        let reader = state.withLock { state in
            state.isClosed = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }
}

/// Makes lines of bytes as they come.
struct LineBuffer {
    /// In bytes. No answer is longer.
    static let longest = 64 * 1024

    private var rest: [UInt8] = []

    /// The lines that are complete, without their ends; nil if one grows too long.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            rest += bytes[start..<end]
            guard rest.count <= LineBuffer.longest else { return nil }
            if !rest.isEmpty { lines.append(rest) }
            rest.removeAll(keepingCapacity: true)
            start = end + 1
        }
        rest += bytes[start...]
        return rest.count <= LineBuffer.longest ? lines : nil
    }
}
