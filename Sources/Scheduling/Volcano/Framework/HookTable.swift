/// Plugins by extension point and tier: only those that registered the point and whose flag is on.
struct HookTable {
    /// By the bit of the point: per tier the plugins in order; empty if nobody takes part.
    private var tiers: ContiguousArray<[[any VolcanoPlugin]]> = ContiguousArray(repeating: [], count: Self.points)
    /// The same without the division into tiers, for points at which it makes no difference.
    private var lists: ContiguousArray<ContiguousArray<any VolcanoPlugin>> = ContiguousArray(
        repeating: [], count: Self.points)
    /// Bits that are points.
    private static let points = 33

    init() {}

    /// `registered` has one entry per listed plugin. If a name is listed twice, the later instance answers at both places
    /// (upstream registers functions by plugin name).
    init(
        _ registered: [[(
            name: String, plugin: any VolcanoPlugin, points: ExtensionPoints, isEnabled: (String) -> Bool
        )]]
    ) {
        var latest: [String: (any VolcanoPlugin, ExtensionPoints)] = [:]
        for entry in registered.joined() { latest[entry.name] = (entry.plugin, entry.points) }
        let entries = registered.map { tier in
            tier.compactMap { entry in
                latest[entry.name].map { (plugin: $0.0, points: $0.1, isEnabled: entry.isEnabled) }
            }
        }
        for bit in 0..<Self.points {
            let point = ExtensionPoints(rawValue: 1 << UInt64(bit))
            var any = false
            guard entries.contains(where: { $0.contains { $0.points.contains(point) } }) else { continue }
            let table = entries.map { tier in
                tier.compactMap { entry -> (any VolcanoPlugin)? in
                    guard entry.points.contains(point) else { return nil }
                    if let flag = point.flag, !entry.isEnabled(flag) { return nil }
                    any = true
                    return entry.plugin
                }
            }
            guard any else { continue }
            tiers[bit] = table
            lists[bit] = ContiguousArray(table.joined())
        }
    }

    /// Tiers of a point; empty if nobody takes part.
    subscript(point: ExtensionPoints) -> [[any VolcanoPlugin]] { tiers[point.rawValue.trailingZeroBitCount] }

    /// Plugins of a point, first tier first.
    func all(_ point: ExtensionPoints) -> ContiguousArray<any VolcanoPlugin> {
        lists[point.rawValue.trailingZeroBitCount]
    }
}
