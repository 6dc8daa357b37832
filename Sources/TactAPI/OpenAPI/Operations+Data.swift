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
        Operation(
            method: .get, path: "/v1/keys", id: "showKeys", tag: .daemon, roles: [.administer],
            summary: "How the recipients' keys are kept",
            text: """
                By which master key they are wrapped, and how far a rotation has come. `POST /v1/backup?part=keys` is \
                their copy.
                """,
            answers: [(200, "Now.", .json("", "Keys"))]),
        Operation(
            method: .post, path: "/v1/keys/rotate", id: "rotateKeys", tag: .daemon, roles: [.administer],
            summary: "Read the master key again",
            text: """
                The one on the first line of its file takes force, and all keys are wrapped anew by it in the background; \
                those that it takes the place of stay on the lines below until that is done. What leaves any key closed is \
                refused, and the old one stays in force. `POST /v1/policy/reload` reads it, too.
                """, answers: [(200, "As it stands from now on.", .json("", "Keys"))], problems: [.keysRefused]),
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
        "Keys": answer(
            "How the recipients' keys are kept.",
            required: ["master_key", "master_keys", "keys", "keys_to_rewrap", "damaged", "erased"],
            [
                "master_key": choice(
                    ["given", "beside_the_database"],
                    "beside_the_database: backups are protected, the disk is not."),
                "master_keys": list(
                    of: answer(
                        "A master key; the first is in force.", required: ["fingerprint", "in_force", "keys"],
                        [
                            "fingerprint": described(string, "Names it, and says nothing of it."),
                            "in_force": ["type": "boolean"], "keys": described(count, "How many keys it wraps."),
                        ])),
                "keys": described(count, "Of recipients, and some hundreds that were drawn ahead."),
                "keys_to_rewrap": described(count, "Those that a master key wraps that is no longer in force."),
                "damaged": described(count, "Those that were found to be damaged."),
                "erased": described(count, "Those that were destroyed."),
                "copy": answer(
                    "The copy that the daemon keeps ([privacy] keys_copy).", required: ["path", "current"],
                    ["path": string, "current": ["type": "boolean"]]),
            ]),
        "Privacy": answer(
            "How what is personal is kept.",
            required: ["master_key", "keys_to_rewrap", "unreadable_messages", "erased"],
            [
                "master_key": choice(
                    ["given", "beside_the_database"],
                    "beside_the_database: backups are protected, the disk is not."),
                "keys_to_rewrap": described(count, "Those that a master key wraps that is no longer in force."),
                "unreadable_messages": described(
                    count, "Messages that failed because what is kept of them, or of their recipient, does not open."),
                "erased": answer(
                    "Who was erased.", required: ["recipients", "messages"],
                    ["recipients": count, "messages": described(map(of: count), "By how they had ended.")]),
            ]),
    ]
}
