import ArgumentParser
import ClusterModel
import CostModel
import Quantities
import Reports

extension Precision: ExpressibleByArgument {}
extension TrainingPlan.Recompute: ExpressibleByArgument {}
extension TrainingPlan.Sharding: ExpressibleByArgument {}
extension TrainingPlan.Schedule: ExpressibleByArgument {}
extension TrainingPlan.Task: ExpressibleByArgument {}

struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate", abstract: "Ask the cost model alone: step time, utilization, memory.",
        discussion: "Example: orrery estimate training --model llama-3-70b --gpus 64 --hardware h100-sxm --tp 4 --pp 4",
        subcommands: [Training.self])

    struct Training: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Step time, utilization and memory of a training plan.",
            discussion: """
                The model is a built-in card or a Hugging Face config.json, the hardware a GPU or machine of the catalogue. \
                docs/training.md says what is modelled and how far predictions are off.

                Examples:
                  orrery estimate training --model llama-3-70b --gpus 256 --hardware h100-sxm --tp 4 --pp 4 --global-batch 512
                  orrery estimate training --model llama-3-8b --gpus 64 --hardware a100-80 --search
                """)

        @Option(help: "Model card, or the path of a config.json.", completion: .file(extensions: ["json"]))
        var model: String
        @Option(parsing: .unconditional, help: "GPUs in all.", transform: Value.count) var gpus: Int
        @Option(help: "GPU or machine of the catalogue.") var hardware: String
        @Option(parsing: .unconditional, help: "Tensor-parallel size (default: 1).", transform: Value.count) var tp = 1
        @Option(parsing: .unconditional, help: "Context-parallel size (default: 1).", transform: Value.count) var cp = 1
        @Option(parsing: .unconditional, help: "Pipeline stages (default: 1).", transform: Value.count) var pp = 1
        @Option(
            parsing: .unconditional, help: "Data-parallel size; must agree with the other sizes.",
            transform: Value.count)
        var dp: Int?
        @Option(parsing: .unconditional, help: "Virtual stages of a rank (default: 1).", transform: Value.count)
        var vpp = 1
        @Option(parsing: .unconditional, help: "Expert-parallel size (default: 1).", transform: Value.count) var ep = 1
        @Option(
            parsing: .unconditional, help: "Sequences in a micro batch of one rank (default: 1).",
            transform: Value.count)
        var microBatch = 1
        @Option(
            parsing: .unconditional, help: "Sequences in a step (default: 8 micro batches for every replica).",
            transform: Value.count)
        var globalBatch: Int?
        @Option(parsing: .unconditional, help: "Tokens in a sequence (default: 4096).", transform: Value.count)
        var sequence = 4096
        @Option(help: "Number format of matrix multiplications.") var precision: Precision = .bf16
        @Option(help: "What is computed twice to save memory.") var recompute: TrainingPlan.Recompute = .none
        @Option(help: "What data-parallel ranks share out.") var sharding: TrainingPlan.Sharding = .zero1
        @Option(help: "Pipeline schedule.") var schedule: TrainingPlan.Schedule = .oneForwardOneBackward
        @Option(help: "What is trained.") var task: TrainingPlan.Task = .full
        @Option(parsing: .unconditional, help: "Rank of adapters (default: 16).", transform: Value.count) var loraRank =
            16
        @Flag(help: "Keep norms and residuals whole on every tensor-parallel rank.") var noSequenceParallel = false
        @Option(
            help: ArgumentHelp(
                "Software: \(SoftwareCard.builtIn.map(\.name).joined(separator: ", ")) (default: megatron-core).",
                valueName: "card"))
        var software = SoftwareCard.megatronCore.name
        @Option(
            parsing: .unconditional, help: "Network rate per GPU in Gbit/s (default: the usual of the GPU).",
            transform: Value.share)
        var networkGbps: Double?
        @Flag(help: "Find the fastest plans that fit into memory instead; parallel sizes given are ignored.")
        var search = false
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let model = try self.card()
            let platform = try self.platform()
            var plan = try self.plan()
            if search { plan.sharding = sharding == .none ? .zero1 : sharding }
            let cost = TrainingCostModel(platform: platform)
            if search { return try printSearch(PlanSearch(model, from: plan, cost: cost), platform) }
            if let problem = plan.problem(for: model) { throw Failure.badInput("--gpus: \(problem)") }
            if let dp, dp != plan.data {
                throw Failure.badInput("--dp: found \(dp), but \(gpus) GPUs leave \(plan.data) replicas")
            }
            let estimate = cost.estimate(model, plan)
            if json { return try printJSON(EstimateReport(estimate, platform)) }
            printEstimate(estimate, model, plan, platform)
        }

        private func card() throws -> ModelCard {
            if let card = ModelCard.named(model) { return card }
            if model.hasSuffix(".json") { return try HuggingFaceConfig.read(path: model) }
            let hint = ModelCard.nearest(to: model).map { "; did you mean '\($0)'?" } ?? ""
            throw Failure.badInput(
                "--model: found '\(model)', expected a .json file or one of "
                    + ModelCard.builtIn.map(\.name).joined(separator: ", ") + hint)
        }

        private func platform() throws -> TrainingPlatform {
            let catalogue = HardwareCatalogue.builtIn
            let network = networkGbps.map { $0 / 8 * 1e9 }
            if let machine = catalogue.machine(named: hardware), let gpu = machine.gpu,
                let card = AcceleratorCard.named(gpu)
            {
                let count = max(1, machine.gpuCount.value)
                let rate = machine.nicRate.value.rawValue * Double(machine.nics.value) / Double(count)
                return TrainingPlatform(card: card, gpusPerNode: count, network: network ?? rate)
            }
            if let card = AcceleratorCard.named(hardware) {
                return TrainingPlatform(card: card, gpusPerNode: card.hasGraceHost ? 4 : 8, network: network)
            }
            let known = catalogue.gpu(named: hardware) != nil
            let nearest = catalogue.nearestGPU(to: hardware) ?? catalogue.nearestMachine(to: hardware)
            let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
            throw Failure.badInput(
                known
                    ? "--hardware: the card '\(hardware)' has no peak rates"
                    : "--hardware: found '\(hardware)', expected a GPU or machine of 'orrery catalog hardware'\(hint)")
        }

        private func plan() throws -> TrainingPlan {
            guard let software = SoftwareCard.builtIn.first(where: { $0.name == self.software }) else {
                throw Failure.badInput(
                    "--software: found '\(self.software)', expected one of "
                        + SoftwareCard.builtIn.map(\.name).joined(separator: ", "))
            }
            for (name, value) in [
                ("--gpus", gpus), ("--tp", tp), ("--cp", cp), ("--pp", pp), ("--vpp", vpp), ("--ep", ep),
                ("--micro-batch", microBatch), ("--global-batch", globalBatch ?? 1), ("--lora-rank", loraRank),
            ] where value > 1 << 20 { throw Failure.badInput("\(name): found \(value), expected at most \(1 << 20)") }
            if sequence > 1 << 27 {
                throw Failure.badInput("--sequence: found \(sequence), expected at most \(1 << 27)")
            }
            let replicas = max(1, gpus / min(gpus, tp * cp * pp))
            var plan = TrainingPlan(
                gpus: gpus, globalBatch: globalBatch ?? 8 * microBatch * replicas, sequence: sequence)
            plan.tensor = tp
            plan.context = cp
            plan.pipeline = pp
            plan.virtualStages = vpp
            plan.expert = ep
            plan.sequenceParallel = tp > 1 && !noSequenceParallel
            plan.schedule = schedule
            plan.sharding = sharding
            plan.microBatch = microBatch
            plan.precision = precision
            plan.recompute = recompute
            plan.task = task
            plan.loraRank = loraRank
            plan.software = software
            return plan
        }

        private func printEstimate(
            _ estimate: TrainingEstimate, _ model: ModelCard, _ plan: TrainingPlan, _ platform: TrainingPlatform
        ) {
            let count = ParameterCount(model)
            let active =
                count.active(model) < count.total * 0.99 ? ", \((count.active(model) / 1e9).fixed(1)) B active" : ""
            print("\(model.name): \((count.total / 1e9).fixed(1)) B parameters\(active) (\(model.source))")
            print(
                "\(plan.gpus) × \(platform.card.name): tp \(plan.tensor), cp \(plan.context), pp \(plan.pipeline), "
                    + "dp \(plan.data), ep \(plan.expert); \(plan.microBatches.fixed(1)) micro batches of \(plan.microBatch)\n"
            )
            print(
                DataTable(
                    "Step", [.text("part"), .number("ms"), .number("%")],
                    rows: estimate.parts.map { part in
                        [part.name, (part.seconds * 1000).fixed(1), (part.seconds / estimate.step).percent]
                            .map { DataTable.Cell($0) }
                    }
                ).text)
            let memory = estimate.memory
            print(
                DataTable(
                    "Memory of the fullest GPU", [.text("part"), .number("GB")],
                    rows: memory.parts.map { [DataTable.Cell($0.name), DataTable.Cell(($0.bytes / 1e9).fixed(2))] }
                ).text)
            print(
                "memory \((memory.total / 1e9).fixed(1)) of \((platform.card.memory / 1e9).fixed(1)) GB: "
                    + memory.verdict(capacity: platform.card.memory).rawValue)
            print(
                "step \(estimate.step.fixed(3)) s, \(estimate.tokensPerSecondAndGPU.fixed(0)) tokens/s/GPU, "
                    + "MFU \(estimate.modelUtilization.percent) %")
        }

        private func printSearch(_ search: PlanSearch, _ platform: TrainingPlatform) throws {
            if json { return try printJSON(search.best.map { PlanReport($0, platform) }) }
            guard !search.best.isEmpty else {
                throw Failure.checkFailed(
                    "no plan of \(search.tried) fits into memory; try more GPUs or --sharding zero3")
            }
            print(
                DataTable(
                    "Fastest plans that fit",
                    [
                        .number("tp"), .number("cp"), .number("pp"), .number("vpp"), .number("ep"), .number("dp"),
                        .number("micro batch"), .text("recompute"), .number("step s"), .number("MFU %"),
                        .number("memory GB"),
                    ],
                    rows: search.best.map { candidate in
                        let plan = candidate.plan
                        return [
                            "\(plan.tensor)", "\(plan.context)", "\(plan.pipeline)", "\(plan.virtualStages)",
                            "\(plan.expert)", "\(plan.data)", "\(plan.microBatch)", plan.recompute.rawValue,
                            candidate.estimate.step.fixed(3), candidate.estimate.modelUtilization.percent,
                            (candidate.estimate.memory.total / 1e9).fixed(1),
                        ].map { DataTable.Cell($0) }
                    }
                ).text)
            print("\(search.tried) plans tried")
        }
    }
}

