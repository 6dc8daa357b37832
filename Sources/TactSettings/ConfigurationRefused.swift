/// Why a configuration file is not accepted: everything that is wrong with it, in the order of its lines.
package struct ConfigurationRefused: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        package var file: String
        /// Counted from 1; nil where no line is to blame.
        package var line: Int?
        /// `cap[1].per`: lists count from 0. Empty for the file as a whole.
        package var key: String
        /// What was found, what is expected, and what to do.
        package var message: String

        package init(file: String, line: Int?, key: String, message: String) {
            self.file = file
            self.line = line
            self.key = key
            self.message = message
        }

        /// `/etc/tact/tactd.toml:41: cap[1].per: found …, expected …`
        package var description: String {
            file + (line.map { ":\($0)" } ?? "") + ": " + (key.isEmpty ? "" : key + ": ") + message
        }
    }

    /// Never empty.
    package var problems: [Problem]

    package init(problems: [Problem]) { self.problems = problems }

    /// A line for each problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Collects problems and warnings while a file is read.
package final class Report {
    package let file: String
    package private(set) var problems: [ConfigurationRefused.Problem] = []
    package private(set) var warnings: [String] = []
    /// Who has a hundred problems has one.
    private static let greatestCount = 100

    package init(file: String) { self.file = file }

    package func refuse(line: Int?, key: String, _ message: String) {
        problems.append(.init(file: file, line: line, key: key, message: message))
    }

    /// A problem of another file that this one names.
    package func refuse(_ problem: ConfigurationRefused.Problem) { problems.append(problem) }

    package func refuse(_ node: TOMLNode, _ message: String) { refuse(line: node.line, key: node.path, message) }

    package func warn(line: Int, key: String, _ message: String) {
        warnings.append("\(file):\(line): \(key): \(message)")
    }

    /// All problems together, if there are any.
    package var refusal: ConfigurationRefused? {
        guard !problems.isEmpty else { return nil }
        var sorted = problems.sorted { ($0.file, $0.line ?? 0, $0.key) < ($1.file, $1.line ?? 0, $1.key) }
        if sorted.count > Self.greatestCount {
            let rest = sorted.count - Self.greatestCount
            sorted =
                sorted.prefix(Self.greatestCount) + [
                    .init(
                        file: file, line: nil, key: "", message: "and \(rest) more; correct these first")
                ]
        }
        return ConfigurationRefused(problems: sorted)
    }
}
