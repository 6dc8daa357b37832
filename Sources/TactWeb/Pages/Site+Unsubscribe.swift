import TactAPI

/// One click and out (RFC 8058): mail programs post here by themselves, and people come by their browser.
extension Site {
    func unsubscribe(_ request: PageRequest, token: String) async throws -> PageAnswer {
        guard Session.isPlausible(token) else { throw Trouble.link }
        try limit(token)
        let desk = OwnDesk(client: client, token: token)
        let facts = try await facts(desk, request)
        guard facts["scope"]?.stringValue == "unsubscribe", let topic = facts["topic"]?["name"]?.stringValue else {
            throw Trouble.link
        }
        let language =
            facts["locale"]?.stringValue.flatMap { Language.matching($0) }
            ?? Language.accepted(request.headers["accept-language"]) ?? .english
        let title = shown(facts["topic"]?["title"]?.stringValue ?? topic)
        switch request.method {
        case .get:
            // Mail scanners follow every link: this changes nothing.
            var context = page(language, title: language("unsubscribe_title"), visit: nil)
            context["topic"] = title
            context["action"] = "\(url.path)/u/\(token)"
            return render("unsubscribe", context)
        case .post:
            guard
                let form = Form(try await request.body(Site.largestForm), contentType: request.headers["content-type"]),
                form["List-Unsubscribe"] == "One-Click"
            else { throw Trouble.forged }
            try await desk.post(
                "consents", body: ["topic": .string(topic), "state": "withdrawn", "source": "one-click"])
            var context = page(language, title: language("unsubscribed_title"), visit: nil)
            context["text"] = language("unsubscribed_text", ["topic": title])
            return render("notice", context)
        }
    }
}
