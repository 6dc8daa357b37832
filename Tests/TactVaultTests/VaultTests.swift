import Crypto
import Foundation
import TactCore
import Testing

@testable import TactVault

/// A folder with the keys of one database, that goes with the test.
final class KeyFolder {
    let path: String
    var database: String { path + "/tact.db" }
    var keys: String { Vault.path(of: database) }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "tact-vault-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open(_ masters: [MasterKey] = [], vault: Int64? = nil, last: Int64 = 0) throws -> Vault {
        try Vault.open(beside: database, masters: masters, for: .init(vault: vault, lastRecipient: last))
    }

    func bytes(of path: String? = nil) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path ?? keys)))
    }

    /// Changes one bit.
    func flip(_ place: Int) throws {
        var bytes = try bytes()
        bytes[place] ^= 4
        try write(bytes)
    }

    func write(_ bytes: [UInt8], to path: String? = nil) throws {
        try Data(bytes).write(to: URL(filePath: path ?? keys))
    }

    /// Where a recipient's slot begins.
    static func slot(_ number: Int) -> Int { KeysFile.headLength + KeysFile.slotLength * (number - 1) }
}

/// A vault's refusal, or nil.
func refusal(_ body: () throws -> Void) -> VaultError? {
    do {
        try body()
        return nil
    } catch {
        return error as? VaultError
    }
}

@Suite struct SealingTests {
    @Test func whatIsSealedOpensInItsPlaceAndNowhereElse() throws {
        let vault = Vault(inMemory: 1)
        try vault.provide(for: 1)
        try vault.provide(for: 2)
        for text in ["", "x", "Ann ☂", String(repeating: "long ", count: 5000)] {
            let sealed = try vault.seal(Array(text.utf8), .content, 7, of: 1)
            #expect(try vault.open(sealed, .content, 7, of: 1) == Data(text.utf8))
            #expect(refusal { _ = try vault.open(sealed, .content, 8, of: 1) } == .damagedSeal(recipient: 1))
            #expect(refusal { _ = try vault.open(sealed, .message, 7, of: 1) } == .damagedSeal(recipient: 1))
            #expect(refusal { _ = try vault.open(sealed, .content, 7, of: 2) } == .damagedSeal(recipient: 2))
        }
    }

    @Test func theSameTextIsSealedAnewEachTime() throws {
        let vault = Vault(inMemory: 1)
        try vault.provide(for: 1)
        let sealed = try (0..<1000).map { _ in try vault.seal(Array("same".utf8), .content, 1, of: 1) }
        #expect(Set(sealed).count == sealed.count)
    }

    @Test func everyChangedBitIsNoticed() throws {
        let vault = Vault(inMemory: 1)
        try vault.provide(for: 1)
        let sealed = try vault.seal(Array("Half price".utf8), .content, 1, of: 1)
        for place in sealed.indices {
            var changed = sealed
            changed[place] ^= 1
            #expect(refusal { _ = try vault.open(changed, .content, 1, of: 1) } == .damagedSeal(recipient: 1))
        }
        #expect(refusal { _ = try vault.open(sealed.prefix(10), .content, 1, of: 1) } == .damagedSeal(recipient: 1))
    }

    @Test func whoeverWasErasedCannotBeRead() throws {
        let folder = try KeyFolder()
        var vault = try folder.open()
        try vault.provide(for: 1)
        let sealed = try vault.seal(Array("Ann".utf8), .recipient, 1, of: 1)
        try vault.erase(ErasedPerson(recipient: 1, hash: vault.hash("ann", as: .recipient), at: .distantPast))
        #expect(try vault.open(sealed, .recipient, 1, of: 1) == nil)
        vault = try folder.open(vault: vault.id, last: 1)
        #expect(vault.isErased(1))
        #expect(try vault.open(sealed, .recipient, 1, of: 1) == nil)
        #expect(refusal { _ = try vault.seal([], .recipient, 1, of: 1) } == .noKey(recipient: 1))
        let slot = KeyFolder.slot(1)
        #expect(try folder.bytes()[slot..<slot + 64].elementsEqual([2] + [UInt8](repeating: 0, count: 63)))
    }

