import ArgumentParser
import Scenarios

struct ScenarioCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario", abstract: "Make a scenario of a cluster, or look at one without running it.",
        discussion: "Example: orrery scenario check scenarios/quickstart.yaml",
        subcommands: [ScenarioFromCluster.self, Explain.self, Schema.self, Check.self])

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the resolved scenario: every value, and where it comes from.",
            discussion: "Example: orrery scenario explain scenarios/quickstart.yaml --set spec.seed=3")

        @OptionGroup var options: ScenarioOptions

        func run() throws { print(try options.load().scenario.explanation) }
    }

    struct Schema: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the JSON Schema of scenario files, for editors.",
            discussion: "Example: orrery scenario schema > orrery.schema.json")

        func run() { print(Scenario.schema) }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check scenarios and say what is wrong with them, all at once.",
            discussion: "Example: orrery scenario check scenarios/*.yaml")

        @Argument(help: "Scenario files.", completion: .file(extensions: ["yaml", "yml"]))
        var files: [String]

        func run() throws {
            var findings: [String] = []
            for file in files {
                do {
                    _ = try ScenarioFile(path: file)
                } catch {
                    findings.append(error.description)
                }
            }
            if !findings.isEmpty { throw Failure.badInput(findings.joined(separator: "\n")) }
            print("\(files.count) scenario\(files.count == 1 ? "" : "s") without findings")
        }
    }
}
