import Crypto
import FoundationEssentials
import Synchronization
import TactCore

/// The recipients' keys. What is personal is sealed with the key of the person it is about; whoever destroys that key has
/// erased the person, in the database, in its log, and in every copy there ever was of them.
///
/// The keys lie in a file of their own beside the database, each wrapped by a master key that comes from outside. Used on
/// the writer's thread and by readers alike.
package final class Vault: Sendable {
    struct State {
        /// nil: in memory alone.
        var file: KeysFile?
        /// The first is in force. Behind those from outside comes the file's own, as long as it lies there.
        var masters: [MasterKey] = []
        /// Whether the master key comes from outside.
        var isSealed = false
        /// nil: in memory alone.
        var list: ErasureList?
        var cache = KeyCache()
        /// Drawn ahead and on disk, for recipients still to come.
        var ready: [Int64: SymmetricKey] = [:]
        /// Where there is no file: all keys, and who was erased.
        var kept: [Int64: SymmetricKey] = [:]
        var erased: Set<Int64> = []
        /// The highest number that has a key, or had one.
        var last: Int64 = 0
        /// How many keys are wrapped by each master key.
        var wrappedBy: [MasterKey.Tag: Int] = [:]
        /// Keys that are known to be damaged.
        var damaged: Set<Int64> = []
        /// How far the wrapping anew has come.
        var rewrapped: Int64 = 0
        /// What the copy of the keys does not have yet.
        var isCopyOld = true
    }

    let state: Mutex<State>
    /// Held while the copy of the keys is replaced.
    let copying = Mutex<Void>(())
    let secret: SymmetricKey
    private let nonces = Nonces()
    /// What stands for words in the database.
    package let hash: KeyedHash
    let chainKey: SymmetricKey
    /// Which database the keys belong to: that one keeps the same number.
    package let id: Int64
    package let path: String?

    init(id: Int64, secret: SymmetricKey, state: State) {
        self.id = id
        self.secret = secret
        hash = KeyedHash(secret)
        chainKey = HKDF.key("tact audit", from: secret)
        path = state.file?.path
        self.state = Mutex(state)
    }

    /// Keys that go with the process: for simulations and tests.
    package convenience init(inMemory id: Int64) {
        self.init(id: id, secret: SymmetricKey(size: .bits256), state: State())
    }

    /// Whether the master key comes from outside. If not, whoever has the disk has the keys: only backups are protected.
    package var isSealed: Bool { state.withLock { $0.isSealed } }

    /// A key for another use, the same every time.
    package func derivedKey(_ purpose: String) -> SymmetricKey { HKDF.key("tact key for \(purpose)", from: secret) }

    /// The highest number that has a key, or had one: some are drawn ahead.
    package var last: Int64 { state.withLock { $0.last } }

    package func isErased(_ number: Int64) -> Bool { state.withLock { $0.erased.contains(number) } }

    /// All whose keys were destroyed.
    package var erased: [Int64] { state.withLock { $0.erased.sorted() } }

    // MARK: Keys

    /// How many keys are drawn at once. They are on disk before the first of them is used, so that no new recipient waits
    /// for the disk because of their key.
    private static let drawn: Int64 = 512

    /// Sees to it that a newcomer has a key, and that it is on disk.
    package func provide(for number: Int64) throws(VaultError) {
        try state.withLock { state throws(VaultError) in
            guard let master = state.masters.first, state.file != nil else {
                state.kept[number] = SymmetricKey(size: .bits256)
                state.last = max(state.last, number)
                return
            }
            if let key = state.ready.removeValue(forKey: number) { return state.cache.insert(key, number) }
            if number > state.last { return try state.draw(number...number + Vault.drawn, by: master, nonces) }
            // Drawn by an earlier process. Not all of them need have come to the disk, or be as they were: nobody has
            // this one yet.
            guard let file = state.file else { return }
            let slot = try? file.slot(number)
            if slot == .erased { return }
            if let slot, let key = try? state.unwrap(slot, number) { return state.cache.insert(key, number) }
            try state.draw(number...number, by: master, nonces)
            if case .key(let tag, _) = slot { state.uncount(tag) }
        }
    }

    /// nil: the recipient was erased.
    func key(of number: Int64) throws(VaultError) -> SymmetricKey? {
        try state.withLock { state throws(VaultError) in
            if let key = state.cache.find(number) { return key }
            if let key = state.kept[number] ?? state.ready[number] { return key }
            if state.erased.contains(number) { return nil }
            guard let file = state.file else { throw .noKey(recipient: number) }
            // One that the disk does not give back is its own recipient's trouble.
            guard let slot = try? file.slot(number) else { throw .damagedKey(recipient: number) }
            guard let key = try state.unwrap(slot, number) else { return nil }
            state.cache.insert(key, number)
            return key
        }
    }

    /// Whether a recipient's key is there, whole and on disk: what is in memory is not asked.
    package func hasKey(_ number: Int64) -> Bool {
        state.withLock { state in
            guard let file = state.file else { return state.kept[number] != nil }
            guard let slot = try? file.slot(number), let key = try? state.unwrap(slot, number) else { return false }
            return key.bitCount == 256
        }
    }

    /// What a wrapped key is bound to: it is of no use in another slot.
    static func place(_ number: Int64) -> [UInt8] { Array("slot".utf8) + number.bytes }

    // MARK: Sealing

    /// What is sealed, and so where it may be opened.
    package enum Kind: UInt8, Sendable {
        case recipient = 1
        case message, content, entry, attempt, calendar, busy, consent, preferences, event, because, rendering
    }

    /// Seals bytes about a recipient for one row of one table.
    package func seal(_ bytes: [UInt8], _ kind: Kind, _ row: Int64, of recipient: Int64) throws(VaultError) -> Data {
        guard let key = try key(of: recipient) else { throw .noKey(recipient: recipient) }
        do {
            let box = try AES.GCM.seal(
                bytes, using: key, nonce: nonces.next(), authenticating: Vault.binding(kind, row))
            guard let combined = box.combined else { throw VaultError.failed("a nonce has another length") }
            return combined
        } catch {
            throw .failed("sealing failed (\(error))")
        }
    }

    /// nil: the recipient was erased.
    package func open(_ sealed: Data, _ kind: Kind, _ row: Int64, of recipient: Int64) throws(VaultError) -> Data? {
        guard let key = try key(of: recipient) else { return nil }
        do {
            return try AES.GCM.open(
                AES.GCM.SealedBox(combined: sealed), using: key, authenticating: Vault.binding(kind, row))
        } catch {
            throw .damagedSeal(recipient: recipient)
        }
    }

    private static func binding(_ kind: Kind, _ row: Int64) -> [UInt8] { [kind.rawValue] + row.bytes }
}