    @Test func wordsHashApartByWhatTheyAre() throws {
        let (one, other) = (Vault(inMemory: 1), Vault(inMemory: 1))
        #expect(one.hash("ann", as: .recipient) == one.hash("ann", as: .recipient))
        #expect(one.hash("ann", as: .recipient) != one.hash("ann", as: .subject))
        #expect(one.hash("ann", as: .recipient) != one.hash("ben", as: .recipient))
        #expect(one.hash("work", as: .calendar, of: 1) != one.hash("work", as: .calendar, of: 2))
        #expect(one.hash("ann", as: .recipient) != other.hash("ann", as: .recipient))
        #expect(one.hash("ann", as: .recipient).count == 16)
    }
}

@Suite struct KeysFileTests {
    private static let master = MasterKey.random()

    /// Keys for a thousand people, and what was sealed for each.
    private func filled(_ folder: KeyFolder, _ masters: [MasterKey]) throws -> (id: Int64, sealed: [Data]) {
        let vault = try folder.open(masters)
        let sealed = try (1...1000).map { number in
            try vault.provide(for: Int64(number))
            return try vault.seal(Array("person \(number)".utf8), .recipient, Int64(number), of: Int64(number))
        }
        return (vault.id, sealed)
    }

    private func expectAll(_ sealed: [Data], in vault: Vault) throws {
        for (index, data) in sealed.enumerated() {
            let number = Int64(index + 1)
            #expect(try vault.open(data, .recipient, number, of: number) == Data("person \(number)".utf8))
        }
    }

    @Test func keysOutliveTheProcess() throws {
        let folder = try KeyFolder()
        let (id, sealed) = try filled(folder, [Self.master])
        try expectAll(sealed, in: try folder.open([Self.master], vault: id, last: 1000))
        let mode = try FileManager.default.attributesOfItem(atPath: folder.keys)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let folder = try KeyFolder()
        let (id, _) = try filled(folder, [Self.master])
        let path = folder.keys
        #expect(refusal { _ = try folder.open([.random()], vault: id) } == .masterKeyMissing(path: path))
        #expect(refusal { _ = try folder.open([], vault: id) } == .masterKeyMissing(path: path))
        #expect(refusal { _ = try folder.open([Self.master], vault: id ^ 1) } == .ofAnotherDatabase(path: path))
        let older = try #require(refusal { _ = try folder.open([Self.master], vault: id, last: 5000) })
        guard case .older(path, _) = older else { throw older }
        try FileManager.default.removeItem(atPath: path)
        #expect(refusal { _ = try folder.open([Self.master], vault: id) } == .missing(path: path))
        #expect(!FileManager.default.fileExists(atPath: path), "nothing is made in its place")
    }

    @Test func aDamagedSlotIsToldAndHarmsNobodyElse() throws {
        let folder = try KeyFolder()
        let (id, sealed) = try filled(folder, [Self.master])
        try folder.flip(KeyFolder.slot(3) + 40)
        let vault = try folder.open([Self.master], vault: id, last: 1000)
        #expect(refusal { _ = try vault.open(sealed[2], .recipient, 3, of: 3) } == .damagedKey(recipient: 3))
        #expect(try vault.open(sealed[3], .recipient, 4, of: 4) != nil)
    }

    /// Which kind it is, whose tag it bears, and what is wrapped.
    @Test(arguments: [0, 1, 40])
    func whateverOfASlotIsDamagedNobodyElseNotices(place: Int) throws {
        let folder = try KeyFolder()
        let (id, sealed) = try filled(folder, [Self.master])
        try folder.flip(KeyFolder.slot(3) + place)
        let vault = try folder.open([Self.master], vault: id, last: 1000)
        #expect(refusal { _ = try vault.open(sealed[2], .recipient, 3, of: 3) } == .damagedKey(recipient: 3))
        #expect(!vault.hasKey(3) && vault.hasKey(4))
        #expect(try vault.open(sealed[3], .recipient, 4, of: 4) != nil)
    }

