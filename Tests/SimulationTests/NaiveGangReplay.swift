import ClusterModel
import Quantities
import Scheduling
import Simulation
import SimulationKernel
import Testing
import Workloads

/// The definitions of FIFO, SJF and EASY on gangs, word for word, by scanning everything at every event: the slow
/// reference of the engine. One pool, whole GPUs, no failures; free GPUs are counted per node.
private struct NaiveGangReplay {
    struct Running {
        var job: Int
        var endNs: Int64
        var believedEndNs: Int64
        var held: [(node: Int, gpus: Int)]
    }

    let jobs: [Job]
    let groups: [PodGroupSpec]
    let policy: SchedulingPolicy
    var free: [Int]
    var starts: [Int64]
    var running: [Running] = []
    var waiting: [Int] = []
    var now: Int64 = 0

    init(_ world: World) {
        jobs = world.workload.jobs
        groups = world.workload.groups
        policy = world.scheduler.policy
        free = (0..<world.cluster.nodeCount).map { world.cluster.gpuCount(of: NodeID($0)) }
        starts = Array(repeating: -1, count: jobs.count)
    }

    mutating func run() -> [Int64] {
        var next = 0
        while next < jobs.count || !running.isEmpty {
            let times = running.map(\.endNs) + (next < jobs.count ? [jobs[next].submit.nanoseconds] : [])
            now = times.min() ?? 0
            for done in running where done.endNs == now { for part in done.held { free[part.node] += part.gpus } }
            running.removeAll { $0.endNs == now }
            while next < jobs.count, jobs[next].submit.nanoseconds == now {
                waiting.append(next)
                next += 1
            }
            pass()
        }
        return starts
    }

    private mutating func pass() {
        let jobs = jobs
        if policy == .sjf {
            waiting.sort { (jobs[$0].estimatedDuration, $0) < (jobs[$1].estimatedDuration, $1) }
        }
        while let head = waiting.first, let held = Self.place(group(head), free) {
            start(head, held)
            waiting.removeFirst()
        }
        guard policy == .backfill, let head = waiting.first else { return }
        let (reservedNs, earlier) = reservation(for: head)
        var shadow = earlier
        for job in waiting.dropFirst() {
            guard let held = Self.place(group(job), free) else { continue }
            if now + estimate(job) > reservedNs {
                var after = shadow
                for part in held { after[part.node] -= part.gpus }
                guard Self.place(group(head), after) != nil else { continue }
                shadow = after
            }
            start(job, held)
            waiting.removeAll { $0 == job }
        }
    }

    private func group(_ job: Int) -> PodGroupSpec { groups[Int(jobs[job].firstGroup)] }
    private func estimate(_ job: Int) -> Int64 { jobs[job].estimatedDuration.nanoseconds }

    private mutating func start(_ job: Int, _ held: [(node: Int, gpus: Int)]) {
        starts[job] = now
        for part in held { free[part.node] -= part.gpus }
        running.append(
            Running(
                job: job, endNs: now + jobs[job].duration.nanoseconds, believedEndNs: now + estimate(job), held: held))
    }

    /// The first instant at which the head fits if every running job lasts its request, and the nodes then.
    private func reservation(for head: Int) -> (Int64, [Int]) {
        var shadow = free
        let ends = Set(running.map { max($0.believedEndNs, now) }).sorted()
        for end in ends {
            for done in running where max(done.believedEndNs, now) == end {
                for part in done.held { shadow[part.node] += part.gpus }
            }
            if Self.place(group(head), shadow) != nil { return (end, shadow) }
        }
        return (.max, shadow)
    }

    /// Consolidated placement by scanning: as many pods as a node can hold on the tightest node that holds them.
    static func place(_ group: PodGroupSpec, _ free: [Int]) -> [(node: Int, gpus: Int)]? {
        var free = free
        let perPod = Int(group.request.gpuCount)
        var left = Int(group.pods)
        var held: [(node: Int, gpus: Int)] = []
        while left > 0 {
            var chunk = min(left, 8 / perPod)
            var node = tightest(free, chunk * perPod)
            while node == nil, chunk > 1 {
                chunk = min(chunk - 1, (free.max() ?? 0) / perPod)
                if chunk == 0 { break }
                node = tightest(free, chunk * perPod)
            }
            guard let node, chunk > 0 else { return nil }
            free[node] -= chunk * perPod
            held.append((node, chunk * perPod))
            left -= chunk
        }
        return held
    }

    private static func tightest(_ free: [Int], _ gpus: Int) -> Int? {
        var best: Int?
        for node in free.indices where free[node] >= gpus {
            if best.map({ free[node] < free[$0] }) ?? true { best = node }
        }
        return best
    }
}

/// The engine against its slow reference on random worlds.
@Suite struct NaiveGangReplayTests {
    @Test(arguments: [SchedulingPolicy.fifoGang, .sjf, .backfill], Array(UInt64(1)...12))
    func startTimesEqualTheDefinitions(policy: SchedulingPolicy, seed: UInt64) throws {
        var random = RandomStream(seed: seed, name: "naive-gangs")
        var tiny = TinyWorld()
        tiny.nodes = 2 + random.below(5)
        tiny.scheduler.policy = policy
        for i in 0..<150 {
            let gpus: Int32 = [1, 2, 3, 4, 8][random.below(5)]
            let most = max(1, tiny.nodes * (8 / Int(gpus)) / 2)
            let duration = Int64(1 + random.below(400))
            tiny.job(
                "job\(i)", at: Int64(random.below(4_000)), pods: Int32(1 + random.below(min(6, most))), gpus: gpus,
                for: duration, cpu: 0, requested: random.below(2) == 0 ? duration + Int64(random.below(300)) : nil)
        }
        let world = try tiny.world()
        var naive = NaiveGangReplay(world)
        let expected = naive.run()
        let sink = CollectingSink()
        var simulation = Simulation(world)
        _ = try simulation.run(into: sink)
        var starts = Array(repeating: Int64(-1), count: expected.count)
        for fact in sink.facts.jobs { starts[Int(fact.job)] = fact.firstStartNs }
        for job in expected.indices {
            #expect(starts[job] == expected[job], "job \(job) with seed \(seed) under \(policy.rawValue)")
        }
    }
}
