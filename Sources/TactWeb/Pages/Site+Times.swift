import TactAPI
import TactCore

/// The second page: quiet hours, the coming week, zone and language, calendars.
extension Site {
    private static let mostWindows = 4

    func timesPage(_ visit: Visit, wrong: Context?) async throws -> PageAnswer {
        let (desk, language) = (visit.desk, visit.language)
        async let known = desk.get()
        async let wishes = desk.ifThere { try await desk.get("preferences") }
        let (recipient, preferences) = try await (known, wishes)
        let name = zone(recipient, preferences)
        let times = LocalTimes(language, zone: name)
        var context = page(language, title: language("nav_times"), visit: visit)
        context["wrong"] = wrong
        context["fileWrong"] = wrong?["field"] as? String == "file"
        context["zoneText"] = name == nil ? language("zone_unknown") : language("zone_known", ["zone": times.zone])
        context["days"] = try await week(desk, times)
        if let preferences {
            context["hasPreferences"] = true
            let own = preferences["quiet_hours"]?.arrayValue
            let mode = Site.mode(own)
            context["wasQuiet"] = Site.shownQuietHours(own).encoded
            context["wasSettings"] = Site.shownSettings(preferences).encoded
            context["modes"] = ["default", "none", "own"].map {
                ["value": $0, "label": language("quiet_\($0)"), "selected": $0 == mode] as Context
            }
            context["windows"] = windows(own ?? [], times, wrong: wrong?["field"] as? String)
            let zone = preferences["time_zone"]?.stringValue
            if let zone { context["zone"] = zone }
            let locale = Site.shownSettings(preferences)["locale"]
            context["languages"] = Language.all.map {
                ["code": $0.code, "name": $0.name, "selected": $0.code == locale] as Context
            }
        }
        let calendars = (recipient["calendars"]?.arrayValue ?? []).compactMap(\.stringValue)
        context["hasCalendars"] = !calendars.isEmpty
        context["calendars"] = calendars.map {
            ["name": $0, "href": url.path + ClientRequest.target(["calendars", $0], [])] as Context
        }
        return render("times", context)
    }

    private static func mode(_ own: [JSON]?) -> String { own.map { $0.isEmpty ? "none" : "own" } ?? "default" }

    /// The windows there are, and an empty one.
    private static func rows(_ own: [JSON]) -> [JSON?] { own.prefix(32).map { Optional($0) } + [nil] }

    /// The form's fields, as the page shows them.
    private static func shownQuietHours(_ own: [JSON]?) -> Form {
        var form = Form()
        form.add("mode", mode(own))
        for (index, window) in rows(own ?? []).enumerated() {
            for day in window?["days"]?.arrayValue ?? [] { form.add("days.\(index)", day.stringValue ?? "") }
            form.add("start.\(index)", window?["start"]?.stringValue ?? "")
            form.add("end.\(index)", window?["end"]?.stringValue ?? "")
        }
        return form
    }

    private static func shownSettings(_ preferences: JSON) -> Form {
        var form = Form()
        form.add("time_zone", preferences["time_zone"]?.stringValue ?? "")
        form.add("locale", preferences["locale"]?.stringValue.flatMap { Language.matching($0)?.code } ?? "")
        return form
    }

    private func windows(_ own: [JSON], _ times: LocalTimes, wrong: String?) -> [Context] {
        Site.rows(own).enumerated().map { index, window in
            let days = (window?["days"]?.arrayValue ?? []).compactMap(\.stringValue)
            return [
                "number": index, "legend": times.language("quiet_window", ["n": String(index + 1)]),
                "start": window?["start"]?.stringValue ?? "", "end": window?["end"]?.stringValue ?? "",
                "isWrong": wrong == "start.\(index)",
                "days": Weekday.allCases.map { day in
                    [
                        "id": "day.\(index).\(day.name)", "field": "days.\(index)", "value": day.name,
                        "label": times.weekday(CivilDate(days: Int64(day.rawValue) + 4)),
                        "selected": days.contains(day.name),
                    ] as Context
                },
            ] as Context
        }
    }

    // MARK: The coming week

    /// From the daemon's timeline, so that it is what will be: a row a day.
    ///
    /// - Parameter quietHours: those to try out; nil: as things are.
    private func week(_ desk: OwnDesk, _ times: LocalTimes, trying quietHours: JSON? = nil) async throws -> [Context] {
        let today = times.rules.local(now()).date
        let edges = (0...7).map { times.rules.startOfDay(CivilDate(days: today.days + $0)) }
        var query = [("from", edges[0].rfc3339), ("to", edges[7].rfc3339)]
        if let quietHours { query.append(("quiet_hours", String(decoding: quietHours.encoded(), as: UTF8.self))) }
        let timeline = try await desk.get("timeline", query: query)
        let blocked = (timeline["blocked"]?.arrayValue ?? []).compactMap { block -> (Interval, String)? in
            guard let start = block["start"]?.stringValue.flatMap({ try? Timestamp(rfc3339: $0) }),
                let end = block["end"]?.stringValue.flatMap({ try? Timestamp(rfc3339: $0) }), start < end,
                let kind = Site.kind(block["rule"]?.stringValue)
            else { return nil }
            return (Interval(start: start, end: end), kind)
        }
        return (0..<7).map { number in
            let day = Interval(start: edges[number], end: edges[number + 1])
            let length = Double((day.end - day.start).milliseconds)
            var bars: [Context] = []
            var spans: [Context] = []
            for (interval, kind) in blocked where interval.start < day.end && day.start < interval.end {
                let (start, end) = (max(interval.start, day.start), min(interval.end, day.end))
                func place(_ t: Timestamp) -> Int { Int(Double((t - day.start).milliseconds) / length * 288) }
                bars.append(["kind": kind, "x": place(start), "width": max(1, place(end) - place(start))])
                spans.append([
                    "kind": kind,
                    "text": times.language(
                        "span",
                        [
                            "from": times.time(start), "to": end == day.end ? "24:00" : times.time(end),
                            "what": times.language("what_\(kind)"),
                        ]),
                ])
            }
            let date = times.date(CivilDate(days: today.days + Int64(number)))
            return ["date": date, "bars": bars, "spans": spans] as Context
        }
    }

