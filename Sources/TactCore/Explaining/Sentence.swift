/// What a finding means, in one plain sentence that its recipient may read.
///
/// `zone` is the recipient's own; nil where it is not known, and then times are in UTC and the sentence says so.
/// `now` decides whether a year must be told.
package func sentence(for finding: Finding, zone: Situation.Zone?, now: Timestamp) -> String {
    switch finding.effect {
    case .permit where finding.code != nil:
        "A general text goes out instead of a personal one" + reason(of: finding) + "."
    case .permit: permission(of: finding.rule)
    case .notApplicable: absence(of: finding.rule)
    case .suppress: "Not sent" + place(finding) + reason(of: finding) + "."
    // It only waits for its end to be written down.
    case .hold where finding.code == .expired: "Not sent" + reason(of: finding) + "."
    case .hold:
        "Held" + place(finding) + " until " + end(of: finding, zone: zone, now: now) + reason(of: finding) + "."
    }
}

/// For findings of one channel.
private func place(_ finding: Finding) -> String { finding.channel.map { " on \($0)" } ?? "" }

/// When a hold ends, or what must change.
private func end(of finding: Finding, zone: Situation.Zone?, now: Timestamp) -> String {
    guard let until = finding.until else { return change(awaitedBy: finding) }
    // Up to the next second: what is held until then does not go at the second before.
    let t = until + Duration(milliseconds: 999)
    guard let zone else {
        return clockReading(t, .utc, now: now) + " (UTC; your time zone is not known)"
    }
    return localTime(t, zone: zone, now: now)
}

/// What ends a hold that no time ends.
private func change(awaitedBy finding: Finding) -> String {
    guard let code = finding.code else { return "something changes" }
    switch code {
    case .timeZoneUnknown: return "your time zone is known"
    case .channelHeld: return "the operator opens the channel again"
    case .topicHeld: return "the operator opens the topic again"
    case .paused: return "you end the pause"
    case .quietHours: return "your quiet hours change"
    case .busy: return "your calendar changes"
    case .sendWindow: return "the permitted hours change"
    case .cap: return "the limit changes"
    case .noSlotBeforeExpiry: return "something else changes"
    case .alreadyDelivered: return "it is known whether the same has reached you"
    case .consentMissing, .consentWithdrawn, .topicOptedOut, .channelOptedOut, .attributeMissing,
        .attributeNotPermitted, .attributeStale, .subjectCompleted, .noAddress, .notBefore,
        .retryBackoff, .expired, .renderingFailed:
        return "something changes"
    }
}

/// `: your quiet hours are 22:00–08:00`.
private func reason(of finding: Finding) -> String {
    guard let code = finding.code else { return "" }
    let text =
        switch code {
        case .consentMissing: "you have not agreed to such messages"
        case .consentWithdrawn: "you have withdrawn your agreement to such messages"
        case .topicOptedOut: "you have turned this topic off"
        case .channelOptedOut: "you have turned this channel off"
        case .attributeMissing: "it needs something about you that is not known" + named(finding)
        case .attributeNotPermitted: "it needs something about you that may not be used for it" + ground(finding)
        case .attributeStale: "it needs something about you that is too old to be relied on" + named(finding)
        case .alreadyDelivered:
            finding.effect == .hold ? "another message that says it is on its way" : "it has reached you already"
        case .subjectCompleted: subject(finding)
        case .noAddress: "there is no address to reach you at"
        case .notBefore: "its sender asked for no earlier time"
        case .retryBackoff: "an attempt to deliver it failed, and this is when the next is due"
        case .paused: "you have paused notifications"
        case .channelHeld: "the channel is stopped at the moment"
        case .topicHeld: "such messages are stopped at the moment"
        case .quietHours: quietHours(finding)
        case .timeZoneUnknown: unknownZone(finding)
        case .busy: "your calendar says that you are busy"
        case .sendWindow: "it is outside the hours permitted for such messages" + named(finding)
        case .cap: cap(finding)
        case .noSlotBeforeExpiry: "no time before it expires is permitted"
        case .expired: "its time was used up"
        case .renderingFailed: "it could not be put into words" + failure(finding)
        }
    return ": " + text
}

private func named(_ finding: Finding) -> String { finding.name.map { " (\($0))" } ?? "" }

/// ` (first_name: …)`.
private func ground(_ finding: Finding) -> String {
    guard case .forbidden(let ground) = finding.detail else { return named(finding) }
    let text =
        switch ground {
        case .untold: "where it comes from is not told"
        case .declared: "you told it for something else"
        case .observed: "it was seen in what you do"
        case .inferred: "it was concluded, not told"
        case .thirdParty: "somebody else told it"
        case .sensitive: "it is too personal for such messages"
        case .unsure: "it is too much of a guess"
        }
    return " (" + (finding.name.map { $0 + ": " } ?? "") + text + ")"
}

