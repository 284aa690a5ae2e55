import ArgumentParser
import CostModel
import Quantities

extension Collective: ExpressibleByArgument {}
extension NetworkKind: ExpressibleByArgument {}

struct EstimateCollective: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collective", abstract: "How long a collective takes, and how NCCL runs it.",
        discussion: """
            Prints every algorithm and protocol with NCCL's own estimate, which decides what NCCL runs, and with the \
            time that the cost model predicts from measured curves; and why the others cannot run. Without --bytes: \
            the choice from 1 KiB to 8 GiB. docs/training.md says what is modelled.

            Examples:
              orrery estimate collective --gpus 16 --hardware dgx-h100 --bytes 64MiB
              orrery estimate collective --gpus 256 --hardware dgx-h100 --sharp
              orrery estimate collective --collective all_to_all --gpus 64 --hardware dgx-h100 --bytes 256MiB
            """)

    @Option(help: "What is exchanged.") var collective = Collective.allReduce
    @OptionGroup var machines: MachineOptions
    @Option(
        parsing: .unconditional,
        help: "Size: the full buffer; for all_to_all what one rank holds (default: many sizes).",
        transform: Value.bytes)
    var bytes: Bytes?
    @Option(
        parsing: .unconditional, help: "Ranks of the group in one NVLink domain (default: as many as it holds).",
        transform: Value.count)
    var perDomain: Int?
    @Option(
        parsing: .unconditional, help: "Network cards of a node (default: the machine's, or one for each GPU).",
        transform: Value.count)
    var nics: Int?
    @Option(help: "Network adapters.") var network = NetworkKind.rdma
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        for (name, value) in [
            ("--gpus", machines.gpus), ("--nics", nics ?? 1), ("--per-domain", perDomain ?? 1),
        ] where value > 1 << 20 { throw Failure.badInput("\(name): found \(value), expected at most \(1 << 20)") }
        guard machines.gpus > 1 else { throw Failure.badInput("--gpus: found 1, expected at least 2 that exchange") }
        if bytes?.rawValue == 0 { throw Failure.badInput("--bytes: expected more than 0") }
        var (platform, _) = try machines.platform()
        if let perDomain, perDomain > platform.domain {
            throw Failure.badInput("--per-domain: found \(perDomain), but a domain holds \(platform.domain) GPUs")
        }
        platform.networkKind = network
        if let nics { platform.adaptersPerNode = nics }
        if let perDomain { platform.conditions[.data].reach = perDomain }
        let group = platform.group(ranks: machines.gpus, stride: 1, along: .data)
        let text = CollectiveText(
            collective: collective, group: group, card: platform.card.name,
            model: TrainingCostModel(platform: platform).collectives)
        if json { return try printJSON(CollectiveReport(text, bytes: bytes.map { [$0] } ?? CollectiveText.sizes)) }
        print(text.heading)
        if let bytes {
            print(text.pairs(Double(bytes.rawValue)))
            print(text.choice(Double(bytes.rawValue)))
        } else {
            print(text.regimes)
        }
    }
}
