import NIOCore
import NIOHTTP1

/// The request's way in.
extension Connection {
    /// Takes the next part of a request. Called only while `canTakePart`.
    func take(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head): takeHead(head)
        case .body(let bytes): takeBody(bytes)
        case .end: takeEnd()
        }
    }

    /// Takes what is wrong with the bytes after the last part.
    func take(_ fault: ServerFault) {
        guard let exchange else {
            refuse(fault)
            return
        }
        switch exchange.incoming {
        case .streaming:
            abandonBody(fault == .incomplete ? .disconnected : .malformed, fault)
        case .collecting, .opening, .discarding, .complete:
            self.exchange?.keepAlive = false
            if exchange.isAnswerOutstanding {
                answerFault(fault, to: exchange.number)
            } else {
                closeWhenFlushed(lingering: true)
            }
        }
    }

    private func takeHead(_ head: HTTPRequestHead) {
        headSince = nil
        do throws(ServerFault) {
            let facts = try HeadFacts(head)
            let target = try RequestTarget(head.uri)
            begin(
                RequestHead(
                    method: facts.isHead ? .GET : head.method, path: target.path, query: target.query,
                    headers: head.headers, contentLength: facts.contentLength, peer: peer),
                facts,
                keepAlive: head.isKeepAlive && !facts.isHTTP10 && !facts.asksForUpgrade)
        } catch {
            refuse(error)
        }
    }

    private func begin(_ head: RequestHead, _ facts: HeadFacts, keepAlive: Bool) {
        exchangeNumber += 1
        let number = exchangeNumber
        exchange = Exchange(
            number: number, head: head, facts: facts, startedAt: shared.eventLoop.now, keepAlive: keepAlive,
            incoming: .discarding, awaitsContinue: facts.expectsContinue && facts.contentLength != 0)
        switch shared.handler.bodyPolicy(for: head) {
        case .refuse(let response):
            answer(response, to: number)
        case .collect(let max):
            if let length = facts.contentLength, length > max {
                answerFault(.bodyTooLarge(limit: max), to: number)
            } else {
                exchange?.incoming = .collecting(max: max)
                sendContinue()
            }
        case .stream:
            exchange?.incoming = .opening
            let sink = shared.handler.handleStream(head, makeResponder(number))
            // The route may have answered already, and then wants no body.
            if exchange?.number == number, case .opening? = exchange?.incoming {
                exchange?.incoming = .streaming(sink)
                sendContinue()
            }
        }
    }

    private func takeBody(_ bytes: ByteBuffer) {
        guard let exchange else { return }
        switch exchange.incoming {
        case .collecting(let max):
            if exchange.body.readableBytes + bytes.readableBytes > max {
                self.exchange?.body = ByteBuffer()
                answerFault(.bodyTooLarge(limit: max), to: exchange.number)
            } else {
                collect(bytes)
            }
        case .streaming(let sink):
            sink.onChunk(bytes)
        case .opening, .discarding, .complete:
            break
        }
    }

    private func collect(_ bytes: ByteBuffer) {
        if exchange?.body.readableBytes == 0 {
            exchange?.body = bytes  // Most bodies come whole: nothing is copied.
        } else {
            exchange?.body.writeImmutableBuffer(bytes)
        }
    }

    private func takeEnd() {
        guard let exchange else { return }
        self.exchange?.incoming = .complete
        self.exchange?.body = ByteBuffer()
        switch exchange.incoming {
        case .collecting:
            shared.handler.handle(Request(head: exchange.head, body: exchange.body), makeResponder(exchange.number))
        case .streaming(let sink):
            sink.onEnd()
        case .opening, .discarding, .complete:
            break
        }
        finishIfComplete(exchange.number)
    }

    /// Tells the sink that the body will never be complete, and answers with `fault` unless an answer has begun.
    func abandonBody(_ error: BodyError, _ fault: ServerFault) {
        guard let exchange, case .streaming(let sink) = exchange.incoming else { return }
        self.exchange?.incoming = .discarding
        self.exchange?.keepAlive = false
        sink.onError(error)
        answerFault(fault, to: exchange.number)
    }

    /// Holds back or lets go a streamed body.
    func setBodyPaused(_ isPaused: Bool, of number: UInt64) {
        guard exchange?.number == number, exchange?.isBodyPaused != isPaused else { return }
        exchange?.isBodyPaused = isPaused
        lastProgress = shared.eventLoop.now
        if !isPaused {
            advance()
        }
    }

    /// Refuses a request that never became an exchange, and with it the connection: nobody knows where the next begins.
    private func refuse(_ fault: ServerFault) {
        exchange = nil
        let response = shared.handler.response(to: fault)
        shared.handler.didAnswer(nil, response.status)
        write(response, isHead: false, keepAlive: false)
        closeWhenFlushed(lingering: true)
    }

    /// Refuses a head that takes too long.
    func refuseSlowHead() {
        refuse(.tooSlow)
    }

    /// Asks for the body, if the client waits for that (RFC 9110, section 10.1.1).
    func sendContinue() {
        guard exchange?.awaitsContinue == true else { return }
        exchange?.awaitsContinue = false
        out.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
    }

    private func makeResponder(_ number: UInt64) -> Responder {
        Responder(
            connection: NIOLoopBound(self, eventLoop: shared.eventLoop), number: number, account: account,
            eventLoop: shared.eventLoop)
    }
}
