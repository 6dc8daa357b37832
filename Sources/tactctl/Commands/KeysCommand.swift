import ArgumentParser
import TactAPI
import TactCore

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The recipients' keys: how they are kept, change the master key, copy them.",
        subcommands: [KeysStatus.self, KeysRotate.self, KeysExport.self], defaultSubcommand: KeysStatus.self)
}

struct KeysStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show by which master key the keys are wrapped, and how many.",
        discussion: """
            A master key is named by a fingerprint, which says nothing of it.
            tactctl keys status
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let answer = try await Daemon(options).get(["keys"])
        let printer = Printer(options)
        printer.show(answer) { KeysView(style: printer.style).text(answer) }
    }
}

struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Read the master key again, and wrap all keys anew by the one on the first line.",
        discussion: """
            Write the new one on the first line of its file and leave the old one on the line below until “tactctl keys \
            status” says that no key is left to be wrapped. A file that lacks one that is still needed is refused, and the \
            old one stays in force.
            tactctl keys rotate
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let answer = try await Daemon(options).send(ClientRequest(.POST, v1: ["keys", "rotate"]))
        let printer = Printer(options)
        printer.show(answer) { KeysView(style: printer.style).text(answer) }
    }
}

struct KeysExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a copy of the recipients' keys, wrapped as they are.",
        discussion: """
            The same as “tactctl backup --keys”. Keep it apart from the backups of the database, and let each new copy \
            replace the one before: who was erased has their key in the old one still.
            tactctl keys export --force /mnt/keys/tact.db.keys
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The file to write.") var file: String
    @Flag(help: "Replace the file if it is there.") var force = false

    func run() async throws { try await Backup.write(file, keys: true, force: force, options) }
}
