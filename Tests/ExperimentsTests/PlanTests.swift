import Configuration
import Glibc
import Quantities
import Reports
import Scenarios
import Testing

@testable import Experiments

@Suite("Plans with known answers")
struct PlanTests {
    /// A scenario file, which plans read again for every capacity.
    struct File {
        let path = "/tmp/orrery-plan-\(UInt64.random(in: 0 ... .max)).yaml"

        init(_ text: String) throws {
            let file = try #require(fopen(path, "w"))
            fputs(text, file)
            fclose(file)
        }

        func remove() { unlink(path) }
    }

    private func judge(_ file: File) throws -> PlanJudge {
        let base = try ScenarioFile(path: file.path).scenario
        return PlanJudge(
            try PlanSpace(base, file: file.path, overrides: []), jobs: 2, shouldStop: { false }, finished: { _, _ in })
    }

    /// One wait objective of M/M/c: arrivals an hour, hours of service 1, a bound between the waits of two counts.
    private struct Setting {
        var perHour: Double
        /// The statistic and its closed form in hours with so many servers, none below the load.
        var statistic: String
        /// The count that is meant to be the least; the bound lies between its wait and that of one less.
        var servers: Int

        func wait(_ servers: Int) -> Double {
            guard perHour < Double(servers) else { return .infinity }
            guard statistic == "p95" else { return QueueingWorld.meanWait(servers: servers, perHour: perHour) }
            // P(W > t) = C exp(−(c − λ) t)
            let waiting = QueueingWorld.erlangC(servers: servers, load: perHour)
            return waiting > 0.05 ? log(waiting / 0.05) / (Double(servers) - perHour) : 0
        }

        /// Halfway between the two by ratio; far above the wait where one less would never be enough.
        var bound: Double {
            let (enough, less) = (wait(servers), wait(servers - 1))
            return less.isFinite ? (enough * less).squareRoot() : enough * 2
        }

        /// The least count whose wait is below the bound.
        var least: Int { (1...100).first { wait($0) < bound } ?? 0 }
    }

    private static let settings = [
        Setting(perHour: 0.5, statistic: "mean", servers: 2), Setting(perHour: 1, statistic: "mean", servers: 2),
        Setting(perHour: 1.5, statistic: "mean", servers: 3), Setting(perHour: 2.2, statistic: "mean", servers: 4),
        Setting(perHour: 3, statistic: "mean", servers: 4), Setting(perHour: 4, statistic: "mean", servers: 6),
        Setting(perHour: 6, statistic: "mean", servers: 8), Setting(perHour: 10, statistic: "mean", servers: 13),
        Setting(perHour: 1.5, statistic: "p95", servers: 3), Setting(perHour: 4, statistic: "p95", servers: 6),
    ]

    @Test(arguments: settings.indices)
    func theLeastNumberOfServersIsErlangs(_ index: Int) throws {
        let setting = Self.settings[index]
        #expect(setting.least == setting.servers)
        let file = try File(
            QueueingWorld.text(
                servers: 20, perHour: setting.perHour, jobs: 200,
                more: """
                      objectives: ["\(setting.statistic)(wait) < \(Int(setting.bound * 3600))s"]
                      plan: {replications: 6, mostReplications: 192, warmUp: \(Int(20 / setting.perHour))h, vary: [{path: "spec.clusters[0].nodePools[p].count", from: 1, to: 24}]}
                    """))
        defer { file.remove() }
        let judge = try judge(file)
        var search = PlanSearch(judge)
        let best = try search.best()
        #expect(best.map { $0[0] + 1 } == setting.servers, "λ \(setting.perHour) \(setting.statistic)")
        #expect(judge.runs.count == search.order.reduce(0) { $0 + (search.found[$1]?.replications ?? 0) })
    }

