import ArgumentParser
import Configuration
import Foundation
import KubernetesObjects
import Quantities
import Scheduling
import Snapshots

struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule",
        abstract: "One cycle of Volcano on a dump of a live cluster: what it would do, and why not.",
        discussion: """
            Shows binds, evictions, pods that get a place others still hold (pipelined), phases, and for every PodGroup that \
            waits the chain of reasons. Much of the real answer hangs on chance: --samples plays the cycle under many tie \
            orders and says which decisions are certain. docs/schedule.md says how to make a dump and how to read the output.

            Examples:
              orrery schedule scenarios/snapshots/two-teams/cluster.yaml --samples 100
              orrery schedule dump.yaml --what-if changes.yaml --json
              orrery schedule dump.yaml --cycles 3600 --run-length 2h
              kubectl get nodes,pods,queues,podgroups -A -o json | orrery schedule -
            """)

    @Argument(
        help: ArgumentHelp(
            "Dumps (YAML or JSON, lists, several documents), folders of them, or - for standard input.",
            valueName: "snapshot"), completion: .file(extensions: ["yaml", "yml", "json"]))
    var snapshots: [String]
    @Option(
        help: ArgumentHelp(
            "volcano-scheduler.conf, or a ConfigMap with it; 'default' (in-binary), 'helm', or a policy such as 'fifo-gang' (docs/schedulers.md). Without it: the scheduler's ConfigMap of the dump, else helm.",
            valueName: "file"), completion: .file())
    var config: String?
    @Option(
        help: ArgumentHelp(
            "Objects to change, add or remove ($patch: delete); both results are compared.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml", "json"]))
    var whatIf: String?
    @Option(
        parsing: .unconditional, help: "Tie orders to play the cycle under, to tell certain decisions from open ones.",
        transform: Value.count)
    var samples: Int?
    @Option(
        parsing: .unconditional, help: "Seed of the first sample, and of --tie-break seeded (default: 1).",
        transform: Value.seed)
    var seed: UInt64?
    @Option(
        help: ArgumentHelp(
            "The scheduler's clock, such as 2026-03-01T12:00:00Z (default: the latest instant in the dump).",
            valueName: "rfc3339"), transform: Value.instant)
    var now: Timestamp?
    @Option(help: "How ties are broken in the cycle shown.")
    var tieBreak: TieBreak = .lowestName
    @Option(
        parsing: .unconditional,
        help: "Play on for so many cycles (of a second): what happens, who starts when, what goes wrong.",
        transform: Value.count)
    var cycles: Int?
    @Option(
        help: ArgumentHelp(
            "How long pods run when played on (default: estimated from the ages of those that run).",
            valueName: "duration"), transform: Value.duration)
    var runLength: SimDuration?
    @Flag(help: "Print JSON.") var json = false

    enum TieBreak: String, ExpressibleByArgument, CaseIterable {
        case lowestName = "lowest-name"
        case seeded
    }

    func validate() throws {
        if let samples, samples > 100_000 {
            throw ValidationError("--samples: found \(samples), expected at most 100000")
        }
        if let cycles, cycles > 10_000_000 {
            throw ValidationError("--cycles: found \(cycles), expected at most 10000000")
        }
        if tieBreak == .seeded, cycles != nil {
            throw ValidationError(
                "--tie-break seeded is for one cycle; with --cycles, --samples plays under other ties")
        }
        if runLength != nil, cycles == nil { throw ValidationError("--run-length needs --cycles") }
        if snapshots.count(where: { $0 == "-" }) + [config, whatIf].count(where: { $0 == "-" }) > 1 {
            throw ValidationError("standard input (-) can be read once")
        }
    }

    func run() throws {
        if let cycles {
            let play = SchedulePlayOn(
                snapshots: snapshots, config: config, whatIf: whatIf, now: now, cycles: cycles, runLength: runLength,
                samples: samples ?? 10, seed: seed ?? 1)
            return try play.run(json: json)
        }
        var once = ScheduleOnce(snapshot: snapshots)
        once.configuration = config
        once.changes = whatIf
        once.samples = samples
        if let seed { once.seed = seed }
        once.isSeeded = tieBreak == .seeded
        once.now = now
        once.width = ProcessInfo.processInfo.activeProcessorCount
        let result = try once.result()
        if config == nil {
            let hint = result.configuration.isAssumed ? "; choose another with --config" : ""
            Terminal.complain("configuration: \(result.configuration.source)\(hint)")
        }
        if json {
            print(result.json)
        } else {
            ScheduleText(result).print()
        }
    }
}
