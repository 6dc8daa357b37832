import TactCore

extension OpenAPI.Schemas {
    private static let templateName: JSON = [
        "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
    ]
    private static let because = described(
        text(1...800), "Why the person gets it: a sentence for them of at most 200 characters.")
    private static let variableName: JSON = ["type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]{0,63}$"]

    static let channels = list(of: text(1...128), 1...16, eachOnce: true)

    static let requests: JSONObject = [
        "MessageRequest": request(
            "A message for one recipient.", required: ["recipient", "topic"],
            [
                "recipient": text(1...256), "topic": text(1...128),
                "channels": described(channels, "In order of preference; the topic's, if left out."),
                "urgency": ref("Urgency"),
                "relevance": [
                    "type": "number", "minimum": 0, "maximum": 1, "default": .number(0.5),
                    "description": "The sender's own estimate of how useful this is to the recipient.",
                ],
                "not_before": ref("Instant"),
                "expires_in": described(
                    ref("Duration"),
                    "From max(submitted, not_before) on; the topic's, if left out. Not with expires_at."),
                "expires_at": ref("Instant"),
                "idempotency_key": described(
                    text(1...256), "The same key with the same body answers with the same message."),
                "collapse_key": described(text(1...256), "A newer message with this key replaces a pending older one."),
                "subject": described(text(1...256), "What the message is about, such as `order:42`."),
                "fingerprint": described(
                    text(1...256), "What messages that say the same have in common; see the topic's repeat_after."),
                "content": [
                    "type": "object",
                    "description": "For the person; handed to the worker as it is, with the template's words in it.",
                ],
                "template": described(templateName, "Words the message when it is released."),
                "variables": ["type": "object", "description": "For the template; at most 32768 bytes."],
                "because": because,
            ]),
        "TemplateDocument": request(
            "A template (Mustache).", required: [],
            [
                "description": text(0...500),
                "variables": described(
                    list(of: variableName, 0...64), "The names of what messages bring along; each that the texts use."),
                "title": described(text(0...65_536), "One line."), "body": described(text(0...65_536), "Plain text."),
                "html": text(0...65_536),
                "locales": described(
                    map(
                        of: request(
                            "The texts in one language.", required: [],
                            ["title": text(0...65_536), "body": text(0...65_536), "html": text(0...65_536)])),
                    "By language tag; each with the parts that the template has."),
            ]),
        "RenderRequest": request(
            "What a template is tried with.", required: ["topic"],
            [
                "topic": described(text(1...128), "Whose rules for data hold."),
                "recipient": described(text(1...256), "Whose attributes and locale are used."),
                "attributes": described(map(of: ref("Attribute")), "Used instead of a recipient's."),
                "locale": text(2...35), "variables": ["type": "object"], "because": because,
                "at": ref("Instant"),
            ]),
        "MessagePatch": request(
            "What changes; what is left out stays.", required: [], nullable: ["not_before"],
            [
                "not_before": described(ref("Instant"), "Null takes it away."), "expires_at": ref("Instant"),
                "urgency": ref("Urgency"),
                "relevance": ["type": "number", "minimum": 0, "maximum": 1],
            ]),
        "RecipientDocument": request(
            "What is declared about a person.", required: [],
            [
                "time_zone": described(text(1...128), "An IANA name."),
                "country": ["type": "string", "pattern": "^[A-Z]{2}$"],
                "locale": text(2...35),
                "addresses": described(map(of: orNull(text(1...1024))), "By channel."),
                "quiet_hours": described(
                    list(of: ref("Window"), 0...64), "Left out: the policy's default. Empty: none."),
                "paused_until": ref("Instant"),
                "attributes": map(of: orNull(ref("Attribute"))),
            ]),
        "AllowRequest": request(
            "What a recipient had removed, and allows again.", required: [],
            [
                "attributes": list(of: text(1...128), 0...OwnWords.mostRemoved),
                "addresses": described(list(of: text(1...128), 0...OwnWords.mostRemoved), "Channels."),
            ]),
        "Attribute": request(
            "Something known of a person, and from where.", required: ["value"],
            [
                "value": described([:], "Any value but null, at most 4096 bytes."),
                "source": choice(
                    AttributeFact.Source.allCases.map(\.rawValue),
                    "How it became known; without it no topic may use the attribute."),
                "updated_at": described(
                    ref("Instant"), "Since when it holds; when it was first declared, if left out."),
                "sensitive": described(flag, "Only topics that are marked so may use it."),
                "good_for": described(ref("Duration"), "From this age on it is not relied on."),
                "confidence": [
                    "type": "number", "minimum": 0, "maximum": 1,
                    "description": "How sure an inference is; needed with `inferred`, and only there.",
                ],
            ]),
        "LeaseRequest": request(
            "What a worker can deliver.", required: ["channels"],
            [
                "channels": channels,
                "max": ["type": "integer", "minimum": 1, "maximum": 1000, "default": 1],
                "lease": described(ref("Duration"), "How long the worker has: 1s to 1h, 60s if left out."),
                "wait": described(
                    ref("Duration"), "How long to wait for the first message: at most 10m, 0s if left out."),
            ]),
        "OutcomesRequest": request(
            "What became of leased messages.", required: ["outcomes"],
            [
                "outcomes": list(
                    of: request(
                        "Of one message.", required: ["id", "lease", "outcome"],
                        [
                            "id": text(1...64), "lease": text(1...128),
                            "outcome": choice(
                                ["delivered", "retry", "returned", "failed"], "`returned`: not tried, costs no attempt."
                            ),
                            "detail": text(0...2000),
                            "retry_after": described(ref("Duration"), "With retry and returned: not sooner than this."),
                        ]), 1...1000)
            ]),
        "ExtendRequest": request(
            "Leases to keep longer.", required: ["leases"],
            [
                "leases": list(
                    of: request(
                        "One lease.", required: ["id", "lease"], ["id": text(1...64), "lease": text(1...128)]), 1...1000
                ),
                "lease": described(ref("Duration"), "From now on: 1s to 1h, 60s if left out."),
            ]),
        "CompleteRequest": request(
            "For whom, and for how long.", required: [],
            [
                "recipient": text(1...256),
                "block_for": described(
                    ref("Duration"), "New messages about it are suppressed so long; not at all, if left out."),
            ]),
        "HoldRequest": request(
            "By whom, and why.", required: [], ["author": text(1...256), "comment": text(0...2000)]),
    ]
}
