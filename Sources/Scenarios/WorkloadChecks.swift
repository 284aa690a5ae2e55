import ClusterModel
import Configuration
import Workloads

/// Checks of the workload against the cluster that need no trace: names of queues and pools, jobs of the list that
/// could never start, files that are not there.
struct WorkloadChecks {
    private let spec: SpecSection
    private let cluster: Cluster
    private let reading: Reading
    private let place = Place.root.key("spec").key("workload")

    init(_ spec: SpecSection, _ cluster: Cluster, _ reading: Reading) {
        self.spec = spec
        self.cluster = cluster
        self.reading = reading
    }

    /// Reports everything; `resolve` turns a path of the scenario into one that can be opened.
    func run(openTrace resolve: (String) -> String) {
        for (index, entry) in spec.workload.enumerated() {
            let place = place.element(index)
            switch entry {
            case .trace(let trace): check(trace, place, path: resolve(trace.path))
            case .generate(let section): check(section, place)
            case .jobs(let list): check(list, place.key("jobs"))
            case .train(let section): check(section, place, resolve)
            case .stream(let section): check(section, place)
            }
        }
    }

    private func check(_ trace: TraceSection, _ place: Place, path: String) {
        checkPools(trace.rules, place)
        if case .fixed(let queue) = trace.queue { checkQueue(queue, place.key("queue")) }
        if case .failure(let failure) = FileBytes.forEachChunk(of: path, { _ in false }) {
            reading.report(path: place.key("trace").path, "\(path) \(failure.reason)")
        }
    }

    private func check(_ section: GenerateSection, _ place: Place) {
        checkPools(section.rules, place)
        if section.jobs == nil && section.span == nil && spec.horizon == nil {
            reading.report(
                path: place.key("generate").path, "nothing ends the arrivals: the scenario has no horizon",
                hint: "add \"span: 7d\" or \"jobs: 2000\"")
        }
        let filter = PoolFilter(cluster)
        if filter.gpus(in: filter.mask(section.rules, gpuModels: section.gpuModels)) == 0 && reading.isSound(place.path)
        {
            reading.report(path: place.path, "no node pool with GPUs is allowed")
        }
        for (index, team) in section.teams.enumerated() {
            let place = place.key("teams").element(index)
            checkQueue(team.queue ?? team.name, place.key(team.queue == nil ? "name" : "queue"))
        }
    }

    private func check(_ section: TrainSection, _ place: Place, _ resolve: (String) -> String) {
        checkPools(section.rules, place)
        checkQueue(section.queue, "job \"train \(section.model)\"", place)
        guard reading.isSound(place.path), section.parallelism != .auto else { return }
        withoutActuallyEscaping(resolve) { resolve in
            _ = TrainingAssembly(spec: spec, cluster: cluster, reading: reading, resolve: resolve)
                .resolved(section, place)
        }
    }

    private func check(_ stream: StreamSection, _ place: Place) {
        checkPools(stream.rules, place)
        checkQueue(stream.queue, "stream \"\(stream.name)\"", place)
        if stream.count == nil && stream.span == nil && spec.horizon == nil {
            reading.report(
                path: place.key("stream").path, "nothing ends the arrivals: the scenario has no horizon",
                hint: "add \"span: 7d\" or \"count: 2000\"")
        }
        guard reading.isSound(place.path) else { return }
        var gangs = GangCheck(cluster)
        let mask = PoolFilter(cluster).mask(stream.rules, gpuModels: stream.group.gpuModels)
        let queue = spec.cluster.queues.first { $0.name == spec.queue(named: stream.queue) }
        if let obstacle = gangs.obstacle([stream.group.spec], masks: [mask], capGPUs: queue?.capGPUs) {
            reading.report(path: place.path, "jobs of \"\(stream.name)\" can never start: \(obstacle)")
        }
    }

    private func check(_ list: JobListSection, _ place: Place) {
        let filter = PoolFilter(cluster)
        var gangs = GangCheck(cluster)
        for (index, job) in list.jobs.enumerated() {
            let place = place.element(index)
            checkPools(job.rules, place)
            checkQueue(job.queue, "job \"\(job.name)\"", place)
            guard reading.isSound(place.path) else { continue }
            let masks = job.allGroups.map { filter.mask(job.rules, gpuModels: $0.gpuModels) }
            let queue = spec.cluster.queues.first { $0.name == spec.queue(of: job) }
            if let obstacle = gangs.obstacle(job.allGroups.map(\.spec), masks: masks, capGPUs: queue?.capGPUs) {
                reading.report(path: place.path, "job \"\(job.name)\" can never start: \(obstacle)")
            }
        }
    }

    private func checkPools(_ rules: PlacementRules, _ place: Place) {
        let known = cluster.pools.map(\.name)
        for (index, pool) in rules.pools.enumerated() where !known.contains(pool) {
            reading.report(
                path: place.key("pools").element(index).path, "no node pool is called \"\(pool)\"",
                hint: Suggestion.text(pool, among: known))
        }
    }

    private func checkQueue(_ queue: String?, _ what: String, _ place: Place) {
        if let queue {
            checkQueue(queue, place.key("queue"))
        } else if spec.cluster.queues.count > 1 {
            reading.report(
                path: place.path, "\(what) names no queue",
                hint: "known: \(spec.cluster.queues.map(\.name).joined(separator: ", "))")
        }
    }

    private func checkQueue(_ queue: String, _ place: Place) {
        let known = spec.cluster.queues.map(\.name)
        guard !known.isEmpty, !known.contains(queue) else { return }
        reading.report(
            path: place.path, "no queue is called \"\(queue)\"", hint: Suggestion.text(queue, among: known))
    }
}

extension SpecSection {
    /// The queue of a listed job: its own, else the only one, else `default`.
    func queue(of job: JobSection) -> String { queue(named: job.queue) }

    /// The queue named, else the only one, else `default`.
    func queue(named name: String?) -> String {
        name ?? (cluster.queues.count == 1 ? cluster.queues[0].name : "default")
    }

    /// The team of jobs in `queue` that name none.
    func team(ofQueue queue: String) -> String {
        cluster.queues.first { $0.name == queue }?.team ?? "default"
    }
}

extension PodGroupSection {
    /// The group as a workload holds it, but for its GPU models.
    var spec: PodGroupSpec {
        PodGroupSpec(pods: Int32(pods), minMember: minPods.map { Int32($0) }, request: request)
    }
}