extension Vault.State {
    /// nil: the recipient was erased.
    func unwrap(_ slot: KeysFile.Slot, _ number: Int64) throws(VaultError) -> SymmetricKey? {
        switch slot {
        case .erased: return nil
        case .unused: throw .noKey(recipient: number)
        case .damaged: throw .damagedKey(recipient: number)
        case .key(let tag, let wrapped):
            for master in masters where master.tag == tag {
                if let key = master.unwrap(wrapped, for: Vault.place(number)) { return key }
            }
            throw .damagedKey(recipient: number)
        }
    }

    /// A slot bears a key wrapped by that master key no longer.
    mutating func uncount(_ tag: MasterKey.Tag) {
        // A tag that was damaged was counted for nobody.
        guard let count = wrappedBy[tag] else { return }
        wrappedBy[tag] = count > 1 ? count - 1 : nil
    }

    /// Draws keys for numbers that have none, wraps them and brings them to disk.
    fileprivate mutating func draw(
        _ numbers: ClosedRange<Int64>, by master: MasterKey, _ nonces: Nonces
    ) throws(VaultError) {
        var slots: [(number: Int64, slot: KeysFile.Slot)] = []
        var keys: [Int64: SymmetricKey] = [:]
        do {
            let random = [UInt8](random: numbers.count * MasterKey.length)
            for (index, number) in numbers.enumerated() {
                let key = SymmetricKey(data: random[index * MasterKey.length..<(index + 1) * MasterKey.length])
                slots.append((number, .key(master.tag, try master.wrap(key, for: Vault.place(number), nonces.next()))))
                keys[number] = key
            }
        } catch {
            throw .failed("wrapping failed (\(error))")
        }
        try file?.write(slots)
        try file?.synchronize()
        wrappedBy[master.tag, default: 0] += slots.count
        damaged.subtract(numbers)
        ready.merge(keys) { $1 }
        last = max(last, numbers.upperBound)
        isCopyOld = true
    }
}
