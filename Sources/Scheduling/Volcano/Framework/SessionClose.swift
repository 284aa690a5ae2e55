import KubernetesObjects

extension VolcanoSession {
    /// Ends the cycle: plugins close, then every PodGroup gets its phase (upstream: `framework/job_updater.go`, `session.go`).
    public func close() {
        for plugin in plugins { plugin.close() }
        rememberPlacements()
        for index in jobs.indices { jobs[index].phase = phaseAtClose(jobs[index]) }
    }

    /// Nominations to be written to pods: tasks that are pipelined after evictions, or were so last, even if that was given
    /// up and the victims stay (upstream: `cache.go`, RecordJobStatusEvent; TaskSchedulingReason on the last transaction).
    /// A pod without one keeps the one it has.
    public var nominations: [TaskRef: NodeRef] {
        var nominations: [TaskRef: NodeRef] = [:]
        for task in tasks where task.job != nil {
            switch task.status {
            case .pending, .allocated, .pipelined: break
            default: continue
            }
            if let last = task.givenUp {
                if last.status == .pipelined, last.followsEvictions { nominations[task.id] = last.node }
            } else if task.status == .pipelined, task.followsEvictions {
                nominations[task.id] = task.node
            }
        }
        return nominations
    }

    /// Unknown if members run although gang found the job unready; Running or Completed with minMember members; Inqueue stays.
    package func phaseAtClose(_ job: JobInfo) -> String {
        if job.counts[.running] > 0, job.unschedulable != nil { return "Unknown" }
        let releasing = job.tasks.count { self[$0].status == .releasing && self[$0].node != nil }
        let completed = job.counts[.succeeded] + job.counts[.failed]
        let scheduled = job.counts[.running] + job.counts[.bound] + completed + releasing
        if scheduled >= job.minAvailable { return scheduled == completed ? "Completed" : "Running" }
        return job.phase == "Inqueue" ? "Inqueue" : "Pending"
    }

    /// When a session over the same state may decide differently, because time has passed; nil for never.
    public var nextWake: Timestamp? { plugins.compactMap { $0.nextWake(after: now) }.min() }
}

extension Timestamp {
    /// The instant `nanoseconds` later; nil where it cannot be told.
    func later(by nanoseconds: Int64) -> Timestamp? {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return overflow ? nil : Timestamp(nanoseconds: sum)
    }
}
