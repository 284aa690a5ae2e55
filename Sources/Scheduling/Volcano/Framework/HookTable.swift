/// Plugins by extension point and tier: only those that registered the point and whose flag is on.
struct HookTable {
    /// By the bit of the point: per tier the plugins in order; empty if nobody takes part.
    private var tiers: ContiguousArray<[[any VolcanoPlugin]]> = ContiguousArray(repeating: [], count: Self.points)
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
        for bit in 0..<Self.points {
            let point = ExtensionPoints(rawValue: 1 << UInt64(bit))
            var any = false
            let table = registered.map { tier in
                tier.compactMap { entry -> (any VolcanoPlugin)? in
                    guard let (plugin, points) = latest[entry.name], points.contains(point) else {
                        return nil
                    }
                    if let flag = point.flag, !entry.isEnabled(flag) { return nil }
                    any = true
                    return plugin
                }
            }
            if any { tiers[bit] = table }
        }
    }

    /// Tiers of a point; empty if nobody takes part.
    subscript(point: ExtensionPoints) -> [[any VolcanoPlugin]] { tiers[point.rawValue.trailingZeroBitCount] }
}
