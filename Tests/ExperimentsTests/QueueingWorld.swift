import Configuration
import Scenarios
import SimulationKernel

@testable import Experiments

/// Queues with waits known in closed form, as scenarios.
enum QueueingWorld {
    /// `servers` nodes of one GPU, jobs of one GPU in order of arrival, an hour of work on average; so many `jobs`, or
    /// those of so many `hours`.
    static func text(
        servers: Int, perHour: Double, law: String = "exponential", variation: Double? = nil, jobs: Int? = nil,
        hours: Int? = nil, policy: String = "fifo-gang", more: String = ""
    ) -> String {
        """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata: {name: queue}
        spec:
          \(hours.map { "horizon: \($0)h" } ?? "until: drained")
          sampleInterval: 1d
          clusters:
            - name: c
              nodePools:
                - {name: p, count: \(servers), machine: {cpu: 16, memory: 256Gi, gpu: h100-sxm, gpus: 1}}
              scheduler: \(policy)
          workload:
            - {stream: s, rate: \(perHour)/h, duration: 1h, law: \(law), gpus: 1\(jobs.map { ", count: \($0)" } ?? "")\(variation.map { ", variation: \($0)" } ?? "")}
        \(more)
        """
    }

    static func scenario(_ text: String, _ overrides: [String] = []) throws -> ResolvedScenario {
        try ScenarioFile(SourceText(name: "s.yaml", text: text), overrides: overrides).scenario
    }

    /// Probability that an arrival must wait in M/M/c: Erlang's C formula, `load` = λ/μ below `servers`.
    static func erlangC(servers: Int, load: Double) -> Double {
        var blocking = 1.0  // Erlang's B, by its recursion over servers
        for n in 1...servers { blocking = load * blocking / (Double(n) + load * blocking) }
        let idle = 1 - load / Double(servers)
        return blocking / (blocking + idle * (1 - blocking))
    }

    /// Mean wait in hours in M/M/c with an hour of service.
    static func meanWait(servers: Int, perHour: Double) -> Double {
        erlangC(servers: servers, load: perHour) / (Double(servers) - perHour)
    }

    /// Mean wait in hours in M/G/1 with an hour of service: Pollaczek and Khinchine.
    static func meanWait(perHour: Double, variation: Double) -> Double {
        perHour * (1 + variation * variation) / (2 * (1 - perHour))
    }

    /// Replications of a scenario under successive seeds.
    static func samples(_ scenario: ResolvedScenario, seeds: Range<Int>) throws -> [RunSample] {
        try parallelMap(seeds.count, width: 2) { index in
            Result {
                try RunSample(try scenario.replica(seed: UInt64(seeds.lowerBound + index)).world(), teamWeights: [1])
            }
        }.map { try $0.get() }
    }
}
