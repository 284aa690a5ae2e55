import Controllers
import KubernetesObjects
import Quantities
import Scheduling
import SimulationKernel

/// Volcano's control plane in simulated time: API server, webhooks, controllers, scheduler and kubelets.
///
/// Everything but the scheduler acts at once, unless `LoopTiming` says otherwise. Within an instant a cycle that starts
/// comes first: what else happens then is seen by the next cycle only. A cycle after which nothing has changed and of
/// which nothing was left is not played again before something changes, or before time alone can matter; the outcome is
/// the same as with every cycle played (`skipsIdleCycles` = false).
public struct ControlPlane: Sendable {
    public internal(set) var store: ObjectStore
    public internal(set) var log = ControlPlaneLog()
    /// Time since the start of the run.
    public private(set) var now: SimTime = .zero
    public let timing: LoopTiming
    /// The instant of the API at time zero.
    public let epoch: Timestamp
    /// Whether cycles that can change nothing are left out.
    public var skipsIdleCycles = true
    /// How pods run once they are bound.
    let runs: [PodRunRule]
    var kubelet = Kubelet()
    var events = EventQueue<Event>()
    var controllers = ControllerManager()
    /// Number of Commands made.
    var commands = 0
    private var scheduler: SchedulerCache
    private var operations: [Operation] = []
    /// What the cycle at work decided.
    private var outcome: CycleOutcome?
    private var cycleStart: SimTime
    /// Number of changes to the objects.
    private var revision = 0
    /// The revision that the last cycle saw; −1 before the first, or when the scheduler remembered something new.
    private var seenRevision = -1
    /// Whether no cycle is scheduled, because it could change nothing.
    private var isIdle = false
    private var idleWake: EventHandle?
    private var controllerWake: (time: SimTime, event: EventHandle)?
    /// Changes that the controllers have not seen yet, and when they will.
    private var unseen: [(due: SimTime, change: Change)] = []
    /// When Jobs that wait for a PodGroup have it; what happens to their pods the controllers do not see earlier.
    private var jobSeen: [String: SimTime] = [:]

    /// What a pending event is; its index names a life, an operation, or nothing.
    struct Event: BitwiseCopyable, Sendable {
        enum Kind: UInt8, BitwiseCopyable, Sendable {
            case cycleStart, cycleEnd, operation, controllers, nodeLost
            case podStart, podEnd, podVanish, podStartReport, podEndReport, podVanishReport

            var isOfCycle: Bool { self == .cycleStart || self == .cycleEnd }
        }
        let kind: Kind
        let index: Int32
    }

    /// A control plane over objects that stand before time zero.
    ///
    /// - Parameters:
    ///   - epoch: What the clocks show at time zero.
    ///   - tieRule: How orders are fixed that the scheduler leaves open.
    ///   - runs: How pods run once they are bound; the first rule about a pod counts.
    public init(
        _ objects: ObjectSet, scheduler configuration: VolcanoConfiguration, epoch: Timestamp,
        timing: LoopTiming = LoopTiming(), tieRule: TieRule = .lowestName, runs: [PodRunRule] = []
    ) {
        self.timing = timing
        self.epoch = epoch
        self.runs = runs
        scheduler = SchedulerCache(configuration, tieRule: tieRule)
        var others = objects
        others.queues = []
        store = ObjectStore(others, now: epoch)
        cycleStart = timing.firstCycle
        createQueues(objects.queues)
        settle()
        _ = events.schedule(at: timing.firstCycle, phase: 0, Event(kind: .cycleStart, index: 0))
    }

    /// What the clocks show.
    var timestamp: Timestamp { timestamp(at: now) }

    /// Lets somebody do something at a time that has not passed; operations of one instant happen in the order given.
    public mutating func add(_ operation: Operation, at time: SimTime) {
        operations.append(operation)
        events.schedule(at: max(time, now), phase: 2, Event(kind: .operation, index: Int32(operations.count - 1)))
    }

    /// Lets everything happen up to and at `end`.
    ///
    /// - Parameter observe: Is shown every session, closed, with the time its cycle started.
    public mutating func run(until end: SimTime, observe: (SimTime, VolcanoSession) -> Void = { _, _ in }) {
        while let next = events.peekTime(), next <= end, let event = events.pop() {
            now = event.time
            play(event.payload, observe)
            // What else is due at this instant does not wait for a cycle: it comes with its own event.
            if !event.payload.kind.isOfCycle { settle() }
        }
        now = max(now, end)
    }

    private mutating func play(_ event: Event, _ observe: (SimTime, VolcanoSession) -> Void) {
        let index = Int(event.index)
        switch event.kind {
        case .cycleStart: beginCycle(observe)
        case .cycleEnd: endCycle()
        case .operation: perform(operations[index])
        case .podStart: report(.podStartReport, index)
        case .podEnd: report(.podEndReport, index)
        case .podVanish: report(.podVanishReport, index)
        case .podStartReport: start(index)
        case .podEndReport: end(index)
        case .podVanishReport: vanish(index)
        case .nodeLost: collectOrphans(index)
        case .controllers:
            controllerWake = nil
            letControllersAct()
        }
    }

    /// The scheduler's configuration.
    public var configuration: VolcanoConfiguration { scheduler.configuration }

    // MARK: - Cycles

    private mutating func beginCycle(_ observe: (SimTime, VolcanoSession) -> Void) {
        cycleStart = now
        idleWake = nil
        isIdle = false
        log.playedCycles += 1
        let start = now
        outcome = scheduler.runCycle(over: store.objects, now: timestamp, stateIsNew: revision != seenRevision) {
            observe(start, $0)
        }
        seenRevision = outcome?.changedMemory == true ? -1 : revision
        events.schedule(at: now + timing.cycle, phase: 1, Event(kind: .cycleEnd, index: 0))
    }

