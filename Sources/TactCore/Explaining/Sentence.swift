/// What a finding means, in one plain sentence that its recipient may read.
///
/// `zone` is the recipient's own; nil where it is not known, and then times are in UTC and the sentence says so.
/// `now` decides whether a year must be told.
package func sentence(
    for finding: Finding, zone: Situation.Zone?, now: Timestamp, in language: SentenceLanguage = .english
) -> String {
    Sentence(phrases: language.phrases, finding: finding, zone: zone, now: now).text
}

/// One finding on its way into words.
private struct Sentence {
    let phrases: Phrases
    let finding: Finding
    let zone: Situation.Zone?
    let now: Timestamp

    var text: String {
        switch finding.effect {
        case .permit where finding.code != nil: phrases("permit_fallback", ["why": why])
        case .permit: phrases("permit_" + finding.rule.rawValue)
        case .notApplicable: phrases("absence_" + finding.rule.rawValue)
        case .suppress: notSent
        // It only waits for its end to be written down.
        case .hold where finding.code == .expired: phrases("suppress", ["why": why])
        case .hold: held
        }
    }

    private var notSent: String {
        guard let channel else { return phrases("suppress", ["why": why]) }
        return phrases("suppress_on", ["channel": channel, "why": why])
    }

    private var held: String {
        let (form, end) = finding.until.map { ("hold_time", time($0)) } ?? ("hold_change", change)
        guard let channel else { return phrases(form, ["until": end, "why": why]) }
        return phrases(form + "_on", ["channel": channel, "until": end, "why": why])
    }

    /// For findings of one channel.
    private var channel: String? { finding.channel.map { phrases.ifAny("channel_" + $0) ?? $0 } }

    private func time(_ until: Timestamp) -> String {
        // Up to the next second: what is held until then does not go at the second before.
        let t = until + Duration(milliseconds: 999)
        guard let zone else { return phrases.timeInUTC(t, now: now) }
        return phrases.localTime(t, zone: zone, now: now)
    }

    /// What ends a hold that no time ends.
    private var change: String {
        guard let code = finding.code else { return phrases("change_something") }
        switch code {
        case .timeZoneUnknown, .channelHeld, .topicHeld, .paused, .quietHours, .busy, .sendWindow, .cap,
            .noSlotBeforeExpiry, .alreadyDelivered:
            return phrases("change_" + code.rawValue)
        case .consentMissing, .consentWithdrawn, .topicOptedOut, .channelOptedOut, .attributeMissing,
            .attributeNotPermitted, .attributeStale, .subjectCompleted, .noAddress, .notBefore,
            .retryBackoff, .expired, .renderingFailed:
            return phrases("change_something")
        }
    }

    // MARK: Why

    /// `: your quiet hours are 22:00–08:00`.
    private var why: String {
        guard let code = finding.code else { return "" }
        return phrases("why", ["reason": reason(code)])
    }

    private func reason(_ code: Finding.Code) -> String {
        let key = "reason_" + code.rawValue
        switch code {
        case .consentMissing, .consentWithdrawn, .topicOptedOut, .channelOptedOut, .noAddress, .notBefore,
            .retryBackoff, .paused, .channelHeld, .topicHeld, .busy, .noSlotBeforeExpiry, .expired:
            return phrases(key)
        case .attributeMissing, .attributeStale, .sendWindow: return named(phrases(key))
        case .attributeNotPermitted: return named(phrases(key), ground)
        case .alreadyDelivered: return phrases(finding.effect == .hold ? key + "_hold" : key)
        case .subjectCompleted: return subject(key)
        case .quietHours: return quietHours(key)
        case .timeZoneUnknown:
            return finding.rule == .sendWindow ? named(phrases(key + "_window")) : phrases(key)
        case .cap: return named(cap(key))
        case .renderingFailed: return named(phrases(key), failure)
        }
    }

    /// `… (first_name)`, where there is something to name.
    private func named(_ text: String) -> String { named(text, finding.name) }

    private func named(_ text: String, _ name: String?) -> String {
        name.map { phrases("named", ["text": text, "name": $0]) } ?? text
    }

    /// `first_name: it was concluded, not told`.
    private var ground: String? {
        guard case .forbidden(let ground) = finding.detail else { return finding.name }
        let text = phrases("ground_" + ground.rawValue)
        return finding.name.map { phrases("ground", ["name": $0, "text": text]) } ?? text
    }

    private var failure: String? {
        guard case .unrendered(let kind) = finding.detail else { return finding.name }
        return phrases("failure_" + kind.rawValue, ["name": finding.name ?? ""])
    }

    private func subject(_ key: String) -> String {
        switch finding.detail {
        case .subject(let subject): named(phrases(key), subject)
        case .window, .stretch, .cap, .forbidden, .unrendered, nil: phrases(key)
        }
    }

    private func quietHours(_ key: String) -> String {
        switch finding.detail {
        case .window(let start, let end):
            guard start != end, let start = CivilTime(seconds: Int(clamping: start)),
                let end = CivilTime(seconds: Int(clamping: end))
            else { return phrases(key) }
            return phrases(key + "_window", ["start": start.description, "end": end.description])
        case .stretch(let start, let end):
            return phrases(key + "_stretch", ["start": inWeek(start), "end": inWeek(end)])
        case .cap, .subject, .forbidden, .unrendered, nil: return phrases(key)
        }
    }

    /// `Fri 18:00`, from seconds since Monday 00:00.
    private func inWeek(_ second: Int64) -> String {
        let day = Weekday.allCases[Int(second.flooredRemainder(by: 604_800) / 86_400)]
        let time = CivilTime(seconds: Int(second.flooredRemainder(by: 86_400))) ?? .midnight
        return phrases("in_week", ["weekday": phrases.weekday(day), "time": time.description])
    }

    private func cap(_ key: String) -> String {
        switch finding.detail {
        case .cap(let limit, let period):
            phrases(key + (limit == 1 ? "_one" : "_other"), ["n": String(limit), "period": inWords(period)])
        case .window, .stretch, .subject, .forbidden, .unrendered, nil: phrases(key)
        }
    }

    private func inWords(_ period: Cap.Period) -> String {
        switch period {
        case .calendar(.day): phrases("per_day")
        case .calendar(.isoWeek): phrases("per_week")
        case .calendar(.month): phrases("per_month")
        case .sliding(let length): phrases("per_length", ["length": inWords(length)])
        }
    }

    /// `24 hours`, `90 minutes`: whole numbers of the largest unit that fits.
    private func inWords(_ length: Duration) -> String {
        let seconds = length.milliseconds / 1000
        for (unit, name) in [(Int64(86_400), "days"), (3600, "hours"), (60, "minutes"), (1, "seconds")] {
            // "24 hours" cannot be taken for the time until midnight.
            guard seconds % unit == 0, seconds >= unit, !(unit == 86_400 && seconds == unit) else { continue }
            return phrases(name + (seconds == unit ? "_one" : "_other"), ["n": String(seconds / unit)])
        }
        return phrases("seconds_other", ["n": String(seconds)])
    }
}
