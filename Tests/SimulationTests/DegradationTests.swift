import ClusterModel
import CostModel
import Quantities
import Testing

@testable import Simulation

/// One slow part drags the whole gang.
@Suite struct DegradationTests {
    private func world(_ degradations: [Degradation], steps: Int64 = 100) throws -> TrainingWorld {
        var world = TrainingWorld()
        world.oversubscription = 1
        world.degradations = degradations
        try world.train("a", pods: 2, gpus: 8, steps: steps)
        return world
    }

    private let plan = TrainingWorld.plan(gpus: 16)

    private func slowStep(speed: Double) throws -> Double {
        let shape = try #require(HardwareCatalogue.builtIn.shape(named: "dgx-h100"))
        let platform = try #require(TrainingPlatforms.platform(of: shape, .builtIn, speed: speed))
        return TrainingCostModel(platform: platform).estimate(try TrainingWorld.model(), plan).step
    }

    @Test func aSlowGPUDragsTheGang() throws {
        let run = try world([Degradation(nodes: [NodeID(1)], gpu: 3, gpuSpeed: 0.5)]).run()
        let slow = try slowStep(speed: 0.5), sound = try slowStep(speed: 1)
        #expect(slow > 1.5 * sound)
        #expect(abs(try run.end("a") - 100 * slow) < 1e-5)
        #expect(abs(run.gpuSeconds(.slowed) - 16 * 100 * (slow - sound)) < 1e-4)
    }

    @Test func aSlowGPUOfAnotherJobDoesNot() throws {
        let run = try world([Degradation(nodes: [NodeID(1)], gpuSpeed: 0.5, from: .zero + .seconds(1_000_000))]).run()
        #expect(run.gpuSeconds(.slowed) == 0)
        var half = TrainingWorld()
        half.degradations = [Degradation(nodes: [NodeID(1)], gpu: 7, gpuSpeed: 0.5)]
        try half.train("a", pods: 1, gpus: 4, steps: 10)
        #expect(try half.run().gpuSeconds(.slowed) == 0)
    }

    @Test func aSlowNetworkCardDragsTheRing() throws {
        let run = try world([Degradation(nodes: [NodeID(0)], networkSpeed: 0.25)]).run()
        let slow = try TrainingWorld.step(plan, share: 0.25, reach: 8)
        #expect(abs(try run.end("a") - 100 * slow) < 1e-5)
    }

    @Test func itDoesSoWithoutContentionToo() throws {
        var world = try world([Degradation(nodes: [NodeID(0)], networkSpeed: 0.25)])
        world.contention = false
        let slow = try TrainingWorld.step(plan, share: 0.25, reach: 8)
        #expect(abs(try world.run().end("a") - 100 * slow) < 1e-5)
    }

    @Test func whatWasDoneBeforeAChangeOfPaceCounts() throws {
        let slow = try slowStep(speed: 0.5), sound = try slowStep(speed: 1)
        let from = 20.25 * sound, until = from + 30.5 * slow
        let degradation = Degradation(
            nodes: [NodeID(0)], gpuSpeed: 0.5, from: SimTime(nanoseconds: Int64(from * 1e9)),
            until: SimTime(nanoseconds: Int64(until * 1e9)))
        let run = try world([degradation]).run()
        #expect(abs(try run.end("a") - (until + (100 - 20.25 - 30.5) * sound)) < 1e-5)
    }

    @Test func theWorstOfSeveralCounts() throws {
        let run = try world([
            Degradation(nodes: [NodeID(0)], gpuSpeed: 0.8), Degradation(nodes: [NodeID(1)], gpuSpeed: 0.5),
        ]).run()
        #expect(abs(try run.end("a") - 100 * (try slowStep(speed: 0.5))) < 1e-5)
    }

    @Test func aMixedGangGoesAtThePaceOfItsSlowestModel() throws {
        var world = TrainingWorld()
        world.oversubscription = 1
        world.nodes = 1
        world.machines = ["dgx-h100", "dgx-a100"]
        try world.train("a", pods: 2, gpus: 8, steps: 10)
        let run = try world.run()
        let shape = try #require(HardwareCatalogue.builtIn.shape(named: "dgx-a100"))
        let platform = try #require(TrainingPlatforms.platform(of: shape, .builtIn))
        let step = TrainingCostModel(platform: platform).estimate(try TrainingWorld.model(), plan).step
        #expect(abs(try run.end("a") - 10 * step) < 1e-5)
        let fast = try slowStep(speed: 1)
        #expect(abs(run.gpuSeconds(.slowed) - 16 * 10 * (step - fast)) < 1e-4)
    }
}
