import TactCore

/// The description of the control API (OpenAPI 3.1), built from values so that words, bounds and kinds of problem
/// are those of the code.
package enum OpenAPI {
    /// The document, as JSON text.
    package static let document = String(decoding: tree.encoded(), as: UTF8.self)

    static var tree: JSON {
        [
            "openapi": "3.1.1",
            "info": [
                "title": "Tact control API",
                "version": .string(Tact.version),
                "summary": "Decides whether, when and how a personalized notification may reach a person.",
                "description": .string(description),
            ],
            "servers": [["url": "http://tact", "description": "The daemon's Unix socket; the host is not looked at."]],
            "tags": .array(Tag.allCases.map { ["name": .string($0.rawValue), "description": .string($0.text)] }),
            "paths": paths,
            "components": ["schemas": .object(Schemas.all)],
            // Nothing that a client sends says who it is, but for the links of recipients.
            "security": [],
        ]
    }

    private static let description = """
        HTTP/1.1 and JSON on a Unix socket. Fields that are not known are refused. Errors are problem details \
        (RFC 9457) with stable types; nothing is half-applied. Instants are RFC 3339 and answered in UTC with \
        milliseconds; durations are written 90s, 15m, 24h, 7d or as a sum such as 1h30m. A field that is null counts \
        as left out. Lengths of texts count bytes of UTF-8.

        The kernel names the socket's peer (SO_PEERCRED, SO_PEERGROUPS), and `[access]` of the \
        configuration gives its user and groups their roles. Apps and operators have no tokens. `x-tact-role` is the role, or are the roles of which one \
        is enough, that an operation needs; `administer` includes all.

        The role `preferences` is for the recipients' pages, and allows nothing by itself: with it, a request shows the \
        token of a link (`Authorization: Bearer …`) and has what that link allows, for its recipient alone. Then \
        `/v1/self/…` is short for `/v1/recipients/{id}/…`. Whatever is wrong with a link, the answer is the same: 403 of \
        the type `link-refused`. GET changes nothing, nor does it use up a link that works once.
        """

    private static var paths: JSON {
        var paths = JSONObject()
        for operation in operations {
            var path = paths[operation.path]?.objectValue ?? JSONObject()
            path[operation.method.rawValue] = operation.json
            paths[operation.path] = .object(path)
        }
        return .object(paths)
    }

    /// Every endpoint: its method, its path, and the roles of which one is enough.
    package static var endpoints: [(method: String, path: String, roles: [String])] {
        operations.map { ($0.method.rawValue.uppercased(), $0.path, $0.roles.map(\.rawValue)) }
    }

    static let operations =
        messageOperations + recipientOperations + wishOperations + templateOperations + calendarOperations
        + linkOperations + workerOperations + operatorOperations + daemonOperations + dataOperations

    /// How operations are grouped for readers.
    enum Tag: String, CaseIterable {
        case messages, recipients, wishes, calendars, templates, links, workers, operators, daemon

        var text: String {
            switch self {
            case .messages: "Submit, find, understand, move and cancel messages."
            case .recipients: "What is declared about people, and what their time looks like."
            case .wishes: "What people agreed to and chose, and what they did with what they were sent."
            case .calendars: "When people are busy; never with what."
            case .links: "Let people see and decide for themselves."
            case .templates: "What messages say, with what they may use of a person."
            case .workers: "Lease messages that are due, deliver them, and say what became of them."
            case .operators: "Hold channels and topics, complete subjects, watch."
            case .daemon: "Health, policy, checks and copies."
            }
        }
    }
}
