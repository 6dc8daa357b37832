import TactCore
import Testing

@Suite struct ZoneNameTests {
    @Test(arguments: [
        "Europe/Paris", "America/Argentina/ComodRivadavia", "Etc/GMT+0", "GMT-0", "EST5EDT", "UTC", "W-SU",
    ])
    func namesOfTheDatabaseArePlausible(_ name: String) throws {
        try ZoneName.check(name)
    }

    @Test(arguments: [
        "", "/etc/passwd", "../passwd", "Europe/../../etc/passwd", "Europe//Paris", "Europe/", "./UTC",
        "Europe/.hidden",
        "-rf", "Europe/-x", "posix/Europe/Paris", "right/UTC", "localtime", "posixrules", "Europe/Paris\0",
        "Europe Paris",
        "Europe\\Paris", "Zürich", "a\n", String(repeating: "a", count: 65),
    ])
    func pathsAndOddNamesAreNot(_ name: String) {
        #expect(throws: ZoneName.Implausible.self) { try ZoneName.check(name) }
    }

    @Test(arguments: [
        ("Paris", "Europe/Paris"), ("europe/paris", "Europe/Paris"), ("Europe/Pari", "Europe/Paris"),
        ("America/New York", "America/New_York"), ("Amercia/Chicago", "America/Chicago"),
        ("new-york", "America/New_York"),
        ("Asia/Calcuta", "Asia/Calcutta"), ("utc", "UTC"), ("Berlin", "Europe/Berlin"), ("US/Paris", "Europe/Paris"),
    ])
    func theNearestNameIsSuggestedFirst(_ name: String, _ meant: String) {
        let suggestions = ZoneName.suggestions(for: name, among: SystemZones.names)
        #expect(suggestions.first == meant, "\(suggestions)")
        #expect(suggestions.count <= 3)
    }

    @Test func nothingIsSuggestedForNonsense() {
        #expect(ZoneName.suggestions(for: "", among: SystemZones.names).isEmpty)
        #expect(ZoneName.suggestions(for: "Middle-earth/Hobbiton", among: SystemZones.names).isEmpty)
        #expect(ZoneName.suggestions(for: String(repeating: "Paris", count: 9999), among: SystemZones.names).isEmpty)
    }
}

@Suite struct ZoneCatalogueTests {
    private let catalogue = ZoneCatalogue(
        tzdata: Array(
            "# version 2026f\nZ Europe/Paris 0:9:21 - LMT 1891\nL Europe/Berlin Europe/Oslo\nL X Y\nL Y X\n".utf8),
        zone1970: Array(
            """
            #codes\tcoordinates\tTZ\tcomments
            DE,DK,NO\t+5230+01322\tEurope/Berlin\tmost of Germany
            CH,DE,LI\t+4723+00832\tEurope/Zurich\tBüsingen
            broken line

            """.utf8),
        zone: Array("DE\t+5230+01322\tEurope/Berlin\nDK\t+5540+01235\tEurope/Copenhagen\n".utf8),
        iso3166: Array("#code\tname\nDE\tGermany\nCI\tCôte d'Ivoire\n".utf8))

    @Test func countriesAndZonesFindEachOther() {
        #expect(catalogue.version == "2026f")
        #expect(catalogue.zones(ofCountry: "de") == ["Europe/Berlin", "Europe/Zurich"])
        #expect(catalogue.zones(ofCountry: "DK") == ["Europe/Berlin"])
        #expect(catalogue.zones(ofCountry: "XX").isEmpty)
        #expect(catalogue.countries(ofZone: "Europe/Berlin") == ["DE", "DK", "NO"])
        #expect(catalogue.countries(ofZone: "Europe/Copenhagen") == ["DK"])
        #expect(catalogue.countries(ofZone: "Europe/Oslo") == ["DE", "DK", "NO"])
        #expect(catalogue.countries(ofZone: "Etc/UTC").isEmpty)
        #expect(catalogue.countries(ofZone: "X").isEmpty)
        #expect(catalogue.links["Europe/Oslo"] == "Europe/Berlin")
        #expect(catalogue.countryNames["CI"] == "Côte d'Ivoire")
    }

    @Test func absentTablesAreEmptyOnes() {
        let nothing = ZoneCatalogue()
        #expect(nothing.version == nil)
        #expect(nothing.zones(ofCountry: "DE").isEmpty)
        #expect(ZoneCatalogue.version(ofTzdata: Array("# something else\n".utf8)) == nil)
    }

    @Test func theSystemsTablesAreRead() throws {
        let system = ZoneCatalogue(
            tzdata: SystemZones.bytes("tzdata.zi") ?? [], zone1970: SystemZones.bytes("zone1970.tab") ?? [],
            zone: SystemZones.bytes("zone.tab") ?? [], iso3166: SystemZones.bytes("iso3166.tab") ?? [])
        #expect(system.zones(ofCountry: "FR") == ["Europe/Paris"])
        #expect(system.zones(ofCountry: "US").contains("America/Los_Angeles"))
        #expect(system.countries(ofZone: "US/Pacific") == ["US"])
        #expect(system.countryNames["FR"] == "France")
    }
}
