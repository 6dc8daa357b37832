/// A release that counts: with what it was released, and when.
package struct Delivery: Hashable, Sendable {
    /// The number of the message; a message counts once.
    package var message: Int64
    package var at: Timestamp
    package var topic: String
    package var channel: String
    package var sender: String

    package init(message: Int64, at: Timestamp, topic: String, channel: String, sender: String) {
        self.message = message
        self.at = at
        self.topic = topic
        self.channel = channel
        self.sender = sender
    }
}
