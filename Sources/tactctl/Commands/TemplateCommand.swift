import ArgumentParser
import TactAPI
import TactCore
import TactSettings
import TactTemplates

struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template", abstract: "What messages say, and what they use of people.",
        subcommands: [
            TemplateList.self, TemplateCheck.self, TemplateSet.self, TemplateShow.self, TemplateRender.self,
            TemplateRemove.self,
        ])
}

struct TemplateList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List templates with what each uses.", discussion: "tactctl template list")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let page = try await Daemon(options).get(["templates"])
        let printer = Printer(options)
        printer.show(list: page) { TemplateView.table($0, printer.style, LocalClock(now: .now), width: printer.width) }
    }
}

struct TemplateShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a template and its versions.", discussion: "tactctl template show offer")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The template's name.") var name: String

    func run() async throws {
        show(template: try await Daemon(options).get(["templates", name]), options)
    }
}

struct TemplateSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set a template from a file.",
        discussion: """
            New messages get the new version; those that were accepted keep theirs. The name is the file's, without .toml.
            tactctl template set offer.toml
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The file: NAME.toml.") var file: String

    func run() async throws {
        let named = try Offline.template(file)
        show(
            template: try await Daemon(options).send(
                ClientRequest(
                    .PUT, v1: ["templates", named.name], json: .object(named.template.document.json))), options)
    }
}

struct TemplateRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a template from new messages.",
        discussion: """
            Messages that were accepted with it are still worded by it.
            tactctl template remove offer
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The template's name.") var name: String

    func run() async throws {
        _ = try await Daemon(options).send(ClientRequest(.DELETE, v1: ["templates", name]))
    }
}

struct TemplateCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a template's file as the daemon would.",
        discussion: """
            Needs no daemon. Says part, line and column of everything that is wrong, and else what it uses.
            tactctl template check offer.toml
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The file: NAME.toml.") var file: String

    func run() async throws {
        let named = try Offline.template(file)
        let uses: JSON = [
            "name": .string(named.name),
            "attributes": .array(
                named.template.attributes.map { ["name": .string($0.name), "required": .bool(!$0.isOptional)] }),
            "variables": .array(
                named.template.variables.map { ["name": .string($0.path), "required": .bool(!$0.isOptional)] }),
        ]
        Printer(options).show(uses) {
            "\(TerminalText.safe(file)) is well\n" + TemplateView.uses(uses) + "\n"
        }
    }
}

struct TemplateRender: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Try a template out for somebody; nothing goes out.",
        discussion: "tactctl template render offer --topic offers --recipient ann --variables '{\"product\":\"Pizza\"}'"
    )

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The template's name.") var name: String
    @Option(help: "The topic whose rules for data hold.") var topic: String
    @Option(help: "Whose attributes are used.") var recipient: String?
    @Option(
        name: .customLong("attribute"),
        help: ArgumentHelp("Something they might have declared, instead of a recipient's.", valueName: "name=value"))
    var attributes: [String] = []
    @Option(help: ArgumentHelp("What a message would bring: JSON, @file, or - for stdin.", valueName: "json"))
    var variables: String?
    @Option(help: "Why the person would get it.") var because: String?
    @Option(help: "Their language, such as de.") var locale: String?

    func run() async throws {
        var body: JSONObject = ["topic": .string(topic)]
        body["recipient"] = recipient.map(JSON.string)
        body["because"] = because.map(JSON.string)
        body["locale"] = locale.map(JSON.string)
        if let variables { body["variables"] = try Input.json(variables, option: "--variables") }
        if !attributes.isEmpty {
            var all = JSONObject()
            for attribute in attributes {
                let parts = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty else {
                    throw ValidationError("--attribute: expected NAME=VALUE, found “\(attribute)”.")
                }
                all[String(parts[0])] = ["value": .string(String(parts[1])), "source": "declared"]
            }
            body["attributes"] = .object(all)
        }
        let answer = try await Daemon(options).send(
            ClientRequest(.POST, v1: ["templates", name, "render"], json: .object(body)))
        let printer = Printer(options)
        printer.show(answer) { TemplateView.rendering(answer, printer.style) }
    }
}

private func show(template: JSON, _ options: GlobalOptions) {
    let printer = Printer(options)
    printer.show(template) { TemplateView.text(template, printer.style, LocalClock(now: .now)) }
}

extension Offline {
    static func template(_ file: String) throws(Failure) -> NamedTemplate {
        do throws(ConfigurationRefused) {
            return try TemplateFile.load(path: file)
        } catch {
            throw Failure(.badData, "the template is refused.", advice: error.description)
        }
    }
}