    /// A small cluster whose every capacity is simulated, to compare with.
    private func bruteForce(_ judge: PlanJudge) throws -> PlanSpace.Point? {
        let space = judge.space
        let points = space.decisions.reduce([[]]) { points, decision in
            points.flatMap { point in decision.values.indices.map { point + [$0] } }
        }
        var best: (point: PlanSpace.Point, goal: [Double])?
        for point in points {
            guard let scenario = try? space.scenario(point, []), let world = try? scenario.world() else { continue }
            let goal = try scenario.capacity().goal(judge.section.minimize)
            let sample = try RunSample(world, teamWeights: [])
            let isMet = judge.bounds.allSatisfy { _, bound in
                guard let value = sample.value(of: Measure(bound), from: 0) else { return false }
                return bound.isLowerLimit ? value > bound.limit : value < bound.limit
            }
            if isMet, best.map({ goal.lexicographicallyPrecedes($0.goal) }) ?? true { best = (point, goal) }
        }
        return best?.point
    }

    private static func cluster(_ pools: String, _ workload: String, _ objectives: String, _ vary: String) -> String {
        """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata: {name: small}
        spec:
          until: drained
          sampleInterval: 1d
          clusters:
            - name: c
              nodePools: [\(pools)]
              scheduler: backfill
              price: {perGPUHour: {a: $2/h, b: $1/h}}
          workload: [\(workload)]
          objectives: [\(objectives)]
          plan: {warmUp: 0s, replications: 2, mostReplications: 2, vary: [\(vary)]}
        """
    }

    private static let node = "machine: {cpu: 64, memory: 512Gi, gpu: h100-sxm, gpus: 4}"
    /// Nothing in them is drawn at random, so that brute force knows their optimum exactly.
    private static let small: [String] = [
        // Two pools; one row of jobs can use both, the other only the dearer.
        cluster(
            "{name: a, count: 4, \(node)}, {name: b, count: 2, \(node)}",
            "{jobs: [{name: s, every: 50m, duration: 1h, gpus: 4, pools: [a], count: 30}, {name: t, every: 17m, duration: 73m, gpus: 2, count: 90}]}",
            "mean(wait) < 5min",
            "{path: \"spec.clusters[0].nodePools[a].count\", from: 1, to: 6}, {path: \"spec.clusters[0].nodePools[b].count\", from: 0, to: 5}"
        ),
        // Gangs that need several nodes at once, and a bound on utilization that forbids plenty.
        cluster(
            "{name: a, count: 8, \(node)}, {name: b, count: 0, \(node)}",
            "{jobs: [{name: s, every: 70m, duration: 3h, pods: 3, gpus: 4, count: 40}]}",
            "p95(wait) < 2h, utilization > 0.3", "{path: \"spec.clusters[0].nodePools[a].count\", from: 2, to: 14}"),
        // A choice between price classes beside a count: cheap nodes that start slowly.
        cluster(
            "{name: a, count: 4, \(node)}, {name: b, count: 0, \(node)}",
            "{jobs: [{name: s, every: 25m, duration: 1h, gpus: 4, count: 60}]}", "mean(completion) < 100min",
            "{path: \"spec.clusters[0].nodePools[a].count\", from: 2, to: 9}, {choices: [{name: quick, set: {}}, {name: cheap, set: {\"spec.startup\": {load: 25m}, \"spec.clusters[0].price.perGPUHour.a\": $1.20/h}}]}"
        ),
    ]

    @Test(arguments: small.indices)
    func smallClustersHaveTheOptimumOfBruteForce(_ index: Int) throws {
        let file = try File(Self.small[index])
        defer { file.remove() }
        let judge = try judge(file)
        var search = PlanSearch(judge)
        let best = try #require(try search.best())
        #expect(try bruteForce(judge) == best, "\(search.order)")
        #expect(search.order.count < judge.space.decisions.reduce(1) { $0 * $1.values.count })
    }

    @Test func situationsOfLossesAreAllOfThem() {
        let pools = [(name: "a", count: 3, perRack: 2), (name: "b", count: 1, perRack: 1)]
        let nodes = PlanJudge.situations(of: .nodes(2), pools)
        #expect(nodes.map(\.lost) == [[1, 1], [2, 0]])
        #expect(nodes[0].name == "without 1 node of a and 1 node of b")
        #expect(PlanJudge.situations(of: .rack, pools).map(\.lost) == [[2, 0], [0, 1]])
        #expect(PlanJudge.situations(of: .nodes(9), pools).map(\.lost) == [[3, 1]])
    }

