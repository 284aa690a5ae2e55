import ClusterModel
import KubernetesObjects
import Quantities
import SimulationKernel
import Testing

@testable import Scheduling
@testable import Simulation

#if canImport(Glibc)
    import Glibc
#endif

/// Random worlds under Volcano in several configurations: what must hold after every cycle.
///
/// `ORRERY_FUZZ=full` plays 2,000 worlds of at least 200 cycles; otherwise a few.
@Suite struct VolcanoInvariantTests {
    static let isFull = getenv("ORRERY_FUZZ").map { String(cString: $0) == "full" } ?? false
    static let seeds = Array(UInt64(1)...(isFull ? 2_000 : 10))

    static func configuration(_ index: Int) -> VolcanoConfiguration {
        var configuration = VolcanoConfiguration.helmDefault
        switch index % 5 {
        case 0: return .inBinaryDefault
        case 1: configuration.actions = ["enqueue", "allocate", "preempt", "reclaim", "backfill"]
        case 2:
            configuration.actions = ["enqueue", "allocate", "reclaim", "backfill"]
            configuration.tiers[1] = configuration.tiers[1].map {
                $0.name == "proportion" ? PluginOption(name: "capacity") : $0
            }
        case 3:
            configuration.tiers[1].append(PluginOption(name: "network-topology-aware"))
            configuration.actions = ["enqueue", "allocate", "gangpreempt", "gangreclaim", "backfill"]
        default: configuration.actions = ["allocate", "preempt", "backfill"]
        }
        return configuration
    }

    static func world(_ seed: UInt64) throws -> World {
        var random = RandomStream(seed: seed, name: "volcano-world")
        var tiny = TinyWorld()
        tiny.seed = seed
        tiny.nodes = 2 + random.below(6)
        tiny.pools = 1 + random.below(2)
        tiny.scheduler = SchedulerConfiguration(policy: .volcano, tieBreak: seed % 3 == 0 ? .lowestName : .seeded)
        tiny.queues = [
            QueueSpec(name: "q0", weight: 2, deservedGPUs: 16), QueueSpec(name: "q1", deservedGPUs: 8, capGPUs: 12),
        ]
        if seed % 2 == 0 {
            tiny.failures = FailureModel(
                nodeMTBF: .seconds(3_000), nodeRepair: .seconds(100), gpuMTBF: .seconds(9_000), gpuRepair: .seconds(50))
        }
        tiny.lifecycle = LifecycleModel(
            startup: .seconds(3), checkpointInterval: .seconds(30), checkpointWrite: .seconds(2), restore: .seconds(4),
            checkpointOnPreemption: seed % 4 == 0)
        tiny.horizon = .zero + .seconds(6_000)
        for i in 0..<60 {
            let pods = Int32(1 + random.below(4))
            tiny.job(
                "job\(i)", at: Int64(random.below(900)), pods: pods, gpus: [0, 1, 1, 2, 4, 8][random.below(6)],
                for: Int64(1 + random.below(300)), min: random.below(4) == 0 ? Int32(1 + random.below(Int(pods))) : nil,
                cpu: Int64(1 + random.below(8)), queue: "q\(random.below(2))", priority: Int32(random.below(3) * 10),
                abortAt: random.below(8) == 0 ? Int64(random.below(1_500)) : nil, preemptible: random.below(4) > 0,
                pool: random.below(4) == 0 ? 1 : .max)
        }
        var world = try tiny.world()
        var topology: NetworkTopology?
        if seed % 5 == 3 {
            topology = NetworkTopology()
            topology?.mode = "soft"
        }
        world.volcano = VolcanoSetup(configuration: configuration(Int(seed)), topology: topology)
        return world
    }

    @Test(arguments: seeds)
    func everyCycleIsSound(seed: UInt64) throws {
        var simulation = Simulation(try Self.world(seed))
        simulation.begin()
        var handled = 0
        var outcome: RunOutcome?
        while outcome == nil {
            outcome = try simulation.step(&handled)
            try simulation.session.ledger.checkInvariants()
            for (index, job) in simulation.session.jobs.enumerated() {
                switch job.state {
                case .running: #expect(job.boundPods >= job.minPods, "job \(index) runs with \(job.boundPods) pods")
                case .holding: Issue.record("job \(index) holds \(job.boundPods) of \(job.minPods) pods")
                default: #expect(job.boundPods == 0, "job \(index) holds pods while \(job.state)")
                }
            }
            checkCaps(simulation)
        }
        // Traps if any GPU-nanosecond is unaccounted for.
        _ = simulation.close(outcome ?? .horizon)
        #expect((simulation.volcano?.played ?? 0) > 20)
    }

