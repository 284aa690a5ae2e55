import Configuration
import Experiments
import Foundation
import Results
import Scenarios
import Simulation

/// A folder for run files, removed with it.
final class RunFiles {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "orrery-runs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ text: String, _ name: String) throws -> String {
        try text.write(toFile: file(name), atomically: true, encoding: .utf8)
        return file(name)
    }

    /// Plays a scenario and opens its run file; `change` may turn its world into another.
    func play(
        _ scenario: ResolvedScenario, _ name: String, _ change: (inout World) -> Void = { _ in }
    ) throws -> RunReader {
        var experiment = try RunExperiment(scenario, commandLine: "orrery run \(name).yaml", version: "0.0.0")
        change(&experiment.world)
        _ = try experiment.run(to: file(name + ".sqlite"))
        return try RunReader(path: file(name + ".sqlite"))
    }
}

/// Scenarios of these tests.
enum Played {
    /// The folder `scenarios/` of this repository.
    static let folder: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(3).joined(separator: "/") + "/scenarios"
    }()

    /// Half a day of four nodes with failures, queues and a generated mix.
    static func lab(_ policy: String, seed: Int = 5, more: [String] = []) throws -> ResolvedScenario {
        let text = """
            apiVersion: orrery.dev/v1alpha1
            kind: Scenario
            metadata: {name: lab}
            spec:
              seed: \(seed)
              horizon: 12h
              clusters:
                - name: lab
                  nodePools:
                    - {name: a100, count: 4, machine: dgx-a100}
                    - {name: h100, count: 2, machine: dgx-h100}
                  scheduler: {policy: \(policy)}
                  failures:
                    node: {mtbf: 2d, repair: 1h}
              startup: {load: 1m}
              checkpoint: {interval: 30m, write: 10s, restore: 20s}
              workload:
                - generate: training-mix
                  rate: 14/h
                  load: 1.1
                  largestJob: 16
                  teams:
                    - {name: red, share: 0.6}
                    - {name: blue, share: 0.4}
                  classes:
                    pretrain: {preemptible: true}
                    debug: {preemptible: true, priority: 10}

            """
        return try ScenarioFile(SourceText(name: "lab.yaml", text: text), overrides: more).scenario
    }
}
