import Synchronization
import TactEngine

/// Who may do what: the roles of a socket's peer, by its user and all its groups.
package final class Access: Sendable {
    /// A set of roles.
    package struct Roles: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let submit = Roles(rawValue: 1)
        package static let work = Roles(rawValue: 2)
        package static let preferences = Roles(rawValue: 4)
        package static let operate = Roles(rawValue: 8)
        /// Includes all.
        package static let administer = Roles(rawValue: 16)
        /// May record that consent was granted. Opens no endpoint by itself.
        package static let mayGrant = Roles(rawValue: 32)
        package static let all: Roles = [.submit, .work, .preferences, .operate, .administer, .mayGrant]
        /// Whoever has a role of their own; of preferences it is the link that counts.
        package static let staff: Roles = [.submit, .work, .operate, .administer]

        init(_ role: AccessRules.Role) {
            switch role {
            case .submit: self = .submit
            case .work: self = .work
            case .preferences: self = .preferences
            case .operate: self = .operate
            case .administer: self = .all
            case .mayGrant: self = .mayGrant
            }
        }
    }

    /// The rules, with groups by number: who is in which group is asked of the kernel, and of nobody else.
    private struct Table: Sendable {
        var uids: [UInt32: Roles] = [:]
        var users: [String: Roles] = [:]
        var gids: [UInt32: Roles] = [:]
        var unknownGroups: [String] = []
    }

    private let table: Mutex<Table>
    private let ownUser: UInt32
    private let gid: @Sendable (String) -> UInt32?

    /// - Parameter gid: the number of a group; nil: there is none of that name. May take its time.
    package init(
        _ rules: AccessRules, ownUser: UInt32,
        gid: @escaping @Sendable (String) -> UInt32? = { UserNames.gid(ofGroup: $0) }
    ) {
        table = Mutex(Access.table(rules, gid))
        self.ownUser = ownUser
        self.gid = gid
    }

    /// Puts other rules in force, for all that is asked from now on. Asks the name service, so never on an event loop.
    package func adopt(_ new: AccessRules) {
        let new = Access.table(new, gid)
        table.withLock { $0 = new }
    }

    /// Groups that were named and did not exist when the rules were put in force: they give nobody a role.
    package var unknownGroups: [String] { table.withLock { $0.unknownGroups } }

    private static func table(_ rules: AccessRules, _ gid: (String) -> UInt32?) -> Table {
        var table = Table()
        for (role, entries) in rules.entries {
            for entry in entries {
                switch entry {
                case .uid(let number): table.uids[number, default: []].formUnion(Roles(role))
                case .gid(let number): table.gids[number, default: []].formUnion(Roles(role))
                case .user(let name): table.users[name, default: []].formUnion(Roles(role))
                case .group(let name):
                    if let number = gid(name) {
                        table.gids[number, default: []].formUnion(Roles(role))
                    } else if !table.unknownGroups.contains(name) {
                        table.unknownGroups.append(name)
                    }
                }
            }
        }
        return table
    }

    package func standing(of peer: Peer) -> Standing {
        if isOwner(peer) { return .owner }
        return roles(of: peer).isEmpty ? .stranger : .member
    }

    private func isOwner(_ peer: Peer) -> Bool { peer.uid == 0 || peer.uid == ownUser }

    package func roles(of peer: Peer) -> Roles {
        if isOwner(peer) { return .all }
        return table.withLock { table in
            var roles = table.uids[peer.uid] ?? []
            if let ofUser = table.users[peer.name] { roles.formUnion(ofUser) }
            for group in peer.groups {
                if let ofGroup = table.gids[group] { roles.formUnion(ofGroup) }
            }
            return roles
        }
    }
}
