import CostModel
import Quantities
import Scheduling
import Simulation
import Testing
import Workloads

/// The best checkpoint interval, found by sweeping it in simulation, is Young's and Daly's.
@Suite struct OptimalIntervalTests {
    /// Share of the time lost with checkpoints every `interval` seconds on a node that fails every `mtbf` seconds, over
    /// `failures` failures; the same failures for every interval.
    private func lost(interval: Int64, write: Int64, mtbf: Int64, failures: Int64, phased: Bool) throws -> Double {
        var world = StorageWorld(nodes: 1, store: 1e9)
        world.tiny.sampleInterval = .seconds(1_000_000)
        world.tiny.horizon = .zero + .seconds(mtbf * failures)
        world.tiny.failures = FailureModel(nodeMTBF: .seconds(mtbf), nodeRepair: SimDuration(nanoseconds: 1))
        world.tiny.lifecycle = LifecycleModel(
            checkpointInterval: .seconds(interval), checkpointWrite: .seconds(write), restore: .seconds(write))
        let bytes = Double(write) * 1e9
        world.job(
            "job", for: 1_000_000_000,
            phased ? .init(checkpoint: .init(bytes: bytes, tier: 0, interval: .every(.seconds(interval)))) : .init())
        var made = try world.world()
        if !phased { made.storage = nil }
        let run = try TinyRun.of(made)
        return 1 - Double(try run.job("job").productiveNs) / Double(run.summary.end.nanoseconds)
    }

    /// Least squares of a/τ + b·τ + c through the sweep; its minimum is sqrt(a/b).
    private func minimum(_ points: [(x: Double, y: Double)]) -> Double {
        // Normal equations of three unknowns, solved by elimination.
        var rows = Array(repeating: Array(repeating: 0.0, count: 4), count: 3)
        for point in points {
            let terms = [1 / point.x, point.x, 1]
            for i in 0..<3 {
                for j in 0..<3 { rows[i][j] += terms[i] * terms[j] }
                rows[i][3] += terms[i] * point.y
            }
        }
        for i in 0..<3 {
            for k in 0..<3 where k != i {
                let factor = rows[k][i] / rows[i][i]
                for j in i..<4 { rows[k][j] -= factor * rows[i][j] }
            }
        }
        return ((rows[0][3] / rows[0][0]) / (rows[1][3] / rows[1][1])).squareRoot()
    }

    @Test(arguments: [(write: Int64(60), mtbf: Int64(86_400), phased: false), (30, 20_000, true)])
    func theSweepFindsTheFormula(write: Int64, mtbf: Int64, phased: Bool) throws {
        let daly = CheckpointInterval.daly(write: Double(write), mtbf: Double(mtbf))
        let young = CheckpointInterval.young(write: Double(write), mtbf: Double(mtbf))
        let points = try [0.35, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2, 2.8].map { factor in
            let interval = Int64((daly * factor).rounded())
            let share = try lost(
                interval: interval, write: write, mtbf: mtbf, failures: phased ? 1_500 : 6_000, phased: phased)
            return (x: Double(interval) / daly, y: share)
        }
        let best = minimum(points) * daly
        #expect(abs(best / daly - 1) < 0.1, "swept \(best), Daly \(daly)")
        #expect(abs(best / young - 1) < 0.1, "swept \(best), Young \(young)")
    }

    /// Published values of the formulas, and their limits.
    @Test func theFormulasAgreeForRareFailures() {
        #expect(CheckpointInterval.young(write: 2, mtbf: 10_000) == 200)
        // sqrt(2·2·10000)·(1 + sqrt(2/20000)/3 + (2/20000)/9) − 2
        #expect(near(CheckpointInterval.daly(write: 2, mtbf: 10_000), 200 * (1 + 0.01 / 3 + 0.0001 / 9) - 2, 1e-9))
        #expect(CheckpointInterval.daly(write: 30, mtbf: 10) == 10)
        // Daly's interval is the minimum of his complete model.
        let best = CheckpointInterval.daly(write: 60, mtbf: 7_200)
        let at = { CheckpointInterval.slowdown(interval: $0, write: 60, restart: 120, mtbf: 7_200) }
        #expect(at(best) < at(best * 1.1) && at(best) < at(best * 0.9))
    }
}
