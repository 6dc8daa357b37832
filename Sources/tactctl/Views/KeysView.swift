import TactAPI

/// How the recipients' keys are kept, for people.
struct KeysView {
    let style: Style

    func text(_ keys: JSON) -> String {
        var facts = Facts()
        let isGiven = keys.text("master_key") == "given"
        facts.add(
            "master key",
            isGiven ? "given from outside" : "lies beside the database: backups are protected, the disk is not")
        facts.add("in force", masters(keys, inForce: true))
        facts.add("replaced", masters(keys, inForce: false))
        let old = keys.integer("keys_to_rewrap") ?? 0
        facts.add("rotation", old > 0 ? "\(old) keys are still to be wrapped" : "none is under way")
        facts.add("keys", keys.integer("keys").map { "\($0), some hundreds of them drawn ahead" })
        facts.add("erased", keys.integer("erased").map(String.init))
        let damaged = keys.integer("damaged") ?? 0
        facts.add("damaged", damaged > 0 ? style.paint("\(damaged)", .red) + ": put back your copy of the keys" : nil)
        facts.add("copy", copy(keys["copy"]))
        return facts.text(style)
    }

    private func masters(_ keys: JSON, inForce: Bool) -> String? {
        let named = (keys["master_keys"]?.arrayValue ?? []).filter { $0["in_force"]?.boolValue == inForce }
        if named.isEmpty { return nil }
        return named.map { "\($0.text("fingerprint") ?? "?"), wraps \($0.integer("keys") ?? 0)" }
            .joined(separator: "; ")
    }

    private func copy(_ copy: JSON?) -> String? {
        guard let path = copy?.text("path") else { return nil }
        return TerminalText.safe(path) + (copy?["current"]?.boolValue == true ? ", current" : ", to be renewed")
    }
}
