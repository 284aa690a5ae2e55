extension VolcanoSession {
    /// Ends the cycle: plugins close, then every PodGroup gets its phase (upstream: `framework/job_updater.go`, `session.go`).
    public func close() {
        for plugin in plugins { plugin.close() }
        rememberPlacements()
        for index in jobs.indices { jobs[index].phase = phaseAtClose(jobs[index]) }
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
}
