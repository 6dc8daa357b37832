import Testing

@testable import TactWeb

@Suite("Languages")
struct LanguageTests {
    @Test("every language has every text, with the same values in it", arguments: Language.all.map(\.code))
    func isComplete(_ code: String) throws {
        let language = try #require(Language.all.first { $0.code == code })
        #expect(Set(language.texts.keys) == Set(Language.english.texts.keys))
        for (key, english) in Language.english.texts {
            #expect(values(of: language(key)) == values(of: english), "\(key)")
            #expect(!language(key).isEmpty, "\(key)")
        }
        for (list, count) in [("weekdays", 7), ("months", 12)] {
            #expect((0...20).filter { !language.phrases.element(list, $0).isEmpty } == Array(0..<count))
        }
    }

    /// The names in braces. A number may be left out where a language says it otherwise.
    private func values(of text: String) -> Set<String> {
        Set(text.matches(of: /\{([a-z]+)\}/).map { String($0.1) })
    }

    @Test("no text is there that no page shows")
    func isUsed() {
        let shown = Templates.all.values.joined()
        // Made from two parts, where the second comes from the daemon or is chosen by what happens.
        let made = [
            "nav_", "trouble_", "kind_", "per_", "channel_", "what_", "source_", "state_", "fact_", "consent_",
            "reason_",
            "quiet_", "pause_", "left_", "once_", "erased_", "calendar_", "rank_", "erase_", "unsubscribe", "zone_",
            "digest_",
        ]
        let direct = [
            "date", "date_time", "weekdays", "months", "span", "delivery", "why_title", "saved", "all_marketing",
            "sensitive", "stale_form", "removed_since",
        ]
        for key in Language.english.texts.keys {
            #expect(
                shown.contains("{{t.\(key)}}") || direct.contains(key) || made.contains { key.hasPrefix($0) }, "\(key)")
        }
    }

    @Test("no template names a text that is not there")
    func areThere() {
        for (name, template) in Templates.all {
            for match in template.matches(of: /\{\{t\.([a-z_]+)\}\}/) {
                #expect(Language.english.texts[String(match.1)] != nil, "\(name): \(match.1)")
            }
            #expect(!template.contains("{{{") && !template.contains("{{&"), "\(name) leaves something unescaped")
        }
    }

    @Test("numbers have the forms of their language")
    func plurals() {
        #expect(Language.english.counted("calendar_count", 1) == "1 busy time")
        #expect(Language.english.counted("calendar_count", 0) == "0 busy times")
        #expect(Language.french.counted("calendar_count", 0) == "0 période occupée")
        #expect(Language.french.counted("calendar_count", 2) == "2 périodes occupées")
        #expect(Language.german.counted("calendar_skipped", 1).hasPrefix("1 Eintrag war"))
        #expect(Language.spanish.counted("calendar_count", 2) == "2 periodos ocupados")
        #expect(Language.chinese.counted("calendar_count", 1) == "1 段忙碌时间")
    }

    @Test("a browser gets the best of what it accepts")
    func accepted() {
        #expect(Language.accepted("fr;q=0.5, de-AT;q=0.9, en;q=0.1")?.code == "de")
        #expect(Language.accepted("zh-Hant-TW")?.code == "zh")
        #expect(Language.accepted("es;q=0, pt") == nil)
        #expect(Language.accepted(nil) == nil)
        #expect(Language.accepted(String(repeating: ",", count: 100_000)) == nil)
        #expect(Language.matching("DE_de")?.code == "de")
        #expect(Language.matching("dex") == nil)
    }
}
