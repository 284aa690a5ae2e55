import SimulationKernel

/// Bandwidth shared by max-min fairness among transfers, at most O(log n) for each start and end.
///
/// Transfers that use the same resources in the same way and have the same limit are of one class: they all run at one
/// rate at any instant, so a class keeps one clock of bytes served to each of its members, and a transfer ends when that
/// clock reaches its target. A start or an end changes the rates of the classes that are connected through
/// resources, by progressive filling over those classes only. Rates are bytes per second, times nanoseconds.
struct SharedBandwidth: Sendable {
    /// A resource and how much of it one byte of a transfer takes: 1 of a bandwidth, requests per byte of a request rate.
    struct Use: Hashable, Sendable {
        var resource: Int32
        var perByte: Double
    }

    /// What transfers of one class have in common.
    struct Path: Hashable, Sendable {
        var uses: [Use]
        /// Most that one member gets, in bytes per second.
        var limit: Double
    }

    /// A transfer that runs; the handle is stale once it has ended.
    struct Handle: Hashable, Sendable {
        fileprivate var slot: Int32
        fileprivate var generation: Int32
    }

    private struct Transfer {
        var generation: Int32
        var pathClass: Int32
        var members: Double
        var tag: Int32
        var isRunning: Bool
    }

    private struct Target: Comparable {
        /// Bytes served to a member when the transfer is done.
        var bytes: Double
        var slot: Int32
        var generation: Int32

        static func < (a: Target, b: Target) -> Bool { a.bytes != b.bytes ? a.bytes < b.bytes : a.slot < b.slot }
    }

    private struct PathClass {
        var path: Path
        var members = 0.0
        var rate = 0.0
        /// Bytes served to each member since the class was last empty.
        var served = 0.0
        var targets = BinaryHeap<Target>()
    }

    private var capacities: [Double] = []
    /// Classes that use a resource.
    private var users: [[Int32]] = []
    private var classes: [PathClass] = []
    private var classOf: [Path: Int32] = [:]
    private var transfers: [Transfer] = []
    private var freeSlots: [Int32] = []
    /// Classes with members, in no particular but reproducible order.
    private var active: [Int32] = []
    private var dirty: [Int32] = []
    private(set) var nowNs: Int64 = 0

    /// Adds a resource of `capacity` units per second; infinity for one that never limits.
    mutating func addResource(_ capacity: Double) -> Int32 {
        capacities.append(capacity)
        users.append([])
        return Int32(capacities.count - 1)
    }

    /// Changes what a resource gives from now on. The clock must stand at now.
    mutating func setCapacity(_ resource: Int32, _ capacity: Double) {
        guard capacities[Int(resource)] != capacity else { return }
        capacities[Int(resource)] = capacity
        dirty += users[Int(resource)]
    }

    /// Starts a transfer of `bytes` to or from each of `members` alike nodes. The clock must stand at now.
    mutating func start(_ path: Path, members: Int, bytes: Double, tag: Int32) -> Handle {
        let index = classIndex(path)
        let slot = freeSlots.popLast() ?? Int32(transfers.count)
        if Int(slot) == transfers.count {
            transfers.append(Transfer(generation: 0, pathClass: 0, members: 0, tag: 0, isRunning: false))
        }
        let generation = transfers[Int(slot)].generation &+ 1
        transfers[Int(slot)] = Transfer(
            generation: generation, pathClass: index, members: Double(members), tag: tag, isRunning: true)
        if classes[Int(index)].members == 0 {
            classes[Int(index)].served = 0
            classes[Int(index)].targets.removeAll()
            active.append(index)
        }
        classes[Int(index)].members += Double(members)
        let target = Target(bytes: classes[Int(index)].served + bytes, slot: slot, generation: generation)
        classes[Int(index)].targets.push(target)
        dirty.append(index)
        return Handle(slot: slot, generation: generation)
    }

    /// Ends a transfer before its time. A stale handle does nothing.
    mutating func cancel(_ handle: Handle) {
        let transfer = transfers[Int(handle.slot)]
        guard transfer.isRunning, transfer.generation == handle.generation else { return }
        leave(handle.slot)
    }

    /// Moves the clock.
    mutating func advance(to time: Int64) {
        settleRates()
        let seconds = Double(time - nowNs) / 1e9
        if seconds > 0 {
            for index in active { classes[Int(index)].served += classes[Int(index)].rate * seconds }
        }
        nowNs = time
    }

    /// When the next transfer ends; nil if none does.
    mutating func nextEnd() -> Int64? {
        settleRates()
        var earliest: Double?
        for index in active {
            guard let first = firstTarget(index), classes[Int(index)].rate > 0 else { continue }
            let wait = max(0, first.bytes - classes[Int(index)].served) / classes[Int(index)].rate
            if wait < earliest ?? .infinity { earliest = wait }
        }
        guard let earliest else { return nil }
        let nanoseconds = (earliest * 1e9).rounded(.up)
        guard nanoseconds < 4e18 else { return nil }
        return nowNs.addingReportingOverflow(Int64(nanoseconds)).partialValue
    }

