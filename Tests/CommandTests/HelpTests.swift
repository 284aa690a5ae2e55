import Foundation
import Testing

/// What the program says of itself.
@Suite struct HelpTests {
    static let commands = [
        "", "run", "compare", "plan", "check", "diff", "showback", "export", "export perfetto", "export openmetrics",
        "export csv", "export parquet", "schedule", "scenario", "scenario from-cluster", "scenario explain",
        "scenario schema", "scenario check", "trace",
        "trace import", "trace describe", "trace generate", "diagram", "diagram topology", "diagram queues", "report",
        "explain", "replay-check", "facts", "estimate", "estimate training", "estimate collective", "calibrate",
        "validate", "validate scheduling", "validate packing", "validate training", "validate collectives",
        "validate reliability",
        "conformance", "catalog",
    ]

    @Test(arguments: commands)
    func helpHasAnExampleAndIsGolden(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let outcome = try WorkFolder().run(words + ["--help"])
        #expect(outcome.code == 0)
        #expect(outcome.complaint == "")
        #expect(outcome.output.contains("Example"))
        #expect(outcome.output.contains(([""] + ["orrery"] + words).joined(separator: " ").dropFirst()))
        let name = (["orrery"] + words).joined(separator: "-")
        try expectGolden(outcome.output, at: "Tests/CommandTests/Golden/\(name).txt")
    }

    /// Scenarios and traces that examples name are in the repository.
    @Test func examplesCanBeRun() throws {
        for command in Self.commands {
            let help = try WorkFolder().run(command.split(separator: " ").map(String.init) + ["--help"]).output
            for match in help.matches(of: /(?:scenarios|traces)\/[a-z0-9.-]+[a-z]/) {
                let file = Orrery.repository.appending(path: String(match.0))
                #expect(FileManager.default.fileExists(atPath: file.path), "\(command): \(match.0)")
            }
        }
    }

    /// The list above is complete: every subcommand that a help page names is in it.
    @Test func everyCommandIsKnownHere() throws {
        for command in Self.commands {
            let words = command.split(separator: " ").map(String.init)
            let help = try WorkFolder().run(words + ["--help"]).output
            guard let list = help.firstRange(of: "SUBCOMMANDS:\n") else { continue }
            for line in help[list.upperBound...].split(separator: "\n") where line.hasPrefix("  ") {
                guard line.dropFirst(2).first != " ", let name = line.split(separator: " ").first else { continue }
                let path = (words + [String(name)]).joined(separator: " ")
                #expect(line.hasPrefix("  See '") || Self.commands.contains(path), "\(path)")
            }
        }
    }

    @Test func versionIsPrinted() throws {
        let outcome = try WorkFolder().run("--version")
        #expect(outcome.code == 0)
        #expect(outcome.output.wholeMatch(of: /\d+\.\d+\.\d+\n/) != nil, "\(outcome.output)")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScriptsKnowEveryCommand(_ shell: String) throws {
        let outcome = try WorkFolder().run(["--generate-completion-script", shell])
        #expect(outcome.code == 0)
        #expect(outcome.complaint == "")
        for word in ["run", "compare", "facts", "generate", "topology", "policy", "kube-default"] {
            #expect(outcome.output.contains(word), "\(shell) does not know \(word)")
        }
    }

    /// docs/cli.md comes from the program; UPDATE_GOLDEN=1 renews it too.
    @Test func referencePagesAreCurrent() throws {
        let script = Process()
        let said = Pipe()
        script.executableURL = Orrery.repository.appending(path: "scripts/reference-pages")
        script.arguments = (updatesGolden ? ["--write"] : []) + [Orrery.binary.path]
        script.standardOutput = said
        script.standardError = said
        try script.run()
        let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        script.waitUntilExit()
        #expect(script.terminationStatus == 0, "\(text)")
    }
}
