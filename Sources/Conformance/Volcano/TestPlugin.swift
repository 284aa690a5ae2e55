import Configuration
import KubernetesObjects
import Scheduling

/// A plugin that exists only for a case: it does what the case's `testPlugins` says of it.
final class TestPlugin: VolcanoPlugin {
    static let name = "test"

    private unowned let session: VolcanoSession
    private let behaviour: TestPluginBehaviour

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        behaviour = TestPluginBehaviour(arguments: option.arguments)
    }

    func open() -> ExtensionPoints {
        var points: ExtensionPoints = []
        if behaviour.victimPriority != nil { points.insert(.victimTasks) }
        if !behaviour.rejectedJobs.isEmpty { points.insert(.jobEnqueueable) }
        if behaviour.permitsGangEviction { points.insert(.unifiedEvictable) }
        return points
    }

    func victimTasks(_ tasks: [TaskRef]) -> [TaskRef] {
        tasks.filter { session[$0].priority == Int32(clamping: behaviour.victimPriority ?? 0) }
    }

    func jobEnqueueable(_ job: JobRef) -> Vote {
        behaviour.rejectedJobs.contains(session[job].name) ? .reject : .permit
    }

    func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) {
        (candidates, .permit)
    }
}

extension TestPluginBehaviour {
    /// The behaviour as arguments of the plugin.
    var arguments: PluginArguments {
        var values: [String: JSONValue] = [:]
        if let victimPriority { values["victimPriority"] = .integer(Int64(victimPriority)) }
        values["rejectedJobs"] = .array(rejectedJobs.map { .string($0) })
        values["permitsGangEviction"] = .boolean(permitsGangEviction)
        return PluginArguments(values)
    }

    init(arguments: PluginArguments) {
        victimPriority = nil
        rejectedJobs = []
        if case .integer(let priority)? = arguments.values["victimPriority"] { victimPriority = Int(priority) }
        if case .array(let names)? = arguments.values["rejectedJobs"] {
            rejectedJobs = names.compactMap { if case .string(let name) = $0 { name } else { nil } }
        }
        permitsGangEviction = arguments.values["permitsGangEviction"] == .boolean(true)
    }
}
