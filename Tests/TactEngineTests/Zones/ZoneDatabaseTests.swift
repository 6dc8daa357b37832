import Foundation
import TactCore
import TactEngine
import Testing

@Suite struct ZoneDatabaseTests {
    private let now = Timestamp(seconds: 1_795_000_000)

    @Test func readsTheSystemsDatabase() throws {
        let zones = try systemZones.get()
        #expect(zones.names.count > 400)
        #expect(zones.warnings == [])
        #expect(zones.isKnown("Europe/Paris") && zones.isKnown("US/Eastern") && zones.isKnown("UTC"))
        #expect(zones.zone("US/Eastern")?.name == "US/Eastern")
        #expect(zones.rules("US/Eastern") == zones.rules("America/New_York"))
        #expect(zones.rules("Asia/Kathmandu")?.offset(at: now) == 20_700)
        #expect(!zones.hasChanged())
    }

    @Test(arguments: [
        "", "/etc/localtime", "../zoneinfo/Europe/Paris", "posix/Europe/Paris", "right/Europe/Paris", "localtime",
        "posixrules", "Europe/../Europe/Paris", "Europe", "Europe/", "tzdata.zi", "zone1970.tab", "leapseconds",
        "europe/paris", "Europe/Paris\0", "EUROPE/PARIS", ".", "Mars/Phobos",
    ])
    func knowsNoOtherNames(_ name: String) throws {
        let zones = try systemZones.get()
        #expect(!zones.isKnown(name))
        #expect(zones.rules(name) == nil)
    }

    @Test func suggestsWhatWasMeant() throws {
        let zones = try systemZones.get()
        #expect(zones.suggestions(for: "europe/paris").first == "Europe/Paris")
        #expect(zones.suggestions(for: "Kathmandu").first == "Asia/Kathmandu")
        #expect(zones.suggestions(for: "../../etc/passwd") == [])
    }

    @Test func knowsCountries() throws {
        let folder = try ZoneFolder.standard()
        let zones = try ZoneDatabase(directory: folder.path)
        #expect(zones.version == "2026a")
        #expect(zones.names == ["America/Denver", "America/New_York", "Europe/Paris", "Old/Paris"])
        #expect(zones.plausibleZones(country: "US").map(\.name) == ["America/New_York", "America/Denver"])
        #expect(zones.plausibleZones(country: "MC").map(\.name) == ["Europe/Paris"])
        #expect(zones.plausibleZones(country: "XX").isEmpty)
        #expect(zones.countries(ofZone: "Europe/Paris") == ["FR", "MC"])
        #expect(zones.countries(ofZone: "Old/Paris") == ["FR", "MC"])
        #expect(zones.countries(ofZone: "Etc/UTC") == [])
        #expect(zones.isCountry("FR") && !zones.isCountry("UK"))
    }

    @Test func oneCorruptZoneIsUnknownAndTheRestIsNot() throws {
        let folder = try ZoneFolder.standard()
        try folder.write("America/Denver", "TZif, or so it says")
        try folder.write("Asia/Nowhere", "")
        try folder.write("Asia/Large", [UInt8](repeating: 0, count: 300_000))
        try folder.link("Asia/Dangling", to: "../nothing")
        let zones = try ZoneDatabase(directory: folder.path)
        #expect(zones.names == ["America/New_York", "Europe/Paris", "Old/Paris"])
        #expect(zones.plausibleZones(country: "US").map(\.name) == ["America/New_York"])
        #expect(zones.warnings.count == 3)
        #expect(
            zones.warnings.first?.hasPrefix("\(folder.path)/America/Denver is no time zone that can be used: ") == true)
    }

    @Test func withoutTablesNothingIsPlausible() throws {
        let folder = try ZoneFolder.standard()
        try folder.remove("zone1970.tab")
        try folder.remove("iso3166.tab")
        let zones = try ZoneDatabase(directory: folder.path)
        #expect(zones.plausibleZones(country: "US").isEmpty)
        #expect(zones.isCountry("UK"))
        #expect(
            zones.warnings == [
                "cannot read \(folder.path)/zone1970.tab: there is no such file; without it no zone is plausible for a country"
            ])
    }

    @Test func saysWhyThereIsNone() throws {
        func reason(_ directory: String) -> String? {
            do throws(ZoneDatabase.Missing) {
                _ = try ZoneDatabase(directory: directory)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(
            reason("/nowhere")
                == "the tz database: cannot read /nowhere: there is no such file; install the package tzdata, or set "
                + "TZDIR to where it is")
        let folder = try ZoneFolder()
        #expect(reason(folder.path)?.contains("found no time zone in \(folder.path)") == true)
    }
}

/// A tzdata upgrade takes effect in a running daemon.
@Suite struct ZoneUpgradeTests {
    @Test func anUpgradeIsNoticed() throws {
        let folder = try ZoneFolder.standard()
        let before = try ZoneDatabase(directory: folder.path)
        #expect(!before.hasChanged())
        // As a package manager does it: new files take the places of the old.
        try folder.write("America/Denver", ZoneFolder.tzif("MDT6"))
        try folder.write("tzdata.zi", "# version 2026b\n")
        #expect(before.hasChanged())
        let after = try ZoneDatabase(directory: folder.path)
        #expect((before.version, after.version) == ("2026a", "2026b"))
        let t = Timestamp(seconds: 1_795_000_000)
        // Who holds the old one keeps it whole.
        #expect(before.rules("America/Denver")?.offset(at: t) == -7 * 3600)
        #expect(after.rules("America/Denver")?.offset(at: t) == -6 * 3600)
        #expect(!after.hasChanged())
    }

    @Test func aChangeUnderTheSameVersionIsNoticed() throws {
        let folder = try ZoneFolder.standard()
        let before = try ZoneDatabase(directory: folder.path)
        try folder.remove("America/Denver")
        #expect(before.hasChanged())
        let after = try ZoneDatabase(directory: folder.path)
        #expect(after.version == before.version)
        #expect(before.rules("America/Denver") != nil)
        #expect(after.rules("America/Denver") == nil)
    }

    @Test func withoutAVersionTheFilesTell() throws {
        let folder = try ZoneFolder.standard(version: nil)
        let before = try ZoneDatabase(directory: folder.path)
        #expect(before.version.hasPrefix("files-") && before.version.count == 22)
        #expect(try ZoneDatabase(directory: folder.path).version == before.version)
        try folder.write("America/Denver", ZoneFolder.tzif("MDT6"))
        #expect(before.hasChanged())
        #expect(try ZoneDatabase(directory: folder.path).version != before.version)
    }

    @Test func aFolderThatIsGoneForNowIsNoChange() throws {
        let folder = try ZoneFolder.standard()
        let zones = try ZoneDatabase(directory: folder.path)
        try FileManager.default.moveItem(atPath: folder.path, toPath: folder.path + "-away")
        #expect(!zones.hasChanged())
        try FileManager.default.moveItem(atPath: folder.path + "-away", toPath: folder.path)
        #expect(!zones.hasChanged())
    }
}
