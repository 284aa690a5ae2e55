import Testing

@testable import CostModel

/// Waterfall, storage, slow hosts, vision encoders, training on preferences.
@Suite struct StepFeatureTests {
    let cost: TrainingCostModel
    let llama: ModelCard

    init() throws {
        cost = TrainingCostModel(platform: TrainingPlatform(card: try #require(.named("h100-sxm"))))
        llama = try #require(ModelCard.named("llama-3-8b"))
    }

    func plan(_ change: (inout TrainingPlan) -> Void = { _ in }) -> TrainingPlan {
        var plan = TrainingPlan(gpus: 64, globalBatch: 256, sequence: 4096)
        plan.sharding = .zero1
        change(&plan)
        return plan
    }

    func seconds(_ estimate: TrainingEstimate, _ part: String) -> Double {
        estimate.parts.first { $0.name == part }?.seconds ?? 0
    }

    @Test(arguments: [
        (1, 1, TrainingPlan.Recompute.none), (4, 4, .full), (2, 8, .selective), (8, 1, .full), (1, 16, .none),
    ])
    func barsSumUpToTheStep(_ tensor: Int, _ pipeline: Int, _ recompute: TrainingPlan.Recompute) {
        let plan = plan {
            $0.tensor = tensor
            $0.pipeline = pipeline
            $0.recompute = recompute
            $0.loading = DataLoading(sampleBytes: 1e6, bandwidth: 1e8)
            $0.checkpoint = CheckpointCost(interval: 600, bandwidth: 1e10)
        }
        let estimate = cost.estimate(llama, plan)
        let waterfall = StepWaterfall(estimate)
        #expect(abs(waterfall.step / estimate.step - 1) < 1e-9)
        #expect(waterfall.bars.allSatisfy { $0.seconds > 0 }, "\(waterfall.bars)")
        for (bar, next) in zip(waterfall.bars, waterfall.bars.dropFirst()) {
            #expect(abs(bar.start + bar.seconds - next.start) < 1e-9)
        }
        // The first bar is the utilization.
        #expect(abs(waterfall.bars[0].seconds / estimate.step - estimate.modelUtilization) < 1e-9)
        let walls = StepWaterfall.Wall.allCases.reduce(0) { $0 + waterfall.seconds($1) }
        #expect(abs(walls / estimate.step - 1) < 1e-9)
        #expect(waterfall.bars.contains { $0.name == "recomputation" } == (recompute != .none))
    }

    /// Recomputing whole layers costs one more forward pass.
    @Test func recomputationIsWhatNotRecomputingSaves() {
        var cost = cost
        cost.constants = .atFullClock
        let kept = cost.estimate(llama, plan()), again = cost.estimate(llama, plan { $0.recompute = .full })
        let products = ["matrix multiplications", "attention"].reduce(0) { $0 + seconds(again, $1) - seconds(kept, $1) }
        #expect(abs(again.details.recomputedProducts / products - 1) < 1e-9)
        #expect(again.details.recomputedElementwise > 0)
        #expect(kept.details.recomputedProducts == 0)
    }

    // 4 workers, each 2 ms to the first byte, 1 ms for 1 MB, 5 ms decoding: 500 samples/s. Shared by 8 ranks: 1 GB/s is 125 MB/s,
    // or 125 samples/s, each; 400 opens/s are 50 each.
    @Test func loadersGoAtTheirSlowestPart() {
        var loading = DataLoading(sampleBytes: 1e6, bandwidth: 1e12)
        loading.decodeSeconds = 5e-3
        #expect(abs(loading.rate(ranks: 8).perSecond - 500) < 1e-9)
        #expect(loading.rate(ranks: 8).limit == .workers)
        loading.bandwidth = 1e9
        #expect(abs(loading.rate(ranks: 8).perSecond - 125) < 1e-9)
        #expect(loading.rate(ranks: 8).limit == .bandwidth)
        loading.filesPerSample = 1
        loading.openRate = 400
        #expect(abs(loading.rate(ranks: 8).perSecond - 50) < 1e-9)
        #expect(loading.rate(ranks: 8).limit == .opens)
        loading.cacheHit = 0.9
        #expect(abs(loading.rate(ranks: 8).perSecond - 500) < 1e-9)
        #expect(loading.exposed(samples: 100, ranks: 8, compute: 1) == 0)
        #expect(abs(loading.exposed(samples: 1000, ranks: 8, compute: 1) - 1) < 1e-9)
        loading.prefetch = 0
        #expect(abs(loading.exposed(samples: 1000, ranks: 8, compute: 1) - 2) < 1e-9)
    }

    /// S3: 5.6 GB/s a node in 64 requests; FSx: 125 MB/s and 10,000 opens for each TiB, up to what the nodes carry.
    @Test func storageCardsGiveTheirRates() throws {
        let s3 = try #require(StorageCard.named("s3-standard")),
            lustre = try #require(StorageCard.named("fsx-lustre-125"))
        let objects = try #require(DataLoading(sampleBytes: 1e6, from: s3, capacity: nil, nodes: 10))
        #expect(objects.bandwidth == 56e9)
        #expect(abs(objects.streamRate - 87.5e6) < 1)
        #expect(objects.latency == 0.15)
        #expect(DataLoading(sampleBytes: 1e6, from: lustre, capacity: nil, nodes: 10) == nil)
        let files = try #require(DataLoading(sampleBytes: 1e6, from: lustre, capacity: 100, nodes: 10))
        #expect(files.bandwidth == 12.5e9)
        #expect(files.openRate == 1e6)
        #expect(try #require(DataLoading(sampleBytes: 1e6, from: lustre, capacity: 1e4, nodes: 2)).bandwidth == 25e9)
    }

    @Test func theStepIsTheLongerOfComputingAndLoading() {
        let free = cost.estimate(llama, plan()).step
        let fast = cost.estimate(llama, plan { $0.loading = DataLoading(sampleBytes: 1e4, bandwidth: 1e12) })
        #expect(fast.step == free)
        let slow = cost.estimate(llama, plan { $0.loading = DataLoading(sampleBytes: 1e8, bandwidth: 1e9) })
        #expect(abs(slow.step - 256 * 1e8 / 1e9) < 1e-6)
    }

    @Test func checkpointsTakeTheirShare() {
        let free = cost.estimate(llama, plan()).step
        let bytes = ParameterCount(llama).total * 14
        let saved = cost.estimate(llama, plan { $0.checkpoint = CheckpointCost(interval: 600, bandwidth: 1e9) })
        #expect(abs(saved.step / free - 1 - bytes / 1e9 / 600) < 1e-9)
        let aside = cost.estimate(
            llama, plan { $0.checkpoint = CheckpointCost(interval: 600, bandwidth: 1e9, isAsynchronous: true) })
        #expect(abs(aside.step / free - 1 - bytes / 64 / (63e9 * 0.84) / 600) < 1e-9)
    }

    @Test func oneSlowHostIsEnough() {
        #expect(abs(SlowHosts(share: 0.005).expected(hosts: 1) - 0.0005) < 1e-12)
        #expect(abs(SlowHosts(share: 0.005).expected(hosts: 1536) - 0.1 * (1 - 0.000453)) < 1e-5)
        #expect(SlowHosts().expected(hosts: 1000) == 0)
        let free = cost.estimate(llama, plan()),
            slow = cost.estimate(llama, plan { $0.slowHosts = SlowHosts(share: 0.5) })
        #expect(slow.step > free.step * 1.05)
    }

    @Test func imagesCostTimeAndMemoryUnlessFrozenThenLess() throws {
        var model = llama
        model.vision = VisionEncoder(
            layers: 24, hidden: 1024, heads: 16, feedForward: 4096, patches: 576, others: 1e6, smallOfLayer: 13312)
        let trained = cost.estimate(model, plan { $0.images = 4 })
        let frozen = cost.estimate(
            model,
            plan {
                $0.images = 4; $0.freezesVision = true
            })
        let text = cost.estimate(llama, plan())
        #expect(trained.step > frozen.step && frozen.step > text.step)
        #expect(trained.memory.total > frozen.memory.total && frozen.memory.total > text.memory.total)
        #expect(trained.modelFLOPs > frozen.modelFLOPs && frozen.modelFLOPs > text.modelFLOPs)
        // Two FLOPs per weight and patch, and attention over all pairs of an image's patches, three times.
        let weights = 24.0 * 12 * 1024 * 1024, pairs = 24.0 * 4 * 576 * 1024
        let flops = 256 * 4 * 576 * 3 * (2 * weights + pairs)
        #expect(abs((trained.modelFLOPs - text.modelFLOPs) / flops - 1) < 1e-9)
    }

    @Test func crossAttentionTakesTime() throws {
        let both = try #require(ModelCard.named("t5-11b"))
        var alone = both
        alone.layers = 48
        alone.encoderLayers = 0
        let plan = plan {
            $0.tensor = 8; $0.software = .fsdp
        }
        #expect(
            seconds(cost.estimate(both, plan), "matrix multiplications")
                > seconds(cost.estimate(alone, plan), "matrix multiplications") * 1.05)
    }

    @Test func preferencesAddTheReference() throws {
        let dpo = try PolicyOptimization(llama, plan { $0.globalBatch = 128 }, .init(method: .dpo), cost: cost)
        #expect(dpo.sequences == 256)
        #expect(dpo.phases.map(\.name) == ["reference scores pairs", "policy training"])
        let training = dpo.phases[1].seconds
        #expect(training == cost.estimate(llama, plan()).step)
        // A forward pass is between a quarter and a half of forward and backward together.
        #expect(dpo.phases[0].seconds > 0.2 * training && dpo.phases[0].seconds < 0.5 * training)
        let lora = try PolicyOptimization(
            llama,
            plan {
                $0.globalBatch = 128; $0.task = .lora
            }, .init(method: .dpo), cost: cost)
        #expect(!lora.memory.contains { $0.name.hasPrefix("reference") })
        #expect(dpo.memory.contains { $0.name == "reference: weights" })
    }

    @Test func samplingReadsTheWeightsForEveryToken() throws {
        var setting = PolicyOptimization.Setting(method: .ppo)
        setting.prompt = 512
        let plan = plan {
            $0.sequence = 1024; $0.sharding = .zero3
        }
        let ppo = try PolicyOptimization(llama, plan, setting, cost: cost)
        let generation = try #require(ppo.generation)
        // No token comes faster than all weights can be read, and not ten times slower than that for few sequences.
        let read = 2 * ParameterCount(llama).total / 3.35e12
        #expect(generation.decodeStep > read && generation.decodeStep < 10 * read)
        #expect(ppo.phases.contains { $0.name == "critic training" })
        #expect(ppo.iteration > 2 * cost.estimate(llama, plan).step)
        setting.epochs = 2
        let twice = try PolicyOptimization(llama, plan, setting, cost: cost)
        let training = cost.estimate(llama, plan).step
        #expect(abs(twice.iteration - ppo.iteration - 2 * training) < 1e-9)
        setting.prompt = 1024
        #expect(throws: PolicyOptimization.Impossible.self) {
            try PolicyOptimization(llama, plan, setting, cost: cost)
        }
    }

    @Test func longerResponsesTakeLonger() throws {
        func iteration(_ sequence: Int) throws -> Double {
            try PolicyOptimization(
                llama,
                plan {
                    $0.sequence = sequence; $0.sharding = .zero3
                }, .init(method: .ppo), cost: cost
            ).phases.first { $0.name == "sampling: responses" }?.seconds ?? 0
        }
        let short = try iteration(1024), long = try iteration(1536)
        #expect(long > 1.9 * short)
    }
}
