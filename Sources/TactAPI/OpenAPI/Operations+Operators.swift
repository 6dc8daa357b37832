extension OpenAPI {
    static let workerOperations = [
        Operation(
            method: .post, path: "/v1/leases", id: "lease", tag: .workers, roles: [.work],
            summary: "Lease messages that are due",
            text: "Answers at the first message, or with none when `wait` is over.",
            body: .json("What the worker can deliver.", "LeaseRequest"),
            answers: [(200, "Messages in this worker's hands.", .json("", "Leases"))], problems: [.unknownChannel]),
        Operation(
            method: .post, path: "/v1/leases/outcomes", id: "reportOutcomes", tag: .workers, roles: [.work],
            summary: "Say what became of leased messages",
            text: "Repeating an accepted outcome is `ok`; a lapsed lease changes nothing.",
            body: .json("The outcomes.", "OutcomesRequest"),
            answers: [(200, "A result each, in order.", .json("", "LeaseResults"))], problems: [.diskFull]),
        Operation(
            method: .post, path: "/v1/leases/extend", id: "extendLeases", tag: .workers, roles: [.work],
            summary: "Keep leases longer", body: .json("The leases.", "ExtendRequest"),
            answers: [(200, "A result each, in order.", .json("", "LeaseResults"))]),
    ]

    private static let channel = Operation.Parameter(
        name: "name", place: .path, text: "The channel's name.", schema: Schemas.text(1...128))

    private static let topic = Operation.Parameter(
        name: "name", place: .path, text: "The topic's name.", schema: Schemas.text(1...128))

    static let operatorOperations = [
        Operation(
            method: .post, path: "/v1/subjects/{subject}/complete", id: "completeSubject", tag: .operators,
            roles: [.operate], summary: "Cancel what is pending about a subject, and refuse new",
            parameters: [
                .init(
                    name: "subject", place: .path, text: "The subject, percent-encoded.", schema: Schemas.text(1...256))
            ],
            body: .json("For whom, and how long new messages are suppressed.", "CompleteRequest", isRequired: false),
            answers: [(200, "How many were cancelled.", .json("", "Cancelled"))]),
        Operation(
            method: .get, path: "/v1/channels", id: "listChannels", tag: .operators, roles: Operation.Role.staff,
            summary: "List channels", answers: [(200, "All channels.", .json("", "ChannelPage"))]),
        Operation(
            method: .post, path: "/v1/channels/{name}/hold", id: "holdChannel", tag: .operators, roles: [.operate],
            summary: "Stop a channel", parameters: [channel],
            body: .json("By whom, and why.", "HoldRequest", isRequired: false),
            answers: [(200, "The channel.", .json("", "Channel"))], problems: [.notFound]),
        Operation(
            method: .post, path: "/v1/channels/{name}/release", id: "releaseChannel", tag: .operators,
            roles: [.operate], summary: "Let a stopped channel go on", parameters: [channel],
            body: .json("By whom, and why.", "HoldRequest", isRequired: false),
            answers: [(200, "The channel.", .json("", "Channel"))], problems: [.notFound]),
        Operation(
            method: .get, path: "/v1/topics", id: "listTopics", tag: .operators, roles: Operation.Role.anyone,
            summary: "List topics", answers: [(200, "All topics.", .json("", "TopicPage"))]),
        Operation(
            method: .post, path: "/v1/topics/{name}/hold", id: "holdTopic", tag: .operators, roles: [.operate],
            summary: "Stop a topic", parameters: [topic],
            body: .json("By whom, and why.", "HoldRequest", isRequired: false),
            answers: [(200, "The topic.", .json("", "Topic"))], problems: [.notFound]),
        Operation(
            method: .post, path: "/v1/topics/{name}/release", id: "releaseTopic", tag: .operators,
            roles: [.operate], summary: "Let a stopped topic go on",
            text: "Also one that was stopped because too many complained about it.", parameters: [topic],
            body: .json("By whom, and why.", "HoldRequest", isRequired: false),
            answers: [(200, "The topic.", .json("", "Topic"))], problems: [.notFound]),
        Operation(
            method: .get, path: "/v1/watch", id: "watch", tag: .operators, roles: [.operate],
            summary: "Every change of state, as it happens",
            text: """
                The event's name is the new state. Changes of messages whose recipient was erased \
                name no recipient. Who begins where changes are no longer kept is first sent an event \
                `gap`; whoever does not read for 30 seconds is dropped and may come back.
                """,
            parameters: [
                .init(
                    name: "since", place: .query, text: "Begin after the event of this id; now, if left out.",
                    schema: ["type": "integer", "minimum": 0]),
                .init(
                    name: "Last-Event-ID", place: .header, text: "The same, of a client that comes back; it wins.",
                    schema: ["type": "integer", "minimum": 0]),
            ],
            answers: [
                (
                    200, "Server-sent events; the data of each is a Change, or of `gap` a Gap.",
                    .init(text: "", types: [("text/event-stream", ["type": "string"])])
                )
            ]),
    ]

    static let daemonOperations = [
        Operation(
            method: .get, path: "/v1/status", id: "showStatus", tag: .daemon, roles: Operation.Role.staff,
            summary: "How the daemon is", text: "Counts by state, the conservation check, policy and tz database.",
            answers: [(200, "The status.", .json("", "Status"))]),
        Operation(
            method: .get, path: "/healthz", id: "checkHealth", tag: .daemon, roles: [.nobody],
            summary: "Whether the daemon is alive",
            answers: [(200, "It is.", .init(text: "", types: [("text/plain", ["type": "string"])]))]),
        Operation(
            method: .get, path: "/metrics", id: "showMetrics", tag: .daemon, roles: [.operate],
            summary: "Figures, as Prometheus reads them",
            answers: [(200, "Prometheus text.", .init(text: "", types: [("text/plain", ["type": "string"])]))]),
        Operation(
            method: .post, path: "/v1/verify", id: "verify", tag: .daemon, roles: [.operate],
            summary: "Check the database and what must always hold",
            answers: [(200, "The report; `ok` says whether all is well.", .json("", "VerifyReport"))]),
        Operation(
            method: .post, path: "/v1/backup", id: "backup", tag: .daemon, roles: [.administer],
            summary: "A consistent copy of the database",
            text: """
                Without the recipients' keys: they are a part of their own, `?part=keys`, and are to be kept apart. Of two                 copies of the keys the newer replaces the older, in which people who were erased since have theirs still.
                """,
            parameters: [
                .init(
                    name: "part", place: .query, text: "The database, if left out.",
                    schema: Schemas.choice(BackupQuery.Part.allCases.map(\.rawValue)))
            ],
            answers: [
                (
                    200, "The database file, streamed.",
                    .init(text: "", types: [("application/vnd.sqlite3", [:]), ("application/octet-stream", [:])])
                )
            ],
            problems: [.diskFull]),
        Operation(
            method: .get, path: "/v1/policy", id: "showPolicy", tag: .daemon, roles: [.administer],
            summary: "The policy in force, with its version",
            answers: [(200, "The policy.", .json("", "Policy"))]),
        Operation(
            method: .post, path: "/v1/policy/reload", id: "reloadPolicy", tag: .daemon, roles: [.administer],
            summary: "Read the configuration anew",
            text: "Where it is refused, the policy before stays in force.",
            answers: [(200, "The policy in force.", .json("", "Policy"))], problems: [.policyRefused, .policyInUse]),
        Operation(
            method: .get, path: "/v1/openapi.json", id: "describe", tag: .daemon, roles: [.nobody],
            summary: "This description",
            answers: [(200, "OpenAPI 3.1.", .init(text: "", types: [("application/json", ["type": "object"])]))]),
    ]
}
