/// What is wrong with a request: the first faults by name, the others by number. So a request can be as wrong as it
/// likes, and the answer stays small.
package struct Faults: Sendable, Equatable {
    /// How many are named.
    package static let most = 20
    /// Bytes of a pointer; a longer one, to a member whose name goes on and on, is cut.
    private static let longestPointer = 512

    package private(set) var named: [Problem.Fault] = []
    /// How many there are, named or not.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }
    package var isFull: Bool { named.count == Self.most }

    /// `detail` is made only if it is told.
    package mutating func add(_ place: Place, _ detail: @autoclosure () -> String) {
        count += 1
        guard !isFull else { return }
        var pointer = place.pointer
        if pointer.utf8.count > Self.longestPointer {
            pointer = String(decoding: pointer.utf8.prefix(Self.longestPointer), as: UTF8.self) + "…"
        }
        named.append(Problem.Fault(pointer: pointer, detail: detail()))
    }

    /// Those of a part.
    package mutating func add(_ others: Faults) {
        named += others.named.prefix(Self.most - named.count)
        count += others.count
    }

    /// So many more that nobody looked at.
    package mutating func add(unnamed: Int) { count += unnamed }
}
