import ArgumentParser
import Reports
import Results

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Two runs: the first decision that differs, with both reasons, and what followed.",
        discussion: """
            Compares decision by decision, with the nodes and GPUs that pods got, then jobs, then metrics. Jobs, nodes and \
            queues are matched by name, so runs of changed scenarios, policies or versions can be compared. docs/diff.md \
            tells more.

            Examples:
              orrery diff reports/quickstart/compare/baseline.sqlite reports/quickstart/compare/las.sqlite
              orrery diff yesterday/run.sqlite today/run.sqlite --exit-code --json
            """)

    @Argument(
        help: ArgumentHelp("The run that the other is compared with.", valueName: "run-a"),
        completion: .file(extensions: ["sqlite"]))
    var first: String
    @Argument(help: ArgumentHelp("The other run.", valueName: "run-b"), completion: .file(extensions: ["sqlite"]))
    var second: String
    @Option(
        name: .long, parsing: .unconditional, help: "Jobs listed (default: 10), those that moved most.",
        transform: Value.count)
    var top = 10
    @Flag(help: "End with exit code 1 if the runs differ.") var exitCode = false
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let diff = try RunDiff(RunReader(path: first), RunReader(path: second), limit: top)
        if json { try printJSON(diff) } else { print(diff.text, terminator: "") }
        if exitCode, !diff.isEmpty { throw ExitCode(1) }
    }
}
