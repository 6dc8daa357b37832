import TactAPI
import TactCore

/// What waits and what goes out, for people.
struct TopView {
    /// What rows are sorted by.
    enum Order: CaseIterable {
        case pending, oldest, name

        var next: Order {
            switch self {
            case .pending: .oldest
            case .oldest: .name
            case .name: .pending
            }
        }
    }

    let style: Style
    var order = Order.pending

    init(style: Style) { self.style = style }

    /// The state of a moment; with the one before it, how much is done a second.
    func text(_ status: JSON, before: JSON? = nil, trouble: String? = nil) -> String {
        var text = head(status, trouble) + "\n\n" + counts(status, before) + "\n\n" + channels(status)
        let topics = self.topics(status)
        if !topics.isEmpty { text += "\n" + topics }
        for warning in status.texts("warnings") { text += "\n" + style.paint("warning: ", .yellow) + warning + "\n" }
        return text
    }

    private func head(_ status: JSON, _ trouble: String?) -> String {
        let name = style.paint("tactd " + (status.text("version") ?? ""), .bold)
        if let trouble { return name + "  " + style.paint(TerminalText.safe(trouble), .red) }
        let facts = [
            status.text("uptime").map { "up " + $0 }, status["policy"]?.text("version").map { "policy " + $0 },
            status.text("tz").map { "tz " + $0 }, status.integer("database_bytes").map(StatusView.bytes),
            status.instant("now").map { LocalClock().time($0) + " UTC" },
        ]
        return ([name] + facts.compactMap(\.self)).joined(separator: "  ")
    }

    private func counts(_ status: JSON, _ before: JSON?) -> String {
        let states = status["messages"]?.objectValue?.members ?? []
        let counts = states.map { "\($0.value.integerValue ?? 0) " + style.state($0.name) }.joined(separator: "  ")
        let conservation = status["conservation"]
        let isWhole = conservation?["ok"]?.boolValue ?? false
        var line = "\(conservation?.integer("submitted") ?? 0) submitted, "
        line += isWhole ? style.paint("all accounted for", .green) : style.paint("NOT ALL ACCOUNTED FOR", .red)
        if let reviews = status.integer("reviews"), reviews > 0 { line += "  \(reviews) recipients to be planned anew" }
        let rates = [
            ("submitted", { (status: JSON) in status["conservation"]?.integer("submitted") }),
            ("delivered", { (status: JSON) in status["messages"]?.integer("delivered") }),
        ].compactMap { name, value in rate(status, before, value).map { "\(name) \($0)/s" } }
        return counts + "\n" + ([line] + rates).joined(separator: "  ")
    }

    private func rate(_ status: JSON, _ before: JSON?, _ value: (JSON) -> Int64?) -> Int64? {
        guard let before, let now = status.instant("now"), let then = before.instant("now"), now > then,
            let new = value(status), let old = value(before)
        else { return nil }
        return max(0, new - old) * 1000 / (now - then).milliseconds
    }

    // MARK: Tables

    private func channels(_ status: JSON) -> String {
        var table = Table("CHANNEL", "PENDING", "DUE", "OLDEST DUE", "LEASED", "WORKERS", "OUT/MIN", "NEXT")
        let now = status.instant("now") ?? .now
        let rows = status.list("channels").sorted { a, b in
            switch order {
            case .pending: rank(a, "pending", b)
            case .oldest:
                a.instant("oldest_due") == b.instant("oldest_due")
                    ? rank(a, "pending", b)
                    : (a.instant("oldest_due") ?? .distantFuture) < (b.instant("oldest_due") ?? .distantFuture)
            case .name: (a.text("name") ?? "") < (b.text("name") ?? "")
            }
        }
        for channel in rows {
            let name = channel.text("name") ?? ""
            let due = channel.integer("due") ?? 0
            let workers = status["workers"]?[channel["name"]?.stringValue ?? ""]?.integerValue ?? 0
            let oldest = channel.instant("oldest_due").map { age(now - $0, isBad: workers == 0) } ?? "-"
            let isHeld = channel["held"]?.boolValue ?? false
            table.rows.append([
                isHeld ? name + style.paint(" held", .yellow) : name, number(channel, "pending"), "\(due)", oldest,
                number(channel, "leased"), workers == 0 && due > 0 ? style.paint("none", .red) : "\(workers)",
                number(channel, "released_last_minute"),
                channel.instant("next").map { "in " + Self.rough($0 - now) } ?? "-",
            ])
        }
        return table.text(style, width: nil)
    }

    private func topics(_ status: JSON) -> String {
        var table = Table("TOPIC", "PENDING", "LEASED")
        let rows = status.list("topics").sorted {
            order == .name ? ($0.text("name") ?? "") < ($1.text("name") ?? "") : rank($0, "pending", $1)
        }
        for topic in rows {
            table.rows.append([topic.text("name") ?? "", number(topic, "pending"), number(topic, "leased")])
        }
        return table.rows.isEmpty ? "" : table.text(style, width: nil)
    }

    /// The larger first; by name where they are equal.
    private func rank(_ a: JSON, _ name: String, _ b: JSON) -> Bool {
        let (left, right) = (a.integer(name) ?? 0, b.integer(name) ?? 0)
        return left == right ? (a.text("name") ?? "") < (b.text("name") ?? "") : left > right
    }

    private func number(_ json: JSON, _ name: String) -> String { "\(json.integer(name) ?? 0)" }

    private func age(_ age: Duration, isBad: Bool) -> String {
        style.paint(Self.rough(age), isBad && age > .minutes(1) ? .red : nil)
    }

    /// The two largest units: `2d3h`, `4m10s`, `0s`.
    static func rough(_ duration: Duration) -> String {
        let seconds = max(0, duration.milliseconds / 1000)
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
        guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0s" }
        let (large, name) = units[first]
        let rest = seconds % large
        let small = units.indices.contains(first + 1) ? rest / units[first + 1].0 : 0
        return "\(seconds / large)\(name)" + (small > 0 ? "\(small)\(units[first + 1].1)" : "")
    }
}
