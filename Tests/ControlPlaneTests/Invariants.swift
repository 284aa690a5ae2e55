import KubernetesObjects
import Quantities
@testable import Scheduling

@testable import ControlPlane

/// What must hold after every cycle, whatever happens. Violations are collected as sentences.
///
/// What the real scheduler itself does not hold is not asked here:
/// - A gang that was complete may lose members (failure, deletion, eviction, a lost node, which takes along those that have
///   succeeded), and its minimum may be raised: upstream asks JobReady only when it binds (`actions/allocate`, `Statement.Commit` after `ssn.JobReady`).
/// - Members without requests count as ready while they are pending (`JobInfo.IsReady`: ReadyTaskNum + PendingBestEffortTaskNum),
///   so `backfill` binds them one by one.
/// - Where `gangpreempt` or `gangreclaim` follows an `allocate` that tried places in HyperNodes, sub-jobs still list copies of
///   what was bound as pending (`Statement.RecoverOperations`): a dry run with such a copy leaves that session's own books
///   wrong. What was bound stays bound, and the next session opens with the truth.
/// - The capability of a queue bounds what is bound in a cycle, and only in the resources that a pod asks for
///   (`LessEqualWithDimension`); pods being deleted no longer count. PodGroups without minResources are let in unasked.
/// - With `sla` before the queue plugins in the tiers, its permit lets a PodGroup in over the bound (`ssn.JobEnqueueable`).
struct Invariants {
    let world: RandomWorld
    private(set) var violations: [String] = []
    /// GPUs that sessions found free on a node.
    private var seen: [(at: SimTime, node: String, free: Int)] = []

    init(_ world: RandomWorld) { self.world = world }

    private mutating func expect(_ holds: Bool, _ cycle: SimTime, _ text: @autoclosure () -> String) {
        if !holds, violations.count < 20 {
            violations.append("seed \(world.seed) (\(world.setup.name)) at \((cycle - .zero).seconds): \(text())")
        }
    }

    // MARK: - Sessions

    /// A session that has just been closed.
    mutating func check(_ session: VolcanoSession, at time: SimTime) {
        let isMuddled = session.binds.contains { session[$0.task].status != .binding }
        expect(!isMuddled || world.setup.hasHyperNodes, time, "a bound pod is given up again")
        checkGangs(session, time)
        if isMuddled { return }
        checkNodes(session, time)
        if world.setup.boundsQueues { checkQueues(session, time) }
        noteFreeGPUs(session, time)
    }

    /// Nothing on a node is given away twice, and its ledger closes.
    private mutating func checkNodes(_ session: VolcanoSession, _ time: SimTime) {
        for node in session.nodes {
            var used = Resource()
            var releasing = Resource()
            var planned = Resource()
            for task in node.tasks where session[task].status != .pipelined {
                used.add(session[task].request)
                if session[task].status == .allocated { planned.add(session[task].request) }
                if session[task].status == .releasing { releasing.add(session[task].request) }
            }
            for dimension in 0..<node.allocatable.dimensions {
                let (all, idle) = (node.allocatable[dimension], node.idle[dimension])
                expect(
                    idle + planned[dimension] > -0.5, time,
                    "\(node.name) has \(idle + planned[dimension]) left in dimension \(dimension)")
                expect(abs(all - idle - node.used[dimension]) < 0.5, time, "\(node.name): \(idle) idle of \(all)")
                expect(
                    abs(used[dimension] - node.used[dimension]) < 0.5, time,
                    "\(node.name): its pods hold \(used[dimension]), it counts \(node.used[dimension])")
                expect(
                    abs(releasing[dimension] - node.releasing[dimension]) < 0.5, time,
                    "\(node.name): \(releasing[dimension]) leave, it counts \(node.releasing[dimension])")
            }
        }
    }

    private mutating func noteFreeGPUs(_ session: VolcanoSession, _ time: SimTime) {
        guard let gpu = session.names.index(of: RandomWorld.gpu) else { return }
        var free = session.nodes.map { $0.idle.scalar(gpu) ?? 0 }
        // What was planned and not bound, because the gang waits for places that are being vacated, is given back.
        for task in session.tasks where task.status == .allocated {
            if let node = task.node { free[Int(node.index)] += task.request.scalar(gpu) ?? 0 }
        }
        for bind in session.binds { free[Int(bind.node.index)] += session[bind.task].request.scalar(gpu) ?? 0 }
        for (node, milli) in zip(session.nodes, free) { seen.append((time, node.name, Int(milli / 1000))) }
    }

    /// What the scheduler counted as free before it decided is what the lives of the pods leave free.
    mutating func check(_ ledger: GPULedger) {
        expect(ledger.lowest >= 0, .zero, "a node had \(ledger.lowest) GPUs free")
        for (at, node, free) in seen {
            let left = ledger.free(on: node, before: at)
            expect(
                free == left, at, "\(node): the scheduler counts \(free) GPUs free, the lives of the pods leave \(left)"
            )
        }
    }

