/// What a request is about, by the first word of its path. No more than that: paths name recipients.
enum RouteClass: Int, CaseIterable {
    case messages, recipients, templates, leases, channels, topics, subjects, events, watch, status, policy, verify
    case backup, audit
    case health, metrics, openapi
    /// Anything else, and what never became a request.
    case other

    init(_ path: [String]) {
        self = path.count > 1 && path[0] == "v1" ? RouteClass(word: path[1]) : RouteClass(plain: path.first ?? "")
    }

    private init(word: String) {
        switch word {
        case "messages": self = .messages
        case "leases": self = .leases
        case "recipients", "self", "link": self = .recipients
        case "templates": self = .templates
        case "channels": self = .channels
        case "topics": self = .topics
        case "subjects": self = .subjects
        case "events": self = .events
        case "watch": self = .watch
        case "status": self = .status
        case "policy": self = .policy
        case "verify": self = .verify
        case "backup": self = .backup
        case "audit": self = .audit
        case "openapi.json": self = .openapi
        default: self = .other
        }
    }

    private init(plain word: String) {
        switch word {
        case "healthz": self = .health
        case "metrics": self = .metrics
        default: self = .other
        }
    }

    var name: String {
        switch self {
        case .messages: "messages"
        case .recipients: "recipients"
        case .templates: "templates"
        case .leases: "leases"
        case .channels: "channels"
        case .topics: "topics"
        case .subjects: "subjects"
        case .events: "events"
        case .watch: "watch"
        case .status: "status"
        case .policy: "policy"
        case .verify: "verify"
        case .backup: "backup"
        case .audit: "audit"
        case .health: "healthz"
        case .metrics: "metrics"
        case .openapi: "openapi"
        case .other: "other"
        }
    }
}
