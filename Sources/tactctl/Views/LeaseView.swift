import TactAPI

/// Leased messages for people who play the worker.
struct LeaseView {
    let style: Style
    let clock: LocalClock

    func text(_ answer: JSON) -> String {
        answer.list("messages").map { message in
            var facts = Facts()
            facts.add("lease", message.text("lease"))
            facts.add("expires", message.instant("expires_at").map { clock.told($0) })
            facts.add("recipient", message.text("recipient"))
            facts.add("address", message.text("address"))
            facts.add("channel", message.text("channel"))
            facts.add("topic", message.text("topic"))
            facts.add("attempt", message.integer("attempt").map(String.init))
            facts.add(
                "content",
                message["content"].map { String(decoding: TerminalText.safe(json: $0.encoded()), as: UTF8.self) })
            return style.paint(message.text("id") ?? "", .bold) + "\n" + facts.text(style)
        }.joined(separator: "\n")
    }
}