/// An estimate as JSON: seconds, bytes, fractions.
private struct EstimateReport: Encodable {
    struct Part: Encodable {
        var name: String
        var seconds: Double
    }

    var stepSeconds: Double
    var tokensPerSecondPerGPU: Double
    var modelFLOPsUtilization: Double
    var parts: [Part]
    var memoryBytes: [String: Double]
    var memoryVerdict: String

    init(_ estimate: TrainingEstimate, _ platform: TrainingPlatform) {
        stepSeconds = estimate.step
        tokensPerSecondPerGPU = estimate.tokensPerSecondAndGPU
        modelFLOPsUtilization = estimate.modelUtilization
        parts = estimate.parts.map { Part(name: $0.name, seconds: $0.seconds) }
        memoryBytes = Dictionary(uniqueKeysWithValues: estimate.memory.parts.map { ($0.name, $0.bytes) })
        memoryVerdict = estimate.memory.verdict(capacity: platform.card.memory).rawValue
    }
}

/// A plan of a search as JSON.
private struct PlanReport: Encodable {
    var tp: Int
    var cp: Int
    var pp: Int
    var vpp: Int
    var ep: Int
    var dp: Int
    var microBatch: Int
    var recompute: String
    var estimate: EstimateReport

    init(_ candidate: PlanSearch.Candidate, _ platform: TrainingPlatform) {
        tp = candidate.plan.tensor
        cp = candidate.plan.context
        pp = candidate.plan.pipeline
        vpp = candidate.plan.virtualStages
        ep = candidate.plan.expert
        dp = candidate.plan.data
        microBatch = candidate.plan.microBatch
        recompute = candidate.plan.recompute.rawValue
        estimate = EstimateReport(candidate.estimate, platform)
    }
}
