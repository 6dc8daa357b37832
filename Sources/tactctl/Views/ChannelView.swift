import TactAPI

/// Channels for people.
enum ChannelView {
    static func table(_ channels: [JSON], _ style: Style, _ clock: LocalClock, width: Int?) -> String {
        var table = Table("CHANNEL", "STATE", "PLANNED", "RATE", "SPREAD", "HELD BY")
        table.rows = channels.map { channel in
            let hold = channel["hold"].flatMap { $0.isNull ? nil : $0 }
            return [
                channel.text("name") ?? "", hold == nil ? style.paint("open", .green) : style.paint("held", .red),
                "\(channel.integer("pending") ?? 0)", channel.text("rate") ?? "-", channel.text("spread") ?? "-",
                Hold.text(hold, clock),
            ]
        }
        return channels.isEmpty ? "" : table.text(style, width: width)
    }
}
