extension OpenAPI.Schemas {
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
                "content": ["type": "object", "description": "For the person; handed to the worker as it is."],
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
        "Attribute": request(
            "Something known of a person, and from where.", required: ["value"],
            [
                "value": described([:], "Any value but null, at most 4096 bytes."),
                "source": described(text(1...64), "Such as `declared`."), "updated_at": ref("Instant"),
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
