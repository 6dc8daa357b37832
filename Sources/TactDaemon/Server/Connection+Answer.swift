import NIOCore
import NIOHTTP1

/// The answer's way out.
extension Connection {
    /// A connection at rest keeps a buffer of at most so many bytes.
    private static let keptCapacity = 64 * 1024

    /// Gives the answer to an exchange; no effect if it has one.
    func answer(_ response: Response, to number: UInt64) {
        guard let exchange, exchange.number == number, exchange.isAnswerOutstanding else { return }
        shared.handler.didAnswer(exchange.head, response.status)
        let keepAlive = maySurvive(exchange)
        self.exchange?.keepAlive = keepAlive
        self.exchange?.answer = .complete
        write(response, isHead: exchange.facts.isHead, keepAlive: keepAlive)
        finishIfComplete(number)
        advance()
    }

    /// Gives a fault as the answer.
    func answerFault(_ fault: ServerFault, to number: UInt64) {
        answer(shared.handler.response(to: fault), to: number)
    }

    /// Begins a streamed answer; no effect if there is one.
    func beginStream(
        _ status: HTTPResponseStatus, _ contentType: String, _ headers: [(String, String)], to number: UInt64
    ) {
        guard let exchange, exchange.number == number, exchange.isAnswerOutstanding else { return }
        shared.handler.didAnswer(exchange.head, status)
        let framing: BodyFraming = exchange.facts.isHTTP10 ? .close : .chunks
        let keepAlive = exchange.keepAlive && !exchange.facts.isHTTP10 && !shared.isStopping
        self.exchange?.keepAlive = keepAlive
        self.exchange?.answer = exchange.facts.isHead ? .complete : .streaming(framing)
        sendContinue()  // Whoever begins to answer before the body has come still wants it.
        out.writeResponseHead(
            status, contentType: contentType, headers: headers, framing: framing, keepAlive: keepAlive,
            fixedFields: shared.fixedFields())
        finishIfComplete(number)
        advance()
    }

    /// Writes a piece of a streamed answer, whose bytes have been charged. `promise` is kept when the socket has it.
    func writePiece(_ bytes: ByteBuffer, to number: UInt64, promise: EventLoopPromise<Void>?) {
        guard let exchange, exchange.number == number, case .streaming(let framing) = exchange.answer else {
            account.settle(bytes.readableBytes)
            promise?.fail(StreamClosed())
            return
        }
        if case .chunks = framing {
            out.writeChunkHead(bytes: bytes.readableBytes)
            append(bytes)
            out.writeStaticString("\r\n")
        } else {
            append(bytes)
        }
        charged += bytes.readableBytes
        if let promise {
            written.append(promise)
        }
        if account.isExhausted {
            isBudgetExhausted = true
        }
        if !isReading {
            flush()
        }
    }

    /// Ends a streamed answer.
    func endStream(of number: UInt64) {
        guard let exchange, exchange.number == number, case .streaming(let framing) = exchange.answer else { return }
        if case .chunks = framing {
            out.writeStaticString("0\r\n\r\n")
        }
        self.exchange?.answer = .complete
        finishIfComplete(number)
        advance()
    }

    /// Breaks a streamed answer off.
    func abortStream(of number: UInt64) {
        guard let exchange, exchange.number == number, case .streaming = exchange.answer else { return }
        close()
    }

    /// Keeps an action for the case that the client leaves before the answer is complete.
    func addOnClosed(_ action: @escaping @Sendable () -> Void, to number: UInt64) {
        if let exchange, exchange.number == number, !exchange.isAnswerComplete {
            self.exchange?.onClosed.append(action)
        } else if lostExchange == number {
            action()
        }
    }

    /// Keeps an action for when all charged bytes have been written.
    func addOnDrained(_ action: @escaping @Sendable () -> Void, to number: UInt64) {
        guard exchange?.number == number else { return }
        if account.unreadBytes == 0 {
            action()
        } else {
            onDrained.append(action)
        }
    }