    private mutating func endCycle() {
        guard let outcome else { return }
        self.outcome = nil
        outcome.apply(to: &store, now: timestamp)
        for eviction in outcome.evictions { log.noteEviction(ofPod: eviction.uid, by: eviction.action) }
        if !outcome.binds.isEmpty || !outcome.evictions.isEmpty {
            log.note(CycleRecord(start: cycleStart, binds: outcome.binds, evictions: outcome.evictions))
        }
        if !store.changes.isEmpty { settle() }
        if skipsIdleCycles, revision == seenRevision {
            isIdle = true
            if let wake = outcome.nextWake { idleWake = scheduleCycle(notBefore: time(of: wake)) }
        } else {
            scheduleCycle(notBefore: now)
        }
    }

    @discardableResult
    private mutating func scheduleCycle(notBefore time: SimTime) -> EventHandle? {
        let start = timing.start(notBefore: time, after: cycleStart)
        guard start < .distantFuture else { return nil }
        return events.schedule(at: start, phase: 0, Event(kind: .cycleStart, index: 0))
    }

    /// Something changed while the scheduler idled: it looks at the next start of a cycle, later than now.
    private mutating func wakeScheduler() {
        guard isIdle else { return }
        isIdle = false
        if let idleWake { events.cancel(idleWake) }
        idleWake = nil
        scheduleCycle(notBefore: now.later(by: 1))
    }

    // MARK: - At once

    /// Lets kubelets and controllers act: until nothing more happens, or as far as they act at once.
    private mutating func settle() {
        while true {
            let changes = store.takeChanges()
            if !changes.isEmpty {
                for change in changes { noteOrder(change) }
                for change in changes { unseen.append((whenSeen(change), change)) }
                note(changes)
            } else if timing.controllers > .zero || !letControllersAct() {
                break
            }
        }
        awaitControllers()
    }

    /// Shows the controllers what changed, and lets them act: one step where all act at once, so that they see each other's
    /// changes as they come, or all they have to do. False if that was nothing.
    @discardableResult
    private mutating func letControllersAct() -> Bool {
        let news = unseen.filter { $0.due <= now }.map(\.change)
        unseen.removeAll { $0.due <= now }
        return controllers.react(to: news, &store, once: timing.controllers == .zero, now: timestamp)
    }

    /// When the controllers see a change: one worker handles all that concerns a Job, and what it changes at a time it
    /// sees together.
    private func whenSeen(_ change: Change) -> SimTime {
        let due = now + timing.reaction(to: change)
        return max(due, change.job.flatMap { jobSeen[$0] } ?? due)
    }

    /// A Job that needs a PodGroup keeps its worker busy until the webhook has let it through.
    private mutating func noteOrder(_ change: Change) {
        guard timing.admission > .zero, case .job(let change) = change else { return }
        guard let job = change.new, !store.podGroups.contains(job.podGroupKey) else {
            return jobSeen[change.object.key] = nil
        }
        if change.old?.status.phase != job.status.phase { jobSeen[job.key] = whenSeen(.job(change)) }
    }

    /// Changes are logged, the kubelets react, and the scheduler wakes up.
    private mutating func note(_ changes: [Change]) {
        if changes.isEmpty { return }
        revision += changes.count
        for change in changes {
            log.note(change, at: now)
            switch change {
            case .pod(let change): kubeletSees(change)
            case .node(let change): nodeChanged(change)
            default: break
            }
        }
        wakeScheduler()
    }

    private mutating func awaitControllers() {
        var deadline = controllers.nextDeadline.map { max(time(of: $0), now) }
        if let reaction = unseen.lazy.map(\.due).min() { deadline = min(reaction, deadline ?? reaction) }
        if deadline == controllerWake?.time { return }
        if let controllerWake { events.cancel(controllerWake.event) }
        controllerWake = deadline.map { time in
            (time, events.schedule(at: time, phase: 2, Event(kind: .controllers, index: 0)))
        }
    }

    @discardableResult
    mutating func schedule(_ kind: Event.Kind, _ index: Int, after delay: SimDuration) -> EventHandle {
        let time = now.later(by: max(0, delay.nanoseconds))
        return events.schedule(at: time, phase: 2, Event(kind: kind, index: Int32(index)))
    }

    // MARK: - Clocks

    private func timestamp(at time: SimTime) -> Timestamp {
        let (sum, overflow) = epoch.nanoseconds.addingReportingOverflow(time.nanoseconds)
        return Timestamp(nanoseconds: overflow ? .max : sum)
    }

    private func time(of timestamp: Timestamp) -> SimTime {
        let (difference, overflow) = timestamp.nanoseconds.subtractingReportingOverflow(epoch.nanoseconds)
        return overflow ? .distantFuture : SimTime(nanoseconds: difference)
    }
}

extension Change {
    /// Key of the Job that a change concerns.
    fileprivate var job: String? {
        func owner(_ metadata: ObjectMeta) -> String? {
            let owner = metadata.ownerReferences.first { $0.isController && $0.kind == VCJob.kind }
            return owner.map { metadata.namespace + "/" + $0.name }
        }
        return switch self {
        case .job(let change): change.object.key
        case .pod(let change): owner(change.object.metadata)
        case .podGroup(let change): owner(change.object.metadata)
        default: nil
        }
    }
}
