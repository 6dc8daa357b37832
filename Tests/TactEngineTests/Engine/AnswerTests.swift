import TactCore
import TactEngine
import Testing

@Suite struct AnswerTests {
    /// Readers tell times by the tz database they bring, and never look at the engine's, which the writer may be
    /// replacing at that moment.
    @Test func aMessageIsToldByTheZonesOfWhoeverAsks() throws {
        let office = try Office(
            Office.basic + """

                [quiet_hours]
                default = [{ days = ["mon"], start = "00:00", end = "24:00" }]
                [time_zone]
                unknown = "Europe/Paris"
                """)
        let message = try office.offer()
        let folder = try ZoneFolder.standard()
        try folder.write("Europe/Paris", ZoneFolder.tzif("CET-3"))
        let others = try ZoneDatabase(directory: folder.path)
        func told(_ zones: ZoneDatabase) throws -> String {
            try office.store.read { session in
                let stored = try #require(try session.message(message.stored.message.number))
                return try office.engine.fullAnswer(stored, session, zones: zones).findings?.map(\.text).joined() ?? ""
            }
        }
        let own = try told(office.engine.zones)
        #expect(own.contains("Tue 3 Mar 00:00 (Europe/Paris)"), "\(own)")
        let other = try told(others)
        #expect(other.contains("Tue 3 Mar 02:00 (Europe/Paris)"), "\(other)")
    }
}