    /// Losing a node of a plan that survives it must not miss the bound: a spare node is planned.
    @Test func aLossCostsANode() throws {
        let text = { (more: String) in
            QueueingWorld.text(
                servers: 3, perHour: 1.5, jobs: 250,
                more:
                    "  objectives: [mean(wait) < 12min\(more)]\n  plan: {warmUp: 20h, vary: [{path: \"spec.clusters[0].nodePools[p].count\", from: 1, to: 12}]}"
            )
        }
        let files = try (File(text("")), File(text(", N+1")))
        defer {
            files.0.remove()
            files.1.remove()
        }
        var plain = PlanSearch(try judge(files.0))
        var safe = PlanSearch(try judge(files.1))
        let first = try #require(try plain.best())
        #expect(try safe.best() == [first[0] + 1])
    }

    /// The whole plan of a small queue: the same for one thread and two, with everything around it.
    @Test func aPlanIsWholeAndDoesNotDependOnThreads() throws {
        let file = try File(
            QueueingWorld.text(
                servers: 2, perHour: 1.5, jobs: 200,
                more: """
                      objectives: [mean(wait) < 15min]
                      demand: {growth: 5%/month, from: 2026-01-31}
                      plan: {warmUp: 20h, mostReplications: 64, vary: [{path: "spec.clusters[0].nodePools[p].count", from: 1, to: 8}]}
                    """))
        defer { file.remove() }
        let experiment = try PlanExperiment(file: file.path, overrides: [])
        let plan = try experiment.run(jobs: 1)
        #expect(try experiment.run(jobs: 2) == plan)
        let best = try #require(plan.best)
        #expect(best.settings == ["3"] && best.verdict == .met && plan.present.verdict == .missed)
        #expect(plan.binding?.smaller.settings == ["2"])
        #expect(abs((plan.binding?.waits.reduce(0) { $0 + $1.share } ?? 0) - 1) < 1e-9)
        #expect(plan.sensitivity.map { $0.best?.settings.first } == ["3", "4"])
        let room = try #require(plan.headroom.last)
        #expect(room.holdsAt >= 1 && room.holdsAt < 1.4 && (room.failsAt ?? 0) > room.holdsAt)
        #expect(room.days.map { $0 >= 0 } == true && room.date?.hasPrefix("2026-") == true)
        #expect(abs((room.pools.first?.utilization.mean ?? 0) - 0.5) < 0.05)
        #expect(plan.candidates.contains { $0.isOnFront })
        #expect(plan.simulations > plan.searchSimulations && plan.searchSimulations > 0)
        #expect(plan.text.contains("nodes of p = 3") && plan.text.contains("simulations"))
        #expect(try plan.json().contains("\"isOnFront\""))
    }

    @Test func whatCannotBePlannedIsSaid() throws {
        func fault(_ more: String) throws -> String {
            let file = try File(QueueingWorld.text(servers: 1, perHour: 1, jobs: 5, more: more))
            defer { file.remove() }
            do {
                _ = try PlanExperiment(file: file.path, overrides: []).run(jobs: 1)
                return ""
            } catch let error as InvalidInput {
                return error.diagnostics[0].description
            }
        }
        #expect(try fault("").contains("there are no objectives to plan for"))
        #expect(try fault("  objectives: [mean(wait) of queue prod < 1h]").contains("no queue is called \"prod\""))
        #expect(
            try fault(
                "  objectives: [mean(wait) < 1h]\n  plan: {vary: [{path: \"spec.clusters[0].nodePools[x].count\", from: 1, to: 2}]}"
            )
            .contains("spec.plan.vary[0].path"))
        #expect(
            try fault("  objectives: [mean(wait) < 1h]\n  plan: {warmUp: 900d}")
                .contains("a replication has no job that it measures"))
    }
}
