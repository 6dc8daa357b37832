import Glibc
import NIOCore
import NIOHTTP1

/// One client's connection: takes its requests one after the other and writes their answers in the same order.
///
/// Parts of requests that cannot be taken yet wait in `queue`, and while any wait no more is read, so a client can
/// make us hold what one read brings and no more. Answers gather in `out` and are flushed together once per read.
final class Connection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let shared: ServerLoop
    let peer: Peer
    let account: OutboundAccount
    /// The socket, which is the channel's: ours to use only while that is active.
    private let descriptor: CInt
    var context: ChannelHandlerContext?

    /// The exchange under way; `nil` between requests.
    var exchange: Exchange?
    /// The number of the latest exchange.
    var exchangeNumber: UInt64 = 0
    /// The exchange that was under way when the client left.
    var lostExchange: UInt64?

    /// Parts that were read and cannot be taken yet.
    var queue = CircularBuffer<HTTPServerRequestPart>()
    /// What is wrong with the bytes that follow the queue.
    var fault: ServerFault?
    /// The client has closed its sending half.
    var isInputClosed = false
    /// A read that the channel asked for and that waits until we want it.
    private var isReadWithheld = false
    /// Reading of a streamed body waits until the client has read its answers.
    var isBudgetExhausted = false
    var isWaitingForOthers = false

    /// Answer bytes not yet handed to the channel.
    var out = ByteBuffer()
    /// How many of the bytes written since the last flush were charged to `account`.
    var charged = 0
    var written: [EventLoopPromise<Void>] = []
    var onDrained: [@Sendable () -> Void] = []

    /// A read is being worked through: answers wait for its end to be flushed.
    var isReading = false
    private var hasTakenPart = false
    var isTaking = false

    /// When bytes last went either way.
    var lastProgress: NIODeadline
    /// Since when a request's head is coming in.
    var headSince: NIODeadline?
    /// What the channel held unwritten when we last looked.
    var lastBuffered = 0
    /// Until when what the client still sends is read and thrown away; set once we are closing.
    var closingUntil: NIODeadline?

    init(shared: ServerLoop, peer: Peer, descriptor: CInt) {
        self.shared = shared
        self.peer = peer
        self.descriptor = descriptor
        self.account = shared.budget.openAccount()
        self.lastProgress = shared.eventLoop.now
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        shared.add(self)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard closingUntil == nil else { return }
        isReading = true
        hasTakenPart = true
        let part = unwrapInboundIn(data)
        if queue.isEmpty, canTakePart {
            isTaking = true
            take(part)
            isTaking = false
        } else {
            queue.append(part)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        lastProgress = shared.eventLoop.now
        if !hasTakenPart, exchange == nil, queue.isEmpty, headSince == nil {
            headSince = lastProgress
        }
        hasTakenPart = false
        isReading = false
        advance()
    }

    func read(context: ChannelHandlerContext) {
        if queue.isEmpty, closingUntil != nil || exchange?.isRequestComplete ?? false || canTakePart {
            context.read()
        } else {
            isReadWithheld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        lastProgress = shared.eventLoop.now
        advance()
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            isInputClosed = true
            advance()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard closingUntil == nil else { return }
        guard let error = error as? HTTPParserError else { return close() }
        switch error {
        case .headerOverflow:
            fault = .headTooLarge(limit: shared.limits.headBytes, fields: shared.limits.headerFields)
        case .invalidEOFState:
            fault = .incomplete
        default:
            fault = .malformed("The parser says: \(error).")
        }
        advance()
    }

    func channelInactive(context: ChannelHandlerContext) {
        closingUntil = .distantPast
        queue.removeAll()
        onDrained = []
        loseExchange()
        flush()  // In vain, but what was charged is settled.
        shared.remove(self)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    // MARK: Going on

    /// Whether the next part of a request may be taken now.
    private var canTakePart: Bool {
        guard closingUntil == nil else { return false }
        guard let exchange else {
            return out.readableBytes < shared.limits.answerBytes && context?.channel.isWritable ?? false
        }
        switch exchange.incoming {
        case .collecting, .discarding: return true
        case .opening, .streaming: return !exchange.isBodyPaused && !isBudgetExhausted
        case .complete: return false
        }
    }

    /// Takes what has been waiting and may be taken now, flushes the answers, and reads on.
    func advance() {
        guard !isTaking, !isReading else { return }
        isTaking = true
        repeat {
            while canTakePart, let part = queue.popFirst() {
                take(part)
            }
            flush()
        } while canTakePart && !queue.isEmpty
        if queue.isEmpty, let fault, canTakePart {
            self.fault = nil
            take(fault)
        }
        isTaking = false
        if isInputClosed, exchange == nil, queue.isEmpty, fault == nil {
            closeWhenFlushed(lingering: false)
        }
        flush()
        readOn()
    }

    /// Does the read that was withheld, if it is wanted by now.
    private func readOn() {
        guard isReadWithheld, let context else { return }
        isReadWithheld = false
        read(context: context)
    }

    /// Ends the connection without losing a request: what has begun is answered, and what rests is closed. A client that
    /// has not asked anything yet gets a moment to do so, for many do not try again on a new connection.
    func stop() {
        guard exchangeNumber == 0 else { return stopIfIdle() }
        let here = NIOLoopBound(self, eventLoop: shared.eventLoop)
        shared.eventLoop.scheduleTask(in: shared.limits.firstWord) {
            here.value.stopIfIdle()
        }
    }

    /// Takes no further byte of an idle connection. From here on the client's writes fail, so that it knows what did not
    /// arrive; what did is still read and answered, and then the connection closes as at the client's own end of input.
    func stopIfIdle() {
        guard exchange == nil, queue.isEmpty, headSince == nil, closingUntil == nil else { return }
        guard context?.channel.isActive ?? false else { return }
        if shutdown(descriptor, CInt(SHUT_RD)) != 0 { closeWhenFlushed(lingering: false) }
    }

    /// Closes the connection now. What was not written is lost.
    func close() {
        closingUntil = closingUntil ?? shared.eventLoop.now
        context?.close(promise: nil)
    }

    /// Closes the connection once the answers are out, and with `lingering` only after the client has stopped sending
    /// or the limit for that is over: a client that is still sending could otherwise lose the answer.
    func closeWhenFlushed(lingering: Bool) {
        guard closingUntil == nil, let context else { return }
        closingUntil = shared.eventLoop.now + (lingering ? shared.limits.linger : shared.limits.stall)
        loseExchange()
        queue.removeAll()
        let flushed = context.eventLoop.makePromise(of: Void.self)
        let here = NIOLoopBound(self, eventLoop: context.eventLoop)
        flushed.futureResult.whenComplete { _ in
            let connection = here.value
            let mode: CloseMode = lingering && !connection.isInputClosed ? .output : .all
            connection.context?.close(mode: mode, promise: nil)
        }
        written.append(flushed)
        flush()
        readOn()
    }

    /// Gives up the exchange under way and tells whoever works on its answer.
    private func loseExchange() {
        guard let exchange else { return }
        self.exchange = nil
        lostExchange = exchange.number
        if case .streaming(let sink) = exchange.incoming {
            sink.onError(.disconnected)
        }
        guard !exchange.isAnswerComplete else { return }
        for action in exchange.onClosed {
            action()
        }
    }
}
