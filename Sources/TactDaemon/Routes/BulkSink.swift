import NIOCore
import TactAPI
import TactCore
import TactEngine
import TactStore

/// A bulk submission: a message a line, answered line by line in order as they become durable. Lines that came before
/// the connection broke stay. Used on its connection's loop alone.
final class BulkSink: BodySink {
    static let mediaType = "application/x-ndjson"
    /// Bytes.
    private static let longestLine = 256 * 1024
    /// How many lines go into one transaction, and how many may be under way at once.
    private static let batch = 128
    private static let mostUnderWay = 1024

    /// A line on its way in.
    fileprivate struct Line: Sendable {
        var number: Int
        var request: Result<MessageRequest, Problem>
    }

    /// What came of a batch: the answers, and what it did.
    fileprivate struct Outcome: Sendable {
        var bytes = JSONWriter(reserving: 16 * 1024)
        var summary = BulkSummary()
    }

    private let head: RequestHead
    private let responder: Responder
    private let services: Services
    private let stream: ResponseStream?
    private let answersErrorsOnly: Bool
    private var rest = ByteBuffer()
    private var lines: [Line] = []
    private var number = 0
    private var underWay = 0
    private var isEnded = false
    private var isInLongLine = false
    private var summary = BulkSummary()
    private var isPaused = false

    init(_ head: RequestHead, _ responder: Responder, _ services: Services) {
        self.head = head
        self.responder = responder
        self.services = services
        do {
            let query = try SubmitQuery(Query(head.query.map { ($0.name, $0.value) }))
            guard !query.isDryRun else {
                throw Problem.bad("/dry_run", "expected a single message, found a bulk submission; try them one by one")
            }
            answersErrorsOnly = query.answersErrorsOnly
            stream = responder.stream(.ok, BulkSink.mediaType)
        } catch {
            answersErrorsOnly = true
            stream = nil
            responder.respond(.failure(error))
        }
    }

    // MARK: BodySink

    func onChunk(_ bytes: ByteBuffer) {
        guard stream != nil else { return }
        var bytes = bytes
        rest.writeBuffer(&bytes)
        takeLines()
        submitBatch(ofAtLeast: BulkSink.batch)
        throttle()
    }

    func onEnd() {
        guard stream != nil else { return }
        if rest.readableBytes > 0 || isInLongLine { takeLine(rest.readableBytes) }
        isEnded = true
        submitBatch(ofAtLeast: 1)
        finishIfDone()
    }

    func onError(_ error: BodyError) {
        // What came whole is taken in all the same; there is nobody to tell.
        submitBatch(ofAtLeast: 1)
        stream?.abort()
    }

    // MARK: Lines

    private func takeLines() {
        while let length = rest.readableBytesView.firstIndex(of: 0x0A).map({ $0 - rest.readerIndex }) {
            takeLine(length)
            rest.moveReaderIndex(forwardBy: 1)
        }
        if rest.readableBytes > BulkSink.longestLine {
            isInLongLine = true
            rest.clear()
        }
        rest.discardReadBytes()
    }

    private func takeLine(_ length: Int) {
        number += 1
        guard var line = rest.readSlice(length: length) else { return }
        if isInLongLine || length > BulkSink.longestLine {
            isInLongLine = false
            lines.append(
                Line(
                    number: number,
                    request: .failure(
                        Problem(.lineTooLarge, "The line has more than \(BulkSink.longestLine) bytes."))))
            return
        }
        if line.readableBytesView.last == 0x0D {
            line = line.getSlice(at: line.readerIndex, length: length - 1) ?? line
        }
        guard line.readableBytesView.contains(where: { $0 != 0x20 && $0 != 0x09 }) else { return }
        do throws(Problem) {
            lines.append(Line(number: number, request: .success(try MessageRequest(line.readableBytesView))))
        } catch {
            lines.append(Line(number: number, request: .failure(error)))
        }
    }

