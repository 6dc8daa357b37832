import TactAPI
import TactCore
import TactStore
import TactTemplates

/// What goes out: the words of a message at the moment of its release.
struct Words {
    /// A compact JSON object.
    var content: [UInt8]
    var because: String?
    /// nil: its words came with it.
    var rendering: Rendering?

    /// What a template was filled with.
    struct Rendering {
        /// nil: the topic's own words.
        var template: TemplateReference?
        var number: Int64?
        var used: [UsedAttribute]

        var stored: StoredRendering {
            var out = JSONWriter()
            out.array { for attribute in used { attribute.write(to: &$0) } }
            return StoredRendering(template: number, used: String(decoding: out.bytes, as: UTF8.self))
        }
    }
}

/// What a template may be filled with for one person and topic at one instant.
struct Permitted {
    var values: [String: JSON] = [:]
    var used: [UsedAttribute] = []
    /// Against what the template cannot do without.
    var objections: [DataUse.Objection] = []

    init(
        _ needs: [AttributeNeed], of attributes: [String: RecipientDocument.Attribute], _ topic: Topic, now: Timestamp
    ) {
        for need in needs {
            let attribute = attributes[need.name].flatMap { Template.shows($0.value) ? $0 : nil }
            if let objection = DataUse.objection(to: need.name, attribute?.fact, topic, now: now) {
                if !need.isOptional { objections.append(objection) }
            } else if let attribute {
                values[need.name] = attribute.value
                used.append(
                    UsedAttribute(name: need.name, source: attribute.fact.source, updatedAt: attribute.fact.updatedAt))
            }
        }
    }
}

extension Engine {
    /// What a new message is worded by. Refuses a template that is not there, and variables that do not fit.
    func wording(
        of request: MessageRequest, _ topicName: String, _ session: Session
    ) throws -> TemplateShelf.Item? {
        let topic = policy.topic(topicName)
        if topic?.requiresBecause ?? false, request.because == nil {
            throw Problem.bad(
                "/because",
                "missing: the topic “\(topicName)” says to people why they get a message; expected one sentence such as "
                    + "\"You asked us to remind you\"")
        }
        try Template.check(because: request.because)
        guard let name = request.template else { return nil }
        guard let item = try template(named: name, session) else {
            let known = try session.templates().map(\.name)
            let near = Suggestion.nearest(to: name, among: known)
            throw Problem.bad(
                "/template",
                "there is no template “\(name)”; "
                    + (near.map { "did you mean “\($0)”?" }
                        ?? (known.isEmpty
                            ? "there is none at all" : "there are \(known.prefix(20).joined(separator: ", "))")),
                kind: .unknownTemplate)
        }
        var faults = try faults(
            of: item.template, variables: request.variables ?? JSONObject(), because: request.because, topic, session)
        faults.add(try Engine.overlap(of: request.content, with: item.template))
        if !faults.isEmpty { throw Problem.bad(faults) }
        return item
    }

    /// What is wrong with what a message brings along, for its template and for the topic's fallback, which must be
    /// possible when it is needed.
    private func faults(
        of template: Template, variables: JSONObject, because: String?, _ topic: Topic?, _ session: Session
    ) throws -> Faults {
        var fallback: Template?
        if case .template(let name)? = topic?.fallback { fallback = try self.template(named: name, session)?.template }
        var faults = template.faults(
            variables: variables, because: because, alsoKnown: fallback?.document.variables ?? [])
        if let fallback {
            faults.add(fallback.faults(variables: variables, because: because, alsoKnown: variables.names))
        }
        return faults
    }

    /// Of two texts for one part, nobody could say which was meant.
    private static func overlap(of content: [UInt8], with template: Template) throws -> Faults {
        var faults = Faults()
        let names = try JSON(body: content).objectValue?.names ?? []
        for part in template.document.texts.parts where names.contains(part.name) {
            faults.add(
                Place.root.member("content").member(part.name),
                "found a text beside the template, which has one for it; leave one of them out")
        }
        return faults
    }

    /// Puts a message into words, with what is known and permitted now.
    func words(
        for stored: StoredMessage, _ desk: Desk, _ session: Session, now: Timestamp
    ) throws -> Result<Words, RenderingFailure> {
        guard let content = try session.content(of: stored.message.number) else {
            throw Unreadable(lacking: stored.recipient)
        }
        let because = stored.because
        guard let wording = stored.message.wording, let topic = policy.topic(stored.message.topic) else {
            return .success(Words(content: content, because: because))
        }
        let kept = try StoredContent(content)
        guard let item = try template(number: wording.template, session) else {
            return .failure(RenderingFailure(.templateGone, String(wording.template)))
        }
        let permitted = Permitted(wording.needs, of: try Wire.attributes(desk.recipient.attributes), topic, now: now)
        let material = Template.Material(
            attributes: permitted.values, variables: kept.variables, because: because,
            locale: try language(of: desk.recipient, session))
        return try render(item, permitted, material, topic, session).map { text, rendering in
            Words(
                content: JSON.object(text.merged(into: kept.content)).encoded(), because: because,
                rendering: rendering)
        }
    }

