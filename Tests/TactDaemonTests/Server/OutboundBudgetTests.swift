import Synchronization
import TactDaemon
import Testing

@Suite
struct OutboundBudgetTests {
    static func budget(perConnection: Int, inAll: Int, reserve: Int) -> OutboundBudget {
        var limits = OutboundBudget.Limits()
        limits.perConnection = perConnection
        limits.inAll = inAll
        limits.reserve = reserve
        return OutboundBudget(limits: limits)
    }

    @Test func aConnectionIsHeldAtItsBoundAndLetGoAtHalf() {
        let account = Self.budget(perConnection: 100, inAll: 1000, reserve: 10).openAccount()
        account.charge(100)
        #expect(!account.isExhausted)
        account.charge(1)
        #expect(account.isExhausted)
        account.settle(50)
        #expect(!account.hasRoomAgain)
        #expect(account.isBoundByItself)
        account.settle(1)
        #expect(account.hasRoomAgain)
    }

    @Test func whatAllHoldBindsOnlyThoseAboveTheReserve() {
        let budget = Self.budget(perConnection: 100, inAll: 150, reserve: 10)
        let (first, second, third) = (budget.openAccount(), budget.openAccount(), budget.openAccount())
        first.charge(100)
        second.charge(51)
        third.charge(10)
        #expect(first.isExhausted && second.isExhausted && !third.isExhausted)
        first.settle(100)
        #expect(!second.isExhausted)
        #expect(budget.unreadBytes == 61)
    }

    @Test func whoWaitsForOthersIsWokenOnceWhenTheySettle() {
        let budget = Self.budget(perConnection: 100, inAll: 150, reserve: 10)
        let (first, second) = (budget.openAccount(), budget.openAccount())
        first.charge(100)
        second.charge(60)
        let woken = Atomic<Int>(0)
        first.whenOthersSettle { woken.add(1, ordering: .relaxed) }
        second.settle(5)
        #expect(woken.load(ordering: .relaxed) == 0)
        second.settle(5)
        #expect(woken.load(ordering: .relaxed) == 1)
        second.charge(50)
        second.settle(50)
        #expect(woken.load(ordering: .relaxed) == 1)
        first.whenOthersSettle { woken.add(1, ordering: .relaxed) }
        #expect(woken.load(ordering: .relaxed) == 2, "within bounds already")
    }
}
