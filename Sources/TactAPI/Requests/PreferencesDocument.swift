import TactCore

/// What a person has chosen for themselves: the body of `PUT /v1/recipients/{id}/preferences`. What is left out, or null,
/// is no wish: then what apps declared holds, and the policy.
package struct PreferencesDocument: Sendable, Equatable {
    package struct OfTopic: Sendable, Equatable {
        package var isEnabled: Bool?
        /// The best first.
        package var channels: [String]?
        package var limit: Limit?
        /// How often a digest is wanted; kept for when there are digests.
        package var digest: Digest?

        package init(
            isEnabled: Bool? = nil, channels: [String]? = nil, limit: Limit? = nil, digest: Digest? = nil
        ) {
            self.isEnabled = isEnabled
            self.channels = channels
            self.limit = limit
            self.digest = digest
        }
    }

    package struct Limit: Sendable, Equatable {
        package var count: Int
        /// `24h` … `31d`, `day`, `week` or `month`.
        package var per: Cap.Period

        package init(count: Int, per: Cap.Period) {
            self.count = count
            self.per = per
        }
    }

    package enum Digest: String, CaseIterable, Sendable {
        case daily, weekly, monthly
    }

    package enum Pause: Sendable, Equatable {
        /// One that is over says that the person wants messages again, whatever apps declared.
        case until(Timestamp)
        case furtherNotice

        static let word = "further_notice"
    }

    package var topics: [String: OfTopic]
    /// Whether anything may come by a channel.
    package var channels: [String: Bool]
    /// False: nothing of kind marketing.
    package var marketing: Bool?
    /// Empty: none at all.
    package var quietHours: [LocalWindow]?
    package var pause: Pause?
    package var timeZone: String?
    package var locale: String?

    package init(
        topics: [String: OfTopic] = [:], channels: [String: Bool] = [:], marketing: Bool? = nil,
        quietHours: [LocalWindow]? = nil, pause: Pause? = nil, timeZone: String? = nil, locale: String? = nil
    ) {
        self.topics = topics
        self.channels = channels
        self.marketing = marketing
        self.quietHours = quietHours
        self.pause = pause
        self.timeZone = timeZone
        self.locale = locale
    }

    package init(_ bytes: some Collection<UInt8>) throws(Problem) { try self.init(json: try JSON(body: bytes)) }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        topics = fields.optional("topics", .topicWishes) ?? [:]
        channels = fields.optional("channels", .channelWishes) ?? [:]
        marketing = fields.optional("marketing", .bool)
        quietHours = fields.optional("quiet_hours", .windows)
        pause = fields.optional("paused_until", .pause)
        timeZone = fields.optional("time_zone", .timeZone)
        locale = fields.optional("locale", .locale)
        try fields.finish()
    }

    /// The document after a merge patch (RFC 7396).
    package func merging(_ patch: JSON) throws(Problem) -> PreferencesDocument {
        guard case .object(let changes) = patch else {
            throw .bad("", "expected an object, found \(patch.described)")
        }
        let known = JSONObject(unique: changes.members.filter { Self.fieldNames.contains($0.name) })
        let merged = JSON.object(json).merged(with: .object(known)).objectValue?.members ?? []
        let strangers = changes.members.filter { !Self.fieldNames.contains($0.name) }
        return try PreferencesDocument(json: .object(JSONObject(unique: merged + strangers)))
    }

    private static let fieldNames = [
        "topics", "channels", "marketing", "quiet_hours", "paused_until", "time_zone", "locale",
    ]
}

