import ClusterModel
import Configuration
import CostModel
import Quantities
import Simulation
import SimulationKernel
import Workloads

/// Makes training jobs of a `train` entry: model, plan, and the work that follows from them.
struct TrainingAssembly {
    let spec: SpecSection
    let cluster: Cluster
    let reading: Reading
    /// Turns a path of the scenario into one that can be opened.
    let resolve: (String) -> String

    /// A training with what it was computed for.
    struct Resolved {
        var training: TrainingSpec
        var duration: SimDuration
    }

    /// The training of an entry; nil after a report of what is wrong with it.
    func resolved(_ section: TrainSection, _ place: Place) -> Resolved? {
        guard let model = model(section, place) else { return nil }
        let platforms = platforms(section, place)
        guard !platforms.isEmpty else { return nil }
        guard let plan = plan(section, model, platforms, place) else { return nil }
        guard fits(model, plan, platforms, place.key("train")) else { return nil }
        // Work is counted on the fastest of the allowed machines.
        let seconds = platforms.map { TrainingCostModel(platform: $0).estimate(model, plan).step }.min() ?? 0
        let reference = SimDuration(nanoseconds: max(1, Int64((seconds * 1e9).rounded())))
        let steps = section.steps.map(Double.init) ?? (section.tokens ?? 0) / Double(plan.globalBatch * plan.sequence)
        let longest = Double(SimDuration.seconds(100 * 365 * 86_400).nanoseconds)
        let nanoseconds = (steps * Double(reference.nanoseconds)).rounded(.up)
        guard nanoseconds <= longest else {
            reading.report(
                path: place.key(section.steps == nil ? "tokens" : "steps").path,
                "would take more than 100 years at \(reference) for a step")
            return nil
        }
        let training = TrainingSpec(
            model: model, plan: plan, steps: Int64(steps.rounded(.up)), referenceStep: reference)
        guard shrinks(training, section, platforms, place.key("minGPUs")) else { return nil }
        return Resolved(training: training, duration: SimDuration(nanoseconds: Int64(nanoseconds)))
    }

    private func model(_ section: TrainSection, _ place: Place) -> ModelCard? {
        if let card = ModelCard.named(section.model) { return card }
        do throws(InvalidInput) {
            return try HuggingFaceConfig.read(path: resolve(section.model))
        } catch {
            for finding in error.diagnostics { reading.diagnostics.report(finding) }
            return nil
        }
    }

    /// Platforms of the allowed pools that have GPUs.
    private func platforms(_ section: TrainSection, _ place: Place) -> [TrainingPlatform] {
        let mask = PoolFilter(cluster).mask(section.rules, gpuModels: section.gpuModels)
        var platforms: [TrainingPlatform] = []
        for (index, pool) in cluster.pools.enumerated() where mask >> UInt64(index) & 1 == 1 {
            guard pool.count > 0, pool.shape.gpuCount > 0 else { continue }
            guard let platform = TrainingPlatforms.platform(of: pool.shape, cluster.catalogue) else {
                reading.report(
                    path: place.key("train").path,
                    "the rates of the GPUs of pool \"\(pool.name)\" are not known, so that no step time follows",
                    hint: "name other pools with \"pools\"")
                return []
            }
            if !platforms.contains(platform) { platforms.append(platform) }
        }
        if platforms.isEmpty {
            let key = section.gpuModels.isEmpty ? "train" : "gpuModels"
            reading.report(path: place.key(key).path, "no node pool with GPUs is allowed")
        }
        return platforms
    }

    // MARK: Plan

    private func plan(
        _ section: TrainSection, _ model: ModelCard, _ platforms: [TrainingPlatform], _ place: Place
    ) -> TrainingPlan? {
        var plan = start(section)
        guard case .given(let sizes) = section.parallelism else {
            return found(plan, model, platforms, place)
        }
        plan.tensor = sizes.tensor
        plan.context = sizes.context
        plan.pipeline = sizes.pipeline
        plan.virtualStages = sizes.virtualStages
        plan.expert = sizes.expert
        plan.sequenceParallel = sizes.tensor > 1 && sizes.sequenceParallel
        let place = place.key("parallelism")
        let ranks = sizes.tensor * sizes.context * sizes.pipeline
        plan.globalBatch = section.globalBatch ?? 8 * section.microBatch * max(1, section.gpus / ranks)
        if let problem = plan.problem(for: model) {
            reading.report(path: place.path, problem)
            return nil
        }
        if let data = sizes.data, data != plan.data {
            reading.report(
                path: place.key("dp").path, "\(section.gpus) GPUs leave \(plan.data) replicas, not \(data)")
            return nil
        }
        return plan
    }

