import Crypto
import Glibc
import TactCore

extension Vault {
    /// Destroys a recipient's key: what was sealed with it is gone from then on, wherever copies of it lie. To do so twice
    /// does no harm. On disk when it returns.
    package func erase(_ person: ErasedPerson) throws(VaultError) {
        let number = person.recipient
        try state.withLock { state throws(VaultError) in
            // The list first: it is what an older copy of the keys is held against. Under the lock, for two at once
            // would write to the same place.
            if !state.erased.contains(number) { try state.list?.append(person) }
            state.cache.remove(number)
            state.ready[number] = nil
            state.kept[number] = nil
            if let file = state.file {
                // Also one that cannot be read can be written over.
                let slot = try? file.slot(number)
                try file.write([(number, .erased)])
                try file.synchronize()
                if case .key(let tag, _) = slot { state.uncount(tag) }
                state.damaged.remove(number)
            }
            state.erased.insert(number)
            state.isCopyOld = true
        }
    }

    /// How many erasures the list has.
    package var listed: Int { state.withLock { $0.list?.count ?? 0 } }

    /// Who was erased, and what they had switched off, in the order of erasing.
    package func erasedPeople() throws(VaultError) -> [ErasedPerson] {
        try state.withLock { state throws(VaultError) in try state.list?.read() ?? [] }
    }
}

/// How the wrapping stands.
package struct Wrapping: Hashable, Sendable {
    /// Keys of recipients.
    package var keys: Int
    /// Those that are wrapped by a master key that is no longer in force.
    package var old: Int
    package var erased: Int
    /// Whether the master key comes from outside.
    package var isSealed: Bool

    package struct Master: Hashable, Sendable {
        package var fingerprint: String
        /// How many keys it wraps.
        package var keys: Int
    }

    /// The first is in force.
    package var masters: [Master]
    /// Keys that were found to be damaged.
    package var damaged: Int
    /// Whether the copy of the keys, if one is kept, lacks something.
    package var isCopyOld: Bool
}

/// Wrapping anew by the master key in force, a slice at a time.
extension Vault {
    package var wrapping: Wrapping {
        state.withLock { state in
            let keys = state.wrappedBy.values.reduce(0, +) + state.kept.count
            let current = state.masters.first.map { state.wrappedBy[$0.tag] ?? 0 } ?? state.kept.count
            return Wrapping(
                keys: keys, old: keys - current, erased: state.erased.count, isSealed: state.isSealed,
                masters: state.masters.map {
                    .init(fingerprint: $0.fingerprint, keys: state.wrappedBy[$0.tag] ?? 0)
                }, damaged: state.damaged.count, isCopyOld: state.isCopyOld)
        }
    }

    /// What came of a slice.
    package enum Slice: Sendable {
        case more
        /// All keys, and the head, are wrapped by the master key in force; some were not before.
        case finished
        case nothing
    }

    /// Wraps the next `count` keys anew that need it, and at the end the head. On disk when it returns.
    package func rewrap(_ count: Int64) throws(VaultError) -> Slice {
        try state.withLock { state throws(VaultError) in
            guard let master = state.masters.first else { return .nothing }
            if state.wrappedBy.contains(where: { $0.key != master.tag && $0.value > 0 }) {
                try rewrapSlice(count, by: master, &state)
                return .more
            }
            return try rewrapHead(by: master, &state) ? .finished : .nothing
        }
    }

    private func rewrapSlice(_ count: Int64, by master: MasterKey, _ state: inout State) throws(VaultError) {
        guard let file = state.file else { return }
        // The last one on the list of erasures may be beyond the end of an older file.
        let last = min(state.last, file.capacity)
        let first = state.rewrapped >= last ? 1 : state.rewrapped + 1
        let end = min(last, first + count - 1)
        // After a whole round none is left; if it was counted otherwise, as slots change on the disk, it is counted anew.
        defer {
            if end == last, state.wrappedBy.contains(where: { $0.key != master.tag }) {
                state.wrappedBy = Vault.look(through: file).wrappedBy
            }
        }
        guard first <= end else { return }
        let slots = file.slotsAsFarAsRead(first...end)
        var anew: [(number: Int64, slot: KeysFile.Slot)] = []
        var old: [MasterKey.Tag] = []
        var usable = 0
        for (offset, slot) in slots.enumerated() {
            guard case .key(let tag, _) = slot, tag != master.tag else { continue }
            let number = first + Int64(offset)
            guard let key = try? state.unwrap(slot, number) else {
                // It stops nobody else's: it is marked, and waits for its copy.
                if case .key(let tag, let wrapped) = slot { anew.append((number, .damaged(tag.bytes + wrapped))) }
                state.damaged.insert(number)
                old.append(tag)
                continue
            }
            usable += 1
            do {
                anew.append((number, .key(master.tag, try master.wrap(key, for: Vault.place(number)))))
            } catch {
                throw .failed("wrapping failed (\(error))")
            }
            old.append(tag)
        }
        if !anew.isEmpty {
            try file.write(anew)
            try file.synchronize()
            // Not before: as long as it is not on disk, the old master key is needed.
            for tag in old { state.uncount(tag) }
            state.wrappedBy[master.tag, default: 0] += usable
            state.isCopyOld = true
        }
        state.rewrapped = end
    }

    /// Answers whether it was needed.
    private func rewrapHead(by master: MasterKey, _ state: inout State) throws(VaultError) -> Bool {
        guard var head = try state.file?.readHead(),
            head.tag != master.tag || (state.isSealed && head.own != nil)
        else { return false }
        do {
            head.secret = try master.wrap(secret, for: Vault.secretPlace(id))
        } catch {
            throw .failed("wrapping failed (\(error))")
        }
        head.tag = master.tag
        if state.isSealed { head.own = nil }
        try state.file?.write(head)
        state.isCopyOld = true
        return true
    }
}

/// Copies of the keys, for whoever restores a backup.
extension Vault {
    /// How much is read, and so held in memory, at once.
    private static let piece = 1 << 20

    /// The keys as they are in their file, with who was erased, piece by piece, for writers want keys meanwhile: each slot
    /// is whole, and one that changes behind the reader makes the next copy due. Never part of a database's backup. nil:
    /// that was all. `place` is where the pieces before it end.
    package func copy(from place: Int) throws(VaultError) -> [UInt8]? {
        try state.withLock { state throws(VaultError) in
            guard let file = state.file else { return nil }
            let length = file.length(slots: min(state.last, file.capacity))
            guard place < length else { return nil }
            return try file.read(min(Vault.piece, length - place), at: off_t(place))
        }
    }

    /// Puts a copy of the keys as they are now in the place of an older one, whose bytes are overwritten. Does nothing if the
    /// last one is as good. Answers whether it did. One at a time: of two the one with the older bytes could come last.
    package func renewCopy(at path: String) throws(VaultError) -> Bool {
        try copying.withLock { _ throws(VaultError) in try replaceCopy(at: path) }
    }

    private func replaceCopy(at path: String) throws(VaultError) -> Bool {
        guard state.withLock({ $0.isCopyOld }) else { return false }
        state.withLock { $0.isCopyOld = false }
        do {
            try File.replace(path) { place throws(VaultError) in try copy(from: place) }
        } catch {
            state.withLock { $0.isCopyOld = true }
            throw error
        }
        return true
    }
}
