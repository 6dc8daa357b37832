import TactAPI

/// Topics for people.
enum TopicView {
    static func table(_ topics: [JSON], _ style: Style, _ clock: LocalClock, width: Int?) -> String {
        var table = Table("TOPIC", "STATE", "KIND", "CONSENT", "CHANNELS", "TITLE", "HELD BY")
        table.rows = topics.map { topic in
            let isHeld = topic["hold"].map { !$0.isNull } ?? false
            return [
                topic.text("name") ?? "", isHeld ? style.paint("held", .red) : style.paint("open", .green),
                topic.text("kind") ?? "", topic.text("consent") ?? "", topic.texts("channels").joined(separator: ", "),
                topic.text("title") ?? "", Hold.text(topic["hold"], clock),
            ]
        }
        return topics.isEmpty ? "" : table.text(style, width: width)
    }
}
