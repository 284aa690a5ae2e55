import KubernetesObjects
import Quantities

/// Creates Jobs at the times of a schedule (upstream: pkg/controllers/cronjob, after Kubernetes' own).
///
/// Times are in UTC: time zones other than it are taken for it.
struct CronJobController: Sendable {
    private var stale: Set<String> = []
    /// Next time of each CronJob.
    private var next = Deadlines()

    init() {}

    /// When a Job is due.
    var nextDeadline: Timestamp? { next.next }

    mutating func observe(_ change: Change) {
        switch change {
        case .cronJob(let change):
            if let cron = change.new { stale.insert(cron.key) } else { next[change.object.key] = nil }
        case .job(let change):
            guard let owner = change.object.metadata.controller, owner.kind == VCCronJob.kind else { return }
            if let old = change.old, let new = change.new, old.status.phase == new.status.phase { return }
            stale.insert(change.object.metadata.namespace + "/" + owner.name)
        default: break
        }
    }

    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        let keys = stale.union(next.takeDue(now)).sorted()
        if keys.isEmpty { return false }
        stale = []
        for key in keys {
            next[key] = nil
            guard let cron = store.cronJobs[key], cron.metadata.deletionTimestamp == nil else { continue }
            Self.updateStatus(cron, &store)
            if let cron = store.cronJobs[key] { next[key] = Self.run(cron, &store, now: now) }
        }
        return true
    }

    /// Jobs that have ended are no longer active; old ones beyond the limits are deleted.
    private static func updateStatus(_ cron: VCCronJob, _ store: inout ObjectStore) {
        let jobs = store.objects(of: VCJob.self, ownedBy: cron.metadata.uid)
        let finished = jobs.filter { $0.status.phase?.isFinished == true }
        var updated = cron
        updated.active = jobs.filter { $0.status.phase?.isFinished != true }.map(\.metadata.name)
        let ends = finished.filter { $0.status.phase == .completed }.compactMap(\.status.lastTransition)
        updated.lastSuccessfulTime = (ends + [cron.lastSuccessfulTime].compactMap { $0 }).max()
        store.update(updated)
        let successes = finished.filter { $0.status.phase == .completed }
        let failures = finished.filter { $0.status.phase != .completed }
        for (jobs, limit) in [
            (successes, cron.successfulJobsHistoryLimit ?? 3), (failures, cron.failedJobsHistoryLimit ?? 1),
        ] {
            for job in jobs.dropLast(max(0, Int(limit))) { store.remove(VCJob.self, job.key) }
        }
    }

    /// Creates the Job of the last time that has come, if it may run; when to look again.
    private static func run(_ cron: VCCronJob, _ store: inout ObjectStore, now: Timestamp) -> Timestamp? {
        guard !cron.suspend,
            let schedule = CronSchedule(cron.schedule, everyNanoseconds: { GoDuration.nanoseconds($0) })
        else { return nil }
        let start = max(
            cron.lastScheduleTime ?? Timestamp(nanoseconds: .min),
            cron.metadata.creationTimestamp ?? Timestamp(nanoseconds: 0))
        guard let scheduled = schedule.last(from: start, through: now) else { return schedule.next(after: start) }
        let upcoming = schedule.next(after: max(scheduled, now))
        let age = now.nanoseconds - scheduled.nanoseconds
        if let deadline = cron.startingDeadlineSeconds, age / 1_000_000_000 > deadline { return upcoming }
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
        let isCreated = if case .success(.some) = store.submit(job, now: now) { true } else { false }
        store.modify(VCCronJob.self, cron.key) {
            $0.lastScheduleTime = scheduled
            if cron.concurrencyPolicy == "Replace" { $0.active = [] }
            if isCreated { $0.active.append(job.metadata.name) }
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
