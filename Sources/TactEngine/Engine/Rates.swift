import TactCore
import TactStore

/// How many more releases each channel's rate allows at one instant.
struct Rates {
    /// Channel and room, for channels that have any.
    private(set) var free: [(channel: String, room: Int)] = []

    init(_ channels: [String], _ policy: Policy, held: Set<String>, _ session: Session, now: Timestamp) throws {
        for name in channels where !held.contains(name) {
            guard let channel = policy.channel(name) else { continue }
            let room = try Rates.room(channel, session, now: now)
            if room > 0 { free.append((name, room)) }
        }
    }

    func has(_ channel: String) -> Bool { free.contains { $0.channel == channel } }

    mutating func take(_ channel: String) {
        guard let place = free.firstIndex(where: { $0.channel == channel }) else { return }
        if free[place].room != .max { free[place].room -= 1 }
        if free[place].room == 0 { free.remove(at: place) }
    }

    private static func room(_ channel: Channel, _ session: Session, now: Timestamp) throws -> Int {
        guard let rate = channel.rate else { return .max }
        let recent = try session.releases(channel: channel.name, after: now - rate.per, upTo: now, limit: rate.count)
        return rate.count - recent.count
    }

    /// When a channel has room again; `now` if it has.
    static func nextRoom(_ channel: Channel, _ session: Session, now: Timestamp) throws -> Timestamp {
        guard let rate = channel.rate else { return now }
        let recent = try session.releases(channel: channel.name, after: now - rate.per, upTo: now, limit: rate.count)
        guard recent.count >= rate.count, let oldest = recent.last else { return now }
        return max(now, oldest + rate.per)
    }
}
