import TactEngine

/// Metrics in the Prometheus text format 0.0.4. Names no recipient and no sender.
struct PrometheusText {
    enum Kind: String {
        case counter, gauge, histogram
    }

    private(set) var text = ""

    /// One number.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        add(name, kind, help, Double(value))
    }

    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        head(name, kind, help)
        sample(name, [], value)
    }

    /// A number for each set of labels.
    mutating func add(
        _ name: String, _ kind: Kind, _ help: String, by labels: String..., values: [([String], Int)]
    ) {
        head(name, kind, help)
        for (words, value) in values { sample(name, Array(zip(labels, words)), Double(value)) }
    }

    mutating func add(_ name: String, _ help: String, _ distribution: Distribution) {
        head(name, .histogram, help)
        let cumulative = distribution.cumulative
        for (bound, count) in zip(distribution.bounds, cumulative) {
            sample(name + "_bucket", [("le", number(bound))], Double(count))
        }
        let count = Double(cumulative.last ?? 0)
        sample(name + "_bucket", [("le", "+Inf")], count)
        sample(name + "_sum", [], distribution.sum)
        sample(name + "_count", [], count)
    }

    private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
        let list = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
        text += name + (list.isEmpty ? "" : "{\(list)}") + " " + number(value) + "\n"
    }

    /// Whole numbers without a point: 1764000000, not 1.764e+09.
    private func number(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? String(value) }

    private func escaped(_ value: String) -> String {
        String(value.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : $0 == "\n" ? ["\\", "n"] : [$0] })
    }
}
