import KubernetesObjects

/// Division of jobs into sub-jobs (upstream: `api/sub_job_info.go`; reference section 3).
extension SnapshotBuilder {
    mutating func buildSubJobs() {
        for index in jobs.indices { divide(JobRef(index)) }
    }

    /// Each policy in order claims the pods its selector matches and whose match labels exist; the rest form the default sub-job.
    private mutating func divide(_ job: JobRef) {
        let info = jobs[Int(job.index)]
        let group = objects.podGroups[Int(info.podGroup)]
        for policy in group.subGroupPolicy {
            jobs[Int(job.index)].minSubGroups.append((info.uid + "/" + policy.name, Int(policy.minSubGroups ?? 0)))
        }
        var made: [String: SubJobRef] = [:]
        for task in info.tasks {
            let pod = objects.pods[Int(tasks[Int(task.index)].pod)]
            let claim = group.subGroupPolicy.lazy.compactMap { policy in
                policy.matchValues(of: pod.metadata.labels).map { (policy, $0) }
            }
            .first
            let uid: String
            if let (policy, values) = claim {
                uid = Self.uid(job: info.uid, policy: policy.name, values: values)
            } else {
                uid = info.uid
            }
            let subJob = made[uid] ?? makeSubJob(uid, job, policy: claim?.0, values: claim?.1 ?? [])
            made[uid] = subJob
            join(task, subJob)
        }
        if made.isEmpty, group.subGroupPolicy.isEmpty {
            _ = makeSubJob(info.uid, job, policy: nil, values: [])
        }
        jobs[Int(job.index)].subJobs.sort { subJobs[Int($0.index)].uid < subJobs[Int($1.index)].uid }
    }

    /// Identity of a sub-group. Values of more than 128 bytes are replaced by their 32-bit FNV-1a hash, in the letters that
    /// Kubernetes uses for generated names.
    static func uid(job: String, policy: String, values: [String]) -> String {
        var id = values.joined(separator: "-")
        if id.utf8.count > 128 {
            var hash: UInt32 = 2_166_136_261
            for byte in id.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
            let letters = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
            id = String(decoding: String(hash).utf8.map { letters[Int($0) % letters.count] }, as: UTF8.self)
        }
        return job + "/" + policy + "-" + id
    }

    private mutating func makeSubJob(_ uid: String, _ job: JobRef, policy: SubGroupPolicy?, values: [String])
        -> SubJobRef
    {
        let info = jobs[Int(job.index)]
        let id = SubJobRef(subJobs.count)
        let isDefault = policy == nil
        let minimum = isDefault ? (info.hasSubGroups ? 1 : info.minAvailable) : Int(policy?.subGroupSize ?? 1)
        subJobs.append(
            SubJobInfo(
                id: id, uid: uid, group: policy.map { info.uid + "/" + $0.name } ?? info.uid, job: job,
                isDefault: isDefault, minAvailable: minimum, matchIndex: values.first.flatMap { Int($0) } ?? 0,
                priority: 0, tasks: [], topology: isDefault ? info.topology : policy?.networkTopology.map(Self.limit)))
        jobs[Int(job.index)].subJobs.append(id)
        return id
    }

    private mutating func join(_ task: TaskRef, _ subJob: SubJobRef) {
        let (place, status) = (Int(task.index), tasks[Int(task.index)].status)
        tasks[place].subJob = subJob
        _ = tasks[place].listedAs.insert(status)
        subJobs[Int(subJob.index)].tasks.append(task)
        subJobs[Int(subJob.index)].counts[status] += 1
        if status == .pending, tasks[place].isBestEffort { subJobs[Int(subJob.index)].pendingBestEffort += 1 }
        subJobs[Int(subJob.index)].priority = max(subJobs[Int(subJob.index)].priority, tasks[place].priority)
    }
}

extension SubGroupPolicy {
    /// Values of the match labels if the policy claims a pod with these labels (upstream: getSubJobMatchValues); nil
    /// for others, and for all pods where the policy has no match labels.
    public func matchValues(of labels: [String: String]) -> [String]? {
        guard !matchLabelKeys.isEmpty else { return nil }
        if let labelSelector, !labelSelector.matches(labels) { return nil }
        let values = matchLabelKeys.map { labels[$0] ?? "" }
        return values.contains("") ? nil : values
    }
}
