import TactCore

extension OpenAPI {
    /// The shapes of bodies. Those of requests are closed, as the readers are; those of answers may grow.
    enum Schemas {
        static func ref(_ name: String) -> JSON { ["$ref": .string("#/components/schemas/" + name)] }

        static func text(_ length: ClosedRange<Int>) -> JSON {
            [
                "type": "string", "minLength": .integer(Int64(length.lowerBound)),
                "maxLength": .integer(Int64(length.upperBound)),
            ]
        }

        static let string: JSON = ["type": "string"]
        static let count: JSON = ["type": "integer", "minimum": 0]
        static let flag: JSON = ["type": "boolean"]

        static func list(of element: JSON, _ count: ClosedRange<Int>? = nil, eachOnce: Bool = false) -> JSON {
            var schema: JSONObject = ["type": "array", "items": element]
            if let count {
                schema["minItems"] = .integer(Int64(count.lowerBound))
                schema["maxItems"] = .integer(Int64(count.upperBound))
            }
            if eachOnce { schema["uniqueItems"] = true }
            return .object(schema)
        }

        static func map(of element: JSON) -> JSON { ["type": "object", "additionalProperties": element] }

        static func choice(_ words: [String], _ text: String = "") -> JSON {
            var schema: JSONObject = ["type": "string", "enum": .array(words.map(JSON.string))]
            if !text.isEmpty { schema["description"] = .string(text) }
            return .object(schema)
        }

        static func orNull(_ schema: JSON) -> JSON { ["anyOf": [schema, ["type": "null"]]] }

        static func described(_ schema: JSON, _ text: String) -> JSON {
            guard case .object(var object) = schema else { return schema }
            object["description"] = .string(text)
            return .object(object)
        }

        /// A body that is read: unknown members are refused, and null stands for left out.
        ///
        /// - Parameter nullable: which members may be null; those that are not required, if not said otherwise.
        static func request(
            _ text: String, required: [String], nullable: [String]? = nil, _ properties: JSONObject
        ) -> JSON {
            var schemas = JSONObject()
            for property in properties.members {
                let mayBeNull = nullable?.contains(property.name) ?? !required.contains(property.name)
                schemas[property.name] = mayBeNull ? orNull(property.value) : property.value
            }
            return [
                "type": "object", "description": .string(text), "required": .array(required.map(JSON.string)),
                "properties": .object(schemas), "additionalProperties": false,
            ]
        }

        /// A body that is answered.
        static func answer(_ text: String, required: [String], _ properties: JSONObject) -> JSON {
            [
                "type": "object", "description": .string(text), "required": .array(required.map(JSON.string)),
                "properties": .object(properties),
            ]
        }

        static func page(of name: String) -> JSON {
            answer(
                "A page of a list.", required: ["items", "next_cursor"],
                ["items": list(of: ref(name)), "next_cursor": orNull(string)])
        }

        static var all: JSONObject {
            var all = JSONObject()
            let parts = [
                values, requests, messageAnswers, recipientAnswers, wishes, linkSchemas, workerAnswers, daemonAnswers,
                dataAnswers,
            ]
            for part in parts {
                for member in part.members { all[member.name] = member.value }
            }
            return all
        }

        private static let values: JSONObject = [
            "Instant": [
                "type": "string", "format": "date-time", "examples": ["2026-11-22T09:00:00.000Z"],
                "description": "RFC 3339; milliseconds at the finest. Answered in UTC.",
            ],
            "Duration": [
                "type": "string", "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$", "minLength": 2,
                "examples": ["1h30m"], "description": "Whole numbers with d, h, m, s; a day is exactly 24 hours.",
            ],
            "Urgency": choice(Urgency.allCases.map(\.name), "The words of RFC 8030."),
            "State": choice(MessageState.allCases.map(\.name)),
            "Code": choice(Finding.Code.allCases.map(\.rawValue), "Why a rule holds or suppresses."),
            "Window": request(
                "A weekly local window; `end` at or before `start` means on the next day.",
                required: ["days", "start", "end"],
                [
                    "days": list(
                        of: choice(Weekday.allCases.map(\.name), "A day on which it starts."), 1...7, eachOnce: true),
                    "start": ["type": "string", "examples": ["22:00"]],
                    "end": ["type": "string", "examples": ["08:00", "24:00"]],
                ]),
            "Plan": answer(
                "What the decision predicts.", required: ["at", "channel"],
                ["at": ref("Instant"), "channel": string]),
            "Interval": answer(
                "Half-open: the end is not in it.", required: ["start", "end"],
                ["start": ref("Instant"), "end": ref("Instant")]),
            "Problem": answer(
                "Problem details (RFC 9457).", required: ["type", "title", "status", "detail"],
                [
                    "type": choice(ProblemKind.allCases.map { ProblemKind.urn + $0.rawValue }), "title": string,
                    "status": ["type": "integer"], "detail": string,
                    "errors": list(
                        of: answer(
                            "One thing that is wrong.", required: ["pointer", "detail"],
                            [
                                "pointer": described(
                                    string, "A JSON pointer (RFC 6901); for path and query, to the parameter."),
                                "detail": string,
                            ]), 1...Faults.most),
                    "retry_after": ref("Duration"),
                ]),
        ]
    }
}
