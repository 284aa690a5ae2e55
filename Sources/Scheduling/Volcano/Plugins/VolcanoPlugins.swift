/// The built-in plugins.
public enum VolcanoPlugins {
    static let all: [any VolcanoPlugin.Type] = [
        GangPlugin.self,
        PriorityPlugin.self,
        ConformancePlugin.self,
        DRFPlugin.self,
        ProportionPlugin.self,
        CapacityPlugin.self,
        OvercommitPlugin.self,
        PredicatesPlugin.self,
        NodeOrderPlugin.self,
        BinpackPlugin.self,
        SLAPlugin.self,
        TDMPlugin.self,
        NodeGroupPlugin.self,
        UsagePlugin.self,
        NetworkTopologyAwarePlugin.self,
        ResourceStrategyFitPlugin.self,
        DeviceSharePlugin.self,
        TaskTopologyPlugin.self,
        NUMAAwarePlugin.self,
        PDBPlugin.self,
        ResourceQuotaPlugin.self,
        ReschedulingPlugin.self,
        CDPPlugin.self,
        ExtenderPlugin.self,
    ]

    /// Plugins by their name in the configuration.
    public static let byName: [String: any VolcanoPlugin.Type] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.name, $0) })
}
