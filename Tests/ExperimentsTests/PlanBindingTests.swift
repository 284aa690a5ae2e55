import Reports
import Scenarios
import SimulationKernel
import Testing

@testable import Experiments

/// Worlds of which it is known what keeps the smaller capacity from being enough.
@Suite("What binds a plan")
struct PlanBindingTests {
    private func plan(_ text: String, _ overrides: [String] = []) throws -> CapacityPlan {
        let file = try PlanTests.File(text)
        defer { file.remove() }
        return try PlanExperiment(file: file.path, overrides: overrides).run(jobs: 2)
    }

    /// Jobs of two nodes, each behind a leaf of its own, so that every step crosses the spine.
    private func spine(_ bound: String) -> String {
        """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata: {name: spine}
        spec:
          until: drained
          sampleInterval: 1d
          clusters:
            - name: c
              nodePools: [{name: h100, count: 4, machine: dgx-h100}]
              fabric: {kind: rail-optimized, nodesPerLeaf: 1, spineOversubscription: 8}
              scheduler: fifo-gang
          workload:
            - {train: llama-3-8b, name: t, rate: 3/h, count: 12, gpus: 16, sharding: zero3, software: fsdp, globalBatch: 128, microBatch: 2, sequence: 4096, steps: 200}
          objectives: [mean(completion) < \(bound)]
          plan: {warmUp: 0s, vary: [{path: "spec.clusters[0].nodePools[h100].count", from: 2, to: 8}]}
        """
    }

    @Test func theSpineNotGPUs() throws {
        // However many nodes: a job takes as long as its links do.
        let none = try plan(spine("18min"))
        #expect(none.best == nil)
        let binding = try #require(none.binding)
        #expect(binding.smaller.settings == ["8"])
        #expect(binding.sentence.contains("what binds is spine oversubscription"), "\(binding.sentence)")
        #expect(binding.sentence.contains("not GPUs"))
        let relief = try #require(binding.tried.first { $0.cause == "spine oversubscription" })
        #expect(relief.verdict == .met && (relief.judgement?.estimate.mean ?? .infinity) < 18 * 60)
        // The truth of it: the same nodes and fewer do with a spine of 1:1.
        let wide = try plan(spine("18min"), ["spec.clusters[0].fabric.spineOversubscription=1"])
        #expect(wide.best.map { $0.nodes <= 8 } == true)
        #expect(wide.binding?.sentence.contains("spine") == false)
        #expect(none.text.contains("no plan") && none.text.contains("spine oversubscription"))
    }

    /// Short waits ask for more servers than a high utilization allows: M/M/c at 2 jobs of an hour an hour.
    @Test func objectivesThatExcludeEachOther() throws {
        let plan = try plan(
            QueueingWorld.text(
                servers: 4, perHour: 2, hours: 400,
                more: """
                      objectives: [utilization > 0.9, mean(wait) < 10min]
                      plan: {warmUp: 0s, vary: [{path: "spec.clusters[0].nodePools[p].count", from: 1, to: 8}]}
                    """))
        #expect(plan.best == nil)
        let binding = try #require(plan.binding)
        let least = try #require((3...8).first { QueueingWorld.meanWait(servers: $0, perHour: 2) < 10.0 / 60 })
        #expect(binding.smaller.settings == ["\(least)"])
        #expect(binding.sentence.contains("utilization > 0.9 is not met"), "\(binding.sentence)")
        #expect(binding.sentence.hasSuffix("these objectives exclude each other within the limits"))
    }

