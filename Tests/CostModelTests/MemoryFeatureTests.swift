import Testing

@testable import CostModel

/// Offloading, 8-bit moments, and what makes a plan fit.
@Suite struct MemoryFeatureTests {
    let card: AcceleratorCard
    let llama: ModelCard
    let platform: TrainingPlatform

    init() throws {
        card = try #require(AcceleratorCard.named("a100-80"))
        llama = try #require(ModelCard.named("llama-3-8b"))
        platform = TrainingPlatform(card: card)
    }

    func plan(gpus: Int = 8, _ change: (inout TrainingPlan) -> Void = { _ in }) -> TrainingPlan {
        var plan = TrainingPlan(gpus: gpus, globalBatch: 64, sequence: 4096)
        plan.sharding = .zero1
        change(&plan)
        return plan
    }

    func memory(_ plan: TrainingPlan) -> TrainingMemory { TrainingMemory(model: llama, plan: plan) }

    /// bitsandbytes: two moments of one byte with a 32-bit scale for 256 of them, 4 bytes of master weight; embeddings in 32 bits.
    @Test func eightBitMomentsTakeAQuarter() {
        let count = ParameterCount(llama)
        let small = memory(plan(gpus: 1) { $0.moments = .eightBit }).optimizer
        let expected = count.total * (4 + 2.03125) + count.embedding * (8 - 2.03125)
        #expect(abs(small / expected - 1) < 1e-3)
        #expect(memory(plan(gpus: 1)).optimizer > 1.8 * small)
    }

    /// ZeRO-Offload, section 3: 2 bytes per parameter stay on the GPU, 14 go out.
    @Test func offloadingMovesFourteenOfSixteenBytes() {
        let total = ParameterCount(llama).total
        let out = memory(plan(gpus: 1) { $0.offload = .optimizer })
        #expect(abs(out.weights / (2 * total) - 1) < 1e-3)
        #expect(out.optimizer == 0)
        #expect(out.gradients <= TrainingMemory.offloadBucket)
        #expect(abs(out.host / (14 * total) - 1) < 1e-3)
        let disk = memory(
            plan {
                $0.offload = .nvme; $0.sharding = .zero3
            })
        #expect(disk.weights == 0)
        #expect(abs(disk.nvme / (12 * total / 8) - 1) < 1e-3)
    }

    /// ZeRO-Offload, abstract and section 6: 13 B parameters train on one V100 of 32 GB, 1.4 B are the most without offloading.
    @Test func oneGPUTrainsWhatZeROOffloadReports() throws {
        let v100 = TrainingPlatform(card: try #require(.named("v100-32")), gpusPerNode: 16)
        func verdict(layers: Int, hidden: Int, _ offload: TrainingPlan.Offload) -> TrainingMemory.Verdict {
            var gpt = ModelCard(
                "gpt", layers: layers, hidden: hidden, heads: 32, feedForward: 4 * hidden, gated: false,
                vocabulary: 50257, tied: true)
            gpt.hasBiases = true
            gpt.learnedPositions = 1024
            var plan = TrainingPlan(gpus: 1, globalBatch: 32, sequence: 1024)
            plan.precision = .fp16
            plan.recompute = .full
            plan.software = .classicMegatron
            plan.offload = offload
            plan.sharding = .zero2
            return TrainingMemory(model: gpt, plan: plan).verdict(capacity: v100.card.memory)
        }
        #expect(verdict(layers: 65, hidden: 4096, .optimizer) != .outOfMemory)
        #expect(verdict(layers: 100, hidden: 4096, .optimizer) == .outOfMemory)
        #expect(verdict(layers: 40, hidden: 1600, .none) != .outOfMemory)
        #expect(verdict(layers: 64, hidden: 2304, .none) == .outOfMemory)
    }

    @Test func crossAttentionKeepsItsActivations() throws {
        let t5 = try #require(ModelCard.named("t5-11b"))
        var alone = t5
        alone.layers = 48
        alone.encoderLayers = 0
        let plan = plan { $0.tensor = 8 }
        #expect(
            TrainingMemory(model: t5, plan: plan).activations > TrainingMemory(model: alone, plan: plan).activations)
    }

