/// A step as a waterfall from the ideal (model FLOPs at the peak rate) to the prediction, by the wall that each loss runs into.
///
/// The bars sum up to the predicted step exactly: what the parts of an estimate hold is shared out, nothing is added.
public struct StepWaterfall: Hashable, Sendable {
    /// The three walls.
    public enum Wall: String, CaseIterable, Sendable {
        /// The rate of the arithmetic, and everything that leaves it idle while nothing moves.
        case compute
        /// The bandwidth of memory: operators and optimizer that move more than they compute.
        case memory
        /// Wires and disks.
        case communication
    }

    /// One loss; the first bar is the ideal.
    public struct Bar: Hashable, Sendable {
        /// What takes the time.
        public let name: String
        /// The wall.
        public let wall: Wall
        /// Seconds that it adds.
        public let seconds: Double
        /// Seconds before it.
        public let start: Double
    }

    /// The ideal, and what is lost to reality; bars of no length are left out.
    public let bars: [Bar]
    /// Seconds of the step.
    public var step: Double { bars.last.map { $0.start + $0.seconds } ?? 0 }

    /// Seconds of all bars of a wall.
    public func seconds(_ wall: Wall) -> Double { bars.reduce(0) { $0 + ($1.wall == wall ? $1.seconds : 0) } }

    /// The waterfall of an estimate.
    public init(_ estimate: TrainingEstimate) {
        func part(_ name: String) -> Double { estimate.parts.first { $0.name == name }?.seconds ?? 0 }
        let details = estimate.details
        let ideal = estimate.modelFLOPs / (Double(estimate.gpus) * estimate.peak)
        let products =
            part("matrix multiplications") + part("attention") + part("output head and loss") - details.loss
        let kernels = products - details.recomputedProducts - details.unevenStages
        let named: [(String, Wall, Double)] = [
            ("ideal: model FLOPs at peak", .compute, min(ideal, kernels)),
            ("kernel efficiency", .compute, kernels - min(ideal, kernels)),
            ("recomputation", .compute, details.recomputedProducts + details.recomputedElementwise),
            ("uneven stages", .compute, details.unevenStages),
            ("pipeline bubble", .compute, part("pipeline bubble")),
            ("launches, host", .compute, part("host")),
            ("stragglers", .compute, part("stragglers")),
            ("fixed per step", .compute, part("fixed")),
            ("memory-bound operators", .memory, part("elementwise") - details.recomputedElementwise + details.loss),
            ("optimizer", .memory, part("optimizer")),
            ("offload copies", .memory, part("offload")),
            ("tensor parallel", .communication, part("tensor parallel")),
            ("context parallel", .communication, part("context parallel")),
            ("expert parallel", .communication, part("expert parallel")),
            ("pipeline transfers", .communication, part("pipeline transfers")),
            ("data parallel", .communication, part("data parallel")),
            ("data loading", .communication, part("data loading")),
            ("checkpoint", .communication, part("checkpoint")),
        ]
        var bars: [Bar] = [], start = 0.0
        for (name, wall, seconds) in named where seconds != 0 {
            bars.append(Bar(name: name, wall: wall, seconds: seconds, start: start))
            start += seconds
        }
        self.bars = bars
    }
}
