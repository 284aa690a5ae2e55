import ArgumentParser
import Configuration
import Foundation
import KubernetesObjects
import Quantities
import Scenarios
import Snapshots

struct ScenarioFromCluster: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "from-cluster",
        abstract: "Make a scenario of a dump of a live cluster: its nodes, queues, jobs and scheduler configuration.",
        discussion: """
            Writes a scenario to be edited, and the scheduler's configuration beside it (FILE.conf). What a scenario cannot \
            say is listed at its head and on standard error, with counts. docs/from-a-cluster.md leads from the dump to a \
            comparison of two configurations.

            Examples:
              orrery scenario from-cluster scenarios/snapshots/gpu-day/cluster.yaml --out day.yaml
              orrery scenario from-cluster dump.yaml --config new.conf --machine workers=dgx-h100 --run-length 4h
              kubectl get nodes,queues,podgroups,pods,priorityclasses,configmaps -A -o yaml | orrery scenario from-cluster -
            """)

    @Argument(
        help: ArgumentHelp(
            "Dumps (YAML or JSON, lists, several documents), folders of them, or - for standard input.",
            valueName: "dump"), completion: .file(extensions: ["yaml", "yml", "json"]))
    var dumps: [String]
    @Option(
        help: ArgumentHelp(
            "volcano-scheduler.conf, or a ConfigMap with it; 'default' (in-binary) or 'helm'. Without it: the scheduler's ConfigMap of the dump, else helm.",
            valueName: "file"), completion: .file())
    var config: String?
    @Option(
        name: .shortAndLong, help: ArgumentHelp("The scenario to write.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var out = "scenario.yaml"
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Machine card, or GPU model, of a node pool ('orrery catalog hardware'). May be given often.",
            valueName: "pool=card"), transform: PoolMachine.init)
    var machine: [PoolMachine] = []
    @Option(
        help: ArgumentHelp(
            "How long jobs run that have not ended (default: estimated from the ages of those that run).",
            valueName: "duration"), transform: Value.duration)
    var runLength: SimDuration?
    @Option(
        help: ArgumentHelp(
            "The instant that becomes time zero (default: the first submission); what ended before is left out.",
            valueName: "rfc3339"), transform: Value.instant)
    var since: Timestamp?
    @Option(
        help: ArgumentHelp(
            "When the dump was made (default: the latest instant in it).", valueName: "rfc3339"),
        transform: Value.instant)
    var now: Timestamp?
    @Flag(help: "Replace files that exist.") var force = false

    /// One `--machine`.
    struct PoolMachine {
        var pool: String
        var card: String

        init(_ text: String) throws {
            guard let split = text.firstIndex(of: "="), split != text.startIndex, text.last != "=" else {
                throw ValidationError("expected a node pool and a machine card, such as workers=dgx-h100")
            }
            pool = String(text[..<split])
            card = String(text[text.index(after: split)...])
        }
    }

    func validate() throws {
        if dumps.count(where: { $0 == "-" }) + (config == "-" ? 1 : 0) > 1 {
            throw ValidationError("standard input (-) can be read once")
        }
        if out.hasSuffix(".conf") || out.isEmpty {
            throw ValidationError(
                "--out: expected a file such as scenario.yaml; the configuration is written as .conf beside it")
        }
        if let runLength, runLength <= .zero { throw ValidationError("--run-length: expected more than no time") }
    }

    func run() throws {
        let chosen = try config.map { try ChosenConfiguration(named: $0) }
        var reader = ObjectReader()
        try SnapshotFiles(dumps).read(into: &reader)
        var source = ClusterImport(reader.objects, file: dumps[0] == "-" ? "stdin" : dumps[0])
        source.skipped = reader.skipped
        source.machines = machine.map { ($0.pool, $0.card) }
        (source.runLength, source.since, source.now) = (runLength, since, now)
        let scenario = try source.scenario()
        try write(scenario, chosen ?? ChosenConfiguration(in: reader.objects))
    }

    private func write(_ scenario: ImportedScenario, _ configuration: ChosenConfiguration) throws {
        let beside = (out as NSString).deletingPathExtension + ".conf"
        let stem = URL(filePath: out).deletingPathExtension().lastPathComponent
        var text = ScenarioText(scenario, name: stem, configuration: "helm", source: configuration.source)
        if let name = configuration.name {
            guard ["default", "helm"].contains(name) else {
                throw Failure.badInput(
                    "--config: found the policy \(name), expected default, helm or a file; 'orrery compare --policies' compares policies"
                )
            }
            text.configuration = name
        }
        // With a configuration that is not yet there the reader could not judge the rest.
        _ = try ScenarioFile(SourceText(name: out, text: text.text))
        let paths = [out] + (configuration.text == nil ? [] : [beside])
        if !force, let path = paths.first(where: FileManager.default.fileExists) {
            throw Failure.badInput("\(path): exists; choose another file with --out, or replace it with --force")
        }
        if let conf = configuration.text {
            text.configuration = stem + ".conf"
            try writeFile(Data(conf.utf8), to: beside)
        }
        try writeFile(Data(text.text.utf8), to: out)
        report(scenario, text, configuration, beside)
    }

    private func report(
        _ scenario: ImportedScenario, _ text: ScenarioText, _ configuration: ChosenConfiguration, _ beside: String
    ) {
        if config == nil, configuration.isAssumed {
            Terminal.complain("configuration: \(configuration.source); choose another with --config")
        }
        for note in scenario.notes { Terminal.complain(note.description) }
        for job in scenario.impossible {
            Terminal.complain("can never start, a comment at the end: \(job.name): \(job.obstacle)")
        }
        if scenario.reachesFarBack {
            Terminal.complain("time zero is \(scenario.start), long before the dump; --since makes the run shorter")
        }
        let nodes = scenario.pools.reduce(0) { $0 + $1.nodes.count }
        let gpus = scenario.pools.reduce(0) { $0 + $1.nodes.count * $1.gpus }
        for pool in scenario.pools {
            let machine =
                switch pool.machine {
                case .card(let name): name
                case .inline: "as its nodes can allocate"
                }
            print(
                "pool \(pool.name): \(pool.nodes.count) node\(pool.nodes.count == 1 ? "" : "s"), \(pool.gpus) GPUs each, \(machine)"
            )
        }
        print("\(nodes) nodes, \(gpus) GPUs, \(scenario.queues.count) queues. \(text.summary)")
        for sentence in text.durations { print(sentence) }
        print("scenario       \(out)")
        print("configuration  \(configuration.text == nil ? text.configuration : beside) (\(configuration.source))")
    }
}
