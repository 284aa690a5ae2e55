import ClusterModel
import Quantities
import Scheduling
import SimulationKernel
import Workloads

/// One run: the event loop that ties arrivals, scheduling passes, job life and hardware failures together.
///
/// Order within an instant: completions, failures, repairs, cancellations, arrivals, timers, then one scheduling pass;
/// samples describe the state after that. A value without identity: two copies run independently.
public struct Simulation {
    var world: World
    let scheduler: Scheduler
    var session: Session
    var queue: EventQueue<SimulationEvent>
    var runs: [JobRun]
    var accounting: GPUTimeLedger
    var showback: Showback
    var counters: ShareCounters
    var hardware: HardwareState
    var links: LinkLoad
    var training: TrainingState
    var facts = FactBuffers()
    var fingerprint = Fingerprint()
    var warnings: [String] = []
    var now = SimTime.zero
    var events: Int64 = 0
    var nextSample = SimTime.zero
    var nodeSampleStride: Int64 = 1
    var samples: Int64 = 0
    var arrivalsLeft: Int
    /// Set when the run is played on beyond its end: nothing arrives any more.
    var isClosed = false
    var waiting = 0
    /// Waiting jobs per shape, to say why capacity is free without looking at every job.
    var waitingByShape: [Int32]
    var jobOfShape: [Int32]
    var reportedDeadlock: [Int32] = []
    /// Set when something happened that a scheduling pass should look at.
    var needsPass = true
    /// Running elastic jobs that lack pods, ascending, and whether one of them may have found room.
    var short: [Int32] = []
    var growthIsDue = false
    /// Facts are kept only when someone wants them.
    let recording: Bool
    /// Volcano at work; nil under the built-in policies.
    var volcano: VolcanoState?
    /// Storage at work, whether its transfers changed at this instant, and when the next of them ends.
    var storage: StorageState?
    var storageChanged = false
    var storageWake: (time: Int64, handle: EventHandle)?
    /// Runs that are played phase by phase, by job; never walked through.
    var phased: [Int32: PhasedRun] = [:]

    /// What the caller may ask to hear about, every few thousand events.
    public struct Progress: Sendable {
        public var now: SimTime
        public var events: Int64
        public var arrivalsLeft: Int
        public var waiting: Int
        public var running: Int
    }

    /// A simulation of `world` at time zero. `recording` false leaves out facts and accounts (benchmarks).
    public init(_ world: World, recording: Bool = true) {
        let world = Self.boundingSamples(of: world)
        self.world = world
        self.recording = recording
        let cluster = world.cluster
        let input = SchedulerInput.entries(world)
        let placement = NodePlacement(
            policy: world.scheduler.nodePolicy, cluster: cluster, typicalPods: SchedulerInput.typicalPods(world),
            seed: world.seed, tieBreak: world.scheduler.tieBreak)
        scheduler = Scheduler(world.scheduler, totals: Self.totals(cluster), rules: world.rules)
        session = Session(
            ledger: AllocationLedger(cluster), jobs: input.jobs, groups: input.groups,
            queues: world.queues.map { spec in
                QueueEntry(
                    weight: spec.weight,
                    capGPUMilli: spec.capGPUs.map { Int64(($0 * 1000).rounded()) } ?? .max)
            }, placement: placement)
        queue = EventQueue(minimumCapacity: 1024)
        let showback = Showback(world)
        self.showback = showback
        runs = world.workload.jobs.enumerated().map { index, job in
            JobRun(workLeftNs: job.duration.nanoseconds, account: showback.account(of: index))
        }
        accounting = GPUTimeLedger(cluster: cluster, bucket: world.sampleInterval)
        counters = ShareCounters(queues: world.workload.queues.count, teams: world.workload.teams.count)
        hardware = HardwareState(world)
        links = LinkLoad(cluster, trafficPerGPU: world.trafficPerGPU, trains: !world.trainings.isEmpty)
        training = TrainingState(world)
        arrivalsLeft = world.workload.jobs.count
        let shapes = Int(input.jobs.map(\.shape).max() ?? -1) + 1
        waitingByShape = Array(repeating: 0, count: shapes)
        jobOfShape = Array(repeating: -1, count: shapes)
        for (index, job) in input.jobs.enumerated() where jobOfShape[Int(job.shape)] < 0 {
            jobOfShape[Int(job.shape)] = Int32(index)
        }
        storage = world.storage.map { StorageState($0, nodes: cluster.nodeCount) }
        nodeSampleStride = sampleStride()
        if world.scheduler.policy == .volcano {
            var state = VolcanoState(world)
            if recording { state.watch = state.newWatch(over: Self.length(of: world)) }
            volcano = state
        }
    }

    /// A run without a horizon may be of any length: its samples are set so far apart that arrivals and the longest job
    /// alone make no more than 100,000 of them. And no time bucket holds more GPU-nanoseconds than 62 bits can count.
    private static func boundingSamples(of world: World) -> World {
        var world = world
        if world.horizon == nil {
            let least = SimDuration(nanoseconds: expectedEnd(of: world).nanoseconds / 100_000)
            world.sampleInterval = max(world.sampleInterval, least)
        }
        let most = SimDuration(nanoseconds: (1 << 62) / Int64(max(1, world.cluster.totalGPUs)))
        world.sampleInterval = min(world.sampleInterval, most)
        return world
    }

