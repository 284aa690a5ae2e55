import ClusterModel
import Quantities

/// One node of an openb node list (Alibaba cluster-trace-gpu-v2023).
public struct OpenbNode: Hashable, Sendable {
    /// Serial name, unique in the list.
    public var name: String
    /// Thousandths of a core.
    public var cpuMilli: Int64
    /// Memory in MiB.
    public var memoryMiB: Int64
    /// GPUs installed.
    public var gpus: Int32
    /// GPU model; empty where there is none.
    public var model: String
}

/// One pod of an openb pod list.
public struct OpenbPod: Hashable, Sendable {
    /// Name, unique in the list.
    public var name: String
    /// Thousandths of a core.
    public var cpuMilli: Int64
    /// Memory in MiB.
    public var memoryMiB: Int64
    /// GPUs asked for.
    public var gpus: Int32
    /// Thousandths of each GPU; below 1000 only where `gpus` is 1, and 0 where it is 0.
    public var gpuMilli: Int32
    /// Index in `OpenbPodList.gpuModelSets`; 0 allows every model.
    public var gpuModels: Int32
    /// Quality of service class (LS, BE, Burstable, Guaranteed).
    public var qos: String
    /// Phase when the trace was taken (Running, Pending, Failed, Succeeded).
    public var phase: String
    /// Seconds from the first pod; nil where the cell is empty (`scheduled`: never) or the list has no times.
    public var created: Int64?
    /// End, seconds.
    public var deleted: Int64?
    /// Start, seconds; nil for pods that never ran.
    public var scheduled: Int64?

    /// GPU demand in thousandths of a GPU.
    public var totalGPUMilli: Int64 { Int64(gpus) * Int64(gpuMilli) }

    /// What the pod asks of a node.
    public var request: ResourceRequest {
        ResourceRequest(
            cpuMilli: cpuMilli, memoryBytes: memoryMiB << 20, gpuCount: gpus, gpuMilli: gpus == 0 ? 0 : gpuMilli)
    }
}

/// An openb pod list as it stands in the file.
public struct OpenbPodList: Sendable {
    /// Pods in file order.
    public var pods: [OpenbPod] = []
    /// Allowed GPU models by `OpenbPod.gpuModels`; entry 0 is empty: any model.
    public var gpuModelSets: [[String]] = [[]]
    /// Name of the file.
    public var source: String

    /// What becomes of pods that were never scheduled.
    public enum Unscheduled: String, CaseIterable, Sendable {
        /// They are left out, and counted in the report.
        case drop
        /// Their run time is their whole life: deletion less creation.
        case lifetime
    }

    /// Reads a pod list, plain or gzip.
    public init(reading source: ByteSource) throws(TraceError) {
        self.source = source.name
        let table = try CSVTable<PodColumn>(source, unknown: .ignored, comments: false)
        var names = NameTable()
        while try table.next() {
            let name = try uniqueName(.name, of: table, in: &names)
            pods.append(try pod(called: name, in: table))
        }
    }

    private mutating func pod(called name: String, in table: CSVTable<PodColumn>) throws(TraceError)
        -> OpenbPod
    {
        let gpus = try table.whole(.gpus, 0...TraceLimits.gpusPerPod)
        let milli = try table.whole(.gpuMilli, 0...1000, default: gpus == 0 ? 0 : 1000)
        if gpus > 1, milli != 1000 { throw table.fault(.gpuMilli, expected: "1000 where num_gpu is over 1") }
        if gpus == 1, milli == 0 { throw table.fault(.gpuMilli, expected: "1 to 1000 where num_gpu is 1") }
        let models = try table.models(.gpuSpec)
        var set = gpuModelSets.firstIndex(of: models)
        if set == nil {
            set = gpuModelSets.count
            gpuModelSets.append(models)
        }
        return OpenbPod(
            name: name, cpuMilli: try table.whole(.cpu, 0...TraceLimits.cpuMilli),
            memoryMiB: try table.whole(.memory, 0...TraceLimits.memoryBytes >> 20), gpus: Int32(gpus),
            gpuMilli: Int32(gpus == 0 ? 0 : milli), gpuModels: Int32(set ?? 0), qos: table.text(.qos),
            phase: table.text(.phase), created: try optionalSeconds(.created, table),
            deleted: try optionalSeconds(.deleted, table), scheduled: try optionalSeconds(.scheduled, table))
    }

