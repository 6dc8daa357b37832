/// Weekly local windows outside which policy or law forbids sending.
package struct SendWindow: Sendable {
    package var name: String
    /// Filters; empty means all. Countries are ISO 3166-1 alpha-2, upper case.
    package var countries: Set<String>
    package var channels: Set<String>
    package var kinds: Set<Topic.Kind>
    package var topics: Set<String>
    package var windows: WeeklyWindows

    package init(
        name: String, countries: Set<String> = [], channels: Set<String> = [], kinds: Set<Topic.Kind> = [],
        topics: Set<String> = [], windows: WeeklyWindows
    ) {
        self.name = name
        self.countries = countries
        self.channels = channels
        self.kinds = kinds
        self.topics = topics
        self.windows = windows
    }
}
