/// What is done needs no more messages.
enum CompletionRule {
    static func verdict(_ c: borrowing Case) -> Verdict {
        guard let subject = c.message.subject else { return .notApplicable }
        guard let until = c.situation.completedSubjects[subject], c.now < until else { return .permits }
        return .suppresses(.subjectCompleted, detail: .subject(subject))
    }
}
