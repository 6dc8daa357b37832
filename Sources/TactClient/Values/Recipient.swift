internal import TactAPI

/// What an app declares about a person. What is left out is not known, or the policy's.
public struct Recipient: Sendable, Hashable {
    /// Weekly local hours, such as 22:00 to 08:00; an end at or before the start is on the next day.
    public struct Window: Sendable, Hashable {
        /// On which days it starts.
        public var days: [Day]
        /// `HH:MM`.
        public var start: String
        /// `HH:MM`; `24:00` ends a day.
        public var end: String

        /// Hours on some days; on all, if none are named.
        public init(_ start: String, to end: String, days: [Day] = Day.allCases) {
            self.days = days
            self.start = start
            self.end = end
        }
    }

    /// A day of the week.
    public enum Day: String, Sendable, Hashable, CaseIterable {
        /// A day of the week.
        case mon, tue, wed, thu, fri, sat, sun
    }

    /// Something known of a person.
    public struct Attribute: Sendable, Hashable {
        /// Anything but `null`, at most 4096 bytes.
        public var value: JSONValue
        /// From where it is known: `declared`, `observed`, `inferred` or `third_party`.
        public var source: String?
        /// Since when.
        public var updatedAt: Instant?
        /// Only topics that are marked so may use it.
        public var isSensitive: Bool
        /// From this age on it is not relied on.
        public var goodFor: Duration?
        /// How sure an inference is, 0 to 1; with the source `inferred`, and only there.
        public var confidence: Double?

        /// Something known of a person.
        public init(
            _ value: JSONValue, source: String? = nil, updatedAt: Instant? = nil, isSensitive: Bool = false,
            goodFor: Duration? = nil, confidence: Double? = nil
        ) {
            self.value = value
            self.source = source
            self.updatedAt = updatedAt
            self.isSensitive = isSensitive
            self.goodFor = goodFor
            self.confidence = confidence
        }
    }

    /// An IANA name, such as `Europe/Paris`.
    public var timeZone: String?
    /// Two capitals (ISO 3166).
    public var country: String?
    /// A language tag, such as `fr-FR`.
    public var locale: String?
    /// By channel.
    public var addresses: [String: String]
    /// `nil`: the policy's default; empty: none.
    public var quietHours: [Window]?
    /// Nothing is delivered before this instant, to those whose topic respects it.
    public var pausedUntil: Instant?
    /// By name.
    public var attributes: [String: Attribute]

    /// What is declared about a person.
    public init(
        timeZone: String? = nil, country: String? = nil, locale: String? = nil, addresses: [String: String] = [:],
        quietHours: [Window]? = nil, pausedUntil: Instant? = nil, attributes: [String: Attribute] = [:]
    ) {
        self.timeZone = timeZone
        self.country = country
        self.locale = locale
        self.addresses = addresses
        self.quietHours = quietHours
        self.pausedUntil = pausedUntil
        self.attributes = attributes
    }

    var json: JSON {
        var object = JSONObject()
        object["time_zone"] = timeZone.map(JSON.string)
        object["country"] = country.map(JSON.string)
        object["locale"] = locale.map(JSON.string)
        object["addresses"] = .object(JSONObject(addresses.mapValues(JSONValue.string)))
        object["quiet_hours"] = quietHours.map { .array($0.map(\.json)) }
        object["paused_until"] = pausedUntil.map { .string($0.description) }
        object["attributes"] = .object(JSONObject(attributes.mapValues(\.wire)))
        return .object(object)
    }

    init(_ members: Members) throws(TactError) {
        timeZone = try members.ifAny("time_zone", \.stringValue)
        country = try members.ifAny("country", \.stringValue)
        locale = try members.ifAny("locale", \.stringValue)
        addresses = try members.valuesByName("addresses", \.stringValue)
        quietHours = try members.listIfAny("quiet_hours", Window.init)
        pausedUntil = try members.ifAny("paused_until", Instant.init(json:))
        attributes = try members.objectsByName("attributes", Attribute.init)
    }
}

extension Recipient.Window {
    fileprivate var json: JSON {
        ["days": .array(days.map { .string($0.rawValue) }), "start": .string(start), "end": .string(end)]
    }

    fileprivate init(_ members: Members) throws(TactError) {
        days = try members.values("days") { $0.stringValue.flatMap(Recipient.Day.init) }
        start = try members.one("start", \.stringValue)
        end = try members.one("end", \.stringValue)
    }
}

extension Recipient.Attribute {
    fileprivate var wire: JSONValue {
        var members = ["value": value]
        members["source"] = source.map(JSONValue.string)
        members["updated_at"] = updatedAt.map { .string($0.description) }
        if isSensitive { members["sensitive"] = true }
        members["good_for"] = goodFor.map { .string($0.wireText) }
        members["confidence"] = confidence.map(JSONValue.number)
        return .object(members)
    }

    fileprivate init(_ members: Members) throws(TactError) {
        value = try members.one("value") { JSONValue($0) }
        source = try members.ifAny("source", \.stringValue)
        updatedAt = try members.ifAny("updated_at", Instant.init(json:))
        isSensitive = try members.ifAny("sensitive", \.boolValue) ?? false
        goodFor = try members.ifAny("good_for") { $0.stringValue.flatMap { Duration(wireText: $0) } }
        confidence = try members.ifAny("confidence", \.doubleValue)
    }
}
