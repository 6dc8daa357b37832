/// What is known of one recipient at the moment of deciding, and of the world around them.
package struct Situation: Sendable {
    /// A time zone with its name.
    package struct Zone: Sendable {
        package var name: String
        package var rules: ZoneRules

        package init(name: String, rules: ZoneRules) {
            self.name = name
            self.rules = rules
        }
    }

    /// The recipient's id, which spreads plans apart in a stable way.
    package var recipient: String
    /// The recipient's zone, or every zone that is plausible for them; empty: there is none to be had.
    package var zones: [Zone]
    /// Whether `zones` holds the one zone the recipient is taken to be in.
    package var zoneIsKnown: Bool
    /// The recipient's country, or the countries of all their zones; nil: nothing at all is known.
    package var countries: Set<String>?
    /// The quiet hours in force; nil: none.
    package var quietHours: WeeklyWindows?
    /// `.distantFuture`: until further notice.
    package var pausedUntil: Timestamp?
    /// What the person agreed to.
    package var consents: Consents
    /// What the person has chosen.
    package var preferences: Preferences
    /// Channels the recipient has an address for.
    package var addresses: Set<String>
    /// Channels whose address turned out to be dead.
    package var closedAddresses: Set<String>
    /// The attributes that have a value which shows; only where anything might use them.
    package var attributes: [String: AttributeFact]
    /// When the recipient's calendars say busy.
    package var busy: BusyIntervals
    /// Channels an operator holds.
    package var heldChannels: Set<String>
    /// Topics that are stopped.
    package var heldTopics: Set<String>
    /// Subjects that are done, and until when new messages about them are refused.
    package var completedSubjects: [String: Timestamp]
    /// What has reached the recipient, by fingerprint.
    package var told: [String: [Told]]

    /// A message that went out, and when.
    package struct Told: Sendable, Hashable {
        package var message: Int64
        package var at: Timestamp
        /// False while it is on its way, or will be tried again.
        package var isCertain: Bool

        package init(message: Int64, at: Timestamp, isCertain: Bool) {
            self.message = message
            self.at = at
            self.isCertain = isCertain
        }
    }

    package init(
        recipient: String, zones: [Zone] = [], zoneIsKnown: Bool = false, countries: Set<String>? = nil,
        quietHours: WeeklyWindows? = nil, pausedUntil: Timestamp? = nil, consents: Consents = Consents(),
        preferences: Preferences = Preferences(), addresses: Set<String> = [], closedAddresses: Set<String> = [],
        attributes: [String: AttributeFact] = [:], busy: BusyIntervals = BusyIntervals(),
        heldChannels: Set<String> = [],
        heldTopics: Set<String> = [],
        completedSubjects: [String: Timestamp] = [:], told: [String: [Told]] = [:]
    ) {
        self.recipient = recipient
        self.zones = zones
        self.zoneIsKnown = zoneIsKnown
        self.countries = countries
        self.quietHours = quietHours
        self.pausedUntil = pausedUntil
        self.consents = consents
        self.preferences = preferences
        self.addresses = addresses
        self.closedAddresses = closedAddresses
        self.attributes = attributes
        self.busy = busy
        self.heldChannels = heldChannels
        self.heldTopics = heldTopics
        self.completedSubjects = completedSubjects
        self.told = told
    }
}
