import TactCore

/// How the daemon is.
package struct StatusAnswer: Answer {
    package struct Policy: Answer {
        package var version: String
        package var loadedAt: Timestamp
        /// Why the last reload was refused; nil: it was not.
        package var error: String?

        package init(version: String, loadedAt: Timestamp, error: String? = nil) {
            self.version = version
            self.loadedAt = loadedAt
            self.error = error
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("version", version)
                $0.member("loaded_at", loadedAt)
                $0.member(ifAny: "error", error)
            }
        }
    }

    /// `submitted = delivered + digested + cancelled + expired + suppressed + failed + pending + leased`.
    package struct Conservation: Answer {
        package var submitted: Int
        package var sum: Int
        package var ok: Bool { submitted == sum }

        package init(submitted: Int, sum: Int) {
            self.submitted = submitted
            self.sum = sum
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("ok", ok)
                $0.member("submitted", submitted)
                $0.member("sum", sum)
            }
        }
    }

    /// What waits of one topic.
    package struct Topic: Answer {
        package var name: String
        package var pending: Int
        package var leased: Int

        package init(name: String, pending: Int, leased: Int) {
            self.name = name
            self.pending = pending
            self.leased = leased
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("name", name)
                $0.member("pending", pending)
                $0.member("leased", leased)
            }
        }
    }

    /// What waits on one channel.
    package struct Channel: Answer {
        package var name: String
        package var isHeld: Bool
        /// Those whose plan names the channel.
        package var pending: Int
        package var due: Int
        package var leased: Int
        /// When the one that has been due for longest became due.
        package var oldestDue: Timestamp?
        /// When the next one becomes due.
        package var next: Timestamp?
        package var releasedLastMinute: Int

        package init(
            name: String, isHeld: Bool, pending: Int, due: Int, leased: Int, oldestDue: Timestamp?, next: Timestamp?,
            releasedLastMinute: Int
        ) {
            self.name = name
            self.isHeld = isHeld
            self.pending = pending
            self.due = due
            self.leased = leased
            self.oldestDue = oldestDue
            self.next = next
            self.releasedLastMinute = releasedLastMinute
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("name", name)
                $0.member("held", isHeld)
                $0.member("pending", pending)
                $0.member("due", due)
                $0.member("leased", leased)
                $0.member(orNull: "oldest_due", oldestDue)
                $0.member(orNull: "next", next)
                $0.member("released_last_minute", releasedLastMinute)
            }
        }
    }

    package var version: String
    package var pid: Int
    package var startedAt: Timestamp
    package var now: Timestamp
    package var policy: Policy
    /// The tz database's version.
    package var tz: String
    package var warnings: [String]
    /// By state; a state that is missing has none.
    package var counts: [MessageState: Int]
    package var conservation: Conservation
    package var recipients: Int
    /// How many messages may go as soon as a worker comes.
    package var due: Int
    /// When something is next to be done; nil: nothing is planned.
    package var next: Timestamp?
    /// How many recipients wait to be planned anew.
    package var reviews: Int
    package var topics: [Topic]
    package var channels: [Channel]
    /// How many workers wait for messages, by channel.
    package var workers: [String: Int]
    package var databaseBytes: Int
    package var privacy: PrivacyAnswer

    package init(
        version: String, pid: Int, startedAt: Timestamp, now: Timestamp, policy: Policy, tz: String,
        warnings: [String], counts: [MessageState: Int], conservation: Conservation, recipients: Int, due: Int,
        next: Timestamp?, reviews: Int, topics: [Topic], channels: [Channel], workers: [String: Int],
        databaseBytes: Int, privacy: PrivacyAnswer
    ) {
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
        self.now = now
        self.policy = policy
        self.tz = tz
        self.warnings = warnings
        self.counts = counts
        self.conservation = conservation
        self.recipients = recipients
        self.due = due
        self.next = next
        self.reviews = reviews
        self.topics = topics
        self.channels = channels
        self.workers = workers
        self.databaseBytes = databaseBytes
        self.privacy = privacy
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("version", version)
            $0.member("pid", pid)
            $0.member("started_at", startedAt)
            $0.member("now", now)
            $0.member("uptime", Duration(milliseconds: max(0, (now - startedAt).milliseconds)))
            $0.member("policy", policy)
            $0.member("tz", tz)
            $0.member("warnings", warnings)
            $0.name("messages")
            $0.object {
                for state in MessageState.allCases {
                    $0.name(state.name)
                    $0.value(counts[state] ?? 0)
                }
            }
            $0.member("conservation", conservation)
            $0.member("recipients", recipients)
            $0.member("due", due)
            $0.member(orNull: "next", next)
            $0.member("reviews", reviews)
            $0.member("topics", topics)
            $0.member("channels", channels)
            $0.name("workers")
            $0.object {
                for (channel, count) in workers.sorted(by: { $0.key < $1.key }) {
                    $0.name(channel)
                    $0.value(count)
                }
            }
            $0.member("database_bytes", databaseBytes)
            $0.member("privacy", privacy)
        }
    }
}
