import TactCore

/// A consent record.
package struct ConsentAnswer: Answer {
    /// Within the recipient's records; grows with the order of receipt.
    package var id: Int64
    package var recipient: String
    package var scope: Consents.Scope
    package var word: Consents.Word
    package var source: String?
    package var wording: String?
    package var evidence: String?
    package var at: Timestamp?
    package var receivedAt: Timestamp
    package var recordedBy: String

    package init(
        id: Int64, recipient: String, scope: Consents.Scope, word: Consents.Word, source: String?, wording: String?,
        evidence: String?, at: Timestamp?, receivedAt: Timestamp, recordedBy: String
    ) {
        self.id = id
        self.recipient = recipient
        self.scope = scope
        self.word = word
        self.source = source
        self.wording = wording
        self.evidence = evidence
        self.at = at
        self.receivedAt = receivedAt
        self.recordedBy = recordedBy
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("id", String(id))
            $0.member("recipient", recipient)
            $0.member("topic", scope.topic)
            $0.member(ifAny: "channel", scope.channel)
            $0.member("state", word.rawValue)
            $0.member(ifAny: "source", source)
            $0.member(ifAny: "wording", wording)
            $0.member(ifAny: "evidence", evidence)
            $0.member(ifAny: "at", at)
            $0.member("received_at", receivedAt)
            $0.member("recorded_by", recordedBy)
        }
    }
}

/// A consent record for the person to keep, with the fields of a consent record of ISO/IEC TS 27560 (clause 6): what the
/// record is, what is processed and by whom, and the event that it records.
package struct ConsentReceipt: Answer {
    package var record: ConsentAnswer
    /// nil: the policy no longer has the topic, or it is all marketing.
    package var topic: Topic?
    package var controller: Policy.Controller
    package var policy: String

    package init(record: ConsentAnswer, topic: Topic?, controller: Policy.Controller, policy: String) {
        self.record = record
        self.topic = topic
        self.controller = controller
        self.policy = policy
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("schema_version", "ISO/IEC TS 27560:2023")
            $0.member("record_id", String(record.id))
            $0.member("pii_principal_id", record.recipient)
            $0.name("pii_processing")
            $0.object { writeProcessing(&$0) }
            $0.name("party_identification")
            $0.object {
                $0.member(orNull: "party_name", controller.name)
                $0.member(orNull: "party_contact", controller.contact)
                $0.member("party_role", "controller")
            }
            $0.name("event")
            $0.object { writeEvent(&$0) }
        }
    }

    private func writeProcessing(_ out: inout JSONWriter) {
        out.member(orNull: "privacy_notice", controller.privacyNotice)
        out.name("purposes")
        out.array {
            $0.object {
                $0.member(
                    "purpose",
                    topic?.title ?? (record.scope.topic == Consents.allMarketing ? "All marketing" : record.scope.topic)
                )
                $0.member(orNull: "purpose_description", topic?.purpose ?? topic?.description)
                $0.member("purpose_type", (topic?.kind ?? .marketing).rawValue)
                $0.member("lawful_basis", "consent")
                $0.member("sensitive", topic?.isSensitive ?? false)
            }
        }
        out.member("processing_locations", [String]())
        out.member(ifAny: "collection_method", record.source)
        out.member(ifAny: "consent_wording", record.wording)
        out.member("withdrawal_method", "Any time, on the preference page or by a link in every message.")
    }

    private func writeEvent(_ out: inout JSONWriter) {
        out.member("event_type", "explicit")
        out.member("event_state", record.word == .granted ? "consent given" : "consent withdrawn")
        out.member("event_time", record.at ?? record.receivedAt)
        out.member("received_time", record.receivedAt)
        out.member("entity_id", record.recordedBy)
        out.member(ifAny: "channel", record.scope.channel)
        out.member(ifAny: "evidence", record.evidence)
        out.member("policy_version", policy)
    }
}

/// What a person has chosen, and since when.
package struct PreferencesAnswer: Answer {
    package var document: PreferencesDocument
    /// nil: they have chosen nothing yet.
    package var updatedAt: Timestamp?

    package init(document: PreferencesDocument, updatedAt: Timestamp?) {
        self.document = document
        self.updatedAt = updatedAt
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            for member in document.json.members {
                $0.name(member.name)
                $0.value(member.value)
            }
            $0.member(orNull: "updated_at", updatedAt)
        }
    }
}

/// What an event has done.
package struct EventAnswer: Answer {
    /// The scopes for which consent was withdrawn.
    package var withdrawn: [Consents.Scope]
    /// How many pending messages were cancelled.
    package var cancelled: Int
    /// The channel whose address was closed.
    package var closedAddress: String?
    /// The topic that was stopped by complaints.
    package var heldTopic: String?

    package init(
        withdrawn: [Consents.Scope] = [], cancelled: Int = 0, closedAddress: String? = nil, heldTopic: String? = nil
    ) {
        self.withdrawn = withdrawn
        self.cancelled = cancelled
        self.closedAddress = closedAddress
        self.heldTopic = heldTopic
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.name("withdrawn")
            $0.array { for scope in withdrawn { $0.value(scope.topic) } }
            $0.member("cancelled", cancelled)
            $0.member(ifAny: "closed_address", closedAddress)
            $0.member(ifAny: "held_topic", heldTopic)
        }
    }
}
