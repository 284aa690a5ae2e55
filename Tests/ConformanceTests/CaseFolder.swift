import Foundation

@testable import Conformance

/// A temporary folder of case files; gone with the object.
final class CaseFolder {
    let path: String

    /// Files by their path below the folder.
    init(_ files: [String: String]) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "orrery-cases-\(UUID().uuidString)")
        path = url.path
        for (name, text) in files {
            let file = url.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func report(_ configure: (inout ConformanceOptions) -> Void = { _ in }) throws -> ConformanceReport {
        var options = ConformanceOptions()
        configure(&options)
        return try ConformanceRun.report(on: [path], options: options)
    }

    /// How the only case `text` ends.
    static func outcome(_ text: String, seeds: Int = 5) throws -> CaseOutcome {
        let folder = try CaseFolder(["one/case.yaml": text])
        let report = try folder.report { $0.seeds = seeds }
        return report.results[0].outcome
    }
}

/// Small cases; `$…` stand for parts that tests replace.
enum CaseText {
    /// Two equal nodes and a gang of one pod, which allocate places on either.
    static func twoNodes(
        scheduler: String = "", expect: String, more: String = "", objects: String = ""
    ) -> String {
        """
        case: own/two-nodes
        title: one pod, two equal nodes
        scheduler:
          actions: "allocate"
          tiers:
            - plugins:
                - {name: gang}
                - {name: predicates}
          \(scheduler)
        objects:
          - {apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: q1}, spec: {weight: 1}}
          - {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {allocatable: {cpu: '4', memory: 8Gi, pods: '10'}}}
          - {apiVersion: v1, kind: Node, metadata: {name: n2}, status: {allocatable: {cpu: '4', memory: 8Gi, pods: '10'}}}
          - {apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: pg1, namespace: c1}, spec: {queue: q1, minMember: 1}, status: {phase: Inqueue}}
          - {apiVersion: v1, kind: Pod, metadata: {name: p1, namespace: c1, uid: c1-p1, annotations: {scheduling.k8s.io/group-name: pg1}}, spec: {containers: [{resources: {requests: {cpu: '1', memory: 1Gi}}}]}, status: {phase: Pending}}
          \(objects)
        \(more)
        expect:
          \(expect)
        """
    }

    /// A table of one check of resource addition.
    static func table(unit: String = "Resource.add", check: String) -> String {
        """
        case: own/table
        title: a table
        kind: unit
        unit: \(unit)
        checks:
          - \(check)
        """
    }
}
