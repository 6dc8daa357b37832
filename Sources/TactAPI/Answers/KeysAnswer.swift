import TactCore

/// How the recipients' keys are kept.
package struct KeysAnswer: Answer {
    package struct Master: Sendable {
        package var fingerprint: String
        /// How many keys it wraps.
        package var keys: Int

        package init(fingerprint: String, keys: Int) {
            self.fingerprint = fingerprint
            self.keys = keys
        }
    }

    /// The copy that the daemon keeps.
    package struct Copy: Sendable {
        package var path: String
        package var isCurrent: Bool

        package init(path: String, isCurrent: Bool) {
            self.path = path
            self.isCurrent = isCurrent
        }
    }

    /// Whether the keys are wrapped by a master key from outside.
    package var isSealed: Bool
    package var keys: Int
    /// Keys that wait to be wrapped by the master key in force.
    package var oldKeys: Int
    package var damaged: Int
    package var erased: Int
    /// The first is in force.
    package var masters: [Master]
    /// nil: none is kept.
    package var copy: Copy?

    package init(
        isSealed: Bool, keys: Int, oldKeys: Int, damaged: Int, erased: Int, masters: [Master], copy: Copy?
    ) {
        self.isSealed = isSealed
        self.keys = keys
        self.oldKeys = oldKeys
        self.damaged = damaged
        self.erased = erased
        self.masters = masters
        self.copy = copy
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("master_key", isSealed ? "given" : "beside_the_database")
            $0.name("master_keys")
            $0.array { list in
                for (index, master) in masters.enumerated() {
                    list.object {
                        $0.member("fingerprint", master.fingerprint)
                        $0.member("in_force", index == 0)
                        $0.member("keys", master.keys)
                    }
                }
            }
            $0.member("keys", keys)
            $0.member("keys_to_rewrap", oldKeys)
            $0.member("damaged", damaged)
            $0.member("erased", erased)
            if let copy {
                $0.name("copy")
                $0.object {
                    $0.member("path", copy.path)
                    $0.member("current", copy.isCurrent)
                }
            }
        }
    }
}
