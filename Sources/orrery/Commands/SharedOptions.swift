import ArgumentParser
import Configuration
import Foundation
import Scenarios
import Workloads

/// Which scenario, and what is changed in it.
struct ScenarioOptions: ParsableArguments {
    @Argument(help: "Scenario file (YAML).", completion: .file(extensions: ["yaml", "yml"]))
    var scenario: String
    @OptionGroup var changes: ScenarioChanges

    /// Reads and checks the scenario; all that is wrong with it comes as one failure.
    func load(_ more: [String] = []) throws -> ScenarioFile { try changes.load(scenario, more) }

    /// The command that repeats a run of this scenario.
    func commandLine(_ command: String, _ more: [String] = []) -> String {
        changes.commandLine(command, scenario, more)
    }

    /// Warns where `--set` changed the cluster and thereby the generated work.
    func warnOfRescaledLoads(_ resolved: ResolvedScenario) throws {
        guard !changes.overrides.isEmpty, let written = try? ScenarioFile(path: scenario).scenario else { return }
        for sentence in try resolved.rescaledLoads(since: written) { Terminal.warn(sentence) }
    }
}

/// What is changed in a scenario before it is run.
struct ScenarioChanges: ParsableArguments {
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Change one value, for example spec.clusters[0].nodePools[h100].count=40. May be given often.",
            valueName: "path=value"))
    var overrides: [String] = []

    @Option(
        parsing: .unconditional, help: "Seed of every random stream; overrides the scenario's.", transform: Value.seed)
    var seed: UInt64?

    /// Reads a scenario with these changes and `more`; all that is wrong with it comes as one failure.
    func load(_ scenario: String, _ more: [String] = []) throws -> ScenarioFile {
        try ScenarioFile(path: scenario, overrides: allOverrides + more)
    }

    /// Reads a scenario with these changes and those of a variant of the command line.
    func load(_ scenario: String, _ more: [Override]) throws -> ScenarioFile {
        try ScenarioFile(path: scenario, overrides: allOverrides, more: more)
    }

    /// These changes as `path=value`, the seed among them.
    var allOverrides: [String] { overrides + (seed.map { ["spec.seed=\($0)"] } ?? []) }

    /// The command that repeats a run of the scenario with these changes.
    func commandLine(_ command: String, _ scenario: String, _ more: [String] = []) -> String {
        var words = ["orrery", command, Words.quoted(scenario)]
        for change in overrides { words += ["--set", Words.quoted(change)] }
        if let seed { words += ["--seed", String(seed)] }
        return (words + more).joined(separator: " ")
    }
}

/// Words of a command line as shells read them.
enum Words {
    /// A word as it must be typed: in quotes where a shell would read more into it.
    static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "=./:-_,".contains($0) }
        return plain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }

    /// Splits at spaces outside single quotes; a backslash takes the next character as it is.
    static func split(_ line: String) -> [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        var isEscaped = false
        for character in line {
            if isEscaped || (isQuoted && character != "'") {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "'" {
                isQuoted.toggle()
                word = word ?? ""
            } else if character == "\\" {
                isEscaped = true
            } else if character == " " {
                if let finished = word { words.append(finished) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let last = word { words.append(last) }
        return words
    }
}

/// Where results go.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "Folder for the results; made if it is missing.", completion: .directory)
    var out: String?

    /// The folder, made if missing; `fallback` when none was given.
    func directory(_ fallback: String) throws -> String {
        let path = out ?? fallback
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure.badInput("\(path): cannot be made a folder for results; choose another with --out")
        }
        guard access(path, W_OK) == 0 else {
            throw Failure.badInput("\(path): is not writable; choose another folder with --out")
        }
        return path
    }
}

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Writes a whole file by way of a temporary one, so that it appears complete or not at all.
func writeFile(_ bytes: Data, to path: String) throws {
    do {
        try bytes.write(to: URL(filePath: path), options: .atomic)
    } catch {
        let system = (error as? CocoaError)?.underlying as? POSIXError
        let reason = system.map { ": " + String(cString: strerror($0.code.rawValue)) } ?? ""
        throw Failure.badInput("\(path): cannot be written\(reason); choose another file with --out")
    }
}

/// Writes bytes to standard output.
func writeOutput(_ bytes: Data) throws {
    var rest = bytes
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw Failure.lostOutput(errno) }
        rest = rest.dropFirst(count)
    }
}
