import Configuration
import KubernetesObjects
import Quantities

@testable import Scheduling

/// Scenes for single plugins: labels, clocks, measurements, shards.
extension EvictionScene {
    mutating func adjustNode(_ name: String, _ adjust: (inout Node) -> Void) {
        guard let place = objects.nodes.firstIndex(where: { $0.metadata.name == name }) else { return }
        adjust(&objects.nodes[place])
    }

    mutating func adjustQueue(_ name: String, _ adjust: (inout Queue) -> Void) {
        guard let place = objects.queues.firstIndex(where: { $0.metadata.name == name }) else { return }
        adjust(&objects.queues[place])
    }

    /// A node that is lent in a zone.
    mutating func lentNode(_ name: String, cpu: Int, zone: String) {
        node(name, cpu: cpu)
        adjustNode(name) { $0.metadata.labels["volcano.sh/revocable-zone"] = zone }
    }

    /// A session of these plugins, `seconds` after the scene's time.
    func session(
        plugins: [PluginOption], after seconds: Int64 = 0, memory: SchedulerMemory = SchedulerMemory(),
        sharding: Sharding = Sharding(), usage: [String: (cpu: Double, memory: Double)] = [:],
        extenders: [String: any SchedulerExtender] = [:], _ rule: TieRule = .lowestName
    ) -> VolcanoSession {
        var snapshot = ClusterSnapshot(objects)
        for (name, percent) in usage {
            var measured = NodeUsage()
            measured.measuredAt = Self.now
            for period in ["5m", "10m"] {
                measured.cpu[period] = percent.cpu
                measured.memory[period] = percent.memory
            }
            snapshot.nodeUsage[name] = measured
        }
        snapshot.extenders = extenders
        return VolcanoSession(
            snapshot,
            configuration: VolcanoConfiguration(actions: [], tiers: [plugins], actionArguments: actionArguments),
            now: Timestamp(nanoseconds: Self.now.nanoseconds + seconds * 1_000_000_000), tieRule: rule, memory: memory,
            sharding: sharding)
    }
}

extension PluginOption {
    /// A plugin with arguments, all flags on.
    init(_ name: String, _ arguments: [String: JSONValue] = [:]) {
        self.init(name: name, arguments: PluginArguments(arguments))
    }
}

extension VolcanoSession {
    func node(_ name: String) -> NodeRef { snapshot.nodeIndex[name] ?? NodeRef(0) }
    func names(_ tasks: [TaskRef]) -> [String] { tasks.map { self[$0].name } }
    /// `pod@node` of the pods bound so far, by name.
    var boundPlaces: [String] { binds.map { "\(self[$0.task].name)@\(self[$0.node].name)" }.sorted() }
}
