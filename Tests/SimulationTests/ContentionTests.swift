import ClusterModel
import CostModel
import Quantities
import Testing

@testable import Simulation

/// Two rings over an oversubscribed spine: each job has four GPUs on each of two nodes, each node a leaf of its own. A leaf's uplink
/// carries 8 × 50 GB/s / 4 = 100 GB/s.
@Suite struct ContentionTests {
    /// One ring has four flows: 25 GB/s each, half of a card. Two have eight: 12.5 GB/s, a quarter.
    private let alone = 0.5, together = 0.25

    @Test func theCollectiveOfTwoRingsTakesTwiceAsLong() throws {
        let plan = TrainingWorld.plan(gpus: 8)
        // Without a power limit: otherwise a GPU that waits longer computes at a higher clock.
        var constants = StepTimeConstants()
        constants.sustainedHopper = 100
        let full = try TrainingWorld.step(plan, share: 1, reach: 4, constants: constants)
        let one = try TrainingWorld.step(plan, share: alone, reach: 4, constants: constants)
        let two = try TrainingWorld.step(plan, share: together, reach: 4, constants: constants)
        // All-reduce of 16-bit gradients: 2 (n - 1) / n × bytes over the rate of four cards.
        let bytes = 2 * 8.03e9, factor = 2.0 * 7 / 8
        let collectives = CollectiveModel()
        func wire(_ share: Double) -> Double {
            let rate = 4 * 50e9 * share * collectives.networkShare
            let ring = factor * bytes / rate
            let tree = 2 * bytes / 2 / (rate * collectives.treeShare)
            // Two nodes of Hopper with trees over their NVLink switches: the wires carry everything once.
            let switched = bytes / rate
            return min(ring, tree, switched) / constants.dataShare
        }
        #expect(abs((one - full) / (wire(alone) - wire(1)) - 1) < 0.01)
        #expect(abs((two - one) / (wire(together) - wire(alone)) - 1) < 0.01)
    }

    @Test func jobsAloneAndTogetherEndWhenTheClosedFormSays() throws {
        var world = TrainingWorld()
        try world.train("a", pods: 2, gpus: 4, steps: 1000)
        let single = try world.run()
        let plan = TrainingWorld.plan(gpus: 8)
        let one = try TrainingWorld.step(plan, share: alone, reach: 4)
        let two = try TrainingWorld.step(plan, share: together, reach: 4)
        #expect(abs(try single.end("a") - 1000 * one) < 1e-5)

        // The second arrives after 100 s and has 200 steps; the first slows down while it runs.
        try world.train("b", at: 100, pods: 2, gpus: 4, steps: 200)
        let both = try world.run()
        #expect(try both.nodes("a") == [0, 1])
        #expect(try both.nodes("b") == [0, 1])
        #expect(abs(try both.end("b") - (100 + 200 * two)) < 1e-5)
        let done = 100 / one + 200
        #expect(abs(try both.end("a") - (100 + 200 * two + (1000 - done) * one)) < 1e-5)

        world.contention = false
        let apart = try world.run()
        let full = try TrainingWorld.step(plan, share: 1, reach: 4)
        #expect(abs(try apart.end("a") - 1000 * full) < 1e-5)
        #expect(abs(try apart.end("b") - 100 - 200 * full) < 1e-5)
    }

    @Test func theLedgerShowsWhatWasLostToTheSpine() throws {
        var world = TrainingWorld()
        try world.train("a", pods: 2, gpus: 4, steps: 100)
        try world.train("b", pods: 2, gpus: 4, steps: 100)
        let run = try world.run()
        let plan = TrainingWorld.plan(gpus: 8)
        let undisturbed = TrainingCostModel(platform: try TrainingWorld.platform())
            .estimate(try TrainingWorld.model(), plan).step
        let two = try TrainingWorld.step(plan, share: together, reach: 4)
        #expect(abs(run.gpuSeconds(.productive) - 2 * 8 * 100 * undisturbed) < 1e-4)
        #expect(abs(run.gpuSeconds(.slowed) - 2 * 8 * 100 * (two - undisturbed)) < 1e-4)
        #expect(run.gpuSeconds(.recomputed) == 0)
    }

    @Test func withinALeafTheSpineDoesNotMatter() throws {
        var world = TrainingWorld()
        world.nodesPerLeaf = 2
        world.nodes = 4
        world.placement = .bestFit
        try world.train("a", pods: 2, gpus: 8, steps: 100)
        try world.train("b", pods: 2, gpus: 8, steps: 100)
        let run = try world.run()
        let step = try TrainingWorld.step(TrainingWorld.plan(gpus: 16), share: 1, reach: 8)
        #expect(abs(try run.end("a") - 100 * step) < 1e-5)
        #expect(abs(try run.end("b") - 100 * step) < 1e-5)
        #expect(run.gpuSeconds(.slowed) == 0)
    }

    @Test func linksCarryWhatTheFlowsHave() throws {
        var world = TrainingWorld()
        try world.train("a", pods: 2, gpus: 4, steps: 4000)
        let sink = LinkSink()
        var simulation = Simulation(try world.world())
        _ = try simulation.run(into: sink)
        let fabric = try world.world().cluster.fabric
        let uplinks = fabric.links.indices.filter { if case .switch = fabric.links[$0].lower { true } else { false } }
        #expect(uplinks.count == 2)
        let sampled = sink.samples.filter { $0.timeNs > 0 && $0.timeNs < 600_000_000_001 }
        #expect(!sampled.isEmpty)
        for sample in sampled {
            #expect(uplinks.contains(Int(sample.link)))
            #expect(sample.demandBytesPerSecond == 100_000_000_000)
        }
    }

    /// Keeps samples of links.
    private final class LinkSink: FactSink {
        var samples: [LinkSampleFact] = []
        func write(_ new: borrowing FactBuffers) { samples += new.linkSamples }
    }
}
