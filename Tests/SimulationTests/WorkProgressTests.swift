import Quantities
import Scheduling
import SimulationKernel
import Testing

@testable import Simulation

/// The closed forms of checkpointed work against a nanosecond-by-nanosecond walk.
@Suite struct WorkProgressTests {
    /// Work done and work kept after each elapsed nanosecond, by walking.
    private func walk(_ progress: WorkProgress, upTo elapsed: Int64) -> [(work: Int64, kept: Int64, keptAt: Int64)] {
        var states: [(Int64, Int64, Int64)] = [(0, 0, 0)]
        var work: Int64 = 0
        var kept: Int64 = 0
        var keptAt: Int64 = 0
        var sinceCheckpoint: Int64 = 0
        var writing: Int64 = 0
        for t in 1...elapsed {
            if sinceCheckpoint < progress.intervalNs {
                work += 1
                sinceCheckpoint += 1
            } else {
                writing += 1
            }
            if sinceCheckpoint == progress.intervalNs, writing == progress.writeNs {
                kept = work
                keptAt = t
                sinceCheckpoint = 0
                writing = 0
            }
            states.append((work, kept, keptAt))
        }
        return states
    }

    @Test(arguments: [
        WorkProgress(intervalNs: 7, writeNs: 3), WorkProgress(intervalNs: 1, writeNs: 1),
        WorkProgress(intervalNs: 5, writeNs: 0),
    ])
    func closedFormsEqualTheWalk(progress: WorkProgress) {
        let states = walk(progress, upTo: 60)
        for elapsed in 0...60 {
            let t = Int64(elapsed)
            #expect(progress.work(elapsed: t) == states[elapsed].work)
            #expect(progress.kept(elapsed: t) == states[elapsed].kept)
            #expect(progress.keptElapsed(elapsed: t) == states[elapsed].keptAt)
        }
    }

    @Test func wallTimeIsTheFirstInstantAtWhichTheWorkIsDone() {
        let progress = WorkProgress(intervalNs: 7, writeNs: 3)
        for work in 1...50 {
            let wall = progress.wall(work: Int64(work))
            #expect(progress.work(elapsed: wall) == Int64(work))
            #expect(progress.work(elapsed: wall - 1) == Int64(work) - 1)
        }
    }

    @Test func withoutCheckpointsNothingIsKept() {
        let progress = WorkProgress(intervalNs: .max, writeNs: 5)
        #expect(progress.wall(work: 100) == 100)
        #expect(progress.kept(elapsed: 99) == 0)
    }
}

/// Absurd lengths of time are bounded, not trapped on.
@Suite struct ExtremeTimeTests {
    @Test func centuriesOfCheckpointsDoNotOverflow() throws {
        let progress = WorkProgress(intervalNs: 1, writeNs: .max / 2)
        #expect(progress.wall(work: .max) == WorkProgress.longestNs)
        var world = TinyWorld()
        world.sampleInterval = .seconds(100_000_000)
        world.lifecycle = LifecycleModel(
            startup: SimDuration(nanoseconds: .max), checkpointInterval: .seconds(1),
            checkpointWrite: SimDuration(nanoseconds: .max / 2))
        world.job("endless", gpus: 8, for: 3_000_000_000)
        world.job("late", at: 3_000_000_000, gpus: 1, for: 3_000_000_000)
        let run = try world.run()
        #expect(run.summary.outcome == .drained || run.summary.outcome == .stuck)
        #expect(try run.job("endless").status == .running)
    }

    @Test func tenThousandGPUsForYearsKeepTheirService() throws {
        var world = TinyWorld()
        world.scheduler = SchedulerConfiguration(
            policy: .las, placement: .bestFit, minimumRuntime: .zero, lasPromoteRatio: 1e300)
        world.nodes = 1_250
        world.sampleInterval = .seconds(100_000_000)
        world.job("huge", pods: 1_250, gpus: 8, for: 3_000_000_000)
        world.job("small", at: 2_000_000_000, gpus: 8, for: 10)
        let run = try world.run()
        #expect(try run.job("huge").preemptions == 1)
        #expect(try run.start("small") == 2_000_000_000)
    }
}

/// The end of simulated time is said, not passed over.
@Suite struct EndOfTimeTests {
    @Test func jobsThatOutlastSimulatedTimeAreReportedAsRunning() throws {
        var world = TinyWorld()
        world.nodes = 1
        world.sampleInterval = .seconds(3_000_000_000)
        for i in 0..<5 { world.job("century\(i)", gpus: 8, for: 3_000_000_000) }
        let run = try world.run()
        #expect(run.summary.outcome == .stuck)
        #expect(run.summary.warnings.first?.contains("beyond the end of simulated time") == true)
        #expect(try run.job("century2").status == .completed)
        #expect(try run.job("century3").status == .running)
    }
}
