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
        package static let all: Roles = [.submit, .work, .preferences, .operate, .administer]

        init(_ role: AccessRules.Role) {
            switch role {
            case .submit: self = .submit
            case .work: self = .work
            case .preferences: self = .preferences
            case .operate: self = .operate
            case .administer: self = .all
            }
        }
    }

    private struct State {
        var rules: AccessRules
        /// How often the rules have changed.
        var changes = 0
        /// Of peers seen before, until the rules change.
        var known: [Who: Roles] = [:]
    }

    private let state: Mutex<State>
    private let names: UserNames
    private let ownUser: UInt32

    private struct Who: Hashable {
        var uid: UInt32
        var groups: [UInt32]
    }

    /// How many peers are remembered at the most.
    private static let mostKnown = 256

    package init(_ rules: AccessRules, names: UserNames, ownUser: UInt32) {
        state = Mutex(State(rules: rules))
        self.names = names
        self.ownUser = ownUser
    }

    /// Puts other rules in force, for all that is asked from now on.
    package func adopt(_ new: AccessRules) {
        state.withLock { $0 = State(rules: new, changes: $0.changes + 1) }
    }

    package func roles(of peer: Peer) -> Roles {
        if peer.uid == 0 || peer.uid == ownUser { return .all }
        let who = Who(uid: peer.uid, groups: peer.groups)
        let (known, rules, changes) = state.withLock { ($0.known[who], $0.rules, $0.changes) }
        if let known { return known }
        // The system's name service may take its time: nobody waits for that under the lock.
        var roles: Roles = []
        for (role, entries) in rules.entries where entries.contains(where: { names.matches($0, peer) }) {
            roles.formUnion(Roles(role))
        }
        state.withLock { state in
            guard state.changes == changes else { return }
            if state.known.count >= Access.mostKnown { state.known = [:] }
            state.known[who] = roles
        }
        return roles
    }
}

extension UserNames {
    fileprivate func matches(_ entry: AccessRules.Entry, _ peer: Peer) -> Bool {
        switch entry {
        case .uid(let number): peer.uid == number
        case .gid(let number): peer.groups.contains(number)
        case .user(let name): peer.name == name
        case .group(let name): peer.groups.contains { UserNames.name(ofGroup: $0) == name }
        }
    }
}
