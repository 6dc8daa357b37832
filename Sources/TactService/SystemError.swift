import Glibc

/// A system call that failed.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// What was being done: "binding the socket".
    package let action: String
    /// The `errno` it failed with.
    package let code: Int32

    /// The failure of the call just made, unless another code is given.
    package init(_ action: String, code: Int32 = errno) {
        self.action = action
        self.code = code
    }

    /// "binding the socket: Permission denied".
    package var description: String {
        "\(action): \(Self.text(of: code))"
    }

    /// The system's text for an `errno`.
    package static func text(of code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: start)
        }
    }
}
