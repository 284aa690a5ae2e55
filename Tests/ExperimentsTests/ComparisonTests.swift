import Glibc
import Configuration
import Quantities
import Reports
import Scenarios
import Statistics
import Testing

@testable import Experiments

@Suite("Comparisons with known answers")
struct ComparisonTests {
    private static let meanWait = Measure(metric: .wait)
    private static let isFull = getenv("ORRERY_FUZZ").map { String(cString: $0) } == "full"

    /// A hundred comparisons of 5 replications each, their warm-up found as for a user, against the mean wait that theory
    /// knows (seconds).
    ///
    /// A right 95 % interval holds the truth in 95 of 100 on average, so 95 are asked of the 99 % interval, of the 95 %
    /// interval what chance leaves of it (binomial, 1 %), and the mean of all must be the truth to within its own error.
    /// With ORRERY_FUZZ=full runs are sixteen times as long, long enough for Student's t, and 95 are asked of the 95 %
    /// interval too.
    private func expectTruth(_ truth: Double, _ text: (_ hours: Int) -> String) throws {
        let all = try QueueingWorld.samples(
            QueueingWorld.scenario(text(Self.isFull ? 8000 : 500)), seeds: 1..<501)
        var means: [Double] = []
        var (at95, at99) = (0, 0)
        for experiment in 0..<100 {
            let samples = Array(all[experiment * 5..<experiment * 5 + 5])
            let analysis = ComparisonAnalysis([("queue", samples, [])], level: 0.95, rule: .automatic)
            let waits = try Sample(
                samples.compactMap { $0.value(of: Self.meanWait, from: analysis.warmUp.nanoseconds) })
            means.append(waits.mean)
            at95 += try waits.meanInterval(level: 0.95).contains(truth) ? 1 : 0
            at99 += try waits.meanInterval(level: 0.99).contains(truth) ? 1 : 0
        }
        let mean = try Sample(means).meanInterval(level: 0.99)
        #expect(at99 >= 95 && at95 >= (Self.isFull ? 95 : 89) && mean.contains(truth), "\(at99), \(at95), \(mean)")
    }

    /// M/M/2 at half load.
    @Test func theWaitOfMM2IsErlangs() throws {
        let truth = QueueingWorld.meanWait(servers: 2, perHour: 1) * 3600
        try expectTruth(truth) { QueueingWorld.text(servers: 2, perHour: 1, hours: $0) }
    }

    /// M/D/1 and a lognormal M/G/1 at half load.
    @Test(arguments: [("constant", 0.0), ("lognormal", 0.7)])
    func theWaitOfMG1IsPollaczeksAndKhinchines(_ law: String, _ variation: Double) throws {
        try expectTruth(QueueingWorld.meanWait(perHour: 0.5, variation: variation) * 3600) {
            QueueingWorld.text(
                servers: 1, perHour: 0.5, law: law, variation: variation > 0 ? variation : nil, hours: $0 * 6 / 5)
        }
    }

    private func comparison(_ first: [RunSample], _ second: [RunSample]) throws -> Comparison {
        let variants = [("first", first, first.map(\.fingerprint)), ("second", second, second.map(\.fingerprint))]
        return try ComparisonAnalysis(variants, level: 0.95, rule: .automatic)
            .comparison(scenario: "s", simulations: first.count + second.count)
    }

