import Mustache
import TactAPI
import TactCore
import TactSettings

/// The pages: a request in, an answer out. Keeps nothing of anybody beyond a request.
package struct Site: Sendable {
    static let cookie = "tact"
    /// In bytes, but for calendars.
    package static let largestForm = 256 << 10
    package static let largestCalendar = (2 << 20) + 64 * 1024

    let client: Client
    let url: PageURL
    let library: MustacheLibrary
    private let perLink: RateLimit
    private let perStranger: RateLimit
    /// Calendars that are being read.
    let uploads = UnderWay(most: 32, ofOne: 2)
    let now: @Sendable () -> Timestamp

    /// - Throws: what is wrong with a template.
    package init(
        client: Client, url: PageURL, requestsPerMinute: Int, now: @escaping @Sendable () -> Timestamp
    ) throws {
        self.client = client
        self.url = url
        self.now = now
        library = try Templates.library()
        perLink = RateLimit(perMinute: requestsPerMinute, burst: max(30, requestsPerMinute / 2))
        perStranger = RateLimit(perMinute: 60, burst: 60)
    }

    package func answer(_ request: PageRequest) async -> PageAnswer {
        do {
            return Site.guarded(try await route(request))
        } catch {
            return refusal((error as? Trouble) ?? .daemon, language: request.headers["accept-language"])
        }
    }

    /// The page for what is no page.
    func refusal(_ trouble: Trouble, language: String?) -> PageAnswer {
        Site.guarded(notice(trouble, Language.accepted(language) ?? .english))
    }

    private static func guarded(_ answer: PageAnswer) -> PageAnswer {
        var answer = answer
        answer.headers += guards
        if answer.header("Cache-Control") == nil { answer.headers.append(("Cache-Control", "no-store")) }
        return answer
    }

    /// HSTS is the proxy's, who speaks TLS.
    private static let guards: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
                + "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
        ),
        ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        (
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()"
        ),
        ("X-Robots-Tag", "noindex, nofollow"),
    ]

    private func route(_ request: PageRequest) async throws -> PageAnswer {
        let path = request.path
        switch (path.first ?? "", path.count) {
        case ("healthz", 1): return PageAnswer(200, "text/plain; charset=utf-8", body: Array("ok\n".utf8))
        case ("assets", 2): return try asset(path[1])
        case ("p", 2): return try await enter(request, token: path[1])
        case ("u", 2): return try await unsubscribe(request, token: path[1])
        default: break
        }
        guard let token = request.cookie(Site.cookie), Session.isPlausible(token) else { throw Trouble.noLink }
        try limit(token)
        return try await visit(request, Session(token: token))
    }

    private func asset(_ name: String) throws -> PageAnswer {
        let (type, text): (String, String)
        switch name {
        case "style.css": (type, text) = ("text/css; charset=utf-8", Assets.style)
        case "script.js": (type, text) = ("text/javascript; charset=utf-8", Assets.script)
        default: throw Trouble.notFound
        }
        return PageAnswer(
            200, type, headers: [("Cache-Control", "public, max-age=3600")], body: Array(text.utf8))
    }

    /// Each link has its bucket.
    func limit(_ token: String) throws(Trouble) {
        guard perLink.take(token, now: now()) else { throw .tooMany }
    }

    /// Asks the daemon about a link. Where the proxy says who asks, whoever tries many that are not good is told to wait.
    func facts(_ desk: OwnDesk, _ request: PageRequest) async throws -> JSON {
        do {
            return try await desk.link()
        } catch Trouble.link {
            if let from = request.headers["x-forwarded-for"]?.split(separator: ",").last.map({ String($0).trimmed }),
                !perStranger.take(from, now: now())
            {
                throw Trouble.tooMany
            }
            throw Trouble.link
        }
    }

    /// The link is opened: from here on it is in a cookie, and not in addresses that browsers remember and show.
    private func enter(_ request: PageRequest, token: String) async throws -> PageAnswer {
        guard request.method == .get else { throw Trouble.notAllowed }
        guard Session.isPlausible(token) else { throw Trouble.link }
        try limit(token)
        let facts = try await facts(OwnDesk(client: client, token: token), request)
        guard facts["scope"]?.stringValue == "preferences" else { throw Trouble.link }
        let seconds = facts["expires_at"]?.stringValue.flatMap { try? Timestamp(rfc3339: $0) }
            .map { max(0, ($0 - now()).milliseconds / 1000) }
        return PageAnswer(
            303, headers: [("Location", url.path + "/"), ("Set-Cookie", cookie(token, seconds: seconds ?? 3600))])
    }

    /// `Lax`, not `Strict`: links are opened from other sites' mail pages, and with `Strict` the cookie would not come along
    /// on the way from there. No GET changes anything, and forms have their own protection.
    func cookie(_ token: String, seconds: Int64) -> String {
        "\(Site.cookie)=\(token); Path=\(url.path)/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
            + (url.isSecure ? "; Secure" : "")
    }

    /// A page that says why it is not the one that was asked for.
    func notice(_ trouble: Trouble, _ language: Language) -> PageAnswer {
        var context = page(language, title: language("trouble_\(trouble.key)_title"), visit: nil)
        context["text"] = language("trouble_\(trouble.key)_text")
        if case .refused(let detail) = trouble { context["detail"] = shown(detail) }
        var answer = render("notice", context, status: trouble.status)
        switch trouble {
        case .tooMany: answer.headers.append(("Retry-After", "60"))
        case .notAllowed: answer.headers.append(("Allow", "GET, HEAD, POST"))
        case .noLink, .link, .forged, .notFound, .tooLarge, .notHere, .input, .refused, .daemon: break
        }
        return answer
    }

    // MARK: Rendering

    typealias Context = [String: Any]

    /// What every page has.
    func page(_ language: Language, title: String, visit: Visit?) -> Context {
        var context: Context = [
            "t": language.texts, "lang": language.code, "base": url.path, "title": title, "hasNav": visit != nil,
        ]
        guard let visit else { return context }
        context["form"] = visit.session.formToken
        context["nav"] = [("topics", ""), ("times", "times"), ("messages", "messages"), ("data", "data")].map {
            ["href": "\(url.path)/\($1)", "label": language("nav_\($0)"), "current": visit.place == $1] as Context
        }
        if visit.request.query["done"] != nil { context["said"] = ["text": language("saved")] }
        return context
    }

    func render(_ name: String, _ context: Context, status: Int = 200) -> PageAnswer {
        .html(library.render(context, withTemplate: name) ?? "", status: status)
    }
}
