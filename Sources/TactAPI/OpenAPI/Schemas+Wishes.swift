import TactCore

extension OpenAPI.Schemas {
    static let wishes: JSONObject = [
        "ConsentRequest": request(
            "What a person said of a topic.", required: ["topic", "state"],
            [
                "topic": described(text(1...128), "`*` with `withdrawn`: all marketing, also what is still to come."),
                "channel": described(text(1...128), "Every channel, if left out."),
                "state": choice(Consents.Word.allCases.map(\.rawValue)),
                "source": described(text(1...256), "How it was said, such as `web-form`."),
                "wording": described(text(1...256), "The version of the text that was agreed to."),
                "evidence": described(text(0...2000), "What shows it."),
                "at": described(ref("Instant"), "When it was said; not in the future. The order of receipt decides."),
            ]),
        "Consent": answer(
            "A consent record.",
            required: ["id", "recipient", "topic", "state", "received_at", "recorded_by"],
            [
                "id": string, "recipient": string, "topic": string, "channel": string,
                "state": choice(Consents.Word.allCases.map(\.rawValue)), "source": string, "wording": string,
                "evidence": string, "at": ref("Instant"), "received_at": ref("Instant"), "recorded_by": string,
            ]),
        "ConsentPage": page(of: "Consent"),
        "ConsentReceipt": answer(
            "A consent record of ISO/IEC TS 27560.",
            required: [
                "schema_version", "record_id", "pii_principal_id", "pii_processing", "party_identification", "event",
            ],
            [
                "schema_version": string, "record_id": string, "pii_principal_id": string,
                "pii_processing": ["type": "object"], "party_identification": ["type": "object"],
                "event": ["type": "object"],
            ]),
        "PreferencesDocument": request("What a person has chosen. Left out: no wish.", required: [], choices),
        "Preferences": answer(
            "What a person has chosen.", required: ["topics", "channels", "updated_at"], answeredChoices),
        "EventRequest": request(
            "What happened: to a message, or with a recipient.", required: ["type"],
            [
                "type": choice(EventRequest.Kind.allCases.map(\.rawValue)),
                "message": described(text(1...64), "Then whose it is, its topic, channel and subject are known."),
                "recipient": text(1...256), "topic": text(1...128), "channel": text(1...128),
                "subject": text(1...256),
                "block_for": described(
                    ref("Duration"), "With `converted`: new messages about it are suppressed so long."),
                "hard": described(flag, "With `bounced`: the address is dead."), "at": ref("Instant"),
                "detail": text(0...2000),
            ]),
        "EventEffect": answer(
            "What an event has done.", required: ["withdrawn", "cancelled"],
            [
                "withdrawn": described(list(of: string), "The topics; `*` is all marketing."), "cancelled": count,
                "closed_address": string, "held_topic": string,
            ]),
    ]

    private static let choices: JSONObject = [
        "topics": map(of: orNull(topicWish)),
        "channels": map(of: orNull(request("A channel.", required: ["enabled"], ["enabled": flag]))),
        "marketing": described(flag, "False: nothing of kind marketing."),
        "quiet_hours": described(list(of: ref("Window"), 0...64), "Empty: none at all."),
        "paused_until": [
            "anyOf": [ref("Instant"), ["type": "string", "const": "further_notice"]],
            "description": "One that is over: no pause, whatever apps declared.",
        ],
        "time_zone": described(text(1...128), "An IANA name."), "locale": text(2...35),
    ]

    private static let answeredChoices: JSONObject = {
        var answered = choices
        answered["updated_at"] = orNull(ref("Instant"))
        return answered
    }()

    private static let topicWish = request(
        "One's own wishes for a topic.", required: [],
        [
            "enabled": flag, "channels": described(channels, "The best first; by others nothing comes."),
            "limit": request(
                "At most so many in any such period.", required: ["count", "per"],
                [
                    "count": ["type": "integer", "minimum": 1, "maximum": 1000],
                    "per": described(text(1...32), "`day`, `week`, `month`, or a duration up to `31d`."),
                ]),
            "digest": choice(PreferencesDocument.Digest.allCases.map(\.rawValue)),
        ])
}
