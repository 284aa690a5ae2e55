import Foundation
import Scheduling
import Testing
import Workloads

@testable import Experiments

@Suite struct OpenbValidationTests {
    static let lists = "traces-real/cluster/alibaba-gpu-2023-openb"
    static let policies: [(label: String, policy: NodePolicy)] = [
        ("01-Random", .random), ("05-BestFit", .weightedBestFit), ("06-FGD", .fgd),
    ]

    /// `validation/fgd-openb` and the lists that it refers to, removed at the end.
    final class Directory {
        let root: URL
        var validation: String { root.appendingPathComponent("validation/scheduling").path }
        func list(_ name: String) -> String {
            root.appendingPathComponent("\(OpenbValidationTests.lists)/\(name)").path
        }

        init() throws {
            root = FileManager.default.temporaryDirectory.appendingPathComponent("orrery-openb-\(UUID().uuidString)")
            let nodes = (0..<12).map { "n\($0),\($0 % 3 == 0 ? 16000 : 32000),65536,4,\($0 % 2 == 0 ? "T4" : "G2")" }
            try write(
                "\(OpenbValidationTests.lists)/openb_node_list_gpu_node.csv.gz",
                ["sn,cpu_milli,memory_mib,gpu,model"] + nodes)
            let pods = (0..<60).map { index in
                index % 3 == 0
                    ? "p\(index),6000,4096,1,1000" : "p\(index),\(1000 * (index % 7)),4096,1,\(100 + 70 * (index % 9))"
            }
            try write(
                "\(OpenbValidationTests.lists)/openb_pod_list_tiny.csv.gz",
                ["name,cpu_milli,memory_mib,num_gpu,gpu_milli"] + pods)
        }

        func write(_ path: String, _ lines: [String]) throws {
            let file = root.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        }

        /// Publishes curves: ours, moved by `shift` points.
        func publish(_ workload: String, shift: Double, extra: [String] = []) throws {
            let packing = try OpenbPacking(
                nodes: list("openb_node_list_gpu_node.csv.gz"), pods: list("openb_pod_list_tiny.csv.gz"))
            let outcomes = packing.outcomes(OpenbValidationTests.policies.map(\.policy), seeds: [42, 43])
            for measure in OpenbMeasure.allCases {
                var lines = ["workload,sc_policy,tune,seed," + (0...130).map { "\($0)" }.joined(separator: ",")]
                for (outcome, named) in zip(outcomes, OpenbValidationTests.policies) {
                    for (seed, curve) in zip(outcome.seeds, outcome.curves) {
                        let cells = measure.values(of: curve).map { $0.isNaN ? "" : "\($0 + shift)" }
                        lines.append("\(workload),\(named.label),1.3,\(seed)," + cells.joined(separator: ","))
                    }
                }
                try write("validation/scheduling/fgd-openb/\(measure.rawValue).csv", lines + extra)
            }
        }

        func rows(concurrency: Int = 1) throws -> [SchedulingValidation.Row] {
            try OpenbValidation(folder: "fgd-openb", directory: validation, concurrency: concurrency).rows()
        }

        deinit { try? FileManager.default.removeItem(at: root) }
    }

    @Test func publishedCurvesAreMetOrNot() throws {
        let directory = try Directory()
        try directory.publish("openb_pod_list_tiny", shift: 0.49)
        let rows = try directory.rows()
        #expect(rows.count == 4)
        #expect(rows.prefix(3).allSatisfy { $0.verdict == .agrees && $0.compared > 300 })
        #expect(rows.first?.name == "openb_pod_list_tiny 01-Random")
        #expect(rows.first?.detail.hasPrefix("largest deviation: allocated 0.49 at") == true)
        #expect(rows.last?.name == "openb_pod_list_tiny FGD ahead of all others")
        #expect(rows.last?.compared == 4)

        try directory.publish("openb_pod_list_tiny", shift: 60)
        #expect(try directory.rows().prefix(3).allSatisfy { $0.verdict == .differs })
    }

    @Test func rowsDoNotDependOnTheNumberOfThreads() throws {
        let directory = try Directory()
        try directory.publish("openb_pod_list_tiny", shift: 0.1)
        #expect(try directory.rows(concurrency: 3) == directory.rows(concurrency: 1))
    }

    @Test func whatCannotBeReplayedIsSaid() throws {
        let directory = try Directory()
        let empty = String(repeating: ",", count: 131)
        try directory.publish(
            "openb_pod_list_tiny", shift: 0,
            extra: ["openb_pod_list_tiny,07-Other,1.3,42" + empty, "openb_pod_list_none,06-FGD,1.3,42" + empty])
        let uncovered = try directory.rows().filter { $0.verdict == .notCovered }
        #expect(uncovered.map(\.detail) == ["no such policy", "there is no such pod list"])
    }

