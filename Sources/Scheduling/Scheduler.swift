import ClusterModel
import Quantities

/// A policy with its options: the table of built-in policies and the entry to a pass.
public struct Scheduler: Sendable {
    /// What the scenario asked for.
    public let configuration: SchedulerConfiguration
    private let options: PassOptions
    private let las: LASRules
    /// Gang scheduling by rules from outside, in place of the policy's own.
    private let rules: (any SchedulingRules)?

    /// A scheduler for a cluster with these totals; `rules` judge in place of the policy's own.
    public init(
        _ configuration: SchedulerConfiguration, totals: ClusterTotals, rules: (any SchedulingRules)? = nil
    ) {
        self.configuration = configuration
        self.rules = rules
        self.options = PassOptions(
            preempts: configuration.preempts, minimumRuntimeNs: configuration.minimumRuntime.nanoseconds,
            searchDepth: configuration.searchDepth, totals: totals)
        self.las = LASRules(thresholdGPUSeconds: configuration.lasThresholdGPUSeconds)
    }

    /// One scheduling pass at `session.now`: decisions are appended to `session.decisions`.
    public func pass(_ session: inout Session) {
        session.wakeAtNs = .max
        if let rules {
            session.allocateGangs(rules, options)
        } else {
            passByPolicy(&session)
        }
        session.freedPools = 0
        session.cycle += 1
    }

    private func passByPolicy(_ session: inout Session) {
        switch configuration.policy {
        case .kubeDefault: session.bindPods(options)
        case .fifoGang: session.allocateGangs(FIFOGangRules(), options)
        case .backfill: session.backfillGangs(options)
        case .priority: session.allocateGangs(PriorityRules(), options)
        case .sjf: session.allocateGangs(SJFRules(), options)
        case .srtf: session.allocateGangs(SRTFRules(), options)
        case .las: session.allocateGangs(las, options)
        case .drf: session.allocateGangs(DRFRules(), options)
        case .volcano: break
        }
    }

    /// Puts a job in its queue: at submission, or after an eviction or failure.
    public func submit(_ job: Int32, to session: inout Session) {
        session.jobs[Int(job)].state = .waiting
        let queue = Int(session.jobs[Int(job)].queue)
        let head = session.queues[queue].waiting.first
        let key = key(job, session)
        session.queues[queue].waiting.insert(key)
        if let head, session.queues[queue].blocked, head < key {
            session.reject(job, .behindHead, other: head.job)
        } else {
            session.queues[queue].blocked = false
        }
    }

    /// Takes a waiting or half-placed job out of its queue, releasing what it holds.
    public func withdraw(_ job: Int32, from session: inout Session) {
        let queue = Int(session.jobs[Int(job)].queue)
        session.queues[queue].waiting.remove(key(job, session))
        session.queues[queue].blocked = false
        session.release(job)
        session.jobs[Int(job)].state = .finished
    }

    /// Carries out that a scheduler outside the session bound pods of a job: the job starts if its minimum is met, else it
    /// holds what it has.
    public func noteBinds(_ job: Int32, in session: inout Session) {
        let entry = session.jobs[Int(job)]
        if entry.boundPods < entry.minPods {
            session.hold(job)
        } else {
            session.queues[Int(entry.queue)].waiting.remove(key(job, session))
            session.start(job, .placed)
        }
    }

    /// When the order of a job that runs now will change by itself (LAS levels), if ever.
    public func nextReorder(_ job: Int32, _ session: Session) -> SimTime? {
        if let rules { return rules.nextReorder(session.jobs[Int(job)], now: session.now) }
        guard configuration.policy == .las else { return nil }
        return las.nextReorder(session.jobs[Int(job)], now: session.now)
    }

    /// The job's place among waiting jobs.
    private func key(_ job: Int32, _ session: Session) -> WaitingKey {
        if let rules { return session.key(job, rules) }
        return switch configuration.policy {
        case .kubeDefault: session.key(job, KubeDefaultRules())
        case .fifoGang, .backfill, .volcano: session.key(job, FIFOGangRules())
        case .priority: session.key(job, PriorityRules())
        case .sjf: session.key(job, SJFRules())
        case .srtf: session.key(job, SRTFRules())
        case .las: session.key(job, las)
        case .drf: session.key(job, DRFRules())
        }
    }
}
