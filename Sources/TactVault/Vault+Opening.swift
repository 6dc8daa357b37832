import Crypto
import Glibc
import TactCore

/// What a database says of its keys.
package struct VaultExpectation: Sendable {
    /// The number of the vault; nil: nothing is sealed yet.
    package var vault: Int64?
    /// The highest number of a recipient.
    package var lastRecipient: Int64

    package init(vault: Int64?, lastRecipient: Int64) {
        self.vault = vault
        self.lastRecipient = lastRecipient
    }
}

extension Vault {
    /// Where a database's keys lie.
    package static func path(of database: String) -> String { database + ".keys" }
    static func listPath(of database: String) -> String { database + ".erased" }

    /// Opens the keys of a database, or makes them for a database that has none. `masters` are those given from outside, the
    /// one in force first; without any, one is drawn and kept in the file.
    package static func open(
        beside database: String, masters: [MasterKey], for expected: VaultExpectation
    ) throws(VaultError) -> Vault {
        let path = path(of: database)
        if !KeysFile.exists(path) {
            guard expected.vault == nil else { throw .missing(path: path) }
            try make(path, masters)
        }
        let file = try KeysFile(path: path, creating: false)
        let head = try file.readHead()
        guard expected.vault == nil || expected.vault == head.vault else { throw .ofAnotherDatabase(path: path) }
        let own = head.own.map { MasterKey(SymmetricKey(data: $0)) }
        // One that lies in the file is used as long as there is none from outside, and then until it wraps nothing any more.
        let all = masters + (own.map { [$0] } ?? [])
        let secret = all.lazy.filter { $0.tag == head.tag }
            .compactMap { $0.unwrap(head.secret, for: secretPlace(head.vault)) }.first
        guard let secret else {
            if all.contains(where: { $0.tag == head.tag }) {
                throw .damaged(path: path, "its lookup secret does not open")
            }
            throw .masterKeyMissing(path: path)
        }
        var list = ErasureList(path: listPath(of: database), of: head.vault)
        let listed = try list.read()
        var state = look(through: file)
        try state.eraseAgain(listed, in: file)
        guard state.last >= expected.lastRecipient else {
            throw .older(path: path, missing: Int(expected.lastRecipient - state.last))
        }
        for (tag, count) in state.wrappedBy where !all.contains(where: { $0.tag == tag }) {
            // One alone was damaged: it is its own recipient's trouble, and told when it is used.
            guard count == 1 else { throw .masterKeyMissing(path: path) }
            state.wrappedBy[tag] = nil
        }
        state.last = max(state.last, listed.map(\.recipient).max() ?? 0)
        state.file = file
        state.list = list
        state.masters = all
        state.isSealed = !masters.isEmpty
        return Vault(id: head.vault, secret: secret, state: state)
    }

    /// Under another name until it is whole: whoever is killed meanwhile leaves no file that looks damaged.
    private static func make(_ path: String, _ masters: [MasterKey]) throws(VaultError) {
        let master = masters.first ?? .random()
        let vault = Int64.random(in: 1 ... .max)
        let new = path + ".new"
        unlink(new)
        let file = try KeysFile(path: new, creating: true)
        do {
            let secret = try master.wrap(SymmetricKey(size: .bits256), for: secretPlace(vault))
            try file.write(
                KeysFile.Head(
                    vault: vault, tag: master.tag, secret: secret,
                    own: masters.isEmpty ? master.key.withUnsafeBytes { [UInt8]($0) } : nil))
        } catch let error as VaultError {
            throw error
        } catch {
            throw .failed("wrapping failed (\(error))")
        }
        try File.move(new, to: path)
    }

    /// What the lookup secret is bound to.
    static func secretPlace(_ vault: Int64) -> [UInt8] { Array("secret".utf8) + vault.bytes }

    /// Goes through all slots: which master keys are needed, who was erased, and where the last one is.
    static func look(through file: KeysFile) -> State {
        var state = State()
        var first: Int64 = 1
        while first <= file.capacity {
            let end = min(file.capacity, first + 4095)
            for (offset, slot) in file.slotsAsFarAsRead(first...end).enumerated() {
                let number = first + Int64(offset)
                switch slot {
                case .unused: continue
                case .erased: state.erased.insert(number)
                case .damaged: state.damaged.insert(number)
                case .key(let tag, _): state.wrappedBy[tag, default: 0] += 1
                }
                state.last = number
            }
            first = end + 1
        }
        return state
    }
}

extension Vault.State {
    /// Takes away the keys of those on the list: an older copy of the keys was put back.
    fileprivate mutating func eraseAgain(_ listed: [ErasedPerson], in file: KeysFile) throws(VaultError) {
        var didWrite = false
        for entry in listed where !erased.contains(entry.recipient) {
            if entry.recipient <= file.capacity {
                let slot = try? file.slot(entry.recipient)
                try file.write([(entry.recipient, .erased)])
                if case .key(let tag, _) = slot { uncount(tag) }
                damaged.remove(entry.recipient)
                didWrite = true
            }
            erased.insert(entry.recipient)
        }
        if didWrite { try file.synchronize() }
    }
}
