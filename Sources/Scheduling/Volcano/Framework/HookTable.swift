import KubernetesObjects

/// Plugins by extension point and tier: only those that registered the point and whose flag is on.
struct HookTable {
    private var layout = HookLayout()
    private var plugins: ContiguousArray<any VolcanoPlugin> = []

    init() {}

    /// The listed plugins, in order, where the layout says.
    init(_ layout: HookLayout, _ plugins: ContiguousArray<any VolcanoPlugin>) {
        self.layout = layout
        self.plugins = plugins
    }

    /// Tiers of a point; empty if nobody takes part.
    subscript(point: ExtensionPoints) -> HookTiers {
        let bit = point.rawValue.trailingZeroBitCount
        return HookTiers(places: layout.places[bit], ends: layout.ends[bit], plugins: plugins)
    }

    /// Plugins of a point, first tier first.
    func all(_ point: ExtensionPoints) -> HookList {
        let places = layout.places[point.rawValue.trailingZeroBitCount]
        return HookList(places: places, startIndex: 0, endIndex: places.count, plugins: plugins)
    }
}

/// Which plugins take part in which point, as long as they register the same.
struct HookLayout: Sendable {
    /// What was registered.
    private(set) var points: [ExtensionPoints] = []
    /// By the bit of the point: the plugins that take part, by their number in the configuration.
    fileprivate var places: ContiguousArray<ContiguousArray<Int>> = Self.nobody
    /// The same: where each tier ends among them; empty if nobody takes part.
    fileprivate var ends: ContiguousArray<ContiguousArray<Int>> = Self.nobody
    /// Bits that are points.
    private static let bits = 33
    private static let nobody = ContiguousArray<ContiguousArray<Int>>(repeating: [], count: Self.bits)

    init() {}

    /// Listed plugins, and what each has registered. If a name is listed twice, the later instance answers at both places
    /// (upstream registers functions by plugin name).
    init(_ tiers: [[PluginOption]], _ registered: [ExtensionPoints]) {
        points = registered
        var latest: [String: Int] = [:]
        for (place, option) in tiers.joined().enumerated() { latest[option.name] = place }
        for bit in 0..<Self.bits {
            let point = ExtensionPoints(rawValue: 1 << UInt64(bit))
            var ends: ContiguousArray<Int> = []
            for tier in tiers {
                for option in tier {
                    guard let place = latest[option.name], points[place].contains(point) else { continue }
                    if let flag = point.flag, !option.isEnabled(flag) { continue }
                    places[bit].append(place)
                }
                ends.append(places[bit].count)
            }
            if !places[bit].isEmpty { self.ends[bit] = ends }
        }
    }
}

/// Plugins that take part in a point.
struct HookList: RandomAccessCollection {
    fileprivate let places: ContiguousArray<Int>
    let startIndex: Int
    let endIndex: Int
    fileprivate let plugins: ContiguousArray<any VolcanoPlugin>

    subscript(index: Int) -> any VolcanoPlugin { plugins[places[index]] }
}

/// The same by tiers.
struct HookTiers: RandomAccessCollection {
    fileprivate let places: ContiguousArray<Int>
    fileprivate let ends: ContiguousArray<Int>
    fileprivate let plugins: ContiguousArray<any VolcanoPlugin>

    var startIndex: Int { 0 }
    var endIndex: Int { ends.count }

    subscript(tier: Int) -> HookList {
        HookList(
            places: places, startIndex: tier == 0 ? 0 : ends[tier - 1], endIndex: ends[tier],
            plugins: plugins)
    }
}
