import KubernetesObjects
import Quantities

/// Writes an imported scenario as a file that a person can read and edit.
public struct ScenarioText: Sendable {
    public var scenario: ImportedScenario
    /// Name of the scenario.
    public var name: String
    /// `default`, `helm`, or the configuration's path relative to the scenario's folder.
    public var configuration: String
    /// Where the configuration comes from, in words.
    public var configurationSource: String

    /// A file for `scenario` under the scheduler configuration of that name.
    public init(_ scenario: ImportedScenario, name: String, configuration: String, source: String) {
        (self.scenario, self.configuration, configurationSource) = (scenario, configuration, source)
        self.name = ScenarioName.sanitized(name, fallback: "cluster")
    }

    /// The whole file.
    public var text: String {
        (head + top + cluster + queues + workload + tail).joined(separator: "\n") + "\n"
    }

    // MARK: Head

    private var head: [String] {
        var lines = YAMLText.comment(
            "Made by `orrery scenario from-cluster` of a cluster as it was at \(scenario.now). Everything may be edited."
        )
        lines.append("#")
        lines += YAMLText.comment(summary)
        lines.append("#")
        for sentence in durations { lines += YAMLText.comment(sentence) }
        if !scenario.notes.isEmpty || !scenario.impossible.isEmpty {
            lines.append("#")
            lines += YAMLText.comment("Otherwise than in the cluster:")
            for note in scenario.notes { lines += YAMLText.comment(note.description, prefix: " - ") }
            if !scenario.impossible.isEmpty {
                lines += YAMLText.comment(
                    "\(scenario.impossible.count) job\(scenario.impossible.count == 1 ? "" : "s") that can never start on these nodes, at the end as comments",
                    prefix: " - ")
            }
        }
        return lines
    }

    /// Time zero and how many jobs there are.
    public var summary: String {
        let counts = ImportedJob.State.allCases.map { "\(scenario.count($0)) \($0.rawValue)" }.joined(separator: ", ")
        return
            "Time zero is \(scenario.start). \(scenario.jobs.count) job\(scenario.jobs.count == 1 ? "" : "s"), one for each PodGroup or pod of its own: \(counts)."
    }

    /// Where the durations come from.
    public var durations: [String] {
        var sentences: [String] = []
        if scenario.count(.ended) > 0 {
            sentences.append(
                "Ended jobs take as long as they ran, from the instant when minMember of their pods ran to the end of the last one."
            )
        }
        if scenario.count(.running) > 0 {
            sentences.append(
                scenario.givenLength.map {
                    "Running jobs run for \($0) in all (--run-length), or until the dump if they had run for longer."
                }
                    ?? "Running jobs run as long again as they had run (the median if the longer a job has run the longer it is likely to go on)."
            )
        }
        if let (mean, longest) = scenario.waits {
            sentences.append(
                "In the cluster the jobs that had started had waited for \(mean) in the mean, \(longest) at most: see whether a run comes near."
            )
        }
        if let (length, source) = scenario.waitingLength {
            sentences.append("Waiting jobs run for \(length): \(source).")
        }
        return sentences
    }

    // MARK: Cluster

    private var top: [String] {
        [
            "apiVersion: orrery.dev/v1alpha1", "kind: Scenario", "metadata: {name: \(YAMLText.scalar(name))}", "spec:",
            "  until: drained", "  clusters:", "    - name: cluster", "      nodePools:",
        ]
    }

    private var cluster: [String] {
        var lines = scenario.pools.flatMap(pool)
        lines += YAMLText.comment("Volcano, with \(configurationSource).", indentation: 6)
        lines.append(
            "      scheduler: {policy: volcano, configuration: \(YAMLText.scalar(configuration))}")
        return lines
    }

    private func pool(_ pool: ImportedPool) -> [String] {
        let nodes =
            pool.nodes.count > 2
            ? "\(pool.nodes[0]) … \(pool.nodes[pool.nodes.count - 1])" : pool.nodes.joined(separator: ", ")
        let product = pool.product.isEmpty ? "" : "; nvidia.com/gpu.product \(pool.product)"
        var lines = YAMLText.comment(nodes + product, indentation: 8)
        lines += ["        - name: \(YAMLText.scalar(pool.name))", "          count: \(pool.nodes.count)"]
        lines.append("          machine: \(machine(of: pool))")
        if !pool.labels.isEmpty {
            lines.append("          labels: " + YAMLText.flow(pool.labels.map { ($0.key, YAMLText.scalar($0.value)) }))
        }
        if !pool.taints.isEmpty {
            lines.append("          taints: " + YAMLText.flow(pool.taints.map(Self.taint)))
        }
        return lines
    }

    private func machine(of pool: ImportedPool) -> String {
        switch pool.machine {
        case .card(let name): return YAMLText.scalar(name)
        case .inline(let gpu):
            var members = Self.amounts(pool.cpuMilli, pool.memory)
            if !members.contains(where: { $0.key == "cpu" }) { members.insert(("cpu", "0"), at: 0) }
            if !members.contains(where: { $0.key == "memory" }) { members.insert(("memory", "0"), at: 1) }
            if let gpu, pool.gpus > 0 {
                members += [("gpu", YAMLText.scalar(gpu)), ("gpus", String(pool.gpus))]
            }
            if pool.localStorage > 0 { members.append(("localStorage", Self.bytes(pool.localStorage))) }
            return YAMLText.flow(members)
        }
    }

