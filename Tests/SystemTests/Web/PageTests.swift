import Foundation
import TactAPI
import TactCore
import Testing

/// The recipients' pages, as programs see them. What people see, `BrowserTests` look at.
@Suite struct PageTests {
    private func withAnn(
        requests: Int = 100_000, _ body: (Daemon, WebProcess, String) async throws -> Void
    ) async throws {
        try await WebProcess.run(requests: requests) { daemon, web in
            let declared: JSON = [
                "time_zone": "Europe/Paris", "addresses": ["email": "ann@example.org"],
                "attributes": ["name": ["value": "<script>\"\u{301} Ann", "source": "declared"]],
            ]
            #expect(try await daemon.put("/v1/recipients/ann", declared).status == 200)
            let entered = try await web.call(web.link("ann"))
            #expect(entered.status == 303 && entered.headers["location"] == "/preferences/")
            try await body(daemon, web, entered.cookie)
        }
    }

    @Test func aLinkBecomesACookieThatOnlyThePagesGet() async throws {
        try await withAnn { _, web, cookie in
            let entered = try await web.call(web.link("ann"))
            let flags = try #require(entered.headers["set-cookie"])
            for flag in ["Path=/preferences/", "HttpOnly", "SameSite=Lax", "Max-Age="] { #expect(flags.contains(flag)) }
            for page in ["/", "/times", "/messages", "/data", "/erase"] {
                let shown = try await web.call(page, cookie: cookie)
                #expect(shown.status == 200, "\(page): \(shown)")
                #expect(shown.headers["cache-control"] == "no-store")
                #expect(shown.headers["referrer-policy"] == "no-referrer")
                #expect(shown.headers["x-content-type-options"] == "nosniff")
                let policy = try #require(shown.headers["content-security-policy"])
                #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
                #expect(!shown.body.contains("<script>\"") && !shown.body.contains("style="), "\(page)")
                #expect(!shown.body.contains(cookie.dropFirst(5)), "\(page) shows the link")
                #expect(try await web.call(page).status == 401, "\(page) without a link")
            }
            let left = try await web.call("/leave", form: "form=" + web.call("/", cookie: cookie).form, cookie: cookie)
            #expect(left.headers["set-cookie"]?.contains("Max-Age=0") == true)
        }
    }

    @Test func whateverIsWrongWithALinkThePageIsTheSame() async throws {
        try await withAnn { daemon, web, _ in
            let good = try await web.link("ann")
            let token = try #require(good.components(separatedBy: "/p/").last)
            let unsubscribing = try await web.link("ann", ["--scope", "unsubscribe", "--topic", "news"])
            #expect(unsubscribing.contains("/u/"))
            var pages: [String: String] = [:]
            let other: String = unsubscribing.components(separatedBy: "/u/").last ?? ""
            let wrong: [(what: String, path: String)] = [
                ("forged", "/p/\(token.dropLast(3))AAA"), ("cut", "/p/\(token.prefix(100))"), ("words", "/p/hello"),
                ("long", "/p/\(String(repeating: "A", count: 3000))"), ("of the other kind", "/p/\(other)"),
                ("of the one kind", "/u/\(token)"),
            ]
            for (what, path) in wrong {
                let page = try await web.call(path)
                #expect(page.status == 403 && page.headers["set-cookie"] == nil, "\(what): \(page)")
                pages[what] = page.body
            }
            #expect(try await daemon.delete("/v1/recipients/ann/links").status == 204)
            pages["revoked"] = try await web.call(good).body
            #expect(Set(pages.values).count == 1)
            #expect(pages["cut"]?.contains("This link does not work") == true)
            let german = try await web.call("/p/hello", headers: ["Accept-Language: de"])
            #expect(german.body.contains("Dieser Link gilt nicht") && german.body.contains("<html lang=\"de\">"))
        }
    }

    @Test func formsFromElsewhereChangeNothing() async throws {
        try await withAnn { daemon, web, cookie in
            let form = try await web.call("/", cookie: cookie).form
            let pause = "what=forever&form="
            let other = (form.hasPrefix("0") ? "1" : "0") + form.dropFirst()
            let forged: [(what: String, body: String, headers: [String])] = [
                ("no token", pause, []), ("another's token", pause + other, []),
                ("another site", pause + form, ["Origin: https://evil.example"]),
                ("another site, as browsers say", pause + form, ["Sec-Fetch-Site: cross-site", "Origin: null"]),
                ("a neighbour", pause + form, ["Sec-Fetch-Site: same-site"]),
                ("plain text", pause + form, ["Content-Type: text/plain"]),
            ]
            for (what, body, headers) in forged {
                let refused = try await web.call("/pause", form: body, cookie: cookie, headers: headers)
                #expect(refused.status == 403, "\(what): \(refused)")
            }
            for method in ["PUT", "DELETE", "PATCH", "TRACE"] {
                #expect(try await web.call("/pause", method: method, cookie: cookie).status >= 400, "\(method)")
            }
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["paused_until"]?.stringValue == nil)
            let own = try await web.call("/pause", form: pause + form, cookie: cookie, headers: ["Origin: null"])
            #expect(own.status == 303)
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["paused_until"] == "further_notice")
        }
    }

    @Test func oneClickUnsubscribesAndLookingDoesNot() async throws {
        try await withAnn { daemon, web, _ in
            let link = try await web.link("ann", ["--scope", "unsubscribe", "--topic", "news"])
            for _ in 0..<3 {
                let page = try await web.call(link)
                #expect(page.status == 200 && page.body.contains("&lt;b&gt;News&lt;/b&gt; &quot"), "\(page)")
                let head = try await web.call(link, method: "HEAD")
                #expect(head.status == 200 && head.body.isEmpty)
            }
            #expect(try await web.call(link, form: "List-Unsubscribe=Perhaps").status == 403)
            #expect(try await daemon.get("/v1/recipients/ann/consents")["items"]?.arrayValue?.count == 0)
            // As a mail program does: no cookie, no page before.
            let done = try await web.call(link, form: "List-Unsubscribe=One-Click")
            #expect(done.status == 200 && done.body.contains("Unsubscribed"), "\(done)")
            let record = try #require(try await daemon.get("/v1/recipients/ann/consents")["items"]?[0])
            #expect(record["state"] == "withdrawn" && record["topic"] == "news" && record["source"] == "one-click")
            #expect(try await daemon.submit(to: "ann")["state"] == "suppressed")
        }
    }

    @Test func whyAMessageWaitsIsToldInTheLanguageOfThePage() async throws {
        try await withAnn { daemon, web, cookie in
            let later: JSONObject = ["not_before": .string((wallClock() + .days(1)).description)]
            let id = try #require(try await daemon.submit(to: "ann", later)["id"]?.stringValue)
            for (tag, sentence) in [
                ("en", "its sender asked for no earlier time."), ("de", "Der Absender wollte es nicht früher."),
                ("fr", "l’expéditeur n’a pas voulu plus tôt."), ("es", "el remitente no lo quería antes."),
                ("zh", "发送方要求不早于此时。"),
            ] {
                let spoken = ["Accept-Language: \(tag)"]
                let page = try await web.call("/messages/\(id)", cookie: cookie, headers: spoken)
                #expect(page.status == 200 && page.body.contains(sentence), "\(page)")
                #expect(
                    page.body.contains("<html lang=\"\(tag)\">") && (tag == "en" || !page.body.contains("lang=\"en\"")))
                let copy = try await web.call("/export", cookie: cookie, headers: spoken)
                #expect(copy.body.contains("\"language\":\"\(tag)\"") && copy.body.contains(sentence), "\(copy)")
            }
            let asked = try await daemon.get("/v1/messages/\(id)/explanation?language=fr-CH&limit=1").json
            #expect(asked["language"] == "fr" && asked["decisions"]?.arrayValue?.count == 1)
            #expect(try await daemon.get("/v1/messages/\(id)/explanation").json["language"] == "en")
            #expect(try await daemon.get("/v1/messages/\(id)/explanation?language=pt").status == 400)
            #expect(try await daemon.get("/v1/messages/\(id)/explanation?cursor=x").status == 400)
        }
    }

    @Test func aLinkThatWorksOnceLooksManyTimesAndChangesOnce() async throws {
        try await withAnn { daemon, web, _ in
            let entered = try await web.call(web.link("ann", ["--once"]))
            let page = try await web.call("/", cookie: entered.cookie)
            #expect(try await web.call("/data", cookie: entered.cookie).status == 200)
            let done = try await web.call("/pause", form: "what=forever&form=\(page.form)", cookie: entered.cookie)
            #expect(done.status == 200 && done.body.contains("used up"), "\(done)")
            #expect(try await web.call("/", cookie: entered.cookie).status == 403)
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["paused_until"] == "further_notice")
        }
    }

    /// What the form of the topics showed, as a browser sends it back.
    private func shownTopics(_ page: WebProcess.Page) throws -> String {
        let field = try #require(page.body.firstMatch(of: /name="was" value="([^"]*count[^"]*)"/))
        return String(field.1).replacing("&amp;", with: "&")
    }

    @Test func ofAnOldPageOnlyWhatWasChangedOnItIsTaken() async throws {
        try await withAnn { daemon, web, cookie in
            let page = try await web.call("/", cookie: cookie)
            let shown = try shownTopics(page)
            let hidden = "form=\(page.form)&was=" + Form.encoding(shown)
            // Meanwhile, elsewhere.
            let limit: JSON = [
                "topics": ["offers": ["limit": ["count": 2, "per": "week"]]], "paused_until": "further_notice",
            ]
            #expect(try await daemon.patch("/v1/recipients/ann/preferences", limit).status == 200)
            let digest = "\(hidden)&" + shown.replacing("digest.news=", with: "digest.news=weekly")
            #expect(try await web.call("/topics", form: digest, cookie: cookie).status == 303)
            let merged = try await daemon.get("/v1/recipients/ann/preferences")
            #expect(merged["topics"]?["offers"]?["limit"]?["count"] == 2, "\(merged)")
            #expect(merged["topics"]?["news"]?["digest"] == "weekly", "\(merged)")
            // Changed here and there: nothing is taken, and they see how it stands.
            let both =
                "\(hidden)&"
                + shown.replacing("count.offers=", with: "count.offers=5")
                .replacing("per.offers=", with: "per.offers=day").replacing("on.news=yes&", with: "")
            let refused = try await web.call("/topics", form: both, cookie: cookie)
            #expect(refused.status == 422 && refused.body.contains("changed elsewhere"), "\(refused)")
            #expect(refused.body.contains("name=\"count.offers\" value=\"2\""))
            #expect(try await daemon.get("/v1/recipients/ann/preferences").json == merged.json)
            #expect(try await daemon.get("/v1/recipients/ann/consents")["items"] == [])
            // A pause that the page did not show is not shortened by it.
            let pause = "form=\(page.form)&was=until%3D&what=until&until=2099-01-01"
            #expect(try await web.call("/pause", form: pause, cookie: cookie).status == 422)
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["paused_until"] == "further_notice")
            #expect(try await web.call("/topics", form: "form=\(page.form)", cookie: cookie).status == 403)
        }
    }

    @Test func otherQuietHoursAreShownBeforeTheyAreSaved() async throws {
        try await withAnn { daemon, web, cookie in
            let page = try await web.call("/times", cookie: cookie)
            let form = "form=\(page.form)&mode=own&days.0=sat&days.0=sun&start.0=09%3A15&end.0=11%3A45"
            let preview = try await web.call("/preview", form: form, cookie: cookie)
            #expect(preview.status == 200 && preview.body.contains("09:15–11:45: quiet hours"), "\(preview)")
            #expect(preview.body.hasPrefix("<table"), "the week alone")
            let none = try await web.call("/preview", form: "form=\(page.form)&mode=none", cookie: cookie)
            #expect(!none.body.contains("quiet hours"), "\(none)")
            #expect(try await web.call("/preview", form: "mode=none", cookie: cookie).status == 403)
            #expect(try await web.call("/preview", cookie: cookie).status == 404, "it is not a page")
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["updated_at"] == .null)
        }
    }

    @Test func whatIsRemovedStaysRemovedAndIsAllowedAgainOnThePage() async throws {
        try await withAnn { daemon, web, cookie in
            let declared: JSON = ["attributes": ["name": ["value": "Ane"]], "addresses": ["email": "ann@example.org"]]
            let form = "form=" + (try await web.call("/data", cookie: cookie).form)
            for change in ["/attributes what=delete&name=name", "/addresses name=email"] {
                let parts = change.components(separatedBy: " ")
                #expect(try await web.call(parts[0], form: "\(form)&\(parts[1])", cookie: cookie).status == 303)
            }
            #expect(try await daemon.put("/v1/recipients/ann", declared)["ignored"]?.arrayValue?.count == 2)
            let page = try await web.call("/data", cookie: cookie)
            #expect(page.body.contains("You removed this") && page.body.contains("name=\"attribute\" value=\"name\""))
            for what in ["attribute=name", "address=email"] {
                #expect(try await web.call("/allow", form: "\(form)&\(what)", cookie: cookie).status == 303)
            }
            #expect(try await daemon.put("/v1/recipients/ann", declared)["ignored"] == [])
            let bounce: JSON = ["type": "bounced", "hard": true, "recipient": "ann", "channel": "email"]
            #expect(try await daemon.post("/v1/events", bounce).status == 201)
            #expect(try await web.call("/data", cookie: cookie).body.contains("came back"))
            #expect(try await web.call("/reopen", form: "\(form)&name=email", cookie: cookie).status == 303)
            #expect(try await daemon.get("/v1/recipients/ann")["closed_addresses"] == [])
        }
    }

    /// Who has no link is told so before the megabytes of a calendar are waited for.
    @Test func aCalendarIsNotWaitedForWithoutALink() async throws {
        try await withAnn { daemon, web, _ in
            for (cookie, status) in [("", "401"), ("Cookie: tact=\(String(repeating: "A", count: 171))\\r\\n", "403")] {
                let output = daemon.folder + "/early"
                let head =
                    "POST /preferences/calendars HTTP/1.1\\r\\nHost: localhost\\r\\n\(cookie)"
                    + "Content-Type: multipart/form-data; boundary=x\\r\\nContent-Length: 2000000\\r\\n\\r\\n--x"
                let talk = "exec 3<>/dev/tcp/127.0.0.1/\(web.port); printf '\(head)' >&3; timeout 15 head -n 1 <&3"
                let child = try Child("bash", ["-c", talk], output: output)
                #expect(try await child.waitForEnd(within: 20) == .code(0))
                let line = try String(contentsOfFile: output, encoding: .utf8)
                #expect(line.contains(" \(status) "), "\(line)")
            }
        }
    }

    /// More than the pages would hold in memory.
    @Test func aLargeCopyIsPassedOnPieceByPiece() async throws {
        try await withAnn { daemon, web, cookie in
            let text = String(repeating: "x", count: 900_000)
            for _ in 0..<40 {
                try await daemon.submit(
                    to: "ann", topic: "orders",
                    ["content": ["body": .string(text)], "not_before": "2030-01-01T00:00:00Z", "expires_in": "1d"])
            }
            let copy = try await web.call("/export", cookie: cookie)
            #expect(copy.status == 200 && copy.headers["content-length"] == nil)
            #expect(copy.body.utf8.count > 36_000_000 && copy.body.hasSuffix("]}\n"))
            let kept = try JSON(parsing: Array(copy.body.utf8), deepest: JSON.deepestAnswer)
            #expect(kept["messages"]?.arrayValue?.count == 40)
        }
    }

    @Test func peopleTakeACopyAndErase() async throws {
        try await withAnn { daemon, web, cookie in
            let copy = try await web.call("/export", cookie: cookie)
            #expect(copy.status == 200 && copy.headers["content-type"] == "application/json", "\(copy)")
            #expect(copy.headers["content-disposition"]?.contains("attachment") == true)
            #expect(copy.body.contains("ann@example.org"))
            let form = try await web.call("/erase", cookie: cookie).form
            let wrong = try await web.call("/erase", form: "word=yes&form=\(form)", cookie: cookie)
            #expect(wrong.status == 422 && wrong.body.contains("aria-invalid"), "\(wrong)")
            #expect(try await daemon.get("/v1/recipients/ann").status == 200)
            let gone = try await web.call("/erase", form: "word=erase&form=\(form)", cookie: cookie)
            #expect(gone.status == 200 && gone.headers["set-cookie"]?.contains("Max-Age=0") == true, "\(gone)")
            #expect(try await daemon.get("/v1/recipients/ann").status == 404)
            #expect(try await web.call("/", cookie: cookie).status == 403)
        }
    }

    @Test func whoAsksTooOftenIsToldToWait() async throws {
        try await withAnn(requests: 60) { _, web, cookie in
            var last = try await web.call("/", cookie: cookie)
            for _ in 0..<60 where last.status == 200 { last = try await web.call("/healthz-not", cookie: cookie) }
            var statuses: Set<Int> = []
            for _ in 0..<45 { statuses.insert(try await web.call("/data", cookie: cookie).status) }
            #expect(statuses.contains(429))
            let other = try await web.call(web.link("ann"))
            #expect(other.status == 303, "another link has its own budget")
        }
    }

    @Test func whatIsTooLargeOrNotThereIsRefused() async throws {
        try await withAnn { _, web, cookie in
            let form = try await web.call("/", cookie: cookie).form
            let large = "form=\(form)&x=" + String(repeating: "x", count: 100_000)
            #expect(try await web.call("/pause", form: large + "&what=resume", cookie: cookie).status == 303)
            for target in ["/nothing", "/messages/nothing", "/calendars/nothing", "/assets/../../etc/passwd", "/%00"] {
                #expect(try await web.call(target, cookie: cookie).status == 404, "\(target)")
            }
            #expect(try await web.call("http://localhost:\(web.port)/").status == 404)
            #expect(try await web.call("http://localhost:\(web.port)/preferencesX/").status == 404)
            #expect(try await web.call("/healthz").body == "ok\n")
        }
    }

    @Test func withoutADaemonThePageSaysSoAndComesBack() async throws {
        try await withAnn { daemon, web, cookie in
            try await daemon.stop()
            let page = try await web.call("/", cookie: cookie)
            #expect(page.status == 503 && page.body.contains("Nothing is lost"), "\(page)")
            try await daemon.start()
            #expect(try await web.call("/healthz").status == 200)
        }
    }

    @Test func linksAndPeopleAreNotInTheLog() async throws {
        try await withAnn { _, web, cookie in
            let link = try await web.link("ann")
            _ = try await web.call(link)
            _ = try await web.call("/p/" + String(repeating: "x", count: 100))
            _ = try await web.call("/data", cookie: cookie)
            #expect(try await web.stop() == .code(0))
            let log = web.log
            #expect(log.contains("ready") && log.contains("stopped"))
            for secret in [String(cookie.dropFirst(5)), "ann", "Ann", "xxxxxxxx", "/p/"] {
                #expect(!log.contains(secret), "\(secret): \(log)")
            }
        }
    }
}

enum Form {
    /// As a value of a form's field.
    static func encoding(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
