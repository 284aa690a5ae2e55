/// What a packing replay shows, by arrived GPU demand in percent of the GPUs installed: index 40 is 40 %.
///
/// A point is the mean over all arrivals at which the arrived demand rounds to that percentage (half to even); where
/// there is none, over those at the neighbouring percentages; not a number if there is none either.
public struct PackingCurve: Sendable {
    /// Allocated GPU in percent of the GPUs installed.
    public var allocated: [Double]
    /// Idle GPU that typical pods cannot use, in percent of the GPUs installed.
    public var fragmented: [Double]
    /// The same in percent of the idle GPU.
    public var fragmentedOfIdle: [Double]
    /// Pods placed.
    public var placed: Int
    /// Pods that fitted nowhere.
    public var dropped: Int
}

/// Adds up samples by arrived percentage (experiments/analysis/merge_*_discrete.py of the FGD authors).
struct PackingCurveRecorder {
    private struct Bin {
        var samples = 0.0
        var allocated = 0.0
        var fragmented = 0.0
        var fragmentedOfIdle = 0.0

        static func + (a: Bin, b: Bin) -> Bin {
            Bin(
                samples: a.samples + b.samples, allocated: a.allocated + b.allocated,
                fragmented: a.fragmented + b.fragmented, fragmentedOfIdle: a.fragmentedOfIdle + b.fragmentedOfIdle)
        }
    }

    private let capacityMilli: Double
    private var bins: [Bin]
    var placed = 0
    var dropped = 0

    init(capacityMilli: Int64, lastPercent: Int) {
        self.capacityMilli = Double(capacityMilli)
        bins = Array(repeating: Bin(), count: lastPercent + 1)
    }

    /// The state after one arrival, in thousandths of a GPU.
    mutating func add(arrived: Int64, allocated: Int64, fragmented: Double) {
        let percent = Int((Double(arrived) / capacityMilli * 100).rounded(.toNearestOrEven))
        guard percent < bins.count else { return }
        let idle = capacityMilli - Double(allocated)
        bins[percent].samples += 1
        bins[percent].allocated += Double(allocated) / capacityMilli * 100
        bins[percent].fragmented += fragmented / capacityMilli * 100
        bins[percent].fragmentedOfIdle += idle > 0 ? fragmented / idle * 100 : 0
    }

    var curve: PackingCurve {
        var points: [Bin] = []
        for percent in bins.indices {
            var point = bins[percent]
            if point.samples == 0 {
                for neighbour in [percent - 1, percent + 1] where bins.indices.contains(neighbour) {
                    point = point + bins[neighbour]
                }
            }
            points.append(point)
        }
        return PackingCurve(
            allocated: points.map { $0.allocated / $0.samples }, fragmented: points.map { $0.fragmented / $0.samples },
            fragmentedOfIdle: points.map { $0.fragmentedOfIdle / $0.samples }, placed: placed, dropped: dropped)
    }
}
