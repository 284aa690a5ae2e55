import Configuration
import Simulation
import Testing

@testable import Scenarios

/// The scenarios about storage, checkpoints and failures show what their comments promise.
@Suite("Scenarios of storage and reliability")
struct ReliabilityScenarioTests {
    private func run(_ name: String, _ variant: String? = nil, set: [String] = []) throws -> ScenarioRun {
        let file = try ScenarioFile(path: "\(scenarioFolder)/\(name).yaml", overrides: set)
        guard let variant else { return try ScenarioRun(file.scenario) }
        return try ScenarioRun(try #require(file.variants.first { $0.variant == variant }))
    }

    /// Meta: more than 90 % effective training time over 54 days of 16,384 GPUs (arXiv 2407.21783).
    @Test func sixteenThousandGPUsMakeProgressNineTenthsOfTheTime() throws {
        let published = try run("goodput-16k")
        #expect(abs(published.effectiveShare - 0.9) < 0.03, "\(published.effectiveShare)")
        let failures = Double(try published.job("llama-3-405b").failures)
        // 419 interruptions were published; a Poisson number of that mean has a deviation of 20.
        #expect(abs(failures - 419) < 3 * 20.5, "\(failures)")
    }

    @Test func dalysIntervalBeatsItsNeighbours() throws {
        let best = try run("checkpoint-interval").effectiveShare
        for variant in ["every-5m", "every-10m", "every-2h"] {
            #expect(try run("checkpoint-interval", variant).effectiveShare < best)
        }
    }

    @Test func aPeerCacheTearsTheStorageWallDown() throws {
        let store = try run("storage-wall"), cache = try run("storage-wall", "peer-cache")
        let bytes = try #require(store.world.storage).objects[0].bytes
        #expect(abs(try store.startupSeconds("cold-0") - 1000 * bytes / 25e9) < 1)
        #expect(abs(try cache.startupSeconds("cold-0") - bytes / 12.5e9) < 1)
        #expect(abs(try run("storage-wall", "local-disk").startupSeconds("warm-0") - bytes / 13.6e9) < 1)
    }

    @Test func largeCheckpointsWeighMoreThanSmallOnes() throws {
        let fleet = try run("lora-fleet"), full = try run("lora-fleet", "full")
        #expect(fleet.share(.checkpoint) < 0.03)
        #expect(full.share(.checkpoint) > 0.3)
        #expect(try run("lora-fleet", "full-write-back").share(.checkpoint) < 0.5 * full.share(.checkpoint))
    }

    @Test func anElasticJobDoesMoreThanARigidOneOrOneWithASpare() throws {
        let elastic = try run("elastic-training"), spare = try run("elastic-training", "spare")
        let rigid = try run("elastic-training", "rigid")
        #expect(elastic.share(.productive) > spare.share(.productive) + 0.05)
        #expect(spare.share(.productive) > rigid.share(.productive) + 0.05)
        // It never waits, shrinks at every failure of a node and grows whenever one returns.
        let sizes = Dictionary(grouping: elastic.placements, by: \.attempt).mapValues(\.count)
        #expect(sizes.values.min() ?? 0 < 16 && sizes.values.max() == 16)
        #expect(try elastic.job("pretrain").waitNs == 0)
        #expect(elastic.placements.count { $0.reason == .resized } > 10)
    }

    @Test func spotNodesNeedCheckpoints() throws {
        let spot = try run("spot-cost", "spot")
        #expect(spot.jobs.allSatisfy { $0.status == .completed })
        #expect(spot.share(.recomputed) < 0.001)
        #expect(spot.jobs.reduce(0) { $0 + $1.preemptions } > 50)
        #expect(try run("spot-cost", "spot-no-notice").share(.recomputed) > 0.01)
        #expect(try run("spot-cost", "spot-no-checkpoints").jobs.count { $0.status == .completed } < 10)
    }
}

extension ScenarioRun {
    /// Time at work that was kept over the time from first start to end, of all jobs that started.
    fileprivate var effectiveShare: Double {
        var productive = 0.0
        var elapsed = 0.0
        for job in jobs where job.firstStartNs >= 0 {
            productive += Double(job.workingNs)
            elapsed += Double((job.endNs >= 0 ? job.endNs : summary.end.nanoseconds) - job.firstStartNs)
        }
        return productive / elapsed
    }

    /// From the placement of a job's first pod to the beginning of its work.
    fileprivate func startupSeconds(_ name: String) throws -> Double {
        let job = try job(name)
        let placed = try #require(placements.first { $0.job == job.job })
        return Double(placed.workNs - placed.startNs) / 1e9
    }
}
