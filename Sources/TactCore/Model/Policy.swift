/// The operator's rules, as loaded: what binds whom.
package struct Policy: Sendable {
    /// What stands in for a zone that is not known.
    package enum UnknownZone: Hashable, Sendable {
        /// Every zone that is plausible for the recipient binds.
        case plausible
        /// Nothing that needs a zone may go.
        case hold
        /// This IANA zone.
        case named(String)
    }

    /// A hash of the loaded policy; part of every decision.
    package var version: String
    package var unknownZone: UnknownZone
    /// Plausible zones of a recipient whose country is not known.
    package var plausibleZones: [String]
    /// Quiet hours of a recipient for whom none were declared; nil: none.
    package var quietHours: WeeklyWindows?
    package var channels: [Channel]
    package var topics: [Topic]
    package var sendWindows: [SendWindow]
    package var caps: [Cap]
    /// How many messages of one recipient may be pending at once.
    package var pendingPerRecipient: Int
    /// Submissions per second that one sender may make, on average; nil: no bound.
    package var submitsPerSender: Channel.Rate?
    package var retention: Retention
    /// When complaints stop a topic that has no limit of its own.
    package var complaints: Topic.ComplaintLimit
    /// Who answers for what is sent, for consent receipts.
    package var controller: Controller

    /// Who decides about people's data, in the words of ISO/IEC TS 27560.
    package struct Controller: Hashable, Sendable {
        package var name: String?
        /// How to reach them: a mail address or a URL.
        package var contact: String?
        package var privacyNotice: String?

        package init(name: String? = nil, contact: String? = nil, privacyNotice: String? = nil) {
            self.name = name
            self.contact = contact
            self.privacyNotice = privacyNotice
        }
    }

    /// How long what has ended is kept.
    package struct Retention: Hashable, Sendable {
        /// Content, after the end of its message.
        package var content: Duration
        /// Messages, after their end, and deliveries.
        package var history: Duration
        /// Decisions with their findings.
        package var decisions: Duration
        /// Attributes, after they have become stale.
        package var attributes: Duration

        package init(
            content: Duration = .zero, history: Duration = .days(400), decisions: Duration = .days(90),
            attributes: Duration = .days(30)
        ) {
            self.attributes = attributes
            self.content = content
            self.history = history
            self.decisions = decisions
        }
    }

    package init(
        version: String = "", unknownZone: UnknownZone = .plausible, plausibleZones: [String] = [],
        quietHours: WeeklyWindows? = nil, channels: [Channel] = [], topics: [Topic] = [],
        sendWindows: [SendWindow] = [], caps: [Cap] = [], pendingPerRecipient: Int = 1000,
        submitsPerSender: Channel.Rate? = nil, retention: Retention = Retention(),
        complaints: Topic.ComplaintLimit = .init(), controller: Controller = Controller()
    ) {
        self.version = version
        self.unknownZone = unknownZone
        self.plausibleZones = plausibleZones
        self.quietHours = quietHours
        self.channels = channels
        self.topics = topics
        self.sendWindows = sendWindows
        self.caps = caps
        self.pendingPerRecipient = pendingPerRecipient
        self.submitsPerSender = submitsPerSender
        self.retention = retention
        self.complaints = complaints
        self.controller = controller
    }

    package func topic(_ name: String) -> Topic? { topics.first { $0.name == name } }
    package func channel(_ name: String) -> Channel? { channels.first { $0.name == name } }
}
