import TactCore

/// A template as new messages get it, and what it uses.
package struct TemplateAnswer: Answer {
    /// One version that is kept.
    package struct Version: Answer {
        package var version: Int
        package var hash: String
        package var createdAt: Timestamp

        package init(version: Int, hash: String, createdAt: Timestamp) {
            self.version = version
            self.hash = hash
            self.createdAt = createdAt
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("version", version)
                $0.member("hash", hash)
                $0.member("created_at", createdAt)
            }
        }
    }

    /// Something that a template uses.
    package struct Use: Answer {
        package var name: String
        /// It cannot do without.
        package var isRequired: Bool

        package init(name: String, isRequired: Bool) {
            self.name = name
            self.isRequired = isRequired
        }

        package func write(to out: inout JSONWriter) {
            out.object {
                $0.member("name", name)
                $0.member("required", isRequired)
            }
        }
    }

    package var name: String
    package var current: Version
    /// It came from the folder, and is changed there.
    package var isFile: Bool
    /// Of the person.
    package var attributes: [Use]
    /// Of the message.
    package var variables: [Use]
    /// nil: not told here, as in lists.
    package var document: TemplateDocument?
    /// The newest first; nil: not told here.
    package var versions: [Version]?

    package init(
        name: String, current: Version, isFile: Bool, attributes: [Use], variables: [Use],
        document: TemplateDocument? = nil, versions: [Version]? = nil
    ) {
        self.name = name
        self.current = current
        self.isFile = isFile
        self.attributes = attributes
        self.variables = variables
        self.document = document
        self.versions = versions
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("name", name)
            $0.member("version", current.version)
            $0.member("hash", current.hash)
            $0.member("updated_at", current.createdAt)
            $0.member("origin", isFile ? "file" : "api")
            $0.name("uses")
            $0.object {
                $0.member("attributes", attributes)
                $0.member("variables", variables)
            }
            if let document {
                $0.name("document")
                $0.value(.object(document.json))
            }
            if let versions { $0.member("versions", versions) }
        }
    }
}

/// An attribute that a message was, or would be, worded by; never what it says.
package struct UsedAttribute: Answer, Equatable {
    package var name: String
    package var source: AttributeFact.Source?
    package var updatedAt: Timestamp?
    /// One sentence that the person may read.
    package private(set) var text: String

    package init(name: String, source: AttributeFact.Source?, updatedAt: Timestamp?) {
        self.name = name
        self.source = source
        self.updatedAt = updatedAt
        text = sentence(forUseOf: name, from: source, updatedAt: updatedAt)
    }

    /// From an element that was written by `write`; nil: it was not.
    package init?(_ json: JSON) {
        guard let name = json["name"]?.stringValue else { return nil }
        self.init(
            name: name, source: json["source"]?.stringValue.flatMap(AttributeFact.Source.init),
            updatedAt: json["updated_at"]?.stringValue.flatMap { try? Timestamp(rfc3339: $0) })
    }

    /// With another sentence; a day in it is one of `zone`.
    package func told(in language: SentenceLanguage, zone: Situation.Zone?) -> UsedAttribute {
        var told = self
        told.text = sentence(forUseOf: name, from: source, updatedAt: updatedAt, zone: zone, in: language)
        return told
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("name", name)
            $0.member(ifAny: "source", source?.rawValue)
            $0.member(ifAny: "updated_at", updatedAt)
            $0.member("text", text)
        }
    }
}

/// What a template came out as.
package struct RenderAnswer: Answer {
    package var template: String
    package var version: Int
    /// As a worker would get it; nil: it would not go out.
    package var content: [UInt8]?
    /// The topic's fallback was taken.
    package var isFallback: Bool
    package var used: [UsedAttribute]
    package var findings: [FindingAnswer]
    /// What a person should look at before this goes out.
    package var warnings: [String]

    package init(
        template: String, version: Int, content: [UInt8]?, isFallback: Bool, used: [UsedAttribute],
        findings: [FindingAnswer], warnings: [String]
    ) {
        self.template = template
        self.version = version
        self.content = content
        self.isFallback = isFallback
        self.used = used
        self.findings = findings
        self.warnings = warnings
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("template", template)
            $0.member("version", version)
            $0.name("content")
            if let content { $0.raw(content) } else { $0.raw(Array("null".utf8)) }
            $0.member("fallback", isFallback)
            $0.member("used", used)
            $0.member("findings", findings)
            $0.member("warnings", warnings)
        }
    }
}
