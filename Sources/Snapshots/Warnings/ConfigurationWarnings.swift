import KubernetesObjects
import Scheduling

/// Surprises in the configuration itself, given what the cluster's pods ask for.
struct ConfigurationWarnings {
    private let session: VolcanoSession
    private let configuration: VolcanoConfiguration

    init(_ session: VolcanoSession) {
        self.session = session
        configuration = session.configuration
    }

    var found: [CycleWarning] {
        order + binpack + quotedArguments + gangreclaim + hierarchy + sla + missingGang
    }

    /// Tier of a plugin; nil where it is not configured.
    private func tier(of plugin: String) -> Int? {
        configuration.tiers.firstIndex { $0.contains { $0.name == plugin } }
    }

    private func option(_ plugin: String) -> PluginOption? {
        configuration.tiers.joined().first { $0.name == plugin }
    }

    /// Actions run in the order they are listed: an evicting one before allocate does not know what is free for whom.
    private var order: [CycleWarning] {
        let actions = configuration.actions
        guard let allocate = actions.firstIndex(where: { $0 == "allocate" || $0 == "easy-backfill" }) else {
            return [
                CycleWarning(.evictsBeforeAllocate, "the actions lack allocate: no gang is ever started on free nodes")
            ]
        }
        return actions[..<allocate].filter(Self.evicting.contains).map { action in
            CycleWarning(
                .evictsBeforeAllocate,
                "\(action) runs before allocate: it evicts for pods that allocate could still have placed on free nodes"
            )
        }
    }

    /// Actions that make others leave for a job that waits.
    static let evicting: Set<String> = ["preempt", "reclaim", "gangpreempt", "gangreclaim"]

    /// binpack scores cpu, memory and the resources listed, nothing else.
    private var binpack: [CycleWarning] {
        guard let option = option("binpack"), option.isEnabled("enableNodeOrder"),
            option.arguments.int("binpack.weight", default: 1) != 0
        else { return [] }
        let listed = Set(
            option.arguments.string("binpack.resources", default: "").split(separator: ",").map { part in
                String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            })
        var asked: [Int: Int] = [:]
        for job in session.jobs {
            for task in job.tasks {
                for (index, amount) in session[task].request.scalars.enumerated() where amount > 0 {
                    asked[index, default: 0] += 1
                }
            }
        }
        return asked.sorted { $0.key < $1.key }.compactMap { index, pods in
            let name = session.names.scalars[index]
            guard name.contains("/"), !name.hasPrefix("hugepages-"), !name.hasPrefix("attachable-volumes-"),
                !listed.contains(name)
            else { return nil }
            return CycleWarning(
                .binpackIgnoresResource, name,
                "\(pods) pods ask for \(name), which binpack ignores: list it in binpack.resources")
        }
    }

    /// Upstream takes a number in quotes for no number, and leaves the default standing.
    private var quotedArguments: [CycleWarning] {
        configuration.tiers.joined().flatMap { option in
            option.arguments.values.sorted { $0.key < $1.key }.compactMap { key, value in
                guard case .string(let text) = value, Double(text) != nil else { return nil }
                return CycleWarning(
                    .quotedArgument, "plugin \(option.name)",
                    "\(key) is the text \"\(text)\", not a number: the default stands; write it without quotes")
            }
        }
    }

    /// gangreclaim asks the plugins of the first tier that has an opinion about victims, and gang permits all.
    private var gangreclaim: [CycleWarning] {
        guard configuration.actions.contains("gangreclaim"), let gang = tier(of: "gang") else { return [] }
        if let capacity = tier(of: "capacity"), gang < capacity {
            return [
                CycleWarning(
                    .gangHidesCapacity,
                    "gang stands in tier \(gang + 1) and capacity in tier \(capacity + 1): gangreclaim never asks capacity "
                        + "for victims and may take what queues are guaranteed; put both in one tier")
            ]
        }
        guard tier(of: "capacity") == nil, tier(of: "proportion") != nil else { return [] }
        return [
            CycleWarning(
                .gangreclaimWithProportion,
                "proportion does not judge the victims of gangreclaim: queues can lose pods below their deserved share")
        ]
    }

    private var hierarchy: [CycleWarning] {
        guard let drf = option("drf"), drf.isEnabled("enableHierarchy"), tier(of: "proportion") != nil else {
            return []
        }
        return [
            CycleWarning(
                .proportionWithHierarchy,
                "proportion and drf with enableHierarchy both order queues; Volcano does not support them together")
        ]
    }

    /// gang rejects what is not pipelined, and the first rejection of a tier ends the vote.
    private var sla: [CycleWarning] {
        guard let sla = tier(of: "sla"), let gang = tier(of: "gang"), gang <= sla,
            option("gang")?.isEnabled("enableJobPipelined") == true
        else { return [] }
        return [
            CycleWarning(
                .slaBehindGang,
                "gang stands in the same tier as sla or before it: a job whose waiting time is over still gets no "
                    + "reservation unless its whole gang has a place; put sla in a tier before gang")
        ]
    }

    private var missingGang: [CycleWarning] {
        guard tier(of: "gang") == nil, let job = session.jobs.first(where: { $0.minAvailable > 1 }) else { return [] }
        let count = session.jobs.count { $0.minAvailable > 1 }
        return [
            CycleWarning(
                .gangPluginMissing,
                "\(count) PodGroups (such as \(job.uid)) have minMember above 1, but the plugin gang is not configured")
        ]
    }
}
