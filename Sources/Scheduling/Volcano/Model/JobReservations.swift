/// What jobs keep reserved, or could give back (upstream: `api/job_info.go`, `plugins/util/util.go`; reference section 3).
extension VolcanoSession {
    /// The part of a job's minResources that its allocated tasks do not hold yet; nil without minResources.
    ///
    /// Per name listed: what is missing, where something is; a scalar that nothing was allocated of counts in full, even
    /// when that is 0 (upstream: GetInqueueResource).
    func unallocatedMinimum(of job: JobRef) -> Resource? {
        guard let minimum = self[job].minResources else { return nil }
        let allocated = self[job].allocated
        var missing = Resource(
            milliCPU: max(minimum.milliCPU - allocated.milliCPU, 0), memory: max(minimum.memory - allocated.memory, 0))
        for index in minimum.scalars.indices {
            guard let wanted = minimum.scalar(index) else { continue }
            if let held = allocated.scalar(index) {
                if wanted > held { missing.setScalar(index, wanted - held) }
            } else {
                missing.setScalar(index, wanted)
            }
        }
        return missing
    }

    /// `resource` less the requests of the job's gated tasks, never below 0 (upstream: DeductSchGatedResources).
    ///
    /// Tasks that only Volcano's own queue gate holds back are not deducted. A job may have more gated tasks than its
    /// minResources cover, because minMember may be less than its number of pods.
    func deductingGated(_ resource: Resource, of job: JobRef) -> Resource {
        var gated = Resource()
        for task in self[job].tasks where self[task].isGated { gated.add(self[task].request) }
        if gated.isEmpty(pods: names.pods) { return resource }
        var rest = resource
        rest.milliCPU = max(rest.milliCPU - gated.milliCPU, 0)
        rest.memory = max(rest.memory - gated.memory, 0)
        for index in resource.scalars.indices {
            guard let amount = resource.scalar(index), let held = gated.scalar(index) else { continue }
            rest.setScalar(index, max(amount - held, 0))
        }
        return rest
    }

    /// What a job that was let in still reserves in its queue when the session opens: the unallocated part of its
    /// minResources, gated tasks deducted, if the job is Inqueue, or Running with at least minMember allocated tasks;
    /// nil if it reserves nothing (upstream: OnSessionOpen of proportion and of capacity).
    ///
    /// The count keeps a job whose driver has completed, while its PodGroup stays Running, from reserving again.
    func inqueueReservation(of job: JobRef) -> Resource? {
        guard reservesMinimum(job), let missing = unallocatedMinimum(of: job) else { return nil }
        return deductingGated(missing, of: job)
    }

    /// Whether a job is Inqueue, or Running with at least minMember allocated tasks.
    func reservesMinimum(_ job: JobRef) -> Bool {
        switch self[job].phase {
        case "Inqueue": true
        case "Running": self[job].counts.allocated >= self[job].minAvailable
        default: false
        }
    }

    /// What a job holds beyond its minResources (upstream: GetElasticResources).
    func elasticPart(of job: JobRef) -> Resource {
        self[job].allocated.exceededPart(self[job].minResources ?? Resource())
    }
}
