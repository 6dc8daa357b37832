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

/// A recipient's id, byte for byte: Swift takes strings for the same that SQLite tells apart.
struct RecipientKey: Hashable {
    private let id: String

    init(_ id: String) { self.id = id }

    static func == (a: RecipientKey, b: RecipientKey) -> Bool { a.id.utf8.elementsEqual(b.id.utf8) }

    func hash(into hasher: inout Hasher) {
        var id = id
        id.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

/// The desks in memory. Two generations: what was not used while the younger filled up is let go.
struct Desks {
    /// How many pending messages, deliveries and busy intervals one generation holds, roughly.
    private static let capacity = 100_000

    private var young: [RecipientKey: Desk] = [:]
    private var old: [RecipientKey: Desk] = [:]
    private var weight = 0

    mutating func find(_ id: String) -> Desk? {
        let key = RecipientKey(id)
        if let desk = young[key] { return desk }
        guard let desk = old.removeValue(forKey: key) else { return nil }
        insert(desk)
        return desk
    }

    mutating func insert(_ desk: Desk) {
        young[RecipientKey(desk.recipient.id)] = desk
        weight += 16 + desk.agenda.weight
        if weight > Desks.capacity {
            old = young
            young = [:]
            weight = 0
        }
    }

    mutating func removeAll() {
        young = [:]
        old = [:]
        weight = 0
    }
}
