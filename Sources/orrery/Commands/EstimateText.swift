import ClusterModel
import CostModel
import Quantities
import Reports

/// An estimate in words and tables.
struct EstimateText {
    let model: ModelCard
    let plan: TrainingPlan
    let platform: TrainingPlatform
    let price: Fact<MoneyPerHour>?

    var heading: String {
        let count = ParameterCount(model)
        var words = "\(model.name): \((count.total / 1e9).fixed(1)) B parameters (\(Int(count.total)))"
        if count.active(model) < count.total * 0.99 { words += ", \((count.active(model) / 1e9).fixed(1)) B active" }
        if count.vision > 0 { words += ", \((count.vision / 1e9).fixed(2)) B of them see" }
        if plan.task != .full {
            words += ", \((plan.trainedParameters(of: model) / 1e6).fixed(1)) M trained (\(plan.task.rawValue))"
        }
        return words + " (\(model.source))\n\(planLine)\n"
    }

    var planLine: String {
        "\(plan.gpus) × \(platform.card.name): tp \(plan.tensor), cp \(plan.context), pp \(plan.pipeline), "
            + "dp \(plan.data), ep \(plan.expert)\(sharing); \(plan.microBatches.fixed(1)) micro batches of "
            + "\(plan.microBatch), \(plan.precision.rawValue)"
    }

    private var sharing: String {
        guard plan.sharding != .none else { return "" }
        return ", \(plan.sharding.rawValue)" + (plan.shardGroup.map { " in groups of \($0)" } ?? "")
    }

    func tables(_ estimate: TrainingEstimate) -> String {
        let step = DataTable(
            "Step", [.text("part"), .number("ms"), .number("%")],
            rows: estimate.parts.map { part in
                [part.name, (part.seconds * 1000).fixed(1), (part.seconds / estimate.step).percent]
                    .map { DataTable.Cell($0) }
            })
        let memory = DataTable(
            "Memory of the fullest GPU", [.text("part"), .number("GB")],
            rows: estimate.memory.parts.map {
                [DataTable.Cell($0.name), DataTable.Cell(($0.bytes / 1e9).fixed(2))]
            })
        return step.text + "\n" + memory.text
    }

    /// The verdict; what fills the GPU and what would help where it does not fit well.
    func memoryLines(_ estimate: TrainingEstimate, fixes: [MemoryFix]) -> String {
        let memory = estimate.memory, verdict = memory.verdict(on: platform)
        var lines =
            "memory \((memory.total / 1e9).fixed(1)) of \((platform.card.memory / 1e9).fixed(1)) GB: "
            + verdict.rawValue
        if memory.host > 0 {
            lines +=
                "\nhost memory \((memory.host / 1e9).fixed(1)) of \((platform.host.memory.value / 1e9).fixed(1)) GB "
                + "per GPU"
        }
        if memory.nvme > 0 {
            lines +=
                "\nNVMe \((memory.nvme / 1e9).fixed(1)) of \((platform.host.nvme.value / 1e9).fixed(1)) GB per GPU"
        }
        guard verdict != .fits else { return lines }
        let largest = memory.parts.prefix(3).map { "\($0.name) \(($0.bytes / memory.total).percent) %" }
        lines += "\nlargest: " + largest.joined(separator: ", ")
        guard let best = fixes.first else {
            return lines + "\nno combination of up to three changes makes it fit"
        }
        lines += "\ncheapest fix: \(describe(best))"
        for other in fixes.dropFirst() { lines += "\n          or: \(describe(other))" }
        return lines
    }

    private func describe(_ fix: MemoryFix) -> String {
        let loss = fix.loss < 0 ? "\((-fix.loss).percent) % less" : "\(fix.loss.percent) % more"
        let verdict = fix.estimate.memory.verdict(on: platform)
        return
            "\(fix.options) (\(loss) GPU time, \((fix.estimate.memory.total / 1e9).fixed(1)) GB, \(verdict.rawValue))"
    }

