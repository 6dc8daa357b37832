import TactCore
import TactEngine

/// What a simulation came to, for people.
struct SimulationView {
    let style: Style

    func text(_ summary: SimulationSummary) -> String {
        let states = MessageState.allCases.filter { summary.all.ended[$0, default: 0] > 0 }
        var ends = Table("TOPIC")
        ends.header += ["SUBMITTED"] + states.map { $0.name.uppercased() }
        let topics = summary.byTopic.sorted { $0.key < $1.key }.map { (TerminalText.safe($0.key), $0.value) }
        for (name, fate) in topics + [("all", summary.all)] {
            ends.rows.append([name, "\(fate.submitted)"] + states.map { "\(fate.ended[$0, default: 0])" })
        }
        var text = ends.text(style, width: nil)
        if summary.unfinished > 0 { text += "\nNot at an end: \(summary.unfinished)\n" }
        if summary.refused > 0 { text += "\n" + style.paint("Commands refused: \(summary.refused)", .yellow) + "\n" }
        return text + why(summary) + shares(summary)
    }

    private func why(_ summary: SimulationSummary) -> String {
        let codes = Finding.Code.allCases.filter { summary.all.why[$0] != nil }
        guard !codes.isEmpty else { return "" }
        var facts = Facts()
        for code in codes { facts.add(code.rawValue, summary.all.why[code].map(String.init)) }
        return "\n" + style.paint("What held or suppressed, how often", .bold) + "\n" + facts.text(style)
    }

    private func shares(_ summary: SimulationSummary) -> String {
        let waits = summary.all.waits.sorted()
        guard !waits.isEmpty else { return "" }
        var table = Table("")
        table.header += SimulationSummary.shares.map { $0.0.uppercased() }
        let counts = summary.deliveredPerRecipient
        table.rows = [
            ["from submission to delivery"] + SimulationSummary.shares.map { waits.percentile($0.1)?.text ?? "-" },
            ["deliveries per recipient"]
                + SimulationSummary.shares.map { counts.percentile($0.1).map(String.init) ?? "-" },
        ]
        return "\n" + table.text(style, width: nil)
    }
}
