/// Policies that tests run under.
enum Policies {
    /// Nothing holds anything.
    static let plain = """
        [[channel]]
        name = "email"
        retry = { attempts = 3, initial = "1s", max = "1s" }
        [[channel]]
        name = "push"
        [[topic]]
        name = "news"
        consent = "not_required"
        channels = ["email"]
        [[topic]]
        name = "alerts"
        kind = "transactional"
        channels = ["push"]
        respects = []
        """

    /// `plain` with caps.
    static func capped(_ caps: String) -> String { plain + "\n" + caps }
}