    /// Also a class of the style. nil: that is about one channel, not about the day.
    private static func kind(_ rule: String?) -> String? {
        switch rule {
        case "quiet_hours": "quiet"
        case "busy": "busy"
        case "pause": "paused"
        case "send_window": "window"
        default: nil
        }
    }

    // MARK: Changing

    func changeQuietHours(_ visit: Visit) async throws {
        let own = try await visit.desk.get("preferences")["quiet_hours"]?.arrayValue
        // All three read in the same way: windows may be written in more than one.
        let hours = try visit.form.changed(
            quietHours(visit.form), was: visit.form.shown.flatMap { try? quietHours($0) },
            now: quietHours(Site.shownQuietHours(own)), field: "mode.own")
        if let hours { try await visit.desk.patch("preferences", body: ["quiet_hours": hours]) }
    }

    /// The coming week as it would be, for the script to put in its place. Changes nothing.
    func previewOfWeek(_ visit: Visit) async throws -> PageAnswer {
        let hours = try quietHours(visit.form)
        async let known = visit.desk.get()
        async let wishes = visit.desk.ifThere { try await visit.desk.get("preferences") }
        let times = LocalTimes(visit.language, zone: zone(try await known, try await wishes))
        var context = page(visit.language, title: "", visit: visit)
        context["days"] = try await week(visit.desk, times, trying: hours)
        return render("week", context)
    }

    /// null: as usual; empty: none.
    private func quietHours(_ form: Form) throws(Trouble) -> JSON {
        switch form["mode"] {
        case "none": return []
        case "own":
            var windows: [JSON] = []
            for index in 0..<64 {
                let days = form.all("days.\(index)").sorted {
                    Weekday(name: $0)?.rawValue ?? 0 < Weekday(name: $1)?.rawValue ?? 0
                }
                let (start, end) = (form["start.\(index)"] ?? "", form["end.\(index)"] ?? "")
                if days.isEmpty, start.isEmpty, end.isEmpty { continue }
                guard !days.isEmpty, days.allSatisfy({ Weekday(name: $0) != nil }), (try? CivilTime(start)) != nil,
                    (try? CivilTime(end)) != nil, start != end
                else { throw .input(key: "quiet_bad", field: "start.\(index)") }
                windows.append(
                    ["days": .array(days.map(JSON.string)), "start": .string(start), "end": .string(end)])
            }
            guard !windows.isEmpty else { throw .input(key: "quiet_bad", field: "start.0") }
            return .array(windows)
        default: return .null
        }
    }

    func changeSettings(_ visit: Visit) async throws {
        let now = Site.shownSettings(try await visit.desk.get("preferences"))
        var patch = JSONObject()
        for name in ["time_zone", "locale"] where try visit.form.isChanged([name], now: now) {
            patch[name] = visit.form[name].flatMap { $0.isEmpty ? nil : JSON.string($0) } ?? .null
        }
        if !patch.isEmpty { try await visit.desk.patch("preferences", body: .object(patch)) }
    }

    // MARK: Calendars

    func importCalendar(_ visit: Visit) async throws -> PageAnswer {
        guard let source = visit.form.file, !source.isEmpty else {
            throw Trouble.input(key: "calendar_bad", field: "file")
        }
        let name = visit.form["name"].flatMap { $0.isEmpty ? nil : $0 } ?? visit.language("calendar_default")
        let answer = try await visit.desk.put(calendar: name, source)
        return try await calendarPage(visit, name: name, answer)
    }

    func calendarPage(_ visit: Visit, name: String) async throws -> PageAnswer {
        let answer = try await visit.desk.get("calendars", name)
        return try await calendarPage(visit, name: name, answer)
    }

    /// What is kept, and that it is no more than that.
    private func calendarPage(
        _ visit: Visit, name: String, _ answer: JSON
    ) async throws -> PageAnswer {
        let language = visit.language
        // After a link that worked once there is nobody left to ask.
        let zone: String? =
            visit.isOnce && visit.request.method == .post
            ? nil
            : zone(
                try await visit.desk.get(), try await visit.desk.ifThere { try await visit.desk.get("preferences") })
        let times = LocalTimes(language, zone: zone)
        let now = now()
        let busy = (answer["busy"]?.arrayValue ?? []).compactMap { item -> (Timestamp, Timestamp)? in
            guard let start = item["start"]?.stringValue.flatMap({ try? Timestamp(rfc3339: $0) }),
                let end = item["end"]?.stringValue.flatMap({ try? Timestamp(rfc3339: $0) }), end > now
            else { return nil }
            return (start, end)
        }
        var context = page(language, title: language("calendar_title"), visit: visit)
        context["name"] = name
        context["count"] = language.counted("calendar_count", busy.count)
        context["busy"] = busy.prefix(50).map { ["text": times.told($0) + " – " + times.told($1)] as Context }
        if busy.count > 50 { context["more"] = ["text": language.counted("calendar_more", busy.count - 50)] }
        let skipped = answer["skipped"]?.arrayValue?.count ?? 0
        context["hasSkipped"] = skipped > 0
        context["skipped"] = language.counted("calendar_skipped", skipped)
        return render("calendar", context)
    }
}
