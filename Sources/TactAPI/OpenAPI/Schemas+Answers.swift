import TactCore

extension OpenAPI.Schemas {
    static let messageAnswers: JSONObject = [
        "Message": answer(
            "A message as it stands, or as a dry run predicts it.",
            required: [
                "id", "state", "recipient", "topic", "channels", "urgency", "relevance", "submitted_at", "plan",
                "codes", "attempts",
            ],
            [
                "id": orNull(string), "state": ref("State"), "recipient": string, "topic": string,
                "channels": list(of: string), "urgency": ref("Urgency"), "relevance": ["type": "number"],
                "sender": string, "subject": string, "collapse_key": string, "submitted_at": ref("Instant"),
                "template": described(
                    ref("TemplateReference"), "What words it, with the version it was accepted with."),
                "because": described(string, "Why the person gets it, as its sender tells."),
                "used": described(list(of: ref("UsedAttribute")), "Of a dry run: what it would use now."),
                "variables": described(["type": "object"], "For its template, while they are kept."),
                "not_before": ref("Instant"), "expires_at": ref("Instant"), "plan": orNull(ref("Plan")),
                "codes": list(of: ref("Code")), "findings": list(of: ref("Finding")), "attempts": count,
                "reason": choice(Reason.allCases.map(\.rawValue)), "ended_at": ref("Instant"),
                "time_zone": described(string, "The recipient's, for whoever shows the times."),
                "content": ["type": "object"],
            ]),
        "MessagePage": page(of: "Message"),
        "Finding": answer(
            "What one rule says.", required: ["rule", "effect"],
            [
                "rule": choice(Rule.allCases.map(\.rawValue)),
                "effect": choice(Finding.Effect.allCases.map(\.rawValue)),
                "code": ref("Code"),
                "until": described(orNull(ref("Instant")), "When it ends; null: when something changes."),
                "channel": string,
                "name": described(string, "Of the cap, send window, attribute, or part of a template."),
                "text": described(string, "A sentence in the recipient's local time."),
            ]),
        "Decision": answer(
            "A decision with every finding.", required: ["at", "outcome", "plan", "findings", "policy", "tz"],
            [
                "at": ref("Instant"), "outcome": choice(["deliver", "hold", "suppress"]),
                "until": orNull(ref("Instant")), "channel": string, "plan": orNull(ref("Plan")),
                "findings": list(of: ref("Finding")), "policy": string, "tz": string,
            ]),
        "Explanation": answer(
            "Why a message is where it is.",
            required: ["language", "message", "decisions", "next_cursor", "deliveries", "events"],
            [
                "language": ref("SentenceLanguage"), "message": ref("Message"),
                "end": described(string, "How it ended, in a sentence."),
                "decisions": described(list(of: ref("Decision")), "The oldest first."),
                "next_cursor": described(orNull(string), "Leads to earlier decisions; null: there are none."),
                "now": ref("Decision"),
                "deliveries": list(
                    of: answer(
                        "One release to a worker.", required: ["attempt", "channel", "released_at"],
                        [
                            "attempt": count, "channel": string, "released_at": ref("Instant"),
                            "outcome": choice(Outcome.allCases.map(\.name)), "detail": string,
                            "ended_at": ref("Instant"), "template": ref("TemplateReference"),
                            "used": described(
                                list(of: ref("UsedAttribute")), "What of the person it was worded by."),
                        ])),
                "events": list(
                    of: answer(
                        "What the person did with it.", required: ["type", "at"],
                        ["type": choice(EventRequest.Kind.allCases.map(\.rawValue)), "at": ref("Instant")])),
            ]),
        "SentenceLanguage": described(
            choice(SentenceLanguage.allCases.map(\.rawValue)), "The language of sentences for people."),
        "TemplateReference": answer(
            "A template by its name and version.", required: ["name", "version"], ["name": string, "version": count]),
        "UsedAttribute": answer(
            "An attribute that went into the words; never what it says.", required: ["name", "text"],
            [
                "name": string, "source": choice(AttributeFact.Source.allCases.map(\.rawValue)),
                "updated_at": ref("Instant"), "text": described(string, "A sentence for the person."),
            ]),
        "Template": answer(
            "A template as new messages get it, and what it uses.",
            required: ["name", "version", "hash", "updated_at", "origin", "uses"],
            [
                "name": string, "version": count, "hash": string, "updated_at": ref("Instant"),
                "origin": described(choice(["file", "api"]), "What comes from a file is changed there."),
                "uses": answer(
                    "Worked out from its texts.", required: ["attributes", "variables"],
                    ["attributes": list(of: ref("TemplateUse")), "variables": list(of: ref("TemplateUse"))]),
                "document": ref("TemplateDocument"),
                "versions": described(
                    list(
                        of: answer(
                            "A version.", required: ["version", "hash", "created_at"],
                            ["version": count, "hash": string, "created_at": ref("Instant")])),
                    "Those that are kept, the newest first."),
            ]),
        "TemplateUse": answer(
            "Something that a template uses.", required: ["name", "required"], ["name": string, "required": flag]),
        "TemplatePage": page(of: "Template"),
        "Rendering": answer(
            "What a template came out as.",
            required: ["template", "version", "content", "fallback", "used", "findings", "warnings"],
            [
                "template": string, "version": count,
                "content": described(orNull(["type": "object"]), "As a worker gets it; null: it would not go out."),
                "fallback": described(flag, "The topic's fallback was taken."),
                "used": list(of: ref("UsedAttribute")), "findings": list(of: ref("Finding")),
                "warnings": list(of: string),
            ]),
        "BulkLine": answer(
            "What became of one line.", required: ["line"],
            [
                "line": count, "id": string, "state": ref("State"), "plan": orNull(ref("Plan")),
                "codes": list(of: ref("Code")), "error": ref("Problem"),
            ]),
        "BulkSummary": answer(
            "The last line with `answers=errors`.", required: ["summary"],
            [
                "summary": answer(
                    "Counts.", required: ["lines", "accepted", "replayed", "failed"],
                    ["lines": count, "accepted": count, "replayed": count, "failed": count])
            ]),
        "Cancelled": answer("How many.", required: ["cancelled"], ["cancelled": count]),
        "Change": answer(
            "A change of a message's state.", required: ["at", "id", "state"],
            [
                "at": ref("Instant"), "id": string, "recipient": string, "topic": string, "state": ref("State"),
                "plan": orNull(ref("Plan")), "codes": list(of: ref("Code")), "channel": string, "reason": string,
            ]),
        "Gap": answer(
            "What a watching client cannot be told any more.", required: ["since", "reason", "resumes_after"],
            [
                "since": described(count, "Where the client wanted to begin."),
                "reason": described(
                    choice(["removed", "unknown"]),
                    """
                    removed: some changes after it are no longer kept; unknown: there never was an event of this id, as \
                    after a copy was restored.
                    """),
                "resumes_after": described(count, "The event after which the stream goes on."),
            ]),
    ]

