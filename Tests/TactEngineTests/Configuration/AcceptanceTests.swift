import TactAPI
import TactCore
import TactEngine
import Testing

@Suite struct AcceptanceTests {
    @Test func emptyFileMeansNoneOfIt() throws {
        let configuration = try load("")
        #expect(configuration.server == .init())
        #expect(configuration.access == AccessRules())
        #expect(configuration.policy.quietHours == nil)
        #expect(configuration.policy.caps == [])
        #expect(configuration.policy.topics == [])
        #expect(configuration.policy.unknownZone == .plausible)
        #expect(configuration.warnings == [])
    }

    @Test func readsEveryFormOfATimeOfDay() throws {
        let policy = try load(
            """
            [quiet_hours]
            default = [
              { days = ["mon"], start = 22:00:00, end = "08:00" },
              { days = ["sat", "sun"], start = "00:00", end = "24:00" },
              { days = ["fri"], start = "12:30:15", end = 13:00:00 },
            ]
            """
        ).policy
        #expect(
            policy.quietHours?.description
                == "Mon 22:00–08:00 and Sat, Sun 00:00–24:00 and Fri 12:30:15–13:00")
        #expect(try load("[quiet_hours]\ndefault = []\n").policy.quietHours == nil)
    }

    @Test func readsWhoMayDoWhat() throws {
        let access = try load(
            "[access]\nsubmit = [\"user:shop\", \"group:adm\", 1000, \"1001\", \"user:1002\", \"group:4\"]\n"
        ).access
        #expect(
            access.entries == [.submit: [.user("shop"), .group("adm"), .uid(1000), .uid(1001), .uid(1002), .gid(4)]])
    }

    @Test func readsModesRatesAndPeriods() throws {
        let configuration = try load(
            """
            [server]
            socket = "/tmp/t.sock"
            mode = "0660"
            group = "adm"
            [time_zone]
            unknown = "Asia/Kathmandu"
            [[channel]]
            name = "a"
            rate = "600/m"
            [channel.retry]
            max = "10s"
            [[channel]]
            name = "b"
            retry.initial = "7h"
            [[cap]]
            name = "month"
            limit = 5
            per = "month"
            each = ["topic", "sender"]
            over = "suppress"
            """)
        #expect(configuration.server == .init(socket: "/tmp/t.sock", mode: 0o660, group: "adm"))
        let policy = configuration.policy
        #expect(policy.unknownZone == .named("Asia/Kathmandu"))
        #expect(policy.channels.map(\.rate) == [.init(count: 600, per: .minutes(1)), nil])
        // What is not said fits what is.
        #expect(
            policy.channels.map(\.retry) == [
                .init(attempts: 8, initial: .seconds(10), max: .seconds(10)),
                .init(attempts: 8, initial: .hours(7), max: .hours(7)),
            ])
        #expect(
            policy.caps == [
                Cap(
                    name: "month", limit: 5, period: .calendar(.month), each: [.topic, .sender], over: .suppress)
            ])
    }

    /// A law may be written down before the channel it binds is there.
    @Test func filtersMayNameWhatIsYetToCome() throws {
        let configuration = try load(
            """
            [[channel]]
            name = "push"
            address = "required"
            spread = "10m"
            rate = "200/s"
            retry = { attempts = 8, initial = "30s", max = "6h" }

            [[send_window]]
            name = "us-telephone"
            countries = ["US"]
            channels = ["sms"]
            kinds = ["marketing"]
            windows = [{ days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start = 08:00:00, end = 21:00:00 }]
            """)
        #expect(configuration.policy.sendWindows.map(\.channels) == [["sms"]])
        #expect(configuration.warnings.count == 1)
    }

    @Test func warnsOfWhatDoesNotDoWhatItSays() throws {
        let warnings = try load(
            """
            [[channel]]
            name = "push"
            [[topic]]
            name = "offers"
            [[send_window]]
            name = "island"
            countries = ["UK", "FR"]
            channels = ["sms"]
            windows = [{ days = ["mon"], start = 08:00:00, end = 21:00:00 }]
            """
        ).warnings
        #expect(
            warnings == [
                "tactd.toml:8: send_window[0].channels: there is no channel “sms”: this matches nothing until there is",
                "tactd.toml:7: send_window[0].countries: “UK” is no country of the system's iso3166.tab; did you mean "
                    + "“GB”?",
            ])
    }
}

@Suite struct PolicyVersionTests {
    static let policy = """
        [quiet_hours]
        default = [{ days = ["mon"], start = 22:00:00, end = 08:00:00 }]
        [[channel]]
        name = "push"
        [[topic]]
        name = "offers"
        consent = "not_required"
        channels = ["push"]
        [[cap]]
        name = "daily"
        limit = 3
        per = "24h"
        """

    @Test func isTheSameForTheSamePolicy() throws {
        let version = try load(Self.policy).policy.version
        #expect(version.count == 16 && version.allSatisfy(\.isHexDigit))
        let others = [
            "# a comment\n\n" + Self.policy,
            "[server]\nsocket = \"/tmp/x\"\n[store]\npath = \"/tmp/y\"\n" + Self.policy,
            "[access]\nsubmit = [1]\n" + Self.policy, Self.policy.replacing("\"24h\"", with: "\"1d\""),
            Self.policy.replacing("22:00:00", with: "\"22:00\""), Self.policy + "\nover = \"defer\"\n",
        ]
        for other in others { #expect(try load(other).policy.version == version, "\(other)") }
    }

    @Test func isAnotherForAnotherPolicy() throws {
        let changes = [
            ("22:00:00", "22:00:01"), ("[\"mon\"]", "[\"tue\"]"), ("limit = 3", "limit = 4"), ("\"24h\"", "\"day\""),
            ("name = \"daily\"", "name = \"dayly\""), ("channels = [\"push\"]", "channels = []"),
            ("name = \"push\"", "name = \"push\"\nspread = \"1s\""), ("[[cap]]", "title = \"Offers\"\n[[cap]]"),
            ("limit = 3", "limit = 3\neach = [\"topic\"]"),
            ("[quiet_hours]", "[retention]\ncontent = \"1s\"\n[quiet_hours]"),
        ]
        let texts = [Self.policy] + changes.map { Self.policy.replacing($0, with: $1) }
        #expect(try Set(texts.map { try load($0).policy.version }).count == changes.count + 1)
    }

    @Test func effectivePolicyHasEveryDefaultFilledIn() throws {
        let policy = try load(Self.policy).policy
        let effective = policy.effective
        #expect(effective["version"]?.stringValue == policy.version)
        #expect(effective["quiet_hours"]?["default"]?[0]?["start"] == "22:00")
        #expect(effective["channels"]?[0]?["retry"] == ["attempts": 8, "initial": "30s", "max": "6h"])
        #expect(effective["channels"]?[0]?["rate"] == .null)
        #expect(effective["topics"]?[0]?["respects"] == ["pause", "quiet_hours", "busy", "caps"])
        #expect(effective["topics"]?[0]?["expires_in"] == "7d")
        #expect(effective["caps"]?[0]?["per"] == "1d")
        #expect(effective["caps"]?[0]?["topics"] == [])
        #expect(effective["limits"]?["pending_per_recipient"] == 1000)
    }
}
