/// That a message used something about its person, in one plain sentence that they may read. `source` is where it comes
/// from, nil: nobody told; `updatedAt` is told as a day in `zone`, the recipient's own, or in UTC.
package func sentence(
    forUseOf attribute: String, from source: AttributeFact.Source?, updatedAt: Timestamp?,
    zone: Situation.Zone? = nil, in language: SentenceLanguage = .english
) -> String {
    let phrases = language.phrases
    let how = phrases("used_" + (source?.rawValue ?? "unknown"))
    guard let updatedAt else { return phrases("used", ["name": attribute, "how": how]) }
    let day = phrases.day(updatedAt, zone?.rules ?? .utc)
    return phrases("used_as_of", ["name": attribute, "how": how, "day": day])
}
