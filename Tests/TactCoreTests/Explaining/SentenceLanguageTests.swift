import Testing

@testable import TactCore

/// Every sentence in every language. What the sentences say is looked at here by a few; that none is missing, by all.
@Suite struct SentenceLanguageTests {
    @Test(arguments: SentenceLanguage.allCases)
    func everyLanguageHasEveryPhraseWithTheSameValues(_ language: SentenceLanguage) {
        let (phrases, english) = (language.phrases, SentenceLanguage.english.phrases)
        #expect(phrases.keys == english.keys)
        for key in english.keys {
            #expect(phrases.values(of: key) == english.values(of: key), "\(key)")
            #expect(!phrases(key).isEmpty, "\(key)")
        }
        #expect(Set((0..<7).map { phrases.element("weekdays", $0) }).count == 7 && phrases.element("weekdays", 7) == "")
        #expect(Set((0..<12).map { phrases.element("months", $0) }).count == 12 && phrases.element("months", 12) == "")
    }

    /// Whatever is found is a sentence, of this language's words alone.
    @Test(arguments: SentenceLanguage.allCases)
    func everyFindingIsASentence(_ language: SentenceLanguage) throws {
        let zones = [nil, try SentenceTests.zone("America/St_Johns")]
        for zone in zones {
            for finding in Self.findings() {
                let text = sentence(for: finding, zone: zone, now: SentenceTests.now, in: language)
                try expectSentence(text, language)
            }
        }
        for reason in Reason.allCases { try expectSentence(sentence(forEnd: reason.rawValue, in: language), language) }
        for state in MessageState.allCases where state.isEnd {
            try expectSentence(sentence(forEnd: state.name, in: language), language)
        }
        for source in AttributeFact.Source.allCases.map(Optional.some) + [nil] {
            for at in [nil, SentenceTests.now] {
                let text = sentence(forUseOf: "city", from: source, updatedAt: at, in: language)
                try expectSentence(text, language)
            }
        }
    }

    /// Each rule with each code, and whatever may be told of it.
    private static func findings() -> [Finding] {
        let details: [Finding.Detail?] =
            [nil, .window(start: 0, end: 3600), .stretch(start: 0, end: 100_000), .subject("s")]
            + DataUse.Ground.allCases.map { .forbidden($0) } + RenderingFailure.Kind.allCases.map { .unrendered($0) }
            + [1, 2].flatMap { limit -> [Finding.Detail?] in
                [
                    .calendar(.day), .calendar(.isoWeek), .calendar(.month), .sliding(.hours(24)), .sliding(.days(2)),
                    .sliding(.hours(1)), .sliding(.minutes(1)), .sliding(.minutes(90)),
                    .sliding(Duration(milliseconds: 1000)), .sliding(Duration(milliseconds: 5000)),
                    .sliding(Duration(milliseconds: 1)),
                ].map { .cap(limit: limit, per: $0) }
            }
        return Rule.allCases.flatMap { rule in
            (Finding.Code.allCases.map(Optional.some) + [nil]).flatMap { code in
                Finding.Effect.allCases.flatMap { effect in
                    details.map { detail in
                        Finding(
                            rule: rule, effect: effect, code: code,
                            until: detail == nil ? nil : SentenceTests.at("2027-01-01T09:00:00Z"),
                            channel: code == .noAddress ? "sms" : nil, name: detail == nil ? nil : "n", detail: detail)
                    }
                }
            }
        }
    }

    private func expectSentence(_ text: String, _ language: SentenceLanguage) throws {
        #expect(text.hasSuffix(language == .chinese ? "。" : "."), "\(text)")
        #expect(text.first?.isLowercase == false, "\(text)")
        // A key, or a place for a value, that was left over. (Codes that end nothing are named as they are.)
        #expect(!text.contains("{") && !text.contains("}"), "\(text)")
        for word in [
            "reason_", "change_", "hold_", "permit_", "absence_", "end_", "used_", "ground_", "failure_", "_o",
        ] {
            #expect(!text.contains(word), "\(text)")
        }
    }

    private func told(_ finding: Finding, _ zone: String? = "Europe/Paris") throws -> [String] {
        let zone = try zone.map(SentenceTests.zone)
        return SentenceLanguage.allCases.map { sentence(for: finding, zone: zone, now: SentenceTests.now, in: $0) }
    }

