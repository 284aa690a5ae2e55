import ClusterModel
import Configuration
import Quantities
import Simulation
import Workloads

/// Makes one workload of all sources of a scenario, with the allowed pools of every pod group.
struct WorkloadAssembly {
    let scenario: ResolvedScenario
    let cluster: Cluster
    private let filter: PoolFilter
    /// The cluster that generated jobs are sized on: what their `load` and their largest size refer to.
    private let demandFilter: PoolFilter
    private let demandQueues: [QueueSection]

    /// Jobs of one source, and the rules of each of their pod groups.
    private struct Part {
        var workload: Workload
        var rules: Rules
        var trainings: [TrainingSpec] = []

        enum Rules {
            /// The same for all groups.
            case all(PlacementRules)
            /// One for each group, by its index in the part.
            case perGroup([PlacementRules])
        }

        /// The part with other jobs; `groups` tells for each of their groups which one of this part it is.
        func with(_ workload: Workload, groups: [Int]) -> Part {
            var part = self
            part.workload = workload
            if case .perGroup(let rules) = rules { part.rules = .perGroup(groups.map { rules[$0] }) }
            return part
        }
    }

    init(_ scenario: ResolvedScenario, _ cluster: Cluster, demandOf reference: ResolvedScenario, on sized: Cluster) {
        self.scenario = scenario
        self.cluster = cluster
        filter = PoolFilter(cluster)
        demandFilter = PoolFilter(sized)
        demandQueues = reference.content.spec.cluster.queues
    }

    private var spec: SpecSection { scenario.content.spec }

    /// The jobs in order of arrival, the pool mask of each pod group, and what training jobs train.
    ///
    /// - Throws: what is wrong in traces, by their own positions; jobs that can never start.
    func build() throws(InvalidInput) -> (workload: Workload, poolMasks: [UInt64], trainings: [TrainingSpec]) {
        let reading = Reading(continuing: scenario.values)
        var names = WorkloadBuilder(source: scenario.file, format: "scenario")
        for queue in spec.cluster.queues { _ = names.queue(queue.name) }
        var parts = [names.build()]
        var masks: [UInt64] = []
        var trainings: [TrainingSpec] = []
        for (index, entry) in spec.workload.enumerated() {
            let place = Place.root.key("spec").key("workload").element(index)
            guard var part = part(entry, index, firstTraining: trainings.count, place, reading) else { continue }
            trainings += part.trainings
            if let scale = spec.demand?.scale {
                let scaled = DemandScaling(scale: scale, seed: spec.seed, source: index).applied(to: part.workload)
                part = part.with(scaled.workload, groups: scaled.groups)
            }
            let partMasks = poolMasks(of: part)
            let workload = adapt(part.workload, masks: partMasks, entry, place, reading)
            // A merge lays out groups in the order of the jobs, so that is the order of the masks.
            for job in workload.workload.jobs { for group in job.groupIndices { masks.append(workload.masks[group]) } }
            parts.append(workload.workload)
        }
        try reading.diagnostics.throwIfAny()
        return (Workload.merging(parts), masks, trainings)
    }

    // MARK: Sources

    private func part(
        _ entry: WorkloadEntry, _ index: Int, firstTraining: Int, _ place: Place, _ reading: Reading
    ) -> Part? {
        switch entry {
        case .jobs(let list): return listed(list)
        case .stream(let section): return streamed(section)
        case .train(let section):
            let assembly = TrainingAssembly(spec: spec, cluster: cluster, reading: reading, resolve: scenario.resolve)
            guard let resolved = assembly.resolved(section, place) else { return nil }
            let times = assembly.arrivals(section, index: index, place)
            return trained(section, resolved, at: times, training: firstTraining)
        case .generate(let section):
            do throws(GeneratorError) {
                return Part(workload: try trainingMix(section).generate(), rules: .all(section.rules))
            } catch {
                reading.report(path: place.key("generate").path, error.description)
                return nil
            }
        case .trace(let section):
            do throws(TraceError) {
                let options = TraceOptions(
                    swf: section.swf?.options ?? SWFOptions(), openbUnscheduled: section.openb?.unscheduled ?? .drop)
                let workload = try Workload.read(
                    path: scenario.resolve(section.path), format: section.format, options: options)
                return Part(workload: workload, rules: .all(section.rules))
            } catch {
                reading.report(error, of: place.key("trace").path)
                return nil
            }
        }
    }