    @Test func aRotationIsNotStoppedByADamagedKeyAndLeavesItToBePutBack() throws {
        let folder = try KeyFolder()
        let (old, new) = (Self.master, MasterKey.random())
        let (id, sealed) = try filled(folder, [old])
        let slot = KeyFolder.slot(3)..<KeyFolder.slot(4)
        let whole = Array(try folder.bytes()[slot])
        for number in [3, 9, 200] { try folder.flip(KeyFolder.slot(number) + 40) }
        let vault = try folder.open([new, old], vault: id, last: 1000)
        var slices = 0
        while case .more = try vault.rewrap(100) {
            slices += 1
            try #require(slices < 100, "it comes to an end")
        }
        #expect(vault.wrapping.damaged == 3 && vault.wrapping.old == 0)
        let after = try folder.open([new], vault: id, last: 1000)
        #expect(refusal { _ = try after.open(sealed[2], .recipient, 3, of: 3) } == .damagedKey(recipient: 3))
        #expect(try after.open(sealed[3], .recipient, 4, of: 4) != nil)
        // From a copy of before the rotation.
        var bytes = try folder.bytes()
        bytes.replaceSubrange(slot, with: whole)
        try folder.write(bytes)
        let mended = try folder.open([new, old], vault: id, last: 1000)
        #expect(try mended.open(sealed[2], .recipient, 3, of: 3) != nil)
    }

    @Test func whoeverComesIsNotGivenADamagedKey() throws {
        let folder = try KeyFolder()
        let (id, _) = try filled(folder, [Self.master])
        try folder.flip(KeyFolder.slot(1001) + 40)
        let vault = try folder.open([Self.master], vault: id, last: 1000)
        let keys = vault.wrapping.keys
        try vault.provide(for: 1001)
        #expect(vault.wrapping.keys == keys, "it takes the place of the damaged one")
        let sealed = try vault.seal([1], .recipient, 1001, of: 1001)
        let after = try folder.open([Self.master], vault: id, last: 1001)
        #expect(try after.open(sealed, .recipient, 1001, of: 1001) == Data([1]))
    }

    /// Wraps all keys anew, which comes to an end.
    private func rotate(_ vault: Vault) throws {
        var slices = 0
        while case .more = try vault.rewrap(100) {
            slices += 1
            try #require(slices < 100, "it comes to an end")
        }
        #expect(vault.wrapping.old == 0)
    }

    @Test func whoeverComesDuringARotationIsCountedOnce() throws {
        let folder = try KeyFolder()
        let (id, _) = try filled(folder, [Self.master])
        try folder.flip(KeyFolder.slot(1001) + 40)
        let vault = try folder.open([.random(), Self.master], vault: id, last: 1000)
        let keys = vault.wrapping.keys
        try vault.provide(for: 1001)
        #expect(vault.wrapping.keys == keys)
        try rotate(vault)
        #expect(vault.wrapping.keys == keys)
    }

    @Test func whatTheDiskDoesNotGiveBackConcernsItsRecipientAlone() throws {
        let folder = try KeyFolder()
        let (id, sealed) = try filled(folder, [Self.master])
        let vault = try folder.open([.random(), Self.master], vault: id, last: 1000)
        #expect(truncate(folder.keys, off_t(KeyFolder.slot(500))) == 0)
        #expect(refusal { _ = try vault.open(sealed[499], .recipient, 500, of: 500) } == .damagedKey(recipient: 500))
        #expect(try vault.open(sealed[498], .recipient, 499, of: 499) != nil)
        try rotate(vault)
        #expect(vault.wrapping.keys == 499)
        #expect(try vault.open(sealed[3], .recipient, 4, of: 4) != nil)
    }

    @Test func aKeyIsOfNoUseInAnotherSlot() throws {
        let folder = try KeyFolder()
        let (id, sealed) = try filled(folder, [Self.master])
        var bytes = try folder.bytes()
        let (mine, theirs) = (KeyFolder.slot(1), KeyFolder.slot(2))
        bytes.replaceSubrange(theirs..<theirs + 64, with: bytes[mine..<mine + 64])
        try folder.write(bytes)
        let vault = try folder.open([Self.master], vault: id, last: 1000)
        #expect(refusal { _ = try vault.open(sealed[1], .recipient, 2, of: 2) } == .damagedKey(recipient: 2))
    }

