/// One message on one channel, with all that a rule may look at. What of the policy binds it is found once, and then
/// asked at many instants.
struct Case {
    let message: Message
    let topic: Topic
    let channel: Channel
    let situation: Situation
    let now: Timestamp
    let respectsPause: Bool
    let respectsQuietHours: Bool
    let respectsBusy: Bool
    /// The send windows that bind it.
    let sendWindows: [BoundWindow]
    /// The caps that bind it, with what is taken under them.
    let caps: [BoundCap]

    init(
        _ message: Message, _ topic: Topic, _ channel: Channel, in situation: Situation, under policy: Policy,
        ledger: CapLedger, now: Timestamp
    ) {
        self.message = message
        self.topic = topic
        self.channel = channel
        self.situation = situation
        self.now = now
        respectsPause = topic.respects.contains(.pause)
        respectsQuietHours = topic.respects.contains(.quietHours)
        respectsBusy = topic.respects.contains(.busy)
        sendWindows = policy.sendWindows.bound(topic, channel, situation)
        caps = topic.respects.contains(.caps) ? ledger.bound(policy.caps, topic, channel, sender: message.sender) : []
    }
}
