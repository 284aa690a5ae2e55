import ClusterModel
import KubernetesObjects
import Quantities
import SimulationKernel
import Testing

@testable import Scheduling

/// The same small worlds under the card-based engine and behind Volcano's extension points. All pods of a world are of one size,
/// so that whether a gang fits does not hang on which node took the one before it.
private struct TwinWorld {
    var random: RandomStream
    let policy: SchedulerConfiguration
    let nodeCount: Int
    let podGPUs: Int
    let weights: [Int32]
    private let scheduler: Scheduler
    /// The same without eviction, for what happened before.
    private let earlier: Scheduler
    var session: Session
    private static let levels = ["low", "mid", "high"]

    init(_ policy: SchedulingPolicy, preemption: Bool, seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "twin-world")
        self.policy = SchedulerConfiguration(
            policy: policy, preemption: preemption, minimumRuntime: .seconds(60),
            lasThresholdGPUSeconds: [300, 3000])
        nodeCount = 1 + random.below(5)
        podGPUs = [1, 2, 4, 8][random.below(4)]
        var weights: [Int32] = []
        for _ in 0...random.below(3) { weights.append(Int32(1 + random.below(3))) }
        self.weights = weights
        var builder = ClusterBuilder(name: "twin")
        builder.add(
            NodePool(
                name: "p", count: nodeCount,
                shape: NodeShape(
                    name: "m", cpuMilli: 96_000, memoryBytes: 64 << 30,
                    gpuModel: builder.catalogue.gpu(named: "a100-80"), gpuCount: 8)))
        let cluster = try builder.build()
        let jobs = 3 + random.below(12)
        var entries: [JobEntry] = []
        var groups: [GroupEntry] = []
        let request = ResourceRequest(cpuMilli: 1000, memoryBytes: 0, gpuCount: Int32(podGPUs), gpuMilli: 1000)
        for index in 0..<jobs {
            let pods = Int32(1 + random.below(random.below(3) == 0 ? nodeCount * 8 / podGPUs + 1 : 4))
            let gpus = Int64(pods) * Int64(podGPUs) * 1000
            groups.append(GroupEntry(count: pods, minMember: pods, request: request, poolMask: 1, podShape: 0))
            entries.append(
                JobEntry(
                    queue: Int32(random.below(weights.count)), priority: Int32(random.below(3)),
                    sequence: Int32(index), firstGroup: Int32(index), groupCount: 1, pods: pods, minPods: pods,
                    gpuMilli: gpus, minGPUMilli: gpus, cpuMilli: Int64(pods) * 1000, memoryBytes: 0, poolMask: 1,
                    shape: pods, preemptible: true,
                    estimateNs: Int64([60, 300, 300, 1000, 4000][random.below(5)]) * 1_000_000_000))
        }
        let totals = ClusterTotals(
            gpuMilli: Int64(nodeCount) * 8000, cpuMilli: Int64(nodeCount) * 96_000,
            memoryBytes: Int64(nodeCount) * 64 << 30)
        scheduler = Scheduler(self.policy, totals: totals)
        earlier = Scheduler(SchedulerConfiguration(policy: policy, preemption: false), totals: totals)
        session = Session(
            ledger: AllocationLedger(cluster), jobs: entries, groups: groups,
            queues: weights.map { QueueEntry(weight: Double($0)) },
            placement: NodePlacement(policy: .bestFit, cluster: cluster, typicalPods: [], seed: 1))
        self.random = random
    }

    /// Jobs arrive and leave until all but `rest` are submitted and judged.
    mutating func live(leaving rest: Int) {
        for job in 0..<Int32(max(0, session.jobs.count - rest)) {
            arrive(job)
            earlier.pass(&session)
            if random.below(4) == 0 { finishOne() }
        }
    }

    /// A job arrives and is not judged yet.
    mutating func arrive(_ job: Int32) {
        session.now = session.now.later(by: Int64(random.below(200)) * 1_000_000_000)
        scheduler.submit(job, to: &session)
    }

    mutating func finishOne() {
        guard !session.running.isEmpty else { return }
        let done = session.running[random.below(session.running.count)]
        session.release(done)
        session.jobs[Int(done)].state = .finished
    }

    mutating func withdrawWaiting() {
        for queue in session.queues {
            for key in queue.waiting.keys { scheduler.withdraw(key.job, from: &session) }
        }
    }

    mutating func pass() {
        session.decisions = []
        scheduler.pass(&session)
    }

    /// What the cluster looks like now.
    func scene() -> PolicyScene {
        var scene = PolicyScene(queues: weights.enumerated().map { ("q\($0)", $1) })
        for node in 0..<nodeCount { scene.node("n\(node)", gpus: 8) }
        for (index, job) in session.jobs.enumerated() where job.state != .future && job.state != .finished {
            var places: [String] = []
            var cell = job.firstPlacement
            while cell >= 0 {
                places.append("n\(session.slab.cells[Int(cell)].allocation.node.index)")
                cell = session.slab.cells[Int(cell)].next
            }
            scene.job(
                Self.name(index), queue: "q\(job.queue)", pods: Int(job.pods), gpus: podGPUs, on: places,
                started: Double(session.now.nanoseconds - job.startNs) / 1e9,
                priority: Self.levels[Int(job.priority)],
                annotations: [RunAnnotations.runLength: "\(job.estimateNs)ns"])
        }
        return scene
    }

    /// Pods placed, by job.
    var bound: [String: Int] {
        var counts: [String: Int] = [:]
        for (index, job) in session.jobs.enumerated() where job.state != .finished && job.boundPods > 0 {
            counts[Self.name(index)] = Int(job.boundPods)
        }
        return counts
    }

    static func name(_ job: Int) -> String { "j\(job / 10)\(job % 10)" }
}