    /// When a run without a horizon ends at the earliest, give or take: the last arrival, the longest job with its
    /// start-up and checkpoints, and a repair if anything fails.
    static func expectedEnd(of world: World) -> SimTime {
        let life = world.lifecycle
        let longest = world.workload.jobs.reduce(0) { max($0, $1.duration.nanoseconds) }
        let progress = WorkProgress(
            intervalNs: life.checkpointInterval?.nanoseconds ?? .max, writeNs: life.checkpointWrite.nanoseconds)
        let failures = world.failures
        return (world.workload.jobs.last?.submit ?? .zero)
            .later(by: life.startup.nanoseconds).later(by: progress.wall(work: longest))
            .later(by: failures.nodeMTBF == nil ? 0 : failures.nodeRepair.nanoseconds)
            .later(by: failures.gpuMTBF == nil ? 0 : failures.gpuRepair.nanoseconds)
    }

    private static func totals(_ cluster: Cluster) -> ClusterTotals {
        var totals = ClusterTotals(gpuMilli: Int64(cluster.totalGPUs) * 1000, cpuMilli: 0, memoryBytes: 0)
        for n in 0..<cluster.nodeCount {
            let shape = cluster.shape(of: NodeID(index: Int32(n)))
            totals.cpuMilli += shape.cpuMilli
            totals.memoryBytes += shape.memoryBytes
        }
        return totals
    }

    /// Runs to the horizon, until drained, or until `shouldStop` says so (asked every few thousand events).
    ///
    /// Facts go to `sink` in batches; throws what the sink throws.
    public mutating func run(
        into sink: (any FactSink)? = nil, shouldStop: () -> Bool = { false }, progress: (Progress) -> Void = { _ in }
    ) throws -> RunSummary {
        begin()
        var outcome: RunOutcome?
        var sinceReport = 0
        while outcome == nil {
            if sinceReport >= 4096 {
                sinceReport = 0
                progress(
                    Progress(
                        now: now, events: events, arrivalsLeft: arrivalsLeft, waiting: waiting,
                        running: session.running.count))
                if shouldStop() { outcome = .interrupted }
            }
            guard outcome == nil else { break }
            outcome = try step(&sinceReport)
            if recording, facts.count > 65_536, let sink {
                try sink.write(facts)
                facts.removeAll()
            }
        }
        let summary = close(outcome ?? .drained)
        if let sink { try sink.write(facts) }
        facts.removeAll()
        return summary
    }

    /// Schedules the first arrival and the first failures.
    mutating func begin() {
        if let first = world.workload.jobs.first {
            schedule(at: max(first.submit, .zero), .arrival(job: 0))
        }
        setSparesAside()
        scheduleFirstFailures()
        scheduleDegradations()
        schedulePartFailures()
    }

    mutating func schedule(at time: SimTime, _ event: SimulationEvent) {
        _ = queue.schedule(at: time, phase: event.phase, event)
    }

    /// Everything that happens at the next instant; a result when the run is over.
    mutating func step(_ handled: inout Int) throws -> RunOutcome? {
        if isOver { return waiting == 0 ? .drained : .stuck }
        guard let next = queue.peekTime() else {
            guard let horizon = world.horizon else {
                return waiting == 0 && session.running.isEmpty ? .drained : .stuck
            }
            takeSamples(before: horizon)
            now = horizon
            return .horizon
        }
        if let horizon = world.horizon, next > horizon {
            takeSamples(before: horizon)
            now = horizon
            return .horizon
        }
        takeSamples(before: next)
        now = next
        session.now = now
        if recording { accounting.advance(to: now) }
        while let time = queue.peekTime(), time == now, let event = queue.pop() {
            handled += 1
            events += 1
            fingerprint.fold(now.nanoseconds)
            fingerprint.fold(event.payload.word)
            handle(event.payload)
        }
        settleInstant()
        return nil
    }

    /// What follows from all that happened at this instant: passes of the scheduler, rates, steps, the next wake-ups.
    mutating func settleInstant() {
        if volcano == nil {
            repeat {
                while needsPass { schedulingPass() }
            } while growShortJobs()
        } else {
            armVolcanoCycle()
        }
        settleTraining()
        armStorage()
    }

    /// True when nothing that is still to come can start or end a job (runs "until drained" only).
    private var isOver: Bool {
        guard world.horizon == nil, arrivalsLeft == 0, session.running.isEmpty, !needsPass else { return false }
        if let volcano, volcano.isArmed { return false }
        return waiting == 0 || (hardware.down == 0 && hardware.pendingAborts == 0)
    }

    private mutating func handle(_ event: SimulationEvent) {
        switch event {
        case .finish(let job): complete(job)
        case .degrades(let index): training.degrade(Int(index), true)
        case .recovers(let index): training.degrade(Int(index), false)
        case .nodeFails(let node): failNode(NodeID(index: node))
        case .gpuFails(let node, let gpu): failGPU(NodeID(index: node), gpu)
        case .nodeRepaired(let node): repairNode(NodeID(index: node))
        case .gpuRepaired(let node, let gpu): repairGPU(NodeID(index: node), gpu)
        case .abort(let job): abort(job)
        case .arrival(let job): arrive(job)
        case .reorder(let job):
            runs[Int(job)].reorder = nil
            armReorder(job)
            needsPass = true
        case .promote(let job, let attempt): promote(job, attempt)
        case .wake: needsPass = true
        case .cycle: volcanoCycle()
        case .phase(let job): phaseTimer(job)
        case .storage: storageEvent()
        case .partFails(let part, let index): partFails(part, index)
        case .partRepaired(let part, let index): partRepaired(part, index)
        case .spotNotice(let node): spotNotice(NodeID(index: node))
        case .spotReclaimed(let node): spotReclaimed(NodeID(index: node))
        case .spotReturns(let node): spotReturns(NodeID(index: node))
        }
    }
}
