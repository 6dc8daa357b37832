/// An operator has stopped the channel, or complaints have stopped the topic.
enum ChannelRule {
    static func verdict(ofTopic c: borrowing Case) -> Verdict {
        c.situation.heldTopics.contains(c.topic.name) ? .holds(.topicHeld, until: nil) : .notApplicable
    }

    static func verdict(_ c: borrowing Case) -> Verdict {
        c.situation.heldChannels.contains(c.channel.name) ? .holds(.channelHeld, until: nil) : .permits
    }
}
