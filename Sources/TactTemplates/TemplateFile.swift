import Foundation
import TactAPI
import TactCore
import TactSettings

/// A template with the name that its file gives it.
package struct NamedTemplate: Sendable {
    package var name: String
    package var template: Template

    package init(name: String, template: Template) {
        self.name = name
        self.template = template
    }
}

/// Reads templates from files: `NAME.toml`, one each.
package enum TemplateFile {
    /// How many a folder may have.
    package static let most = 1000

    /// Reads one file.
    package static func load(path: String) throws(ConfigurationRefused) -> NamedTemplate {
        let file = URL(fileURLWithPath: path).lastPathComponent
        let name = file.hasSuffix(".toml") ? String(file.dropLast(5)) : file
        guard name.isTemplateName else {
            throw refused(
                path,
                "found the file name “\(file)”, expected NAME.toml: letters, digits, dots, dashes and underscores")
        }
        let document = try SettingsFile.load(path: path) { readDocument($0) }.settings
        do throws(TemplateRefused) {
            return NamedTemplate(name: name, template: try Template(document))
        } catch {
            throw ConfigurationRefused(
                problems: error.faults.map { fault in
                    var fault = fault
                    let key = fault.part
                    fault.part = ""
                    return .init(file: path, line: nil, key: key, message: fault.description)
                })
        }
    }

    /// Every `*.toml` of a folder, in the order of their names; what is wrong with any of them, all at once.
    package static func load(folder: String) -> (templates: [NamedTemplate], problems: [ConfigurationRefused.Problem]) {
        let files: [String]
        do {
            files = try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }.sorted()
        } catch {
            return (
                [], refused(folder, "found no folder that can be read, expected one with templates; make it").problems
            )
        }
        guard files.count <= most else {
            return ([], refused(folder, "found \(files.count) templates, expected at most \(most)").problems)
        }
        var templates: [NamedTemplate] = []
        var problems: [ConfigurationRefused.Problem] = []
        for file in files {
            do throws(ConfigurationRefused) {
                templates.append(try load(path: folder + "/" + file))
            } catch {
                problems += error.problems
            }
        }
        return (templates, problems)
    }

    private static func refused(_ file: String, _ message: String) -> ConfigurationRefused {
        ConfigurationRefused(problems: [.init(file: file, line: nil, key: "", message: message)])
    }

    private static func readDocument(_ root: Section) -> TemplateDocument {
        var document = TemplateDocument(
            description: root.value("description", .line(atMost: 200)),
            variables: root.list("variables", .variable, atMost: TemplateDocument.mostVariables) ?? [],
            texts: texts(root))
        for (tag, section) in root.named("locales", atMost: TemplateDocument.mostLocales) {
            var faults = Faults()
            if FieldKind<String>.locale.read(.string(tag), .root, &faults) == nil {
                root.report.refuse(
                    line: section.line, key: section.path,
                    "expected a language tag such as [locales.de] or [locales.pt-BR]")
            }
            document.locales[tag] = texts(section)
            section.finish()
        }
        return document
    }

    private static func texts(_ section: Section) -> TemplateDocument.Texts {
        TemplateDocument.Texts(
            title: section.value("title", .anyText), body: section.value("body", .anyText),
            html: section.value("html", .anyText))
    }
}

extension Reader where T == String {
    /// What is wrong with it is found where it is read as a template.
    fileprivate static var anyText: Reader { .text("a text", example: "\"Hello {{recipient.first_name}}\"") { $0 } }

    fileprivate static var variable: Reader {
        .text(
            "a variable's name: letters, digits and underscores, beginning with a letter, not “recipient”, “message” or "
                + "“because”", example: "\"product\""
        ) { $0.isVariableName ? $0 : nil }
    }
}
