import ArgumentParser

struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a completion script for a shell.",
        discussion: """
            bash: tactctl completions bash > ~/.local/share/bash-completion/completions/tactctl
            zsh:  tactctl completions zsh > a folder of $fpath, as _tactctl
            fish: tactctl completions fish > ~/.config/fish/completions/tactctl.fish
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.") var shell: Shell

    func run() {
        let kind: CompletionShell =
            switch shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Console.stdout.write(Tactctl.completionScript(for: kind) + "\n")
    }
}
