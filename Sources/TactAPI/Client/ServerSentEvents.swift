/// Puts server-sent events together from their lines (WHATWG HTML, section 9.2.6).
package struct ServerSentEvents: Sendable {
    /// Where to go on after a break: the id that came last, with an event or alone.
    package private(set) var lastID: String?
    private var id: String?
    private var data = ""

    package init() {}

    /// Takes a line. Answers an event's data when its last line is taken.
    package mutating func take(_ line: String) -> String? {
        if line.isEmpty {
            defer { data = "" }
            lastID = id ?? lastID
            return data.isEmpty ? nil : data
        }
        if line.hasPrefix("id:") { id = value(line) }
        if line.hasPrefix("data:") { data += (data.isEmpty ? "" : "\n") + value(line) }
        return nil
    }

    private func value(_ line: String) -> String {
        let value = line.drop { $0 != ":" }.dropFirst()
        return String(value.hasPrefix(" ") ? value.dropFirst() : value)
    }
}
