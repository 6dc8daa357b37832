import Crypto
import TactCore

extension Vault {
    /// Destroys a recipient's key: what was sealed with it is gone from then on, wherever copies of it lie. To do so twice
    /// does no harm. On disk when it returns. `hash` is the id's.
    package func erase(_ number: Int64, hash: [UInt8], at now: Timestamp) throws(VaultError) {
        try state.withLock { state throws(VaultError) in
            // The list first: it is what an older copy of the keys is held against. Under the lock, for two at once
            // would write to the same place.
            if !state.erased.contains(number) {
                try list?.append(ErasureList.Entry(recipient: number, hash: hash, at: now), of: id)
            }
            state.cache.remove(number)
            state.ready[number] = nil
            state.kept[number] = nil
            if let file = state.file {
                let slot = try file.slot(number)
                try file.write([(number, .erased)])
                try file.synchronize()
                if case .key(let tag, _) = slot { state.wrappedBy[tag, default: 1] -= 1 }
            }
            state.erased.insert(number)
            state.isCopyOld = true
        }
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
}

/// Wrapping anew by the master key in force, a slice at a time.
extension Vault {
    package var wrapping: Wrapping {
        state.withLock { state in
            let keys = state.wrappedBy.values.reduce(0, +) + state.kept.count
            let current = masters.first.map { state.wrappedBy[$0.tag] ?? 0 } ?? state.kept.count
            return Wrapping(keys: keys, old: keys - current, erased: state.erased.count, isSealed: isSealed)
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
        guard let master = masters.first else { return .nothing }
        return try state.withLock { state throws(VaultError) in
            if state.wrappedBy.contains(where: { $0.key != master.tag && $0.value > 0 }) {
                try rewrapSlice(count, by: master, &state)
                return .more
            }
            return try rewrapHead(by: master, &state) ? .finished : .nothing
        }
    }

    private func rewrapSlice(_ count: Int64, by master: MasterKey, _ state: inout State) throws(VaultError) {
        // The last one on the list of erasures may be beyond the end of an older file.
        let last = min(state.last, state.file?.capacity ?? 0)
        let first = state.rewrapped >= last ? 1 : state.rewrapped + 1
        let end = min(last, first + count - 1)
        guard first <= end, let slots = try state.file?.slots(first...end) else { return }
        var anew: [(number: Int64, slot: KeysFile.Slot)] = []
        var old: [MasterKey.Tag] = []
        for (offset, slot) in slots.enumerated() {
            guard case .key(let tag, _) = slot, tag != master.tag else { continue }
            let number = first + Int64(offset)
            guard let key = try unwrap(slot, number) else { continue }
            do {
                anew.append((number, .key(master.tag, try master.wrap(key, for: Vault.place(number)))))
            } catch {
                throw .failed("wrapping failed (\(error))")
            }
            old.append(tag)
        }
        if !anew.isEmpty {
            try state.file?.write(anew)
            try state.file?.synchronize()
            // Not before: as long as it is not on disk, the old master key is needed.
            for tag in old { state.wrappedBy[tag, default: 1] -= 1 }
            state.wrappedBy[master.tag, default: 0] += anew.count
            state.wrappedBy = state.wrappedBy.filter { $0.value > 0 }
            state.isCopyOld = true
        }
        state.rewrapped = end
    }

    /// Answers whether it was needed.
    private func rewrapHead(by master: MasterKey, _ state: inout State) throws(VaultError) -> Bool {
        guard var head = try state.file?.readHead(), head.tag != master.tag || (isSealed && head.own != nil) else {
            return false
        }
        do {
            head.secret = try master.wrap(secret, for: Vault.secretPlace(id))
        } catch {
            throw .failed("wrapping failed (\(error))")
        }
        head.tag = master.tag
        if isSealed { head.own = nil }
        try state.file?.write(head)
        state.isCopyOld = true
        return true
    }
}

/// Copies of the keys, for whoever restores a backup.
extension Vault {
    /// The keys as they are in their file, with who was erased; never part of a database's backup. Empty: in memory.
    package func copy() throws(VaultError) -> [UInt8] {
        try state.withLock { state throws(VaultError) in
            let length = state.file?.length(slots: min(state.last, state.file?.capacity ?? 0)) ?? 0
            return try state.file?.read(length, at: 0) ?? []
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
            try File.replace(path, with: copy())
        } catch {
            state.withLock { $0.isCopyOld = true }
            throw error
        }
        return true
    }
}
