import TactCore

/// Times one decision, one replanning and one expansion, and prints a line for each: name, nanoseconds a piece.
@main
enum DecisionBench {
    static func main() throws {
        let typical = Fixture(busy: 200, caps: 3, deliveries: 12)
        report("decision, quiet hours, 3 caps, 200 busy intervals", typical.decide(times: 200_000))
        report("decision that moves through busy time and caps", typical.decideHeld(times: 100_000))
        for busy in [1_000, 10_000] {
            report(
                "decision, quiet hours, 3 caps, \(busy) busy intervals",
                Fixture(busy: busy, caps: 3, deliveries: 12).decide(times: 100_000))
        }
        let worst = Fixture(busy: 10_000, caps: 10, deliveries: 1_000)
        report("decision, 10,000 busy intervals, 10 caps, 1,000 deliveries in reach", worst.decide(times: 50_000))
        report("the same, moved through all of them", worst.decideHeld(times: 20_000))
        report("replanning 1,000 pending messages, 3 caps", typical.replan(pending: 1_000, times: 20))
        report("104 occurrences of a weekly rule", try Expansion().run(times: 5_000))
    }

    private static func report(_ name: String, _ nanoseconds: Double) {
        print("\(name)\t\(Int(nanoseconds + 0.5))")
    }
}

/// Runs a body so often and answers the nanoseconds that one run took, the best of five rounds.
func time(_ times: Int, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    var best = Double.infinity
    for _ in 0..<5 {
        let elapsed = clock.measure { for _ in 0..<times { body() } }
        let (seconds, attoseconds) = elapsed.components
        best = min(best, (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(times))
    }
    return best
}

/// Keeps the optimizer from leaving out what nobody looks at.
@inline(never) @_optimize(none) func keep<T>(_ value: T) {}
