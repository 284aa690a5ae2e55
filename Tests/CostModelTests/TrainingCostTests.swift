import ClusterModel
import Testing

@testable import CostModel

@Suite struct TrainingCostTests {
    let card: AcceleratorCard
    let llama: ModelCard

    init() throws {
        card = try #require(AcceleratorCard.named("h100-sxm"))
        llama = try #require(ModelCard.named("llama-3-8b"))
    }

    func plan(_ change: (inout TrainingPlan) -> Void = { _ in }) -> TrainingPlan {
        var plan = TrainingPlan(gpus: 64, globalBatch: 256, sequence: 4096)
        plan.sharding = .zero1
        change(&plan)
        return plan
    }

    func step(_ plan: TrainingPlan) -> Double {
        TrainingCostModel(platform: TrainingPlatform(card: card)).estimate(llama, plan).step
    }

    @Test func partsSumUpToTheStep() {
        let estimate = TrainingCostModel(platform: TrainingPlatform(card: card)).estimate(
            llama, plan { $0.pipeline = 4 })
        #expect(estimate.parts.allSatisfy { $0.seconds > 0 && $0.seconds.isFinite })
        #expect(estimate.step > 0)
        #expect(estimate.modelUtilization > 0.2 && estimate.modelUtilization < 0.7)
    }

