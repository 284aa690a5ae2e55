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
}