    private func listed(_ list: JobListSection) -> Part {
        var builder = WorkloadBuilder(source: scenario.file, format: "scenario")
        var rules: [PlacementRules] = []
        for job in list.jobs {
            let queue = spec.queue(of: job)
            for copy in 0..<job.count {
                let groups = job.allGroups.map { group in
                    var spec = group.spec
                    spec.gpuModels = group.gpuModels.isEmpty ? 0 : builder.gpuModels(group.gpuModels)
                    return spec
                }
                let delay = job.every * Int64(copy)
                let submit = SimTime.zero + job.submit + delay
                builder.add(
                    name: job.count == 1 ? job.name : "\(job.name)-\(copy)",
                    team: job.team ?? spec.team(ofQueue: queue), queue: queue, jobClass: job.jobClass ?? "default",
                    user: job.user ?? "default", priority: Int32(job.priority), submit: submit,
                    duration: job.duration, requestedDuration: job.requested,
                    abortAt: job.abortAt.map { SimTime.zero + $0 + delay }, checkpointInterval: job.checkpointInterval,
                    maxRestarts: job.maxRestarts.map { Int32($0) } ?? Job.unlimitedRestarts,
                    preemptible: job.preemptible, storage: spec.storageIndex(of: job), groups: groups)
                rules += groups.map { _ in job.rules }
            }
        }
        return Part(workload: builder.build(), rules: .perGroup(rules))
    }

    private func streamed(_ section: StreamSection) -> Part {
        var builder = WorkloadBuilder(source: scenario.file, format: "scenario")
        let queue = spec.queue(named: section.queue)
        var group = section.group.spec
        group.gpuModels = section.group.gpuModels.isEmpty ? 0 : builder.gpuModels(section.group.gpuModels)
        for (index, job) in section.draw(seed: spec.seed, horizon: spec.horizon).enumerated() {
            builder.add(
                name: "\(section.name)-\(index)", team: section.team ?? spec.team(ofQueue: queue), queue: queue,
                jobClass: section.jobClass ?? section.name, user: section.user ?? "default",
                priority: Int32(section.priority), submit: job.submit, duration: job.duration,
                checkpointInterval: section.checkpointInterval,
                maxRestarts: section.maxRestarts.map { Int32($0) } ?? Job.unlimitedRestarts,
                preemptible: section.preemptible, groups: [group])
        }
        return Part(workload: builder.build(), rules: .all(section.rules))
    }

    private func trained(
        _ section: TrainSection, _ resolved: TrainingAssembly.Resolved, at times: [SimTime], training: Int
    ) -> Part {
        var builder = WorkloadBuilder(source: scenario.file, format: "scenario")
        let queue = spec.queue(named: section.queue)
        let name = section.name ?? "train-\(resolved.training.model.name.lowercased())"
        let request = ResourceRequest(
            cpuMilli: section.cpuPerGPU.milliValue * Int64(section.podGPUs),
            memoryBytes: section.memoryPerGPU.value * Int64(section.podGPUs), gpuCount: Int32(section.podGPUs))
        let models = section.gpuModels.isEmpty ? 0 : builder.gpuModels(section.gpuModels)
        let group = PodGroupSpec(
            pods: Int32(section.gpus / section.podGPUs), minMember: section.minGPUs.map { Int32($0 / section.podGPUs) },
            request: request, gpuModels: models)
        for (copy, submit) in times.enumerated() {
            builder.add(
                name: times.count == 1 ? name : "\(name)-\(copy)",
                team: section.team ?? spec.team(ofQueue: queue), queue: queue, jobClass: section.jobClass ?? "train",
                user: section.user ?? "default", priority: Int32(section.priority), submit: submit,
                duration: resolved.duration, requestedDuration: section.requested,
                checkpointInterval: section.checkpointInterval,
                maxRestarts: section.maxRestarts.map { Int32($0) } ?? Job.unlimitedRestarts,
                preemptible: section.preemptible, training: Int32(training), groups: [group])
        }
        return Part(workload: builder.build(), rules: .all(section.rules), trainings: [resolved.training])
    }

