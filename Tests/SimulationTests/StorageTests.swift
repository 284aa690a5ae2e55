import ClusterModel
import CostModel
import Quantities
import Scheduling
import Simulation
import Testing
import Workloads

/// Start-up and checkpoints through storage, against closed forms. Nodes have 8 GPUs; GB are 10^9 bytes.
@Suite struct StorageTests {
    private let gigabyte = 1e9

    private func reads(_ object: Int32, tier: Int32, split: Bool = false) -> StorageModel.Usage {
        StorageModel.Usage(loads: [.init(object: object, tier: tier, isSplit: split)])
    }

    // MARK: Loading

    @Test(arguments: [1, 10, 40])
    func everyNodeReadsTheModelFromTheStore(nodes: Int) throws {
        var world = StorageWorld(nodes: nodes, store: 10e9)
        let model = world.object("model", bytes: 140e9)
        world.job("load", nodes: Int32(nodes), for: 100, reads(model, tier: 0))
        let run = try world.run()
        // N·S/B, then the work.
        #expect(try near(run.end("load"), (Double(nodes) * 14 + 100), 1e-6))
        #expect(near(run.gpuSeconds(.starting), Double(112 * nodes * nodes), 1e-3))
    }

    @Test(arguments: [1, 10, 40])
    func aPeerCacheReadsTheStoreOnce(nodes: Int) throws {
        var world = StorageWorld(nodes: nodes, store: 10e9)
        world.addPeerCache(perNode: 5e9)
        let model = world.object("model", bytes: 140e9)
        world.job("load", nodes: Int32(nodes), for: 100, reads(model, tier: 1))
        let run = try world.run()
        // max(S/B, S/b): fetched once while the peers pass it on. One node alone is limited by its own 5 GB/s.
        #expect(try near(run.end("load"), (max(14, 28) + 100), 1e-6))
    }

    @Test func theFetchLimitsFastPeers() throws {
        var world = StorageWorld(nodes: 20, store: 2e9)
        world.addPeerCache(perNode: 10e9)
        let model = world.object("model", bytes: 140e9)
        world.job("first", nodes: 20, for: 100, reads(model, tier: 1))
        world.job("second", at: 1_000, nodes: 20, for: 100, reads(model, tier: 1))
        let run = try world.run()
        #expect(try near(run.end("first"), 170, 1e-6))
        // The second finds it in the cache.
        #expect(try near(run.end("second"), (1_000 + 14 + 100), 1e-6))
    }