    /// A queue that may hold two GPUs of however many there are.
    @Test func theCapOfAQueue() throws {
        let world = { (cap: Int) in
            QueueingWorld.text(
                servers: 4, perHour: 2, jobs: 150,
                more: """
                      objectives: [mean(wait) < 30min]
                      plan: {warmUp: 0s, vary: [{path: "spec.clusters[0].nodePools[p].count", from: 1, to: 8}]}
                    """
            ).replacing(
                "      scheduler: fifo-gang",
                with: "      scheduler: fifo-gang\n      queues: [{name: prod, weight: 1, capGPUs: \(cap)}]"
            ).replacing("{stream: s,", with: "{stream: s, queue: prod,")
        }
        let bound = try plan(world(2))
        #expect(bound.best == nil)
        #expect(bound.binding?.sentence.contains("what binds is the cap of queue prod, not GPUs") == true)
        // A cap that is never reached does not bind: M/M/4 waits for its servers.
        let free = try plan(world(8))
        let best = try #require(free.best)
        #expect(best.nodes < 8)
        #expect(free.binding?.sentence.contains("it binds by its GPUs") == true, "\(free.binding?.sentence ?? "")")
        #expect(free.binding?.tried.map(\.cause) == ["the cap of queue prod"])
    }

    /// A job of four nodes of which each fails every four days and is away for one: four nodes are enough but for
    /// that, and with a fifth the job goes on meanwhile.
    @Test func failuresWhichASpareHelps() throws {
        let plan = try plan(
            """
            apiVersion: orrery.dev/v1alpha1
            kind: Scenario
            metadata: {name: failing}
            spec:
              until: drained
              sampleInterval: 10d
              clusters:
                - name: c
                  nodePools: [{name: p, count: 4, machine: {cpu: 16, memory: 256Gi, gpu: h100-sxm, gpus: 1}}]
                  scheduler: fifo-gang
                  failures: {node: {mtbf: 4d, repair: 1d}}
              checkpoint: {interval: 30m, write: 1s}
              workload:
                - jobs: [{name: big, every: 400h, pods: 4, gpus: 1, duration: 100h, count: 10}]
              objectives: [mean(completion) < 150h]
              plan: {warmUp: 0s, vary: [{path: "spec.clusters[0].nodePools[p].count", from: 4, to: 8}]}
            """)
        #expect(plan.best?.nodes == 5)
        #expect(plan.binding?.smaller.nodes == 4)
        #expect(plan.binding?.sentence.contains("what binds is failures of hardware, not GPUs") == true)
        #expect(plan.sensitivity.first?.best?.nodes == 5, "fewer jobs, each as long")
    }

    @Test func gpusWhereNothingElseIs() throws {
        let plan = try plan(
            QueueingWorld.text(
                servers: 3, perHour: 2, jobs: 150,
                more: """
                      objectives: [mean(wait) < 30min]
                      plan: {warmUp: 0s, vary: [{path: "spec.clusters[0].nodePools[p].count", from: 1, to: 8}]}
                    """))
        #expect(plan.best != nil && plan.binding?.tried.isEmpty == true)
        #expect(plan.binding?.sentence.contains("it binds by its GPUs") == true)
    }

    // MARK: Growth

    /// Half of the GPU time is held, so a pool is full at twice the demand: at 10 % a month after ln 2 / ln 1.1 = 7.2725
    /// months of 30.4375 days, 221.36 days after 2026-01-31, which is 2026-09-09. A bound of 80 % on utilization is reached at
    /// 1.6 times the demand, after 150.1 days.
    @Test func growthReachesWhatIsComputedByHand() throws {
        let plan = try plan(
            """
            apiVersion: orrery.dev/v1alpha1
            kind: Scenario
            metadata: {name: growing}
            spec:
              horizon: 10d
              sampleInterval: 1d
              clusters:
                - name: c
                  nodePools: [{name: p, count: 8, machine: {cpu: 16, memory: 256Gi, gpu: h100-sxm, gpus: 1}}]
                  scheduler: fifo-gang
              workload:
                - jobs: [{name: s, every: 30m, duration: 2h, gpus: 1, count: 480}]
              demand: {growth: 10%/month, from: 2026-01-31}
              objectives: [utilization < 0.8, mean(wait) < 4h]
              plan: {warmUp: 0s, vary: [{path: "spec.clusters[0].nodePools[p].count", from: 6, to: 9}]}
            """)
        let room = try #require(plan.headroom.first)
        let pool = try #require(room.pools.first)
        #expect(abs(pool.utilization.mean - 0.5) < 0.003)
        #expect(abs((pool.days ?? 0) - 221.36) < 2 && pool.date?.hasPrefix("2026-09-") == true)
        let limit = try #require(room.limit)
        #expect(limit == "utilization < 0.8")
        #expect(room.holdsAt < 1.6 && room.holdsAt > 1.5 && (room.failsAt ?? 0) > 1.57)
        let own = try #require(room.objectives.first)
        #expect(own.objective == "utilization < 0.8" && own.days == room.days)
        #expect((own.days ?? 0) <= 150.1 && (own.days ?? 0) > 127)
        // The other outlasts it: waits come with a full pool.
        let wait = try #require(room.objectives.last)
        #expect(wait.holdsAt > room.holdsAt && (wait.days ?? .infinity) > (own.days ?? 0))
        #expect(wait.holdsAt > 1.6 && wait.holdsAt < 2.2)
        #expect(plan.growthFrom == "2026-01-31" && plan.growth == "10%/month")
    }

