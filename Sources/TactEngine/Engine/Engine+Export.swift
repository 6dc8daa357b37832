import TactAPI
import TactCore
import TactStore

/// All that is held on a person, in words that they can read, page by page: whatever there is, no more than a page of it is in
/// memory. For readers, on threads of their own: they bring the tz database, for the engine's is the writer's.
extension Engine {
    /// The document up to its lists.
    package struct ExportHead: Sendable {
        package var recipient: Int64
        /// An object that is not closed yet.
        package var bytes: [UInt8]
    }

    /// The lists, in the order in which they follow the head. The raw values are members of the document.
    package enum ExportList: String, CaseIterable, Sendable {
        case consents, events, messages
    }

    package struct ExportPage: Sendable {
        package var items: [[UInt8]] = []
        /// Where to go on; nil: that was all.
        package var next: Int64?
    }

    package func exportHead(
        of id: String, _ session: Session, zones: ZoneDatabase, now: Timestamp
    ) throws -> ExportHead {
        let recipient = try recipient(id, session)
        let number = recipient.number
        let declared = try answer(recipient, session, inFull: true)
        let preferences = try preferences(of: id, session)
        let calendars = try session.calendars(of: number).map { try answer($0) }
        let closed = try session.closedAddresses(of: number).sorted()
        var out = JSONWriter()
        out.object {
            $0.member("format", "tact-export-1")
            $0.member("exported_at", now)
            $0.member("recipient", declared)
            $0.member("preferences", preferences)
            $0.member("calendars", calendars)
            $0.member("closed_addresses", closed)
        }
        var bytes = out.bytes
        bytes.removeLast()
        return ExportHead(recipient: number, bytes: bytes)
    }

    /// The next items of a list: consents and messages the newest first, events the earliest. `cursor`: where the page
    /// before said; nil: from the beginning. `id` is the recipient's.
    package func export(
        _ list: ExportList, of recipient: Int64, _ id: String, from cursor: Int64?, limit: Int, _ session: Session,
        zones: ZoneDatabase
    ) throws -> ExportPage {
        var page = ExportPage()
        var last: Int64?
        switch list {
        case .consents:
            for record in try session.consentRecords(of: recipient, before: cursor, limit: limit) {
                page.items.append(answer(record, recipient: id).encoded())
                last = record.number
            }
        case .events:
            for (number, event) in try session.events(of: recipient, after: cursor ?? 0, limit: limit) {
                page.items.append(ExportedEvent(event, ids: ids).encoded())
                last = number
            }
        case .messages:
            for stored in try session.messages(of: recipient, before: cursor ?? .max, limit: limit) {
                page.items.append(try history(of: stored, session, zones: zones).encoded())
                last = stored.message.number
            }
        }
        page.next = page.items.count < limit ? nil : last
        return page
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
