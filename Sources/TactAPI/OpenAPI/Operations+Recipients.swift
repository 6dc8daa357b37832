extension OpenAPI {
    private static let id = Operation.Parameter(
        name: "id", place: .path, text: "The recipient's id, percent-encoded.", schema: Schemas.text(1...256))
    private static let name = Operation.Parameter(
        name: "name", place: .path, text: "The calendar's name, percent-encoded.", schema: Schemas.text(1...256))
    private static let range = [
        Operation.Parameter(name: "from", place: .query, text: "Now, if left out.", schema: Schemas.ref("Instant")),
        Operation.Parameter(
            name: "to", place: .query, text: "A week later, if left out; at most 366 days later.",
            schema: Schemas.ref("Instant")),
    ]

    static let recipientOperations = [
        Operation(
            method: .get, path: "/v1/recipients", id: "listRecipients", tag: .recipients, roles: [.operate],
            summary: "List recipients, the newest first", parameters: page,
            answers: [(200, "A page.", .json("", "RecipientPage"))], problems: [.invalidCursor]),
        Operation(
            method: .get, path: "/v1/recipients/{id}", id: "showRecipient", tag: .recipients, roles: Operation.Role.own,
            summary: "Show a recipient", parameters: [id],
            answers: [(200, "The recipient.", .json("", "Recipient"))], problems: [.notFound]),
        Operation(
            method: .put, path: "/v1/recipients/{id}", id: "declareRecipient", tag: .recipients, roles: [.operate],
            summary: "Declare a recipient",
            text: """
                Replaces what was declared before; calendars stay. What the recipient has corrected, removed or closed \
                comes first: `ignored` in the answer tells what of the request does not hold.
                """,
            parameters: [id], body: .json("What is declared.", "RecipientDocument"),
            answers: [(200, "The recipient.", .json("", "Recipient"))],
            problems: [.unknownTimeZone, .unknownChannel, .diskFull],
            links: ["showRecipient", "changeRecipient", "showBusy", "showTimeline", "importCalendar"].map {
                .init(operation: $0, parameters: [("id", "$request.path.id")])
            }),
        Operation(
            method: .patch, path: "/v1/recipients/{id}", id: "changeRecipient", tag: .recipients,
            roles: Operation.Role.own,
            summary: "Change what is declared (RFC 7396)", parameters: [id],
            body: .init(
                text: "A merge patch: null takes a member away.",
                types: [
                    ("application/merge-patch+json", Schemas.ref("RecipientDocument")),
                    ("application/json", Schemas.ref("RecipientDocument")),
                ]),
            answers: [(200, "The recipient.", .json("", "Recipient"))],
            problems: [.unknownTimeZone, .unknownChannel, .notFound, .diskFull]),
        Operation(
            method: .post, path: "/v1/recipients/{id}/allow", id: "allowAgain", tag: .recipients, roles: [.preferences],
            summary: "Allow again what one had removed", text: "It is kept the next time that an app declares it.",
            parameters: [id], body: .json("What is allowed again.", "AllowRequest"),
            answers: [(200, "The recipient.", .json("", "Recipient"))], problems: [.notFound]),
        Operation(
            method: .post, path: "/v1/recipients/{id}/addresses/{name}/reopen", id: "reopenAddress", tag: .recipients,
            roles: Operation.Role.own, summary: "Use an address again that messages came back from",
            parameters: [
                id,
                .init(
                    name: "name", place: .path, text: "The channel's name, percent-encoded.",
                    schema: Schemas.text(1...128)),
            ],
            answers: [(200, "The recipient.", .json("", "Recipient"))], problems: [.notFound]),
        Operation(
            method: .get, path: "/v1/recipients/{id}/busy", id: "showBusy", tag: .recipients, roles: Operation.Role.own,
            summary: "When a recipient is busy, merged", parameters: [id] + range,
            answers: [(200, "Intervals, ascending and apart.", .json("", "Busy"))], problems: [.notFound]),
        Operation(
            method: .get, path: "/v1/recipients/{id}/timeline", id: "showTimeline", tag: .recipients,
            roles: Operation.Role.own,
            summary: "Blocked intervals with their cause, plans, deliveries and the use of caps",
            parameters: [id] + range + [
                .init(
                    name: "quiet_hours", place: .query,
                    text:
                        "What is blocked if these were the quiet hours: windows in JSON, or `null` for none of one's own. "
                        + "Nothing is changed, and plans are told as they are.",
                    schema: ["type": "string", "maxLength": 8192])
            ], answers: [(200, "The timeline.", .json("", "Timeline"))],
            problems: [.notFound]),
    ]

    static let calendarOperations = [
        Operation(
            method: .get, path: "/v1/recipients/{id}/calendars/{name}", id: "showCalendar", tag: .calendars,
            roles: Operation.Role.own, summary: "Show the busy intervals kept of a calendar", parameters: [id, name],
            answers: [(200, "The calendar.", .json("", "Calendar"))], problems: [.notFound]),
        Operation(
            method: .put, path: "/v1/recipients/{id}/calendars/{name}", id: "importCalendar", tag: .calendars,
            roles: Operation.Role.own, summary: "Import a calendar",
            text: "Replaces the calendar of that name. Only when it says busy is kept; what could not be read is told.",
            parameters: [id, name],
            body: .init(
                text: "An iCalendar stream (RFC 5545).",
                types: [("text/calendar", ["type": "string", "maxLength": 2_097_152])]),
            answers: [(200, "The calendar, as understood.", .json("", "Calendar"))],
            problems: [.invalidCalendar, .calendarTooLarge, .tooManyCalendars, .diskFull],
            links: ["showCalendar", "removeCalendar"].map {
                .init(operation: $0, parameters: [("id", "$request.path.id"), ("name", "$request.path.name")])
            }),
        Operation(
            method: .delete, path: "/v1/recipients/{id}/calendars/{name}", id: "removeCalendar", tag: .calendars,
            roles: Operation.Role.own, summary: "Remove a calendar", parameters: [id, name],
            answers: [(204, "It is gone.", nil)], problems: [.notFound]),
    ]
}
