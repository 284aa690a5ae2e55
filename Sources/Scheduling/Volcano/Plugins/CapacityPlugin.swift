import KubernetesObjects

/// Plugin `capacity`: queues with deserved amounts and hard limits (upstream: `plugins/capacity/capacity.go`; reference
/// sections 9.7 and 9.8). The tree of queues is in `CapacityHierarchy.swift`, quotas of devices in `CapacityDevices.swift`.
///
/// Ties: queues of equal share, both with or both without deserved, are left to creation time and name; victims are
/// tried in the session's victim order, and each one taken lowers its queue's account before the next is judged.
final class CapacityPlugin: VolcanoPlugin, ShareAccounts {
    static let name = "capacity"
    unowned(unsafe) let session: VolcanoSession
    let isHierarchical: Bool
    /// Argument `ancestorReclaimLevel`: how many levels above a leaf take part in reclaim; 0 for none.
    let ancestorReclaimLevel: Int
    /// By queue index; nil where upstream keeps no entry (flat: queues without jobs).
    var accounts: [CapacityAccount?] = []
    /// Copy of `accounts` on which a dry run of preemption works.
    private var simulated: [CapacityAccount?] = []
    /// What is wrong with the tree of queues, so that nothing is admitted; nil if it is sound, and without one.
    private var fault: String?
    var isReady: Bool { fault == nil }
    private let simulates: Bool
    private(set) var devices: DeviceRequests
    private var pods: Int { session.names.pods }

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        isHierarchical = option.isEnabled("enableHierarchy")
        ancestorReclaimLevel = max(option.arguments.int("ancestorReclaimLevel", default: 0), 0)
        // Dry runs read a state that PrePredicate writes, so that flag switches them as well.
        simulates = option.isEnabled("enablePredicate")
        devices = DeviceRequests(session, option.arguments)
    }

    func open() -> ExtensionPoints {
        accounts = Array(repeating: nil, count: session.queues.count)
        if isHierarchical { fault = openTree() } else { openFlat() }
        if devices.isEnabled, accounts.contains(where: { $0?.devices != nil }) { openDevices() }
        var points: ExtensionPoints = [
            .reclaimable, .unifiedEvictable, .preemptive, .allocatable, .jobEnqueueable, .jobEnqueued, .events,
            .simulateAdd, .simulateRemove, .simulateAllocatable,
        ]
        if isReady { points.insert(.queueOrder) }
        if isReady, isHierarchical { points.insert(.victimQueueOrder) }
        return points
    }

    // MARK: Accounts

    /// Every queue with jobs: what no guarantee takes plus its own guarantee, capped by its capability.
    private func openFlat() {
        var guaranteed = Resource()
        for queue in session.queues { guaranteed.add(session.names.resource(session.object(queue.id).guarantee)) }
        let free = session.totalResource.exceededPart(guaranteed)
        for queue in session.queues where !queue.jobs.isEmpty {
            var account = CapacityAccount(session.object(queue.id), session.names)
            account.realCapability = free.adding(account.guarantee)
            if !session.object(queue.id).capability.isEmpty {
                if account.capability.milliCPU <= 0 { account.capability.milliCPU = .greatestFiniteMagnitude }
                if account.capability.memory <= 0 { account.capability.memory = .greatestFiniteMagnitude }
                account.realCapability.cap(by: account.capability, .infinity)
            }
            account.add(session.openingStanding(of: queue.id))
            account.deserved.cap(by: account.realCapability, .infinity)
            account.deserved = Resource.max(account.deserved, account.guarantee)
            account.openShare(pods: pods)
            accounts[Int(queue.id.index)] = account
        }
    }

    func account(_ queue: QueueRef) -> CapacityAccount? { accounts[Int(queue.index)] }

    func taskAllocated(_ task: TaskRef) -> String? {
        change(task, in: &accounts) {
            $0.allocated.add($1)
        } devices: {
            $0.take($1)
        }
        return nil
    }

    func taskDeallocated(_ task: TaskRef) {
        change(task, in: &accounts) {
            $0.allocated.sub($1)
        } devices: {
            $0.giveBack($1)
        }
    }

    /// The account of the task's queue changes, and those of all ancestors; the share only of the queue itself.
    private func change(
        _ task: TaskRef, in accounts: inout [CapacityAccount?],
        _ apply: (inout CapacityAccount, Resource) -> Void,
        devices applyDevices: (inout DeviceQuota, TaskDevices) -> Void
    ) {
        guard let queue = session.queue(of: task), let leaf = accounts[Int(queue.index)] else { return }
        let request = session[task].request
        let wanted = devices[task]
        for (depth, place) in ([queue] + leaf.ancestors).enumerated() {
            guard accounts[Int(place.index)] != nil else { continue }
            Self.update(&accounts[Int(place.index)]) { account in
                apply(&account, request)
                if let wanted, account.devices != nil { applyDevices(&account.devices!, wanted) }
                if depth == 0 { account.updateShare() }
            }
        }
    }

    private static func update(_ account: inout CapacityAccount?, _ change: (inout CapacityAccount) -> Void) {
        guard account != nil else { return }
        change(&account!)
    }

    func deserved(of queue: QueueRef) -> Resource? { account(queue)?.deserved }
    func share(of queue: QueueRef) -> Double? { account(queue)?.share }

    // MARK: Order of queues

    func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int {
        if session[l].priority != session[r].priority { return session[l].priority > session[r].priority ? -1 : 1 }
        guard let left = account(l), let right = account(r) else { return 0 }
        return isHierarchical ? compareInTree(l, left, r, right) : left.compare(right)
    }

    var ordersAreLocal: Bool { !isHierarchical }

    func compareVictimQueues(_ l: QueueRef, _ r: QueueRef, preemptor: QueueRef) -> Int {
        guard let left = account(l), let right = account(r), let asker = account(preemptor) else { return 0 }
        let (near, far) = (left.depthShared(with: asker), right.depthShared(with: asker))
        return near == far ? 0 : near > far ? -1 : 1
    }

    // MARK: Admission

    /// Whether the queue and every ancestor stays within its limit with the task.
    var limitsGoByShape: Bool { accounts.allSatisfy { $0?.devices == nil } }

    func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool {
        session[queue].isOpen && holds(task, in: queue, accounts)
    }

    private func holds(_ task: TaskRef, in queue: QueueRef, _ accounts: [CapacityAccount?]) -> Bool {
        guard isReady, let leaf = accounts[Int(queue.index)], leaf.children.isEmpty else { return false }
        let request = session[task].request
        let wanted = devices[task]
        guard leaf.holds(request, pods: pods), holds(wanted, leaf) else { return false }
        return leaf.ancestors.allSatisfy { ancestor in
            guard let account = accounts[Int(ancestor.index)] else { return true }
            return account.holds(request, pods: pods) && holds(wanted, account)
        }
    }

    private func holds(_ wanted: TaskDevices?, _ account: CapacityAccount) -> Bool {
        guard let wanted, let quota = account.devices else { return true }
        return quota.holds(quota.added(by: wanted), includingInqueue: false, capacities: devices.countsCapacities)
    }

    func jobEnqueueable(_ job: JobRef) -> Vote {
        let queue = session[job].queue
        guard isReady, let leaf = account(queue), leaf.children.isEmpty, session[queue].isOpen else { return .reject }
        let minimum = session[job].minResources
        let wanted = leaf.devices == nil ? nil : devices.minimum(of: job, session)
        if minimum == nil, wanted == nil { return .permit }
        for place in [queue] + leaf.ancestors {
            guard let account = self.account(place) else { continue }
            guard account.admits(minimum ?? Resource(), pods: pods) else { return .reject }
            if let quota = account.devices, let wanted = wanted ?? devices.minimum(of: job, session),
                !quota.holds(wanted, includingInqueue: true, capacities: devices.countsCapacities)
            {
                return .reject
            }
        }
        return .permit
    }

    /// A job that was let in reserves its minimum in its queue and all ancestors.
    func jobEnqueued(_ job: JobRef) {
        let queue = session[job].queue
        guard isReady, let leaf = account(queue) else { return }
        let reserved = session[job].minResources.map { session.deductingGated($0, of: job) }
        let wanted = leaf.devices == nil ? nil : devices.minimum(of: job, session)
        for place in [queue] + leaf.ancestors {
            Self.update(&accounts[Int(place.index)]) { account in
                if let reserved { account.inqueue.add(reserved) }
                if let wanted { account.devices?.reserve(wanted) }
            }
        }
    }

    // MARK: Reclaim

    /// Whether the queue may take from others: within its limit, and with the tasks within deserved in some dimension
    /// requested; where the leaf fails the latter, an ancestor in range will do.
    func preemptive(_ queue: QueueRef, _ tasks: [TaskRef]) -> Bool {
        guard isReady, session[queue].isOpen, let leaf = account(queue) else { return false }
        let request = tasks.reduce(into: Resource()) { $0.add(session[$1].request) }
        guard leaf.allocated.adding(request).exceeding(leaf.realCapability, requested: request, pods: pods).isEmpty
        else {
            return false
        }
        if leaf.deserves(request, pods: pods) { return true }
        return ancestorsInRange(of: leaf).contains { account($0)?.deserves(request, pods: pods) == true }
    }

    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        guard isReady, let queue = session.queue(of: reclaimer), let asker = account(queue) else {
            return ([], .reject)
        }
        let request = session[reclaimer].request
        var allocated: [QueueRef: Resource] = [:]
        var victims: [TaskRef] = []
        for candidate in session.victimsInOrder(candidates, for: reclaimer) {
            guard let place = session.queue(of: candidate), let owner = account(place),
                !Resource.commonDimensions(session[candidate].request, request, pods: pods).isEmpty
            else { continue }
            let taken = session[candidate].request
            let left = allocated[place] ?? owner.allocated
            allocated[place] = left
            guard owner.guarantee.lessEqual(left.subtracting(taken)) else { continue }
            if owner.deservesNothing(of: taken) {
                if sharesAncestorInRange(asker, owner), asker.deservesNothing(of: request) { continue }
            } else if left.relevantDimensionsAbove(owner.deserved, requested: taken, pods: pods).isEmpty {
                continue
            }
            guard let charged = ancestorsGiving(taken, of: owner, to: asker, &allocated) else { continue }
            for queue in [place] + charged { allocated[queue]?.sub(taken) }
            victims.append(candidate)
        }
        return (victims, .permit)
    }

    /// Gang preemption is not limited; gang reclaim tests guarantee and deserved in the order of the candidates, without
    /// looking at what the reclaimer asks for.
    func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) {
        if purpose == .preempt { return (candidates, .permit) }
        guard isReady else { return ([], .reject) }
        var allocated: [QueueRef: Resource] = [:]
        var victims: [TaskRef] = []
        for candidate in candidates {
            guard let place = session.queue(of: candidate), let owner = account(place) else { continue }
            let taken = session[candidate].request
            let left = allocated[place] ?? owner.allocated
            let after = left.subtracting(taken)
            guard owner.guarantee.lessEqual(after),
                owner.deservesNothing(of: taken)
                    || !left.relevantDimensionsAbove(owner.deserved, requested: taken, pods: pods).isEmpty
            else { continue }
            allocated[place] = after
            victims.append(candidate)
        }
        return (victims, .permit)
    }

    // MARK: Dry runs of preemption

    func simulationBegins(for preemptor: TaskRef) { simulated = accounts }

    func simulateRemove(_ victim: TaskRef, for preemptor: TaskRef, from node: NodeRef) {
        change(victim, in: &simulated) {
            $0.allocated.sub($1)
        } devices: {
            $0.giveBack($1)
        }
    }

    func simulateAdd(_ victim: TaskRef, for preemptor: TaskRef, to node: NodeRef) {
        change(victim, in: &simulated) {
            $0.allocated.add($1)
        } devices: {
            $0.take($1)
        }
    }

    func simulateAllocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool {
        simulates && simulated.count == accounts.count && holds(task, in: queue, simulated)
    }

    // MARK: Reasons

    func shortage(enqueuing job: JobRef) -> QuotaShortage? {
        let queue = session[job].queue
        if let closed = closed(queue) { return closed }
        let minimum = session[job].minResources ?? Resource()
        return shortage(in: queue) { account in
            let held = account.allocated.adding(account.inqueue).subtracting(account.elastic)
            let short = held.adding(minimum).exceeding(account.realCapability, requested: minimum, pods: pods)
            if let dimension = short.first { return (dimension, minimum, held) }
            return nil
        } devices: { quota in
            devices.minimum(of: job, session).flatMap {
                quota.shortage($0, includingInqueue: true, capacities: devices.countsCapacities)
            }
        }
    }

    func shortage(allocating task: TaskRef, in queue: QueueRef) -> QuotaShortage? {
        if let closed = closed(queue) { return closed }
        let request = session[task].request
        return shortage(in: queue) { account in
            let short = account.allocated.adding(request).exceeding(
                account.realCapability, requested: request, pods: pods)
            return short.first.map { ($0, request, account.allocated) }
        } devices: { quota in
            devices[task].flatMap {
                quota.shortage(quota.added(by: $0), includingInqueue: false, capacities: devices.countsCapacities)
            }
        }
    }

    /// Why a queue takes nothing at all.
    private func closed(_ queue: QueueRef) -> QuotaShortage? {
        let holder = "queue " + session[queue].name
        if let fault { return .closed(plugin: Self.name, holder: holder, why: fault) }
        if !session[queue].isOpen { return .closed(plugin: Self.name, holder: holder, why: "is not open") }
        guard account(queue)?.children.isEmpty == false else { return nil }
        return .closed(plugin: Self.name, holder: holder, why: "is no leaf")
    }

    /// The first limit that is short, from the queue up to the root.
    private func shortage(
        in queue: QueueRef, _ check: (CapacityAccount) -> (dimension: Int, asked: Resource, held: Resource)?,
        devices checkDevices: (DeviceQuota) -> QuotaShortage?
    ) -> QuotaShortage? {
        for place in [queue] + (account(queue)?.ancestors.reversed() ?? []) {
            guard let account = self.account(place) else { continue }
            let holder = "queue " + session[place].name
            if let (dimension, asked, held) = check(account) {
                return QuotaShortage(
                    plugin: Self.name, holder: holder, limitName: "realCapability",
                    dimension: session.names.name(of: dimension), asked: asked[dimension], held: held[dimension],
                    limit: account.realCapability[dimension])
            }
            if var short = account.devices.flatMap(checkDevices) {
                short.holder = holder
                return short
            }
        }
        return nil
    }

    // MARK: Devices

    private func openDevices() {
        devices.read(session)
        guard !devices.isEmpty else { return }
        for job in session.jobsInMapOrder() {
            let queue = session[job].queue
            guard let leaf = account(queue), var quota = leaf.devices else { continue }
            let before = quota
            for task in session[job].tasks where session[task].status.isAllocated {
                if let wanted = devices[task] { quota.take(wanted) }
            }
            accounts[Int(queue.index)]?.devices = quota
            for ancestor in leaf.ancestors {
                Self.update(&accounts[Int(ancestor.index)]) { $0.devices?.takeGrowth(from: before, to: quota) }
            }
        }
    }
}

