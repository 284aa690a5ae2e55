import ArgumentParser
import ClusterModel
import CostModel
import Reports
import Scheduling

struct CatalogCommand: ParsableCommand {
    enum Section: String, CaseIterable, ExpressibleByArgument { case hardware, models, software, storage, policies }

    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "What is built in: machines, GPUs, models, software, storage, failures, policies, with sources.",
        discussion: "Example: orrery catalog hardware")

    @Argument(help: "One section; without it, all.") var section: Section?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let catalog = Catalog(.builtIn)
        if json {
            switch section {
            case .hardware: try printJSON(catalog.hardware)
            case .models: try printJSON(catalog.models)
            case .software: try printJSON(catalog.software)
            case .storage: try printJSON(catalog.storage)
            case .policies: try printJSON(catalog.policies)
            case nil: try printJSON(catalog)
            }
            return
        }
        if section == nil || section == .hardware {
            print(catalog.machineTable.text)
            print(catalog.gpuTable.text)
            print(catalog.sourceTable.text)
        }
        if section == nil || section == .models { print(catalog.modelTable.text) }
        if section == nil || section == .software { print(catalog.softwareTable.text) }
        if section == nil || section == .storage { for table in catalog.storage.tables { print(table.text) } }
        if section == nil || section == .policies { print(catalog.policyTable.text) }
    }
}

/// The built-in cards and policies in a form that can be printed.
private struct Catalog: Encodable {
    struct Machine: Encodable {
        var name: String
        var summary: String
        var gpus: Int
        var gpu: String
        var logicalCPUs: Int
        var memoryBytes: Int64
        var nics: Int
        var nicBytesPerSecond: Double
        var powerWatts: Double?
        var priceMicrodollarsPerGPUHour: Int64
        var sources: [String]
    }

    struct GPU: Encodable {
        var name: String
        var memoryBytes: Int64?
        var memoryBytesPerSecond: Double?
        var fp16FLOPsPerSecond: Double?
        var fp8FLOPsPerSecond: Double?
        var fp4FLOPsPerSecond: Double?
        var scaleUpBytesPerSecond: Double?
        var pcieBytesPerSecond: Double?
        var powerWatts: Double?
        var sources: [String]
    }

    struct Hardware: Encodable {
        var machines: [Machine]
        var gpus: [GPU]
        var sources: [String: String]
    }

    struct Model: Encodable {
        var name: String
        var parameters: Double
        var activeParameters: Double
        var layers: Int
        var hidden: Int
        var attention: String
        var architecture: String
        var source: String
    }

    struct Software: Encodable {
        var name: String
        var attention: String
        var fusesSmallOperators: Bool
        var usesGraphs: Bool
        var overlapsData: Bool
        var overlapsTensor: Bool
        var overlapsPipeline: Bool
        var gradientBytes: Double
        var bucketBytes: Double
    }

    struct Policy: Encodable {
        var kind: String
        var name: String
    }

    var hardware: Hardware
    var models: [Model]
    var software: [Software]
    var storage = StorageCatalog()
    var policies: [Policy]

    init(_ catalogue: HardwareCatalogue) {
        var titles: [String: String] = [:]
        func tags(_ sources: [FactSource?]) -> [String] {
            var tags: [String] = []
            for case let source? in sources {
                titles[source.tag] = source.title
                if !tags.contains(source.tag) { tags.append(source.tag) }
            }
            return tags
        }
        let machines = catalogue.machines.map { card in
            Machine(
                name: card.name, summary: card.summary, gpus: card.gpuCount.value, gpu: card.gpu ?? "",
                logicalCPUs: card.logicalCPUs.value, memoryBytes: card.memory.value.rawValue, nics: card.nics.value,
                nicBytesPerSecond: card.nicRate.value.rawValue, powerWatts: card.power?.value.rawValue,
                priceMicrodollarsPerGPUHour: card.price.value.rawValue,
                sources: tags([
                    card.gpuCount.source, card.memory.source, card.nicRate.source, card.power?.source,
                    card.price.source,
                ]))
        }
        let gpus = catalogue.gpus.map { card in
            GPU(
                name: card.name, memoryBytes: card.memory?.value.rawValue,
                memoryBytesPerSecond: card.memoryBandwidth?.value.rawValue,
                fp16FLOPsPerSecond: card.fp16?.value.rawValue, fp8FLOPsPerSecond: card.fp8?.value.rawValue,
                fp4FLOPsPerSecond: card.fp4?.value.rawValue, scaleUpBytesPerSecond: card.scaleUp?.value.rawValue,
                pcieBytesPerSecond: card.pcieGeneration.map { HostCard.pcieRate(generation: $0.value) },
                powerWatts: card.power?.value.rawValue,
                sources: tags([
                    card.memory?.source, card.memoryBandwidth?.source, card.fp16?.source, card.power?.source,
                ]))
        }
        hardware = Hardware(machines: machines, gpus: gpus, sources: titles)
        models = ModelCard.builtIn.map { card in
            let count = ParameterCount(card)
            return Model(
                name: card.name, parameters: count.total, activeParameters: count.active(card), layers: card.allLayers,
                hidden: card.hidden, attention: card.attentionKind, architecture: card.architecture,
                source: card.source)
        }
        software = SoftwareCard.builtIn.map { card in
            Software(
                name: card.name, attention: "\(card.attention)", fusesSmallOperators: card.fusion != .none,
                usesGraphs: card.usesGraphs, overlapsData: card.overlapsData, overlapsTensor: card.overlapsTensor,
                overlapsPipeline: card.overlapsPipeline, gradientBytes: card.gradientBytes,
                bucketBytes: card.bucketBytes)
        }
        policies =
            SchedulingPolicy.allCases.map { Policy(kind: "scheduler", name: $0.rawValue) }
            + NodePolicy.allCases.map { Policy(kind: "placement", name: $0.rawValue) }
            + TieBreak.allCases.map { Policy(kind: "tie break", name: $0.rawValue) }
    }

