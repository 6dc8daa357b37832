import TactAPI
import TactCore

/// The fourth page: what is known, a copy of it, and its end.
extension Site {
    func dataPage(_ visit: Visit, wrong: Context?) async throws -> PageAnswer {
        let (desk, language) = (visit.desk, visit.language)
        async let known = desk.get()
        async let wishes = desk.ifThere { try await desk.get("preferences") }
        async let records = desk.ifThere { try await desk.get("consents", query: [("limit", "100")]) }
        async let topics = desk.topics()
        let recipient = try await known
        let times = LocalTimes(language, zone: zone(recipient, try await wishes))
        var context = page(language, title: language("nav_data"), visit: visit)
        context["wrong"] = wrong
        let attributes = recipient["attributes"]?.objectValue?.members ?? []
        context["hasAttributes"] = !attributes.isEmpty
        context["attributes"] = attributes.enumerated().map { number, attribute in
            self.context(attribute.name, attribute.value, number: number, times)
        }
        let addresses = self.addresses(recipient, language)
        context["hasAddresses"] = !addresses.isEmpty
        context["addresses"] = addresses
        let removed = self.removed(recipient, times)
        context["hasRemoved"] = !removed.isEmpty
        context["removed"] = removed
        context["facts"] = facts(recipient, times)
        let titles = Dictionary(
            try await topics.compactMap { topic in
                topic["name"]?.stringValue.map { ($0, topic["title"]?.stringValue ?? $0) }
            }, uniquingKeysWith: { first, _ in first })
        let consents = try await records?["items"]?.arrayValue ?? []
        context["hasConsents"] = !consents.isEmpty
        context["consents"] = consents.map { record in
            let topic = record["topic"]?.stringValue ?? ""
            let isGranted = record["state"]?.stringValue == "granted"
            return [
                "text": language(
                    isGranted ? "consent_granted" : "consent_withdrawn",
                    [
                        "at": times.told((record["received_at"] ?? record["at"])?.stringValue),
                        "topic": topic == "*" ? language("all_marketing") : shown(titles[topic] ?? topic),
                    ])
            ] as Context
        }
        return render("data", context)
    }

    /// Where messages go, and where they went until they came back.
    private func addresses(_ recipient: JSON, _ language: Language) -> [Context] {
        let known = recipient["addresses"]?.objectValue ?? JSONObject()
        let closed = (recipient["closed_addresses"]?.arrayValue ?? []).compactMap(\.stringValue)
        return (known.names + closed.filter { known[$0] == nil }).map { name in
            [
                "name": name, "label": channelName(name, language), "value": shown(known[name]?.stringValue ?? ""),
                "isKnown": known[name] != nil, "isClosed": closed.contains(name),
            ] as Context
        }
    }

    /// What the person does not want kept.
    private func removed(_ recipient: JSON, _ times: LocalTimes) -> [Context] {
        [("attribute", "attributes"), ("address", "addresses")].flatMap { field, part in
            (recipient["removed"]?[part]?.objectValue?.members ?? []).map { member in
                [
                    "field": field, "name": member.name,
                    "label": field == "address" ? channelName(member.name, times.language) : shown(member.name),
                    "since": times.language("removed_since", ["at": times.told(member.value.stringValue)]),
                ] as Context
            }
        }
    }

    private func facts(_ recipient: JSON, _ times: LocalTimes) -> String {
        let known: [(String, String?)] = [
            ("country", recipient["country"]?.stringValue), ("language", recipient["locale"]?.stringValue),
            ("zone", recipient["time_zone"]?.stringValue),
            ("since", recipient["created_at"]?.stringValue.map { times.told($0) }),
        ]
        return known.compactMap { key, value in
            value.map { times.language("fact_\(key)", ["value": shown($0)]) }
        }.joined(separator: " · ")
    }

    private func context(_ name: String, _ attribute: JSON, number: Int, _ times: LocalTimes) -> Context {
        let language = times.language
        let source = language.texts["source_\(attribute["source"]?.stringValue ?? "")"] ?? language("source_unknown")
        var from = source
        if let at = attribute["updated_at"]?.stringValue {
            from = language("source_at", ["source": source, "at": times.told(at)])
        }
        if attribute["sensitive"]?.boolValue == true { from += " · " + language("sensitive") }
        let value = attribute["value"] ?? .null
        let isFixed = value.arrayValue != nil || value.objectValue != nil || value.isNull
        let text = Site.text(of: value)
        var was = Form()
        was.add("value", text)
        return [
            "name": name, "number": number, "value": text, "source": from, "isFixed": isFixed, "was": was.encoded,
        ]
    }

    /// A value as its field shows it.
    private static func text(of value: JSON) -> String {
        value.stringValue ?? String(decoding: value.encoded(), as: UTF8.self)
    }

    func changeAttribute(_ visit: Visit) async throws {
        guard let name = visit.form["name"], !name.isEmpty else { throw Trouble.forged }
        var change = JSON.null
        if visit.form["what"] != "delete" {
            let attributes = try await visit.desk.get()["attributes"]
            guard let before = attributes?[name] else { throw Trouble.notFound }
            let number = attributes?.objectValue?.names.firstIndex(of: name) ?? 0
            let value = before["value"] ?? .null
            let (said, now) = (visit.form["value"] ?? "", Site.text(of: value).trimmed)
            // Also what is only confirmed is said; but not of a value that the page did not show.
            if let was = visit.form.shown?["value"], was != now, said != now {
                throw Trouble.input(key: "stale_form", field: "value.\(number)")
            }
            guard let corrected = Site.corrected(said, before: value) else {
                throw Trouble.input(key: "trouble_refused_title", field: "value.\(number)")
            }
            // That they said so, and when, the daemon sees to.
            change = ["value": corrected]
        }
        try await visit.desk.patch(body: ["attributes": .object(JSONObject(name, change))])
    }

    /// A number stays one, and so does yes or no: the text “false” would be something, and so mean yes. nil: it is
    /// neither.
    static func corrected(_ text: String, before: JSON?) -> JSON? {
        switch before {
        case .bool?:
            switch text.lowercased() {
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: return nil
            }
        case .integer?, .number?:
            guard let number = try? JSON(parsing: Array(text.utf8)), number.doubleValue != nil else {
                return .string(text)
            }
            return number
        case .string?, .null?, .array?, .object?, nil: return .string(text)
        }
    }

    // MARK: A copy, and the end

    func export(_ visit: Visit) async throws -> PageAnswer {
        var answer = PageAnswer(
            200, "application/json", headers: [("Content-Disposition", "attachment; filename=\"my-data.json\"")])
        answer.pieces = try await visit.desk.export(in: visit.language.code)
        return answer
    }

    func erasePage(_ visit: Visit, wrong: Context?) -> PageAnswer {
        let language = visit.language
        var context = page(language, title: language("erase_page"), visit: visit)
        context["wrong"] = wrong
        context["wordWrong"] = wrong != nil
        context["typeWord"] = language("erase_type", ["word": language("erase_word")])
        return render("erase", context)
    }

    func erase(_ visit: Visit) async throws -> PageAnswer {
        let word = visit.language("erase_word")
        guard visit.form["word"]?.lowercased() == word.lowercased() else {
            throw Trouble.input(key: "erase_bad", field: "word")
        }
        try await visit.desk.delete()
        var answer = saidAndDone(visit, "erased")
        answer.headers.append(("Set-Cookie", cookie("", seconds: 0)))
        return answer
    }
}
