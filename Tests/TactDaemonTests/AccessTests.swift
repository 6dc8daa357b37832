import Synchronization
import TactEngine
import Testing

@testable import TactDaemon

@Suite struct AccessTests {
    private static let rules = AccessRules(entries: [
        .submit: [.group("apps"), .user("shop")], .work: [.uid(7)],
        .operate: [.gid(50), .group("apps"), .group("none")], .administer: [.user("boss")],
    ])

    private func peer(_ uid: UInt32, _ name: String, _ groups: UInt32...) -> Peer {
        Peer(uid: uid, gid: groups.first ?? 99, supplementaryGroups: Array(groups.dropFirst()), name: name)
    }

    @Test func rolesAreThoseOfTheUserAndOfAllItsGroups() {
        let access = Access(AccessTests.rules, ownUser: 3) { $0 == "apps" ? 60 : nil }
        #expect(access.roles(of: peer(0, "root")) == .all)
        #expect(access.roles(of: peer(3, "tact")) == .all)
        #expect(access.roles(of: peer(5, "boss")) == .all)
        #expect(access.roles(of: peer(5, "shop")) == .submit)
        #expect(access.roles(of: peer(5, "x", 60)) == [.submit, .operate])
        #expect(access.roles(of: peer(7, "x", 1, 2, 50)) == [.work, .operate])
        #expect(access.roles(of: peer(50, "apps", 7)) == [])
        #expect(access.unknownGroups == ["none"])
    }

    /// Whoever asks for roles is an event loop, and the name service may ask the network.
    @Test func theNameServiceIsAskedWhenRulesComeAndNeverAfterwards() {
        let asked = Mutex<[String]>([])
        let access = Access(AccessTests.rules, ownUser: 3) { name in
            asked.withLock { $0.append(name) }
            return 60
        }
        let before = asked.withLock { $0.count }
        #expect(before == 3)
        for uid in 0..<100 as Range<UInt32> { _ = access.roles(of: peer(uid, "x\(uid)", uid, 60)) }
        #expect(asked.withLock { $0.count } == before)
        access.adopt(AccessRules(entries: [.work: [.group("workers")]]))
        #expect(asked.withLock { $0.last } == "workers")
        #expect(access.roles(of: peer(9, "x", 60)) == .work)
    }
}