@Test(arguments: [SchedulingPolicy.fifoGang, .sjf, .priority, .drf, .backfill, .srtf, .las, .kubeDefault])
func bothEnginesStartTheSameJobs(policy: SchedulingPolicy) throws {
    var started = 0
    for seed in UInt64(0)..<250 {
        var world = try TwinWorld(policy, preemption: false, seed: seed)
        let last = min(world.session.jobs.count, 1 + world.random.below(6))
        world.live(leaving: last)
        for job in world.session.jobs.indices.suffix(last) { world.arrive(Int32(job)) }
        for _ in 0..<world.random.below(3) { world.finishOne() }
        let before = world.bound
        let volcano = world.scene().play(PolicyConfigurations.configuration(world.policy))
        world.pass()
        let expected = world.bound.filter { $1 > before[$0] ?? 0 }.map { ($0, $1 - (before[$0] ?? 0)) }
        #expect(
            volcano.boundPods == Dictionary(uniqueKeysWithValues: expected), "\(policy.rawValue), seed \(seed)")
        started += expected.count
    }
    #expect(started > 250)
}

/// One job arrives while others run. Orrery's engine spares a victim if its own places are left by the newcomer; behind
/// Volcano's extension points the newcomer may be placed anew for that, so that fewer may leave, but none besides.
@Test(arguments: [SchedulingPolicy.priority, .srtf, .las])
func bothEnginesEvictTheSameJobs(policy: SchedulingPolicy) throws {
    var (evicted, spared) = (0, 0)
    for seed in UInt64(0)..<250 {
        var world = try TwinWorld(policy, preemption: true, seed: seed)
        world.live(leaving: 1)
        world.withdrawWaiting()
        world.arrive(Int32(world.session.jobs.count - 1))
        let volcano = world.scene().play(PolicyConfigurations.configuration(world.policy))
        world.pass()
        let victims = Set(
            world.session.decisions.filter { $0.kind == .evict }.map { TwinWorld.name(Int($0.job)) })
        let actual = Set(volcano.evictedJobs)
        #expect(actual.isSubset(of: victims) && actual.isEmpty == victims.isEmpty, "\(policy.rawValue), seed \(seed)")
        evicted += victims.count
        spared += victims.count - actual.count
    }
    #expect(evicted > 25)
    #expect(spared * 3 < evicted)
}
