import Quantities
import Scheduling
import Testing

@testable import Simulation

/// Playing on from the end of a run.
@Suite struct OutlookTests {
    /// One node; `long` holds it at the horizon, `next` waits, and what arrives later would go first.
    private func tiny(_ policy: SchedulingPolicy, requests: Bool) -> TinyWorld {
        var tiny = TinyWorld()
        tiny.nodes = 1
        tiny.scheduler = SchedulerConfiguration(policy: policy)
        tiny.horizon = .zero + .seconds(200)
        tiny.job("half", at: 0, gpus: 8, for: 20, requested: requests ? 40 : nil)
        tiny.job("full", at: 1, gpus: 8, for: 40, requested: requests ? 40 : nil)
        tiny.job("long", at: 2, gpus: 8, for: 300, requested: requests ? 400 : nil)
        tiny.job("next", at: 90, gpus: 8, for: 50, requested: requests ? 50 : nil)
        tiny.job("urgent", at: 210, gpus: 8, for: 1000, priority: 100, requested: requests ? 1000 : nil)
        return tiny
    }

    private func outlook(_ tiny: TinyWorld, samples: Int) throws -> StartOutlook {
        var simulation = Simulation(try tiny.world(), recording: false)
        _ = try simulation.run()
        return try simulation.outlook(of: 3, samples: samples, limit: .seconds(10_000))
    }

    @Test(arguments: [SchedulingPolicy.fifoGang, .priority, .volcano])
    func nothingNewArrives(policy: SchedulingPolicy) throws {
        let outlook = try outlook(tiny(policy, requests: false), samples: 5)
        let start = try #require(outlook.expectedNs) / 1_000_000_000
        #expect((360...370).contains(start))
        // Without requests every run length is known.
        #expect(outlook.startsNs.count == 5)
        #expect(outlook.startsNs.allSatisfy { abs($0 / 1_000_000_000 - start) <= 3 })
    }

    /// Half of the jobs that completed took half of what they had asked for, the others all of it.
    @Test func runLengthsComeFromWhatCompletedJobsAskedFor() throws {
        let outlook = try outlook(tiny(.fifoGang, requests: true), samples: 60)
        #expect(outlook.expectedNs == 360_000_000_000)
        #expect(Set(outlook.startsNs) == [260_000_000_000, 460_000_000_000])
        let short = outlook.startsNs.count { $0 == 260_000_000_000 }
        #expect((15...45).contains(short), "\(short)")
        #expect(outlook.quantile(10) == 260_000_000_000 && outlook.quantile(90) == 460_000_000_000)
    }

    /// What is known already is not drawn: a job that has worked longer than half its request takes all of it.
    @Test func aRunIsAtLeastAsLongAsItHasBeen() throws {
        var early = TinyWorld()
        early.nodes = 1
        early.horizon = .zero + .seconds(270)
        early.job("half", at: 0, gpus: 8, for: 20, requested: 40)
        early.job("full", at: 1, gpus: 8, for: 40, requested: 40)
        early.job("long", at: 2, gpus: 8, for: 300, requested: 400)
        early.job("next", at: 90, gpus: 8, for: 50, requested: 50)
        let outlook = try outlook(early, samples: 20)
        #expect(Set(outlook.startsNs) == [460_000_000_000])
    }

    /// The run itself is left as it was: playing on twice says the same.
    @Test func copiesAreIndependent() throws {
        var simulation = Simulation(try tiny(.volcano, requests: true).world(), recording: false)
        _ = try simulation.run()
        let first = try simulation.outlook(of: 3, samples: 10, limit: .seconds(10_000))
        #expect(try simulation.outlook(of: 3, samples: 10, limit: .seconds(10_000)) == first)
    }

    /// Facts or none, the run is the same, so that a run can be recognized by its fingerprint.
    @Test(arguments: [SchedulingPolicy.backfill, .volcano])
    func theFingerprintDoesNotHangOnRecording(policy: SchedulingPolicy) throws {
        let world = try tiny(policy, requests: true).world()
        var (quiet, recorded) = (Simulation(world, recording: false), Simulation(world))
        #expect(try quiet.run().fingerprint == recorded.run(into: CollectingSink()).fingerprint)
    }
}
