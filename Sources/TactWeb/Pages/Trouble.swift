import TactAPI

/// Why a page is not what was asked for; each has a page that says so.
enum Trouble: Error, Sendable {
    /// The link is not good, whatever is wrong with it.
    case link
    /// There is no link: the cookie is gone, or there never was one.
    case noLink
    /// The form was not ours, or is of another visit.
    case forged
    case tooMany
    case notFound
    case notAllowed
    case tooLarge
    /// This daemon does not have what was asked for.
    case notHere
    /// What was entered cannot be taken: a key of the language, and the field's id.
    case input(key: String, field: String)
    /// What the daemon said is wrong with what was entered, in its words.
    case refused(String)
    /// The daemon is not there, or in trouble.
    case daemon

    init(status: Int, problem: JSON?) {
        switch problem?["type"]?.stringValue.flatMap(ProblemKind.init(type:)) {
        case .linkRefused?: self = .link
        case .notFound?: self = .notFound
        case .tooManyExports?: self = .tooMany
        case .notSupported?, .methodNotAllowed?: self = .notHere
        case .bodyTooLarge?, .calendarTooLarge?: self = .tooLarge
        case let kind? where kind.status == 400 || kind.status == 409 || kind.status == 429:
            self = .refused(problem?["detail"]?.stringValue ?? "")
        case .forbidden?: self = .notHere
        case _?, nil: self = .daemon
        }
    }

    var status: Int {
        switch self {
        case .link, .forged: 403
        case .noLink: 401
        case .tooMany: 429
        case .notFound, .notHere: 404
        case .notAllowed: 405
        case .tooLarge: 413
        case .input, .refused: 422
        case .daemon: 503
        }
    }

    /// The part of the language's keys: `trouble_link_title`, `trouble_link_text`.
    var key: String {
        switch self {
        case .link: "link"
        case .noLink: "no_link"
        case .forged: "forged"
        case .tooMany: "too_many"
        case .notFound, .notAllowed: "not_found"
        case .notHere: "not_here"
        case .tooLarge: "too_large"
        case .input, .refused: "refused"
        case .daemon: "daemon"
        }
    }
}