    /// Tags of the transfers that are done at the clock's instant, in order of class and target; they leave.
    mutating func takeEnded() -> [Int32] {
        settleRates()
        var ended: [Int32] = []
        for index in active.sorted() {
            // What a nanosecond serves is done within the rounding of the clock.
            let reach = classes[Int(index)].served + classes[Int(index)].rate * 1e-9
            while let first = firstTarget(index), first.bytes <= reach {
                ended.append(transfers[Int(first.slot)].tag)
                leave(first.slot)
            }
        }
        return ended
    }

    /// Bytes per second that a member of the transfer gets now; 0 for a stale handle.
    mutating func rate(of handle: Handle) -> Double {
        settleRates()
        let transfer = transfers[Int(handle.slot)]
        guard transfer.isRunning, transfer.generation == handle.generation else { return 0 }
        return classes[Int(transfer.pathClass)].rate
    }

    // MARK: Membership

    private mutating func classIndex(_ path: Path) -> Int32 {
        if let known = classOf[path] { return known }
        let index = Int32(classes.count)
        classOf[path] = index
        classes.append(PathClass(path: path))
        for use in path.uses { users[Int(use.resource)].append(index) }
        return index
    }

    private mutating func leave(_ slot: Int32) {
        let transfer = transfers[Int(slot)]
        transfers[Int(slot)].isRunning = false
        freeSlots.append(slot)
        let index = Int(transfer.pathClass)
        classes[index].members -= transfer.members
        dirty.append(transfer.pathClass)
        guard classes[index].members <= 0 else { return }
        classes[index].members = 0
        classes[index].rate = 0
        classes[index].targets.removeAll()
        active.removeAll { $0 == transfer.pathClass }
    }

    /// The least target of a class whose transfer still runs.
    private mutating func firstTarget(_ index: Int32) -> Target? {
        while let first = classes[Int(index)].targets.first {
            let transfer = transfers[Int(first.slot)]
            if transfer.isRunning, transfer.generation == first.generation { return first }
            classes[Int(index)].targets.pop()
        }
        return nil
    }

    // MARK: Rates

    /// Rates of all classes connected to one whose members changed.
    private mutating func settleRates() {
        guard !dirty.isEmpty else { return }
        let component = connected(to: dirty)
        dirty.removeAll(keepingCapacity: true)
        let groups = component.map { index in
            FairShare.Group(path: classes[Int(index)].path, members: classes[Int(index)].members)
        }
        let rates = FairShare.rates(of: groups, capacities: capacities)
        for (position, index) in component.enumerated() { classes[Int(index)].rate = rates[position] }
    }

    private func connected(to start: [Int32]) -> [Int32] {
        var seen = Set<Int32>()
        var resources = Set<Int32>()
        var open = start
        while let index = open.popLast() {
            guard seen.insert(index).inserted else { continue }
            for use in classes[Int(index)].path.uses where resources.insert(use.resource).inserted {
                open += users[Int(use.resource)].filter { classes[Int($0)].members > 0 }
            }
        }
        return seen.filter { classes[Int($0)].members > 0 }.sorted()
    }
}

/// Max-min fair rates by progressive filling: all rates rise together; those that meet their limit, or whose resource is
/// full, stop there.
enum FairShare {
    /// So many members with the same path.
    struct Group: Sendable {
        var path: SharedBandwidth.Path
        var members: Double
    }

    /// The rate of one member of each group.
    static func rates(of groups: [Group], capacities: [Double]) -> [Double] {
        var rates = Array(repeating: 0.0, count: groups.count)
        var isFixed = groups.map { $0.members <= 0 }
        var left: [Int32: Double] = [:]
        for group in groups { for use in group.path.uses { left[use.resource] = capacities[Int(use.resource)] } }
        let resources = left.keys.sorted()
        while isFixed.contains(false) {
            var load: [Int32: Double] = [:]
            var level = Double.infinity
            for (index, group) in groups.enumerated() where !isFixed[index] {
                level = min(level, group.path.limit)
                for use in group.path.uses { load[use.resource, default: 0] += group.members * use.perByte }
            }
            for resource in resources {
                guard let wanted = load[resource], wanted > 0 else { continue }
                level = min(level, max(0, left[resource] ?? 0) / wanted)
            }
            // Everyone gets at least `level`; whoever cannot get more is done.
            var fixed: [Int] = []
            for (index, group) in groups.enumerated() where !isFixed[index] {
                let isFull = group.path.uses.contains { use in
                    guard let wanted = load[use.resource], wanted > 0 else { return false }
                    return max(0, left[use.resource] ?? 0) / wanted <= level * (1 + 1e-12)
                }
                if isFull || group.path.limit <= level * (1 + 1e-12) { fixed.append(index) }
            }
            for index in fixed {
                rates[index] = min(level, groups[index].path.limit)
                isFixed[index] = true
                for use in groups[index].path.uses {
                    left[use.resource, default: 0] -= groups[index].members * use.perByte * rates[index]
                }
            }
            if fixed.isEmpty { break }
        }
        return rates
    }
}