    /// What the bound pods of a queue hold stays under its cap where a plugin watches over it.
    private func checkCaps(_ simulation: Simulation) {
        for (q, queue) in simulation.session.queues.enumerated() where queue.capGPUMilli < .max {
            var held: Int64 = 0
            for job in simulation.session.running where simulation.session.jobs[Int(job)].queue == Int32(q) {
                var cell = simulation.session.jobs[Int(job)].firstPlacement
                while cell >= 0 {
                    let placed = simulation.session.slab.cells[Int(cell)]
                    held += Int64(placed.allocation.totalGPUMilli)
                    cell = placed.next
                }
            }
            #expect(held <= queue.capGPUMilli)
        }
    }

    /// The lean snapshot decides as one made from the full objects.
    @Test(arguments: Array(seeds.prefix(isFull ? 300 : 5)))
    func leanSnapshotsDecideAsFullOnes(seed: UInt64) throws {
        var simulation = Simulation(try Self.world(seed))
        simulation.begin()
        var handled = 0
        var compared = 0
        while try simulation.step(&handled) == nil {
            guard var state = simulation.volcano, state.isArmed, compared < (Self.isFull ? 200 : 40) else { continue }
            compared += 1
            let lean = Self.decisions(state.cluster.snapshot(), state)
            let full = Self.decisions(ClusterSnapshot(state.cluster.currentObjects), state)
            #expect(lean == full)
            if lean != full { return }
        }
        #expect(compared > 20)
    }

    /// Settled jobs have nothing to decide: where orders do not hang on chance, it makes no difference to look at all jobs.
    @Test(arguments: Array(seeds.prefix(isFull ? 300 : 5)))
    func settledJobsHaveNothingToDecide(seed: UInt64) throws {
        var simulation = Simulation(try Self.world(seed))
        simulation.begin()
        var handled = 0
        var settled = 0
        while try simulation.step(&handled) == nil {
            guard var state = simulation.volcano, state.isArmed, settled < (Self.isFull ? 2_000 : 400) else { continue }
            let snapshot = state.cluster.snapshot()
            var everything = SessionWorkspace(snapshot, state.memory)
            settled += everything.isSettled.count { $0 }
            for index in everything.isSettled.indices { everything.isSettled[index] = false }
            let passingOver = Self.decisions(snapshot, SessionWorkspace(snapshot, state.memory), state, .lowestName)
            let lookingAtAll = Self.decisions(snapshot, everything, state, .lowestName)
            #expect(passingOver == lookingAtAll)
            if passingOver != lookingAtAll { return }
        }
        // Who has no enqueue does not note since when jobs wait, and calls none settled.
        #expect(settled > 20 || !Self.configuration(Int(seed)).actions.contains("enqueue"))
    }

    /// Sorting the pending jobs once lets in the same jobs, and says the same of the others, as upstream's heaps.
    @Test(arguments: Array(seeds.prefix(isFull ? 300 : 5)))
    func jobsAreLetInAsHeapsLetThemIn(seed: UInt64) throws {
        var simulation = Simulation(try Self.world(seed))
        simulation.begin()
        var handled = 0
        var refused = 0
        while try simulation.step(&handled) == nil {
            guard var state = simulation.volcano, state.isArmed, refused < (Self.isFull ? 2_000 : 400) else { continue }
            let snapshot = state.cluster.snapshot()
            let byOrder = Self.session(snapshot, state)
            #expect(EnqueueOrder(byOrder) != nil)
            EnqueueAction(arguments: PluginArguments()).execute(byOrder)
            let byHeaps = Self.session(snapshot, state)
            EnqueueAction(arguments: PluginArguments()).executeByHeaps(byHeaps.openJobsInMapOrder(), byHeaps)
            let outcomes = [byOrder, byHeaps].map { session in
                session.jobs.map { "\($0.uid) \($0.phase) \(session.waitNotes[$0.id]?.notAdmitted?.text ?? "")" }
            }
            #expect(outcomes[0] == outcomes[1])
            if outcomes[0] != outcomes[1] { return }
            refused += byOrder.waitNotes.count
        }
        #expect(refused > 0)
    }

    /// Attempts that are known to be in vain leave what they would have left if they had been made, and draw as much.
    @Test(arguments: Array(seeds.prefix(isFull ? 300 : 10)))
    func attemptsInVainNeedNotBeMade(seed: UInt64) throws {
        var simulation = Simulation(try Self.world(seed))
        simulation.begin()
        var handled = 0
        var waiting = 0
        while try simulation.step(&handled) == nil {
            guard var state = simulation.volcano, state.isArmed, waiting < (Self.isFull ? 4_000 : 800) else { continue }
            let snapshot = state.cluster.snapshot()
            let outcomes = [true, false].map { hasForesight in
                let session = Self.session(snapshot, state)
                if session.enqueueConfigured { EnqueueAction(arguments: PluginArguments()).execute(session) }
                let run = AllocationRun(session, cachesErrors: true)
                run.prospects = AllocationProspects(session, hasForesight: hasForesight)
                run.run()
                waiting += session.jobs.count { $0.counts[.pending] > 0 && !$0.isPending }
                return Self.traces(of: session)
            }
            #expect(outcomes[0] == outcomes[1])
            if outcomes[0] != outcomes[1] { return }
        }
        #expect(waiting > 100)
    }

