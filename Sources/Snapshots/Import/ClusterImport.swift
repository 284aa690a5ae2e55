import ClusterModel
import Configuration
import KubernetesObjects
import Quantities

/// Makes a scenario of a dump of a live cluster: its nodes, queues and gangs, as far as a scenario can say them. What it
/// cannot say comes as notes with counts.
public struct ClusterImport: Sendable {
    public var objects: ObjectSet
    /// Name of the dump, for messages.
    public var file: String
    /// Kinds that the dump's reader skipped, with the number of their objects.
    public var skipped: [(kind: String, count: Int)] = []
    /// Machine cards, or GPU models, of pools by their names.
    public var machines: [(pool: String, card: String)] = []
    /// How long jobs run that have not ended, from their start; nil estimates it as `RunLengthEstimate` has it.
    public var runLength: SimDuration?
    /// The instant that becomes time zero; nil takes the first submission.
    public var since: Timestamp?
    /// When the dump was made; nil takes the latest instant in it.
    public var now: Timestamp?

    /// Most jobs that a scenario file lists, so that readers of YAML accept it.
    static let mostJobs = 30_000
    /// Nothing in a scenario lasts longer.
    static let longest = SimDuration.seconds(100 * 365 * 86_400)
    /// What already ran at time zero is placed before what waited then: that is submitted so much later.
    static let standingFirst = SimDuration.seconds(10)

    /// An import of these objects.
    public init(_ objects: ObjectSet, file: String) { (self.objects, self.file) = (objects, file) }

    /// A gang on its way into the scenario.
    private struct Candidate {
        var source: JobSource
        var roles: [JobRole]
        var times: JobTimes
    }

    /// The scenario.
    ///
    /// - Throws: dumps without nodes or jobs, GPUs of unknown models, pools and cards that do not exist.
    public func scenario() throws(InvalidInput) -> ImportedScenario {
        var notes = ImportNotes()
        let sources = JobSources(objects)
        let candidates = candidates(sources, &notes)
        let labels = Set(candidates.flatMap { $0.roles.flatMap(\.rules.labels) })
        var nodePools = NodePools(objects.nodes, labels: labels, daemons: sources.daemons, &notes)
        try nodePools.apply(machines, file: file)
        let pools = nodePools.pools
        var queues = ImportedQueues(objects.queues, &notes)
        let now = self.now ?? objects.latestInstant ?? Timestamp(nanoseconds: 0)
        let durations = durations(candidates, now)
        let start = since ?? candidates.compactMap(\.times.submitted).min() ?? now
        var jobs: [ImportedJob] = []
        var taken: Set<String> = []
        let crowded = Self.repeatedNames(candidates)
        for candidate in candidates {
            guard let span = try span(of: candidate, start: start, durations, &notes) else { continue }
            let source = candidate.source
            let base = crowded.contains(source.name) ? "\(source.namespace).\(source.name)" : source.name
            var job = ImportedJob(
                name: ScenarioName.unique(ScenarioName.sanitized(base, fallback: "job"), &taken),
                team: ScenarioName.sanitized(source.namespace, fallback: "default"),
                queue: queues.name(of: source.queue, &notes), priority: priority(of: source, candidate.roles, &notes),
                submit: span.submit, duration: span.duration, preemptible: Self.isPreemptible(source),
                state: span.state, waited: candidate.times.waited, groups: candidate.roles.map(Self.group),
                rules: JobRules(candidate.roles, pools))
            job.obstacle = obstacle(of: job, candidate.roles, pools, cap: queues.cap(of: job.queue)) ?? ""
            if job.rules.isUnion {
                notes.note("job", "roles with different node rules: each may use the nodes of all", job.name)
            }
            jobs.append(job)
        }
        jobs.sort { ($0.submit, $0.name) < ($1.submit, $1.name) }
        let possible = jobs.filter(\.obstacle.isEmpty)
        if possible.isEmpty { throw problem("holds no pod, PodGroup or Volcano Job that could become a job") }
        if jobs.count > Self.mostJobs {
            throw problem(
                "holds \(jobs.count) jobs; a scenario file lists at most \(Self.mostJobs): shorten it with --since")
        }
        ImportLosses(objects, sources, skipped).note(&notes)
        var scenario = ImportedScenario(
            start: start, now: now, pools: pools, queues: objects.queues.isEmpty ? [] : queues.queues, jobs: possible,
            impossible: jobs.filter { !$0.obstacle.isEmpty }, notes: notes.list)
        scenario.givenLength = runLength
        if jobs.contains(where: { $0.state == .waiting }) {
            (scenario.waitingDuration, scenario.waitingSource) = (durations.ofWaiting, durations.ofWaitingSource)
        }
        return scenario
    }

    private func problem(_ message: String) -> InvalidInput {
        InvalidInput([Diagnostic(position: SourcePosition(file: file, line: 1, column: 1), message: message)])
    }

    // MARK: Which jobs

    /// The gangs that can become jobs; notes say what becomes of the others and what of them is lost.
    private func candidates(_ sources: JobSources, _ notes: inout ImportNotes) -> [Candidate] {
        var candidates: [Candidate] = []
        for source in sources.jobs {
            let roles = JobRole.roles(of: source)
            guard !roles.isEmpty else {
                notes.note("PodGroup", "no pods and nothing that would make them, left out", source.key)
                continue
            }
            let foreign = Set(roles.flatMap(\.request.foreignAccelerators)).sorted()
            guard foreign.isEmpty else {
                notes.note("job", "asking for \(foreign.joined(separator: ", ")), left out", source.key)
                continue
            }
            if roles.contains(where: { !$0.pod.spec.schedulingGates.isEmpty }) {
                notes.note("job", "pods with scheduling gates, left out", source.key)
                continue
            }
            JobLosses(source, roles).note(&notes)
            candidates.append(Candidate(source: source, roles: roles, times: JobTimes(source)))
        }
        return candidates
    }

