import TactAPI
import TactCore

/// One request with a link: who asks, in which language.
struct Visit: Sendable {
    let request: PageRequest
    let session: Session
    let desk: OwnDesk
    let language: Language
    /// The first part of the path.
    let place: String
    let isOnce: Bool
    /// What the form sent; empty for GET.
    var form = Form()
}

extension Site {
    func visit(_ request: PageRequest, _ session: Session) async throws -> PageAnswer {
        let desk = OwnDesk(client: client, token: session.token)
        let facts = try await facts(desk, request)
        guard facts["scope"]?.stringValue == "preferences" else { throw Trouble.link }
        let language =
            facts["locale"]?.stringValue.flatMap { Language.matching($0) }
            ?? Language.accepted(request.headers["accept-language"]) ?? .english
        var visit = Visit(
            request: request, session: session, desk: desk, language: language, place: request.path.first ?? "",
            isOnce: facts["once"]?.boolValue ?? false)
        do {
            switch request.method {
            case .get: return try await show(visit)
            case .post:
                visit.form = try await ownForm(request, session)
                return try await change(visit)
            }
        } catch Trouble.input(let key, let field) {
            return try await again(visit, wrong: ["text": language(key), "field": field])
        } catch Trouble.refused(let detail) {
            return try await again(
                visit,
                wrong: [
                    "text": language("trouble_refused_title") + ". " + language("trouble_refused_text"),
                    "detail": shown(detail),
                ])
        } catch let trouble as Trouble {
            return notice(trouble, language)
        }
    }

    /// A form that came from our own page: browsers say where it came from, and it has what only our page knows.
    private func ownForm(_ request: PageRequest, _ session: Session) async throws -> Form {
        if let site = request.headers["sec-fetch-site"], site != "same-origin" { throw Trouble.forged }
        // “null” is what browsers say of forms on pages that tell nobody where they are, as ours (Referrer-Policy).
        if let origin = request.headers["origin"]?.lowercased(), origin != url.origin, origin != "null" {
            throw Trouble.forged
        }
        guard let form = Form(try await body(of: request, session), contentType: request.headers["content-type"]),
            session.isOwn(form["form"])
        else { throw Trouble.forged }
        return form
    }

    /// Read only now that the link is known to be good. Of calendars, which take megabytes, not too many at a time.
    private func body(of request: PageRequest, _ session: Session) async throws -> [UInt8] {
        guard request.path == ["calendars"] else { return try await request.body(Site.largestForm) }
        guard uploads.begin(session.token) else { throw Trouble.tooMany }
        defer { uploads.end(session.token) }
        return try await request.body(Site.largestCalendar)
    }

    private func show(_ visit: Visit, wrong: Context? = nil) async throws -> PageAnswer {
        let path = visit.request.path
        switch (path.first ?? "", path.count) {
        case ("", _): return try await topicsPage(visit, wrong: wrong)
        case ("times", 1): return try await timesPage(visit, wrong: wrong)
        case ("calendars", 2): return try await calendarPage(visit, name: path[1])
        case ("messages", 1): return try await messagesPage(visit)
        case ("messages", 2): return try await whyPage(visit, id: path[1])
        case ("data", 1): return try await dataPage(visit, wrong: wrong)
        case ("export", 1): return try await export(visit)
        case ("erase", 1): return erasePage(visit, wrong: wrong)
        default: throw Trouble.notFound
        }
    }

    private func change(_ visit: Visit) async throws -> PageAnswer {
        switch visit.request.path.joined(separator: "/") {
        case "topics": try await changeTopics(visit)
        case "marketing":
            try await unsubscribeFromMarketing(visit)
        case "pause": try await pause(visit)
        case "quiet": try await changeQuietHours(visit)
        case "preview": return try await previewOfWeek(visit)
        case "settings": try await changeSettings(visit)
        case "calendars": return try await importCalendar(visit)
        case "calendars/remove": try await visit.desk.delete("calendars", visit.form["name"] ?? "")
        case "attributes": try await changeAttribute(visit)
        case "addresses":
            try await visit.desk.patch(body: ["addresses": .object(JSONObject(visit.form["name"] ?? "", .null))])
        case "allow":
            try await visit.desk.post(
                "allow",
                body: [
                    "attributes": .array(visit.form.all("attribute").map(JSON.string)),
                    "addresses": .array(visit.form.all("address").map(JSON.string)),
                ])
        case "reopen": try await visit.desk.post("addresses", visit.form["name"] ?? "", "reopen")
        case "erase": return try await erase(visit)
        case "leave":
            var answer = saidAndDone(visit, "left")
            answer.headers.append(("Set-Cookie", cookie("", seconds: 0)))
            return answer
        default: throw Trouble.notAllowed
        }
        if visit.isOnce { return saidAndDone(visit, "once") }
        if visit.request.headers["x-tact-live"] != nil { return PageAnswer(204) }
        return PageAnswer(303, headers: [("Location", "\(url.path)/\(Site.home(of: visit.place))?done=1")])
    }

    /// The page that a form stands on.
    private static func home(of place: String) -> String {
        switch place {
        case "quiet", "preview", "settings", "calendars": "times"
        case "attributes", "addresses", "allow", "reopen", "export": "data"
        case "erase": "erase"
        default: ""
        }
    }

    /// The page of a form again, with what was wrong with it.
    private func again(_ visit: Visit, wrong: Context) async throws -> PageAnswer {
        if visit.request.headers["x-tact-live"] != nil { return PageAnswer(422) }
        var request = visit.request
        request.path = [Site.home(of: visit.place)]
        let page = Visit(
            request: request, session: visit.session, desk: visit.desk, language: visit.language,
            place: request.path[0], isOnce: visit.isOnce, form: visit.form)
        var answer = try await show(page, wrong: wrong)
        answer.status = 422
        return answer
    }

    /// A last page, after which the link is of no use here.
    func saidAndDone(_ visit: Visit, _ key: String) -> PageAnswer {
        var context = page(visit.language, title: visit.language("\(key)_title"), visit: nil)
        context["text"] = visit.language("\(key)_text")
        return render("notice", context)
    }
}

extension JSONObject {
    init(_ name: String, _ value: JSON) {
        self.init()
        self[name] = value
    }
}
