import TactCore

/// Metrics in the Prometheus text format 0.0.4. Names no recipient and no sender.
struct PrometheusText {
    private(set) var text = ""

    mutating func counter(_ name: String, _ help: String, _ value: Int) {
        head(name, help, "counter")
        text += "\(name) \(value)\n"
    }

    mutating func gauge(_ name: String, _ help: String, _ value: Int) {
        head(name, help, "gauge")
        text += "\(name) \(value)\n"
    }

    /// One value for each label.
    mutating func family(_ name: String, _ help: String, type: String, label: String, _ values: [(String, Int)]) {
        head(name, help, type)
        for (key, value) in values { text += "\(name){\(label)=\"\(escaped(key))\"} \(value)\n" }
    }

    mutating func histogram(_ name: String, _ help: String, _ histogram: Metrics.Histogram) {
        head(name, help, "histogram")
        let (cumulative, sum) = histogram.snapshot
        for (bound, count) in zip(histogram.bounds, cumulative) { text += "\(name)_bucket{le=\"\(bound)\"} \(count)\n" }
        text += "\(name)_bucket{le=\"+Inf\"} \(cumulative.last ?? 0)\n\(name)_sum \(sum)\n"
        text += "\(name)_count \(cumulative.last ?? 0)\n"
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private func escaped(_ value: String) -> String {
        String(value.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : $0 == "\n" ? ["\\", "n"] : [$0] })
    }
}
