import ArgumentParser
import ClusterModel
import CostModel
import Foundation
import Quantities
import Reports

struct EstimateTraining: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training", abstract: "Step time, utilization and memory of a training plan.",
        discussion: """
            The model is a built-in card or a Hugging Face config.json, the hardware a GPU or machine of the catalogue. \
            docs/training.md says what is modelled and how far predictions are off.

            Examples:
              orrery estimate training --model llama-3-70b --gpus 256 --hardware h100-sxm --tp 4 --pp 4 --global-batch 512
              orrery estimate training --model llama-3-8b --gpus 64 --hardware a100-80 --search
              orrery estimate training --model llama-3-70b --gpus 64 --hardware dgx-h100 --tp 8 --pp 2 --waterfall --out step.svg
              orrery estimate training --model llama-3-8b --gpus 8 --hardware a100-80 --sharding zero3 --task lora
              orrery estimate training --model llama-3-8b --gpus 64 --hardware dgx-h100 --storage s3-standard --sample-size 2MB --waterfall
              orrery estimate training --model llama-3-8b --gpus 16 --hardware h100-sxm --sharding zero3 --objective ppo
            """)

    @OptionGroup var subject: TrainingSubject
    @OptionGroup(title: "Plan") var options: PlanOptions
    @OptionGroup(title: "Storage") var storage: StorageOptions
    @OptionGroup(title: "Preferences") var preferences: PreferenceOptions
    @Flag(help: "Find the fastest plans that fit into memory instead; parallel sizes given are ignored.")
    var search = false
    @Flag(help: "Show the way from the ideal to the predicted step: what each of the three walls costs.")
    var waterfall = false
    @Option(name: .shortAndLong, help: "Write the waterfall to an SVG file as well.") var out: String?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        let modes = [
            ("--search", search), ("--waterfall", waterfall), ("--objective", preferences.objective != .nextToken),
        ]
        .filter(\.1)
        if modes.count > 1 { throw ValidationError("give \(modes[0].0) or \(modes[1].0), not both") }
        if let out {
            guard waterfall else { throw ValidationError("--out draws a waterfall: give --waterfall as well") }
            guard out.hasSuffix(".svg") else { throw ValidationError("--out: '\(out)' does not end in .svg") }
        }
    }

    func run() throws {
        let model = try TrainingSubject.card(subject.model, option: "--model")
        let (platform, price) = try subject.machines.platform()
        var plan = try options.plan(model, gpus: subject.machines.gpus, on: platform)
        try storage.apply(to: &plan, platform: platform)
        let setting = try preferences.setting()
        let cost = TrainingCostModel(platform: platform)
        if search {
            if options.sharding.kind == .none { plan.sharding = .zero1 }
            return try report(PlanSearch(model, from: plan, cost: cost), platform)
        }
        if let problem = plan.problem(for: model) { throw Failure.badInput("this plan is impossible: \(problem)") }
        if let dp = options.dp, dp != plan.data {
            throw Failure.badInput("--dp: found \(dp), but \(plan.gpus) GPUs leave \(plan.data) replicas")
        }
        if let setting {
            let phases: PolicyOptimization
            do throws(PolicyOptimization.Impossible) {
                phases = try PolicyOptimization(model, plan, setting, cost: cost)
            } catch {
                throw Failure.badInput("--objective \(setting.method.rawValue): \(error.reason)")
            }
            return try report(phases, model, plan, platform)
        }
        let estimate = cost.estimate(model, plan)
        if waterfall { return try report(StepWaterfall(estimate), estimate, model, plan, platform) }
        let text = EstimateText(model: model, plan: plan, platform: platform, price: price)
        let verdict = estimate.memory.verdict(on: platform)
        let fixes = verdict == .fits ? [] : MemoryFix.cheapest(model, plan, cost: cost)
        if json { return try printJSON(EstimateReport(estimate, platform, of: model, plan, fixes: fixes)) }
        print(text.heading)
        print(text.tables(estimate))
        print(text.memoryLines(estimate, fixes: fixes))
        print(text.stepLines(estimate))
    }

    private func report(
        _ waterfall: StepWaterfall, _ estimate: TrainingEstimate, _ model: ModelCard, _ plan: TrainingPlan,
        _ platform: TrainingPlatform
    ) throws {
        let text = EstimateText(model: model, plan: plan, platform: platform, price: nil)
        let walls = StepWaterfall.Wall.allCases
        func position(_ wall: StepWaterfall.Wall) -> Int { walls.firstIndex(of: wall) ?? 0 }
        let title = "From the ideal to the predicted step: \(estimate.step.fixed(3)) s"
        if let out {
            let drawing = WaterfallDrawing(
                title: title, note: "\(model.name), \(text.planLine)",
                groups: ["compute", "memory", "communication and storage"],
                bars: waterfall.bars.map {
                    WaterfallDrawing.Bar(
                        name: $0.name, group: position($0.wall), start: $0.start, seconds: $0.seconds)
                })
            try writeFile(Data(drawing.svg.utf8), to: out)
        }
        if json { return try printJSON(WaterfallReport(waterfall)) }
        print(text.heading)
        print(title)
        let bars = waterfall.bars.map {
            WaterfallText.Bar(
                name: $0.name, group: $0.wall.rawValue, color: position($0.wall), start: $0.start, seconds: $0.seconds)
        }
        print(WaterfallText(bars: bars, columns: Terminal.resultColumns, usesColor: Terminal.colorsResults).text)
        let shares = walls.map { wall in
            let name = wall == .communication ? "communication and storage" : wall.rawValue
            return "\(name) \((waterfall.seconds(wall) / waterfall.step).percent) %"
        }
        print("walls: \(shares.joined(separator: ", ")); MFU \(estimate.modelUtilization.percent) %")
        if let out { print("wrote \(out)") }
    }

    private func report(_ search: PlanSearch, _ platform: TrainingPlatform) throws {
        if json { return try printJSON(SearchReport(search, platform)) }
        let text = SearchText(search: search, platform: platform)
        guard !search.best.isEmpty else {
            throw Failure.checkFailed(
                "no plan of \(search.tried) fits into memory\(text.nearest); try more GPUs or --sharding zero3")
        }
        print(text.plans)
        print(text.rejections)
        print(text.summary)
    }

    private func report(
        _ phases: PolicyOptimization, _ model: ModelCard, _ plan: TrainingPlan, _ platform: TrainingPlatform
    ) throws {
        if json { return try printJSON(PhasesReport(phases, platform)) }
        print(EstimateText(model: model, plan: plan, platform: platform, price: nil).heading)
        print(PhasesText(phases: phases, plan: plan, platform: platform).text)
    }
}
