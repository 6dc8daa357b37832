import TactCore

/// What an app declares about a person: the body of `PUT /v1/recipients/{id}`.
package struct RecipientDocument: Sendable, Equatable {
    /// Something an app knows of a person, and from where.
    package struct Attribute: Sendable, Equatable {
        /// Any JSON value but null.
        package var value: JSON
        /// Where it comes from, and how old it is.
        package var fact: AttributeFact

        package init(value: JSON, _ fact: AttributeFact = AttributeFact(source: nil)) {
            self.value = value
            self.fact = fact
        }
    }

    package static let mostAttributes = 128

    package var timeZone: String?
    package var country: String?
    package var locale: String?
    /// By channel.
    package var addresses: [String: String]
    /// nil: the policy's default. Empty: none.
    package var quietHours: [LocalWindow]?
    package var pausedUntil: Timestamp?
    package var attributes: [String: Attribute]

    package init(
        timeZone: String? = nil, country: String? = nil, locale: String? = nil, addresses: [String: String] = [:],
        quietHours: [LocalWindow]? = nil, pausedUntil: Timestamp? = nil, attributes: [String: Attribute] = [:]
    ) {
        self.timeZone = timeZone
        self.country = country
        self.locale = locale
        self.addresses = addresses
        self.quietHours = quietHours
        self.pausedUntil = pausedUntil
        self.attributes = attributes
    }

    package init(_ bytes: some Collection<UInt8>) throws(Problem) {
        try self.init(json: try JSON(body: bytes))
    }

    package init(json: JSON) throws(Problem) {
        var fields = try Fields(body: json)
        timeZone = fields.optional("time_zone", .timeZone)
        country = fields.optional("country", .country)
        locale = fields.optional("locale", .locale)
        addresses = fields.optional("addresses", .addresses) ?? [:]
        quietHours = fields.optional("quiet_hours", .windows)
        pausedUntil = fields.optional("paused_until", .instant)
        attributes = fields.optional("attributes", .attributes) ?? [:]
        try fields.finish()
    }

    /// The document after a merge patch (RFC 7396): what the patch names replaces what was, null takes it away.
    package func merging(_ patch: JSON) throws(Problem) -> RecipientDocument {
        guard case .object(let changes) = patch else {
            throw .bad("", "expected an object, found \(patch.described)")
        }
        let known = JSONObject(unique: changes.members.filter { Self.fieldNames.contains($0.name) })
        let merged = JSON.object(json).merged(with: .object(known)).objectValue?.members ?? []
        // A null for a field that does not exist would leave no trace in the merged document.
        let strangers = changes.members.filter { !Self.fieldNames.contains($0.name) }
        return try RecipientDocument(json: .object(JSONObject(unique: merged + strangers)))
    }

    private static let fieldNames = [
        "time_zone", "country", "locale", "addresses", "quiet_hours", "paused_until", "attributes",
    ]
}

extension RecipientDocument {
    /// As on the wire; what has no value is left out, but for `paused_until`.
    package var json: JSONObject {
        var object = JSONObject()
        object["time_zone"] = timeZone.map(JSON.string)
        object["country"] = country.map(JSON.string)
        object["locale"] = locale.map(JSON.string)
        object["addresses"] = .object(addressesJSON)
        object["quiet_hours"] = quietHours.map { .array($0.map(\.json)) }
        object["paused_until"] = pausedUntil.map { .string($0.rfc3339) } ?? .null
        object["attributes"] = .object(attributesJSON)
        return object
    }

    /// By channel, in the order of the names.
    package var addressesJSON: JSONObject {
        JSONObject(
            unique: addresses.sorted { $0.key < $1.key }.map {
                JSONObject.Member(name: $0.key, value: .string($0.value))
            })
    }

    /// In the order of the names.
    package var attributesJSON: JSONObject {
        JSONObject(
            unique: attributes.sorted { $0.key < $1.key }.map { name, attribute in
                var object = JSONObject()
                object["value"] = attribute.value
                let fact = attribute.fact
                object["source"] = fact.source.map { .string($0.rawValue) }
                object["updated_at"] = fact.updatedAt.map { .string($0.rfc3339) }
                object["sensitive"] = fact.isSensitive ? true : nil
                object["good_for"] = fact.goodFor.map { .string($0.text) }
                object["confidence"] = fact.confidence.map(JSON.number)
                return JSONObject.Member(name: name, value: .object(object))
            })
    }
}

