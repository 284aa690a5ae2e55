import ArgumentParser
import Experiments
import Reports
import Scheduling

extension NodePolicy: ExpressibleByArgument {}

extension ValidateCommand {
    struct Packing: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pack a pod list onto a node list under every node policy and print the curves.",
            discussion: """
                The protocol of the FGD study on openb traces: pods are re-sampled to a share of the GPUs, shuffled, and \
                arrive one by one; nobody leaves.

                Example: orrery validate packing --nodes openb_node_list_gpu_node.csv.gz --pods openb_pod_list_default.csv.gz
                """)

        @Option(help: "Node list (openb).", completion: .file()) var nodes: String
        @Option(help: "Pod list (openb).", completion: .file()) var pods: String
        @Option(
            parsing: .singleValue,
            help: "Node policy; may be given often. All of the study's six if not given.",
            completion: .list(Value.placementNames), transform: Value.name)
        var policy: [NodePolicy] = []
        @Option(parsing: .unconditional, help: "Number of seeds, from 42 on (default: 10).", transform: Value.count)
        var seeds = 10
        @Option(
            parsing: .unconditional, help: "Arrived demand at the end, as a multiple of the GPUs (default: 1.3).",
            transform: Value.share)
        var ratio = 1.3
        @Option(
            name: .shortAndLong, parsing: .unconditional, help: "Threads (default: 1); results do not depend on it.",
            transform: Value.count)
        var jobs = 1
        @Flag(help: "Print every point of every curve as CSV.") var csv = false

        func validate() throws {
            if seeds > 1_000 { throw ValidationError("--seeds: found \(seeds), expected at most 1000") }
            if ratio > 10 { throw ValidationError("--ratio: found \(ratio), expected at most 10") }
        }

        func run() throws {
            let packing = try OpenbPacking(nodes: nodes, pods: pods, ratio: ratio)
            let study: [NodePolicy] = [.random, .dotProduct, .gpuClustering, .gpuPacking, .weightedBestFit, .fgd]
            let outcomes = packing.outcomes(
                policy.isEmpty ? study : policy, seeds: (0..<UInt64(seeds)).map { 42 + $0 }, concurrency: jobs)
            if csv {
                print(packing.csv(outcomes), terminator: "")
                return
            }
            let demands = [50, 80, 100, 130].filter { Double($0) <= ratio * 100 }
            for measure in OpenbMeasure.allCases {
                let table = DataTable(
                    "\(measure.rawValue) in %, mean of \(seeds) seeds, at arrived demand",
                    [.text("policy")] + demands.map { .number("\($0) %") },
                    rows: outcomes.map { outcome in
                        let curve = outcome.mean(measure)
                        return [DataTable.Cell(outcome.policy.rawValue)]
                            + demands.map { DataTable.Cell($0 < curve.count ? Self.fixed(curve[$0]) : "–") }
                    })
                print(table.text)
            }
        }

        /// Two decimals, independent of locale.
        private static func fixed(_ value: Double) -> String {
            let hundredths = Int((value * 100).rounded())
            let rest = abs(hundredths % 100)
            return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
        }
    }
}
