import Configuration
import KubernetesObjects

/// A scheduler's configuration, with what a world needs so that it makes a difference.
struct SchedulerSetup {
    var name: String
    var configuration: VolcanoConfiguration
    var isHierarchical = false
    var hasHyperNodes = false
    var hasRevocableZone = false

    init(_ name: String, _ actions: String, _ tiers: [[PluginOption]]) {
        self.name = name
        configuration = VolcanoConfiguration(actions: actions.split(separator: " ").map(String.init), tiers: tiers)
    }

    /// Whether gangs start as a whole.
    var hasGang: Bool { has("gang") }
    /// Whether what a queue holds is bounded by its capability.
    var boundsQueues: Bool { has("proportion") || has("capacity") }
    /// Whether something else lets PodGroups in before the bounds are looked at.
    var overridesAdmission: Bool { has("sla") || !configuration.actions.contains("enqueue") }

    /// Moves `allocate` before the actions that evict.
    mutating func allocateFirst() {
        configuration.actions.removeAll { $0 == "allocate" }
        configuration.actions.insert("allocate", at: configuration.actions.first == "enqueue" ? 1 : 0)
    }

    func has(_ plugin: String) -> Bool { configuration.tiers.joined().contains { $0.name == plugin } }

    static let all: [SchedulerSetup] = {
        let gangOpen = PluginOption(name: "gang", flags: ["enablePreemptable": false])
        let first = [plain("priority"), gangOpen, plain("conformance")]
        func second(_ names: String...) -> [PluginOption] { names.map { plain($0) } }
        let helm = SchedulerSetup(
            "helm", "enqueue allocate backfill",
            [first, second("overcommit", "drf", "predicates", "proportion", "nodeorder", "binpack")])
        let binary = SchedulerSetup(
            "binary", "enqueue allocate backfill",
            [
                second("priority", "gang", "conformance"),
                second("overcommit", "drf", "predicates", "proportion", "nodeorder"),
            ])
        let evicting = SchedulerSetup(
            "preempt and reclaim", "enqueue allocate preempt reclaim backfill",
            [first, second("drf", "predicates", "proportion", "nodeorder")])
        let protected = SchedulerSetup(
            "gangs protected", "enqueue reclaim allocate preempt backfill",
            [second("priority", "gang", "conformance"), second("predicates", "proportion", "nodeorder")])
        let capacity = SchedulerSetup(
            "capacity", "enqueue allocate reclaim preempt backfill",
            [first, second("predicates", "capacity", "nodeorder", "binpack")])
        var hierarchy = SchedulerSetup(
            "hierarchical capacity", "enqueue reclaim allocate backfill",
            [
                [plain("priority"), gangOpen, plain("conformance")],
                [
                    plain("predicates"), PluginOption(name: "capacity", flags: ["enableHierarchy": true]),
                    plain("nodeorder"),
                ],
            ])
        hierarchy.isHierarchical = true
        var topology = SchedulerSetup(
            "topology-aware", "enqueue allocate backfill",
            [first, second("drf", "predicates", "proportion", "nodeorder", "network-topology-aware")])
        topology.hasHyperNodes = true
        var bundles = SchedulerSetup(
            "gangpreempt and gangreclaim", "enqueue allocate gangpreempt gangreclaim backfill",
            [second("priority", "gang"), second("predicates", "capacity", "nodeorder", "network-topology-aware")])
        bundles.hasHyperNodes = true
        let late = SchedulerSetup(
            "sla", "enqueue allocate backfill",
            [
                second("priority", "gang"),
                [
                    plain("sla", ["sla-waiting-time": .string("40s")]),
                    plain("overcommit", ["overcommit-factor": .number(1)]),
                ],
                second("predicates", "proportion", "nodeorder"),
            ])
        var tdm = SchedulerSetup(
            "tdm", "enqueue allocate preempt backfill",
            [
                second("priority", "gang"),
                [
                    plain(
                        "tdm",
                        [
                            "tdm.revocable-zone.zone": .string("10:00-10:01"), "tdm.evict.period": .string("20s"),
                        ]), plain("predicates"), plain("nodeorder"),
                ],
            ])
        tdm.hasRevocableZone = true
        let noGang = SchedulerSetup("no gang", "allocate backfill", [second("priority", "predicates", "nodeorder")])
        let several = SchedulerSetup(
            "one tier", "enqueue allocate preempt reclaim backfill",
            [
                second(
                    "priority", "gang", "conformance", "drf", "predicates", "capacity", "nodeorder", "task-topology",
                    "pdb")
            ])
        return [
            helm, binary, evicting, protected, capacity, hierarchy, topology, bundles, late, tdm, noGang, several,
        ]
    }()

    private static func plain(_ name: String, _ arguments: [String: JSONValue] = [:]) -> PluginOption {
        PluginOption(name: name, arguments: PluginArguments(arguments))
    }
}
