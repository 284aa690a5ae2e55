import Configuration
import KubernetesObjects

/// Quotas of devices in the `capacity` plugin: keys `deviceclass/<class>` (count) and `<dimension>.deviceclass/<class>`
/// of a queue's capability (upstream: `plugins/capacity/capacity.go`, draQuotaAttr; reference section 9.7).
///
/// A claim that several pods of a queue share is charged once. A class that the capability does not name is free.

/// Devices of one class: how many, and amounts of their capacity in thousandths.
struct DeviceAmount: Sendable, Equatable {
    var count: Int64 = 0
    var capacity: [String: Double] = [:]

    mutating func add(_ other: DeviceAmount, times: Int64 = 1) {
        count += other.count * times
        for (dimension, amount) in other.capacity { capacity[dimension, default: 0] += amount * Double(times) }
    }

    /// Never falls below nothing.
    mutating func sub(_ other: DeviceAmount) {
        count = max(count - other.count, 0)
        for (dimension, amount) in other.capacity {
            if let held = capacity[dimension] { capacity[dimension] = max(held - amount, 0) }
        }
    }
}

/// By device class.
typealias DeviceAmounts = [String: DeviceAmount]

/// What one task claims, claim by claim.
struct TaskDevices {
    /// Claims by `namespace/name`, in the order the pod names them.
    var claims: [(key: String, amounts: DeviceAmounts)] = []
    /// Sum of the claims.
    var total: DeviceAmounts = [:]
}

/// The device account of one queue.
struct DeviceQuota {
    private let capability: DeviceAmounts
    private var allocated: DeviceAmounts = [:]
    private var inqueue: DeviceAmounts = [:]
    /// How many allocated tasks use a claim.
    private var uses: [String: Int] = [:]

    /// nil for a queue that names no device class.
    init?(_ queue: Queue) {
        let lists = [queue.capability, queue.deserved, queue.guarantee].map(Self.amounts)
        guard lists.contains(where: { !$0.isEmpty }) else { return nil }
        capability = lists[0]
    }

    private static func amounts(_ list: ResourceList) -> DeviceAmounts {
        var amounts: DeviceAmounts = [:]
        for entry in list.entries {
            let (dimension, found) = split(entry.name)
            guard let found, !found.isEmpty else { continue }
            if let dimension {
                amounts[found, default: DeviceAmount()].capacity[dimension] = Double(entry.quantity.milliValue)
            } else {
                amounts[found, default: DeviceAmount()].count = entry.quantity.value
            }
        }
        return amounts
    }

    /// Dimension (nil for the count) and class of a key; no class where the key means no device.
    private static func split(_ key: String) -> (dimension: String?, deviceClass: String?) {
        let prefix = "deviceclass/"
        if key.hasPrefix(prefix) { return (nil, String(key.dropFirst(prefix.count))) }
        guard let slash = key.firstIndex(of: "/"), key[..<slash].hasSuffix(".deviceclass") else { return (nil, nil) }
        let dimension = key[..<slash].dropLast(".deviceclass".count)
        return dimension.isEmpty ? (nil, nil) : (String(dimension), String(key[key.index(after: slash)...]))
    }

    /// What a task would add: claims in use already add nothing.
    func added(by task: TaskDevices) -> DeviceAmounts {
        var sum: DeviceAmounts = [:]
        for claim in task.claims where uses[claim.key, default: 0] == 0 {
            for (name, amount) in claim.amounts { sum[name, default: DeviceAmount()].add(amount) }
        }
        return sum
    }

    /// Whether `wanted` fits beside what is allocated; a count of 0 in the capability is no limit.
    func holds(_ wanted: DeviceAmounts, includingInqueue: Bool, capacities: Bool) -> Bool {
        wanted.allSatisfy { name, request in
            guard let limit = capability[name] else { return true }
            var future = allocated[name] ?? DeviceAmount()
            if includingInqueue, let reserved = inqueue[name] { future.add(reserved) }
            future.add(request)
            if limit.count > 0, future.count > limit.count { return false }
            guard capacities else { return true }
            return request.capacity.keys.allSatisfy { dimension in
                limit.capacity[dimension].map { future.capacity[dimension, default: 0] <= $0 } ?? false
            }
        }
    }

