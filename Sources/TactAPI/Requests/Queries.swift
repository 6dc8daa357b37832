import TactCore

/// The parameters of a request's target. They are read like the members of an object whose values are texts.
package struct Query: Sendable {
    fileprivate var fields: Fields

    /// Percent-decoded, in the order in which they came. None may come twice.
    package init(_ items: [(name: String, value: String)]) throws(Problem) {
        var object = JSONObject()
        for item in items {
            guard object[item.name] == nil else {
                throw .bad(Place.root.member(item.name).pointer, "the parameter comes twice, expected it once")
            }
            object[item.name] = .string(item.value)
        }
        fields = Fields(object, at: .root)
    }

    fileprivate mutating func page() -> (limit: Int, cursor: String?) {
        (fields.optional("limit", .pageSize) ?? 100, fields.optional("cursor", .printable("a cursor", 1...512)))
    }
}

/// `POST /v1/messages`.
package struct SubmitQuery: Sendable, Equatable {
    package var isDryRun: Bool
    /// The instant of a dry run; nil: now.
    package var at: Timestamp?
    /// Bulk: answer only what failed, and a summary.
    package var answersErrorsOnly: Bool

    package init(_ query: Query) throws(Problem) {
        var query = query
        isDryRun = query.fields.optional("dry_run", .flag) ?? false
        at = query.fields.optional("at", .instant)
        answersErrorsOnly = query.fields.optional("answers", .answers) ?? false
        if at != nil, !isDryRun {
            query.fields.refuse("at", "expected only with dry_run=true: what is stored is decided now")
        }
        try query.fields.finish()
    }
}

/// `GET /v1/messages`.
package struct MessageQuery: Sendable, Equatable {
    /// Empty: all.
    package var states: [MessageState]
    package var recipient: String?
    package var topic: String?
    package var subject: String?
    package var sender: String?
    /// `after` ≤ submitted_at < `before`.
    package var before: Timestamp?
    package var after: Timestamp?
    package var limit: Int
    package var cursor: String?

    package init(_ query: Query) throws(Problem) {
        var query = query
        states = query.fields.optional("state", .states) ?? []
        recipient = query.fields.optional("recipient", .recipient)
        topic = query.fields.optional("topic", .topic)
        subject = query.fields.optional("subject", .subject)
        sender = query.fields.optional("sender", .sender)
        before = query.fields.optional("before", .instant)
        after = query.fields.optional("after", .instant)
        (limit, cursor) = query.page()
        try query.fields.finish()
    }
}

/// `DELETE /v1/messages`: which pending messages are cancelled. At least one filter.
package struct CancelQuery: Sendable, Equatable {
    package var topic: String?
    package var subject: String?
    package var recipient: String?
    package var sender: String?

    package init(_ query: Query) throws(Problem) {
        var query = query
        topic = query.fields.optional("topic", .topic)
        subject = query.fields.optional("subject", .subject)
        recipient = query.fields.optional("recipient", .recipient)
        sender = query.fields.optional("sender", .sender)
        let isEmpty = topic == nil && subject == nil && recipient == nil && sender == nil
        try query.fields.finish()
        if isEmpty {
            throw .bad("", "expected at least one of topic, subject, recipient and sender: this cancels all that match")
        }
    }
}

/// Lists without filters, such as `GET /v1/recipients`.
package struct PageQuery: Sendable, Equatable {
    package var limit: Int
    package var cursor: String?

    package init(_ query: Query) throws(Problem) {
        var query = query
        (limit, cursor) = query.page()
        try query.fields.finish()
    }
}

/// `GET …/export`: in which language sentences are told.
package struct LanguageQuery: Sendable, Equatable {
    /// nil: nothing was said, or nothing that is spoken here.
    package var language: SentenceLanguage?

    /// `accepted` is the field `Accept-Language`; the parameter wins.
    package init(_ query: Query, accepted: String?) throws(Problem) {
        var query = query
        language = query.fields.optional("language", .sentenceLanguage) ?? SentenceLanguage.accepted(accepted)
        try query.fields.finish()
    }
}

/// `GET …/explanation`.
package struct ExplanationQuery: Sendable, Equatable {
    package var language: SentenceLanguage
    package var limit: Int
    package var cursor: String?

    /// `accepted` is the field `Accept-Language`; the parameter wins.
    package init(_ query: Query, accepted: String?) throws(Problem) {
        var query = query
        language =
            query.fields.optional("language", .sentenceLanguage) ?? SentenceLanguage.accepted(accepted) ?? .english
        (limit, cursor) = query.page()
        try query.fields.finish()
    }
}