    private func trainingMix(_ section: GenerateSection) -> TrainingMix {
        let gpus = demandFilter.gpus(in: demandFilter.mask(section.rules, gpuModels: section.gpuModels))
        var mix = TrainingMix(seed: section.seed ?? spec.seed)
        if let rate = section.rate { mix.jobsPerHour = rate.rawValue * 3600 }
        if let jobs = section.jobs {
            mix.extent = .jobs(jobs)
        } else if let span = section.span ?? spec.horizon {
            mix.extent = .horizon(span)
        }
        mix.teams = section.teams.map { team in
            TrainingMix.Team(
                name: team.name, share: team.share, queue: team.queue, users: team.users,
                classFactors: Dictionary(uniqueKeysWithValues: team.classFactors.map { ($0.name, $0.value) }),
                largestJob: team.largestJob)
        }
        for queue in demandQueues {
            guard let cap = queue.capGPUs else { continue }
            for index in mix.teams.indices where mix.teams[index].queue == queue.name {
                mix.teams[index].largestJob = min(mix.teams[index].largestJob ?? .max, max(1, Int(cap)))
            }
        }
        mix.classes = TrainingClass.standard.map { standard in
            section.classes.first { $0.name == standard.name }?.value.applied(to: standard) ?? standard
        }
        mix.cycle = section.cycle == .office ? .office : .flat
        mix.load = section.load.map { share in
            TrainingMix.Load(share: share, gpus: section.loadOf ?? gpus, means: section.loadBy)
        }
        mix.largestJob = section.largestJob ?? min(gpus, section.loadOf ?? gpus)
        mix.gpusPerPod = section.gpusPerPod
        mix.cpuMilliPerGPU = section.cpuPerGPU.milliValue
        mix.memoryPerGPU = Bytes(rawValue: section.memoryPerGPU.value)
        mix.gpuModels = section.gpuModels
        mix.patience = section.patience
        return mix
    }

    private func poolMasks(of part: Part) -> [UInt64] {
        switch part.rules {
        case .all(let rules):
            let masks = part.workload.gpuModelSets.map { filter.mask(rules, gpuModels: $0) }
            return part.workload.groups.map { masks[Int($0.gpuModels)] }
        case .perGroup(let rules):
            return zip(part.workload.groups, rules).map { group, rules in
                filter.mask(rules, gpuModels: part.workload.gpuModelSets[Int(group.gpuModels)])
            }
        }
    }

    // MARK: Adaptation to the cluster

    /// Applies what the scenario says about queues, teams, the number of jobs and jobs that can never start.
    private func adapt(
        _ workload: Workload, masks: [UInt64], _ entry: WorkloadEntry, _ place: Place, _ reading: Reading
    ) -> (workload: Workload, masks: [UInt64]) {
        var mapping = QueueMapping.asGiven
        var limit: Int?
        var dropsOversized = false
        var what = place.key("generate")
        if case .trace(let section) = entry {
            mapping = section.queue
            limit = section.limit
            dropsOversized = section.oversized == .drop
            what = place.key("trace")
        }
        if case .train = entry { what = place.key("train") }
        let names = JobNames(workload, mapping, spec)
        checkQueues(of: workload.jobs.prefix(limit ?? .max), names, what, reading)
        let kept = keptJobs(of: workload, masks: masks, names, limit: limit, drops: dropsOversized, what, reading)
        if kept.count == workload.jobs.count && !names.differ { return (workload, masks) }
        return rebuilt(workload, masks: masks, names, kept: kept, limit: limit)
    }

    private func checkQueues(of jobs: ArraySlice<Job>, _ names: JobNames, _ place: Place, _ reading: Reading) {
        let known = spec.cluster.queues.map(\.name)
        guard !known.isEmpty else { return }
        var counts: [String: Int] = [:]
        var unknown: [String] = []
        for job in jobs {
            let queue = names.queue(of: job)
            if known.contains(queue) { continue }
            if counts[queue, default: 0] == 0 { unknown.append(queue) }
            counts[queue, default: 0] += 1
        }
        for queue in unknown.prefix(20) {
            let jobs = counts[queue] ?? 0
            reading.report(
                path: place.path, "no queue is called \"\(queue)\", which \(jobs) job\(jobs == 1 ? "" : "s") wait in",
                hint: Suggestion.text(queue, among: known))
        }
    }

