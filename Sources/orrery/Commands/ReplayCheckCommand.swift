import ArgumentParser
import Configuration
import ControlPlane
import Foundation
import KubernetesObjects
import Quantities
import Scheduling
import Snapshots

struct ReplayCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay-check",
        abstract: "Play a live cluster's arrivals again, and compare decisions and start times.",
        discussion: """
            Takes what kubectl get shows at one moment, or at two, the earlier first. PodGroups and pods arrive when they \
            were created; what the earlier dump shows stands as it was. Says on how many pods the replay agrees about the \
            node, how far start times lie apart, and where they first part. docs/explain.md tells more.

            Examples:
              orrery replay-check scenarios/snapshots/replayed-hour/cluster.yaml --config helm
              orrery replay-check before.json after.json --config volcano-scheduler.conf --json
            """)

    @Argument(
        help: ArgumentHelp("One dump, or the earlier and the later (YAML or JSON).", valueName: "export"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var exports: [String]
    @Option(
        help: ArgumentHelp(
            "volcano-scheduler.conf, or a ConfigMap with it; 'default' (in-binary) or 'helm'. Without it: the scheduler's ConfigMap of the dump, else helm.",
            valueName: "file"), completion: .file())
    var config: String?
    @Option(
        parsing: .unconditional, help: "Seed of tie orders (default: ties go to the lowest name).",
        transform: Value.seed)
    var seed: UInt64?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if exports.count > 2 { throw ValidationError("found \(exports.count) exports, expected one or two") }
    }

    func run() throws {
        let chosen = try config.map { name throws(InvalidInput) in try ChosenConfiguration(named: name) }
        let dumps = try exports.map { path throws(InvalidInput) in
            var reader = ObjectReader()
            try SnapshotFiles([path]).read(into: &reader)
            return reader.objects
        }
        guard let later = dumps.last else { return }
        if dumps.count == 2 { try checkOrder(dumps[0], later) }
        let configuration = chosen ?? ChosenConfiguration(in: later)
        let check = ReplayCheck(
            earlier: dumps.count == 2 ? dumps[0] : nil, later: later, configuration: configuration.configuration)
        let report = check.report(tieRule: seed.map { .seeded($0) } ?? .lowestName)
        if config == nil { Terminal.complain("configuration: \(configuration.source)") }
        if report.bound == 0 {
            let beginning = exports.count == 2 ? exports[0] + " was taken" : "the beginning"
            throw Failure.badInput("\(exports[exports.count - 1]): holds no pod that was bound after \(beginning)")
        }
        if json { print(Self.json(report)) } else { Self.tell(report) }
    }

    /// The two must be of one cluster, the earlier first.
    private func checkOrder(_ earlier: ObjectSet, _ later: ObjectSet) throws {
        if let first = earlier.latestInstant, let second = later.latestInstant, second < first {
            throw Failure.badInput(
                "\(exports[1]): is of \(second), earlier than \(exports[0]), which is of \(first); the earlier comes first"
            )
        }
        let names = Set(earlier.nodes.map(\.metadata.name))
        if !names.isEmpty, !later.nodes.isEmpty, names.isDisjoint(with: later.nodes.map(\.metadata.name)) {
            throw Failure.badInput(
                "\(exports[1]): has no node of \(exports[0]), such as \(earlier.nodes[0].metadata.name); both must be of one "
                    + "cluster")
        }
    }

    private static func tell(_ report: ReplayCheck.Report) {
        func percent(_ part: Int, _ whole: Int) -> Int { whole == 0 ? 0 : (part * 100 + whole / 2) / whole }
        func text(_ length: SimDuration?) -> String { length.map { "\($0)" } ?? "–" }
        print("\(report.bound) pods were bound; the replay binds \(report.boundToo) of them", terminator: "")
        print(report.extra > 0 ? ", and \(report.extra) others" : "")
        print("  on the same node: \(report.sameNode) (\(percent(report.sameNode, report.boundToo)) %)")
        print("  start times apart: median \(text(report.distance(50))), p95 \(text(report.distance(95)))")
        if let parting = report.parting {
            print("  they first part at \(parting.time): \(parting.text)")
        } else {
            print("  they never part")
        }
    }

    private static func json(_ report: ReplayCheck.Report) -> JSONValue {
        func seconds(_ length: SimDuration?) -> JSONValue {
            length.map { .number(Double($0.nanoseconds) / 1e9) } ?? .null
        }
        return [
            "bound": .integer(Int64(report.bound)), "bound_too": .integer(Int64(report.boundToo)),
            "same_node": .integer(Int64(report.sameNode)), "only_in_replay": .integer(Int64(report.extra)),
            "start_distance_p50_s": seconds(report.distance(50)), "start_distance_p95_s": seconds(report.distance(95)),
            "first_part": report.parting.map { ["time": .string("\($0.time)"), "text": .string($0.text)] }
                ?? JSONValue.null,
        ]
    }
}
