import ClusterModel
import Configuration
import Quantities

/// One job of a `jobs` list, or a row of equal jobs.
public struct JobSection: Sendable, Equatable {
    public var name = ""
    public var count = 1
    public var every: SimDuration = .zero
    public var team: String?
    public var queue: String?
    public var user: String?
    public var jobClass: String?
    public var priority = 0
    public var submit: SimDuration = .zero
    public var duration: SimDuration = .zero
    public var requested: SimDuration?
    public var preemptible = true
    public var checkpointInterval: SimDuration?
    public var maxRestarts: Int?
    public var abortAt: SimDuration?
    public var storage: JobStorageSection?
    public var group = PodGroupSection()
    public var groups: [PodGroupSection] = []
    public var rules = PlacementRules()

    /// The groups of pods, in either way of writing them.
    public var allGroups: [PodGroupSection] { groups.isEmpty ? [group] : groups }

    static let fields = FieldTable(
        "a job", JobSection(),
        own + PodGroupSection.fields.map { $0.within(\.group) } + PlacementRules.fields.map { $0.within(\.rules) },
        check: { job, place, reading in
            guard reading.isSound(place.path) else { return }
            if !job.groups.isEmpty && job.group != PodGroupSection() {
                reading.report(
                    path: place.key("groups").path, "pods are described at the job and in groups",
                    hint: "move them all into groups")
            }
            if job.groups.isEmpty { job.group.check(place, reading) }
            let last = Double(job.submit.nanoseconds) + Double(job.count - 1) * Double(job.every.nanoseconds)
            if last > Double(SimDuration.seconds(100 * 365 * 86_400).nanoseconds) {
                reading.report(path: place.key("every").path, "the last job would arrive after more than 100 years")
            }
            if let abort = job.abortAt, abort < job.submit {
                reading.report(
                    path: place.key("abortAt").path, "\(abort) is before the job's submit at \(job.submit)")
            }
        })

    private static let own: [Field<JobSection>] = [
        .required("name", \.name, .objectName, "Name; jobs of a row get `-0`, `-1`, … appended."),
        .optional("count", \.count, .integer(1...1_000_000), "Number of equal jobs."),
        .optional("every", \.every, .durationOrZero, "Time between the submits of a row of equal jobs."),
        .optional("team", \.team, .objectName, "Team; without it the queue's."),
        .optional("queue", \.queue, .objectName, "Queue; without it the only one, or `default`."),
        .optional("user", \.user, .text, "User."),
        .optional("class", \.jobClass, .text, "Class for grouping in reports."),
        .optional("priority", \.priority, .integer(-2_147_483_648...2_147_483_647), "Higher goes first."),
        .optional("submit", \.submit, .durationOrZero, "Arrival, since the start of the run."),
        .required("duration", \.duration, .duration, "Undisturbed run time."),
        .optional(
            "requested", \.requested, .duration,
            "Run time that the scheduler is told; without it the true one."),
        .optional("preemptible", \.preemptible, .boolean, "Whether it may be evicted for other jobs."),
        .optional(
            "checkpointInterval", \.checkpointInterval, .duration(atLeast: .seconds(1)),
            "In place of the scenario's `checkpoint.interval`."),
        .optional(
            "maxRestarts", \.maxRestarts, .integer(0...1_000_000), "Restarts after failures; without it no limit."),
        .optional("abortAt", \.abortAt, .duration, "When its user cancels it, since the start of the run."),
        .optional(
            "storage", \.storage, JobStorageSection.fields.kind,
            "What it reads from storage and how it saves its work, in place of the scenario's `startup` and `checkpoint`."
        ),
        .optional(
            "groups", \.groups, PodGroupSection.table.kind.list(),
            "Groups of different pods, in place of `pods`, `gpus` and so on at the job itself."),
    ]
}

/// A group of identical pods of one job.
public struct PodGroupSection: Sendable, Equatable {
    public var pods = 1
    public var minPods: Int?
    public var cpu = KubernetesQuantity(0)
    public var memory = KubernetesQuantity(0)
    public var gpus = 0
    public var gpuShare: Double?
    public var mig: String?
    public var gpuModels: [String] = []
    public var nics = 0
    public var localStorage = KubernetesQuantity(0)

    /// What each pod asks for.
    public var request: ResourceRequest {
        ResourceRequest(
            cpuMilli: cpu.milliValue, memoryBytes: memory.value,
            gpuCount: gpuShare != nil || mig != nil ? 1 : Int32(gpus),
            gpuMilli: gpuShare.map { Int32(($0 * 1000).rounded()) } ?? 1000,
            migProfile: mig.flatMap { MIGProfile.index(named: $0) } ?? -1, rdmaNICs: Int32(nics),
            ephemeralBytes: localStorage.value)
    }

