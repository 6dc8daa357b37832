extension OpenAPI {
    private static let recipient = Operation.Parameter(
        name: "id", place: .path, text: "The recipient's id, percent-encoded.", schema: Schemas.text(1...256))
    private static let record = Operation.Parameter(
        name: "record", place: .path, text: "The record's id.", schema: Schemas.text(1...64))

    /// What people decide for themselves.
    static let wishOperations = [
        Operation(
            method: .post, path: "/v1/recipients/{id}/consents", id: "recordConsent", tag: .wishes,
            roles: [.submit, .preferences, .operate], summary: "Record consent, or its withdrawal",
            text: """
                The last record received decides. A withdrawal is in force when it is answered: what is pending \
                without the consent it needs has ended. With the role `submit` alone consent can be withdrawn, not \
                granted, unless `may_grant` names the sender. A withdrawal that is said again adds no record.
                """,
            parameters: [recipient], body: .json("What was said.", "ConsentRequest"),
            answers: [
                (201, "The record.", .json("", "Consent")),
                (200, "It was withdrawn already: the record that stands.", .json("", "Consent")),
            ], problems: [.unknownTopic, .unknownChannel],
            links: ["listConsents", "showPreferences"].map {
                .init(operation: $0, parameters: [("id", "$request.path.id")])
            } + [
                .init(
                    operation: "showConsent",
                    parameters: [("id", "$request.path.id"), ("record", "$response.body#/id")])
            ]),
        Operation(
            method: .get, path: "/v1/recipients/{id}/consents", id: "listConsents", tag: .wishes,
            roles: [.preferences, .operate], summary: "A recipient's consent records, the newest first",
            parameters: [recipient] + page, answers: [(200, "A page.", .json("", "ConsentPage"))],
            problems: [.invalidCursor]),
        Operation(
            method: .get, path: "/v1/recipients/{id}/consents/{record}", id: "showConsent", tag: .wishes,
            roles: [.preferences, .operate], summary: "A consent record as a receipt",
            text: "With the fields of a consent record of ISO/IEC TS 27560.", parameters: [recipient, record],
            answers: [(200, "The receipt.", .json("", "ConsentReceipt"))], problems: [.notFound]),
        Operation(
            method: .get, path: "/v1/recipients/{id}/preferences", id: "showPreferences", tag: .wishes,
            roles: [.preferences, .operate], summary: "A recipient's own choices", parameters: [recipient],
            answers: [(200, "The choices.", .json("", "Preferences"))]),
        Operation(
            method: .put, path: "/v1/recipients/{id}/preferences", id: "setPreferences", tag: .wishes,
            roles: [.preferences, .operate], summary: "Set a recipient's own choices",
            text: "They come before what apps declare, and can only be stricter than the policy.",
            parameters: [recipient], body: .json("The choices.", "PreferencesDocument"),
            answers: [(200, "The choices.", .json("", "Preferences"))],
            problems: [.unknownTopic, .unknownChannel, .unknownTimeZone],
            links: ["showPreferences", "changePreferences"].map {
                .init(operation: $0, parameters: [("id", "$request.path.id")])
            }),
        Operation(
            method: .patch, path: "/v1/recipients/{id}/preferences", id: "changePreferences", tag: .wishes,
            roles: [.preferences, .operate], summary: "Change some of them (RFC 7396)", parameters: [recipient],
            body: .init(
                text: "A merge patch: null takes a choice away.",
                types: [
                    ("application/merge-patch+json", Schemas.ref("PreferencesDocument")),
                    ("application/json", Schemas.ref("PreferencesDocument")),
                ]),
            answers: [(200, "The choices.", .json("", "Preferences"))],
            problems: [.unknownTopic, .unknownChannel, .unknownTimeZone]),
        Operation(
            method: .post, path: "/v1/events", id: "recordEvent", tag: .wishes, roles: [.submit, .work, .operate],
            summary: "Feedback: what became of what was delivered",
            text: """
                `unsubscribed` withdraws consent for the topic, `complained` for all marketing; a hard `bounced` \
                closes the address until another is declared; `converted` completes the subject for this person.
                """,
            body: .json("What happened.", "EventRequest"),
            answers: [(201, "What it has done.", .json("", "EventEffect"))],
            problems: [.notFound, .unknownTopic, .unknownChannel]),
    ]
}
