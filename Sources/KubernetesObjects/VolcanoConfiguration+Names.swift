extension VolcanoConfiguration {
    /// The actions that Volcano has.
    public static let knownActions = [
        "enqueue", "allocate", "backfill", "preempt", "reclaim", "gangpreempt", "gangreclaim", "shuffle",
    ]

    /// The plugins that Volcano has.
    public static let knownPlugins = [
        "binpack", "capacity", "cdp", "conformance", "deviceshare", "drf", "extender", "gang",
        "network-topology-aware", "nodegroup", "nodeorder", "numa-aware", "overcommit", "pdb", "predicates", "priority",
        "proportion", "rescheduling", "resource-strategy-fit", "resourcequota", "sla", "task-topology", "tdm", "usage",
    ]

    /// Names that stand for another: upstream's constant is `numa-aware`, its folder `numaaware`.
    static let pluginAliases = ["numaaware": "numa-aware"]

    /// The flags of a plugin with their real, mixed spelling (upstream: `conf/scheduler_conf.go`, PluginOption).
    public static let knownFlags = [
        "enableJobOrder", "enableHierarchy", "enableJobReady", "enableJobPipelined", "enableTaskOrder",
        "enablePreemptable", "enableReclaimable", "enablePreemptive", "enableQueueOrder", "enabledClusterOrder",
        "enablePredicate", "enableBestNode", "enableNodeOrder", "enableTargetJob", "enableReservedNodes",
        "enableJobEnqueued", "enabledVictim", "enableJobStarving", "enabledOverused", "enabledAllocatable",
        "enabledHyperNodeOrder", "enabledSubJobReady", "enabledSubJobPipelined", "enabledSubJobOrder",
        "enabledHyperNodeGradient",
    ]

    /// What the scheduler does without a configuration (upstream: `DefaultSchedulerConf`).
    public static let inBinaryDefault = VolcanoConfiguration(
        actions: ["enqueue", "allocate", "backfill"],
        tiers: [
            [PluginOption(name: "priority"), PluginOption(name: "gang"), PluginOption(name: "conformance")],
            [
                PluginOption(name: "overcommit"), PluginOption(name: "drf"), PluginOption(name: "predicates"),
                PluginOption(name: "proportion"), PluginOption(name: "nodeorder"),
            ],
        ])

    /// What the Helm chart and the installer write into the ConfigMap.
    public static let helmDefault = VolcanoConfiguration(
        actions: ["enqueue", "allocate", "backfill"],
        tiers: [
            [
                PluginOption(name: "priority"), PluginOption(name: "gang", flags: ["enablePreemptable": false]),
                PluginOption(name: "conformance"),
            ],
            [
                PluginOption(name: "overcommit"), PluginOption(name: "drf", flags: ["enablePreemptable": false]),
                PluginOption(name: "predicates"), PluginOption(name: "proportion"), PluginOption(name: "nodeorder"),
                PluginOption(name: "binpack"),
            ],
        ])
}
