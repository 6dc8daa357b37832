/// An operator has stopped the channel.
enum ChannelRule {
    static func verdict(_ c: borrowing Case) -> Verdict {
        c.situation.heldChannels.contains(c.channel.name) ? .holds(.channelHeld, until: nil) : .permits
    }
}
