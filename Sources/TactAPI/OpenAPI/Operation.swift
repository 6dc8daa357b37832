extension OpenAPI {
    /// One method of one path.
    struct Operation {
        enum Method: String {
            case get, put, post, delete, patch
        }

        /// Who may ask, in the words of `[access]`; `administer` includes all.
        enum Role: String {
            case submit, work, operate, administer, preferences
            /// Whoever may open the socket.
            case nobody = "none"

            /// Whoever has any role.
            static let anyone: [Role] = [.submit, .work, .operate, .preferences]
            /// Whoever has a role of their own; of preferences it is the link that counts.
            static let staff: [Role] = [.submit, .work, .operate]
            /// The person themselves, by a link, and operators.
            static let own: [Role] = [.preferences, .operate]
        }

        struct Parameter {
            enum Place: String {
                case path, query, header
            }

            var name: String
            var place: Place
            var text: String
            var schema: JSON
            var isRequired = false

            var json: JSON {
                [
                    "name": .string(name), "in": .string(place.rawValue), "description": .string(text),
                    "required": .bool(isRequired || place == .path), "schema": schema,
                ]
            }
        }

        /// A body of one or more media types.
        struct Content {
            var text: String
            var types: [(media: String, schema: JSON)]
            var isRequired = true

            static func json(_ text: String, _ schema: String, isRequired: Bool = true) -> Content {
                Content(text: text, types: [("application/json", Schemas.ref(schema))], isRequired: isRequired)
            }

            var media: JSON {
                var object = JSONObject()
                for type in types { object[type.media] = ["schema": type.schema] }
                return .object(object)
            }
        }

        /// Another operation, with what this one knows of its parameters (runtime expressions).
        struct Link {
            var operation: String
            var parameters: [(name: String, expression: String)]

            static func object(_ links: [Link]) -> JSONObject {
                var object = JSONObject()
                for link in links {
                    var parameters = JSONObject()
                    for (name, expression) in link.parameters { parameters[name] = .string(expression) }
                    object[link.operation] = [
                        "operationId": .string(link.operation), "parameters": .object(parameters),
                    ]
                }
                return object
            }
        }

        var method: Method
        var path: String
        var id: String
        var tag: Tag
        var roles: [Role]
        var summary: String
        var text = ""
        var parameters: [Parameter] = []
        var body: Content?
        /// By status; nil: without a body.
        var answers: [(status: Int, text: String, content: Content?)]
        /// What can go wrong, beyond what can go wrong everywhere.
        var problems: [ProblemKind] = []
        /// What can be asked next about what a success answers.
        var links: [Link] = []

        var json: JSON {
            var object = JSONObject()
            object["operationId"] = .string(id)
            object["tags"] = [.string(tag.rawValue)]
            object["summary"] = .string(summary)
            if !text.isEmpty { object["description"] = .string(text) }
            object["x-tact-role"] =
                roles.count == 1 ? .string(roles[0].rawValue) : .array(roles.map { .string($0.rawValue) })
            if !parameters.isEmpty { object["parameters"] = .array(parameters.map(\.json)) }
            if let body {
                object["requestBody"] = [
                    "description": .string(body.text), "required": .bool(body.isRequired), "content": body.media,
                ]
            }
            object["responses"] = responses
            return .object(object)
        }

        private var responses: JSON {
            var responses = JSONObject()
            for answer in answers {
                var response: JSONObject = ["description": .string(answer.text)]
                response["content"] = answer.content?.media
                if !links.isEmpty { response["links"] = .object(Link.object(links)) }
                responses[String(answer.status)] = .object(response)
            }
            for (status, kinds) in Dictionary(grouping: allProblems, by: \.status).sorted(by: { $0.key < $1.key }) {
                responses[String(status)] = problem(kinds)
            }
            responses["default"] = problem([.internalError, .overloaded, .shuttingDown])
            return .object(responses)
        }

        private var allProblems: [ProblemKind] {
            var kinds = problems
            if body != nil { kinds += [.bodyTooLarge, .unsupportedMediaType] }
            if body?.types.contains(where: { $0.media == "application/json" }) ?? false { kinds.append(.malformedJSON) }
            if body != nil || !parameters.isEmpty { kinds.append(.invalidField) }
            if !roles.contains(.nobody) { kinds.append(.forbidden) }
            if roles.contains(.preferences) { kinds.append(.linkRefused) }
            return kinds
        }

        private func problem(_ kinds: [ProblemKind]) -> JSON {
            let types = kinds.map { "`\(ProblemKind.urn)\($0.rawValue)`" }.joined(separator: ", ")
            var response: JSONObject = [
                "description": .string("A problem of type \(types)."),
                "content": [.init(Problem.mediaType): ["schema": Schemas.ref("Problem")]],
            ]
            if kinds.contains(where: { $0.status == 429 || $0.status == 503 }) {
                response["headers"] = [
                    "Retry-After": ["description": "Seconds after which to try again.", "schema": ["type": "integer"]]
                ]
            }
            return .object(response)
        }
    }
}
