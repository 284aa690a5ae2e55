import Configuration
import Foundation
import Reports
import Results
import Scenarios

/// Plays scenarios and compares what they decide with the baselines beside them.
public struct CheckExperiment: Sendable {
    /// Version of the program, for run files.
    public var version: String
    /// Rewrites baselines in place of comparing.
    public var updates = false
    /// Seeds to play when a baseline is written; nil: as many as it had, or one.
    public var seeds: Int?
    /// Folder with run files of the base revision, `NAME.sqlite`; nil for none.
    public var baseRuns: String?
    /// Folder in which run files are left as `NAME.sqlite`; nil: none are left.
    public var keptRuns: String?

    /// A check by this version.
    public init(version: String) { self.version = version }

    /// Baselines are called as their scenario, with this ending.
    public static let ending = ".baseline"

    /// The baseline of a scenario file.
    public static func baseline(of scenario: String) -> String {
        let stem = ["yaml", "yml"].first { scenario.hasSuffix("." + $0) }.map { scenario.dropLast($0.count + 1) }
        return (stem.map(String.init) ?? scenario) + ending
    }

    /// Scenarios that `paths` name: files as they are, folders with every scenario in them that has a baseline.
    ///
    /// - Throws: `BaselineError` for a path that is not there.
    public static func scenarios(in paths: [String]) throws -> [String] {
        var found: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw CheckError(description: "\(path): no such scenario or folder")
            }
            guard isFolder.boolValue else {
                found.append(try scenario(named: path))
                continue
            }
            let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
            let prefix = path.hasSuffix("/") ? path : path + "/"
            for name in names.sorted() where name.hasSuffix(ending) { found.append(try scenario(named: prefix + name)) }
        }
        return found
    }

    /// The scenario itself, or that of a baseline.
    private static func scenario(named path: String) throws -> String {
        guard path.hasSuffix(ending) else { return path }
        let stem = String(path.dropLast(ending.count))
        for candidate in [stem + ".yaml", stem + ".yml"] where FileManager.default.fileExists(atPath: candidate) {
            return candidate
        }
        throw CheckError(description: "\(path): has no scenario \(stem).yaml beside it")
    }

    /// Plays one scenario and judges it; whatever is wrong with it is part of the verdict.
    public func check(_ scenario: String, shouldStop: () -> Bool = { false }) throws -> CheckOutcome {
        let path = Self.baseline(of: scenario)
        do {
            let old = try readBaseline(path)
            if old == nil, !updates {
                throw CheckError(
                    description: "\(scenario): has no baseline; write one with: orrery check --update \(scenario)")
            }
            let folder = try RunFolder(kept: keptRuns)
            let count = (updates ? seeds : nil) ?? old?.seeds ?? 1
            let runs = try play(scenario, seeds: count, in: folder, shouldStop)
            let observed = try Observation(runs)
            if let old, !updates {
                var outcome = try CheckOutcome(observed, against: old, scenario: scenario, baseline: path)
                if outcome.parting != nil { outcome.diff = try differences(runs[0]) }
                return outcome
            }
            let text = Baseline(observed, keeping: old).text(scenario: Self.name(of: scenario))
            return CheckOutcome(scenario: scenario, baseline: path, status: try write(text, to: path))
        } catch let error as InvalidInput {
            return CheckOutcome(scenario: scenario, baseline: path, status: .failed, failure: error.description)
        } catch let error as CheckError {
            return CheckOutcome(scenario: scenario, baseline: path, status: .failed, failure: error.description)
        } catch let error as BaselineError {
            return CheckOutcome(scenario: scenario, baseline: path, status: .failed, failure: error.description)
        }
    }

    private func readBaseline(_ path: String) throws -> Baseline? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CheckError(description: "\(path): cannot be read as text")
        }
        return try Baseline(parsing: text, path: path)
    }

    /// A run for each seed, the scenario's own first.
    private func play(
        _ scenario: String, seeds: Int, in folder: RunFolder, _ shouldStop: () -> Bool
    ) throws -> [RunReader] {
        let own = try ScenarioFile(path: scenario).scenario
        return try (0..<seeds).map { index in
            let seed = own.content.spec.seed &+ UInt64(index)
            let resolved =
                index == 0 ? own : try ScenarioFile(path: scenario, overrides: ["spec.seed=\(seed)"]).scenario
            let experiment = try RunExperiment(
                resolved, commandLine: "orrery run \(scenario)" + (index == 0 ? "" : " --seed \(seed)"),
                version: version)
            let file = folder.path(own.name + (index == 0 ? "" : "-seed-\(seed)"))
            let summary = try experiment.run(to: file, shouldStop: shouldStop)
            if summary.outcome == .interrupted { throw CheckInterrupted() }
            return try RunReader(path: file)
        }
    }

    /// Against the base revision's run, if there is one.
    private func differences(_ run: RunReader) throws -> RunDiff? {
        guard let baseRuns else { return nil }
        let file = "\(baseRuns)/\(run.run.scenarioName).sqlite"
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        return try RunDiff(RunReader(path: file), run)
    }

    private func write(_ text: String, to path: String) throws -> CheckOutcome.Status {
        if (try? String(contentsOfFile: path, encoding: .utf8)) == text { return .passed }
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw CheckError(description: "\(path): cannot be written")
        }
        return .updated
    }

    private static func name(of path: String) -> String { URL(filePath: path).lastPathComponent }
}

/// Why a scenario cannot be checked, in one line with its file.
public struct CheckError: Error, CustomStringConvertible {
    public let description: String
}

/// Somebody asked to stop while a scenario was played.
public struct CheckInterrupted: Error {}

/// Where run files lie while they are compared: a folder that stays, or one that goes.
private final class RunFolder {
    private let folder: String
    private let isTemporary: Bool

    init(kept: String?) throws {
        isTemporary = kept == nil
        folder =
            kept ?? FileManager.default.temporaryDirectory.appending(path: "orrery-check-\(UUID().uuidString)").path
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CheckError(description: "\(folder): cannot be made a folder for run files")
        }
    }

    deinit { if isTemporary { try? FileManager.default.removeItem(atPath: folder) } }

    func path(_ name: String) -> String { "\(folder)/\(name).sqlite" }
}
