import TactAPI
import TactCore
import TactStore

/// All that is held on a person, in words that they can read. For readers, on threads of their own: they bring the tz
/// database, for the engine's is the writer's.
extension Engine {
    /// The document up to its messages.
    package struct ExportHead: Sendable {
        package var recipient: Int64
        package var language: SentenceLanguage
        package var bytes: [UInt8]
    }

    package struct ExportPage: Sendable {
        package var bytes: [UInt8]
        /// Where to go on; nil: that was all.
        package var next: Int64?
    }

    /// More of a kind than anybody has; the reader of an export is not to be sent for the rest.
    private static let mostRecords = 100_000

    /// In bytes. A page ends with the message that fills it; one message's history may be long.
    private static let pageSize = 1 << 20

    /// - Parameter language: of its sentences; nil: the person's own, where it is spoken here.
    package func exportHead(
        of id: String, _ session: Session, in language: SentenceLanguage?, now: Timestamp
    ) throws -> ExportHead {
        let recipient = try recipient(id, session)
        let number = recipient.number
        let own = try self.language(of: recipient, session).flatMap { SentenceLanguage.matching($0) }
        let language = language ?? own ?? .english
        let declared = try answer(recipient, session, inFull: true)
        let preferences = try preferences(of: id, session)
        let consents = try session.consentRecords(of: number, limit: Engine.mostRecords).map {
            answer($0, recipient: id)
        }
        let calendars = try session.calendars(of: number).map { try answer($0) }
        let events = try session.events(of: number).map { ExportedEvent($0, ids: ids) }
        let closed = try closedAddresses(of: recipient, session).sorted()
        var out = JSONWriter()
        out.object {
            $0.member("format", "tact-export-1")
            $0.member("exported_at", now)
            $0.member("language", language.rawValue)
            $0.member("recipient", declared)
            $0.member("preferences", preferences)
            $0.member("consents", consents)
            $0.member("calendars", calendars)
            $0.member("closed_addresses", closed)
            $0.member("events", events)
        }
        var bytes = out.bytes
        bytes.removeLast()
        return ExportHead(recipient: number, language: language, bytes: bytes + Array(#","messages":["#.utf8))
    }

    /// Messages before number `before`, the newest first, each with its decisions and deliveries.
    package func exportMessages(
        _ head: ExportHead, before: Int64, limit: Int, isFirst: Bool, _ session: Session, zones: ZoneDatabase
    ) throws -> ExportPage {
        let found = try session.messages(of: head.recipient, before: before, limit: limit)
        var bytes: [UInt8] = []
        for stored in found {
            if !isFirst || !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += try history(of: stored, session, zones: zones, in: head.language).encoded()
            if bytes.count >= Engine.pageSize { return ExportPage(bytes: bytes, next: stored.message.number) }
        }
        return ExportPage(bytes: bytes, next: found.count < limit ? nil : found.last?.message.number)
    }

    /// What was decided of a message and what became of it.
    private func history(
        of stored: StoredMessage, _ session: Session, zones: ZoneDatabase, in language: SentenceLanguage
    ) throws -> ExplanationAnswer {
        let number = stored.message.number
        return ExplanationAnswer(
            language: language, message: try fullAnswer(stored, session, zones: zones, in: language),
            decisions: try session.journal(of: number).compactMap { explained($0, zones, language) }, now: nil,
            deliveries: try releases(of: stored, session, zones: zones, in: language, last: Engine.mostRecords),
            events: try events(of: stored, session, last: Engine.mostRecords))
    }
}

/// What a person did with a message, or what became of it on the way.
private struct ExportedEvent: Answer {
    let event: StoredEvent
    let ids: MessageIDs

    init(_ event: StoredEvent, ids: MessageIDs) {
        self.event = event
        self.ids = ids
    }

    func write(to out: inout JSONWriter) {
        out.object {
            $0.member("type", event.type.name)
            $0.member(ifAny: "message", event.message.map(ids.id))
            $0.member(ifAny: "topic", event.topic)
            $0.member(ifAny: "channel", event.channel)
            $0.member(ifAny: "at", event.at)
            $0.member("received_at", event.receivedAt)
            $0.member(ifAny: "detail", event.detail)
            $0.member("recorded_by", event.recordedBy)
        }
    }
}