    /// Who is bound has all that it needs.
    private mutating func checkGangs(_ session: VolcanoSession, _ time: SimTime) {
        guard world.setup.hasGang else { return }
        // Members that were there when the job was found ready, and are not counted any more.
        var taken: [JobRef: Int] = [:]
        for eviction in session.evictions { if let job = session[eviction.task].job { taken[job, default: 0] += 1 } }
        for bind in session.binds where session[bind.task].status != .binding {
            if let job = session[bind.task].job { taken[job, default: 0] += 1 }
        }
        var seen: Set<Int32> = []
        for bind in session.binds {
            guard let reference = session[bind.task].job, seen.insert(reference.index).inserted else { continue }
            let job = session[reference]
            let members = job.readyCount + job.pendingBestEffort + taken[reference, default: 0]
            expect(members >= job.minAvailable, time, "\(job.uid) bound with \(members) of \(job.minAvailable)")
            guard job.minAvailable >= job.roleMinimumTotal, taken[reference] == nil else { continue }
            for role in job.roles where role.minimum > 0 {
                let count = role.counts.ready + role.pendingBestEffort
                expect(count >= role.minimum, time, "\(job.uid) bound with \(count) of \(role.minimum) \(role.name)")
            }
        }
    }

    // MARK: - Queues

    /// What a queue and those below it hold, and what is promised to their PodGroups.
    private struct Account {
        var allocated = Resource()
        var promised = Resource()
        /// Dimensions asked for in this cycle.
        var bound: Set<Int> = []
        var letIn: Set<Int> = []
    }

    private mutating func checkQueues(_ session: VolcanoSession, _ time: SimTime) {
        var accounts = session.queues.map { _ in Account() }
        let places = Dictionary(
            session.queues.map { ($0.name, Int($0.id.index)) }, uniquingKeysWith: { first, _ in first })
        for (before, job) in zip(session.snapshot.jobs, session.jobs) {
            let isNew = before.isPending && job.phase == "Inqueue"
            forEachQueue(above: job.queue, session, places) { place in
                accounts[place].allocated.add(job.allocated)
                accounts[place].promised.add(before.claim)
                guard isNew, let minimum = job.minResources else { return }
                accounts[place].promised.add(minimum)
                accounts[place].letIn.formUnion(minimum.namedDimensions)
            }
        }
        for bind in session.binds {
            guard let job = session[bind.task].job else { continue }
            let dimensions = session[bind.task].request.namedDimensions
            forEachQueue(above: session[job].queue, session, places) { accounts[$0].bound.formUnion(dimensions) }
        }
        for queue in session.queues {
            let account = accounts[Int(queue.id.index)]
            let capability = session.names.resource(session.object(queue.id).capability)
            let pods = session.names.pods + 2
            for dimension in capability.namedDimensions where dimension != pods {
                let limit = capability[dimension] + 0.5
                if account.bound.contains(dimension) {
                    expect(
                        account.allocated[dimension] <= limit, time,
                        "queue \(queue.name) binds \(account.allocated[dimension]) of \(limit) in \(dimension)")
                }
                if account.letIn.contains(dimension), !world.setup.overridesAdmission {
                    expect(
                        account.promised[dimension] <= limit, time,
                        "queue \(queue.name) lets in \(account.promised[dimension]) of \(limit) in \(dimension)")
                }
            }
        }
    }

    private func forEachQueue(
        above queue: QueueRef, _ session: VolcanoSession, _ places: [String: Int], _ body: (Int) -> Void
    ) {
        var place: Int? = Int(queue.index)
        var steps = 0
        while let current = place, steps < 8 {
            body(current)
            // Without a hierarchy a parent bounds nothing.
            place = world.setup.isHierarchical ? places[session.queues[current].parent] : nil
            steps += 1
        }
    }

    // MARK: - Objects

    /// The objects between two cycles.
    mutating func check(_ plane: ControlPlane) {
        checkPlaces(plane)
        checkCounts(plane)
        checkJobs(plane)
        if world.setup.hasGang { checkPartialGangs(plane) }
    }

    /// The requests of a node's pods that have not ended stay within what it has.
    private mutating func checkPlaces(_ plane: ControlPlane) {
        var held: [String: ResourceList] = [:]
        for pod in plane.store.pods where !pod.spec.nodeName.isEmpty && !pod.hasEnded {
            var request = pod.effectiveRequests()
            request["pods"] = KubernetesQuantity(1)
            held[pod.spec.nodeName, default: ResourceList()].add(request)
        }
        for node in plane.store.nodes {
            for entry in (held[node.metadata.name] ?? ResourceList()).entries {
                let all = node.allocatable[entry.name] ?? KubernetesQuantity(0)
                expect(
                    entry.quantity <= all, plane.now,
                    "\(node.metadata.name): \(entry.quantity) of \(all) \(entry.name) held")
            }
        }
    }

