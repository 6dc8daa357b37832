import TactCore
import TactSettings

/// Delivery by a program of the admin's.
package struct ProgramSettings: Hashable, Sendable {
    package enum Mode: String, CaseIterable, Sendable {
        /// A run for each message.
        case once
        /// One run for many: a line in, a line out.
        case lines
    }

    /// The program by its absolute path, and its arguments. No shell is involved.
    package var command: [String]
    package var mode: Mode
    /// What the program finds in its environment besides PATH.
    package var environment: [String: String]

    init(_ section: Section) {
        command = section.command ?? []
        if command.isEmpty { section.refuseMissing("command", expected: "a program and its arguments") }
        mode = section.value("mode", .choice) ?? .once
        environment = section.words("environment")
    }

    package init(command: [String], mode: Mode = .once, environment: [String: String] = [:]) {
        self.command = command
        self.mode = mode
        self.environment = environment
    }
}

extension Section {
    /// A program by its absolute path, and its arguments; nil where the key is absent or wrong.
    var command: [String]? {
        guard let words = list("command", .argument, atMost: 100), let program = words.first else { return nil }
        guard program.hasPrefix("/"), !program.hasSuffix("/") else {
            refuse(
                "command",
                "found the program “\(program.prefix(64))”, expected an absolute path such as \"/usr/bin/send-sms\"")
            return nil
        }
        return words
    }

    /// A table of texts: `key = { NAME = "value" }`.
    func words(_ key: String) -> [String: String] {
        guard let table = section(key) else { return [:] }
        var words: [String: String] = [:]
        for name in table.keys {
            guard name.isVariableName else {
                table.refuse(name, "found the name “\(name.prefix(64))”, expected letters, digits and underscores")
                continue
            }
            words[name] = table.value(name, .argument)
        }
        return words
    }
}

extension Reader where T == String {
    /// Any text that can be handed to a program.
    static var argument: Reader {
        .text("a text of at most 4096 bytes without a NUL", example: "\"--quiet\"") { text in
            text.utf8.count <= 4096 && !text.utf8.contains(0) ? text : nil
        }
    }
}

extension String {
    fileprivate var isVariableName: Bool {
        (1...128).contains(utf8.count) && utf8.first?.isFigure == false
            && utf8.allSatisfy {
                $0.isFigure || $0 == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            }
    }
}
