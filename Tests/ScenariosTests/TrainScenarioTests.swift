import Configuration
import CostModel
import Quantities
import Simulation
import Testing

@testable import Scenarios

/// Training jobs of a scenario: what they become, and what is wrong with them.
@Suite struct TrainScenarioTests {
    private func world(_ train: String, cluster: String = "", end: String = "  horizon: 1d\n") throws -> World {
        var draft = Draft()
        draft.end = end
        draft.pools = "        - {name: h100, count: 8, machine: dgx-h100}\n"
        draft.cluster = cluster
        draft.workload = "    - \(train)\n"
        return try ScenarioFile(SourceText(name: "s.yaml", text: draft.text)).scenario.world()
    }

    @Test func aTrainingHasTheDurationOfItsSteps() throws {
        let world = try world("{train: llama-3-8b, gpus: 16, parallelism: {tp: 2}, globalBatch: 64, steps: 500}")
        let training = try #require(world.trainings.first)
        #expect(training.plan.tensor == 2)
        #expect(training.plan.sequenceParallel)
        #expect(training.plan.data == 8)
        let job = try #require(world.workload.jobs.first)
        #expect(job.training == 0)
        #expect(job.duration.nanoseconds == 500 * training.referenceStep.nanoseconds)
        #expect(world.workload.groups[0].pods == 2)
        #expect(world.workload.groups[0].request.gpuCount == 8)
        let shape = world.cluster.pools[0].shape
        let platform = try #require(TrainingPlatforms.platform(of: shape, world.cluster.catalogue))
        let step = TrainingCostModel(platform: platform).estimate(training.model, training.plan).step
        #expect(abs(training.referenceStep.seconds - step) < 1e-8)
    }

    @Test func tokensBecomeSteps() throws {
        let world = try world(
            "{train: llama-3-8b, gpus: 8, sharding: zero3, globalBatch: 8, sequence: 4096, tokens: 3.2768e6}")
        #expect(world.trainings[0].steps == 100)
    }

    @Test func autoFindsAPlanThatFits() throws {
        let world = try world(
            "{train: llama-3-70b, gpus: 64, parallelism: auto, globalBatch: 256, steps: 10}", end: "")
        let training = world.trainings[0]
        let capacity = try #require(AcceleratorCard.named("h100-sxm")).memory
        let memory = TrainingMemory(model: training.model, plan: training.plan)
        #expect(memory.verdict(capacity: capacity) == .fits)
        #expect(training.plan.problem(for: training.model) == nil)
    }

    @Test func arrivalsFollowARateOrADistance() throws {
        let regular = try world("{train: llama-3-8b, sharding: zero3, gpus: 8, steps: 1, count: 3, every: 1h}")
        #expect(regular.workload.jobs.map(\.submit.nanoseconds) == [0, 3600, 7200].map { $0 * 1_000_000_000 })
        let random = try world("{train: llama-3-8b, sharding: zero3, gpus: 8, steps: 1, rate: 10/h}")
        #expect((180...300).contains(random.workload.jobs.count))
        #expect(try #require(random.workload.jobs.last).submit <= .zero + .seconds(86_400))
    }

    @Test func degradedHardwareIsThatOfThePool() throws {
        let world = try world(
            "{train: llama-3-8b, sharding: zero3, gpus: 8, steps: 1}",
            cluster: "      fabric: {contention: false}\n"
                + "      degraded: [{pool: h100, nodes: [2, 5], gpu: 3, gpuSpeed: 0.5, from: 1h, until: 2h}]\n")
        #expect(!world.contention)
        #expect(
            world.degradations == [
                Degradation(
                    nodes: [2, 5].map { .init($0) }, gpu: 3, gpuSpeed: 0.5, from: .zero + .seconds(3600),
                    until: .zero + .seconds(7200))
            ])
    }

    /// Each mistake is told at its place.
    @Test(arguments: [
        ("{train: llama-3-8, gpus: 8, steps: 1}", "unknown model \"llama-3-8\"; did you mean \"llama-3-8b\"?"),
        ("{train: llama-3-8b, gpus: 8}", "give either \"steps\" or \"tokens\""),
        ("{train: llama-3-8b, gpus: 8, steps: 1, tokens: 5}", "give either \"steps\" or \"tokens\""),
        ("{train: llama-3-8b, gpus: 12, steps: 1}", "12 GPUs are not a whole number of pods with 8"),
        (
            "{train: llama-3-8b, gpus: 16, parallelism: {tp: 3}, steps: 1}",
            "16 GPUs are not a multiple of tp × cp × pp = 3"
        ),
        (
            "{train: llama-3-8b, gpus: 16, parallelism: {tp: 2, dp: 4}, steps: 1}",
            "16 GPUs leave 8 replicas, not 4"
        ),
        ("{train: llama-3-70b, gpus: 8, steps: 1}", "out of memory: a GPU would hold"),
        (
            "{train: llama-3-8b, gpus: 16, sharding: zero3, minGPUs: 4, steps: 1}",
            "4 GPUs are not a whole number of pods"
        ),
        ("{train: llama-3-8b, gpus: 64, minGPUs: 8, steps: 1}", "minGPUs: out of memory"),
        (
            "{train: llama-3-8b, gpus: 32, minGPUs: 8, parallelism: {tp: 4, pp: 4}, steps: 1}",
            "8 GPUs are too few: a replica needs 16"
        ),
        ("{train: llama-3-8b, gpus: 8, parallelism: best, steps: 1}", "unknown parallelism \"best\""),
        ("{train: llama-3-8b, gpus: 128, parallelism: {tp: 8}, steps: 1}", "can never start"),
        (
            "{train: llama-3-8b, gpus: 8, sharding: zero3, rate: 1/h, every: 1h, steps: 1}",
            "jobs arrive at a rate or every so often"
        ),
        ("{train: llama-3-8b, gpus: 8, sharding: zero3, steps: 1000000000}", "would take more than 100 years"),
    ])
    func mistakesAreToldAtTheirPlace(_ train: String, _ message: String) throws {
        let error = #expect(throws: InvalidInput.self) { _ = try world(train) }
        let found = error?.diagnostics.map(\.description) ?? []
        #expect(found.contains { $0.contains(message) && $0.hasPrefix("s.yaml:11:") }, "\(found)")
    }

    @Test(arguments: [
        ("{pool: h200, nodes: [0]}", "no node pool is called \"h200\"; did you mean \"h100\"?"),
        ("{pool: h100, nodes: [8]}", "pool \"h100\" has 8 nodes, counted from 0"),
        ("{pool: h100, nodes: [1], gpu: 8}", "gpu: a node of pool \"h100\" has 8 GPUs, counted from 0"),
        ("{pool: h100, nodes: [1], gpuSpeed: 2}", "gpuSpeed: expected a number"),
        ("{pool: h100, nodes: [1], from: 2h, until: 1h}", "1h is not after 2h"),
    ])
    func mistakesInDegradedHardwareToo(_ degraded: String, _ message: String) throws {
        let error = #expect(throws: InvalidInput.self) {
            _ = try world(
                "{train: llama-3-8b, sharding: zero3, gpus: 8, steps: 1}", cluster: "      degraded: [\(degraded)]\n")
        }
        let found = error?.diagnostics.map(\.description) ?? []
        #expect(found.contains { $0.contains(message) && $0.hasPrefix("s.yaml:10:") }, "\(found)")
    }
}
