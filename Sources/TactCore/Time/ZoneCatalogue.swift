/// What the tz database's tables say about zones and countries. A pure value, made from the tables' bytes; a table
/// that is absent is an empty one, and a line that is not understood is passed over.
package struct ZoneCatalogue: Sendable, Equatable {
    /// As in `tzdata.zi`, `2026f` for instance; nil where unknown.
    package let version: String?
    /// Aliases: the name of each link with the name it stands for.
    package let links: [String: String]
    /// English names of countries by their ISO 3166 code.
    package let countryNames: [String: String]

    private let zonesSince1970: CountryTable
    private let zonesOfOneCountry: CountryTable

    /// The contents of `tzdata.zi`, `zone1970.tab`, `zone.tab` and `iso3166.tab`.
    package init(
        tzdata: [UInt8] = [], zone1970: [UInt8] = [], zone: [UInt8] = [], iso3166: [UInt8] = []
    ) {
        version = Self.version(ofTzdata: tzdata)
        links = Self.links(ofTzdata: tzdata)
        zonesSince1970 = CountryTable(tab: zone1970)
        zonesOfOneCountry = CountryTable(tab: zone)
        var names: [String: String] = [:]
        for fields in tabbedLines(iso3166) where fields.count == 2 { names[fields[0]] = fields[1] }
        countryNames = names
    }

    /// The zones that `zone1970.tab` lists for a country (`FR`, in either case), in its order; empty if none.
    package func zones(ofCountry code: String) -> [String] { zonesSince1970.zones[code.uppercased()] ?? [] }

    /// The countries a zone belongs to: those of `zone1970.tab`, else of `zone.tab`, else of the zone that the name is
    /// a link to. Empty for zones of no country, such as `Etc/UTC`.
    package func countries(ofZone name: String) -> [String] {
        var name = name
        // A link to a link is allowed, a ring of them is not: eight are more than there ever were.
        for _ in 0..<8 {
            if let countries = zonesSince1970.countries[name] ?? zonesOfOneCountry.countries[name] { return countries }
            guard let target = links[name] else { return [] }
            name = target
        }
        return []
    }

    /// The version in the first line of `tzdata.zi`: `# version 2026f`.
    package static func version(ofTzdata bytes: [UInt8]) -> String? {
        let line = String(decoding: bytes.prefix(80).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        guard let version = line.split(separator: " ").last, line == "# version \(version)" else { return nil }
        return String(version)
    }

    /// The lines `L target name`.
    private static func links(ofTzdata bytes: [UInt8]) -> [String: String] {
        var links: [String: String] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: "L ".utf8) {
            let fields = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            if fields.count == 3 { links[fields[2]] = fields[1] }
        }
        return links
    }
}

/// `zone1970.tab` or `zone.tab`: countries (separated by commas), coordinates, zone, and perhaps a comment.
private struct CountryTable: Sendable, Equatable {
    var zones: [String: [String]] = [:]
    var countries: [String: [String]] = [:]

    init(tab bytes: [UInt8]) {
        for fields in tabbedLines(bytes) where fields.count >= 3 {
            let codes = fields[0].split(separator: ",").map(String.init)
            countries[fields[2], default: []] += codes
            for code in codes { zones[code, default: []].append(fields[2]) }
        }
    }
}

/// The fields of each line that is not a comment.
private func tabbedLines(_ bytes: [UInt8]) -> [[String]] {
    bytes.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }.map { line in
        line.split(separator: UInt8(ascii: "\t")).map { String(decoding: $0, as: UTF8.self) }
    }
}