    @Test func moreRecomputationTakesLongerAndHoldsLess() {
        let kept = plan(), again = plan { $0.recompute = .full }
        #expect(step(again) > step(kept))
        #expect(
            TrainingMemory(model: llama, plan: again).activations < TrainingMemory(model: llama, plan: kept).activations
        )
    }

    /// Every other layer lies half way between nothing and whole layers; every other product computes attention once.
    @Test func partialRecomputationLiesBetween() {
        func products(_ recompute: TrainingPlan.Recompute) -> [String: Double] {
            let parts = TrainingCostModel(platform: TrainingPlatform(card: card), constants: .atFullClock)
                .estimate(llama, plan { $0.recompute = recompute }).parts
            return Dictionary(parts.map { ($0.name, $0.seconds) }) { $0 + $1 }
        }
        let none = products(.none), full = products(.full)
        let layers = products(.everyOtherLayer), operators = products(.everyOtherProduct)
        for name in ["matrix multiplications", "attention"] {
            let mean = ((none[name] ?? 0) + (full[name] ?? 0)) / 2
            #expect(abs((layers[name] ?? 0) / mean - 1) < 1e-9, "\(name)")
        }
        #expect(operators["attention"] == none["attention"])
        #expect(operators["elementwise"] == full["elementwise"])
        func kept(_ recompute: TrainingPlan.Recompute) -> Double {
            TrainingMemory(model: llama, plan: plan { $0.recompute = recompute }).activations
        }
        #expect(kept(.full) < kept(.everyOtherLayer) && kept(.everyOtherLayer) < kept(.none))
        #expect(kept(.full) < kept(.everyOtherProduct) && kept(.everyOtherProduct) < kept(.none))
    }

    /// In a pipeline, PyTorch gathers sharded weights once a step; alone, for every micro batch.
    @Test func pipelinesGatherShardedWeightsOnce() {
        func gathering(_ pipeline: Int, batch: Int) -> Double {
            let sharded = plan {
                $0.pipeline = pipeline
                $0.sharding = .zero3
                $0.software = .fsdp
                $0.globalBatch = batch
            }
            return TrainingCostModel(platform: TrainingPlatform(card: card, network: 1e9)).estimate(llama, sharded)
                .parts.first { $0.name == "data parallel" }?.seconds ?? 0
        }
        #expect(abs(gathering(4, batch: 512) / gathering(4, batch: 128) - 1) < 0.3)
        #expect(gathering(1, batch: 512) > 1.8 * gathering(1, batch: 256))
    }

    /// One expert of a rank is a dense product; many small ones lose tiles and waves.
    @Test func expertsAreProductsOfTheirOwn() {
        func seconds(experts: Int, width: Int) -> Double {
            var model = llama
            model.experts = ModelCard.Experts(count: experts, perToken: 1, width: width)
            let mixed = plan {
                $0.gpus = 8
                $0.globalBatch = 8
                $0.expert = 8
            }
            return TrainingCostModel(platform: TrainingPlatform(card: card), constants: .atFullClock)
                .estimate(model, mixed).parts.first { $0.name == "matrix multiplications" }?.seconds ?? 0
        }
        let alone = seconds(experts: 8, width: 14336), many = seconds(experts: 512, width: 14336)
        #expect(many > 1.3 * alone)
    }

    @Test func interleavingShrinksTheBubble() {
        func bubble(_ plan: TrainingPlan) -> Double {
            TrainingCostModel(platform: TrainingPlatform(card: card), constants: .atFullClock).estimate(llama, plan)
                .parts.first { $0.name == "pipeline bubble" }?.seconds ?? 0
        }
        let plain = plan { $0.pipeline = 4 },
            interleaved = plan {
                $0.pipeline = 4; $0.virtualStages = 4
            }
        #expect(abs(bubble(interleaved) * 4 / bubble(plain) - 1) < 1e-6)
    }

    /// Duty leaves power to the clock: `clock = sustained · duty^(−1/law)`.
    @Test func idleTensorCoresLeavePowerToTheRest() {
        var constants = StepTimeConstants()
        constants.powerLaw = 2
        let kernels = KernelModel(card: card, constants: constants)
        let busy = kernels.clock(duty: 1)
        #expect(busy < 1)
        #expect(abs(kernels.clock(duty: 0.81) / busy - 1 / 0.9) < 1e-9)
        #expect(kernels.clock(duty: 0.01) == 1)
    }

    /// A vocabulary of 50,257 makes rows of logits start between multiples of 16 bytes.
    @Test func misalignedProductsAreSlower() {
        let kernels = KernelModel(card: card)
        let odd = kernels.gemm(m: 8192, n: 50257, k: 4096, .bf16)
        let even = kernels.gemm(m: 8192, n: 50304, k: 4096, .bf16)
        #expect(odd > even * 1.5)
    }

    @Test func aSlowerNetworkTakesLonger() {
        let sharded = plan { $0.sharding = .zero3 }
        let slow = TrainingPlatform(card: card, network: 1e9)
        #expect(TrainingCostModel(platform: slow).estimate(llama, sharded).step > step(sharded) * 1.5)
    }

    /// Megatron's distributed optimizer holds 6 + 12/D bytes per parameter with 32-bit gradients.
    @Test func stateFollowsTheShardingTable() {
        let parameters = ParameterCount(llama).total
        let plain = TrainingMemory(model: llama, plan: plan { $0.sharding = .none })
        #expect(abs((plain.weights + plain.gradients + plain.optimizer) / (18 * parameters) - 1) < 1e-9)
        let zero1 = TrainingMemory(model: llama, plan: plan())
        #expect(abs((zero1.weights + zero1.gradients + zero1.optimizer) / ((6 + 12.0 / 64) * parameters) - 1) < 1e-9)
        let zero3 = TrainingMemory(model: llama, plan: plan { $0.sharding = .zero3 })
        #expect(abs((zero3.weights + zero3.gradients + zero3.optimizer) / (18 * parameters / 64) - 1) < 1e-9)
    }

    /// 16 bytes per parameter between steps, 24 within one: 32-bit gradients and Adam's intermediates (torch.optim.Adam, `foreach`).
    @Test func aStepHoldsCopiesOfGradients() {
        let alone = plan {
            $0.gpus = 1
            $0.globalBatch = 1
            $0.sequence = 16
            $0.sharding = .none
            $0.software = .huggingFace
            $0.recompute = .full
        }
        let bytes = TrainingMemory(model: llama, plan: alone).allocated / ParameterCount(llama).total
        #expect(abs(bytes / 24 - 1) < 0.01)
    }

    /// Frozen weights that a backward pass has gathered stayed to its end (pytorch/pytorch issue 95805): all of them and one shard.
    @Test func frozenShardsPileUp() {
        let frozen = plan {
            $0.gpus = 4
            $0.globalBatch = 4
            $0.sequence = 16
            $0.sharding = .zero3
            $0.software = .litGPT
            $0.recompute = .full
            $0.task = .lora
        }
        let whole = 2 * ParameterCount(llama).total
        let piled = TrainingMemory(model: llama, plan: frozen).allocated
        var freed = frozen
        freed.software.keepsFrozenGathered = false
        #expect(piled > 1.25 * whole && piled < 1.4 * whole)
        #expect(TrainingMemory(model: llama, plan: freed).allocated < 0.4 * whole)
    }

    /// Korthikanti et al.: s·b·h·(34 + 5·a·s/h) bytes per layer without parallelism, s·b·h/t·34 with sequence parallelism
    /// and selective recomputation.
    @Test func activationsFollowKorthikanti() throws {
        var card = try #require(ModelCard.named("gpt-22b"))
        card.hasBiases = true
        var plan = TrainingPlan(gpus: 8, globalBatch: 4, sequence: 2048)
        plan.microBatch = 4
        plan.software = .classicMegatron
        let sbh = 2048.0 * 4 * 6144
        let alone = ActivationMemory(model: card, plan: plan).denseLayer
        #expect(abs(alone / (sbh * (34 + 5 * 64 * 2048 / 6144)) - 1) < 1e-9)
        plan.tensor = 8
        plan.sequenceParallel = true
        plan.recompute = .selective
        #expect(abs(ActivationMemory(model: card, plan: plan).denseLayer / (sbh / 8 * 34) - 1) < 1e-9)
    }

    @Test func stagesTakeTheirLayers() {
        #expect(StepAssembly.layersOfStages(32, stages: 4) == [8, 8, 8, 8])
        #expect(StepAssembly.layersOfStages(126, stages: 8) == [15, 16, 16, 16, 16, 16, 16, 15])
        #expect(StepAssembly.layersOfStages(61, stages: 4).reduce(0, +) == 61)
    }

    @Test func impossiblePlansAreNamed() {
        #expect(plan { $0.tensor = 3 }.problem(for: llama) != nil)
        #expect(plan { $0.pipeline = 64 }.problem(for: llama) != nil)
        #expect(plan { $0.globalBatch = 8 }.problem(for: llama) != nil)
        func words(_ change: (inout TrainingPlan) -> Void) -> String { plan(change).problem(for: llama) ?? "possible" }
        #expect(
            words {
                $0.gpus = 48; $0.tensor = 3; $0.globalBatch = 16
            }.contains("tp 3 does not divide 32"))
        #expect(words { $0.expert = 8 }.contains("needs a model with experts"))
        #expect(words { $0.globalBatch = 96 }.contains("not a multiple of micro batch × dp = 64"))
        #expect(plan { $0.globalBatch = 96 }.problem(for: llama, allowsUnevenBatch: true) == nil)
        #expect(words { $0.virtualStages = 2 }.contains("at least 2 stages"))
        #expect(
            words {
                $0.pipeline = 4; $0.virtualStages = 2; $0.schedule = .gpipe
            }.contains("gpipe has none"))
        #expect(
            words {
                $0.pipeline = 8; $0.virtualStages = 2; $0.globalBatch = 32
            }.contains("multiples of pp: 4 of 8"))
        #expect(
            words {
                $0.context = 4; $0.sequence = 4097
            }.contains("cp 4 does not divide"))
        #expect(words { $0.shardGroup = 7 }.contains("groups of 7"))
        #expect(
            words {
                $0.task = .lora; $0.loraRank = 5000
            }.contains("rank 5000"))
        #expect(plan().problem(for: llama) == nil)
    }

    /// Llama 3 405B ran 126 layers as 16 × 8 virtual stages: embedding and head took a layer's place (arXiv 2407.21783, 3.3.2).
    @Test func embeddingAndHeadTakeALayersPlace() throws {
        let largest = try #require(ModelCard.named("llama-3.1-405b"))
        let whole = plan {
            $0.gpus = 16384; $0.globalBatch = 2048; $0.tensor = 8; $0.pipeline = 16; $0.virtualStages = 8
        }
        #expect(whole.problem(for: largest) == nil)
        #expect(
            plan {
                $0.gpus = 256; $0.pipeline = 16; $0.virtualStages = 9
            }.problem(for: largest) != nil)
    }

    @Test func searchFindsPlansThatFit() {
        let cost = TrainingCostModel(platform: TrainingPlatform(card: card))
        let search = PlanSearch(llama, from: plan(), cost: cost)
        #expect(search.tried > 50)
        #expect(!search.best.isEmpty)
        #expect(search.best.allSatisfy { $0.estimate.memory.verdict(capacity: card.memory) == .fits })
        #expect(zip(search.best, search.best.dropFirst()).allSatisfy { $0.estimate.step <= $1.estimate.step })
    }
}

extension StepTimeConstants {
    /// Constants without a power limit, so that times of products do not depend on what else a step does.
    static var atFullClock: StepTimeConstants {
        var constants = StepTimeConstants()
        constants.sustainedAmpere = 100
        constants.sustainedHopper = 100
        return constants
    }
}
