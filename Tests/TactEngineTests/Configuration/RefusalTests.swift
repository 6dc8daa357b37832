import TactCore
import TactEngine
import TactSettings
import Testing

/// Every refusal tells the file, the line, the key, what was found, what is expected and what to do.
@Suite struct RefusalTests {
    struct Refusal: CustomTestStringConvertible, Sendable {
        var text: String
        var message: String
        var testDescription: String { message }

        init(_ text: String, _ message: String) {
            self.text = text
            self.message = message
        }
    }

    @Test(arguments: [
        // Not TOML, or not text.
        Refusal(
            "[server]\nsocket = \n",
            "tactd.toml:2: found the end of the line, expected a value: text in quotes, a number, true, false, a time "
                + "such as 22:00:00, [ or {; correct this line"),
        Refusal(
            "a = 1\0\n", "tactd.toml:1: found a control character, expected the end of the line; correct this line"),
        Refusal("[[[topic]]]\n", "tactd.toml:1: found “[topic]]]”, expected a key; correct this line"),
        Refusal(
            "a" + String(repeating: ".a", count: 400) + " = 1",
            "tactd.toml:1: found a key of 401 parts, expected at most 16; correct this line"),
        Refusal(
            String(repeating: "#", count: SettingsFile.largest + 1),
            "tactd.toml: found 1048577 bytes, expected at most 1048576; is this the right file?"),
        // Keys and shapes.
        Refusal(
            "\n[sever]\nsocket = \"/run/x\"\n",
            "tactd.toml:2: sever: found an unknown key, expected one of access, cap, channel, complaints, controller, "
                + "limits, preferences, privacy, quiet_hours, retention, send_window, server, store, templates, time_zone, topic; did you mean server?"
        ),
        Refusal(
            "[store]\npath = \"/x\"\nsecret = 1\n",
            "tactd.toml:3: store.secret: found an unknown key, expected one of path; remove it"),
        Refusal("server = 5\n", "tactd.toml:1: server: found the number 5, expected a section: [server]"),
        Refusal(
            "[topic]\nname = \"a\"\n",
            "tactd.toml:1: topic: found a table, expected a list of tables; write [[topic]]"),
        Refusal("cap = [1]\n", "tactd.toml:1: cap[0]: found the number 1, expected a table; write [[cap]]"),
        Refusal(
            "[[channel]]\nspread = \"1m\"\n",
            "tactd.toml:1: channel[0].name: found nothing, expected \(Self.nameIs); add the key name"),
        // The daemon.
        Refusal(
            "[server]\nsocket = \"tact.sock\"\n",
            "tactd.toml:2: server.socket: found “tact.sock”, expected an absolute path of at most 107 bytes such as "
                + "\"/run/tact/tact.sock\""),
        Refusal(
            "[server]\nmode = 660\n",
            "tactd.toml:2: server.mode: found the number 660, expected permissions as octal figures in quotes such as "
                + "\"0660\""),
        Refusal(
            "[server]\nmode = \"0689\"\n",
            "tactd.toml:2: server.mode: found “0689”, expected permissions as octal figures in quotes such as \"0660\""),
        Refusal(
            "[access]\nsubmit = [\"group:tact\",\n  \"tact\"]\n",
            "tactd.toml:3: access.submit[1]: found “tact”, expected \"user:NAME\", \"group:NAME\" or a user's number"),
        Refusal(
            "[access]\nwork = \"user:tact\"\n",
            "tactd.toml:2: access.work: found “user:tact”, expected a list: [\"group:tact\"]"),
        Refusal(
            "[access]\noperate = [-1]\n",
            "tactd.toml:2: access.operate[0]: found the number -1, expected \"user:NAME\", \"group:NAME\" or a user's "
                + "number"),
        // Channels.
        Refusal(
            "[[channel]]\nname = \"a/b\"\n", "tactd.toml:2: channel[0].name: found “a/b”, expected \(Self.nameIs)"),
        Refusal(
            "[[channel]]\nname = \"push\"\n[[channel]]\nname = \"push\"\n",
            "tactd.toml:4: channel[1].name: found “push” again (first in line 1), expected each channel once; rename "
                + "one"),
        Refusal(
            "[[channel]]\nname = \"push\"\naddress = \"requird\"\n",
            "tactd.toml:3: channel[0].address: found “requird”, expected one of \"required\", \"optional\"; did you "
                + "mean “required”?"),
        Refusal(
            "[[channel]]\nname = \"push\"\nspread = 600\n",
            "tactd.toml:3: channel[0].spread: found the number 600, expected a duration in quotes such as \"90s\", "
                + "\"15m\", \"24h\" or \"7d\""),
        Refusal(
            "[[channel]]\nname = \"push\"\nspread = \"2d\"\n",
            "tactd.toml:3: channel[0].spread: found “2d”, expected from 0s to 1d"),
        Refusal(
            "[[channel]]\nname = \"push\"\nrate = \"50 per second\"\n",
            "tactd.toml:3: channel[0].rate: found “50 per second”, expected a rate of 1 to 1000000 per second, minute "
                + "or hour such as \"50/s\", \"600/m\" or \"1000/h\""),
        Refusal(
            "[[channel]]\nname = \"push\"\nretry = {\nattempts = 0 }\n",
            "tactd.toml:3: found the end of the line, expected a key: what is in { } stands on one line; correct this "
                + "line"),
        Refusal(
            "[[channel]]\nname = \"push\"\nretry = { attempts = 0 }\n",
            "tactd.toml:3: channel[0].retry.attempts: found the number 0, expected a whole number from 1 to 1000"),
        Refusal(
            "[[channel]]\nname = \"push\"\n[channel.retry]\ninitial = \"1h\"\nmax = \"1m\"\n",
            "tactd.toml:5: channel[0].retry.max: found 1m, expected at least the 1h of initial; lengthen max"),
        // Topics.
        Refusal(
            "[[channel]]\nname = \"push\"\n[[topic]]\nname = \"a\"\nchannels = [\"pish\"]\n",
            "tactd.toml:5: topic[0].channels[0]: found “pish”, expected the name of a channel (known: push); did you "
                + "mean “push”?"),
        Refusal(
            "[[topic]]\nname = \"a\"\nchannels = [\"push\"]\n",
            "tactd.toml:3: topic[0].channels[0]: found “push”, expected the name of a channel (there is none); add a "
                + "[[channel]] of that name, or remove it here"),
        Refusal(
            "[[channel]]\nname = \"p\"\n[[topic]]\nname = \"a\"\nchannels = [\"p\", \"p\"]\n",
            "tactd.toml:5: topic[0].channels: found an element twice, expected each once; remove one"),
        Refusal(
            "[[topic]]\nname = \"a\"\nkind = \"promotional\"\n",
            "tactd.toml:3: topic[0].kind: found “promotional”, expected one of \"marketing\", \"transactional\""),
        Refusal(
            "[[topic]]\nname = \"a\"\nmax_wait = \"0s\"\n",
            "tactd.toml:3: topic[0].max_wait: found “0s”, expected from 1s to 366d"),
        Refusal(
            "[[topic]]\nname = \"a\"\nexpires_in = \"30m1h\"\n",
            "tactd.toml:3: topic[0].expires_in: found “30m1h”, expected each unit at most once, the longer first, such "
                + "as 1d12h or 1h30m"),
        Refusal(
            "[[topic]]\nname = \"a\"\ntitle = \"two\\nlines\"\n",
            "tactd.toml:3: topic[0].title: found “two\nlines”, expected one line of 1 to 200 characters"),
        // Zones.
        Refusal(
            "[time_zone]\nunknown = \"europe/paris\"\n",
            "tactd.toml:2: time_zone.unknown: found “europe/paris”, expected a time zone of the system's tz database "
                + "(\(Self.zonesVersion)); did you mean Europe/Paris? (or write \"plausible\" or \"hold\")"),
        Refusal(
            "[time_zone]\nplausible = [\n  \"Europe/Paris\", # fine\n  \"../../etc/passwd\",\n]\n",
            "tactd.toml:4: time_zone.plausible[1]: found “../../etc/passwd”, expected a time zone of the system's tz "
                + "database (\(Self.zonesVersion)); see “timedatectl list-timezones”"),
        // Windows.
        Refusal(
            "[quiet_hours]\ndefault = { days = [\"mon\"], start = 22:00:00, end = 08:00:00 }\n",
            "tactd.toml:2: quiet_hours.default: found a table, expected a list of tables; write default = [{ days = "
                + "[\"mon\", \"tue\"], start = 22:00:00, end = 08:00:00 }]"),
        Refusal(
            "[quiet_hours]\ndefault = [\n  { days = [\"mon\"], start = 22:00:00, end = \"22:00\" },\n]\n",
            "tactd.toml:3: quiet_hours.default[0].end: found 22:00 as start and as end, expected two different times; "
                + "a whole day is 00:00 to 24:00"),
        Refusal(
            "[quiet_hours]\ndefault = [\n  { days = [], start = 22:00:00, end = 08:00:00 },\n]\n",
            "tactd.toml:3: quiet_hours.default[0].days: found no days, expected at least one of mon, tue, wed, thu, "
                + "fri, sat, sun"),
        Refusal(
            "[quiet_hours]\ndefault = [{ days = [\"monday\"], start = 22:00:00, end = 08:00:00 }]\n",
            "tactd.toml:2: quiet_hours.default[0].days[0]: found “monday”, expected one of \"mon\", \"tue\", \"wed\", "
                + "\"thu\", \"fri\", \"sat\", \"sun\""),
        Refusal(
            "[quiet_hours]\ndefault = [{ days = [\"mon\"], start = 22:00:00.5, end = 8 }]\n",
            "tactd.toml:2: quiet_hours.default[0].end: found the number 8, expected a time of day such as 22:00:00 or "
                + "\"22:00\""),
        Refusal(
            "[quiet_hours]\ndefault = [{ start = \"25:00\", end = 2026-01-01 }]\n",
            "tactd.toml:2: quiet_hours.default[0].days: found nothing, expected a list of days such as [\"mon\", "
                + "\"tue\"]; add the key days"),
        // Send windows.
        Refusal(
            "[[send_window]]\nname = \"w\"\n",
            "tactd.toml:1: send_window[0].windows: found nothing, expected a list of windows; add the key windows"),
        Refusal(
            "[[send_window]]\nname = \"w\"\nwindows = []\n",
            "tactd.toml:3: send_window[0].windows: found no window, expected at least one; a channel that may never "
                + "send needs no section"),
        Refusal(
            "[[send_window]]\nname = \"w\"\ncountries = [\"us\"]\n\(Self.windows)",
            "tactd.toml:3: send_window[0].countries[0]: found “us”, expected two capital letters of a country (ISO "
                + "3166-1) such as \"US\""),
        Refusal(
            "[[send_window]]\nname = \"w\"\ncountries = []\n\(Self.windows)",
            "tactd.toml:3: send_window[0].countries: found an empty list, expected at least one element; leave the key "
                + "out for all"),
        Refusal(
            "[[channel]]\nname = \"voice\"\n[[send_window]]\nname = \"w\"\nchannels = [\"voce\"]\n\(Self.windows)",
            "tactd.toml:5: send_window[0].channels[0]: found “voce”, expected the name of a channel (known: voice); "
                + "did you mean “voice”?"),
        // Caps.
        Refusal(
            "[[cap]]\nname = \"c\"\nlimit = 0\nper = \"24h\"\n",
            "tactd.toml:3: cap[0].limit: found the number 0, expected a whole number from 1 to 1000000"),
        Refusal(
            "[[cap]]\nname = \"c\"\nlimit = 1\n",
            "tactd.toml:1: cap[0].per: found nothing, expected a duration such as \"24h\", or \"day\", \"week\" or "
                + "\"month\"; add the key per"),
        Refusal(
            "[[cap]]\nname = \"c\"\nlimit = 1\nper = \"fortnight\"\n",
            "tactd.toml:4: cap[0].per: found “fortnight”, expected a duration such as 90s, 15m, 24h, 7d or 1h30m; or "
                + "write \"day\", \"week\" or \"month\" for a calendar period"),
        Refusal(
            "[[cap]]\nname = \"c\"\nlimit = 1\nper = \"month\"\n[retention]\nhistory = \"30d\"\ndecisions = \"1d\"\n",
            "tactd.toml:4: cap[0].per: found month, expected at most the 30d of retention.history, for older "
                + "deliveries are forgotten; lengthen history"),
        Refusal(
            "[[cap]]\nname = \"c\"\nlimit = 1\nper = \"day\"\nover = \"digest\"\n",
            "tactd.toml:5: cap[0].over: found “digest”, which is not yet available; expected \"defer\" or \"suppress\""
        ),
        Refusal(
            "[[cap]]\nname = \"c\"\nlimit = 1\nper = \"day\"\neach = [\"recipient\"]\n",
            "tactd.toml:5: cap[0].each[0]: found “recipient”, expected one of \"topic\", \"channel\", \"sender\""),
        Refusal(
            "[[cap]]\nname = \"c\"\nlimit = 1\nper = \"day\"\nkinds = [\"marketing\", 3]\n",
            "tactd.toml:5: cap[0].kinds[1]: found the number 3, expected one of \"marketing\", \"transactional\""),
        Refusal(
            "[[cap]]\nname = \"c\"\nlimit = 1\nper = \"day\"\nsenders = [\"two words\"]\n",
            "tactd.toml:5: cap[0].senders[0]: found “two words”, expected the name of a user"),
        // What may be used of people.
        Refusal(
            "[[topic]]\nname = \"t\"\nsources = [\"guessed\"]\n",
            "tactd.toml:3: topic[0].sources[0]: found “guessed”, expected one of \"declared\", \"observed\", \"inferred\", "
                + "\"third_party\""),
        Refusal(
            "[[topic]]\nname = \"t\"\nconsent = \"opt_out\"\npurpose = \"p\"\nsources = [\"third_party\"]\n",
            "tactd.toml:3: topic[0].consent: found “opt_out”, expected \"opt_in\", since sources has \"third_party\": what "
                + "people did not tell themselves is used only with their agreement; set consent = \"opt_in\""),
        Refusal(
            "[[topic]]\nname = \"t\"\nsources = [\"declared\", \"inferred\"]\nconfidence = 0.5\n",
            "tactd.toml:1: topic[0].purpose: found nothing, expected what people's data is used for in one line, since "
                + "sources has \"inferred\"; add the key purpose"),
        Refusal(
            "[[topic]]\nname = \"t\"\npurpose = \"p\"\nsources = [\"inferred\"]\n",
            "tactd.toml:1: topic[0].confidence: found nothing, expected how sure an inference must be to be used, from 0 to "
                + "1, since sources has \"inferred\"; add confidence = 0.8"),
        Refusal(
            "[[topic]]\nname = \"t\"\nfallback = \"plain\"\n",
            "tactd.toml:3: topic[0].fallback: found “plain”, expected a template of [templates] folder; put "
                + "plain.toml there, or write { title = \"…\", body = \"…\" }"),
        Refusal(
            "[[topic]]\nname = \"t\"\nfallback = { title = \"x\" }\n",
            "tactd.toml:3: topic[0].fallback.body: found nothing, expected a text of 1 to 4096 characters; add the key body"
        ),
        Refusal(
            "[[topic]]\nname = \"t\"\nbecause = true\n",
            "tactd.toml:3: topic[0].because: found true, expected one of \"optional\", \"required\""),
        Refusal(
            "[templates]\nfolder = \"/nonexistent/templates\"\n",
            "/nonexistent/templates: found no folder that can be read, expected one with templates; make it"),
        // Limits and retention.
        Refusal(
            "[limits]\npending_per_recipient = 0\n",
            "tactd.toml:2: limits.pending_per_recipient: found the number 0, expected a whole number from 1 to 1000000"
        ),
        Refusal(
            "[limits]\nsubmits_per_sender = 5.5\n",
            "tactd.toml:2: limits.submits_per_sender: found the number 5.5, expected a rate of 1 to 1000000 per second, "
                + "minute or hour such as \"50/s\", \"600/m\" or \"1000/h\""),
        Refusal(
            "[retention]\nhistory = \"10d\"\ncontent = \"11d\"\n",
            "tactd.toml:3: retention.content: found 11d, expected at most the 10d of retention.history, with which it "
                + "goes; shorten it, or lengthen history"),
        Refusal(
            "[retention]\nhistory = \"0s\"\n",
            "tactd.toml:2: retention.history: found “0s”, expected from 1s to 3650d"),
    ])
    func saysWhatToDo(_ refusal: Refusal) throws {
        let problems = try problems(refusal.text)
        #expect(problems.contains(refusal.message), "\(problems)")
    }

