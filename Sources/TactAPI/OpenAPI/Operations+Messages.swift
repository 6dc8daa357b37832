extension OpenAPI {
    private static let id = Operation.Parameter(
        name: "id", place: .path, text: "The message's id.", schema: Schemas.text(1...64))

    private static func filter(_ name: String, _ text: String, _ schema: JSON) -> Operation.Parameter {
        Operation.Parameter(name: name, place: .query, text: text, schema: schema)
    }

    static let page = [
        filter("limit", "How many items at most.", ["type": "integer", "minimum": 1, "maximum": 1000, "default": 100]),
        filter("cursor", "`next_cursor` of the page before.", Schemas.text(1...512)),
    ]

    /// In which language sentences are told.
    static let language = [
        filter(
            "language", "Of the sentences; wins over `Accept-Language`. A region is passed over: `de-AT` is `de`.",
            Schemas.text(2...35)),
        Operation.Parameter(
            name: "Accept-Language", place: .header, text: "As in RFC 9110; what is not spoken here is passed over.",
            schema: ["type": "string"]),
    ]

    /// What may be said of an explanation.
    static let explanation = language + page

    static let explanationText = """
        The last decisions with every finding, the one that would be made now, and the last 1000 deliveries and events. \
        Decisions stand in the order in which they were made; `next_cursor` leads to earlier ones.
        """

    static let messageOperations = [
        Operation(
            method: .post, path: "/v1/messages", id: "submitMessages", tag: .messages, roles: [.submit],
            summary: "Submit one message, or many",
            text: """
                As JSON one message; as NDJSON a message a line, any number, answered line by line, in order, as they \
                become durable. A message that policy suppresses is not an error. Submission is acknowledged only \
                after it is on disk.
                """,
            parameters: [
                filter("dry_run", "Decide as if submitted; store nothing.", ["type": "boolean", "default": false]),
                filter("at", "The instant of a dry run; now, if left out.", Schemas.ref("Instant")),
                filter(
                    "answers", "For NDJSON: `errors` answers only the lines that failed and a summary.",
                    ["type": "string", "enum": ["all", "errors"], "default": "all"]),
            ],
            body: .init(
                text: "A message, or one a line.",
                types: [
                    ("application/json", Schemas.ref("MessageRequest")),
                    ("application/x-ndjson", ["type": "string", "description": "A MessageRequest a line."]),
                ]),
            answers: [
                (201, "The message is stored.", .json("", "Message")),
                (
                    200, "A dry run, the repetition of an idempotent submission, or the answers to NDJSON.",
                    .init(
                        text: "",
                        types: [
                            ("application/json", Schemas.ref("Message")),
                            (
                                "application/x-ndjson",
                                [
                                    "type": "string",
                                    "description": "A BulkLine a line; at the end perhaps a BulkSummary.",
                                ]
                            ),
                        ])
                ),
            ],
            problems: [
                .unknownTopic, .unknownChannel, .unknownTemplate, .idempotencyKeyReused, .tooManyPending,
                .tooManySubmissions,
                .lineTooLarge, .diskFull,
            ],
            links: ["showMessage", "explainMessage", "moveMessage", "cancelMessage"].map {
                .init(operation: $0, parameters: [("id", "$response.body#/id")])
            }),
        Operation(
            method: .get, path: "/v1/messages", id: "listMessages", tag: .messages, roles: [.submit, .operate],
            summary: "List messages, the newest first", text: "Senders see their own.",
            parameters: [
                filter("state", "States with commas between them.", ["type": "string"]),
                filter("recipient", "Of this recipient.", Schemas.text(1...256)),
                filter("topic", "Of this topic.", Schemas.text(1...128)),
                filter("subject", "About this subject.", Schemas.text(1...256)),
                filter("sender", "From this sender.", Schemas.text(1...256)),
                filter("after", "Submitted at this instant or later.", Schemas.ref("Instant")),
                filter("before", "Submitted before this instant.", Schemas.ref("Instant")),
            ] + page,
            answers: [(200, "A page.", .json("", "MessagePage"))], problems: [.invalidCursor]),
        Operation(
            method: .delete, path: "/v1/messages", id: "cancelMessages", tag: .messages, roles: [.submit, .operate],
            summary: "Cancel all pending messages that match", text: "At least one filter. Senders cancel their own.",
            parameters: [
                filter("topic", "Of this topic.", Schemas.text(1...128)),
                filter("subject", "About this subject.", Schemas.text(1...256)),
                filter("recipient", "Of this recipient.", Schemas.text(1...256)),
                filter("sender", "From this sender.", Schemas.text(1...256)),
            ],
            answers: [(200, "How many.", .json("", "Cancelled"))]),
        Operation(
            method: .get, path: "/v1/messages/{id}", id: "showMessage", tag: .messages, roles: [.submit, .operate],
            summary: "Show a message", parameters: [id],
            answers: [(200, "The message.", .json("", "Message"))], problems: [.notFound]),
        Operation(
            method: .delete, path: "/v1/messages/{id}", id: "cancelMessage", tag: .messages,
            roles: [.submit, .operate], summary: "Cancel a pending message", parameters: [id],
            answers: [(200, "The message, cancelled now or before.", .json("", "Message"))],
            problems: [.notFound, .notPending]),
        Operation(
            method: .patch, path: "/v1/messages/{id}", id: "moveMessage", tag: .messages, roles: [.submit, .operate],
            summary: "Move a pending message", parameters: [id], body: .json("What changes.", "MessagePatch"),
            answers: [(200, "The message with its new plan.", .json("", "Message"))],
            problems: [.notFound, .notPending]),
        Operation(
            method: .post, path: "/v1/messages/{id}/requeue", id: "requeueMessage", tag: .messages,
            roles: [.operate], summary: "Make a failed message pending again, with fresh attempts", parameters: [id],
            answers: [(200, "The message with its plan.", .json("", "Message"))], problems: [.notFound, .notFailed]),
        Operation(
            method: .get, path: "/v1/messages/{id}/explanation", id: "explainMessage", tag: .messages,
            roles: [.submit, .operate], summary: "Why a message is where it is",
            text: explanationText, parameters: [id] + explanation,
            answers: [(200, "The explanation.", .json("", "Explanation"))], problems: [.notFound, .invalidCursor]),
    ]
}