    /// Makes room for the next request once this one is read and answered. An answer that came before the end of the
    /// body either has the rest thrown away or ends the connection.
    func finishIfComplete(_ number: UInt64) {
        guard let exchange, exchange.number == number, exchange.isAnswerComplete else { return }
        guard exchange.isRequestComplete else {
            self.exchange?.incoming = .discarding
            let rest = exchange.facts.contentLength ?? .max
            if !exchange.keepAlive || rest > shared.limits.discardedBody {
                closeWhenFlushed(lingering: true)
            }
            return
        }
        self.exchange = nil
        lastProgress = shared.eventLoop.now
        if !exchange.keepAlive || (shared.isStopping && queue.isEmpty) {
            closeWhenFlushed(lingering: false)
        }
    }

    /// Hands everything written so far to the channel and tells it to write.
    func flush() {
        guard let context else { return }
        guard out.readableBytes > 0 || charged > 0 || !written.isEmpty else { return }
        let settlement = charged > 0 || !written.isEmpty ? makeSettlement(context.eventLoop) : nil
        var bytes = ByteBuffer()  // Flushing may call us again: `out` must be free by then.
        swap(&bytes, &out)
        context.writeAndFlush(wrapOutboundOut(bytes), promise: settlement)
        if out.readableBytes == 0, bytes.capacity <= Self.keptCapacity {
            swap(&bytes, &out)
            out.clear()  // Keeps the memory, if the socket took it all.
        }
    }

    func write(_ response: Response, isHead: Bool, keepAlive: Bool) {
        out.writeResponseHead(
            response.status, contentType: response.contentType, headers: response.headers,
            framing: .length(response.body.readableBytes), keepAlive: keepAlive, fixedFields: shared.fixedFields())
        if !isHead, response.status.mayHaveResponseBody {
            append(response.body)
        }
    }

    /// Whether the connection can live on after an answer given now.
    private func maySurvive(_ exchange: Exchange) -> Bool {
        guard exchange.keepAlive, !shared.isStopping, !(isInputClosed && queue.isEmpty) else { return false }
        if exchange.isRequestComplete { return true }
        // The rest of the body is thrown away, if it is sure to come and not too much.
        guard !exchange.awaitsContinue, let length = exchange.facts.contentLength else { return false }
        return length <= shared.limits.discardedBody
    }

    private func append(_ bytes: ByteBuffer) { out.writeImmutableBuffer(bytes) }

    /// A promise that settles the account and keeps the promises of all pieces written since the last flush.
    private func makeSettlement(_ eventLoop: any EventLoop) -> EventLoopPromise<Void> {
        let settlement = eventLoop.makePromise(of: Void.self)
        let here = NIOLoopBound(self, eventLoop: eventLoop)
        settlement.futureResult.whenComplete { [account, charged, written] result in
            account.settle(charged)
            for promise in written {
                promise.completeWith(result)
            }
            here.value.didSettle()
        }
        charged = 0
        written = []
        return settlement
    }

    private func didSettle() {
        if account.unreadBytes == 0 {
            let actions = onDrained
            onDrained = []
            for action in actions {
                action()
            }
        }
        reconsiderBudget()
    }

    /// Lets a streamed body go on if enough of the answers has been read by now.
    private func reconsiderBudget() {
        guard isBudgetExhausted else { return }
        if account.hasRoomAgain {
            isBudgetExhausted = false
            lastProgress = shared.eventLoop.now
            advance()
        } else if !account.isBoundByItself, !isWaitingForOthers {
            isWaitingForOthers = true
            let here = NIOLoopBound(self, eventLoop: shared.eventLoop)
            account.whenOthersSettle { [eventLoop = shared.eventLoop] in
                eventLoop.execute {
                    here.value.isWaitingForOthers = false
                    here.value.reconsiderBudget()
                }
            }
        }
    }
}
