import TactAPI
import TactCore
import Testing

/// What people do with a link of theirs, against a daemon: what stays of it, and what is written down.
@Suite struct LinkHolderTests {
    @Test func whatTheyRemoveAndCorrectOnThePageComesBackOnlyIfTheyAllowIt() async throws {
        try await LinkTests.run { daemon in
            let declared: JSON = [
                "addresses": ["email": "ann@example.org"],
                "attributes": ["name": ["value": "Ane"], "size": ["value": 41]],
            ]
            #expect(try await daemon.put("/v1/recipients/ann", declared)["ignored"] == [])
            let link = [("Authorization", "Bearer \(try await LinkTests.token(daemon))")]
            func call(_ verb: Verb, _ path: String, _ body: JSON) async throws -> Reply {
                try await daemon.call(
                    verb, "/v1/self\(path)", body: body.encoded(), type: "application/json", headers: link)
            }
            let change: JSON = [
                "attributes": ["name": ["value": "Ann"], "size": .null], "addresses": ["email": .null],
            ]
            #expect(try await call(.patch, "", change).status == 200)
            let again = try await daemon.put("/v1/recipients/ann", declared)
            #expect(
                again["ignored"]?.arrayValue?.map { $0["pointer"] }
                    == ["/attributes/name", "/attributes/size", "/addresses/email"], "\(again)")
            #expect(again["corrected"] == ["name"] && again["removed"]?["addresses"]?["email"] != nil)
            #expect(again["attributes"]?["name"]?["value"] == "Ann" && again["attributes"]?["size"] == nil)
            #expect(try await daemon.post("/v1/recipients/ann/allow", ["attributes": ["size"]]).status == 403)
            #expect(try await call(.post, "/allow", ["attributes": ["size"]]).status == 200)
            #expect(try await daemon.put("/v1/recipients/ann", declared)["attributes"]?["size"]?["value"] == 41)
        }
    }

    @Test func anAddressIsOpenedAgainByWhoeverMaySayThatItWorks() async throws {
        try await LinkTests.run { daemon in
            #expect(try await daemon.put("/v1/recipients/ann", ["addresses": ["email": "a@b.c"]]).status == 200)
            let link = [("Authorization", "Bearer \(try await LinkTests.token(daemon))")]
            for headers in [[], link] {
                let bounced = try await daemon.post(
                    "/v1/events", ["type": "bounced", "hard": true, "recipient": "ann", "channel": "email"])
                #expect(bounced["closed_address"] == "email", "\(bounced)")
                let again = try await daemon.put("/v1/recipients/ann", ["addresses": ["email": "A@B.C"]])
                #expect(again["ignored"]?[0]?["reason"] == "closed" && again["closed_addresses"] == ["email"])
                let opened = try await daemon.call(
                    .post, "/v1/recipients/ann/addresses/email/reopen", headers: headers)
                #expect(opened.status == 200 && opened["closed_addresses"] == [], "\(opened)")
            }
            let audit = try await daemon.get("/v1/audit")["items"]?.arrayValue ?? []
            #expect(audit.filter { $0["action"] == "reopen" }.count == 1, "the operator's")
        }
    }

    @Test func aCopyIsWrittenDownOnceHoweverOftenABrowserAsks() async throws {
        try await LinkTests.run { daemon in
            let link = [("Authorization", "Bearer \(try await LinkTests.token(daemon))")]
            for _ in 0..<3 {
                #expect(try await daemon.call(.get, "/v1/self/export", headers: link).status == 200)
            }
            let audit = try await daemon.get("/v1/audit")["items"]?.arrayValue ?? []
            #expect(audit.filter { $0["action"] == "export" }.count == 1)
        }
    }

    @Test func whoAgreesByALinkIsInTheAuditLog() async throws {
        try await LinkTests.run { daemon in
            let link = [("Authorization", "Bearer \(try await LinkTests.token(daemon))")]
            for (topic, state) in [("offers", "granted"), ("news", "withdrawn")] {
                let body = JSON.object(["topic": .string(topic), "state": .string(state)]).encoded()
                let reply = try await daemon.call(
                    .post, "/v1/self/consents", body: body, type: "application/json", headers: link)
                #expect(reply.status == 201, "\(reply)")
            }
            let audit = try await daemon.get("/v1/audit")["items"]?.arrayValue ?? []
            let consents = audit.filter { $0["action"] == "consent" }
            #expect(consents.map { $0["detail"] } == ["granted offers"])
            #expect(consents.first?["role"] == "preferences" && consents.first?["target"]?.stringValue != nil)
        }
    }

    @Test func quietHoursAreTriedOutWithoutAnyChange() async throws {
        try await LinkTests.run { daemon in
            let once = try await LinkTests.token(daemon, "ann", ["scope": "preferences", "once": true])
            let link = [("Authorization", "Bearer \(once)")]
            #expect(try await daemon.put("/v1/recipients/ann", ["time_zone": "UTC"]).status == 200)
            func blocked(_ query: String) async throws -> [JSON?] {
                let range = "from=2026-11-23T00:00:00Z&to=2026-11-24T00:00:00Z"
                let reply = try await daemon.call(.get, "/v1/self/timeline?\(range)\(query)", headers: link)
                #expect(reply.status == 200, "\(reply)")
                return (reply["blocked"]?.arrayValue ?? []).map { $0["start"] }
            }
            let trial = "%5B%7B%22days%22:%5B%22mon%22%5D,%22start%22:%2209:00%22,%22end%22:%2210:00%22%7D%5D"
            #expect(try await blocked("&quiet_hours=" + trial) == ["2026-11-23T09:00:00.000Z"])
            #expect(try await blocked("&quiet_hours=null") == [])
            #expect(try await blocked("") == [])
            let wrong = try await daemon.call(.get, "/v1/self/timeline?quiet_hours=%5B%7B%7D%5D", headers: link)
            #expect(wrong.status == 400 && wrong.pointers.allSatisfy { $0.hasPrefix("/quiet_hours/0/") }, "\(wrong)")
            #expect(try await daemon.get("/v1/recipients/ann/preferences")["quiet_hours"] == nil)
        }
    }
}