    static let recipientAnswers: JSONObject = [
        "Recipient": answer(
            "A recipient: what is declared, and since when they are known.",
            required: ["id", "addresses", "paused_until", "attributes", "created_at", "updated_at"],
            [
                "id": string, "time_zone": string, "country": string, "locale": string,
                "addresses": map(of: string), "quiet_hours": list(of: ref("Window")),
                "paused_until": orNull(ref("Instant")), "attributes": map(of: ref("Attribute")),
                "corrected": described(list(of: string), "Attributes that say what the recipient said."),
                "removed": answer(
                    "What the recipient does not want kept, and since when.", required: [],
                    ["attributes": map(of: ref("Instant")), "addresses": map(of: ref("Instant"))]),
                "closed_addresses": described(
                    list(of: string), "Channels that are not used, for messages to their address came back."),
                "ignored": described(
                    list(
                        of: answer(
                            "What does not hold.", required: ["pointer", "reason", "detail"],
                            [
                                "pointer": string, "reason": choice(IgnoredField.Reason.allCases.map(\.rawValue)),
                                "detail": string,
                            ])), "What of the request does not hold, for the recipient has said otherwise."),
                "calendars": list(of: string), "pending": count, "created_at": ref("Instant"),
                "updated_at": ref("Instant"),
            ]),
        "RecipientPage": page(of: "Recipient"),
        "Busy": list(of: ref("Interval")),
        "Timeline": answer(
            "A stretch of one recipient's time.",
            required: ["time_zone", "from", "to", "blocked", "plans", "deliveries", "caps"],
            [
                "time_zone": orNull(string), "from": ref("Instant"), "to": ref("Instant"),
                "blocked": list(
                    of: answer(
                        "Time in which a rule holds messages back.", required: ["start", "end", "rule", "code"],
                        [
                            "start": ref("Instant"), "end": ref("Instant"),
                            "rule": choice(Rule.allCases.map(\.rawValue)), "code": ref("Code"), "name": string,
                        ])),
                "plans": list(of: ref("Point")), "deliveries": list(of: ref("Point")),
                "caps": list(
                    of: answer(
                        "How far a cap is used up.", required: ["name", "limit", "per", "used", "from"],
                        [
                            "name": string, "limit": count, "per": string, "used": count, "scope": string,
                            "from": ref("Instant"), "to": ref("Instant"),
                        ])),
            ]),
        "Point": answer(
            "A message at its instant.", required: ["id", "topic", "at", "channel"],
            [
                "id": string, "topic": string, "at": ref("Instant"), "channel": string,
                "outcome": choice(Outcome.allCases.map(\.name)),
            ]),
        "Calendar": answer(
            "A calendar as kept: when, never what.",
            required: ["name", "updated_at", "events", "series", "busy", "covers_until"],
            [
                "name": string, "updated_at": ref("Instant"), "events": described(count, "Times that come once."),
                "series": described(count, "Those that come again and again."),
                "busy": list(
                    of: answer(
                        "A busy interval.", required: ["start", "end", "type"],
                        ["start": ref("Instant"), "end": ref("Instant"), "type": string])),
                "skipped": list(
                    of: answer(
                        "A component that could not be taken in.", required: ["line", "component", "reason"],
                        ["line": count, "component": string, "reason": string])),
                "warnings": list(of: string), "covers_until": ref("Instant"), "problem": string,
            ]),
    ]