    /// By the template, or by the topic's fallback where something stands against it.
    private func render(
        _ item: TemplateShelf.Item, _ permitted: Permitted, _ material: Template.Material, _ topic: Topic,
        _ session: Session
    ) throws -> Result<(RenderedContent, Words.Rendering), RenderingFailure> {
        let (chosen, used): (TemplateShelf.Item, [UsedAttribute])
        switch (permitted.objections.isEmpty, topic.fallback) {
        case (true, _), (false, nil): (chosen, used) = (item, permitted.used)
        case (false, .words(let title, let body, let html)?):
            return .success((RenderedContent(title: title, body: body, html: html), .init(used: [])))
        case (false, .template(let name)?):
            guard let other = try template(named: name, session) else {
                return .failure(RenderingFailure(.templateGone, name))
            }
            (chosen, used) = (other, [])
        }
        var material = material
        // A fallback says nothing of the person, whatever it is by now.
        if chosen.stored.number != item.stored.number { material.attributes = [:] }
        do throws(RenderingFailure) {
            return .success(
                (
                    try chosen.template.render(material),
                    .init(template: chosen.reference, number: chosen.stored.number, used: used)
                ))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Trying out

    /// What a new message would use of the person at that instant.
    func used(
        by item: TemplateShelf.Item?, _ desk: Desk, _ topicName: String, now: Timestamp
    ) throws -> [UsedAttribute]? {
        guard let item, let topic = policy.topic(topicName) else { return nil }
        let permitted = Permitted(
            item.template.attributes, of: try Wire.attributes(desk.recipient.attributes), topic, now: now)
        return permitted.objections.isEmpty ? permitted.used : []
    }

    /// Puts a template into words for somebody, or for attributes that were given. Nothing is stored.
    package func tryOut(
        _ request: RenderRequest, template name: String, _ session: Session, now: Timestamp
    ) throws -> RenderAnswer {
        try refresh(session)
        guard let topic = policy.topic(request.topic) else {
            throw Problem.bad(
                "/topic",
                "there is no topic “\(request.topic)”; expected one of "
                    + policy.topics.map(\.name).prefix(20).joined(separator: ", "), kind: .unknownTopic)
        }
        guard let item = try template(named: name, session) else { throw noTemplate(name) }
        try Template.check(because: request.because)
        let faults = try faults(
            of: item.template, variables: request.variables, because: request.because, topic, session)
        if !faults.isEmpty { throw Problem.bad(faults) }
        var attributes = request.attributes ?? [:]
        var locale = request.locale
        if let id = request.recipient {
            let recipient = try recipient(id, session)
            attributes = try Wire.attributes(recipient.attributes)
            locale = try locale ?? language(of: recipient, session)
        }
        let at = request.at ?? now
        let permitted = Permitted(item.template.attributes, of: attributes, topic, now: at)
        let material = Template.Material(
            attributes: permitted.values, variables: request.variables, because: request.because, locale: locale)
        var findings = permitted.objections.map {
            Finding(
                rule: .dataUse, effect: topic.fallback == nil ? .suppress : .permit, code: $0.code, name: $0.name,
                detail: $0.ground.map(Finding.Detail.forbidden))
        }
        var answer = RenderAnswer(
            template: name, version: item.stored.version, content: nil,
            isFallback: !permitted.objections.isEmpty && topic.fallback != nil, used: [], findings: [],
            warnings: item.template.warnings(material))
        if permitted.objections.isEmpty || topic.fallback != nil {
            switch try render(item, permitted, material, topic, session) {
            case .success(let (text, rendering)):
                answer.content = JSON.object(text.merged(into: JSONObject())).encoded()
                answer.used = rendering.used
            case .failure(let failure): findings.append(failure.finding)
            }
        }
        answer.findings = sentences(findings, zone: nil, at: at)
        return answer
    }
}

/// What was kept of a message that a template words: what goes along, and what it brings.
struct StoredContent {
    var content: JSONObject
    var variables: JSONObject

    init(_ bytes: [UInt8]) throws {
        let json = try JSON(body: bytes)
        content = json["content"]?.objectValue ?? JSONObject()
        variables = json["variables"]?.objectValue ?? JSONObject()
    }
}

extension Session {
    /// The template that words a message; nil: its words came with it.
    func reference(_ wording: Message.Wording?) throws -> TemplateReference? {
        guard let wording, let stored = try template(number: wording.template) else { return nil }
        return TemplateReference(name: stored.name, version: stored.version)
    }
}
