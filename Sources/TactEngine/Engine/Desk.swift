import TactCore
import TactStore

/// One recipient's affairs, ready for deciding: what is stored of them, and their agenda.
final class Desk {
    var recipient: StoredRecipient
    /// Channel to address.
    var addresses: [String: String]
    var agenda: Agenda
    /// The agenda counts the deliveries from here on.
    let since: Timestamp
    /// How far back a delivery can matter to it.
    private let reach: Duration
    /// What it weighed when it was last looked at.
    fileprivate var weight = 0

    init(recipient: StoredRecipient, addresses: [String: String], agenda: Agenda, since: Timestamp) {
        self.recipient = recipient
        self.addresses = addresses
        self.agenda = agenda
        self.since = since
        reach = agenda.policy.longestCap
    }

    /// Whether the agenda knows the deliveries that matter now, and few that are long over. It does not after the clock
    /// was set back, or when much time has passed.
    func serves(_ now: Timestamp) -> Bool {
        since <= now - reach && now - reach - since <= Desk.surplus
    }

    /// How much longer than needed deliveries are kept in memory.
    private static let surplus = Duration.days(2)
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
    private static let capacity = 40_000

    private var young: [RecipientKey: Desk] = [:]
    private var old: [RecipientKey: Desk] = [:]
    /// The same desks by the recipients' numbers: what is stored of a message says no more of whose it is.
    private var youngByNumber: [Int64: Desk] = [:]
    private var oldByNumber: [Int64: Desk] = [:]
    private var weight = 0

    /// The desk of a recipient, if it is in memory and of use now.
    mutating func find(_ id: String, now: Timestamp) -> Desk? {
        let key = RecipientKey(id)
        return (young[key] ?? old[key]).flatMap { use($0, key, now: now) }
    }

    mutating func find(number: Int64, now: Timestamp) -> Desk? {
        (youngByNumber[number] ?? oldByNumber[number]).flatMap {
            use($0, RecipientKey($0.recipient.id), now: now)
        }
    }

    private mutating func use(_ desk: Desk, _ key: RecipientKey, now: Timestamp) -> Desk? {
        if old.removeValue(forKey: key) != nil { oldByNumber[desk.recipient.number] = nil }
        guard desk.serves(now) else {
            remove(desk)
            return nil
        }
        keep(desk, key)
        return desk
    }

    mutating func insert(_ desk: Desk) { keep(desk, RecipientKey(desk.recipient.id)) }

    /// Agendas grow while they are used, so each is weighed whenever it is asked for.
    private mutating func keep(_ desk: Desk, _ key: RecipientKey) {
        let known = young.updateValue(desk, forKey: key) == nil ? 0 : desk.weight
        youngByNumber[desk.recipient.number] = desk
        desk.weight = 16 + desk.agenda.weight
        weight += desk.weight - known
        if weight > Desks.capacity {
            (old, oldByNumber) = (young, youngByNumber)
            (young, youngByNumber) = ([:], [:])
            weight = 0
        }
    }

    mutating func remove(_ desk: Desk) {
        let (key, number) = (RecipientKey(desk.recipient.id), desk.recipient.number)
        if young.removeValue(forKey: key) != nil { weight -= desk.weight }
        old[key] = nil
        youngByNumber[number] = nil
        oldByNumber[number] = nil
    }

    mutating func remove(number: Int64) {
        if let desk = youngByNumber[number] ?? oldByNumber[number] { remove(desk) }
    }

    mutating func removeAll() {
        (young, youngByNumber) = ([:], [:])
        (old, oldByNumber) = ([:], [:])
        weight = 0
    }
}
