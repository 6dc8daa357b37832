import TactAPI
import TactCore
import TactEngine
import TactStore
import Testing

@Suite struct BootTests {
    /// A machine that was up for a hundred days is started anew.
    @Test(arguments: [true, false]) func leasesOfAnEarlierBootLapseAtOnce(bootIsKnown: Bool) throws {
        let office = try Office(Office.basic)
        let message = try office.offer()
        var moment = Moment(now: office.now, steady: Timestamp(seconds: 100 * 86_400), boot: 1)
        let order = Engine.Order(channels: ["push"], max: 1, length: .minutes(1))
        #expect(try office.store.write { try office.engine.release(order, $0, moment) }.count == 1)
        moment = Moment(now: office.now + .minutes(1), steady: Timestamp(seconds: 60), boot: bootIsKnown ? 2 : 1)
        try office.store.write { try office.engine.adoptLeases($0, moment) }
        _ = try office.store.write { try office.engine.tick($0, moment) }
        #expect(try office.state(message) == .pending)
    }
}