    private static func repeatedNames(_ candidates: [Candidate]) -> Set<String> {
        var places: [String: String] = [:]
        var repeated: Set<String> = []
        for source in candidates.map(\.source) {
            if let other = places.updateValue(source.namespace, forKey: source.name), other != source.namespace {
                repeated.insert(source.name)
            }
        }
        return repeated
    }

    // MARK: When

    private func durations(_ candidates: [Candidate], _ now: Timestamp) -> JobDurations {
        let ended = candidates.compactMap { candidate -> SimDuration? in
            guard case .ended(let from?, let to?) = candidate.times.state else { return nil }
            return to.since(from)
        }
        let pods = candidates.flatMap(\.source.pods)
        return JobDurations(
            now: now, given: runLength, running: pods.filter { $0.status.phase == "Running" }, ended: ended)
    }

    /// When a job comes and how long it runs; nil where it is left out.
    private func span(
        of candidate: Candidate, start: Timestamp, _ durations: JobDurations, _ notes: inout ImportNotes
    ) throws(InvalidInput) -> (submit: SimDuration, duration: SimDuration, state: ImportedJob.State)? {
        let key = candidate.source.key
        var began: Timestamp?
        var length: SimDuration
        let state: ImportedJob.State
        switch candidate.times.state {
        case .ended(let from?, let to?):
            (began, length, state) = (from, to.since(from), .ended)
        case .ended:
            notes.note("job", "ended, but not when it ran, left out", key)
            return nil
        case .running(let since):
            (began, length, state) = (since, durations.ofRunning(since: since), .running)
        case .waiting:
            guard let assumed = durations.ofWaiting else {
                throw problem("nothing has run from which the run length of waiting jobs follows; give --run-length")
            }
            (length, state) = (assumed, .waiting)
        }
        if candidate.times.submitted == nil {
            notes.note("job", "no creationTimestamp, submitted at time zero", key)
        }
        let submitted = candidate.times.submitted ?? start
        var submit = submitted.since(start)
        if submitted < start {
            if let began, began < start {
                // It stands at time zero: what is left of it.
                let before = start.since(began)
                guard before < length else {
                    notes.note("job", "ended before time zero, left out", key)
                    return nil
                }
                length = length - before
            } else {
                submit = Self.standingFirst
                notes.note("job", "waited at time zero: the wait counts from there", key)
            }
        }
        return (min(submit, Self.longest), min(max(length, .seconds(1)), Self.longest), state)
    }

    // MARK: What it is

    private func priority(of source: JobSource, _ roles: [JobRole], _ notes: inout ImportNotes) -> Int32 {
        let named = [source.group?.priorityClassName, source.job?.spec.priorityClassName].compactMap { $0 }
        if let name = named.first(where: { !$0.isEmpty }) {
            if let known = objects.priorityClasses.first(where: { $0.metadata.name == name }) { return known.value }
            if let system = Self.systemClasses[name] { return system }
            if let priority = source.pods.first?.spec.priority { return priority }
            notes.note("job", "PriorityClass not in the dump, priority 0", source.key)
            return 0
        }
        return source.pods.first?.spec.priority
            ?? objects.priorityClasses.first { $0.globalDefault }?.value ?? 0
    }

    /// The two classes that every cluster has (k8s.io/kubernetes, pkg/apis/scheduling/types.go).
    private static let systemClasses: [String: Int32] = [
        "system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000,
    ]

    private static func isPreemptible(_ source: JobSource) -> Bool {
        let marks = [source.group?.metadata, source.job?.metadata, source.pods.first?.metadata].compactMap {
            $0?.annotations["volcano.sh/preemptable"]
        }
        return marks.first != "false"
    }

    private static func group(_ role: JobRole) -> ImportedJob.Group {
        ImportedJob.Group(
            pods: min(role.pods, 100_000), minPods: min(max(1, role.minimum), 100_000),
            cpuMilli: role.request.cpuMilli, memory: role.request.memory, gpus: role.request.gpus,
            localStorage: role.request.localStorage)
    }

    /// Why the empty nodes of the scenario could never hold the job; nil if they may.
    private func obstacle(
        of job: ImportedJob, _ roles: [JobRole], _ pools: [ImportedPool], cap: Double?
    ) -> String? {
        let allowed = job.rules.allowed(pools)
        if allowed.isEmpty { return "no pool is allowed by its selectors, affinity and tolerations" }
        for (group, role) in zip(job.groups, roles) {
            let places = allowed.reduce(Int64(0)) { $0 + Int64($1.nodes.count) * role.request.podsHeld(by: $1) }
            if places < Int64(group.minPods) {
                return "the empty nodes of its pools hold \(places) of \(group.minPods) equal pods"
            }
        }
        let gpus = job.groups.reduce(0) { $0 + $1.minPods * $1.gpus }
        if gpus > allowed.reduce(0, { $0 + $1.nodes.count * $1.gpus }) {
            return "its pools have fewer than the \(gpus) GPUs that it needs at once"
        }
        if let cap, Double(gpus) > cap { return "its queue may hold fewer than the \(gpus) GPUs that it needs at once" }
        return nil
    }
}
