/// Counts how often a thing decided an outcome, so that a proof can say that it proves something.
struct Coverage {
    private(set) var counts: [String: Int] = [:]

    mutating func count(_ what: String, if happened: Bool = true) {
        if happened { counts[what, default: 0] += 1 }
    }

    /// What happened less often than asked for.
    func missing(_ minimums: [String: Int]) -> [String] {
        minimums.filter { counts[$0.key, default: 0] < $0.value }
            .map { "\($0.key): \(counts[$0.key, default: 0]) of \($0.value)" }.sorted()
    }

    var report: String { counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }
}
