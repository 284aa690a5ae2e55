import ArgumentParser
import Foundation
import Quantities
import Reports
import Workloads

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Workload traces: read public formats, describe them, generate new ones.",
        discussion: "Example: orrery trace describe log.swf.gz",
        subcommands: [Import.self, Describe.self, Generate.self])

    /// The trace to read and what the reader leaves to the user.
    struct Source: ParsableArguments {
        @Argument(help: "Trace file, plain or gzip.", completion: .file())
        var trace: String

        @Option(help: "Format of the trace; found out from its first line if not given.")
        var format: TraceFormat?

        @Option(help: "SWF: what a processor becomes.")
        var processors: SWFOptions.Processor = .core

        @Option(help: "SWF: processors that one pod holds; 1 core or 8 GPUs if not given.")
        var processorsPerPod: Int?

        @Option(help: "SWF: which count is used when both are known.")
        var count: SWFOptions.Count = .requested

        @Option(help: "SWF: what becomes of jobs with a run time of zero.")
        var zeroRun: SWFOptions.ZeroRun = .drop

        @Option(help: "SWF: what becomes of jobs that ran longer than requested.")
        var overrun: SWFOptions.Overrun = .keep

        @Option(help: "SWF: what the memory field counts.")
        var memory: SWFOptions.Memory = .ignore

        @Option(help: "SWF: where simulated time zero lies.")
        var epoch: SWFOptions.Epoch = .automatic

        @Option(help: "openb: what becomes of pods that never ran.")
        var unscheduled: OpenbPodList.Unscheduled = .drop

        func validate() throws {
            if let processorsPerPod, processorsPerPod < 1 {
                throw ValidationError("--processors-per-pod: found \(processorsPerPod), expected at least 1")
            }
        }

        func read() throws -> Workload {
            let swf = SWFOptions(
                processor: processors, processorsPerPod: processorsPerPod, count: count, zeroRun: zeroRun,
                overrun: overrun, memory: memory, epoch: epoch)
            return try Workload.read(
                path: trace, format: format, options: TraceOptions(swf: swf, openbUnscheduled: unscheduled))
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a public trace into Orrery's CSV and report what was kept and dropped.",
            discussion: "Example: orrery trace import log.swf.gz --processors gpu --out jobs.csv.gz")

        @OptionGroup var source: Source
        @Option(name: .shortAndLong, help: "File to write; compressed if it ends in .gz.", completion: .file())
        var out: String
        @Flag(help: "Print the report as JSON.") var json = false

        func run() throws {
            let workload = try source.read()
            try OrreryWriter.write(workload, to: out, comments: ["imported from \(source.trace)"])
            if json {
                try printJSON(workload.report)
            } else {
                print(Self.table(workload.report).text, terminator: "")
                for note in workload.report.notes { print("note: \(note)") }
                print("wrote \(out)")
            }
        }

        private static func table(_ report: ImportReport) -> DataTable {
            let rows =
                [("rows read", report.rowsRead), ("rows kept", report.rowsKept), ("jobs", report.jobs)]
                + report.dropped.map { ("dropped: \($0.reason)", $0.rows) }
                + [
                    ("GPU-hours", Int(report.gpuHours.rounded())), ("core-hours", Int(report.coreHours.rounded())),
                ]
            return DataTable(
                "Import of \(report.source) (\(report.format))", [.text("what"), .number("count")],
                rows: rows.map { [DataTable.Cell($0.0), DataTable.Cell("\($0.1)")] })
        }
    }

    struct Describe: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Statistics of a trace: sizes, durations, arrivals, offered load.",
            discussion: "Example: orrery trace describe traces/training-mix.csv.gz --gpus 512")

        @OptionGroup var source: Source
        @Option(
            parsing: .unconditional, help: "GPUs of the cluster that the offered load is compared with.",
            transform: Value.count)
        var gpus: Int?
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let description = TraceDescription(try source.read(), gpus: gpus)
            if json { try printJSON(description) } else { print(description.text) }
        }
    }

    struct Generate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Generate a synthetic training mix with the shape of published GPU clusters.",
            discussion: """
                Example: orrery trace generate --horizon 7d --rate 20/h --gpus 512 --load 0.85 --out mix.csv.gz
                Example: orrery trace generate --philly --jobs 68000 --out philly-like.csv.gz
                """)

        @Option(parsing: .unconditional, help: "Seed of all random streams (default: 1).", transform: Value.seed)
        var seed: UInt64 = 1
        @Option(
            parsing: .unconditional, help: "Mean arrival rate over a week (default: 20/h).", transform: Value.rate)
        var rate: Rate?
        @Option(
            parsing: .unconditional, help: "Length of the trace, such as 14d (default: 7d).",
            transform: Value.duration)
        var horizon: SimDuration?
        @Option(parsing: .unconditional, help: "Number of jobs, in place of a horizon.", transform: Value.count)
        var jobs: Int?
        @Option(
            parsing: .unconditional, help: "GPUs of the cluster that --load refers to.", transform: Value.count)
        var gpus: Int?
        @Option(
            parsing: .unconditional, help: "Offered load as a share of --gpus; run times are scaled to meet it.",
            transform: Value.share)
        var load: Double?
        @Option(
            parsing: .unconditional, help: "Largest job in GPUs; larger ones are not drawn.", transform: Value.count)
        var largestJob: Int?
        @Flag(help: "Eleven virtual clusters with Philly's sizes (328 nodes of 8 GPUs) in place of three teams.")
        var philly = false
        @Option(name: .shortAndLong, help: "File to write; compressed if it ends in .gz.", completion: .file())
        var out: String

        private static let usualRate = Rate(rawValue: 20.0 / 3600)

        func validate() throws {
            if horizon != nil && jobs != nil { throw ValidationError("give --horizon or --jobs, not both") }
            if philly {
                let given = [
                    ("--rate", rate != nil), ("--horizon", horizon != nil), ("--gpus", gpus != nil),
                    ("--largest-job", largestJob != nil),
                ]
                for (option, isGiven) in given where isGiven {
                    throw ValidationError(
                        "\(option) does not go with --philly, which brings its own clusters and arrivals")
                }
            } else if (load == nil) != (gpus == nil) {
                throw ValidationError("--load and --gpus belong together")
            }
        }

        func run() throws {
            let workload = try mix.generate()
            try OrreryWriter.write(workload, to: out, comments: ["generated by: \(commandLine)"])
            print("wrote \(out): \(workload.jobs.count) jobs, \(Int(workload.report.gpuHours.rounded())) GPU-hours")
        }

        private var mix: TrainingMix {
            if philly {
                return TrainingMix.virtualClusters(jobs: jobs ?? 68_000, load: load ?? 0.8, seed: seed)
            }
            var mix = TrainingMix(seed: seed)
            mix.jobsPerHour = (rate ?? Self.usualRate).rawValue * 3600
            if let horizon { mix.extent = .horizon(horizon) }
            if let jobs { mix.extent = .jobs(jobs) }
            if let load, let gpus { mix.load = TrainingMix.Load(share: load, gpus: gpus) }
            mix.largestJob = largestJob
            return mix
        }

        private var commandLine: String {
            var words = ["orrery trace generate --seed \(seed)"]
            words.append(philly ? "--philly" : "--rate \(rate ?? Self.usualRate)")
            if let horizon { words.append("--horizon \(horizon)") }
            if let jobs { words.append("--jobs \(jobs)") }
            if let gpus { words.append("--gpus \(gpus)") }
            if let load { words.append("--load \(load)") }
            if let largestJob { words.append("--largest-job \(largestJob)") }
            return words.joined(separator: " ")
        }
    }
}
