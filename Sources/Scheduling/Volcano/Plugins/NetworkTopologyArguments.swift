import KubernetesObjects

/// Arguments of the plugin `network-topology-aware`; a negative number falls back to its default.
public struct NetworkTopologyArguments: Sendable, Equatable {
    /// `weight`: factor of all scores.
    public var weight = 1
    /// `hypernode.binpack.cpu`
    public var cpuWeight = 1
    /// `hypernode.binpack.memory`
    public var memoryWeight = 1
    /// Names in `hypernode.binpack.resources`, with `hypernode.binpack.resources.<name>`; others do not count.
    public var scalarWeights: [String: Int] = [:]
    /// `hypernode.binpack.normal-pod.enable`: whether pods without topology are scored.
    public var scoresNormalPods = true
    /// `hypernode.binpack.normal-pod.fading`: weight of a tier relative to the one below.
    public var fading = 0.8
    /// `hypernode.gradient.evict.max-hypernodes`: most domains that eviction looks at, at least 1.
    public var maxEvictionDomains = 8

    /// As written in the configuration.
    public init(_ arguments: PluginArguments) {
        func weight(_ key: String) -> Int {
            let value = arguments.int(key, default: 1)
            return value < 0 ? 1 : value
        }
        self.weight = weight("weight")
        cpuWeight = weight("hypernode.binpack.cpu")
        memoryWeight = weight("hypernode.binpack.memory")
        for part in arguments.string("hypernode.binpack.resources", default: "").split(separator: ",") {
            let name = String(part.trimmingSpaces)
            if !name.isEmpty { scalarWeights[name] = weight("hypernode.binpack.resources." + name) }
        }
        scoresNormalPods = arguments.bool("hypernode.binpack.normal-pod.enable", default: true)
        let fading = arguments.double("hypernode.binpack.normal-pod.fading", default: 0.8)
        self.fading = fading < 0 ? 0.8 : fading
        let domains = arguments.int("hypernode.gradient.evict.max-hypernodes", default: 8)
        maxEvictionDomains = domains <= 0 ? 8 : domains
    }

    /// Weight per dimension of `names`; nil where a resource does not count.
    func weights(_ names: ResourceNames) -> [Int?] {
        [cpuWeight, memoryWeight] + names.scalars.map { scalarWeights[$0] }
    }
}

extension Substring {
    /// Without white space at both ends.
    fileprivate var trimmingSpaces: Substring {
        var rest = drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }
}
