import TactCore

/// Why a request was not carried out, as problem details (RFC 9457).
package struct Problem: Error, Sendable, Equatable {
    /// One thing that is wrong with a request.
    package struct Fault: Sendable, Equatable {
        /// Where, as a JSON pointer into the body (RFC 6901). For a query, as if its parameters were members of the
        /// body; for NDJSON, into the line.
        package var pointer: String
        /// What was found and what is expected.
        package var detail: String

        package init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    package var kind: ProblemKind
    /// What happened this time, and what to do next.
    package var detail: String
    /// At most `Faults.most`.
    package var faults: [Fault]
    /// When it is worth trying again.
    package var retryAfter: Duration?

    package init(_ kind: ProblemKind, _ detail: String, faults: [Fault] = [], retryAfter: Duration? = nil) {
        self.kind = kind
        self.detail = detail
        self.faults = faults
        self.retryAfter = retryAfter
    }

    /// One bad field.
    package static func bad(_ pointer: String, _ detail: String, kind: ProblemKind = .invalidField) -> Problem {
        var faults = Faults()
        faults.add(Place(pointer: pointer), detail)
        return bad(faults, kind: kind)
    }

    /// Bad fields, at least one.
    package static func bad(_ faults: Faults, kind: ProblemKind = .invalidField) -> Problem {
        let first = faults.named.first.map { $0.pointer.isEmpty ? $0.detail : "\($0.pointer): \($0.detail)" } ?? ""
        let place = faults.count > faults.named.count ? "errors has the first \(faults.named.count)" : "see errors"
        let more = faults.count > 1 ? " (and \(faults.count - 1) more, \(place))" : ""
        return Problem(kind, first + more, faults: faults.named)
    }

    /// The media type of a problem in a body.
    package static let mediaType = "application/problem+json"

    package var status: Int { kind.status }

    /// `retryAfter` in whole seconds, rounded up, as the header field of that name has it (RFC 9110, section 10.2.3).
    package var retryAfterSeconds: Int64? {
        retryAfter.map { max(0, -((-$0.milliseconds).flooredQuotient(by: 1000))) }
    }
}

extension Problem: Answer {
    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("type", ProblemKind.urn + kind.rawValue)
            $0.member("title", kind.title)
            $0.member("status", kind.status)
            $0.member("detail", detail)
            if !faults.isEmpty { $0.member("errors", faults) }
            if let retryAfterSeconds { $0.member("retry_after", "\(retryAfterSeconds)s") }
        }
    }
}

extension Problem.Fault: Answer {
    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("pointer", pointer)
            $0.member("detail", detail)
        }
    }
}