/// What the plugin knows about one queue (upstream: queueAttr).
struct CapacityAccount {
    var deserved: Resource
    var guarantee: Resource
    var capability: Resource
    /// The limit in force.
    var realCapability = Resource()
    var allocated = Resource()
    /// What jobs that were let in still reserve.
    var inqueue = Resource()
    /// What jobs hold beyond their minResources.
    var elastic = Resource()
    /// 1 without deserved, else the largest part allocated / deserved.
    var share = 0.0
    /// Root first, parent last; empty without a tree.
    var ancestors: [QueueRef] = []
    var children: [QueueRef] = []
    /// nil where the queue names no device class.
    var devices: DeviceQuota?
    private var shareDimensions: [Int] = []
    private var hasDeserved = false

    init(_ queue: Queue, _ names: ResourceNames) {
        deserved = names.resource(queue.deserved)
        guarantee = names.resource(queue.guarantee)
        capability = names.resource(queue.capability)
        devices = DeviceQuota(queue)
    }

    /// Counts what jobs hold and reserve at session open.
    mutating func add(_ standing: Standing) {
        allocated.add(standing.allocated)
        inqueue.add(standing.reserved)
        elastic.add(standing.elastic)
    }

    /// Counts a job at session open.
    mutating func add(_ job: JobRef, _ session: VolcanoSession) {
        allocated.add(session[job].allocated)
        if let reserved = session.inqueueReservation(of: job) { inqueue.add(reserved) }
        elastic.add(session.elasticPart(of: job))
    }

