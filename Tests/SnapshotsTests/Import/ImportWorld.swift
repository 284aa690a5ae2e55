import Configuration
import KubernetesObjects
import Quantities
import Scenarios
import Snapshots
import Testing

/// A dump in the words of manifests, and what becomes of it.
struct ImportWorld {
    var documents: [String] = []

    /// Nodes of eight H100 that can allocate 100 CPUs and 900 GiB; `more` is YAML for the whole object's other members.
    mutating func nodes(
        _ names: String..., product: String = "NVIDIA-H100-80GB-HBM3", gpus: Int = 8, cpu: String = "100",
        memory: String = "900Gi", labels: String = "", spec: String = "{}", ready: String = "True"
    ) {
        for name in names {
            documents.append(
                """
                kind: Node
                metadata: {name: \(name), labels: {nvidia.com/gpu.product: \(product), kubernetes.io/hostname: \(name)\(labels)}}
                spec: \(spec)
                status:
                  allocatable: {cpu: "\(cpu)", memory: \(memory), nvidia.com/gpu: \(gpus), pods: 110}
                  conditions: [{type: Ready, status: "\(ready)"}]
                """)
        }
    }

    mutating func add(_ document: String) { documents.append(document) }

    /// A PodGroup of namespace `ns`, submitted at `at` (minutes after noon) with pods that started and ended then.
    mutating func gang(
        _ name: String, at: Int, pods: Int = 1, gpus: Int = 8, minMember: Int? = nil, queue: String = "q",
        from start: Int? = nil, to end: Int? = nil, spec: String = "", group: String = "", annotations: String = ""
    ) {
        let phase = end != nil ? "Completed" : start != nil ? "Running" : "Inqueue"
        add(
            """
            kind: PodGroup
            metadata: {name: \(name), namespace: ns, creationTimestamp: "\(Self.instant(at))"\(annotations)}
            spec: {minMember: \(minMember ?? pods), queue: \(queue)\(group)}
            status: {phase: \(phase)}
            """)
        for index in 0..<pods {
            var status = "phase: \(end != nil ? "Succeeded" : start != nil ? "Running" : "Pending")"
            if let start { status += ", startTime: \"\(Self.instant(start))\"" }
            if let end {
                status +=
                    ", containerStatuses: [{name: c, state: {terminated: {exitCode: 0, finishedAt: \"\(Self.instant(end))\"}}}]"
            }
            add(
                """
                kind: Pod
                metadata: {name: \(name)-\(index), namespace: ns, annotations: {scheduling.k8s.io/group-name: \(name)}}
                spec:
                  schedulerName: volcano
                  containers: [{name: c, resources: {requests: {cpu: 10, memory: 80Gi, nvidia.com/gpu: \(gpus)}}}]
                \(spec)
                status: {\(status)}
                """)
        }
    }

    /// So many minutes after noon of the day of these tests.
    static func instant(_ minutes: Int) -> String {
        Timestamp(nanoseconds: 1_772_366_400_000_000_000 + Int64(minutes) * 60_000_000_000).description
    }

    static func time(_ minutes: Int) -> Timestamp {
        Timestamp(nanoseconds: 1_772_366_400_000_000_000 + Int64(minutes) * 60_000_000_000)
    }

    func objects() throws -> ObjectSet {
        var reader = ObjectReader()
        try reader.read(SourceText(name: "dump", text: documents.joined(separator: "\n---\n")))
        return reader.objects
    }

    /// The import of the dump, made at `now` minutes after noon.
    func imported(now: Int? = nil, _ change: (inout ClusterImport) -> Void = { _ in }) throws -> ImportedScenario {
        var source = ClusterImport(try objects(), file: "dump")
        source.now = now.map(Self.time)
        change(&source)
        let scenario = try source.scenario()
        _ = try Self.read(scenario)
        return scenario
    }

    /// What is wrong with the dump, in the program's words.
    func complaint(_ change: (inout ClusterImport) -> Void = { _ in }) throws -> String {
        var source = ClusterImport(try objects(), file: "dump")
        change(&source)
        do throws(InvalidInput) {
            _ = try source.scenario()
            return ""
        } catch {
            return error.description
        }
    }

    /// The scenario as the reader has it from the written file.
    static func read(_ scenario: ImportedScenario) throws(InvalidInput) -> Scenario {
        let text = ScenarioText(scenario, name: "written", configuration: "helm", source: "the chart's default").text
        return try ScenarioFile(SourceText(name: "written.yaml", text: text)).scenario.content
    }
}

extension ImportedScenario {
    func job(_ name: String) throws -> ImportedJob { try #require(jobs.first { $0.name == name }) }

    /// What notes say, each as one line.
    var said: [String] { notes.map(\.description) }
}