extension RecipientDocument.Attribute {
    /// As it was stored, perhaps when less was asked of it: what is not understood is taken for not told.
    package init?(stored json: JSON) {
        guard let value = json["value"] else { return nil }
        self.value = value
        fact = AttributeFact(
            source: json["source"]?.stringValue.flatMap(AttributeFact.Source.init),
            updatedAt: json["updated_at"]?.stringValue.flatMap { try? Timestamp(rfc3339: $0) },
            isSensitive: json["sensitive"]?.boolValue ?? false,
            goodFor: json["good_for"]?.stringValue.flatMap { try? Duration($0) },
            confidence: json["confidence"]?.doubleValue)
        if fact.source == .inferred { fact.confidence = fact.confidence ?? 0 }
    }
}

extension FieldKind where Value == [String: String] {
    /// By channel: 1 to 1024 bytes each, at most 32.
    package static let addresses = FieldKind.map(
        of: .printable("an address", 1...1024), upTo: 32, named: "channel", "an object of addresses by channel")
}

extension FieldKind where Value == [String: RecipientDocument.Attribute] {
    /// Each value at most 4 KiB.
    package static let attributes = FieldKind.map(
        of: .attribute, upTo: RecipientDocument.mostAttributes, named: "attribute", "an object of attributes by name")
}

extension FieldKind {
    /// An object whose members' names are chosen outside.
    static func map<Element>(
        of kind: FieldKind<Element>, upTo most: Int, named what: String, _ expected: String
    ) -> FieldKind where Value == [String: Element] {
        FieldKind(expected + ", at most \(most)", standIn: [:]) { json, place, faults in
            guard case .object(let object) = json, object.members.count <= most else {
                let found = json.objectValue.map { "one of \($0.members.count)" } ?? json.described
                faults.add(place, "expected \(expected), at most \(most), found \(found)")
                return nil
            }
            var values: [String: Element] = [:]
            for member in object.members {
                let here = place.member(member.name)
                if !member.name.isPrintable(1...128) {
                    faults.add(here, "expected the name of a \(what), 1 to 128 printable bytes")
                }
                if let value = kind.read(member.value, here, &faults) { values[member.name] = value }
            }
            return values
        }
    }
}

extension FieldKind where Value == RecipientDocument.Attribute {
    fileprivate static let attribute = FieldKind.object(
        "an object such as {\"value\":\"Ann\",\"source\":\"declared\"}", standIn: .init(value: .null)
    ) { fields in
        let value = fields.required("value", .attributeValue)
        let faultsBefore = fields.faults.count
        let fact = AttributeFact(
            source: fields.optional("source", .attributeSource), updatedAt: fields.optional("updated_at", .instant),
            isSensitive: fields.optional("sensitive", .bool) ?? false, goodFor: fields.optional("good_for", .goodFor),
            confidence: fields.optional("confidence", .relevance))
        if fields.faults.count > faultsBefore { return RecipientDocument.Attribute(value: value, fact) }
        if fact.source == .inferred, fact.confidence == nil {
            fields.refuse("confidence", "missing, expected a number from 0 to 1: how sure the inference is")
        } else if fact.confidence != nil, fact.source != .inferred {
            fields.refuse("confidence", "expected none: only what is inferred is more or less sure; leave it out")
        }
        return RecipientDocument.Attribute(value: value, fact)
    }
}

extension FieldKind where Value == AttributeFact.Source {
    fileprivate static let attributeSource = FieldKind.choice(standIn: .declared, \.rawValue)
}

extension FieldKind where Value == Duration {
    fileprivate static let goodFor = FieldKind.duration(from: .seconds(1), to: .days(36_500))
}

extension FieldKind where Value == JSON {
    fileprivate static let attributeValue = FieldKind("a value of at most 4096 bytes", standIn: .null) { json in
        json.encoded().count <= 4096 ? json : nil
    }
}
