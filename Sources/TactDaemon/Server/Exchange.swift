import NIOCore

/// One request and its answer while they are under way.
struct Exchange {
    /// How far the request has come.
    enum Incoming {
        /// The body is collected, up to so many bytes.
        case collecting(max: Int)
        /// A sink is being made for the body.
        case opening
        /// The body goes to a sink as it comes.
        case streaming(any BodySink)
        /// The body is thrown away.
        case discarding
        /// The request has been read to its end.
        case complete
    }

    /// How far the answer has come.
    enum Answer {
        case outstanding
        case streaming(BodyFraming)
        case complete
    }

    /// Which exchange of its connection this is; a responder of an older one has no effect.
    let number: UInt64
    let head: RequestHead
    let facts: HeadFacts
    let startedAt: NIODeadline
    var keepAlive: Bool
    var incoming: Incoming
    var answer = Answer.outstanding
    var body = ByteBuffer()
    /// The client waits for `100 Continue` before it sends the body, and has not got it.
    var awaitsContinue: Bool
    /// The route holds back the body.
    var isBodyPaused = false
    var onClosed: [@Sendable () -> Void] = []

    /// Whether the request has been read to its end.
    var isRequestComplete: Bool {
        if case .complete = incoming { true } else { false }
    }

    /// Whether the answer has been given to its end.
    var isAnswerComplete: Bool {
        if case .complete = answer { true } else { false }
    }

    /// Whether nothing has been answered yet.
    var isAnswerOutstanding: Bool {
        if case .outstanding = answer { true } else { false }
    }
}
