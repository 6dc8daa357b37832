/// What a peer is to the daemon, as far as connections go.
package enum Standing: Sendable {
    /// Without any role.
    case stranger
    case member
    /// Root or the daemon's own user: there is always a connection left to look after things.
    case owner
}
