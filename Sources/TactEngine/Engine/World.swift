import TactCore
import TactStore

/// What the tz database and the policy say of a recipient's whereabouts.
extension ZoneDatabase {
    /// The zones that bind a recipient: their own if it is known, else what policy puts in its place.
    func zones(of recipient: StoredRecipient, under policy: Policy) -> (zones: [Situation.Zone], isKnown: Bool) {
        if let name = recipient.timeZone, let zone = zone(name) { return ([zone], true) }
        switch policy.unknownZone {
        case .hold: return ([], false)
        case .named(let name): return zone(name).map { ([$0], true) } ?? ([], false)
        case .plausible:
            let ofCountry = recipient.country.map { plausibleZones(country: $0) } ?? []
            return (ofCountry.isEmpty ? policy.plausibleZones.compactMap(zone) : ofCountry, false)
        }
    }

    /// The recipient's country, else those of their zones; nil: nothing is known.
    func countries(of recipient: StoredRecipient, zones: [Situation.Zone]) -> Set<String>? {
        if let country = recipient.country { return [country] }
        let countries = Set(zones.flatMap { self.countries(ofZone: $0.name) })
        return zones.isEmpty ? nil : countries
    }
}
