import ClusterModel
import Quantities
import Scheduling
import Workloads

/// Turns a world into what the scheduler sees.
enum SchedulerInput {
    /// Entries of all jobs and groups; shapes are interned in order of first appearance.
    static func entries(_ world: World) -> (jobs: [JobEntry], groups: [GroupEntry]) {
        let workload = world.workload
        var podShapes: [PodShape: Int32] = [:]
        var groups: [GroupEntry] = []
        groups.reserveCapacity(workload.groups.count)
        for (g, group) in workload.groups.enumerated() {
            let mask = world.poolMasks[g]
            let shape = PodShape(request: group.request, pools: mask)
            let id = podShapes[shape] ?? Int32(podShapes.count)
            podShapes[shape] = id
            groups.append(
                GroupEntry(
                    count: group.pods, minMember: group.minMember, request: group.request, poolMask: mask,
                    podShape: id))
        }
        var jobShapes: [[Int32]: Int32] = [:]
        var jobs: [JobEntry] = []
        jobs.reserveCapacity(workload.jobs.count)
        for (sequence, job) in workload.jobs.enumerated() {
            jobs.append(entry(job, Int32(sequence), groups, &jobShapes))
        }
        return (jobs, groups)
    }

    private struct PodShape: Hashable {
        var request: ResourceRequest
        var pools: UInt64
    }

    private static func entry(
        _ job: Job, _ sequence: Int32, _ groups: [GroupEntry], _ shapes: inout [[Int32]: Int32]
    ) -> JobEntry {
        var pods: Int32 = 0
        var minPods: Int32 = 0
        var gpuMilli: Int64 = 0
        var minGPUMilli: Int64 = 0
        var cpuMilli: Int64 = 0
        var memory: Int64 = 0
        var mask: UInt64 = 0
        var signature: [Int32] = []
        for g in job.groupIndices {
            let group = groups[g]
            pods += group.count
            minPods += group.minMember
            gpuMilli += Int64(group.count) * group.request.totalGPUMilli
            minGPUMilli += Int64(group.minMember) * group.request.totalGPUMilli
            cpuMilli += Int64(group.count) * group.request.cpuMilli
            memory += Int64(group.count) * group.request.memoryBytes
            mask |= group.poolMask
            signature += [group.podShape, group.minMember]
        }
        let shape = shapes[signature] ?? Int32(shapes.count)
        shapes[signature] = shape
        return JobEntry(
            queue: job.queue, priority: job.priority, sequence: sequence, firstGroup: job.firstGroup,
            groupCount: Int32(job.groupCount), pods: pods, minPods: minPods, gpuMilli: gpuMilli,
            minGPUMilli: minGPUMilli, cpuMilli: cpuMilli,
            memoryBytes: memory, poolMask: mask, shape: shape, preemptible: job.preemptible,
            estimateNs: job.estimatedDuration.nanoseconds)
    }

    /// The distinct pods of the workload with their share of all pods, for policies that look at what is typical.
    static func typicalPods(_ world: World) -> [TypicalPod] {
        var counts: [ResourceRequest: Int] = [:]
        for group in world.workload.groups where group.request.gpuCount > 0 {
            counts[group.request, default: 0] += Int(group.pods)
        }
        let total = Double(counts.values.reduce(0, +))
        return counts.sorted { a, b in
            a.value != b.value ? a.value > b.value : String(describing: a.key) < String(describing: b.key)
        }.map { TypicalPod(request: $0.key, share: Double($0.value) / total) }
    }
}