    /// Pods made are there or gone; bound ones run, wait for their start, leave, or have ended.
    private mutating func checkCounts(_ plane: ControlPlane) {
        let (log, pods) = (plane.log.pods, plane.store.pods.all)
        expect(log.count { $0.gone == nil } == pods.count, plane.now, "pods made are neither there nor gone")
        let holding = pods.count { !$0.spec.nodeName.isEmpty && !$0.hasEnded }
        let bound = log.count { $0.bound != nil && $0.gone == nil && $0.end != .succeeded && $0.end != .failed }
        let endedLeaving = pods.count { $0.hasEnded && $0.metadata.deletionTimestamp != nil }
        expect(
            abs(bound - holding) <= endedLeaving, plane.now,
            "\(bound) pods were bound and have not ended, \(holding) hold places")
        let running = pods.count { $0.status.phase == "Running" && $0.metadata.deletionTimestamp == nil }
        expect(log.count { $0.started != nil && $0.ended == nil } == running, plane.now, "\(running) pods run")
        for pod in log {
            // A pod may fail while its binding is under way.
            let times = [pod.created, pod.bound, pod.started, pod.end == .failed ? nil : pod.ended, pod.gone].compactMap
            { $0 }
            expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, plane.now, "\(pod.key) lives backwards")
        }
    }

    private mutating func checkJobs(_ plane: ControlPlane) {
        // With a latency the controllers are between two steps most of the time.
        guard plane.timing.controllers == .zero, plane.timing.admission == .zero else { return }
        for job in plane.store.jobs where job.metadata.deletionTimestamp == nil {
            let pods = plane.store.objects(of: Pod.self, ownedBy: job.metadata.uid)
            let live = pods.filter { $0.metadata.deletionTimestamp == nil && !$0.hasEnded }
            let replicas = job.spec.tasks.reduce(0) { $0 + Int($1.replicas) }
            expect(live.count <= replicas, plane.now, "\(job.key) has \(live.count) pods of \(replicas)")
            guard job.status.phase?.isFinished == true else { continue }
            expect(live.isEmpty, plane.now, "\(job.key) is over and has \(live.count) pods")
            expect(
                !plane.store.podGroups.contains(job.podGroupKey), plane.now, "\(job.key) is over and has a PodGroup")
        }
    }

    /// A gang below its minimum has lost a member, or its minimum was raised.
    private mutating func checkPartialGangs(_ plane: ControlPlane) {
        var members: [String: Int] = [:]
        var holds: Set<String> = []
        for pod in plane.store.pods where pod.metadata.deletionTimestamp == nil {
            guard let name = pod.metadata.annotations["scheduling.k8s.io/group-name"] else { continue }
            let isBound = !pod.spec.nodeName.isEmpty
            let isIn = isBound ? pod.status.phase != "Failed" : pod.requestsNothing
            if isIn { members[pod.metadata.namespace + "/" + name, default: 0] += 1 }
            if isBound, !pod.hasEnded { holds.insert(pod.metadata.namespace + "/" + name) }
        }
        let partial = plane.store.podGroups.filter {
            holds.contains($0.metadata.key) && members[$0.metadata.key, default: 0] < Int($0.minMember)
        }
        for group in partial {
            let lost = plane.log.pods.contains {
                "default/" + $0.podGroup == group.metadata.key
                    && ($0.gone != nil || $0.end == .deleted || plane.store.pods[$0.key]?.status.phase == "Failed")
            }
            let owner = group.metadata.ownerReferences.first?.name ?? ""
            expect(
                lost || wasScaled(owner), plane.now,
                "\(group.metadata.key) holds places with \(members[group.metadata.key, default: 0]) of \(group.minMember)"
            )
        }
    }

    private func wasScaled(_ job: String) -> Bool {
        world.operations.contains {
            if case .scale(let key, _, _) = $0.operation { key == "default/" + job } else { false }
        }
    }
}

extension JobInfo {
    /// What a queue counts for a job when the session opens: what it holds, but for the elastic part, and what it was promised.
    fileprivate var claim: Resource {
        guard let minResources else { return Resource() }
        let isPromised = phase == "Inqueue" || phase == "Running" && counts.allocated >= minAvailable
        var claim = Resource()
        for dimension in minResources.namedDimensions {
            let amount = isPromised ? minResources[dimension] : min(minResources[dimension], allocated[dimension])
            switch dimension {
            case 0: claim.milliCPU = amount
            case 1: claim.memory = amount
            default: claim.setScalar(dimension - 2, amount)
            }
        }
        return claim
    }
}

extension Pod {
    fileprivate var hasEnded: Bool { status.phase == "Succeeded" || status.phase == "Failed" }
    fileprivate var requestsNothing: Bool { effectiveRequests().entries.allSatisfy(\.quantity.isZero) }
}
