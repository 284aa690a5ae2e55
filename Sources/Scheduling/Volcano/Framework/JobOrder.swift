import KubernetesObjects

/// Jobs sorted once in place of a heap that asks the plugins at every comparison.
extension VolcanoSession {
    /// Whether every plugin that orders jobs or queues says that placing pods of others, or letting them in, moves none.
    var ordersAreLocal: Bool {
        hooks.all(.jobOrder).allSatisfy(\.ordersAreLocal) && hooks.all(.queueOrder).allSatisfy(\.ordersAreLocal)
    }

    /// Jobs in the order of `jobLess`; nil where a plugin orders them otherwise than by a number.
    func inJobOrder(_ jobs: [JobRef]) -> [JobRef]? {
        let plugins = hooks.all(.jobOrder)
        guard plugins.count <= JobOrderKey.most else { return nil }
        if jobs.count < 2 { return jobs }
        var keys: ContiguousArray<JobOrderKey> = []
        keys.reserveCapacity(jobs.count)
        for job in jobs {
            var key = JobOrderKey(creation: self.jobs[Int(job.index)].creation, job: job)
            for index in plugins.indices {
                guard let number = plugins[index].jobOrderKey(job) else { return nil }
                key.numbers[index] = number
            }
            keys.append(key)
        }
        keys.sort { l, r in
            for index in 0..<JobOrderKey.most where l.numbers[index] != r.numbers[index] {
                return l.numbers[index] < r.numbers[index]
            }
            if l.creation != r.creation { return l.creation < r.creation }
            return self.jobs[Int(l.job.index)].uid < self.jobs[Int(r.job.index)].uid
        }
        return keys.map(\.job)
    }
}

/// What the order of a job hangs on: the plugins' numbers, then its age, then its UID.
private struct JobOrderKey {
    /// Most plugins that it has room for.
    static let most = SIMD4<Double>.scalarCount
    var numbers = SIMD4<Double>.zero
    let creation: Timestamp
    let job: JobRef

    init(creation: Timestamp, job: JobRef) {
        self.creation = creation
        self.job = job
    }
}
