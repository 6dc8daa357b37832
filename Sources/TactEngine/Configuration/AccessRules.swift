import TactSettings

/// Who may do what, as written: groups are looked up when the rules are put in force, users when they come.
package struct AccessRules: Hashable, Sendable {
    /// A set of rights; each is a key of `[access]`.
    package enum Role: String, CaseIterable, Sendable {
        case submit, work, preferences, operate, administer
        /// Not a role of its own: senders that may also record that consent was granted.
        case mayGrant = "may_grant"
    }

    /// One who is given a role.
    package enum Entry: Hashable, Sendable, CustomStringConvertible {
        case user(String)
        case group(String)
        case uid(UInt32)
        case gid(UInt32)

        /// As in the file: `user:NAME`, `group:NAME`, or a user's number; numbers may also stand for names.
        package init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts.first, parts.count) {
            case ("user", 2):
                self = UInt32(parts[1]).map { .uid($0) } ?? .user(parts[1])
            case ("group", 2):
                self = UInt32(parts[1]).map { .gid($0) } ?? .group(parts[1])
            default:
                guard text.utf8.allSatisfy(\.isFigure), let number = UInt32(text) else { return nil }
                self = .uid(number)
            }
            switch self {
            case .user(let name), .group(let name): guard name.isAccountName else { return nil }
            case .uid, .gid: break
            }
        }

        package var description: String {
            switch self {
            case .user(let name): "user:\(name)"
            case .group(let name): "group:\(name)"
            case .uid(let number): "user:\(number)"
            case .gid(let number): "group:\(number)"
            }
        }
    }

    /// Roles that are not listed are given to no one but root and the daemon's own user.
    package var entries: [Role: [Entry]]

    package init(entries: [Role: [Entry]] = [:]) { self.entries = entries }
}

extension Reader where T == AccessRules.Entry {
    static var accessEntry: Reader {
        let expected = "\"user:NAME\", \"group:NAME\" or a user's number"
        return Reader(expected: expected, example: "\"group:tact\"") { node throws(Mismatch) in
            switch node.value {
            case .string(let text):
                if let entry = AccessRules.Entry(text) { return entry }
            case .integer(let number):
                if let number = UInt32(exactly: number) { return .uid(number) }
            case .float, .boolean, .time, .moment, .array, .table: break
            }
            throw Mismatch("found \(node.found), expected \(expected)")
        }
    }
}
