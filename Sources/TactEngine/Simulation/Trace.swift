import TactAPI
import TactCore
import TactStore

/// What happened, or might have happened: timed commands in order of time.
package struct Trace: Sendable {
    /// Why a trace cannot be run at all.
    package struct Malformed: Error, Sendable, CustomStringConvertible {
        /// From 1.
        package var line: Int
        package var detail: String

        package var description: String { "line \(line): \(detail)" }
    }

    /// One line of a trace.
    package struct Command: Sendable {
        package var line: Int
        package var at: Timestamp
        /// The app's own name for a message.
        package var ref: String?
        package var sender: String
        package var operation: Operation
    }

    /// What is commanded. Bodies are read as the API reads them, when their time has come.
    package enum Operation: Sendable {
        case putRecipient(String, JSON)
        case patchRecipient(String, JSON)
        case putCalendar(String, name: String, ics: String)
        case deleteCalendar(String, name: String)
        case submit(JSON)
        case cancel
        case complete(subject: String, JSON)
        case hold(Hold.Kind, String, JSON)
        case release(Hold.Kind, String)
        case putTemplate(String, JSON)
        case deleteTemplate(String)
        case eraseRecipient(String)
        case recordConsent(String, JSON)
        case putPreferences(String, JSON)
        case event(JSON)
        /// A feature that this version does not have.
        case unsupported(String)
    }

    package var commands: [Command] = []

    /// Reads NDJSON; blank lines are passed over.
    package init(_ bytes: some Collection<UInt8>) throws(Malformed) {
        var number = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            let command = try Command(line, number: number)
            if let last = commands.last, command.at < last.at {
                throw Malformed(
                    line: number,
                    detail: "at: expected an instant not before \(last.at.rfc3339) of line \(last.line), found "
                        + "\(command.at.rfc3339); sort the trace by time")
            }
            commands.append(command)
        }
    }
}

extension Trace.Command {
    fileprivate init(_ line: some Collection<UInt8>, number: Int) throws(Trace.Malformed) {
        do throws(Problem) {
            try self.init(json: try JSON(body: line), number: number)
        } catch {
            let faults = error.faults.map { "\($0.pointer): \($0.detail)" }.joined(separator: "; ")
            throw Trace.Malformed(line: number, detail: faults.isEmpty ? error.detail : faults)
        }
    }

    private init(json: JSON, number: Int) throws(Problem) {
        var fields = try Fields(body: json)
        line = number
        at = fields.required("at", .instant)
        ref = fields.optional("ref", .key)
        sender = fields.optional("sender", .sender) ?? "simulate"
        let word = fields.required("op", .key)
        operation = Trace.Operation(word, &fields)
        try fields.finish()
        if case .cancel = operation, ref == nil { throw .bad("/ref", "missing, expected the ref of an earlier submit") }
    }
}

extension Trace.Operation {
    private static let words = [
        "recipient.put", "recipient.patch", "recipient.erase", "calendar.put", "calendar.delete", "message.submit",
        "message.cancel", "subject.complete", "consent.record", "preferences.put", "event", "channel.hold",
        "channel.release", "topic.hold", "topic.release", "template.put", "template.delete",
    ]

    fileprivate init(_ word: String, _ fields: inout Fields) {
        switch word {
        case "recipient.put":
            self = .putRecipient(fields.required("recipient", .recipient), fields.required("body", .any))
        case "recipient.patch":
            self = .patchRecipient(fields.required("recipient", .recipient), fields.required("body", .any))
        case "calendar.put":
            self = .putCalendar(
                fields.required("recipient", .recipient), name: fields.required("name", .key),
                ics: fields.required("ics", .text))
        case "calendar.delete":
            self = .deleteCalendar(fields.required("recipient", .recipient), name: fields.required("name", .key))
        case "message.submit": self = .submit(fields.required("body", .any))
        case "message.cancel": self = .cancel
        case "subject.complete":
            self = .complete(subject: fields.required("subject", .subject), fields.optional("body", .any) ?? [:])
        case "channel.hold": self = .hold(.channel, &fields)
        case "channel.release": self = .release(.channel, &fields)
        case "topic.hold": self = .hold(.topic, &fields)
        case "topic.release": self = .release(.topic, &fields)
        case "template.put":
            self = .putTemplate(fields.required("template", .templateName), fields.required("body", .any))
        case "template.delete": self = .deleteTemplate(fields.required("template", .templateName))
        case "consent.record":
            self = .recordConsent(fields.required("recipient", .recipient), fields.required("body", .any))
        case "preferences.put":
            self = .putPreferences(fields.required("recipient", .recipient), fields.required("body", .any))
        case "event": self = .event(fields.required("body", .any))
        case "recipient.erase": self = .eraseRecipient(fields.required("recipient", .recipient))
        default:
            fields.refuse("op", "expected one of \(Self.words.joined(separator: ", ")), found “\(word)”")
            for name in ["recipient", "name", "ics", "subject", "channel", "topic", "template", "body"] {
                _ = fields.optional(name, .any)
            }
            self = .unsupported(word)
        }
    }
}

extension Trace.Operation {
    fileprivate static func hold(_ kind: Hold.Kind, _ fields: inout Fields) -> Trace.Operation {
        .hold(kind, name(of: kind, &fields), fields.optional("body", .any) ?? [:])
    }

    fileprivate static func release(_ kind: Hold.Kind, _ fields: inout Fields) -> Trace.Operation {
        _ = fields.optional("body", .any)
        return .release(kind, name(of: kind, &fields))
    }

    private static func name(of kind: Hold.Kind, _ fields: inout Fields) -> String {
        switch kind {
        case .channel: fields.required("channel", .key)
        case .topic: fields.required("topic", .topic)
        }
    }
}

extension FieldKind where Value == JSON {
    fileprivate static let any = FieldKind("a value", standIn: .null) { $0 }
}

extension FieldKind where Value == String {
    fileprivate static let text = FieldKind("a text", standIn: "") { $0.stringValue }
}