    /// The first class of which `wanted` is too much; the holder is left to the caller.
    func shortage(_ wanted: DeviceAmounts, includingInqueue: Bool, capacities: Bool) -> QuotaShortage? {
        for (name, request) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let limit = capability[name],
                !holds([name: request], includingInqueue: includingInqueue, capacities: capacities)
            else { continue }
            let held = (allocated[name]?.count ?? 0) + (includingInqueue ? inqueue[name]?.count ?? 0 : 0)
            return QuotaShortage(
                plugin: CapacityPlugin.name, holder: "", limitName: "capability", dimension: "deviceclass/" + name,
                asked: Double(request.count) * 1000, held: Double(held) * 1000, limit: Double(limit.count) * 1000)
        }
        return nil
    }

    mutating func take(_ task: TaskDevices) {
        for claim in task.claims where !claim.amounts.isEmpty {
            if uses[claim.key, default: 0] == 0 {
                for (name, amount) in claim.amounts { allocated[name, default: DeviceAmount()].add(amount) }
            }
            uses[claim.key, default: 0] += 1
        }
    }

    mutating func giveBack(_ task: TaskDevices) {
        for claim in task.claims where !claim.amounts.isEmpty {
            let count = uses[claim.key, default: 0]
            if count > 1 {
                uses[claim.key] = count - 1
                continue
            }
            uses[claim.key] = nil
            for (name, amount) in claim.amounts { allocated[name]?.sub(amount) }
        }
    }

    mutating func reserve(_ wanted: DeviceAmounts) {
        for (name, amount) in wanted { inqueue[name, default: DeviceAmount()].add(amount) }
    }

    /// Session open: an ancestor takes what a descendant's account grew by, in the classes that it limits. It does not
    /// learn which claims that were.
    mutating func takeGrowth(from before: DeviceQuota, to after: DeviceQuota) {
        for (name, amount) in after.allocated where capability[name] != nil {
            var growth = amount
            growth.sub(before.allocated[name] ?? DeviceAmount())
            allocated[name, default: DeviceAmount()].add(growth)
        }
    }
}

/// What the session's tasks claim.
struct DeviceRequests {
    /// Argument `capacity.DynamicResourceAllocationEnable`; on like the Kubernetes feature.
    let isEnabled: Bool
    /// Argument `capacity.DRAConsumableCapacityEnable`: whether capacities are limited, besides counts; off like the
    /// Kubernetes feature.
    let countsCapacities: Bool
    private var byTask: [TaskRef: TaskDevices] = [:]

    init(_ session: VolcanoSession, _ arguments: PluginArguments) {
        isEnabled = arguments.bool("capacity.DynamicResourceAllocationEnable", default: true)
        countsCapacities = arguments.bool("capacity.DRAConsumableCapacityEnable", default: false)
    }

    var isEmpty: Bool { byTask.isEmpty }

    /// nil for a task without claims for devices of a class.
    subscript(task: TaskRef) -> TaskDevices? { byTask.isEmpty ? nil : byTask[task] }

    /// Resolves the claims of all tasks.
    mutating func read(_ session: VolcanoSession) {
        let objects = session.snapshot.objects.devices
        var claims: [String: [DeviceRequest]] = [:]
        for claim in objects.claims { claims[claim.metadata.key] = claim.requests }
        var templates: [String: [DeviceRequest]] = [:]
        for template in objects.templates { templates[template.metadata.key] = template.requests }
        for task in session.tasks where task.job != nil {
            let pod = session.pod(task.id)
            guard !pod.spec.resourceClaims.isEmpty else { continue }
            var found = TaskDevices()
            for reference in pod.spec.resourceClaims {
                let isShared = !reference.resourceClaimName.isEmpty
                let name = isShared ? reference.resourceClaimName : reference.resourceClaimTemplateName
                let source = task.namespace + "/" + name
                let key = isShared ? source : task.namespace + "/" + task.name + "/" + reference.name
                let amounts = Self.amounts((isShared ? claims : templates)[source] ?? [])
                found.claims.append((key, amounts))
                for (name, amount) in amounts { found.total[name, default: DeviceAmount()].add(amount) }
            }
            if !found.total.isEmpty { byTask[task.id] = found }
        }
    }

    private static func amounts(_ requests: [DeviceRequest]) -> DeviceAmounts {
        var amounts: DeviceAmounts = [:]
        for request in requests where !request.deviceClassName.isEmpty {
            var device = DeviceAmount(count: 1)
            for entry in request.capacity.entries { device.capacity[entry.name] = Double(entry.quantity.milliValue) }
            amounts[request.deviceClassName, default: DeviceAmount()].add(device, times: request.count)
        }
        return amounts
    }

    /// What a job needs at least: the first minMember tasks with claims by name; with role minimums, each role's first
    /// task times its minimum (upstream: `api/job_info.go`, GetMinDRAResources).
    func minimum(of job: JobRef, _ session: VolcanoSession) -> DeviceAmounts? {
        guard !byTask.isEmpty else { return nil }
        let tasks = session[job].tasks.filter { byTask[$0] != nil }
        var sum: DeviceAmounts = [:]
        func add(_ task: TaskRef, times: Int) {
            for (name, amount) in byTask[task]?.total ?? [:] {
                sum[name, default: DeviceAmount()].add(amount, times: Int64(times))
            }
        }
        if session[job].hasRoleMinimums {
            var seen: Set<Int32> = []
            for task in tasks {
                let role = session[task].role
                guard role >= 0, session[job].roles[Int(role)].minimum > 0, seen.insert(role).inserted else { continue }
                add(task, times: session[job].roles[Int(role)].minimum)
            }
        } else {
            let byName = tasks.sorted { session[$0].nameRank < session[$1].nameRank }
            for task in byName.prefix(max(session[job].minAvailable, 0)) { add(task, times: 1) }
        }
        return sum.isEmpty ? nil : sum
    }
}