    /// Shortest job first beats first come, first served on a busy server: mean waits differ by theory and are found to.
    @Test func aKnownDifferenceIsFound() throws {
        let text = { (policy: String) in
            QueueingWorld.text(servers: 1, perHour: 0.8, jobs: 250, policy: policy)
        }
        let fifo = try QueueingWorld.samples(QueueingWorld.scenario(text("fifo-gang")), seeds: 1..<11)
        let shortest = try QueueingWorld.samples(QueueingWorld.scenario(text("sjf")), seeds: 1..<11)
        let found = try comparison(fifo, shortest)
        let row = try #require(found.rows.first { $0.measure == "mean wait" && $0.scope == .cluster })
        let difference = try #require(row.differences[1])
        #expect(difference.isShown && difference.mean < 0, "\(difference)")
        #expect(
            difference.verdict.contains(/^mean wait falls by [0-9]+ % \[[0-9]+, [0-9]+\]$/), "\(difference.verdict)")
        #expect(found.text.contains("  " + difference.verdict))
        #expect(found.text.contains("better"))
    }

    /// The same policy under common random numbers is identical; under other seeds it is no difference in 95 of 100.
    @Test func identicalPoliciesShowNoDifference() throws {
        let scenario = try QueueingWorld.scenario(QueueingWorld.text(servers: 2, perHour: 1.4, jobs: 30))
        let all = try QueueingWorld.samples(scenario, seeds: 1..<1001)
        let same = try comparison(Array(all[0..<5]), Array(all[0..<5]))
        #expect(same.tests == 0)
        #expect(same.rows.allSatisfy { $0.differences[1]?.isIdentical ?? true })
        #expect(same.text.contains("no difference shown, in any of"))
        var silent = 0
        for trial in 0..<100 {
            let first = Array(all[trial * 10..<trial * 10 + 5]), second = Array(all[trial * 10 + 5..<trial * 10 + 10])
            let found = try comparison(first, second)
            if found.rows.allSatisfy({ $0.differences[1]?.isShown != true }) { silent += 1 }
        }
        #expect(silent >= 95, "\(silent) of 100")
    }

    /// Measures in memory are those of the run file.
    @Test func measuresAgreeWithTheViews() throws {
        let text = QueueingWorld.text(servers: 2, perHour: 1.9, jobs: 300)
        let sample = try QueueingWorld.samples(QueueingWorld.scenario(text), seeds: 1..<2)[0]
        let path = "/tmp/orrery-comparison-\(UInt64.random(in: 0 ... .max)).sqlite"
        let experiment = try RunExperiment(QueueingWorld.scenario(text), commandLine: "test", version: "test")
        _ = try experiment.run(to: path)
        let record = try CompareTable([("one", try .init(path: path))]).entries[0].record
        unlink(path)
        let value = { (metric: Measure.Metric, statistic: Measure.Statistic) in
            sample.value(of: Measure(metric: metric, statistic: statistic), from: 0) ?? .nan
        }
        #expect(abs(value(.wait, .mean) - (record.meanWaitSeconds ?? 0)) < 1e-3)
        #expect(abs(value(.wait, .percentile(95)) - (record.p95WaitSeconds ?? 0)) < 1e-3)
        #expect(abs(value(.utilization, .mean) - (record.allocatedShare ?? 0)) < 1e-9)
        #expect(abs(value(.cost, .total) - record.heldDollars) < 0.01)
        #expect(value(.wait, .maximum) >= value(.wait, .percentile(99)))
    }

    /// A larger cluster gets the jobs of the scenario as written, not more of them.
    @Test func theDemandOfAVariantIsThatOfTheScenario() throws {
        let text = QueueingWorld.text(servers: 1, perHour: 1, jobs: 1).replacing(
            /- \{stream.*\}\n/, with: "- {generate: training-mix, load: 0.9, span: 3d, rate: 4/h, gpusPerPod: 1}\n")
        let written = try QueueingWorld.scenario(text, ["spec.clusters[0].nodePools[p].count=16"])
        let larger = try QueueingWorld.scenario(text, ["spec.clusters[0].nodePools[p].count=32"])
        let jobs = try written.world().workload.jobs
        #expect(try larger.world(sizedOn: written).workload.jobs == jobs)
        #expect(try larger.world().workload.jobs != jobs)
    }

    /// Two GPUs for twenty hours: team `a` holds one in the first ten, team `b` one in the last ten, from two pools at
    /// two prices. What is left out of the cluster as warm-up is left out of its queues and teams too.
    @Test(arguments: [(0, 0.25, 0.25, 1.0), (5, 1.0 / 6, 1.0 / 3, 0.9), (10, 0, 0.5, 0.5)])
    func partsCountAfterTheWarmUp(_ warmUpHours: Int, _ a: Double, _ b: Double, _ jain: Double) throws {
        let text = """
            apiVersion: orrery.dev/v1alpha1
            kind: Scenario
            metadata: {name: halves}
            spec:
              horizon: 20h
              sampleInterval: 1h
              clusters:
                - name: c
                  nodePools: [{name: p, count: 2, machine: {cpu: 16, memory: 256Gi, gpu: h100-sxm, gpus: 1}}]
                  queues: [{name: first, team: a}, {name: second, team: b}]
                  price: {perGPUHour: {p: $2/h}}
              workload:
                - jobs:
                    - {name: x, queue: first, gpus: 1, duration: 10h}
                    - {name: y, queue: second, gpus: 1, submit: 10h, duration: 10h}
            """
        let sample = try QueueingWorld.samples(QueueingWorld.scenario(text), seeds: 1..<2)[0]
        let warmUp = Int64(warmUpHours) * 3_600_000_000_000
        func value(_ metric: Measure.Metric, _ kind: String, _ name: String) throws -> Double {
            let scope = kind == "cluster" ? Comparison.Scope.cluster : Comparison.Scope(kind: kind, name: name)
            return try #require(sample.value(of: Measure(metric: metric, scope: scope), from: warmUp))
        }
        for (kind, names) in [("queue", ["first", "second"]), ("team", ["a", "b"])] {
            #expect(abs(try value(.utilization, kind, names[0]) - a) < 1e-12)
            #expect(abs(try value(.utilization, kind, names[1]) - b) < 1e-12)
            #expect(abs(try value(.cost, kind, names[1]) - 20) < 1e-9)
        }
        #expect(abs(try value(.utilization, "cluster", "") - a - b) < 1e-12)
        #expect(abs(try value(.fairness, "cluster", "") - jain) < 1e-12)
    }

    /// Parts of a random world with preemption, failures and gangs add up to the whole, whatever is left out.
    @Test func partsAddUp() throws {
        let sample = try QueueingWorld.samples(Played.lab("priority"), seeds: 5..<6)[0]
        for warmUp in [0, 1, 4_000_000_000_000, 30_000_000_000_000] as [Int64] {
            for metric in [Measure.Metric.utilization, .cost, .energy] {
                let whole = try #require(sample.value(of: Measure(metric: metric), from: warmUp))
                for kind in ["queue", "class"] {
                    let parts = sample.scopes.filter { $0.kind == kind }
                    let sum = parts.reduce(0) {
                        $0 + (sample.value(of: Measure(metric: metric, scope: $1), from: warmUp) ?? .nan)
                    }
                    #expect(parts.count > 1 && abs(sum - whole) < 1e-9 * max(1, whole), "\(metric) \(kind) \(warmUp)")
                }
            }
        }
    }

    /// The progress of training jobs is the view's, and other jobs have none.
    @Test func trainingProgressIsTheViews() throws {
        let measure = Measure(metric: .trainingProgress)
        let plain = try QueueingWorld.samples(Played.lab("priority"), seeds: 5..<6)[0]
        #expect(plain.value(of: measure, from: 0) == nil)
        let files = try RunFiles()
        let scenario = try ScenarioFile(path: "\(Played.folder)/elastic-training.yaml").scenario
        let sample = try RunSample(scenario.world(), teamWeights: [])
        let ratio = try files.play(scenario, "elastic").rows("SELECT progress_ratio FROM effective_training_total")
        let expected = try #require(ratio.first?.real("progress_ratio"))
        #expect(abs(try #require(sample.value(of: measure, from: 0)) - expected) < 1e-9)
        #expect(expected > 0.1 && expected < 1)
    }
}