    @Test func oneOfTheTwoHeadsIsEnough() throws {
        for place in [20, 1024 + 20] {
            let folder = try KeyFolder()
            let (id, sealed) = try filled(folder, [Self.master])
            try folder.flip(place)
            try expectAll(sealed, in: try folder.open([Self.master], vault: id, last: 1000))
        }
        let folder = try KeyFolder()
        let (id, _) = try filled(folder, [Self.master])
        try folder.flip(20)
        try folder.flip(1024 + 20)
        guard case .damaged? = refusal({ _ = try folder.open([Self.master], vault: id) }) else {
            throw VaultError.failed("the damage was not noticed")
        }
    }

    @Test(arguments: [0, 100, 4096, KeyFolder.slot(10) + 30])
    func aTruncatedFileIsToldAsSuch(length: Int) throws {
        let folder = try KeyFolder()
        let (id, _) = try filled(folder, [Self.master])
        try folder.write(Array(try folder.bytes().prefix(length)))
        switch refusal({ _ = try folder.open([Self.master], vault: id, last: 1000) }) {
        case .damaged, .older: break
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test func anOlderCopyOfTheKeysBringsNobodyBack() throws {
        let folder = try KeyFolder()
        let (id, sealed) = try filled(folder, [Self.master])
        let older = try folder.bytes()
        let vault = try folder.open([Self.master], vault: id, last: 1000)
        try vault.erase(ErasedPerson(recipient: 5, hash: vault.hash("person 5", as: .recipient), at: .distantPast))
        try folder.write(older)
        let restored = try folder.open([Self.master], vault: id, last: 1000)
        #expect(restored.erased == [5])
        #expect(try restored.open(sealed[4], .recipient, 5, of: 5) == nil)
        let slot = KeyFolder.slot(5)
        #expect(try folder.bytes()[slot..<slot + 64].elementsEqual([2] + [UInt8](repeating: 0, count: 63)))
    }

    @Test func aTornEntryInTheListIsPassedOver() throws {
        let folder = try KeyFolder()
        let vault = try folder.open()
        for number in 1...3 as ClosedRange<Int64> {
            try vault.provide(for: number)
            try vault.erase(
                ErasedPerson(recipient: number, hash: vault.hash("\(number)", as: .recipient), at: .distantPast))
        }
        var list = ErasureList(path: folder.database + ".erased", of: vault.id)
        let bytes = try folder.bytes(of: list.path)
        try folder.write(Array(bytes.dropLast(7)), to: list.path)
        #expect(try list.read().map(\.recipient) == [1, 2])
        let ann = ErasedPerson(
            recipient: 9, hash: vault.hash("9", as: .recipient), at: Timestamp(milliseconds: 17),
            addresses: [vault.hash("a", as: .address), vault.hash("b", as: .address)],
            refusals: [.init(topic: "*", channel: ""), .init(topic: "offers", channel: "push")])
        try list.append(ann)
        #expect(list.count == 3)
        #expect(try list.read().map(\.recipient) == [1, 2, 9])
        #expect(try list.read().last == ann)
        var other = ErasureList(path: list.path, of: vault.id ^ 1)
        #expect(refusal { _ = try other.read() } == .ofAnotherDatabase(path: list.path))
    }

    @Test func anEntryWhoseBytesWereChangedTakesNoOtherWithIt() throws {
        let folder = try KeyFolder()
        let vault = try folder.open()
        for number in 1...3 as ClosedRange<Int64> {
            try vault.erase(
                ErasedPerson(
                    recipient: number, hash: vault.hash("\(number)", as: .recipient), at: .distantPast,
                    refusals: [.init(topic: "offers", channel: "")]))
        }
        let path = folder.database + ".erased"
        let bytes = try folder.bytes(of: path)
        let (head, length) = (24, (bytes.count - 24) / 3)
        for place in head + length..<head + 2 * length {
            var changed = bytes
            changed[place] ^= 0x81
            try folder.write(changed, to: path)
            var list = ErasureList(path: path, of: vault.id)
            #expect(try list.read().map(\.recipient) == [1, 3], "byte \(place)")
            try list.append(ErasedPerson(recipient: 4, hash: vault.hash("4", as: .recipient), at: .distantPast))
            #expect(try list.read().map(\.recipient) == [1, 3, 4], "byte \(place)")
        }
    }

    @Test func erasuresAtTheSameTimeAreAllOnTheList() async throws {
        let folder = try KeyFolder()
        let vault = try folder.open()
        try vault.provide(for: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...40 as ClosedRange<Int64> {
                group.addTask {
                    try vault.erase(
                        ErasedPerson(recipient: number, hash: vault.hash("\(number)", as: .recipient), at: .distantPast)
                    )
                }
            }
            try await group.waitForAll()
        }
        #expect(try vault.erasedPeople().map(\.recipient).sorted() == Array(1...40))
    }

    @Test func aListThatHasItsLengthAndNothingInItIsEmpty() throws {
        let folder = try KeyFolder()
        let vault = try folder.open()
        var list = ErasureList(path: folder.database + ".erased", of: vault.id)
        try folder.write([UInt8](repeating: 0, count: 24 + 60), to: list.path)
        #expect(try list.read() == [])
        try list.append(ErasedPerson(recipient: 9, hash: vault.hash("9", as: .recipient), at: .distantPast))
        #expect(try list.read().map(\.recipient) == [9])
    }

    @Test func aSlotThatNeverCameToTheDiskIsDrawnAnew() throws {
        let folder = try KeyFolder()
        let (id, _) = try filled(folder, [Self.master])
        var bytes = try folder.bytes()
        let slot = KeyFolder.slot(1001)
        bytes.replaceSubrange(slot..<slot + 64, with: [UInt8](repeating: 0, count: 64))
        try folder.write(bytes)
        var vault = try folder.open([Self.master], vault: id, last: 1000)
        #expect(vault.last > 1001)
        try vault.provide(for: 1001)
        let sealed = try vault.seal(Array("new".utf8), .recipient, 1001, of: 1001)
        vault = try folder.open([Self.master], vault: id, last: 1001)
        #expect(try vault.open(sealed, .recipient, 1001, of: 1001) == Data("new".utf8))
    }

    @Test func whatWasLeftOfAFileThatWasNotMadeToItsEndIsInNobodysWay() throws {
        let folder = try KeyFolder()
        try folder.write([1, 2, 3], to: folder.keys + ".new")
        let vault = try folder.open([Self.master])
        #expect(!FileManager.default.fileExists(atPath: folder.keys + ".new"))
        _ = try folder.open([Self.master], vault: vault.id)
    }

    // MARK: Rotation

    @Test func allIsWrappedAnewSliceBySlice() throws {
        let folder = try KeyFolder()
        let (old, new) = (Self.master, MasterKey.random())
        let (id, sealed) = try filled(folder, [old])
        let vault = try folder.open([new, old], vault: id, last: 1000)
        #expect(vault.wrapping.old == vault.wrapping.keys)
        try vault.erase(ErasedPerson(recipient: 7, hash: vault.hash("7", as: .recipient), at: .distantPast))
        var slices = 0
        while case .more = try vault.rewrap(100) {
            slices += 1
            // Whoever comes meanwhile is wrapped by the new one at once, and whoever is there can be read.
            #expect(try vault.open(sealed[999], .recipient, 1000, of: 1000) != nil)
        }
        #expect(slices > 5)
        #expect(vault.wrapping.old == 0)
        let after = try folder.open([new], vault: id, last: 1000)
        for number in [1, 6, 8, 1000] as [Int64] {
            #expect(try after.open(sealed[Int(number) - 1], .recipient, number, of: number) != nil)
        }
        #expect(after.isErased(7))
        #expect(refusal { _ = try folder.open([old], vault: id) } == .masterKeyMissing(path: folder.keys))
        guard case .nothing = try after.rewrap(100) else { throw VaultError.failed("there was nothing left to do") }
    }

    @Test func aRotationThatWasInterruptedGoesOn() throws {
        let folder = try KeyFolder()
        let (old, new) = (Self.master, MasterKey.random())
        let (id, sealed) = try filled(folder, [old])
        _ = try folder.open([new, old], vault: id).rewrap(300)
        #expect(refusal { _ = try folder.open([new], vault: id) } == .masterKeyMissing(path: folder.keys))
        let vault = try folder.open([new, old], vault: id, last: 1000)
        while case .more = try vault.rewrap(300) {}
        try expectAll(sealed, in: try folder.open([new], vault: id, last: 1000))
    }

    @Test func theMasterKeyIsChangedWhileEverythingGoesOn() throws {
        let folder = try KeyFolder()
        let (old, new) = (Self.master, MasterKey.random())
        let (id, sealed) = try filled(folder, [old])
        let vault = try folder.open([old], vault: id, last: 1000)
        for bad in [[], [new], [.random(), .random()]] as [[MasterKey]] {
            #expect(refusal { _ = try vault.adopt(bad) } == .masterKeyMissing(path: folder.keys))
        }
        #expect(vault.wrapping.masters.map(\.fingerprint) == [old.fingerprint], "the old one stays in force")
        #expect(try !vault.adopt([old]), "it is the same")
        #expect(try vault.adopt([new, old]))
        try vault.provide(for: 5000)
        #expect(refusal { _ = try vault.adopt([new]) } == .masterKeyMissing(path: folder.keys), "it is needed still")
        while case .more = try vault.rewrap(300) {}
        #expect(try vault.adopt([new]))
        #expect(vault.wrapping.masters.map(\.fingerprint) == [new.fingerprint])
        #expect(vault.wrapping.old == 0)
        try expectAll(sealed, in: vault)
        try expectAll(sealed, in: try folder.open([new], vault: id, last: 1000))
    }

    @Test func aKeyFromOutsideTakesThePlaceOfTheOneInTheFile() throws {
        let folder = try KeyFolder()
        let (id, sealed) = try filled(folder, [])
        let own = try #require(try KeysFile(path: folder.keys, creating: false).readHead().own)
        let vault = try folder.open([Self.master], vault: id, last: 1000)
        #expect(vault.isSealed)
        while case .more = try vault.rewrap(500) {}
        #expect(!Data(try folder.bytes()).contains(own), "it is gone")
        let after = try folder.open([Self.master], vault: id, last: 1000)
        try expectAll(sealed, in: after)
        #expect(refusal { _ = try folder.open([], vault: id) } == .masterKeyMissing(path: folder.keys))
    }

    // MARK: Copies

    @Test func aCopyIsReplacedAndItsOldBytesAreOverwritten() throws {
        let folder = try KeyFolder()
        let (id, _) = try filled(folder, [Self.master])
        let vault = try folder.open([Self.master], vault: id, last: 1000)
        let copy = folder.path + "/copy"
        #expect(try vault.renewCopy(at: copy))
        #expect(try !vault.renewCopy(at: copy), "it is current")
        // Another name for the same bytes: what lies on the disk after the file was replaced.
        try FileManager.default.linkItem(atPath: copy, toPath: folder.path + "/remains")
        try vault.erase(ErasedPerson(recipient: 3, hash: vault.hash("3", as: .recipient), at: .distantPast))
        #expect(try vault.renewCopy(at: copy))
        #expect(try folder.bytes(of: folder.path + "/remains").allSatisfy { $0 == 0 })
        try folder.write(try folder.bytes(of: copy))
        let restored = try folder.open([Self.master], vault: id, last: 1000)
        #expect(restored.isErased(3) && !restored.isErased(4))
    }

    // MARK: Master keys

    @Test func masterKeysAreReadFromTheirLines() throws {
        let bytes = (0..<32).map { UInt8($0) }
        let hexadecimal = bytes.map { String(format: "%02X", $0) }.joined()
        let keys = try MasterKey.read("# new\n\(Data(bytes).base64EncodedString())\r\n\n\(hexadecimal)\n", from: "f")
        #expect(keys.count == 2)
        #expect(keys[0].tag == keys[1].tag)
        for text in ["", "# none", "short", String(repeating: "zz", count: 32), "AAAA"] {
            #expect(refusal { _ = try MasterKey.read(text, from: "f") } != nil, "\(text)")
        }
    }
}
