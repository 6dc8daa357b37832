import TactAPI
import TactCore
import TactStore

/// All that is held on a person, in words that they can read, page by page: whatever there is, no more than a page of it is in
/// memory. For readers, on threads of their own: they bring the tz database, for the engine's is the writer's.
extension Engine {
    /// The document up to its lists.
    package struct ExportHead: Sendable {
        package var recipient: Int64
        package var id: String
        package var language: SentenceLanguage
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

    /// Of one message's deliveries and events: more than there ever are.
    private static let mostRecords = 100_000

    /// In bytes. A page ends with the item that fills it; one message's history may be long.
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
        let calendars = try session.calendars(of: number).map { try answer($0) }
        let closed = try closedAddresses(of: recipient, session).sorted()
        var out = JSONWriter()
        out.object {
            $0.member("format", "tact-export-1")
            $0.member("exported_at", now)
            $0.member("language", language.rawValue)
            $0.member("recipient", declared)
            $0.member("preferences", preferences)
            $0.member("calendars", calendars)
            $0.member("closed_addresses", closed)
        }
        var bytes = out.bytes
        bytes.removeLast()
        return ExportHead(recipient: number, id: recipient.id, language: language, bytes: bytes)
    }

    /// The next items of a list: consents and messages the newest first, events the earliest. `cursor`: where the page
    /// before said; nil: from the beginning.
    package func export(
        _ list: ExportList, of head: ExportHead, from cursor: Int64?, limit: Int, _ session: Session,
        zones: ZoneDatabase
    ) throws -> ExportPage {
        var page = ExportPage()
        var last: Int64?
        switch list {
        case .consents:
            for record in try session.consentRecords(of: head.recipient, before: cursor, limit: limit) {
                page.items.append(answer(record, recipient: head.id).encoded())
                last = record.number
            }
        case .events:
            for (number, event) in try session.events(of: head.recipient, after: cursor ?? 0, limit: limit) {
                page.items.append(ExportedEvent(event, ids: ids).encoded())
                last = number
            }
        case .messages:
            var size = 0
            for stored in try session.messages(of: head.recipient, before: cursor ?? .max, limit: limit) {
                let item = try history(of: stored, session, zones: zones, in: head.language).encoded()
                page.items.append(item)
                size += item.count
                if size >= Engine.pageSize { return ExportPage(items: page.items, next: stored.message.number) }
                last = stored.message.number
            }
        }
        page.next = page.items.count < limit ? nil : last
        return page
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