    // MARK: Batches

    private func submitBatch(ofAtLeast least: Int) {
        guard lines.count >= least, !lines.isEmpty else {
            // Nothing more is on its way: what is there need not wait for company.
            if underWay == 0, !lines.isEmpty { send(lines) }
            return
        }
        var start = 0
        while start < lines.count {
            let end = min(lines.count, start + BulkSink.batch)
            if end - start < least, underWay > 0, !isEnded { break }
            perform(Array(lines[start..<end]))
            start = end
        }
        lines.removeFirst(start)
    }

    private func send(_ batch: [Line]) {
        lines = []
        perform(batch)
    }

    private func perform(_ batch: [Line]) {
        underWay += batch.count
        let (services, sender, errorsOnly) = (services, head.peer.name, answersErrorsOnly)
        let bound = NIOLoopBound(self, eventLoop: responder.eventLoop)
        services.commits.perform(pace: .patient) { session in
            try BulkSink.submit(batch, sender: sender, errorsOnly, services, session)
        } done: { result in
            bound.eventLoop.execute { bound.value.finished(batch, result) }
        }
    }

    private static func submit(
        _ batch: [Line], sender: String, _ errorsOnly: Bool, _ services: Services, _ session: Session
    ) throws -> Outcome {
        var outcome = Outcome()
        let (engine, clock) = (services.engine, services.clock)
        for line in batch {
            do {
                let submission = try engine.submit(line.request.get(), sender: sender, session, clock.moment)
                if submission.isReplay { outcome.summary.replayed += 1 } else { outcome.summary.accepted += 1 }
                guard !errorsOnly, let id = submission.id else { continue }
                outcome.write(
                    BulkLine(
                        line: line.number,
                        .accepted(
                            id: id, state: submission.stored.state, plan: submission.stored.message.plan,
                            codes: submission.decision.findings.codes)))
            } catch let problem as Problem {
                outcome.summary.failed += 1
                outcome.write(BulkLine(line: line.number, .refused(problem)))
            }
        }
        return outcome
    }

    private func finished(_ batch: [Line], _ result: Result<Outcome, any Error>) {
        underWay -= batch.count
        switch result {
        case .success(let outcome):
            summary.accepted += outcome.summary.accepted
            summary.replayed += outcome.summary.replayed
            summary.failed += outcome.summary.failed
            stream?.write(ByteBuffer(bytes: outcome.bytes.bytes))
        case .failure(let error):
            services.note(error, at: "bulk submission")
            summary.failed += batch.count
            var outcome = Outcome()
            for line in batch { outcome.write(BulkLine(line: line.number, .refused(Problem(failure: error)))) }
            stream?.write(ByteBuffer(bytes: outcome.bytes.bytes))
        }
        submitBatch(ofAtLeast: isEnded ? 1 : BulkSink.batch)
        throttle()
        finishIfDone()
    }

    /// Reads no more while too much is under way, or while the client does not read its answers.
    private func throttle() {
        guard let stream, !isEnded else { return }
        let isFull = underWay > BulkSink.mostUnderWay || !stream.isWritable
        guard isFull != isPaused else { return }
        isPaused = isFull
        if isFull {
            responder.pauseReading()
            if !stream.isWritable {
                let bound = NIOLoopBound(self, eventLoop: responder.eventLoop)
                stream.onDrained { bound.value.throttle() }
            }
        } else {
            responder.resumeReading()
        }
    }

    private func finishIfDone() {
        guard isEnded, underWay == 0, lines.isEmpty, let stream else { return }
        if answersErrorsOnly {
            summary.lines = number
            stream.write(ByteBuffer(bytes: summary.encoded() + [0x0A]))
        }
        stream.end()
    }
}

extension BulkSink.Outcome {
    fileprivate mutating func write(_ line: BulkLine) {
        line.write(to: &bytes)
        bytes.newline()
    }
}