    static let workerAnswers: JSONObject = [
        "Leases": answer(
            "Messages in a worker's hands.", required: ["messages"],
            [
                "messages": list(
                    of: answer(
                        "One message.",
                        required: [
                            "id", "lease", "recipient", "address", "channel", "topic", "content", "attempt",
                            "expires_at",
                        ],
                        [
                            "id": string, "lease": string, "recipient": string, "address": orNull(string),
                            "channel": string, "topic": string, "content": ["type": "object"],
                            "because": described(string, "Why the person gets it, as its sender tells."),
                            "attempt": count,
                            "expires_at": described(ref("Instant"), "When the message is of no use any more."),
                            "unsubscribe": described(
                                string, "Where the recipient unsubscribes with one click (RFC 8058), if they can."),
                        ]))
            ]),
        "LeaseResults": answer(
            "A result each, in the order of the request.", required: ["results"],
            [
                "results": list(
                    of: answer(
                        "Of one message.", required: ["id", "lease", "result", "state"],
                        [
                            "id": string, "lease": string,
                            "result": choice(LeaseResults.Result.allCases.map(\.rawValue)),
                            "state": orNull(ref("State")),
                        ]))
            ]),
    ]

    static let daemonAnswers: JSONObject = [
        "Status": answer(
            "How the daemon is.",
            required: [
                "version", "pid", "started_at", "now", "uptime", "policy", "tz", "warnings", "messages",
                "conservation", "recipients", "due", "next", "reviews", "topics", "channels", "workers",
                "database_bytes", "privacy",
            ],
            [
                "version": string, "pid": count, "started_at": ref("Instant"), "now": ref("Instant"),
                "uptime": ref("Duration"),
                "policy": answer(
                    "The policy in force.", required: ["version", "loaded_at"],
                    [
                        "version": string, "loaded_at": ref("Instant"),
                        "error": described(string, "Why the last reload was refused."),
                    ]),
                "tz": described(string, "The tz database's version."), "warnings": list(of: string),
                "messages": described(map(of: count), "By state."),
                "conservation": answer(
                    "Whether the states add up to what was submitted.", required: ["ok", "submitted", "sum"],
                    ["ok": flag, "submitted": count, "sum": count]),
                "recipients": count, "due": count, "next": orNull(ref("Instant")), "reviews": count,
                "topics": list(of: ref("TopicStatus")), "channels": list(of: ref("ChannelStatus")),
                "workers": described(map(of: count), "Waiting, by channel."), "database_bytes": count,
                "privacy": ref("Privacy"),
            ]),
        "TopicStatus": answer(
            "What waits of one topic; topics of which nothing waits may be missing.",
            required: ["name", "pending", "leased"], ["name": string, "pending": count, "leased": count]),
        "ChannelStatus": answer(
            "What waits on one channel.",
            required: [
                "name", "held", "pending", "due", "leased", "oldest_due", "next", "released_last_minute",
            ],
            [
                "name": string, "held": flag, "pending": described(count, "Those planned for the channel."),
                "due": described(count, "Those of them that go out as soon as a worker asks."), "leased": count,
                "oldest_due": orNull(ref("Instant")), "next": orNull(ref("Instant")),
                "released_last_minute": count,
            ]),
        "Channel": answer(
            "A channel, and whether it is held.",
            required: ["name", "address", "spread", "rate", "retry", "pending", "hold"],
            [
                "name": string, "address": choice(TactCore.Channel.Address.allCases.map(\.rawValue)),
                "spread": ref("Duration"), "rate": orNull(string),
                "retry": answer(
                    "", required: ["attempts", "initial", "max"],
                    ["attempts": count, "initial": ref("Duration"), "max": ref("Duration")]),
                "pending": count,
                "hold": orNull(
                    answer(
                        "An operator's stop.", required: ["at", "author"],
                        ["at": ref("Instant"), "author": string, "comment": string])),
            ]),
        "ChannelPage": page(of: "Channel"),
        "Topic": answer(
            "A topic, as policy has it.",
            required: [
                "name", "title", "description", "kind", "consent", "sensitive", "purpose", "channels", "respects",
                "expires_in", "hold",
            ],
            [
                "name": string, "title": string, "description": orNull(string), "sensitive": flag,
                "purpose": orNull(string), "kind": choice(TactCore.Topic.Kind.allCases.map(\.rawValue)),
                "consent": choice(TactCore.Topic.Consent.allCases.map(\.rawValue)),
                "sources": list(of: choice(AttributeFact.Source.allCases.map(\.rawValue))),
                "because": choice(["required", "optional"]), "channels": list(of: string),
                "respects": list(of: choice(TactCore.Topic.Constraint.allCases.map(\.rawValue))),
                "max_wait": ref("Duration"), "expires_in": ref("Duration"), "repeat_after": ref("Duration"),
                "hold": orNull(
                    answer(
                        "A stop, by an operator or by complaints.", required: ["at", "author"],
                        ["at": ref("Instant"), "author": string, "comment": string])),
            ]),
        "TopicPage": page(of: "Topic"),
        "VerifyReport": answer(
            "What was checked.", required: ["ok", "checks"],
            [
                "ok": flag,
                "checks": list(
                    of: answer(
                        "One check.", required: ["name", "ok", "detail"],
                        ["name": string, "ok": flag, "detail": string])),
            ]),
        "Policy": answer("The policy in force.", required: ["version"], ["version": string]),
    ]
}
