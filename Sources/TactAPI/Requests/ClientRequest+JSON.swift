import NIOHTTP1

extension ClientRequest {
    /// A request below `/v1`, with a body of JSON or none.
    package init(
        _ method: HTTPMethod, v1 path: [String], query: [(String, String)] = [], json body: JSON? = nil
    ) {
        self.init(
            method, ["v1"] + path, query: query, contentType: body == nil ? nil : "application/json",
            body: body?.encoded() ?? [])
    }
}
