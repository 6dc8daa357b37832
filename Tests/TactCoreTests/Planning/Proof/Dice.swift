/// Random choices from a seed (SplitMix64): the same seed, the same choices, for ever.
struct Dice {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
        // Neighbouring seeds must not roll the same sequence, one place further.
        state = next()
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func roll(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    /// True in `percent` of 100 cases.
    mutating func chance(_ percent: Int) -> Bool { roll(1...100) <= percent }

    mutating func pick<T>(_ choices: T...) -> T { choices[roll(0...choices.count - 1)] }

    mutating func pick<T>(from choices: [T]) -> T { choices[roll(0...choices.count - 1)] }

    /// Some of them, each with the same chance; possibly none.
    mutating func some<T>(_ choices: [T], percent: Int = 50) -> [T] {
        var chosen: [T] = []
        for choice in choices where chance(percent) { chosen.append(choice) }
        return chosen
    }

    mutating func shuffled<T>(_ all: [T]) -> [T] {
        var left = all
        var order: [T] = []
        while !left.isEmpty { order.append(left.remove(at: roll(0...left.count - 1))) }
        return order
    }

    /// From none to `most` of what `make` makes.
    mutating func several<T>(upTo most: Int, _ make: (inout Dice) -> T) -> [T] {
        var made: [T] = []
        for _ in 0..<roll(0...most) { made.append(make(&self)) }
        return made
    }
}