    private func keptJobs(
        of workload: Workload, masks: [UInt64], _ names: JobNames, limit: Int?, drops: Bool, _ place: Place,
        _ reading: Reading
    ) -> [Int] {
        var gangs = GangCheck(cluster)
        let caps = spec.cluster.queues.map { Named(name: $0.name, value: $0.capGPUs) }
        var kept: [Int] = []
        var oversized: [(job: String, obstacle: String)] = []
        for job in workload.jobs.prefix(limit ?? .max) {
            let cap = caps.isEmpty ? nil : caps.first { $0.name == names.queue(of: job) }?.value
            let obstacle = gangs.obstacle(
                Array(workload.groups(of: job)), masks: Array(masks[job.groupIndices]), capGPUs: cap)
            if let obstacle {
                oversized.append((workload.name(of: job), obstacle))
            } else {
                kept.append(Int(job.id))
            }
        }
        if let first = oversized.first, !drops {
            let isTrace = place.label == "trace"
            reading.report(
                path: place.path,
                "\(oversized.count) of \(workload.jobs.count) jobs can never start; the first, \"\(first.job)\": "
                    + first.obstacle,
                hint: isTrace ? "add \"oversized: drop\"" : nil)
        }
        return kept
    }

    private func rebuilt(
        _ workload: Workload, masks: [UInt64], _ names: JobNames, kept: [Int], limit: Int?
    ) -> (workload: Workload, masks: [UInt64]) {
        var builder = WorkloadBuilder(source: workload.report.source, format: workload.report.format)
        builder.report = workload.report
        builder.epochUnixSeconds = workload.epochUnixSeconds
        let looked = min(workload.jobs.count, limit ?? .max)
        if looked < workload.jobs.count { builder.report.drop("beyond the limit", rows: workload.jobs.count - looked) }
        if kept.count < looked { builder.report.drop("larger than the cluster", rows: looked - kept.count) }
        var newMasks: [UInt64] = []
        let sets = workload.gpuModelSets.map { $0.isEmpty ? 0 : builder.gpuModels($0) }
        for index in kept {
            let job = workload.jobs[index]
            let groups = workload.groups(of: job).map { group in
                var group = group
                group.gpuModels = sets[Int(group.gpuModels)]
                return group
            }
            builder.add(
                name: workload.name(of: job), team: names.team(of: job), queue: names.queue(of: job),
                jobClass: workload.classes[Int(job.jobClass)], user: workload.users[Int(job.user)],
                priority: job.priority, submit: job.submit, duration: job.duration,
                requestedDuration: job.requestedDuration, abortAt: job.abortAt,
                checkpointInterval: job.checkpointInterval, maxRestarts: job.maxRestarts,
                preemptible: job.preemptible, training: job.training, storage: job.storage, groups: groups)
            newMasks += masks[job.groupIndices]
        }
        return (builder.build(), newMasks)
    }
}

/// Queue and team of the jobs of a source after the scenario's mapping.
private struct JobNames {
    private let workload: Workload
    private let mapping: QueueMapping
    private let spec: SpecSection
    /// Whether any job's queue or team differs from what the source says.
    let differ: Bool

    init(_ workload: Workload, _ mapping: QueueMapping, _ spec: SpecSection) {
        self.workload = workload
        self.mapping = mapping
        self.spec = spec
        let namesTeams = workload.teams.contains("default") && spec.cluster.queues.contains { $0.team != nil }
        differ = (mapping != .asGiven && mapping != .column(.queue)) || namesTeams
    }

    func queue(of job: Job) -> String {
        switch mapping {
        case .asGiven, .column(.queue): workload.queues[Int(job.queue)]
        case .fixed(let name): name
        case .column(.team): workload.teams[Int(job.team)]
        case .column(.user): workload.users[Int(job.user)]
        case .column(.class): workload.classes[Int(job.jobClass)]
        }
    }

    func team(of job: Job) -> String {
        let name = workload.teams[Int(job.team)]
        return name == "default" ? spec.team(ofQueue: queue(of: job)) : name
    }
}

extension Reading {
    /// A fault of a trace: at its own place in the trace, or where the scenario names the file.
    fileprivate func report(_ error: TraceError, of path: String) {
        let hint = error.suggestion.map { "did you mean \"\($0)\"?" }
        let byte = error.byteOffset.map { "byte \($0): " } ?? ""
        let message = "\(byte)found \(error.found); expected \(error.expected)"
        if let line = error.line {
            let position = SourcePosition(file: error.file, line: line, column: error.column ?? 1)
            diagnostics.report(Diagnostic(position: position, message: message, hint: hint))
        } else {
            report(path: path, "\(error.file): \(message)", hint: hint)
        }
    }
}
