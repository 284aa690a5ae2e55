import KubernetesObjects

/// Plugin `proportion`: queues share the cluster by weight (upstream: `plugins/proportion/proportion.go`;
/// reference section 9.6).
///
/// Ties: equal priority and share are left to the next plugin; which of a queue's equal candidates is a victim follows
/// the order of the candidates. The order of queues (map order) decides only the rounding of sums.
final class ProportionPlugin: VolcanoPlugin, ShareAccounts {
    static let name = "proportion"
    private unowned(unsafe) let session: VolcanoSession

    /// What a queue with jobs has and deserves. An object: it is asked often, and copies cost.
    final class Account {
        let weight: Double
        let guarantee: Resource
        let realCapability: Resource
        var deserved = Resource()
        var allocated = Resource()
        var request = Resource()
        var elastic = Resource()
        var inqueue = Resource()
        var share = 0.0
        /// Dimensions of which it deserves something.
        var dimensions: [Int] = []
        /// allocated less what the dry run at work has removed from the queue.
        var simulated = Resource()

        init(weight: Double, guarantee: Resource, realCapability: Resource) {
            self.weight = weight
            self.guarantee = guarantee
            self.realCapability = realCapability
        }

        func updateShare() {
            share = dimensions.reduce(0) { max($0, Resource.share(allocated[$1], deserved[$1])) }
        }
    }

    /// By queue index; nil for queues without jobs.
    private var accounts: [Account?] = []
    /// Queues that the dry run at work has changed.
    private var simulated: Set<Int> = []

    init(session: VolcanoSession, option: PluginOption) { self.session = session }

    func open() -> ExtensionPoints {
        openAccounts()
        ProportionalShares(total: session.totalResource, pods: session.names.pods).settle(
            accounts, order: session.queuesInMapOrder())
        return [
            .queueOrder, .reclaimable, .overused, .allocatable, .preemptive, .jobEnqueueable, .jobEnqueued, .events,
            .simulateRemove, .simulateAdd, .simulateAllocatable,
        ]
    }

    /// Only queues with jobs get an account; every queue's guarantee counts.
    private func openAccounts() {
        let names = session.names
        let objects = session.snapshot.objects.queues
        let guarantees = session.queues.map { names.resource(objects[Int($0.object)].guarantee) }
        let totalGuarantee = guarantees.reduce(into: Resource()) { $0.add($1) }
        let free = session.totalResource.exceededPart(totalGuarantee)
        accounts = session.queues.map { queue in
            guard !queue.jobs.isEmpty else { return nil }
            let guarantee = guarantees[Int(queue.id.index)]
            var capability = free.adding(guarantee)
            let limit = objects[Int(queue.object)].capability
            if !limit.isEmpty { capability.cap(by: names.capability(limit), .infinity) }
            let account = Account(weight: Double(queue.weight), guarantee: guarantee, realCapability: capability)
            let standing = session.openingStanding(of: queue.id)
            account.allocated = standing.allocated
            account.elastic = standing.elastic
            account.inqueue = standing.reserved
            account.request = standing.pending.adding(standing.allocated)
            account.simulated = account.allocated
            return account
        }
    }

    // MARK: Orders

    func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int {
        let (a, b) = (session[l].priority, session[r].priority)
        if a != b { return a > b ? -1 : 1 }
        let (x, y) = (accounts[Int(l.index)]?.share ?? 0, accounts[Int(r.index)]?.share ?? 0)
        return x == y ? 0 : x < y ? -1 : 1
    }

    var ordersAreLocal: Bool { true }

    func deserved(of queue: QueueRef) -> Resource? { accounts[Int(queue.index)]?.deserved }
    func share(of queue: QueueRef) -> Double? { accounts[Int(queue.index)]?.share }

    // MARK: Limits

    var limitsGoByShape: Bool { true }

    /// deserved ≤ allocated in every dimension.
    func overused(_ queue: QueueRef) -> Bool {
        guard let account = accounts[Int(queue.index)] else { return false }
        return account.deserved.lessEqual(account.allocated)
    }

