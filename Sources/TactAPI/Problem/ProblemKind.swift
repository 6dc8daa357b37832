/// What kinds of problem there are. The raw value is the end of the type's URN; it is public and never changes.
package enum ProblemKind: String, CaseIterable, Sendable {
    // What was sent is not right.
    case malformedRequest = "malformed-request"
    case malformedJSON = "malformed-json"
    case invalidField = "invalid-field"
    case unknownTopic = "unknown-topic"
    case unknownChannel = "unknown-channel"
    case unknownTimeZone = "unknown-time-zone"
    case unknownTemplate = "unknown-template"
    case invalidTemplate = "invalid-template"
    case invalidCalendar = "invalid-calendar"
    case invalidCursor = "invalid-cursor"
    case forbidden
    case linkRefused = "link-refused"
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case requestTimeout = "request-timeout"
    case notPending = "not-pending"
    case notFailed = "not-failed"
    case policyRefused = "policy-refused"
    case keysRefused = "keys-refused"
    case policyInUse = "policy-in-use"
    case templateOfFile = "template-of-file"
    case bodyTooLarge = "body-too-large"
    case lineTooLarge = "line-too-large"
    case calendarTooLarge = "calendar-too-large"
    case unsupportedMediaType = "unsupported-media-type"
    case expectationFailed = "expectation-failed"
    case idempotencyKeyReused = "idempotency-key-reused"
    case headTooLarge = "head-too-large"
    // Too much at once.
    case tooManyPending = "too-many-pending"
    case tooManySubmissions = "too-many-submissions"
    case tooManyCalendars = "too-many-calendars"
    case tooManyExports = "too-many-exports"
    case tooManyConnections = "too-many-connections"
    // The daemon cannot.
    case internalError = "internal-error"
    case notSupported = "not-supported"
    case unknownTransferCoding = "unknown-transfer-coding"
    case shuttingDown = "shutting-down"
    case overloaded
    case diskFull = "disk-full"

    /// What comes before the raw value in a problem's `type`.
    package static let urn = "urn:tact:problem:"

    /// The kind behind a `type`; nil for others.
    package init?(type: String) {
        guard type.hasPrefix(ProblemKind.urn) else { return nil }
        self.init(rawValue: String(type.dropFirst(ProblemKind.urn.count)))
    }

    package var status: Int { meaning.status }
    package var title: String { meaning.title }

    private var meaning: (status: Int, title: String) {
        switch self {
        case .malformedRequest: (400, "The request is not valid HTTP/1.1")
        case .malformedJSON: (400, "The body is not valid JSON")
        case .invalidField: (400, "A field is not as it should be")
        case .unknownTopic: (400, "The topic is not known")
        case .unknownChannel: (400, "The channel is not known")
        case .unknownTimeZone: (400, "The time zone is not known")
        case .unknownTemplate: (400, "The template is not known")
        case .invalidTemplate: (400, "The template cannot be taken")
        case .invalidCalendar: (400, "The calendar cannot be read")
        case .invalidCursor: (400, "The cursor is not one of this list")
        case .forbidden: (403, "You are not allowed to do this")
        case .linkRefused: (403, "The link is not good for this")
        case .notFound: (404, "There is no such thing")
        case .methodNotAllowed: (405, "The path does not have this method")
        case .requestTimeout: (408, "The request did not arrive in time")
        case .notPending: (409, "The message is not pending")
        case .notFailed: (409, "The message has not failed")
        case .policyRefused: (409, "The new policy is not valid")
        case .keysRefused: (409, "The master key is not valid")
        case .policyInUse: (409, "The new policy drops what messages still need")
        case .templateOfFile: (409, "The template comes from a file")
        case .bodyTooLarge: (413, "The body is too large")
        case .lineTooLarge: (413, "The line is too large")
        case .calendarTooLarge: (413, "The calendar is too large")
        case .unsupportedMediaType: (415, "The body is of a type that is not understood here")
        case .expectationFailed: (417, "The expectation cannot be met")
        case .idempotencyKeyReused: (422, "The idempotency key was used for another body")
        case .headTooLarge: (431, "The request's head is too large")
        case .tooManyPending: (429, "The recipient has too many pending messages")
        case .tooManySubmissions: (429, "You submit too fast")
        case .tooManyCalendars: (429, "The recipient has too many calendars")
        case .tooManyExports: (429, "Too many copies of what is kept at once")
        case .tooManyConnections: (503, "Too many connections")
        case .internalError: (500, "Something went wrong inside")
        case .notSupported: (501, "This is not built yet")
        case .unknownTransferCoding: (501, "The transfer coding is not understood")
        case .shuttingDown: (503, "The daemon is shutting down")
        case .overloaded: (503, "The daemon has too much to do")
        case .diskFull: (507, "The disk is full")
        }
    }
}