extension PreferencesDocument {
    /// As on the wire, and as it is kept; what is no wish is left out.
    package var json: JSONObject {
        var object = JSONObject()
        object["topics"] = .object(
            JSONObject(
                unique: topics.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .object($0.value.json)) }))
        object["channels"] = .object(
            JSONObject(
                unique: channels.sorted { $0.key < $1.key }.map {
                    .init(name: $0.key, value: ["enabled": .bool($0.value)])
                }
            ))
        object["marketing"] = marketing.map(JSON.bool)
        object["quiet_hours"] = quietHours.map { .array($0.map(\.json)) }
        switch pause {
        case .until(let instant): object["paused_until"] = .string(instant.rfc3339)
        case .furtherNotice: object["paused_until"] = .string(Pause.word)
        case nil: break
        }
        object["time_zone"] = timeZone.map(JSON.string)
        object["locale"] = locale.map(JSON.string)
        return object
    }
}

extension PreferencesDocument.OfTopic {
    fileprivate var json: JSONObject {
        var object = JSONObject()
        object["enabled"] = isEnabled.map(JSON.bool)
        object["channels"] = channels.map { .array($0.map(JSON.string)) }
        object["limit"] = limit.map { ["count": .integer(Int64($0.count)), "per": .string($0.per.word)] }
        object["digest"] = digest.map { .string($0.rawValue) }
        return object
    }
}

extension Cap.Period {
    /// `24h` or `week`.
    package var word: String {
        switch self {
        case .sliding(let length): length.text
        case .calendar(.day): "day"
        case .calendar(.isoWeek): "week"
        case .calendar(.month): "month"
        }
    }
}

// MARK: - Reading

extension FieldKind where Value == [String: PreferencesDocument.OfTopic] {
    fileprivate static let topicWishes = FieldKind.map(
        of: .topicWish, upTo: 1000, named: "topic", "an object of wishes by topic")
}

extension FieldKind where Value == [String: Bool] {
    fileprivate static let channelWishes = FieldKind.map(
        of: .channelWish, upTo: 100, named: "channel", "an object of wishes by channel")
}

extension FieldKind where Value == PreferencesDocument.OfTopic {
    fileprivate static let topicWish = FieldKind.object(
        "an object such as {\"enabled\":false}", standIn: .init()
    ) { fields in
        PreferencesDocument.OfTopic(
            isEnabled: fields.optional("enabled", .bool), channels: fields.optional("channels", .channels),
            limit: fields.optional("limit", .limit), digest: fields.optional("digest", .digest))
    }
}

extension FieldKind where Value == Bool {
    fileprivate static let channelWish = FieldKind.object(
        "an object such as {\"enabled\":false}", standIn: true
    ) { fields in fields.required("enabled", .bool) }
}

extension FieldKind where Value == PreferencesDocument.Limit {
    fileprivate static let limit = FieldKind.object(
        "an object such as {\"count\":2,\"per\":\"week\"}", standIn: .init(count: 1, per: .calendar(.day))
    ) { fields in
        .init(count: fields.required("count", .integer(1...1000)), per: fields.required("per", .ownPeriod))
    }
}

extension FieldKind where Value == Cap.Period {
    private static let sliding = FieldKind<Duration>.duration(from: .minutes(1), to: .days(31))

    /// As long as deliveries are remembered for it.
    fileprivate static let ownPeriod = FieldKind(
        "\"day\", \"week\", \"month\" or a duration up to \"31d\"", standIn: .calendar(.day)
    ) { json, place, faults in
        switch json {
        case "day": .calendar(.day)
        case "week": .calendar(.isoWeek)
        case "month": .calendar(.month)
        default: sliding.read(json, place, &faults).map(Cap.Period.sliding)
        }
    }
}

extension FieldKind where Value == PreferencesDocument.Digest {
    fileprivate static let digest = FieldKind.choice(standIn: .daily, \.rawValue)
}

extension FieldKind where Value == PreferencesDocument.Pause {
    fileprivate static let pause = FieldKind(
        "an instant or \"further_notice\"", standIn: .furtherNotice
    ) { json, place, faults in
        json == .string(PreferencesDocument.Pause.word)
            ? .furtherNotice : FieldKind<Timestamp>.instant.read(json, place, &faults).map { .until($0) }
    }
}