    private func optionalSeconds(
        _ column: PodColumn, _ table: CSVTable<PodColumn>
    ) throws(TraceError) -> Int64? {
        table.cell(column) == nil ? nil : try table.whole(column, 0...TraceLimits.seconds)
    }

    /// One job a pod: submitted at its creation, running from scheduling to deletion.
    ///
    /// The quality of service becomes the job class, and best-effort pods (BE) are preemptible. Pods without
    /// times, or deleted before they were scheduled, are left out and counted.
    public func workload(unscheduled: Unscheduled = .drop) -> Workload {
        var builder = WorkloadBuilder(source: source, format: "openb")
        let modelSets = gpuModelSets.map { builder.gpuModels($0) }
        for pod in pods {
            builder.report.rowsRead += 1
            guard let created = pod.created, let deleted = pod.deleted else {
                builder.report.drop("no creation or deletion time")
                continue
            }
            guard let start = pod.scheduled ?? (unscheduled == .lifetime ? created : nil) else {
                builder.report.drop("never scheduled")
                continue
            }
            guard deleted >= start else {
                builder.report.drop("deleted before it was scheduled")
                continue
            }
            builder.report.rowsKept += 1
            builder.add(
                name: pod.name, jobClass: pod.qos.isEmpty ? "default" : pod.qos,
                submit: .zero + .seconds(created), duration: .seconds(deleted - start), preemptible: pod.qos == "BE",
                groups: [
                    PodGroupSpec(pods: 1, request: pod.request, gpuModels: modelSets[Int(pod.gpuModels)])
                ])
        }
        return builder.build()
    }
}

extension OpenbNode {
    /// Reads a node list, plain or gzip, in file order.
    public static func list(reading source: ByteSource) throws(TraceError) -> [OpenbNode] {
        let table = try CSVTable<NodeColumn>(source, unknown: .ignored, comments: false)
        var names = NameTable()
        var nodes: [OpenbNode] = []
        while try table.next() {
            let gpus = try table.whole(.gpus, 0...32)
            if gpus > 0, table.cell(.model) == nil { throw table.fault(.model, expected: "the model of the GPUs") }
            nodes.append(
                OpenbNode(
                    name: try uniqueName(.name, of: table, in: &names),
                    cpuMilli: try table.whole(.cpu, 0...TraceLimits.cpuMilli),
                    memoryMiB: try table.whole(.memory, 0...TraceLimits.memoryBytes >> 20), gpus: Int32(gpus),
                    model: table.text(.model)))
        }
        return nodes
    }
}

/// The name in `column`, which no row above may have.
private func uniqueName<Column: TraceColumn>(
    _ column: Column, of table: CSVTable<Column>, in names: inout NameTable
) throws(TraceError) -> String {
    guard let name = try table.name(column, in: &names) else { throw table.fault(column, expected: "a name") }
    guard name.isNew else { throw table.fault(column, expected: "a name that no row above has") }
    return table.text(column)
}

private enum NodeColumn: Int, TraceColumn {
    case name, cpu, memory, gpus, model

    static var required: [NodeColumn] { allCases }

    var name: String {
        switch self {
        case .name: "sn"
        case .cpu: "cpu_milli"
        case .memory: "memory_mib"
        case .gpus: "gpu"
        case .model: "model"
        }
    }
}

private enum PodColumn: Int, TraceColumn {
    case name, cpu, memory, gpus, gpuMilli, gpuSpec, qos, phase, created, deleted, scheduled

    static var required: [PodColumn] { [.name, .cpu, .memory, .gpus, .gpuMilli] }

    var name: String {
        switch self {
        case .name: "name"
        case .cpu: "cpu_milli"
        case .memory: "memory_mib"
        case .gpus: "num_gpu"
        case .gpuMilli: "gpu_milli"
        case .gpuSpec: "gpu_spec"
        case .qos: "qos"
        case .phase: "pod_phase"
        case .created: "creation_time"
        case .deleted: "deletion_time"
        case .scheduled: "scheduled_time"
        }
    }
}