    private func start(_ section: TrainSection) -> TrainingPlan {
        var plan = TrainingPlan(
            gpus: section.gpus, globalBatch: section.globalBatch ?? 8 * section.microBatch * section.gpus,
            sequence: section.sequence)
        plan.microBatch = section.microBatch
        plan.precision = section.precision
        plan.recompute = section.recompute
        plan.sharding = section.sharding
        plan.schedule = section.schedule
        plan.task = section.task
        plan.loraRank = section.loraRank
        plan.software = SoftwareCard.builtIn.first { $0.name == section.software } ?? .megatronCore
        return plan
    }

    /// The fastest plan on the platform with the least memory.
    private func found(
        _ start: TrainingPlan, _ model: ModelCard, _ platforms: [TrainingPlatform], _ place: Place
    ) -> TrainingPlan? {
        guard let platform = platforms.min(by: { $0.card.memory < $1.card.memory }) else { return nil }
        let search = PlanSearch(model, from: start, cost: TrainingCostModel(platform: platform), limit: 1)
        guard let best = search.best.first else {
            reading.report(
                path: place.key("parallelism").path,
                "none of \(search.tried) plans for \(start.gpus) GPUs fits into the memory of \(platform.card.name)",
                hint: "allow more GPUs, or another \"task\" or \"globalBatch\"")
            return nil
        }
        return best.plan
    }

    private func fits(
        _ model: ModelCard, _ plan: TrainingPlan, _ platforms: [TrainingPlatform], _ place: Place
    ) -> Bool {
        let memory = TrainingMemory(model: model, plan: plan)
        for platform in platforms where memory.verdict(capacity: platform.card.memory) == .outOfMemory {
            let parts = memory.parts.prefix(2).map { "\($0.name) \(Self.gigabytes($0.bytes))" }
            reading.report(
                path: place.path,
                "out of memory: a GPU would hold \(Self.gigabytes(memory.total)) GB, \(platform.card.name) has "
                    + Self.gigabytes(platform.card.memory),
                hint: "largest: \(parts.joined(separator: ", ")); \"parallelism: auto\" finds a plan that fits")
            return false
        }
        return true
    }

    /// Whether the smallest gang can train too.
    private func shrinks(
        _ training: TrainingSpec, _ section: TrainSection, _ platforms: [TrainingPlatform], _ place: Place
    ) -> Bool {
        guard let least = section.minGPUs, least < section.gpus else { return true }
        guard let smallest = training.plan(on: least) else {
            let replica = training.plan.gpus / training.plan.data
            reading.report(
                path: place.path, "\(least) GPUs are too few: a replica needs \(replica), and the plan must be possible"
            )
            return false
        }
        return fits(training.model, smallest, platforms, place)
    }

    private static func gigabytes(_ bytes: Double) -> String { String(Int64((bytes / 1e9).rounded())) }

    // MARK: Arrivals

    /// When the jobs of an entry arrive.
    func arrivals(_ section: TrainSection, index: Int, _ place: Place) -> [SimTime] {
        let first = SimTime.zero + section.submit
        guard let rate = section.rate else {
            return (0..<(section.count ?? 1)).map { first + section.every * Int64($0) }
        }
        guard section.count != nil || spec.horizon != nil else {
            reading.report(
                path: place.key("rate").path, "nothing ends the arrivals: the scenario has no horizon",
                hint: "add \"count: 100\"")
            return []
        }
        var random = RandomStream(seed: spec.seed, name: "train/arrivals", index: UInt64(index))
        var times: [SimTime] = []
        var now = first
        let end = spec.horizon.map { SimTime.zero + $0 } ?? .distantFuture
        while times.count < section.count ?? 1_000_000 {
            let gap = random.exponential(mean: 1e9 / rate.rawValue)
            now = now.later(by: Int64(min(gap.rounded(), 4e18)))
            if section.count == nil, now > end { break }
            times.append(now)
        }
        return times
    }
}
