import KubernetesObjects

/// What one pod asks for, as far as a scenario can say it.
struct PodRequest: Hashable {
    static let gpu = "nvidia.com/gpu"

    var cpuMilli: Int64
    /// Bytes.
    var memory: Int64
    var gpus: Int
    /// Bytes of `ephemeral-storage`.
    var localStorage: Int64
    /// Other resources asked for, ascending.
    var others: [String]

    init(_ pod: Pod) {
        let list = pod.effectiveRequests()
        cpuMilli = max(0, list["cpu"]?.milliValue ?? 0)
        memory = max(0, list["memory"]?.value ?? 0)
        gpus = Int(clamping: max(0, list[Self.gpu]?.value ?? 0))
        localStorage = max(0, list["ephemeral-storage"]?.value ?? 0)
        let known: Set = ["cpu", "memory", Self.gpu, "ephemeral-storage", "pods"]
        others = list.entries.filter { !known.contains($0.name) && $0.quantity.value > 0 }.map(\.name)
    }

    /// One of `members` equal shares of a PodGroup's `minResources`, for a group whose pods nobody has made yet.
    init(share list: ResourceList, of members: Int64) {
        func share(_ name: String) -> Int64 { max(0, list[name]?.value ?? 0) / members }
        cpuMilli = max(0, list["cpu"]?.milliValue ?? 0) / members
        (memory, gpus) = (share("memory"), Int(clamping: share(Self.gpu)))
        localStorage = share("ephemeral-storage")
        others = []
    }

    /// Accelerators that a scenario under Volcano cannot give out: MIG slices, parts of GPUs, those of other vendors.
    var foreignAccelerators: [String] {
        others.filter { $0.hasPrefix("nvidia.com/") || $0.contains("gpu") || $0.contains("npu") }
    }

    /// Pods of this kind that an empty node of `pool` holds.
    func podsHeld(by pool: ImportedPool) -> Int64 {
        var count: Int64 = 100_000
        if gpus > 0 { count = min(count, Int64(pool.gpus / gpus)) }
        if cpuMilli > 0 { count = min(count, pool.cpuMilli / cpuMilli) }
        if memory > 0 { count = min(count, pool.memory / memory) }
        if localStorage > 0 { count = min(count, pool.localStorage / localStorage) }
        return count
    }
}