    /// Computes the share once deserved is final.
    mutating func openShare(pods: Int) {
        hasDeserved = !deserved.isEmpty(pods: pods)
        shareDimensions = hasDeserved ? deserved.namedDimensions : []
        updateShare()
    }

    mutating func updateShare() {
        guard hasDeserved else { share = 1; return }
        var largest = 0.0
        for dimension in shareDimensions {
            largest = max(largest, Resource.share(allocated[dimension], deserved[dimension]))
        }
        share = largest
    }

    /// Smaller share first, then a queue with deserved before one without.
    func compare(_ other: CapacityAccount) -> Int {
        if share != other.share { return share < other.share ? -1 : 1 }
        return hasDeserved == other.hasDeserved ? 0 : hasDeserved ? -1 : 1
    }

    /// Whether allocated plus `request` is within the limit in the dimensions requested, exactly.
    func holds(_ request: Resource, pods: Int) -> Bool {
        if request.milliCPU > 0, allocated.milliCPU + request.milliCPU > realCapability.milliCPU { return false }
        if request.memory > 0, allocated.memory + request.memory > realCapability.memory { return false }
        for index in request.scalars.indices where index != pods && request.scalars[index] > 0 {
            let future = (allocated.scalar(index) ?? 0) + request.scalars[index]
            if future > realCapability.scalar(index) ?? 0 { return false }
        }
        return true
    }

    /// Whether a job's minimum fits beside what is allocated and reserved, less what is elastic.
    func admits(_ minimum: Resource, pods: Int) -> Bool {
        minimum.adding(allocated).adding(inqueue).subtracting(elastic)
            .exceeding(realCapability, requested: minimum, pods: pods).isEmpty
    }

    /// Whether allocated plus `request` is within deserved in some dimension requested.
    func deserves(_ request: Resource, pods: Int) -> Bool {
        !allocated.adding(request).usedDimensionsWithin(deserved, requested: request, pods: pods).isEmpty
    }

    /// Whether deserved names no dimension of `request`; `pods` counts as one.
    func deservesNothing(of request: Resource) -> Bool {
        !request.namedDimensions.contains { !deserved.isZero($0) }
    }
}