    func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool {
        guard let account = accounts[Int(queue.index)] else { return false }
        return fits(session[task].request, on: account.allocated, in: queue)
    }

    /// Whether the queue may take from others for these tasks together.
    func preemptive(_ queue: QueueRef, _ tasks: [TaskRef]) -> Bool {
        guard let account = accounts[Int(queue.index)] else { return false }
        let request = tasks.reduce(into: Resource()) { $0.add(session[$1].request) }
        return fits(request, on: account.allocated, in: queue)
    }

    /// The queue is open, and with `request` on top of `allocated` deserves what it has in the dimensions requested.
    private func fits(_ request: Resource, on allocated: Resource, in queue: QueueRef) -> Bool {
        guard session[queue].isOpen, let account = accounts[Int(queue.index)] else { return false }
        return allocated.adding(request)
            .exceeding(account.deserved, requested: request, pods: session.names.pods).isEmpty
    }

    /// Pods of queues that have more than they deserve in some dimension, one after the other until it no longer has.
    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        var left: [QueueRef: Resource] = [:]
        var victims: [TaskRef] = []
        for candidate in candidates {
            guard let queue = session.queue(of: candidate), let account = accounts[Int(queue.index)] else { continue }
            var allocated = left[queue] ?? account.allocated
            if !allocated.lessEqual(account.deserved) {
                allocated.sub(session[candidate].request)
                victims.append(candidate)
            }
            left[queue] = allocated
        }
        return (victims, .permit)
    }

    // MARK: Admission

    /// minResources + allocated + inqueue − elastic ≤ realCapability in the dimensions of minResources.
    func jobEnqueueable(_ job: JobRef) -> Vote {
        let queue = session[job].queue
        guard session[queue].isOpen, let account = accounts[Int(queue.index)] else { return .reject }
        guard let minimum = session[job].minResources else { return .permit }
        var used = minimum.adding(account.allocated).adding(account.inqueue)
        used.sub(account.elastic)
        let exceeding = used.exceeding(account.realCapability, requested: minimum, pods: session.names.pods)
        return exceeding.isEmpty ? .permit : .reject
    }

    func jobEnqueued(_ job: JobRef) {
        guard let minimum = session[job].minResources else { return }
        accounts[Int(session[job].queue.index)]?.inqueue.add(session.deductingGated(minimum, of: job))
    }

    // MARK: Reasons

    func shortage(enqueuing job: JobRef) -> QuotaShortage? {
        guard let minimum = session[job].minResources, let account = accounts[Int(session[job].queue.index)] else {
            return closed(session[job].queue)
        }
        let held = account.allocated.adding(account.inqueue).subtracting(account.elastic)
        return shortage(
            of: account.realCapability, called: "realCapability", asked: minimum, held: held, session[job].queue)
    }

    func shortage(allocating task: TaskRef, in queue: QueueRef) -> QuotaShortage? {
        guard let account = accounts[Int(queue.index)] else { return closed(queue) }
        return shortage(
            of: account.deserved, called: "deserved", asked: session[task].request, held: account.allocated, queue)
    }

    /// Of a queue that has all it deserves, the dimension of which it has most.
    func shortage(overused queue: QueueRef) -> QuotaShortage? {
        guard let account = accounts[Int(queue.index)] else { return nil }
        func share(_ dimension: Int) -> Double { account.allocated[dimension] / account.deserved[dimension] }
        guard let dimension = account.dimensions.max(by: { share($0) < share($1) }) else { return nil }
        return QuotaShortage(
            plugin: Self.name, holder: "queue " + session[queue].name, limitName: "deserved",
            dimension: session.names.name(of: dimension), asked: 0, held: account.allocated[dimension],
            limit: account.deserved[dimension])
    }

    private func closed(_ queue: QueueRef) -> QuotaShortage? {
        session[queue].isOpen
            ? nil : .closed(plugin: Self.name, holder: "queue " + session[queue].name, why: "is not open")
    }

    private func shortage(
        of limit: Resource, called name: String, asked: Resource, held: Resource, _ queue: QueueRef
    ) -> QuotaShortage? {
        if let closed = closed(queue) { return closed }
        let short = held.adding(asked).exceeding(limit, requested: asked, pods: session.names.pods)
        return short.first.map { dimension in
            QuotaShortage(
                plugin: Self.name, holder: "queue " + session[queue].name, limitName: name,
                dimension: session.names.name(of: dimension), asked: asked[dimension], held: held[dimension],
                limit: limit[dimension])
        }
    }

    // MARK: Events

    func taskAllocated(_ task: TaskRef) -> String? {
        change(task) { account, request in account.allocated.add(request) }
        return nil
    }

    func taskDeallocated(_ task: TaskRef) {
        change(task) { account, request in account.allocated.sub(request) }
    }

    private func change(_ task: TaskRef, _ body: (Account, Resource) -> Void) {
        guard let queue = session.queue(of: task), let account = accounts[Int(queue.index)] else { return }
        body(account, session[task].request)
        account.updateShare()
        account.simulated = account.allocated
    }

    // MARK: Dry runs

    func simulationBegins(for preemptor: TaskRef) {
        for queue in simulated {
            let allocated = accounts[queue]?.allocated ?? Resource()
            accounts[queue]?.simulated = allocated
        }
        simulated = []
    }

    func simulateRemove(_ victim: TaskRef, for preemptor: TaskRef, from node: NodeRef) {
        guard let queue = session.queue(of: victim).map({ Int($0.index) }) else { return }
        simulated.insert(queue)
        accounts[queue]?.simulated.sub(session[victim].request)
    }

    func simulateAdd(_ victim: TaskRef, for preemptor: TaskRef, to node: NodeRef) {
        guard let queue = session.queue(of: victim).map({ Int($0.index) }) else { return }
        simulated.insert(queue)
        accounts[queue]?.simulated.add(session[victim].request)
    }

    func simulateAllocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool {
        guard let account = accounts[Int(queue.index)] else { return false }
        return fits(session[task].request, on: account.simulated, in: queue)
    }
}