    @Test func imagesMustFitIntoTheSequence() {
        var model = llama
        model.vision = VisionEncoder(
            layers: 24, hidden: 1024, heads: 16, feedForward: 4096, patches: 576, others: 0, smallOfLayer: 0)
        #expect(plan { $0.images = 7 }.problem(for: model) == nil)
        #expect(plan { $0.images = 8 }.problem(for: model)?.contains("exceed a sequence") == true)
    }

    @Test func offloadedActivationsLeaveTwoLayers() {
        let kept = plan(), out = plan { $0.offloadsActivations = true }
        let layer = ActivationMemory(model: llama, plan: kept).denseLayer
        #expect(abs(memory(kept).activations - memory(out).activations - 30 * layer) < 1)
        #expect(memory(out).host >= 30 * layer)
    }

    @Test func offloadingTakesTheTimeOfItsCopies() {
        let cost = TrainingCostModel(platform: platform)
        let here = cost.estimate(llama, plan { $0.sharding = .zero3 })
        let there = cost.estimate(
            llama,
            plan {
                $0.sharding = .zero3; $0.offload = .optimizer
            })
        let local = ParameterCount(llama).total / 8
        // Adam at 28 bytes per parameter over the measured share of eight channels' bandwidth for two sockets and eight GPUs.
        let adam = local * 28 / (2 * 8 * 25.6e9 / 8 * 0.8)
        let update = there.parts.first { $0.name == "optimizer" }?.seconds ?? 0
        #expect(abs(update / adam - 1) < 0.01)
        #expect(there.step > here.step)
        var slow = platform
        slow.host.nvmeRate = .init(1e8, .zeroInfinity)
        let disk = plan {
            $0.sharding = .zero3; $0.offload = .nvme
        }
        #expect(
            TrainingCostModel(platform: slow).estimate(llama, disk).step > 2 * local * 12 / 1e8)
    }

    @Test func hostMemoryHasALimitToo() {
        var small = platform
        small.host.memory = .init(1e9, .pcie)
        let out = memory(plan { $0.offload = .optimizer })
        #expect(out.verdict(on: platform) != .outOfMemory)
        #expect(out.verdict(on: small) == .outOfMemory)
    }

    @Test func combinationsThatDoNotExistAreNamed() {
        #expect(
            plan {
                $0.moments = .eightBit; $0.offload = .optimizer
            }.problem(for: llama) != nil)
        #expect(plan { $0.offload = .parameters }.problem(for: llama) != nil)
        #expect(
            plan {
                $0.offload = .parameters; $0.sharding = .zero3
            }.problem(for: llama) == nil)
    }

    /// The fix found is no worse than every single change tried by hand.
    @Test func theCheapestFixIsTheCheapest() throws {
        let cost = TrainingCostModel(platform: platform)
        let start = plan {
            $0.microBatch = 8; $0.sharding = .none
        }
        #expect(memory(start).verdict(on: platform) == .outOfMemory)
        let fixes = MemoryFix.cheapest(llama, start, cost: cost)
        let best = try #require(fixes.first)
        #expect(fixes.allSatisfy { TrainingMemory(model: llama, plan: $0.plan).verdict(on: platform) != .outOfMemory })
        #expect(zip(fixes, fixes.dropFirst()).allSatisfy { $0.loss <= $1.loss })
        #expect(
            abs(best.estimate.step * Double(best.plan.gpus) / (cost.estimate(llama, start).step * 8) - 1 - best.loss)
                < 1e-9)
        var tried = 0
        for change in MemoryFix.candidates(llama, start, platform) {
            var changed = start
            change.apply(to: &changed)
            guard changed.problem(for: llama) == nil else { continue }
            if TrainingMemory(model: llama, plan: changed).verdict(on: platform) == .fits {
                tried += 1
                let loss =
                    cost.estimate(llama, changed).step * Double(changed.gpus) / (cost.estimate(llama, start).step * 8)
                    - 1
                #expect(best.changes.count == 1 && best.loss <= loss, "\(change.option)")
            }
        }
        #expect(tried > 0 || best.changes.count > 1)
    }

    @Test func severalChangesAreCombinedWhereOneDoesNotSuffice() throws {
        let big = try #require(ModelCard.named("llama-3-70b"))
        let cost = TrainingCostModel(platform: platform)
        let start = plan(gpus: 8) { $0.microBatch = 2 }
        let fixes = MemoryFix.cheapest(big, start, cost: cost)
        #expect(fixes.allSatisfy { $0.changes.count >= 2 })
        #expect(!fixes.isEmpty)
    }

    /// DeepSeek-V3's training (arXiv 2412.19437, sections 3.2 and 3.3): 2,048 H800 of 80 GB, 16 stages, 64-way expert parallelism, DualPipe, no
    /// tensor parallelism, 4,096 tokens.
    func deepSeek(_ change: (inout TrainingPlan) -> Void = { _ in }) -> TrainingPlan {
        var plan = TrainingPlan(gpus: 2048, globalBatch: 15360, sequence: 4096)
        plan.pipeline = 16
        plan.expert = 64
        plan.schedule = .dualPipe
        plan.sharding = .zero1
        plan.precision = .fp8
        plan.software = .haiLLM
        plan.moments = .half
        plan.recompute = .normsAndUpProjections
        change(&plan)
        return plan
    }

    @Test func deepSeekV3FitsWithWhatItsReportSays() throws {
        let model = try #require(ModelCard.named("deepseek-v3"))
        let platform = TrainingPlatform(card: try #require(.named("h800")))
        func verdict(_ change: (inout TrainingPlan) -> Void = { _ in }) -> TrainingMemory.Verdict {
            TrainingMemory(model: model, plan: deepSeek(change)).verdict(on: platform)
        }
        #expect(deepSeek().problem(for: model) == nil)
        #expect(
            deepSeek { $0.globalBatch = 15_360 + 128 }.problem(for: model)
                == "dualpipe needs an even number of micro batches, not 121")
        #expect(deepSeek { $0.pipeline = 1 }.problem(for: model) == "dualpipe needs an even number of stages, not 1")
        #expect(verdict() != .outOfMemory)
        #expect(verdict { $0.recompute = .none } == .outOfMemory)
        #expect(verdict { $0.precision = .bf16 } == .outOfMemory)
        #expect(verdict { $0.software = .megatronCore } == .outOfMemory)
    }

    /// Bytes of a token and layer by hand: residual 14,336; compressed queries, keys and values 4,224; attention's output in 12 bits 24,576; row sums
    /// 512; again residual 14,336; eight visits of 7,168 bytes with 4,096 of gates; 4,096 of the shared expert.
    @Test func whatALayerOfDeepSeekV3KeepsIsCountedByHand() throws {
        let model = try #require(ModelCard.named("deepseek-v3"))
        let activations = ActivationMemory(model: model, plan: deepSeek())
        let parts: [Double] = [14_336, 4_224, 24_576, 512, 14_336, 8 * 11_264, 4_096]
        let token = parts.reduce(0, +)
        #expect(abs(activations.expertLayer / (4096 * token) - 1) < 1e-12)
    }

    /// DualPipe keeps two copies of the parameters, and activations of one more stage than there are (same report, table 2).
    @Test func dualPipeHoldsTwoStages() throws {
        let model = try #require(ModelCard.named("deepseek-v3"))
        let two = TrainingMemory(model: model, plan: deepSeek())
        let one = TrainingMemory(model: model, plan: deepSeek { $0.schedule = .oneForwardOneBackward })
        #expect(two.weights == 2 * one.weights && two.gradients == 2 * one.gradients && two.optimizer == one.optimizer)
        #expect(abs(two.activations / one.activations - 17.0 / 16) < 0.02)
    }

    /// Transformer Engine keeps inputs of products in 8 bits; attention's output stays in 16 beside the copy.
    @Test func narrowInputsAreKeptNarrow() throws {
        func layer(_ precision: Precision, _ software: SoftwareCard) -> Double {
            ActivationMemory(
                model: llama,
                plan: plan {
                    $0.precision = precision; $0.software = software
                }
            ).denseLayer / 4096
        }
        // Norm outputs twice 4,096 values, second product's input 14,336, a copy of attention's output 4,096.
        let saved = 2.0 * 4096 + 14_336 - 4096
        #expect(abs(layer(.bf16, .megatronCore) - layer(.fp8, .megatronCore) - saved) < 1e-6)
        #expect(layer(.fp8, .fsdp) == layer(.bf16, .fsdp))
    }

    /// Master weight 4, two moments of 2 bytes.
    @Test func sixteenBitMomentsTakeTwoThirds() {
        let wide = memory(plan(gpus: 1)).optimizer, half = memory(plan(gpus: 1) { $0.moments = .half }).optimizer
        #expect(abs(half / wide - 8.0 / 12) < 1e-12)
        let both = plan {
            $0.moments = .half; $0.offload = .optimizer
        }
        #expect(both.problem(for: llama) != nil)
    }

    /// Llama 3 405B, 16,384 H100 of 80 GB, tensor 8, 16 stages of 8 virtual ones, 8,192 tokens, nothing computed again (arXiv 2407.21783, section
    /// 3.3.2 and table 4): it fits as gradients are sharded with the optimizer; with whole 32-bit gradients it would not.
    @Test func llama405BFitsWithShardedGradients() throws {
        let model = try #require(ModelCard.named("llama-3.1-405b"))
        let platform = TrainingPlatform(card: try #require(.named("h100-sxm")))
        func verdict(_ sharding: TrainingPlan.Sharding) -> TrainingMemory.Verdict {
            var plan = TrainingPlan(gpus: 16384, globalBatch: 2048, sequence: 8192)
            plan.tensor = 8
            plan.sequenceParallel = true
            plan.pipeline = 16
            plan.virtualStages = 8
            plan.sharding = sharding
            return TrainingMemory(model: model, plan: plan).verdict(on: platform)
        }
        #expect(verdict(.keepGathered) != .outOfMemory)
        #expect(verdict(.zero1) == .outOfMemory)
    }

    /// The same run reached 41 % of the peak (table 4). Weights that are kept after the forward pass serve all micro batches in flight: they are gathered
    /// once, where ZeRO-3 gathers them for every pass.
    @Test func weightsThatStayAreGatheredOnce() throws {
        let model = try #require(ModelCard.named("llama-3.1-405b"))
        let cost = TrainingCostModel(platform: TrainingPlatform(card: try #require(.named("h100-sxm"))))
        func estimate(_ sharding: TrainingPlan.Sharding) -> TrainingEstimate {
            var plan = TrainingPlan(gpus: 16384, globalBatch: 2048, sequence: 8192)
            plan.tensor = 8
            plan.sequenceParallel = true
            plan.pipeline = 16
            plan.virtualStages = 8
            plan.sharding = sharding
            return cost.estimate(model, plan)
        }
        func traffic(_ sharding: TrainingPlan.Sharding) -> Double {
            estimate(sharding).parts.first { $0.name == "data parallel" }?.seconds ?? 0
        }
        #expect(traffic(.keepGathered) < 0.5 * traffic(.zero3))
        #expect(abs(estimate(.keepGathered).modelUtilization - 0.41) < 0.04)
    }

    /// Computing norms and up-projections again costs less than whole layers, and more than nothing.
    @Test func lightRecomputationIsCheap() throws {
        let model = try #require(ModelCard.named("deepseek-v3"))
        let cost = TrainingCostModel(platform: TrainingPlatform(card: try #require(.named("h800"))))
        func step(_ kind: TrainingPlan.Recompute) -> Double {
            cost.estimate(model, deepSeek { $0.recompute = kind }).step
        }
        let none = step(.none), light = step(.normsAndUpProjections), full = step(.full)
        #expect(none < light && light < none + 0.4 * (full - none), "\(none) \(light) \(full)")
    }
}