    static let nameIs =
        "a name of 1 to 64 letters a–z and A–Z, digits, dots, dashes or underscores that starts with a letter or digit"
    static let windows = "windows = [{ days = [\"mon\"], start = 08:00:00, end = 21:00:00 }]\n"
    static let zonesVersion = (try? systemZones.get().version) ?? ""

    @Test func tellsEverythingThatIsWrongInTheOrderOfLines() throws {
        let problems = try problems(
            """
            colour = "red"

            [server]
            socket = 7

            [[topic]]
            name = "offers"
            channels = ["push"]
            respect = ["pause"]

            [[cap]]
            name = "daily"
            limit = "three"
            per = "24h"
            """)
        #expect(
            problems.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
                "tactd.toml:1: colour:", "tactd.toml:4: server.socket:", "tactd.toml:8: topic[0].channels[0]:",
                "tactd.toml:9: topic[0].respect:", "tactd.toml:13: cap[0].limit:",
            ])
    }

    @Test func hasBudgets() throws {
        func many(_ section: String, _ count: Int, _ rest: String = "") -> String {
            (1...count).map { "[[\(section)]]\nname = \"n\($0)\"\n\(rest)" }.joined()
        }
        #expect(try load(many("topic", 1000)).policy.topics.count == 1000)
        #expect(
            try problems(many("topic", 1001)) == ["tactd.toml:1: topic: found 1001 of them, expected at most 1000"])
        #expect(
            try problems(many("cap", 65, "limit = 1\nper = \"1h\"\n"))
                == ["tactd.toml:1: cap: found 65 of them, expected at most 64"])
        #expect(try problems(many("topic", 300, "x = 1\n")).last == "tactd.toml: and 200 more; correct these first")
        let window = "{ days = [\"mon\"], start = 08:00:00, end = 21:00:00 }, "
        let windows = String(repeating: window, count: 201)
        #expect(
            try problems("[quiet_hours]\ndefault = [\(windows)]\n")
                == ["tactd.toml:2: quiet_hours.default: found 201 of them, expected at most 200"])
    }

    @Test func staysOnItsFeetWhateverTheText() throws {
        // Deep nesting, odd keys, and keys that a C string cannot hold.
        for text in [
            "x = " + String(repeating: "[", count: 5000), "x = " + String(repeating: "{a=", count: 5000),
            "\"a\\u0000b\" = 1", "\"\" = 1", "'' = 1", "\"a.b\" = 1", "[\"a]\"]\nx=1", "[[[[", "]]", "=", "\u{FEFF}",
            "x = \"\"\"\n\"\"\"\"\"", "x = '''a''''\ny = 1", "a.\"b c\".d = 1", "x = nan", "x = 0x1F",
            "[server]\nsocket = \"/a\\u0000b\"",
        ] {
            do throws(ConfigurationRefused) {
                _ = try Configuration.load(text: text, file: "f", zones: try zones())
            } catch {
                #expect(!error.problems.isEmpty, "\(text.prefix(20))")
            }
        }
    }

    private func zones() throws(ConfigurationRefused) -> ZoneDatabase {
        do { return try systemZones.get() } catch { throw ConfigurationRefused(problems: []) }
    }

    @Test func tellsWhyAFileCannotBeRead() throws {
        let zones = try systemZones.get()
        func problem(_ path: String) -> String? {
            do throws(ConfigurationRefused) {
                _ = try Configuration.load(path: path, zones: zones)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(
            problem("/nowhere/tactd.toml")
                == "/nowhere/tactd.toml: cannot read /nowhere/tactd.toml: there is no such file; expected a readable "
                + "TOML file of at most 1 MiB")
        #expect(problem("/dev")?.contains("it is not a regular file") == true)
        #expect(problem("/dev/zero")?.contains("it is not a regular file") == true)
    }
}