extension ResourceNames {
    /// A queue's capability: cpu and memory that are not above 0 are unlimited.
    func capability(_ list: ResourceList) -> Resource {
        var limit = resource(list)
        if limit.milliCPU <= 0 { limit.milliCPU = .greatestFiniteMagnitude }
        if limit.memory <= 0 { limit.memory = .greatestFiniteMagnitude }
        return limit
    }
}

/// Division of the cluster among queues by weight, in rounds: what a queue cannot use is offered to the others again.
private struct ProportionalShares {
    let total: Resource
    let pods: Int

    /// Computes what each account deserves, and its share.
    func settle(_ accounts: [ProportionPlugin.Account?], order: [QueueRef]) {
        var remaining = total
        var unmet = order.map { Int($0.index) }.filter { accounts[$0] != nil }
        while true {
            let weight = unmet.reduce(0) { $0 + (accounts[$1]?.weight ?? 0) }
            if weight == 0 { break }
            let before = remaining
            var increased = Resource()
            var decreased = Resource()
            unmet = unmet.filter { index in
                guard let account = accounts[index] else { return false }
                let old = account.deserved
                let isMet = offer(remaining, weight: weight, to: account)
                let change = account.deserved.diff(old)
                increased.add(change.increased)
                decreased.add(change.decreased)
                return !isMet
            }
            remaining.add(decreased)
            remaining = remaining.exceededPart(increased)
            if remaining.isEmpty(pods: pods) || remaining == before { break }
        }
        for case let account? in accounts {
            account.dimensions = account.deserved.namedDimensions
            account.updateShare()
        }
    }

    /// Adds a queue's part of what remains; true if it cannot use more.
    private func offer(_ remaining: Resource, weight: Double, to account: ProportionPlugin.Account) -> Bool {
        let old = account.deserved
        var part = remaining
        part.multiply(account.weight / weight)
        account.deserved.add(part)
        account.deserved.cap(by: account.realCapability, .infinity)
        account.deserved.cap(by: account.request, .zero)
        account.deserved = .max(account.deserved, account.guarantee)
        return account.request.lessEqual(account.deserved) || account.deserved == old
    }
}