/// `GET …/busy` and `…/timeline`: a stretch of time.
package struct RangeQuery: Sendable, Equatable {
    /// nil: now.
    package var from: Timestamp?
    /// nil: a week after `from`.
    package var to: Timestamp?

    package static let longest = Duration.days(366)

    package init(_ query: Query) throws(Problem) {
        var query = query
        self.init(&query)
        try query.fields.finish()
    }

    fileprivate init(_ query: inout Query) {
        from = query.fields.optional("from", .instant)
        to = query.fields.optional("to", .instant)
    }

    /// The stretch, of at least a millisecond and at most `longest`.
    package func interval(now: Timestamp) throws(Problem) -> Interval {
        let start = from ?? now
        let end = to ?? start + .days(7)
        guard start < end else { throw .bad("/to", "expected an instant after \(start), found \(end)") }
        guard end - start <= Self.longest else {
            throw .bad("/to", "expected at most \(Self.longest) after \(start), found \(end)")
        }
        return Interval(start: start, end: end)
    }
}

/// `GET …/timeline`: a stretch of time, perhaps as it would be under other quiet hours.
package struct TimelineQuery: Sendable, Equatable {
    /// Quiet hours to try out.
    package enum Trial: Sendable, Equatable {
        /// As if the person had chosen none of their own.
        case declared
        case own([LocalWindow])
    }

    package var range: RangeQuery
    /// nil: as things are.
    package var trial: Trial?

    package init(_ query: Query) throws(Problem) {
        var query = query
        range = RangeQuery(&query)
        trial = query.fields.optional("quiet_hours", .trial)
        try query.fields.finish()
    }
}

extension FieldKind where Value == TimelineQuery.Trial {
    fileprivate static let trial = FieldKind("null or an array of windows, in JSON", standIn: .declared) {
        json, place, faults in
        guard let text = json.stringValue, let value = try? JSON(parsing: Array(text.utf8)) else {
            faults.add(place, "expected null or an array of windows, in JSON, found \(json.described)")
            return nil
        }
        return value.isNull ? .declared : FieldKind<[LocalWindow]>.windows.read(value, place, &faults).map { .own($0) }
    }
}

/// `GET /v1/watch`.
package struct WatchQuery: Sendable, Equatable {
    /// After this event's id; nil: from now on.
    package var since: Int64?

    /// `lastEventID` is the header field of a client that comes back; it wins.
    package init(_ query: Query, lastEventID: String? = nil) throws(Problem) {
        var query = query
        since = query.fields.optional("since", .eventID)
        try query.fields.finish()
        guard let lastEventID else { return }
        guard let id = Int64(lastEventID), id >= 0 else {
            throw Problem(.invalidField, "Last-Event-ID: expected an event's id, found \(JSON.quoted(lastEventID))")
        }
        since = id
    }
}

/// `POST /v1/backup`.
package struct BackupQuery: Sendable, Equatable {
    package enum Part: String, CaseIterable, Sendable {
        case database, keys
    }

    package var part: Part

    package init(_ query: Query) throws(Problem) {
        var query = query
        part = query.fields.optional("part", .choice(standIn: .database, \.rawValue)) ?? .database
        try query.fields.finish()
    }
}

/// Requests that take no parameters.
package struct NoQuery: Sendable, Equatable {
    package init(_ query: Query) throws(Problem) {
        var query = query
        try query.fields.finish()
    }
}

extension FieldKind where Value == Bool {
    fileprivate static let flag = FieldKind("true or false", standIn: false) { json in
        json.stringValue.flatMap(Bool.init)
    }

    fileprivate static let answers = FieldKind("\"all\" or \"errors\"", standIn: false) { json in
        switch json.stringValue {
        case "all": false
        case "errors": true
        default: nil
        }
    }
}

extension FieldKind where Value == Int {
    fileprivate static let pageSize = FieldKind("a whole number from 1 to 1000", standIn: 100) { json in
        json.stringValue.flatMap { Int($0) }.flatMap { (1...1000).contains($0) ? $0 : nil }
    }
}

extension FieldKind where Value == SentenceLanguage {
    fileprivate static let sentenceLanguage = FieldKind(
        "a language of " + SentenceLanguage.allCases.map(\.rawValue).joined(separator: ", "), standIn: .english
    ) { json in
        // One tag, no list of them.
        json.stringValue.flatMap { $0.contains(where: { ",;".contains($0) }) ? nil : SentenceLanguage.matching($0) }
    }
}

extension FieldKind where Value == Int64 {
    fileprivate static let eventID = FieldKind("an event's id", standIn: 0) { json in
        json.stringValue.flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }
}

extension FieldKind where Value == [MessageState] {
    fileprivate static let states = FieldKind(
        "states with commas between them, of " + MessageState.allCases.map(\.name).joined(separator: ", "), standIn: []
    ) { json in
        guard let text = json.stringValue else { return nil }
        var states: [MessageState] = []
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let state = MessageState(name: String(word)) else { return nil }
            if !states.contains(state) { states.append(state) }
        }
        return states
    }
}