    // MARK: Front and runs

    /// The front of many random candidates with ties against a sweep from the cheapest on.
    @Test func theFrontIsThatOfASweep() throws {
        var random = RandomStream(seed: 7, name: "front")
        for _ in 0..<300 {
            let isLower = random.below(2) == 0
            let candidates = (0..<1 + Int(random.below(14))).map { index in
                let (price, value) = (Int(random.below(6)), Double(random.below(6)))
                let judgement = CapacityPlan.Judgement(
                    objective: "o", situation: "", unit: "s",
                    estimate: Comparison.Estimate(mean: value, lower: nil, upper: nil), limit: 3,
                    isLowerLimit: isLower, verdict: .met, shareOfRuns: 1, replications: 8)
                return CapacityPlan.Candidate(
                    settings: [String(index)], dollarsPerHour: Double(price), gpus: price, nodes: price, verdict: .met,
                    judgements: [judgement], obstacle: nil, replications: 8, isOnFront: false)
            }
            func cost(_ candidate: CapacityPlan.Candidate) -> Double {
                (isLower ? -1 : 1) * candidate.judgements[0].estimate.mean
            }
            var expected: Set<[String]> = []
            var best = Double.infinity
            for price in 0..<6 {
                let group = candidates.filter { $0.gpus == price }
                guard let least = group.map(cost).min(), least < best else { continue }
                expected.formUnion(group.filter { cost($0) == least }.map(\.settings))
                best = least
            }
            let front = PlanExperiment.front(candidates, minimize: .cost)
            #expect(Set(front.filter(\.isOnFront).map(\.settings)) == expected)
            #expect(front.map(\.dollarsPerHour) == front.map(\.dollarsPerHour).sorted())
        }
    }

    /// A capacity without a node is the smaller capacity: its simulations are not repeated.
    @Test func noSimulationRunsTwice() throws {
        let file = try PlanTests.File(
            QueueingWorld.text(
                servers: 3, perHour: 1, jobs: 40,
                more:
                    "  objectives: [mean(wait) < 100h, N+1]\n  plan: {warmUp: 0s, vary: [{path: \"spec.clusters[0].nodePools[p].count\", from: 1, to: 9}]}"
            ))
        defer { file.remove() }
        let base = try ScenarioFile(path: file.path).scenario
        let judge = PlanJudge(
            try PlanSpace(base, file: file.path, overrides: []), jobs: 2, shouldStop: { false }, finished: { _, _ in })
        var question = PlanJudge.Question()
        let six = try judge.judge([5], &question)
        #expect(six.verdict == .met && six.judgements.map(\.situation) == ["", "without 1 node of p"])
        #expect(judge.runs.count == 16)
        #expect(try judge.judge([4], &question).verdict == .met)
        #expect(judge.runs.count == 24)
        var other = PlanJudge.Question(isAside: true)
        let again = try judge.judge([5], &other)
        #expect(judge.runs.count == 24)
        #expect(again.judgements.map(\.estimate.mean) == six.judgements.map(\.estimate.mean))
    }
}
