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
    package var pausedUntil: Timestamp?
    /// Channels the recipient has an address for.
    package var addresses: Set<String>
    /// The attributes that have a value which shows; only where anything might use them.
    package var attributes: [String: AttributeFact]
    /// When the recipient's calendars say busy.
    package var busy: BusyIntervals
    /// Channels an operator holds.
    package var heldChannels: Set<String>
    /// Subjects that are done, and until when new messages about them are refused.
    package var completedSubjects: [String: Timestamp]

    package init(
        recipient: String, zones: [Zone] = [], zoneIsKnown: Bool = false, countries: Set<String>? = nil,
        quietHours: WeeklyWindows? = nil, pausedUntil: Timestamp? = nil, addresses: Set<String> = [],
        attributes: [String: AttributeFact] = [:], busy: BusyIntervals = BusyIntervals(),
        heldChannels: Set<String> = [],
        completedSubjects: [String: Timestamp] = [:]
    ) {
        self.recipient = recipient
        self.zones = zones
        self.zoneIsKnown = zoneIsKnown
        self.countries = countries
        self.quietHours = quietHours
        self.pausedUntil = pausedUntil
        self.addresses = addresses
        self.attributes = attributes
        self.busy = busy
        self.heldChannels = heldChannels
        self.completedSubjects = completedSubjects
    }
}
