import Glibc
import TactCore
import TactSettings

/// The system's tz database, as it was at one moment: every zone, every country. Immutable; when the files change,
/// another one is opened in its place.
package final class ZoneDatabase: Sendable {
    /// Why there is no database to be had.
    package enum Missing: Error, Hashable, Sendable, CustomStringConvertible {
        case unreadable(SmallFile.Unreadable)
        case noZones(directory: String)

        package var description: String {
            switch self {
            case .unreadable(let reason):
                "the tz database: \(reason); install the package tzdata, or set TZDIR to where it is"
            case .noZones(let directory):
                "the tz database: found no time zone in \(directory); install the package tzdata, or set TZDIR to "
                    + "where it is"
            }
        }
    }

    package let directory: String
    /// As the first line of `tzdata.zi` has it: `2026f`. Where that is absent, a mark made of the files' sizes and
    /// times, `files-` and 16 hexadecimal digits.
    package let version: String
    /// Every name that can be used, aliases too, in order.
    package let names: [String]
    /// What is wrong with the files, one plain sentence each. A zone whose file is corrupt is not known.
    package let warnings: [String]
    /// What the tables say about zones and countries.
    package let catalogue: ZoneCatalogue

    private let zones: [String: ZoneRules]
    private let files: ZoneFiles
    /// Of the folders and `tzdata.zi`, before anything was read.
    private let glance: Fingerprint

    /// Bounds on one compiled zone and on one table, in bytes. The largest of 2026f have 4 and 110 KiB.
    private static let largestZone = 256 * 1024
    private static let largestTable = 4 * 1024 * 1024

    /// `TZDIR`, else `/usr/share/zoneinfo`.
    package static var systemDirectory: String {
        guard let value = getenv("TZDIR"), value.pointee != 0 else { return "/usr/share/zoneinfo" }
        return String(cString: value)
    }

    /// Reads every zone of the database in `directory`.
    package init(directory: String = ZoneDatabase.systemDirectory) throws(Missing) {
        let files: ZoneFiles
        do { files = try ZoneFiles(directory: directory) } catch { throw .unreadable(error) }
        let glance = ZoneFiles.glance(at: files.directories, tzdata: directory + "/tzdata.zi")
        var warnings: [String] = []
        let zones = Self.load(files.candidates, in: directory, warnings: &warnings)
        guard !zones.isEmpty else { throw .noZones(directory: directory) }
        let catalogue = ZoneCatalogue(
            tzdata: Self.table("tzdata.zi", in: directory, isNeeded: false, warnings: &warnings),
            zone1970: Self.table("zone1970.tab", in: directory, isNeeded: true, warnings: &warnings),
            zone: Self.table("zone.tab", in: directory, isNeeded: false, warnings: &warnings),
            iso3166: Self.table("iso3166.tab", in: directory, isNeeded: false, warnings: &warnings))
        self.directory = directory
        self.zones = zones
        self.names = zones.keys.sorted()
        self.catalogue = catalogue
        self.files = files
        self.glance = glance
        self.version = catalogue.version ?? "files-" + files.mark.text
        self.warnings = warnings
    }

    private static func load(
        _ files: [ZoneFiles.File], in directory: String, warnings: inout [String]
    ) -> [String: ZoneRules] {
        var zones: [String: ZoneRules] = [:]
        var byIdentity: [ZoneFiles.File.Identity: ZoneRules] = [:]
        for file in files {
            // Names of one file share its rules.
            if let known = byIdentity[file.identity] {
                zones[file.name] = known
                continue
            }
            do {
                let rules = try ZoneRules(tzif: try SmallFile.read(directory + "/" + file.name, limit: largestZone))
                zones[file.name] = rules
                byIdentity[file.identity] = rules
            } catch {
                warnings.append("\(directory)/\(file.name) is no time zone that can be used: \(error)")
            }
        }
        return zones
    }

    private static func table(
        _ name: String, in directory: String, isNeeded: Bool, warnings: inout [String]
    ) -> [UInt8] {
        do throws(SmallFile.Unreadable) {
            return try SmallFile.read(directory + "/" + name, limit: largestTable)
        } catch {
            if isNeeded { warnings.append("\(error); without it no zone is plausible for a country") }
            return []
        }
    }
}

// MARK: - Questions

extension ZoneDatabase {
    /// The rules of a zone or alias; nil if the database has no such name, or could not read it.
    package func rules(_ name: String) -> ZoneRules? { zones[name] }

    /// The zone under the name that was asked for.
    package func zone(_ name: String) -> Situation.Zone? {
        zones[name].map { Situation.Zone(name: name, rules: $0) }
    }

    package func isKnown(_ name: String) -> Bool { zones[name] != nil }

    /// At most three names that `name` was perhaps meant to be, the likeliest first.
    package func suggestions(for name: String) -> [String] { ZoneName.suggestions(for: name, among: names) }

    /// The zones that `zone1970.tab` lists for a country, in its order, without those that could not be read.
    package func plausibleZones(country: String) -> [Situation.Zone] {
        catalogue.zones(ofCountry: country).compactMap(zone)
    }

    /// The ISO 3166-1 codes of the countries that a zone belongs to; empty for zones of no country.
    package func countries(ofZone name: String) -> Set<String> { Set(catalogue.countries(ofZone: name)) }

    /// Whether `iso3166.tab` lists the code; true for all where there is no such table.
    package func isCountry(_ code: String) -> Bool {
        catalogue.countryNames.isEmpty || catalogue.countryNames[code] != nil
    }
}

// MARK: - Change

extension ZoneDatabase {
    /// Whether the files are other than those this was read from. Opens none. Where `tzdata.zi` is, it and the folders
    /// are looked at (0.1 ms), else every file (some ms). False when the folder cannot be read just now.
    package func hasChanged() -> Bool {
        guard catalogue.version == nil else {
            var status = stat()
            return stat(directory, &status) == 0
                && ZoneFiles.glance(at: files.directories, tzdata: directory + "/tzdata.zi") != glance
        }
        do throws(SmallFile.Unreadable) {
            return try ZoneFiles(directory: directory).mark != files.mark
        } catch {
            return false
        }
    }
}
