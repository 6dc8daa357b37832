extension OpenAPI {
    private static let id = Operation.Parameter(
        name: "id", place: .path, text: "The recipient's id, percent-encoded.", schema: Schemas.text(1...256))

    static let linkOperations = [
        Operation(
            method: .post, path: "/v1/recipients/{id}/links", id: "makeLink", tag: .links, roles: [.administer],
            summary: "Make a link with which a recipient sees and decides for themselves",
            text:
                "The link is answered once and kept nowhere. It ends with its time, with an erasure, when links are "
                + "revoked, and when a backup takes the database's place. With the scope `unsubscribe` it ends with an "
                + "erasure alone: mail is kept for years.",
            parameters: [id], body: .json("What the link allows.", "LinkRequest"),
            answers: [(201, "The link.", .json("", "Link"))], problems: [.unknownTopic, .notFound]),
        Operation(
            method: .delete, path: "/v1/recipients/{id}/links", id: "revokeLinks", tag: .links, roles: [.administer],
            summary: "Revoke every link of a recipient that was made so far",
            text: "But for those with the scope `unsubscribe`, which mails have that were sent.", parameters: [id],
            answers: [(204, "They are good no more.", nil)], problems: [.notFound, .diskFull]),
        Operation(
            method: .get, path: "/v1/link", id: "showLink", tag: .links, roles: [.preferences],
            summary: "What the link that is shown allows", answers: [(200, "It.", .json("", "LinkFacts"))]),
        Operation(
            method: .get, path: "/v1/recipients/{id}/messages", id: "listRecipientMessages", tag: .links,
            roles: Operation.Role.own, summary: "A recipient's messages, the newest first", parameters: [id] + page,
            answers: [(200, "A page.", .json("", "MessagePage"))], problems: [.invalidCursor, .notFound]),
        Operation(
            method: .get, path: "/v1/recipients/{id}/messages/{message}/explanation", id: "explainRecipientMessage",
            tag: .links, roles: Operation.Role.own, summary: "Why one of them came, or did not, and when",
            text: explanationText,
            parameters: [
                id,
                .init(name: "message", place: .path, text: "The message's id.", schema: Schemas.text(1...64)),
            ] + explanation,
            answers: [(200, "The explanation.", .json("", "Explanation"))], problems: [.notFound, .invalidCursor]),
    ]
}

extension OpenAPI.Schemas {
    static let linkSchemas: JSONObject = [
        "LinkRequest": request(
            "What a link allows, and for how long.", required: ["scope"],
            [
                "scope": choice(
                    LinkRequest.Scope.allCases.map(\.rawValue),
                    "`unsubscribe`: nothing but to withdraw consent for its topic."),
                "topic": described(text(1...128), "With the scope `unsubscribe`, and only then."),
                "expires_in": described(
                    ref("Duration"),
                    "1s to 400d; a day, if left out. Links with the scope `unsubscribe` do not end: none there."),
                "once": described(
                    ["type": "boolean"],
                    "Used up by the first request that changes something. False, if left out. Not with `unsubscribe`."),
            ]),
        "Link": answer(
            "A link.", required: ["token", "expires_at"],
            [
                "token": string, "url": described(string, "Where `[preferences] url` is configured."),
                "expires_at": described(orNull(ref("Instant")), "null: it does not end."),
            ]),
        "LinkFacts": answer(
            "What a link allows.", required: ["scope", "once", "expires_at"],
            [
                "scope": choice(LinkRequest.Scope.allCases.map(\.rawValue)),
                "topic": answer(
                    "What may be withdrawn.", required: ["name", "title"], ["name": string, "title": string]),
                "once": ["type": "boolean"], "expires_at": described(orNull(ref("Instant")), "null: it does not end."),
                "locale": described(string, "The recipient's language, if it is known."),
            ]),
    ]
}
