import Configuration
import Quantities
import Scheduling

/// `scheduler` of a cluster: the name of a policy, or a policy with its settings.
public struct SchedulerSection: Sendable, Equatable {
    /// What the simulation gets.
    public var configuration = SchedulerConfiguration()
    var las = LASSection()
    /// `default`, `helm` or the path of a file; the policy volcano's.
    var volcanoConfiguration = "default"
    var period: SimDuration = .seconds(1)
    var topology: TopologySection?

    static let kind = fields.kind.orOnly("policy", schema: policy.schema)

    private static let policy = ValueKind<SchedulingPolicy>.choice("scheduling policy")

    static let fields = FieldTable(
        "a scheduler", SchedulerSection(),
        [
            .optional("policy", \.configuration.policy, policy, "Order of jobs, blocking and preemption."),
            .optional(
                "placement", \.configuration.placement, .choice("placement policy"),
                "How a node is chosen among those that fit. Without it the policy's habit: kubernetes for kube-default, "
                    + "else best-fit."),
            .optional(
                "tieBreak", \.configuration.tieBreak, .choice("tie break"),
                "Choice among equals: from a random stream of the seed, or the lowest name."),
            .optional(
                "preemption", \.configuration.preemption, .boolean,
                "Whether running jobs may be evicted. Without it the policy's habit: yes for priority, srtf and las."),
            .optional(
                "minimumRuntime", \.configuration.minimumRuntime, .durationOrZero,
                "Least time a job runs before it may be evicted."),
            .optional("las", \.las, LASSection.fields.kind, "Settings of the policy las."),
            .optional(
                "searchDepth", \.configuration.searchDepth, .integer(1...10_000_000),
                "Waiting jobs behind a blocked head that one pass looks at."),
            .optional(
                "configuration", \.volcanoConfiguration, .text,
                "Volcano's actions and plugins: `default` (what the scheduler does without a file), `helm` (what its chart installs), or the path of a volcano-scheduler.conf, relative to the scenario's folder. Only for the policy volcano."
            ),
            .optional(
                "period", \.period, .duration(atLeast: SimDuration(nanoseconds: 1_000_000)),
                "Distance of Volcano's cycles. Only for the policy volcano; the others act at every event."),
            .optional(
                "topology", \.topology, TopologySection.fields.kind,
                "How close the pods of every job must be, in HyperNodes of the fabric. Only for the policy volcano."),
            .notYet("plugins", "choose a policy, or name a file with `configuration`"),
            .notYet("actions", "choose a policy, or name a file with `configuration`"),
        ],
        check: { scheduler, _, _ in
            scheduler.configuration.lasThresholdGPUSeconds = scheduler.las.thresholds.map {
                $0.nanoseconds / 1_000_000_000
            }
            scheduler.configuration.lasPromoteRatio = scheduler.las.promoteRatio
        })
}

/// `topology` of a scheduler: the `networkTopology` of every PodGroup.
struct TopologySection: Sendable, Equatable {
    enum Mode: String, CaseIterable, Sendable { case hard, soft }
    var mode = Mode.soft
    var highestTier: Int?

    static let fields = FieldTable(
        "the topology", TopologySection(),
        [
            .optional(
                "mode", \.mode, .choice("mode"),
                "`hard`: a job waits until its pods fit into one HyperNode of the highest tier allowed; `soft`: near if possible."
            ),
            .optional(
                "highestTier", \.highestTier, .integer(1...100),
                "Highest tier of a HyperNode that may hold a job; 1 is a leaf group or an NVLink domain."),
        ])
}

/// `las` of a scheduler.
struct LASSection: Sendable, Equatable {
    var thresholds: [SimDuration] = SchedulerConfiguration().lasThresholdGPUSeconds.map { .seconds($0) }
    var promoteRatio = SchedulerConfiguration().lasPromoteRatio

    static let fields = FieldTable(
        "the las settings", LASSection(),
        [
            .optional(
                "thresholds", \.thresholds, ValueKind<SimDuration>.duration.list(atLeast: 1),
                "GPU-time that ends each level but the last, ascending, in whole seconds of one GPU."),
            .optional(
                "promoteRatio", \.promoteRatio, .number(.nonNegative),
                "Waiting over run time after which a job returns to the first level; 0: never."),
        ],
        check: { las, place, reading in
            let list = place.key("thresholds")
            for (index, threshold) in las.thresholds.enumerated() {
                let path = list.element(index).path
                if threshold.nanoseconds % 1_000_000_000 != 0 {
                    reading.report(path: path, "\(threshold) is no whole number of seconds")
                }
                if index > 0 && threshold <= las.thresholds[index - 1] {
                    reading.report(
                        path: path, "\(threshold) does not exceed the level before, \(las.thresholds[index - 1])")
                }
            }
        })
}
