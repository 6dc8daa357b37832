/// How a message ended, in one plain sentence that its recipient may read. `code` says why, or is the state itself;
/// a code that has no words of its own is named as it is.
package func sentence(forEnd code: String, in language: SentenceLanguage = .english) -> String {
    language.phrases.ifAny("end_" + code) ?? language.phrases("end_other", ["code": code])
}
