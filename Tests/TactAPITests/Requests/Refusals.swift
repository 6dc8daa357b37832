import Testing

@testable import TactAPI

/// A body that must be refused, with the pointers of all that is wrong in it.
struct Refusal: Sendable, CustomTestStringConvertible {
    var body: String
    var pointers: [String]

    init(_ body: String, _ pointers: String...) {
        self.body = body
        self.pointers = pointers
    }

    var testDescription: String { body }

    /// Expects that `decode` refuses the body so.
    func expect<Value>(_ decode: ([UInt8]) throws(Problem) -> Value) {
        do throws(Problem) {
            let value = try decode(Array(body.utf8))
            Issue.record("\(body) was taken for \(value)")
        } catch {
            #expect(error.kind == .invalidField, "\(body)")
            #expect(error.faults.map(\.pointer) == pointers, "\(body)")
            #expect(
                error.faults.allSatisfy {
                    $0.detail.contains("expected") || $0.detail.contains("did you mean")
                        || $0.detail.contains("twice")
                }, "\(error.faults)")
        }
    }
}

/// The detail of the only thing that is wrong.
func detail<Value>(_ decode: () throws(Problem) -> Value) -> String? {
    do throws(Problem) {
        _ = try decode()
        return nil
    } catch {
        return error.faults.count == 1 ? error.faults[0].detail : "\(error.faults)"
    }
}