private func failure(_ finding: Finding) -> String {
    guard case .unrendered(let kind) = finding.detail else { return named(finding) }
    let name = finding.name ?? ""
    return switch kind {
    case .tooLarge: " (\(name) came out too long)"
    case .empty: " (\(name) came out empty)"
    case .valueMissing: " (\(name) is missing)"
    case .notText: " (\(name) is no text)"
    case .notLink: " (\(name) is no link)"
    case .templateGone: " (the template \(name) is gone)"
    }
}

private func subject(_ finding: Finding) -> String {
    switch finding.detail {
    case .subject(let subject): "what it is about is done (\(subject))"
    case .window, .stretch, .cap, .forbidden, .unrendered, nil: "what it is about is done"
    }
}

private func quietHours(_ finding: Finding) -> String {
    switch finding.detail {
    case .window(let start, let end):
        guard let start = CivilTime(seconds: Int(clamping: start)), let end = CivilTime(seconds: Int(clamping: end))
        else { return "these are your quiet hours" }
        return start == end ? "these are your quiet hours" : "your quiet hours are \(start)–\(end)"
    case .stretch(let start, let end): return "your quiet hours are \(inWeek(start))–\(inWeek(end))"
    case .cap, .subject, .forbidden, .unrendered, nil: return "these are your quiet hours"
    }
}

/// `Fri 18:00`, from seconds since Monday 00:00.
private func inWeek(_ second: Int64) -> String {
    let day = Weekday.allCases[Int(second.flooredRemainder(by: 604_800) / 86_400)]
    let time = CivilTime(seconds: Int(second.flooredRemainder(by: 86_400))).map { " \($0)" } ?? ""
    return Weekdays([day]).description + time
}

private func unknownZone(_ finding: Finding) -> String {
    finding.rule == .sendWindow
        ? "without it nobody can tell the hours permitted for such messages" + named(finding)
        : "without it nobody can tell your quiet hours"
}

private func cap(_ finding: Finding) -> String {
    switch finding.detail {
    case .cap(let limit, let period):
        let messages = limit == 1 ? "1 such message reaches" : "\(limit) such messages reach"
        return "at most \(messages) you " + inWords(period) + named(finding)
    case .window, .stretch, .subject, .forbidden, .unrendered, nil:
        return "the limit for such messages is reached" + named(finding)
    }
}

private func inWords(_ period: Cap.Period) -> String {
    switch period {
    case .calendar(.day): "on one day"
    case .calendar(.isoWeek): "in one week"
    case .calendar(.month): "in one month"
    case .sliding(let length): "in any \(inWords(length))"
    }
}

/// `24 hours`, `90 minutes`: whole numbers of the largest unit that fits.
private func inWords(_ length: Duration) -> String {
    let seconds = length.milliseconds / 1000
    for (unit, name) in [(Int64(86_400), "day"), (3600, "hour"), (60, "minute")] {
        // "24 hours" cannot be taken for the time until midnight.
        guard seconds % unit == 0, seconds >= unit, !(unit == 86_400 && seconds == unit) else { continue }
        return seconds == unit ? name : "\(seconds / unit) \(name)s"
    }
    return seconds == 1 ? "second" : "\(seconds) seconds"
}

// MARK: - Rules that let it pass

private func permission(of rule: Rule) -> String {
    switch rule {
    case .consent: "Your consent permits it."
    case .dataUse: "It uses nothing about you that it may not use."
    case .knownContent: "It has not reached you before."
    case .completion: "What it is about is not done yet."
    case .address: "There is an address to reach you at."
    case .start: "The time from which it may be sent has come."
    case .pause: "You have not paused notifications."
    case .channel: "The channel is open."
    case .quietHours: "Your quiet hours permit it."
    case .busy: "Your calendar permits it."
    case .sendWindow: "The hours for such messages permit it."
    case .cap: "No limit is reached."
    case .expiry: "It has not expired."
    }
}

private func absence(of rule: Rule) -> String {
    switch rule {
    case .consent: "No consent is needed."
    case .dataUse: "It uses nothing about you."
    case .knownContent: "It may reach you more than once."
    case .completion: "Nothing that it is about can be done with."
    case .address: "No address is needed."
    case .start: "No earliest time applies."
    case .pause: "No pause applies."
    case .channel: "No stop of the channel applies."
    case .quietHours: "No quiet hours apply."
    case .busy: "No calendar applies."
    case .sendWindow: "No send window applies."
    case .cap: "No cap applies."
    case .expiry: "It does not expire."
    }
}