    @Test func theyReadAsTheyAreSpoken() throws {
        #expect(
            try told(SentenceTests.hold(.quietHours, .quietHours, detail: SentenceTests.night)) == [
                "Held until Mon 23 Nov 08:00 (Europe/Paris): your quiet hours are 22:00–08:00.",
                "Zurückgehalten bis Montag, 23. November, 08:00 Uhr (Europe/Paris): "
                    + "Ihre Ruhezeit ist von 22:00 bis 08:00 Uhr.",
                "Retenu jusqu’au lundi 23 novembre à 08:00 (Europe/Paris)\u{A0}: "
                    + "vos heures de calme vont de 22:00 à 08:00.",
                "Retenido hasta el lunes 23 de noviembre, 08:00 (Europe/Paris): "
                    + "sus horas de descanso son de 22:00 a 08:00.",
                "暂缓至11月23日星期一 08:00（Europe/Paris）：您的免打扰时间为22:00–08:00。",
            ])
        #expect(
            try told(SentenceTests.hold(.cap, .cap, name: "daily", detail: .cap(limit: 3, per: .sliding(.hours(24)))))
                .map { $0.split(separator: ":").last.map(String.init) ?? "" }.dropLast() == [
                    " at most 3 such messages reach you in any 24 hours (daily).",
                    " Höchstens 3 solche Nachrichten erreichen Sie innerhalb von 24 Stunden (daily).",
                    " vous recevez au plus 3 messages de ce genre en 24 heures (daily).",
                    " usted recibe como máximo 3 mensajes de este tipo cada 24 horas (daily).",
                ])
        #expect(
            try told(SentenceTests.suppress(.consent, .channelOptedOut, channel: "email")) == [
                "Not sent on email: you have turned this channel off.",
                "Nicht per E-Mail gesendet: Sie haben diesen Weg ausgeschaltet.",
                "Non envoyé par courriel\u{A0}: vous avez désactivé cette voie.",
                "No enviado por correo electrónico: usted ha desactivado esta vía.",
                "未通过电子邮件发送：您已关闭此渠道。",
            ])
        #expect(
            try told(SentenceTests.hold(.quietHours, .timeZoneUnknown, until: nil), nil).dropFirst() == [
                "Zurückgehalten, bis Ihre Zeitzone bekannt ist: Ohne sie weiß niemand, wann Ihre Ruhezeiten sind.",
                "Retenu jusqu’à ce que votre fuseau horaire soit connu\u{A0}: "
                    + "sans lui, on ne peut pas connaître vos heures de calme.",
                "Retenido hasta que se conozca su zona horaria: sin ella no se pueden saber sus horas de descanso.",
                "暂缓发送，直到得知您的时区：不知道时区，就无法得知您的免打扰时间。",
            ])
    }

    @Test func theFirstOfAMonthIsSaidAsOneSaysIt() throws {
        let first = SentenceTests.at("2027-01-01T09:00:00Z")
        let told = SentenceLanguage.allCases.map { localTime(first, zone: nil, now: SentenceTests.now, in: $0) }
        #expect(
            told == [
                "Fri 1 Jan 2027 09:00 (UTC)", "Freitag, 1. Januar 2027, 09:00 Uhr (UTC)",
                "vendredi 1er janvier 2027 à 09:00 (UTC)", "viernes 1 de enero de 2027, 09:00 (UTC)",
                "2027年1月1日星期五 09:00（UTC）",
            ])
    }

    @Test func whatWasUsedIsToldWithTheDayWhereThePersonIs() throws {
        let late = SentenceTests.at("2026-02-28T23:30:00Z")
        #expect(
            sentence(forUseOf: "city", from: .declared, updatedAt: late)
                == "It uses your city: you told it, as of 28 Feb 2026.")
        #expect(
            sentence(
                forUseOf: "city", from: .inferred, updatedAt: late, zone: try SentenceTests.zone("Europe/Berlin"),
                in: .german)
                == "Benutzt wird Ihre Angabe „city“: aus anderem geschlossen, Stand 1. März 2026.")
    }

    /// What an operator has called a cap is not taken for a place of a value.
    @Test func namesStayWhatTheyAre() throws {
        let finding = SentenceTests.hold(.sendWindow, .sendWindow, name: "{until}{reason}")
        for text in try told(finding) { #expect(text.contains("{until}{reason}")) }
    }

    @Test func aClientIsToldInTheLanguageItAsksFor() {
        #expect(SentenceLanguage.accepted("fr;q=0.5, de-AT;q=0.9, en;q=0.1") == .german)
        #expect(SentenceLanguage.accepted("es, en") == .spanish)
        #expect(SentenceLanguage.accepted("pt, zh-Hant-TW;q=0.2, fr;q=0") == .chinese)
        #expect(SentenceLanguage.accepted("fr; q = 0.3, EN;Q=0.4") == .english)
        #expect(SentenceLanguage.accepted("*") == nil && SentenceLanguage.accepted("") == nil)
        #expect(SentenceLanguage.accepted(nil) == nil)
        #expect(SentenceLanguage.accepted(String(repeating: ",", count: 100_000)) == nil)
        #expect(SentenceLanguage.matching("DE_de") == .german && SentenceLanguage.matching("dex") == nil)
    }
}
