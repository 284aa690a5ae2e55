import Quantities
import SimulationKernel
import Workloads

extension StreamSection {
    /// When its jobs arrive and how long they run, drawn from two named streams of `seed`: a change of the law moves no
    /// arrival. `horizon` ends the arrivals if neither a count nor a span does.
    func draw(seed: UInt64, horizon: SimDuration?) -> [(submit: SimTime, duration: SimDuration)] {
        var gaps = RandomStream(seed: seed, name: "stream/\(name)/arrivals")
        var lengths = RandomStream(seed: seed, name: "stream/\(name)/durations")
        let end = (span ?? horizon).map { SimTime.zero + $0 } ?? .distantFuture
        var jobs: [(submit: SimTime, duration: SimDuration)] = []
        var now = SimTime.zero
        while jobs.count < count ?? 1_000_000 {
            let gap = gaps.exponential(mean: 1e9 / rate.rawValue)
            now = now.later(by: Int64(min(gap.rounded(), 4e18)))
            if count == nil, now > end { break }
            jobs.append((now, length(&lengths)))
        }
        return jobs
    }

    /// One run time: at least a nanosecond, at most a hundred years.
    private func length(_ stream: inout RandomStream) -> SimDuration {
        let mean = Double(duration.nanoseconds)
        let drawn: Double
        switch law {
        case .constant: drawn = mean
        case .exponential: drawn = stream.exponential(mean: mean)
        case .lognormal:
            let variance = PinnedMath.log(1 + (variation ?? 1) * (variation ?? 1))
            drawn = stream.lognormal(mu: PinnedMath.log(mean) - variance / 2, sigma: variance.squareRoot())
        }
        let longest = Double(SimDuration.seconds(100 * 365 * 86_400).nanoseconds)
        return SimDuration(nanoseconds: Int64(min(max(drawn.rounded(), 1), longest)))
    }
}
