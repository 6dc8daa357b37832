import TactCore
import TactStore

/// One recipient's affairs, ready for deciding: what is stored of them, and their agenda.
final class Desk {
    var recipient: StoredRecipient
    /// Channel to address.
    var addresses: [String: String]
    var agenda: Agenda

    init(recipient: StoredRecipient, addresses: [String: String], agenda: Agenda) {
        self.recipient = recipient
        self.addresses = addresses
        self.agenda = agenda
    }
}

/// The desks in memory. Two generations: what was not used while the younger filled up is let go.
struct Desks {
    /// How many pending messages, deliveries and busy intervals one generation holds, roughly.
    private static let capacity = 100_000

    private var young: [String: Desk] = [:]
    private var old: [String: Desk] = [:]
    private var weight = 0

    mutating func find(_ id: String) -> Desk? {
        if let desk = young[id] { return desk }
        guard let desk = old.removeValue(forKey: id) else { return nil }
        insert(desk)
        return desk
    }

    mutating func insert(_ desk: Desk) {
        young[desk.recipient.id] = desk
        weight += 16 + desk.agenda.weight
        if weight > Desks.capacity {
            old = young
            young = [:]
            weight = 0
        }
    }

    mutating func remove(_ id: String) {
        young[id] = nil
        old[id] = nil
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
        weight = 0
    }
}
