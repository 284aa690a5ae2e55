import ControlPlane
import KubernetesObjects
import Quantities
import Scheduling
import SimulationKernel

extension LiveCase {
    /// Plays the recording under several seeds, each with another phase of the scheduler's clock.
    func judge(_ file: CaseFile, options: ConformanceOptions) throws(CaseProblem) -> CaseResult {
        try checkNames()
        let count = max(3, options.seeds)
        var failures = 0
        var first: (run: Int, lines: [String])?
        for run in 0..<count {
            let lines = play(run, of: count).map(\.description)
            if lines.isEmpty { continue }
            failures += 1
            if first == nil { first = (run, lines) }
        }
        guard let first else { return CaseResult(file: file, outcome: .passed) }
        let head = "under \(failures) of \(count) phases of the scheduler's clock, first \(first.run):"
        return CaseResult(file: file, outcome: .failed([head] + first.lines))
    }

    private func checkNames() throws(CaseProblem) {
        for option in scheduler.tiers.joined() where VolcanoPlugins.byName[option.name] == nil {
            throw .unsupported("plugin \(option.name)")
        }
        for action in scheduler.actions where VolcanoActions.byName[action] == nil {
            throw .unsupported("action \(action)")
        }
    }

    /// One run, with the median latencies that were measured: the first cycle starts somewhere in the first period, and second 0 lies somewhere in a second of the clock.
    private func play(_ run: Int, of count: Int) -> [LiveDifference] {
        var timing = LoopTiming()
        timing.cycle = SimDuration(nanoseconds: 11_000_000)
        timing.kubelet = SimDuration(nanoseconds: 10_000_000)
        timing.admission = SimDuration(nanoseconds: 20_000_000)
        let stride = timing.period + timing.cycle
        timing.firstCycle = SimTime(nanoseconds: stride.nanoseconds * Int64(3 * run + 1) / Int64(3 * count))
        var stream = RandomStream(seed: UInt64(run), name: "conformance.live")
        let midnight: Int64 = 1_767_225_600_000_000_000
        let epoch = Timestamp(nanoseconds: midnight + Int64(stream.below(1_000_000_000)))
        var plane = ControlPlane(
            objects,
            scheduler: VolcanoConfiguration(
                actions: scheduler.actions, tiers: scheduler.tiers, actionArguments: scheduler.actionArguments),
            epoch: epoch, timing: timing, tieRule: .seeded(UInt64(run)), runs: runs)
        for step in steps where step.at <= until { plane.add(step.operation, at: step.at) }
        plane.run(until: until)
        var judge = LiveJudge(self, plane)
        judge.compare()
        return judge.differences.sorted { ($0.at, $0.subject) < ($1.at, $1.subject) }
    }
}
