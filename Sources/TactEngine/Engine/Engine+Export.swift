import TactAPI
import TactCore
import TactStore

/// All that is held on a person, in words that they can read. For readers, on threads of their own: they bring the tz
/// database, for the engine's is the writer's.
extension Engine {
    /// The document up to its messages.
    package struct ExportHead: Sendable {
        package var recipient: Int64
        package var bytes: [UInt8]
    }

    package struct ExportPage: Sendable {
        package var bytes: [UInt8]
        /// Where to go on; nil: that was all.
        package var next: Int64?
    }

    /// More of a kind than anybody has; the reader of an export is not to be sent for the rest.
    private static let mostRecords = 100_000

    package func exportHead(
        of id: String, _ session: Session, zones: ZoneDatabase, now: Timestamp
    ) throws -> ExportHead {
        let recipient = try recipient(id, session)
        let number = recipient.number
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
            $0.member("recipient", declared)
            $0.member("preferences", preferences)
            $0.member("consents", consents)
            $0.member("calendars", calendars)
            $0.member("closed_addresses", closed)
            $0.member("events", events)
        }
        var bytes = out.bytes
        bytes.removeLast()
        return ExportHead(recipient: number, bytes: bytes + Array(#","messages":["#.utf8))
    }

    /// Messages before number `before`, the newest first, each with its decisions and deliveries.
    package func exportMessages(
        of recipient: Int64, before: Int64, limit: Int, isFirst: Bool, _ session: Session, zones: ZoneDatabase
    ) throws -> ExportPage {
        let found = try session.messages(of: recipient, before: before, limit: limit)
        var bytes: [UInt8] = []
        for stored in found {
            if !isFirst || !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += try history(of: stored, session, zones: zones).encoded()
        }
        return ExportPage(bytes: bytes, next: found.count < limit ? nil : found.last?.message.number)
    }

    /// What was decided of a message and what became of it.
    private func history(
        of stored: StoredMessage, _ session: Session, zones: ZoneDatabase
    ) throws -> ExplanationAnswer {
        let number = stored.message.number
        return ExplanationAnswer(
            message: try fullAnswer(stored, session, zones: zones),
            decisions: try session.journal(of: number).compactMap { explained($0, zones) }, now: nil,
            deliveries: try releases(of: stored, session), events: try events(of: stored, session))
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
