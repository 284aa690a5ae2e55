import KubernetesObjects

extension VolcanoSession {
    /// Ends the cycle: plugins close, then every PodGroup gets its phase (upstream: `framework/job_updater.go`, `session.go`).
    public func close() {
        for plugin in plugins { plugin.close() }
        rememberPlacements()
        for job in jobsToClose {
            let place = Int(job.index)
            let releasing = jobs[place].counts[.releasing] == 0 ? 0 : releasingOnNodes(jobs[place])
            guard let phase = jobs[place].phaseAtClose(releasing: releasing) else { continue }
            changes.note(job)
            jobs[place].phase = phase
        }
    }

    /// Nominations to be written to pods: tasks that are pipelined after evictions, or were so last, even if that was given
    /// up and the victims stay (upstream: `cache.go`, RecordJobStatusEvent; TaskSchedulingReason on the last transaction).
    /// A pod without one keeps the one it has.
    public var nominations: [TaskRef: NodeRef] {
        var nominations: [TaskRef: NodeRef] = [:]
        for job in openJobs {
            let place = Int(job.index)
            let counts = jobs[place].counts
            guard counts[.pending] + counts[.allocated] + counts[.pipelined] > 0 else { continue }
            for task in jobs[place].tasks {
                if let node = nomination(of: task) { nominations[task] = node }
            }
        }
        return nominations
    }

    private func nomination(of task: TaskRef) -> NodeRef? {
        let place = Int(task.index)
        let status = tasks[place].status
        guard status == .pending || status == .allocated || status == .pipelined else { return nil }
        if let last = tasks[place].givenUp {
            return last.status == .pipelined && last.followsEvictions ? last.node : nil
        }
        return status == .pipelined && tasks[place].followsEvictions ? tasks[place].node : nil
    }

    private func releasingOnNodes(_ job: JobInfo) -> Int {
        job.tasks.count { self[$0].status == .releasing && self[$0].node != nil }
    }

    /// Phase of a job's PodGroup at the end of the cycle.
    package func phaseAtClose(_ job: JobInfo) -> String {
        job.phaseAtClose(releasing: releasingOnNodes(job)) ?? job.phase
    }

    /// When a session over the same state may decide differently, because time has passed; nil for never.
    public var nextWake: Timestamp? { plugins.compactMap { $0.nextWake(after: now) }.min() }
}

extension JobInfo {
    /// Unknown if members run although gang found the job unready; Running or Completed with minMember members; Inqueue
    /// stays. nil where the phase stays as it is. `releasing` members are on their way out and still on a node.
    func phaseAtClose(releasing: Int) -> String? {
        let next: String
        let completed = counts[.succeeded] + counts[.failed]
        let scheduled = counts[.running] + counts[.bound] + completed + releasing
        if counts[.running] > 0, unschedulable != nil {
            next = "Unknown"
        } else if scheduled >= minAvailable {
            next = scheduled == completed ? "Completed" : "Running"
        } else {
            next = phase == "Inqueue" ? "Inqueue" : "Pending"
        }
        return next == phase ? nil : next
    }
}

extension Timestamp {
    /// The instant `nanoseconds` later; nil where it cannot be told.
    func later(by nanoseconds: Int64) -> Timestamp? {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return overflow ? nil : Timestamp(nanoseconds: sum)
    }
}
