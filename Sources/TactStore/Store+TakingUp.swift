import Foundation
import TactCore
import TactVault

/// Before anybody is served: what a daemon was killed in the middle of goes on, and a copy that takes the place of its
/// original is brought up to what the files beside it know. Each step may be the last one before the power goes; the next
/// start does them all.
extension Store {
    package struct TakenUp: Sendable, Equatable {
        /// The database is a copy that was put back.
        package var isCopy: Bool
        /// How many erasures were brought to their end.
        package var erasures = 0
        /// Those among them of people whom only an older copy knew.
        package var outlived = 0
    }

    package func takeUp(at now: Timestamp) throws -> TakenUp {
        var done = TakenUp(isCopy: try leaveCopyBehind(at: now))
        done.outlived = try eraseAgain(at: now)
        done.erasures = try finishErasures(at: now)
        try closeRestoration()
        return done
    }

    func leaveCopyBehind(at now: Timestamp) throws -> Bool {
        try write { session in
            let isCopy = try session.leaveCopyBehind(now: now)
            if isCopy { try session.audit(.restore, by: .daemon, target: nil, detail: nil, at: now) }
            return isCopy
        }
    }

    /// Whoever was erased since the copy was made is to be erased again, and what they had switched off is in force again.
    /// Answers how many there are.
    func eraseAgain(at now: Timestamp) throws -> Int {
        let outlived = try outlived()
        // Whoever has the file of an original copied by other means has a copy that does not say so.
        let people = try recallErasures(isCopy: !outlived.isEmpty)
        let known = Set(people.map(\.recipient))
        for number in outlived {
            try write { try $0.eraseAgain(number, isListed: known.contains(number), at: now) }
        }
        return outlived.count
    }

    /// An older copy's log is shorter than the one whose head lies with the keys: it begins anew where it is, when all that
    /// belongs to the restore stands in it.
    func closeRestoration() throws {
        guard try read({ try $0.isRestoring() }) else { return }
        if let last = try read({ try $0.lastAudit() }) {
            do throws(VaultError) { try vault.keepAuditHead(last.number, last.hash) } catch { throw StoreError(error) }
        }
        try write { try $0.clearMark(Store.restoring) }
    }
}

extension Session {
    func isRestoring() throws -> Bool { try mark(Store.restoring) != nil }

    /// Somebody whose key is gone is in the database still. What they had switched off since the copy was made is on the
    /// list of erasures, and was recalled from there; where only the keys tell that they were erased, it is taken to be all
    /// marketing, besides what is known of an erasure of theirs at another time.
    fileprivate func eraseAgain(_ number: Int64, isListed: Bool, at now: Timestamp) throws {
        let id = try row("SELECT id FROM recipients WHERE n = ? AND id IS NOT NULL", [number]) {
            [UInt8]($0[0] as Data)
        }
        guard let id else { return }
        var suppressions = try suppressions(of: id)
        if !isListed { suppressions.append(Suppression(scope: Consents.Scope(topic: Consents.allMarketing), at: now)) }
        guard let erasure = try beginErasure(number, suppressing: suppressions, addresses: [:], at: now) else { return }
        try audit(
            .erase, by: .daemon, target: erasure.hash, detail: "again, in a database that was restored", at: now)
    }
}