    /// Shared by the groups of a list and by jobs of one group.
    static let fields: [Field<PodGroupSection>] = [
        .optional("pods", \.pods, .integer(1...100_000), "Number of pods."),
        .optional(
            "minPods", \.minPods, .integer(1...100_000),
            "Pods that must run together before any does useful work; without it all."),
        .optional("cpu", \.cpu, .cpus, "Logical CPUs of each pod."),
        .optional("memory", \.memory, .memory, "Host memory of each pod."),
        .optional("gpus", \.gpus, .integer(0...ClusterBuilder.Limit.gpusPerNode), "Whole GPUs of each pod."),
        .optional(
            "gpuShare", \.gpuShare, .number(NumberRange(minimum: 0.001, maximum: 0.999)),
            "Part of one GPU that each pod shares, to a thousandth."),
        .optional("mig", \.mig, .name(of: "MIG profile", among: MIGProfile.names), "MIG slice of each pod."),
        .optional(
            "gpuModels", \.gpuModels, ValueKind<String>.gpuModel.list(), "Allowed GPU models; without any all are."),
        .optional("nics", \.nics, .integer(0...ClusterBuilder.Limit.nicsPerNode), "RDMA network cards of each pod."),
        .optional("localStorage", \.localStorage, .storage, "Local NVMe of each pod."),
    ]

    static let table = FieldTable(
        "a pod group", PodGroupSection(), fields, check: { group, place, reading in group.check(place, reading) })

    func check(_ place: Place, _ reading: Reading) {
        guard reading.isSound(place.path) else { return }
        if let minPods, minPods > pods {
            reading.report(path: place.key("minPods").path, "\(minPods) pods of only \(pods) cannot be required")
        }
        let ways = [gpus > 0 ? "gpus" : nil, gpuShare.map { _ in "gpuShare" }, mig.map { _ in "mig" }].compactMap { $0 }
        if ways.count > 1 {
            reading.report(
                path: place.key(ways[1]).path, "a pod has \(ways.joined(separator: " or ")), not both")
        }
        if ways.isEmpty && !gpuModels.isEmpty {
            reading.report(path: place.key("gpuModels").path, "the pods ask for no GPU")
        }
        if !request.isWellFormed { reading.report(path: place.path, "the request is beyond what can be counted") }
    }
}

/// Which nodes the pods of a job may use, beyond their GPU model. Shared by all sources of jobs.
public struct PlacementRules: Sendable, Equatable {
    public var pools: [String] = []
    public var nodeSelector: [Named<String>] = []
    public var tolerations: [TolerationSection] = []

    static let fields: [Field<PlacementRules>] = [
        .optional("pools", \.pools, ValueKind<String>.objectName.list(), "Allowed node pools; without any all are."),
        .optional(
            "nodeSelector", \.nodeSelector, ValueKind<String>.text.byName(), "Labels that a pool must have."),
        .optional(
            "tolerations", \.tolerations, TolerationSection.fields.kind.list(),
            "Taints that do not keep the pods away, as in Kubernetes."),
    ]
}

/// A Kubernetes toleration.
public struct TolerationSection: Sendable, Equatable {
    /// How key and value are compared.
    public enum Operator: String, CaseIterable, Sendable {
        case exists = "Exists"
        case equal = "Equal"
    }

    public var key = ""
    public var comparison = Operator.equal
    public var value = ""
    public var effect: Taint.Effect?

    static let fields = FieldTable(
        "a toleration", TolerationSection(),
        [
            .optional("key", \.key, .text, "Key of the taint; empty with Exists: every taint."),
            .optional("operator", \.comparison, .choice("operator"), "Exists: any value; Equal: this value."),
            .optional("value", \.value, .text, "Value of the taint."),
            .optional("effect", \.effect, .choice("taint effect"), "Effect of the taint; without it any."),
        ],
        check: { toleration, place, reading in
            if toleration.key.isEmpty && toleration.comparison == .equal && reading.isSound(place.path) {
                reading.report(
                    path: place.path, "a toleration without a key tolerates nothing", hint: "add \"operator: Exists\"")
            }
        })

    /// Whether the toleration covers `taint` (Kubernetes: `Toleration.ToleratesTaint`).
    func tolerates(_ taint: Taint) -> Bool {
        if let effect, effect != taint.effect { return false }
        if !key.isEmpty && key != taint.key { return false }
        return comparison == .exists || value == taint.value
    }
}

extension ValueKind where Value == KubernetesQuantity {
    /// CPUs of a machine or pod; bounds as for traces, so that sums stay within 64 bits.
    static var cpus: ValueKind { amount(upTo: KubernetesQuantity(100_000)) }
    /// Memory of a machine or pod.
    static var memory: ValueKind { amount(upTo: KubernetesQuantity(1 << 44, format: .binarySI)) }
    /// Local storage of a machine or pod.
    static var storage: ValueKind { amount(upTo: KubernetesQuantity(1 << 46, format: .binarySI)) }
}

extension ValueKind where Value == String {
    /// The name or alias of a GPU model of the catalogue.
    static var gpuModel: ValueKind {
        .name(of: "GPU model", among: HardwareCatalogue.builtIn.gpus.flatMap { [$0.name] + $0.aliases })
    }
}