    /// Everything that `allocate` leaves behind.
    private static func traces(of session: VolcanoSession) -> [String] {
        session.binds.map { "\(session[$0.task].uid) → \(session[$0.node].name)" }
            + session.tasks.map { "\($0.uid) \($0.status) \(String(describing: $0.givenUp))" }
            + session.jobs.map { job in
                let errors = job.fitErrors.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
                let notes = session.waitNotes[job.id].map { "\($0)" } ?? ""
                return "\(job.uid) \(job.phase) \(errors) \(notes)"
            }
            + ["next node \(session.memory.nextNode)", "draw \(session.ties.pick(1 << 40))"]
    }

    /// Tasks sorted once come out as of a heap, also after some were put back.
    @Test(arguments: Array(seeds.prefix(isFull ? 300 : 5)))
    func sortedTasksComeAsFromAHeap(seed: UInt64) throws {
        var simulation = Simulation(try Self.world(seed))
        simulation.begin()
        var handled = 0
        var compared = 0
        while try simulation.step(&handled) == nil {
            guard var state = simulation.volcano, state.isArmed, compared < 300 else { continue }
            let session = Self.session(state.cluster.snapshot(), state)
            for job in session.jobs where job.tasks.count > 1 {
                #expect(session.sortedOnce(job.tasks) != nil)
                var sorted = session.taskHeap(job.tasks)
                var heap = BinaryHeap(less: session.taskLess)
                for task in job.tasks.reversed() { heap.push(task) }
                compared += 1
                if compared % 3 == 0, let first = sorted.pop(), let second = sorted.pop() {
                    sorted.push(first)
                    sorted.push(second)
                }
                while let task = heap.pop() { #expect(sorted.pop() == task) }
                #expect(sorted.isEmpty)
            }
        }
        #expect(compared > 20)
    }

    private static func session(_ snapshot: ClusterSnapshot, _ state: VolcanoState) -> VolcanoSession {
        VolcanoSession(
            snapshot, SessionWorkspace(snapshot, state.memory), configuration: state.configuration,
            now: state.clock(.zero), tieRule: state.tieRule, memory: state.memory)
    }

    private static func decisions(_ snapshot: ClusterSnapshot, _ state: VolcanoState) -> [String] {
        decisions(snapshot, SessionWorkspace(snapshot, state.memory), state, state.tieRule)
    }

    private static func decisions(
        _ snapshot: ClusterSnapshot, _ workspace: SessionWorkspace, _ state: VolcanoState, _ tieRule: TieRule
    ) -> [String] {
        let session = VolcanoSession(
            snapshot, workspace, configuration: state.configuration, now: state.clock(.zero), tieRule: tieRule,
            memory: state.memory)
        session.runActions()
        session.close()
        return session.binds.map { "\(session[$0.task].uid) → \(session[$0.node].name)" }
            + session.evictions.map { "evict \(session[$0.task].uid)" }
            + session.jobs.map { "\($0.uid) \($0.phase) \(session.waitCause(of: $0.id).map { "\($0)" } ?? "")" }
            + session.nominations.map { "\(session[$0.key].uid) nominated \(session[$0.value].name)" }.sorted()
    }

    /// A workspace that is kept and patched decides as a fresh snapshot for every cycle does.
    @Test(arguments: seeds)
    func keptWorkspacesDecideAsFreshSnapshots(seed: UInt64) throws {
        var runs: [[String]] = []
        for keeps in [true, false] {
            let sink = CollectingSink()
            var simulation = Simulation(try Self.world(seed))
            if !keeps { simulation.volcano?.keepsDesk = false }
            let summary = try simulation.run(into: sink)
            runs.append(
                sink.facts.placements.map {
                    "\($0.job) \($0.attempt) \($0.task) \($0.node) \($0.gpuMask) \($0.startNs) \($0.endNs) \($0.reason)"
                } + sink.facts.decisions.map { "\($0.timeNs) \($0.job) \($0.action) \($0.reason) \($0.other)" }
                    + ["\(summary.fingerprint) \(summary.events)"])
        }
        #expect(runs[0] == runs[1])
    }

    /// Skipping is invisible: the same jobs start at the same instants on the same nodes when every cycle is played.
    @Test(arguments: Array(seeds.prefix(isFull ? 300 : 4)))
    func skippedCyclesWouldHaveDecidedNothing(seed: UInt64) throws {
        var runs: [[String]] = []
        for skips in [true, false] {
            let sink = CollectingSink()
            var simulation = Simulation(try Self.world(seed))
            simulation.volcano?.skipsCycles = skips
            _ = try simulation.run(into: sink)
            runs.append(
                sink.facts.placements.map {
                    "\($0.job) \($0.attempt) \($0.task) \($0.node) \($0.gpuMask) \($0.startNs) \($0.endNs) \($0.reason)"
                })
        }
        #expect(runs[0] == runs[1])
    }
}
