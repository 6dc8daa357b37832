/// The program.
package enum Tact {
    /// Semantic version of everything that is built together.
    package static let version = "0.1.0"
}
