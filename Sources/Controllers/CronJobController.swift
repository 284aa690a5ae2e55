import KubernetesObjects
import Quantities

/// Creates Jobs at the times of a schedule (upstream: pkg/controllers/cronjob, after Kubernetes' own).
///
/// Times are in UTC: time zones other than it are taken for it. A Job is created 100 ms after its time, which is upstream's
/// allowance for clocks that differ; one that the webhook refuses is tried again without end.
struct CronJobController: Sendable {
    private var stale: Set<String> = []
    /// When to look at each CronJob again.
    private var next = Deadlines()
    private var retries = Retries<String>(limit: nil)

    /// `nextScheduleDelta`.
    private static let allowance: Int64 = 100_000_000

    init() {}

    /// When a Job is due, or tried again.
    var nextDeadline: Timestamp? { [next.next, retries.next].compactMap { $0 }.min() }

    mutating func observe(_ change: Change) {
        switch change {
        case .cronJob(let change):
            if let cron = change.new { return _ = stale.insert(cron.key) }
            next[change.object.key] = nil
            retries.forget(change.object.key)
        case .job(let change):
            guard let owner = change.object.metadata.controller, owner.kind == VCCronJob.kind else { return }
            if let old = change.old, let new = change.new, old.status.phase == new.status.phase { return }
            stale.insert(change.object.metadata.namespace + "/" + owner.name)
        default: break
        }
    }

    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        let keys = stale.union(next.takeDue(now)).union(retries.takeDue(now)).sorted()
        if keys.isEmpty { return false }
        stale = []
        for key in keys {
            next[key] = nil
            guard let cron = store.cronJobs[key], cron.metadata.deletionTimestamp == nil else { continue }
            Self.updateStatus(cron, &store)
            if let cron = store.cronJobs[key] { next[key] = run(cron, &store, now: now) }
        }
        return true
    }

    /// Jobs that have ended are no longer active; old ones beyond the limits are deleted.
    private static func updateStatus(_ cron: VCCronJob, _ store: inout ObjectStore) {
        let jobs = store.objects(of: VCJob.self, ownedBy: cron.metadata.uid)
        // An aborted Job may be resumed.
        func isOver(_ job: VCJob) -> Bool { job.status.phase?.isFinished == true && job.status.phase != .aborted }
        let finished = jobs.filter(isOver)
        var updated = cron
        updated.active = jobs.filter { !isOver($0) }.map(\.metadata.name)
        let ends = finished.filter { $0.status.phase == .completed }.compactMap(\.status.lastTransition)
        updated.lastSuccessfulTime = (ends + [cron.lastSuccessfulTime].compactMap { $0 }).max()
        store.update(updated)
        let successes = finished.filter { $0.status.phase == .completed }
        let failures = finished.filter { $0.status.phase == .failed }
        for (jobs, limit) in [
            (successes, cron.successfulJobsHistoryLimit ?? 3), (failures, cron.failedJobsHistoryLimit ?? 1),
        ] {
            for job in jobs.dropLast(max(0, Int(limit))) { store.remove(VCJob.self, job.key) }
        }
    }

    /// Creates the Job of the last time that has come, if it may run; when to look again, unless it is to be tried again.
    private mutating func run(_ cron: VCCronJob, _ store: inout ObjectStore, now: Timestamp) -> Timestamp? {
        guard !cron.suspend,
            let schedule = CronSchedule(cron.schedule, everyNanoseconds: { GoDuration.nanoseconds($0) })
        else { return nil }
        let start = max(
            cron.lastScheduleTime ?? Timestamp(nanoseconds: .min),
            cron.metadata.creationTimestamp ?? Timestamp(nanoseconds: 0))
        func look(after time: Timestamp) -> Timestamp? {
            schedule.next(after: time).map { Timestamp(nanoseconds: $0.nanoseconds &+ Self.allowance) }
        }
        guard let scheduled = schedule.last(from: start, through: now) else { return look(after: start) }
        let upcoming = look(after: max(scheduled, now))
        let age = now.nanoseconds - scheduled.nanoseconds
        if let deadline = cron.startingDeadlineSeconds {
            let (limit, overflow) = deadline.multipliedReportingOverflow(by: 1_000_000_000)
            if !overflow, age >= limit { return upcoming }
        }
        if cron.concurrencyPolicy == "Forbid", !cron.active.isEmpty { return upcoming }
        if cron.concurrencyPolicy == "Replace" {
            for name in cron.active { store.remove(VCJob.self, cron.metadata.namespace + "/" + name) }
        }
        var job = VCJob()
        let minute = scheduled.nanoseconds / 60_000_000_000
        job.metadata = ObjectMeta(name: "\(cron.metadata.name)-\(minute)", namespace: cron.metadata.namespace)
        job.metadata.labels = cron.templateMetadata.labels
        job.metadata.annotations = cron.templateMetadata.annotations
        job.metadata.ownerReferences = [.controller(cron)]
        job.spec = cron.template
        guard case .success(let created) = store.submit(job, now: now) else {
            retries.add(cron.key, now: now)
            return nil
        }
        retries.forget(cron.key)
        store.modify(VCCronJob.self, cron.key) {
            if cron.concurrencyPolicy == "Replace" { $0.active = [] }
            guard let created else { return }
            $0.lastScheduleTime = scheduled
            $0.active.append(created.metadata.name)
        }
        return upcoming
    }
}

extension CronSchedule {
    /// The last time after `start` that has come by `end`, at most five years before it; nil if none has.
    fileprivate func last(from start: Timestamp, through end: Timestamp) -> Timestamp? {
        let hour: Int64 = 3_600_000_000_000
        // The longer the look back, the fewer times there can be that a shorter one did not find.
        for hours: Int64 in [1, 24, 24 * 32, 24 * 366, 24 * 366 * 5] {
            let (since, overflow) = end.nanoseconds.subtractingReportingOverflow(hours * hour)
            let first = overflow ? start : max(start, Timestamp(nanoseconds: since))
            var last: Timestamp?
            var time = next(after: first)
            while let candidate = time, candidate <= end {
                last = candidate
                time = next(after: candidate)
            }
            if last != nil || first == start { return last }
        }
        return nil
    }
}
