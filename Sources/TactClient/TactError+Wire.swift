internal import TactAPI

extension TactError {
    init(_ error: ClientError) {
        switch error {
        case .unreachable, .unsent: self = .unreachable(error.description)
        case .disconnected, .timedOut: self = .interrupted(error.description)
        case .malformed, .tooLarge: self = .unintelligible(error.description)
        case .cancelled: self = .cancelled
        }
    }

    /// What a refusal says.
    init(status: Int, body: [UInt8]) {
        do throws(TactError) {
            guard let json = try? JSON(parsing: body) else {
                throw .unintelligible("status \(status) without a problem")
            }
            self = .refused(try Problem(Members(json)))
        } catch {
            self = error
        }
    }
}

extension Problem {
    init(_ members: Members) throws(TactError) {
        type = Kind(rawValue: try members.one("type", \.stringValue))
        status = try members.one("status", \.countValue)
        title = try members.one("title", \.stringValue)
        detail = try members.one("detail", \.stringValue)
        errors = try members.list("errors") { fault throws(TactError) in
            Fault(pointer: try fault.one("pointer", \.stringValue), detail: try fault.one("detail", \.stringValue))
        }
        retryAfter = try members.ifAny("retry_after") { $0.stringValue.flatMap(Duration.init(wireText:)) }
    }
}
