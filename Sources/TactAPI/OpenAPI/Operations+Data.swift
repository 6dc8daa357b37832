extension OpenAPI {
    private static let id = Operation.Parameter(
        name: "id", place: .path, text: "The recipient's id, percent-encoded.", schema: Schemas.text(1...256))

    /// People's rights to what is kept of them, and the log of who did what.
    static let dataOperations = [
        Operation(
            method: .delete, path: "/v1/recipients/{id}", id: "eraseRecipient", tag: .recipients,
            roles: [.administer, .preferences], summary: "Erase a recipient",
            text: """
                For good, and from every backup: the key that what is personal is sealed with is destroyed before the \
                answer. Pending messages are cancelled, leased ones are not tried again. What they had switched off stays, \
                as a keyed hash, should they be declared again.
                """,
            parameters: [id], answers: [(204, "Nothing of them is left.", nil)], problems: [.notFound]),
        Operation(
            method: .get, path: "/v1/recipients/{id}/export", id: "exportRecipient", tag: .recipients,
            roles: [.administer, .preferences], summary: "All that is held on a recipient",
            text: "With a link, two at once; asked for again within a minute it is the same one to the audit log. Its "
                + "sentences are in the language that was asked for, or else in the recipient's own.",
            parameters: [id] + language, answers: [(200, "One document, streamed.", .json("", "Export"))],
            problems: [.notFound, .tooManyExports]),
        Operation(
            method: .get, path: "/v1/audit", id: "listAudit", tag: .daemon, roles: [.administer],
            summary: "Who did what, the newest first",
            text: "Of recipients it has keyed hashes alone. `POST /v1/verify` checks that none was changed or cut off.",
            parameters: page, answers: [(200, "A page.", .json("", "AuditPage"))], problems: [.invalidCursor]),
    ]
}

extension OpenAPI.Schemas {
    static let dataAnswers: JSONObject = [
        "Export": answer(
            "All that is held on a person. It holds for any export: this schema is one of JSON Schema 2020-12.",
            required: [
                "format", "exported_at", "language", "recipient", "preferences", "consents", "calendars",
                "closed_addresses",
                "events", "messages",
            ],
            [
                "format": ["const": "tact-export-1"], "exported_at": ref("Instant"),
                "language": ref("SentenceLanguage"),
                "recipient": described(ref("Recipient"), "What apps declared."),
                "preferences": described(ref("Preferences"), "What they chose themselves."),
                "consents": described(list(of: ref("Consent")), "What they agreed to and took back, the newest first."),
                "calendars": described(list(of: ref("Calendar")), "When they are busy; never with what."),
                "closed_addresses": described(list(of: string), "Channels whose address turned out to be dead."),
                "events": described(
                    list(
                        of: answer(
                            "What they did with what they were sent, or what became of it on the way.",
                            required: ["type", "received_at", "recorded_by"],
                            [
                                "type": string, "message": string, "topic": string, "channel": string,
                                "at": ref("Instant"), "received_at": ref("Instant"), "detail": string,
                                "recorded_by": string,
                            ])), "The earliest first."),
                "messages": described(
                    list(of: ref("Explanation")),
                    "The newest first: each with its content while that is kept, every decision, and its deliveries."),
            ]),
        "AuditEntry": answer(
            "One line of the audit log.", required: ["n", "at", "actor", "role", "action", "hash"],
            [
                "n": count, "at": ref("Instant"), "actor": described(string, "The user."), "role": string,
                "action": string, "target": described(string, "The keyed hash of a recipient's id."),
                "detail": string,
                "hash": described(string, "HMAC-SHA256 over the hash of the entry before and this one."),
            ]),
        "AuditPage": page(of: "AuditEntry"),
        "Privacy": answer(
            "How what is personal is kept.", required: ["master_key", "keys_to_rewrap", "erased"],
            [
                "master_key": choice(
                    ["given", "beside_the_database"],
                    "beside_the_database: backups are protected, the disk is not."),
                "keys_to_rewrap": described(count, "Those that a master key wraps that is no longer in force."),
                "erased": answer(
                    "Who was erased.", required: ["recipients", "messages"],
                    ["recipients": count, "messages": described(map(of: count), "By how they had ended.")]),
            ]),
    ]
}