    var machineTable: DataTable {
        DataTable(
            "Machines (sources in brackets are listed below; prices are assumptions to be replaced by your own)",
            [
                .text("name"), .number("GPUs"), .text("GPU"), .number("CPUs"), .number("memory GiB"), .number("NICs"),
                .number("Gbit/s each"), .number("kW"), .number("$/GPU-hour"), .text("sources"),
            ],
            rows: hardware.machines.map { machine in
                [
                    machine.name, "\(machine.gpus)", machine.gpu, "\(machine.logicalCPUs)",
                    "\(machine.memoryBytes >> 30)", "\(machine.nics)",
                    "\(Int(machine.nicBytesPerSecond / 1.25e8))",
                    machine.powerWatts.map { ($0 / 1000).fixed(1) } ?? "–",
                    "\(Double(machine.priceMicrodollarsPerGPUHour / 10_000) / 100)",
                    machine.sources.joined(separator: ", "),
                ].map { DataTable.Cell($0) }
            })
    }

    var gpuTable: DataTable {
        func scaled(_ value: Double?, _ unit: Double) -> String {
            value.map { "\(($0 / unit * 100).rounded() / 100)" } ?? "–"
        }
        return DataTable(
            "GPUs (dense peaks)",
            [
                .text("name"), .number("memory GB"), .number("HBM TB/s"), .number("fp16 TFLOP/s"),
                .number("fp8 TFLOP/s"), .number("fp4 TFLOP/s"), .number("scale-up GB/s"), .number("PCIe GB/s"),
                .number("W"),
                .text("sources"),
            ],
            rows: hardware.gpus.map { gpu in
                [
                    gpu.name, scaled(gpu.memoryBytes.map { Double($0) }, 1e9), scaled(gpu.memoryBytesPerSecond, 1e12),
                    scaled(gpu.fp16FLOPsPerSecond, 1e12), scaled(gpu.fp8FLOPsPerSecond, 1e12),
                    scaled(gpu.fp4FLOPsPerSecond, 1e12), scaled(gpu.scaleUpBytesPerSecond, 1e9),
                    scaled(gpu.pcieBytesPerSecond, 1e9), scaled(gpu.powerWatts, 1),
                    gpu.sources.joined(separator: ", "),
                ].map { DataTable.Cell($0) }
            })
    }

    var sourceTable: DataTable {
        DataTable(
            "Sources", [.text("tag"), .text("publication")],
            rows: hardware.sources.sorted { $0.key < $1.key }.map {
                [DataTable.Cell($0.key), DataTable.Cell($0.value)]
            })
    }

    var modelTable: DataTable {
        DataTable(
            "Models of 'orrery estimate training'; a Hugging Face config.json is read as well",
            [
                .text("name"), .number("B parameters"), .number("B active"), .number("layers"), .number("hidden"),
                .text("attention"), .text("architecture"), .text("source"),
            ],
            rows: models.map { model in
                [
                    model.name, (model.parameters / 1e9).fixed(2), (model.activeParameters / 1e9).fixed(2),
                    "\(model.layers)", "\(model.hidden)", model.attention, model.architecture, model.source,
                ].map { DataTable.Cell($0) }
            })
    }

    var softwareTable: DataTable {
        func word(_ flag: Bool) -> String { flag ? "yes" : "no" }
        return DataTable(
            "Software of 'orrery estimate training': what it does by itself",
            [
                .text("name"), .text("attention"), .text("fuses"), .text("graphs"), .text("overlaps data"),
                .text("tensor"), .text("pipeline"), .number("gradient bytes"), .number("bucket MB"),
            ],
            rows: software.map { card in
                [
                    card.name, card.attention, word(card.fusesSmallOperators), word(card.usesGraphs),
                    word(card.overlapsData), word(card.overlapsTensor), word(card.overlapsPipeline),
                    card.gradientBytes.fixed(0), card.bucketBytes > 0 ? (card.bucketBytes / 1e6).fixed(0) : "–",
                ].map { DataTable.Cell($0) }
            })
    }

    var policyTable: DataTable {
        DataTable(
            "Policies", [.text("kind"), .text("name")],
            rows: policies.map { [DataTable.Cell($0.kind), DataTable.Cell($0.name)] })
    }
}
