import ArgumentParser
import Configuration
import Experiments
import Foundation
import Quantities
import Reports
import Results
import Workloads

/// `orrery`: the commands, in the order of their help.
struct Orrery: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "orrery",
        abstract: "A wind tunnel for GPU clusters: simulate before money is spent or a policy is shipped.",
        discussion: """
            Examples:
              orrery run scenarios/quickstart.yaml
              orrery compare scenarios/quickstart.yaml --policies fifo-gang,backfill
              orrery trace describe traces/training-mix.csv.gz

            Exit codes: 0 done; 1 a check or comparison failed; 2 bad usage or bad input (nothing written); \
            3 the run itself failed; 130 interrupted (partial results are marked).
            """,
        version: version,
        subcommands: [
            RunCommand.self, CompareCommand.self, PlanCommand.self, CheckCommand.self, DiffCommand.self,
            ShowbackCommand.self, ExportCommand.self,
            ScheduleCommand.self, EstimateCommand.self, CalibrateCommand.self,
            ScenarioCommand.self,
            TraceCommand.self, DiagramCommand.self, ReportCommand.self, ExplainCommand.self, FactsCommand.self,
            ValidateCommand.self, ConformanceCommand.self, ReplayCheckCommand.self, CatalogCommand.self,
        ])
}

@main
enum Main {
    static func main() {
        do {
            try checkCommandNames(CommandLine.arguments.dropFirst())
            do {
                var command = try Orrery.parseAsRoot()
                try command.run()
            } catch  where Orrery.exitCode(for: error) == .success {
                print(Orrery.fullMessage(for: error))  // help, version or a completion script
            }
            guard fflush(nil) == 0 else { throw Failure.lostOutput(errno) }
        } catch {
            leave(error)
        }
    }

    /// Refuses a misspelt command with the nearest name; to the parser it would be just an unexpected argument.
    private static func checkCommandNames(_ words: some Sequence<String>) throws {
        var command: any ParsableCommand.Type = Orrery.self
        var path = "orrery"
        for word in words {
            let inner = command.configuration.subcommands
            if inner.isEmpty || word.hasPrefix("-") || word == "help" { return }
            guard let next = inner.first(where: { $0._commandName == word }) else {
                let hint = NearestName.suggest(word, among: inner.map { $0._commandName })
                throw Failure.badInput(
                    "Error: '\(path)' has no command '\(word)'\(hint.map { "; did you mean '\($0)'?" } ?? "")\n"
                        + "  See '\(path) --help' for more information.")
            }
            command = next
            path += " " + word
        }
    }

    /// Ends the program with the documented exit codes; usage errors are 2, not the parser's 64.
    private static func leave(_ error: any Error) -> Never {
        if let failure = Failure(error) {
            Terminal.complain(failure.message)
            exit(failure.exitCode)
        }
        if let silent = error as? ExitCode { exit(silent.rawValue) }
        Terminal.complain(Orrery.fullMessage(for: error))
        exit(Orrery.exitCode(for: error) == .validationFailure ? 2 : 3)
    }
}

/// An error that ends the program with one of its documented exit codes.
struct Failure: Error {
    var message: String
    var exitCode: Int32

    /// Bad usage or bad input: nothing was written.
    static func badInput(_ message: String) -> Failure { Failure(message: message, exitCode: 2) }
    /// A check, gate or validation failed.
    static func checkFailed(_ message: String) -> Failure { Failure(message: message, exitCode: 1) }
    /// The run itself failed.
    static func runFailed(_ message: String) -> Failure { Failure(message: message, exitCode: 3) }
    /// Standard output is full or closed, says the system by this number.
    static func lostOutput(_ number: Int32) -> Failure {
        .runFailed("standard output: cannot be written: \(String(cString: strerror(number)))")
    }

    private init(message: String, exitCode: Int32) {
        self.message = message
        self.exitCode = exitCode
    }

    /// The failure that an error of the libraries amounts to; nil for errors of the argument parser.
    init?(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let input as InvalidInput: self = .badInput(input.description)
        case let trace as TraceError: self = .badInput(trace.description)
        case let generator as GeneratorError: self = .badInput(generator.description)
        case let results as ResultsError:
            self = results.kind == .cannotWrite ? .runFailed(results.description) : .badInput(results.description)
        case let picture as PictureError: self = .runFailed(picture.description)
        case let check as CheckError: self = .badInput(check.description)
        case let export as ExportError: self = .badInput(export.description)
        case is CheckInterrupted: self = Failure(message: "interrupted: nothing is compared", exitCode: 130)
        default: return nil
        }
    }
}
