import TactAPI

/// Consent records for people.
enum ConsentView {
    static func table(_ records: [JSON], _ style: Style, _ clock: LocalClock, width: Int?) -> String {
        var table = Table("RECORD", "TOPIC", "CHANNEL", "STATE", "RECEIVED", "SOURCE", "WORDING", "BY")
        table.rows = records.map { record in
            let state = record.text("state") ?? ""
            return [
                record.text("id") ?? "", record.text("topic") ?? "", record.text("channel") ?? "all",
                style.paint(state, state == "granted" ? .green : .red),
                record.instant("received_at").map { clock.short($0) } ?? "", record.text("source") ?? "-",
                record.text("wording") ?? "-", record.text("recorded_by") ?? "",
            ]
        }
        return records.isEmpty ? "" : table.text(style, width: width)
    }
}