    @Test func toleranceIsThreeDeviationsOrHalfAPoint() {
        let points = [[10.0, 10, 10], [10, 12, 14], [], [5]].map { OpenbPublished.Point($0) }
        #expect(points[1]?.deviation == 2 && points[2] == nil && points[3]?.deviation == 0)
        func agreeing(_ ours: [Double]) -> Int { CurveComparison(ours, points).agreeing }
        #expect(agreeing([10.5, 18, 0, 4.5]) == 3)
        #expect(agreeing([10.51, 18.1, 0, 4.4]) == 0)
        #expect(agreeing([10, .nan, 0, 5]) == 2)
        #expect(CurveComparison([10, 15, 0, 5], points).largest == 3)
        #expect(CurveComparison([10], points).compared == 3)
    }

    @Test func badListsAreRefusedWithAReason() throws {
        let directory = try Directory()
        let nodes = directory.list("openb_node_list_gpu_node.csv.gz")
        let header = "name,cpu_milli,memory_mib,num_gpu,gpu_milli"
        try directory.write("cpu.csv", [header, "p,1000,1,0,0"])
        try directory.write("bad.csv", [header, "p,1000,1,1,many"])
        try directory.write("nodes.csv", ["sn,cpu_milli,memory_mib,gpu,model", "n,1000,1,0,"])
        func refusal(_ nodes: String, _ pods: String, _ ratio: Double = 1.3) -> String {
            do {
                _ = try OpenbPacking(nodes: nodes, pods: pods, ratio: ratio)
                return ""
            } catch {
                return "\(error)"
            }
        }
        let path = directory.root.path
        #expect(refusal(nodes, "\(path)/cpu.csv").contains("no pod that asks for a GPU"))
        #expect(refusal(nodes, "\(path)/bad.csv").contains("bad.csv:2:"))
        #expect(
            refusal("\(path)/nodes.csv", directory.list("openb_pod_list_tiny.csv.gz")).contains("no node with a GPU"))
        #expect(refusal(nodes, "\(path)/absent.csv").contains("absent.csv"))
        #expect(refusal(nodes, directory.list("openb_pod_list_tiny.csv.gz"), -1).contains("-1.0 times"))
    }

    @Test func curvesAsCSV() throws {
        let directory = try Directory()
        let packing = try OpenbPacking(
            nodes: directory.list("openb_node_list_gpu_node.csv.gz"),
            pods: directory.list("openb_pod_list_tiny.csv.gz"),
            ratio: 0.5)
        let lines = packing.csv(packing.outcomes([.fgd, .random], seeds: [1, 2])).split(separator: "\n")
        #expect(lines.count == 1 + 2 * 2 * 3)
        #expect(lines[0].hasPrefix("measure,workload,policy,seed,0,1,") && lines[0].hasSuffix(",50"))
        #expect(lines[1].hasPrefix("allocation_percent,openb_pod_list_tiny,fgd,1,"))
        let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
        #expect(fields.allSatisfy { $0 == 55 })
    }

    /// One seed of the real lists, up to a tenth of the demand, under the two policies that differ most; the rest is
    /// for `validate scheduling`.
    @Test func publishedCurvesOfOpenb() throws {
        let besidePackage = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/../shared"
        let root = ProcessInfo.processInfo.environment["ORRERY_SHARED"] ?? besidePackage
        guard FileManager.default.isReadableFile(atPath: "\(root)/\(Self.lists)"),
            FileManager.default.isReadableFile(atPath: "\(root)/validation/scheduling/fgd-openb")
        else {
            print("skipped 2 cases: no openb lists or published curves")
            return
        }
        let packing = try OpenbPacking(
            nodes: "\(root)/\(Self.lists)/openb_node_list_gpu_node.csv.gz",
            pods: "\(root)/\(Self.lists)/openb_pod_list_default.csv.gz", ratio: 0.1)
        let published = try OpenbPublished.read(folder: "\(root)/validation/scheduling/fgd-openb")
            .filter { $0.workload == packing.name }
        for outcome in packing.outcomes([.random, .fgd], seeds: [42], concurrency: 2) {
            for measure in OpenbMeasure.allCases {
                let points = published.first { $0.policy == outcome.policy }?.points[measure] ?? []
                #expect(points.count == 131)
                for (ours, point) in zip(outcome.mean(measure), points) {
                    guard let point else { continue }
                    #expect(abs(ours - point.mean) <= max(5 * point.deviation, 0.5))
                }
            }
        }
    }
}