    func stepLines(_ estimate: TrainingEstimate) -> String {
        var lines =
            "step \(estimate.step.fixed(3)) s, \(estimate.tokensPerSecondAndGPU.fixed(0)) tokens/s/GPU, "
            + "MFU \(estimate.modelUtilization.percent) %"
        if let price {
            let hourly = Double(price.value.rawValue) / 1e6
            let million = hourly / 3600 / estimate.tokensPerSecondAndGPU * 1e6
            lines +=
                "\n$\(million.fixed(3)) per million tokens at $\(hourly.fixed(2)) per GPU-hour (\(price.source.tag))"
        }
        return lines
    }
}

/// A search in words and tables.
struct SearchText {
    let search: PlanSearch
    let platform: TrainingPlatform

    var plans: String {
        DataTable(
            "Fastest plans that fit",
            [
                .number("tp"), .number("cp"), .number("pp"), .number("vpp"), .number("ep"), .number("dp"),
                .number("micro batch"), .text("recompute"), .text("sharding"), .number("step s"), .number("MFU %"),
                .number("memory GB"),
            ],
            rows: search.best.map { candidate in
                let plan = candidate.plan
                return [
                    "\(plan.tensor)", "\(plan.context)", "\(plan.pipeline)", "\(plan.virtualStages)", "\(plan.expert)",
                    "\(plan.data)", "\(plan.microBatch)", plan.recompute.rawValue,
                    plan.sharding.rawValue + (plan.shardGroup.map { " in \($0)" } ?? ""),
                    candidate.estimate.step.fixed(3), candidate.estimate.modelUtilization.percent,
                    (candidate.estimate.memory.total / 1e9).fixed(1),
                ].map { DataTable.Cell($0) }
            }
        ).text
    }

    var rejections: String {
        DataTable(
            "Why the others are out", [.text("reason"), .number("plans")],
            rows: search.rejected.map { [DataTable.Cell($0.reason.rawValue), DataTable.Cell("\($0.plans)")] }
                + [[DataTable.Cell("fit, but slower"), DataTable.Cell("\(slower)")]],
            emptyReason: "none is"
        ).text
    }

    private var slower: Int { search.estimated + search.pruned - search.best.count }

    /// The plan that misses the limit by least.
    var nearest: String {
        guard let nearest = search.nearest else { return "" }
        let plan = nearest.plan
        return
            " (the nearest, tp \(plan.tensor), pp \(plan.pipeline), dp \(plan.data), micro batch \(plan.microBatch), "
            + "needs \((nearest.bytes / 1e9).fixed(1)) of \((platform.card.memory / 1e9).fixed(1)) GB)"
    }

    var summary: String {
        let all = search.rejected.reduce(0) { $0 + $1.plans } + search.estimated + search.pruned
        return
            "\(search.tried) plans tried of \(all): \(search.estimated) estimated in full, \(search.pruned) ruled out "
            + "by a lower bound of their step"
    }
}

/// Phases of training on preferences in words and tables.
struct PhasesText {
    let phases: PolicyOptimization
    let plan: TrainingPlan
    let platform: TrainingPlatform

    var text: String {
        let times = DataTable(
            "Iteration", [.text("phase"), .number("s"), .number("%")],
            rows: phases.phases.map { phase in
                [phase.name, phase.seconds.fixed(3), (phase.seconds / phases.iteration).percent]
                    .map { DataTable.Cell($0) }
            })
        let memory = DataTable(
            "Memory of the fullest GPU", [.text("part"), .number("GB")],
            rows: phases.memory.map { [DataTable.Cell($0.name), DataTable.Cell(($0.bytes / 1e9).fixed(2))] })
        var lines = times.text + "\n" + memory.text + "\n"
        lines +=
            "memory \((phases.totalMemory / 1e9).fixed(1)) of \((platform.card.memory / 1e9).fixed(1)) GB: "
            + phases.verdict(capacity: platform.card.memory).rawValue + "\n"
        if let generation = phases.generation {
            lines +=
                "sampling on \(generation.tensor) GPUs each: \(generation.concurrent) sequences at once, "
                + "\((generation.decodeStep * 1000).fixed(2)) ms for a token of each\n"
        }
        let rate = phases.tokens / phases.iteration / Double(plan.gpus)
        return lines + "iteration \(phases.iteration.fixed(3)) s, \(phases.sequences) sequences, "
            + "\(rate.fixed(0)) tokens/s/GPU"
    }
}
