/// Where in a body a value stands; a JSON pointer (RFC 6901) that is only put together when it is needed.
package struct Place: Sendable {
    private let parent: String
    private let step: String?

    /// The whole body.
    package static let root = Place(parent: "", step: nil)

    private init(parent: String, step: String?) {
        self.parent = parent
        self.step = step
    }

    package init(pointer: String) { self.init(parent: pointer, step: nil) }

    /// A member of the object here.
    package func member(_ name: String) -> Place { Place(parent: pointer, step: name) }

    /// An element of the array here.
    package func element(_ index: Int) -> Place { Place(parent: pointer, step: String(index)) }

    package var pointer: String {
        guard let step else { return parent }
        guard step.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return parent + "/" + step
        }
        var escaped = ""
        for scalar in step.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return parent + "/" + escaped
    }
}
