import Configuration
import KubernetesObjects

/// The schedulers of `SchedulingPolicy` behind Volcano's extension points: for each a configuration, and the plugins and
/// actions that they have besides Volcano's.
///
/// What Volcano has is Volcano's: gang, priority, conformance, predicates, nodeorder, binpack. Queue quotas, sharing of
/// devices and the rest can be added to these configurations like to any other.
public enum PolicyConfigurations {
    /// The names of the policies, without that of Volcano itself.
    public static let names = SchedulingPolicy.allCases.filter { $0 != .volcano }.map(\.rawValue)

    /// Plugins that Volcano does not have, by name.
    public static let plugins: [String: any VolcanoPlugin.Type] = Dictionary(
        uniqueKeysWithValues: ([
            HeadOfLinePlugin.self, QueueHeadsPlugin.self, QueueSharePlugin.self, RunLengthOrderPlugin.self,
            AttainedServicePlugin.self, MinimumRuntimePlugin.self,
        ] as [any VolcanoPlugin.Type]).map { ($0.name, $0) })

    /// Actions that Volcano does not have, by name.
    public static let actions: [String: any VolcanoAction.Type] = Dictionary(
        uniqueKeysWithValues: ([EasyBackfillAction.self, PreemptGangsAction.self] as [any VolcanoAction.Type])
            .map { ($0.name, $0) })

    /// The configuration of a policy with its documented defaults; nil for other names.
    public static func configuration(named name: String) -> VolcanoConfiguration? {
        SchedulingPolicy(rawValue: name).map { configuration(SchedulerConfiguration(policy: $0)) }
    }

    /// The configuration that means the same as this one of the card-based engine, but for `placement` (nodes are chosen
    /// by nodeorder and binpack on `nvidia.com/gpu`), `tieBreak` (see `TieRule`) and `lasPromoteRatio`.
    public static func configuration(_ scheduler: SchedulerConfiguration) -> VolcanoConfiguration {
        if scheduler.policy == .volcano { return .inBinaryDefault }
        var actions = [scheduler.policy == .backfill ? EasyBackfillAction.name : AllocateAction.name]
        if scheduler.preempts, [.priority, .srtf, .las].contains(scheduler.policy) {
            actions.append(PreemptGangsAction.name)
        }
        actions.append(BackfillAction.name)
        return VolcanoConfiguration(
            actions: actions, tiers: [order(scheduler) + victims(scheduler) + queues(scheduler.policy), nodes],
            actionArguments: [
                EasyBackfillAction.name: PluginArguments(["searchDepth": .integer(Int64(scheduler.searchDepth))])
            ])
    }

    /// Who goes first, who blocks.
    private static func order(_ scheduler: SchedulerConfiguration) -> [PluginOption] {
        switch scheduler.policy {
        case .kubeDefault, .volcano: return [PluginOption(name: PriorityPlugin.name)]
        case .fifoGang, .drf: return [PluginOption(name: HeadOfLinePlugin.name), gang]
        case .backfill: return [gang]
        case .priority: return [PluginOption(name: PriorityPlugin.name), gang]
        case .sjf: return [PluginOption(name: HeadOfLinePlugin.name), runLength("requested"), gang]
        case .srtf: return [runLength("remaining"), gang]
        case .las:
            let thresholds = scheduler.lasThresholdGPUSeconds.map { JSONValue.integer($0) }
            return [
                PluginOption(
                    name: AttainedServicePlugin.name,
                    arguments: PluginArguments(["attained-service.thresholds": .array(thresholds)])), gang,
            ]
        }
    }

    /// Whole gangs go or stay: gang does not protect single pods, and does not prefer jobs that are below their minimum to
    /// the order of the policy.
    private static let gang = PluginOption(
        name: GangPlugin.name, flags: ["enablePreemptable": false, "enableJobOrder": false])

    private static func runLength(_ measure: String) -> PluginOption {
        PluginOption(
            name: RunLengthOrderPlugin.name, arguments: PluginArguments(["run-length.measure": .string(measure)]))
    }

    /// Who may be evicted, besides what the order says.
    private static func victims(_ scheduler: SchedulerConfiguration) -> [PluginOption] {
        let minimum = "\(scheduler.minimumRuntime.nanoseconds)ns"
        return [
            PluginOption(name: ConformancePlugin.name),
            PluginOption(
                name: MinimumRuntimePlugin.name, arguments: PluginArguments(["minimum-runtime": .string(minimum)])),
        ]
    }

    private static func queues(_ policy: SchedulingPolicy) -> [PluginOption] {
        let heads = PluginOption(name: QueueHeadsPlugin.name)
        return policy == .drf ? [PluginOption(name: QueueSharePlugin.name), heads] : [heads]
    }

    /// Fuller nodes first, by GPUs.
    private static let nodes = [
        PluginOption(name: PredicatesPlugin.name),
        PluginOption(
            name: NodeOrderPlugin.name,
            arguments: PluginArguments(["leastrequested.weight": .integer(0), "balancedresource.weight": .integer(0)])),
        PluginOption(
            name: BinpackPlugin.name,
            arguments: PluginArguments([
                "binpack.weight": .integer(10), "binpack.resources": .string("nvidia.com/gpu"),
                "binpack.resources.nvidia.com/gpu": .integer(8),
            ])),
    ]
}

extension VolcanoSession {
    /// A session of one of the policies with its documented defaults; nil for other names.
    public static func named(
        _ name: String, _ snapshot: ClusterSnapshot, now: Timestamp, tieRule: TieRule,
        memory: SchedulerMemory = SchedulerMemory()
    ) -> VolcanoSession? {
        guard let configuration = PolicyConfigurations.configuration(named: name) else { return nil }
        return VolcanoSession(
            snapshot, configuration: configuration, now: now, tieRule: tieRule, memory: memory,
            extraPlugins: PolicyConfigurations.plugins, extraActions: PolicyConfigurations.actions)
    }
}