    private static func taint(_ taint: Taint) -> String {
        var members = [("key", YAMLText.scalar(taint.key))]
        if !taint.value.isEmpty { members.append(("value", YAMLText.scalar(taint.value))) }
        return YAMLText.flow(members + [("effect", YAMLText.scalar(taint.effect))])
    }

    private var queues: [String] {
        if scenario.queues.isEmpty { return [] }
        return ["      queues:"]
            + scenario.queues.map { queue in
                var members = [("name", YAMLText.scalar(queue.name)), ("weight", String(queue.weight))]
                if let parent = queue.parent { members.append(("parent", YAMLText.scalar(parent))) }
                for (key, gpus) in [
                    ("deservedGPUs", queue.deservedGPUs), ("capGPUs", queue.capGPUs),
                    ("guaranteedGPUs", queue.guaranteedGPUs),
                ] {
                    if let gpus { members.append((key, Self.number(gpus))) }
                }
                if !queue.reclaimable { members.append(("reclaimable", "false")) }
                if queue.priority != 0 { members.append(("priority", String(queue.priority))) }
                return "        - " + YAMLText.flow(members)
            }
    }

    // MARK: Workload

    private var workload: [String] {
        ["  workload:", "    - jobs:"]
            + scenario.jobs.map { "        - \(Self.job($0))  # \($0.state.rawValue)\(Self.wait($0))" }
            + scenario.impossible.flatMap { job in
                YAMLText.comment("can never start: \(job.obstacle)", indentation: 8)
                    + ["        # - \(Self.job(job))  # \(job.state.rawValue)"]
            }
    }

    private var tail: [String] {
        YAMLText.comment(
            "To compare: write another configuration beside this file, name it here, and run `orrery compare` on this file.",
            indentation: 2)
            + [
                "  # compare:", "  #   - name: other", "  #     set:",
                "  #       spec.clusters[0].scheduler.configuration: other.conf",
            ]
    }

    private static func wait(_ job: ImportedJob) -> String { job.waited.map { ", waited \($0)" } ?? "" }

    private static func job(_ job: ImportedJob) -> String {
        var members = [
            ("name", YAMLText.scalar(job.name)), ("team", YAMLText.scalar(job.team)),
            ("queue", YAMLText.scalar(job.queue)),
        ]
        if job.priority != 0 { members.append(("priority", String(job.priority))) }
        members += [("submit", job.submit.description), ("duration", job.duration.description)]
        if !job.preemptible { members.append(("preemptible", "false")) }
        if job.groups.count == 1 {
            members += group(job.groups[0])
        } else {
            members.append(("groups", YAMLText.flow(job.groups.map { YAMLText.flow(group($0)) })))
        }
        if !job.rules.pools.isEmpty {
            members.append(("pools", YAMLText.flow(job.rules.pools.map(YAMLText.scalar))))
        }
        if !job.rules.selector.isEmpty {
            members.append(
                ("nodeSelector", YAMLText.flow(job.rules.selector.map { ($0.key, YAMLText.scalar($0.value)) })))
        }
        if !job.rules.tolerations.isEmpty {
            members.append(("tolerations", YAMLText.flow(job.rules.tolerations.map(toleration))))
        }
        return YAMLText.flow(members)
    }

    private static func group(_ group: ImportedJob.Group) -> [(key: String, value: String)] {
        var members: [(key: String, value: String)] = []
        if group.pods > 1 { members.append(("pods", String(group.pods))) }
        if group.minPods != group.pods { members.append(("minPods", String(group.minPods))) }
        if group.gpus > 0 { members.append(("gpus", String(group.gpus))) }
        members += amounts(group.cpuMilli, group.memory)
        if group.localStorage > 0 { members.append(("localStorage", bytes(group.localStorage))) }
        return members
    }

    private static func toleration(_ toleration: Toleration) -> String {
        var members: [(key: String, value: String)] = []
        if !toleration.key.isEmpty { members.append(("key", YAMLText.scalar(toleration.key))) }
        if toleration.operator == "Exists" { members.append(("operator", "Exists")) }
        if !toleration.value.isEmpty { members.append(("value", YAMLText.scalar(toleration.value))) }
        if !toleration.effect.isEmpty { members.append(("effect", YAMLText.scalar(toleration.effect))) }
        return YAMLText.flow(members)
    }

    private static func amounts(_ cpuMilli: Int64, _ memory: Int64) -> [(key: String, value: String)] {
        var members: [(key: String, value: String)] = []
        if cpuMilli > 0 { members.append(("cpu", KubernetesQuantity(milli: cpuMilli).description)) }
        if memory > 0 { members.append(("memory", bytes(memory))) }
        return members
    }

    private static func bytes(_ amount: Int64) -> String {
        KubernetesQuantity(amount, format: .binarySI).description
    }

    /// A number of GPUs in thousandths at most.
    private static func number(_ gpus: Double) -> String {
        gpus == gpus.rounded() ? String(Int64(gpus)) : gpus.description
    }
}