    @Test func theLeastRecentlyUsedObjectLeavesAFullCache() throws {
        var world = StorageWorld(nodes: 2, store: 10e9)
        world.addPeerCache(perNode: 100e9, bytesPerNode: 125e9)
        let a = world.object("a", bytes: 100e9), b = world.object("b", bytes: 100e9),
            c = world.object("c", bytes: 100e9)
        for (index, object) in [a, b, a, c, a, b].enumerated() {
            world.job("job\(index)", at: Int64(index) * 100, nodes: 1, for: 1, reads(object, tier: 1))
        }
        let run = try world.run()
        let loading = try (0..<6).map { try run.end("job\($0)") - Double($0 * 100) - 1 }
        // 10 s from the store, 1 s from the peers: c evicts b, a stays.
        for (found, expected) in zip(loading, [10.0, 10, 1, 10, 1, 10]) { #expect(near(found, expected, 1e-6)) }
    }

    @Test func whatDoesNotFitIsReadPastTheCache() throws {
        var world = StorageWorld(nodes: 4, store: 10e9)
        world.addPeerCache(perNode: 100e9, bytesPerNode: 10e9)
        let model = world.object("model", bytes: 100e9)
        world.job("load", nodes: 4, for: 1, reads(model, tier: 1))
        #expect(try near(world.run().end("load"), 41, 1e-6))
    }

    @Test func aNodeKeepsItsImage() throws {
        var world = StorageWorld(nodes: 1, store: 1e9)
        world.model.tiers.append(
            StorageModel.Tier(name: "disk", kind: .local, clientRead: 1e15, clientWrite: 1e15, origin: 0))
        let image = world.object("image", bytes: 20e9)
        world.job("cold", nodes: 1, for: 10, .init(image: .init(object: image, tier: 1)))
        world.job("warm", at: 100, nodes: 1, for: 10, .init(image: .init(object: image, tier: 1)))
        world.job("lazy", at: 200, nodes: 1, for: 10, .init(image: .init(object: image, tier: 0, share: 0.064)))
        let run = try world.run()
        #expect(try near(run.end("cold"), 30, 1e-3))
        #expect(try near(run.end("warm"), 110, 1e-3))
        #expect(try near(run.end("lazy"), (210 + 1.28), 1e-3))
    }

    @Test func smallFilesWaitForTheirLatency() throws {
        var world = StorageWorld(nodes: 1, store: 100e9, client: 10e9)
        world.model.tiers[0].latency = 0.1
        world.model.tiers[0].clientRequests = 50
        let data = world.object("data", bytes: 10e9, files: 10_000)
        world.job("load", nodes: 1, for: 10, reads(data, tier: 0))
        // 10,000 files, 50 at once, 0.1 s each; and 10 GB at 10 GB/s.
        #expect(try near(world.run().end("load"), (20 + 1 + 10), 1e-6))
    }

    // MARK: Checkpoints

    private func checkpoint(
        _ bytes: Double, every seconds: Int64, tier: Int32 = 0, async: Bool = false, sharded: Bool = true
    ) -> StorageModel.Usage {
        StorageModel.Usage(
            checkpoint: .init(
                bytes: bytes, tier: tier, interval: .every(.seconds(seconds)), isAsync: async, isSharded: sharded,
                snapshotRate: 10e9))
    }

    @Test func synchronousWritesHoldTheWorkUp() throws {
        var world = StorageWorld(nodes: 4, store: 10e9, client: 1e9)
        world.job("sharded", nodes: 4, for: 1000, checkpoint(40e9, every: 100))
        let sharded = try world.run()
        // Nine writes at 4 · 1 GB/s; nothing after the last piece.
        #expect(try near(sharded.end("sharded"), (1000 + 9 * 10), 1e-6))
        #expect(near(sharded.gpuSeconds(.checkpoint), 32 * 90, 1e-3))

        var single = StorageWorld(nodes: 4, store: 10e9, client: 1e9)
        single.job("single", nodes: 4, for: 1000, checkpoint(40e9, every: 100, sharded: false))
        #expect(try near(single.run().end("single"), (1000 + 9 * 40), 1e-6))
    }

    @Test func asynchronousWritesBlockForTheSnapshotOnly() throws {
        var world = StorageWorld(nodes: 4, store: 10e9, client: 1e9)
        world.job("async", nodes: 4, for: 1000, checkpoint(160e9, every: 100, async: true))
        // 160 GB over 32 GPUs at 10 GB/s each: 0.5 s; the write of 40 s is hidden.
        #expect(try near(world.run().end("async"), (1000 + 9 * 0.5), 1e-6))
    }

    @Test func aSlowWriteBlocksTheNextCheckpoint() throws {
        var world = StorageWorld(nodes: 4, store: 10e9, client: 1e9)
        world.job("async", nodes: 4, for: 300, checkpoint(600e9, every: 100, async: true))
        // Snapshot 1.875 s, write 150 s: the second checkpoint waits 50 s for the first.
        #expect(try near(world.run().end("async"), (300 + 2 * 1.875 + 50), 1e-6))
    }

    @Test func twoJobsShareTheStoreWhileTheyWrite() throws {
        var world = StorageWorld(nodes: 2, store: 1e9)
        world.job("a", nodes: 1, for: 200, checkpoint(10e9, every: 100))
        world.job("b", nodes: 1, for: 200, checkpoint(10e9, every: 100))
        let run = try world.run()
        #expect(try near(run.end("a"), 220, 1e-6))
        #expect(try near(run.end("b"), 220, 1e-6))
    }

    @Test func aCacheThatWritesBackMakesItDurableLater() throws {
        var world = StorageWorld(nodes: 2, store: 1e9)
        world.addPeerCache(perNode: 10e9, bytesPerNode: 100e9, writesBack: true)
        world.job("job", nodes: 2, for: 300, checkpoint(60e9, every: 100, tier: 1))
        // 60 GB at 20 GB/s to the cache: 3 s each; 60 s to the store are hidden.
        #expect(try near(world.run().end("job"), 306, 1e-6))
        // Without room it goes straight to the store.
        world.model.tiers[1].bytesPerNode = 10e9
        #expect(try near(world.run().end("job"), 420, 1e-6))
    }
}
