import TactAPI
import TactCore

/// The policy in force, for `GET /v1/policy`: the words of the file, with every default filled in.
extension Policy {
    /// `null` stands for "no bound", an empty filter for "all".
    package var effective: JSON {
        [
            "version": .string(version),
            "time_zone": ["unknown": .string(unknownZone.text), "plausible": .strings(plausibleZones)],
            "quiet_hours": ["default": quietHours.json],
            "channels": .array(channels.map(\.effective)),
            "topics": .array(topics.map(\.effective)),
            "send_windows": .array(sendWindows.map(\.effective)),
            "caps": .array(caps.map(\.effective)),
            "limits": [
                "pending_per_recipient": .integer(Int64(pendingPerRecipient)),
                "submits_per_sender": .text(submitsPerSender?.text),
            ],
            "retention": [
                "content": .string(retention.content.text), "history": .string(retention.history.text),
                "decisions": .string(retention.decisions.text), "attributes": .string(retention.attributes.text),
            ],
            "complaints": complaints.effective,
            "controller": [
                "name": .text(controller.name), "contact": .text(controller.contact),
                "privacy_notice": .text(controller.privacyNotice),
            ],
        ]
    }
}

extension Channel {
    fileprivate var effective: JSON {
        [
            "name": .string(name), "address": .string(address.rawValue), "spread": .string(spread.text),
            "rate": .text(rate?.text),
            "retry": [
                "attempts": .integer(Int64(retry.attempts)), "initial": .string(retry.initial.text),
                "max": .string(retry.max.text),
            ],
        ]
    }
}

extension Topic {
    fileprivate var effective: JSON {
        [
            "name": .string(name), "title": .string(title), "description": .text(description),
            "kind": .string(kind.rawValue), "consent": .string(consent.rawValue), "sensitive": .bool(isSensitive),
            "purpose": .text(purpose),
            "sources": .strings(AttributeFact.Source.allCases.filter(sources.contains).map(\.rawValue)),
            "confidence": .number(confidence), "fallback": fallback?.effective ?? .null,
            "because": .string(requiresBecause ? "required" : "optional"), "channels": .strings(channels),
            "respects": .strings(Constraint.allCases.filter(respects.contains).map(\.rawValue)),
            "max_wait": .text(maxWait?.text), "expires_in": .string(expiresIn.text),
            "repeat_after": .text(repeatAfter?.text), "fingerprint": .text(fingerprintsContent ? "content" : nil),
            "complaints": complaints?.effective ?? .null,
        ]
    }
}

extension Topic.Fallback {
    fileprivate var effective: JSON {
        switch self {
        case .template(let name): .string(name)
        case .words(let title, let body, let html):
            ["title": .string(title), "body": .string(body), "html": .text(html)]
        }
    }
}

extension Topic.ComplaintLimit {
    fileprivate var effective: JSON {
        ["rate": .number(rate), "per": .string(per.text), "deliveries": .integer(Int64(deliveries))]
    }
}

extension SendWindow {
    fileprivate var effective: JSON {
        [
            "name": .string(name), "countries": .strings(countries.sorted()), "channels": .strings(channels.sorted()),
            "kinds": .strings(kinds.map(\.rawValue).sorted()), "topics": .strings(topics.sorted()),
            "windows": windows.json,
        ]
    }
}

extension Cap {
    fileprivate var effective: JSON {
        [
            "name": .string(name), "limit": .integer(Int64(limit)), "per": .string(period.word),
            "topics": .strings(topics.sorted()), "kinds": .strings(kinds.map(\.rawValue).sorted()),
            "channels": .strings(channels.sorted()), "senders": .strings(senders.sorted()),
            "each": .strings(each.map(\.rawValue).sorted()), "over": .string(over.rawValue),
        ]
    }
}

extension JSON {
    fileprivate static func strings(_ words: [String]) -> JSON { .array(words.map(JSON.string)) }
    fileprivate static func text(_ word: String?) -> JSON { word.map(JSON.string) ?? .null }
}

extension WeeklyWindows {
    fileprivate var json: JSON { .array(windows.map(\.json)) }
}

extension WeeklyWindows? {
    fileprivate var json: JSON { self?.json ?? [] }
}

// MARK: - The words of the file

extension Policy.UnknownZone {
    var text: String {
        switch self {
        case .plausible: "plausible"
        case .hold: "hold"
        case .named(let zone): zone
        }
    }
}

extension Channel.Rate {
    /// `50/s`. Other lengths than a second, a minute and an hour are written out.
    var text: String {
        switch per {
        case .seconds(1): "\(count)/s"
        case .minutes(1): "\(count)/m"
        case .hours(1): "\(count)/h"
        default: "\(count)/\(per)"
        }
    }
}

extension Cap.Period {
    /// The longest that the period can last.
    var longest: Duration {
        switch self {
        case .sliding(let length): length
        case .calendar(let period): period.longest
        }
    }
}
