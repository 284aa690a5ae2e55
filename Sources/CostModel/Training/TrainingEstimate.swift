/// What a training step costs.
public struct TrainingEstimate: Hashable, Sendable {
    /// A part of the step.
    public struct Part: Hashable, Sendable {
        /// Name of the part.
        public var name: String
        /// Seconds of the step that it takes, on the slowest rank's critical path.
        public var seconds: Double
    }

    /// The parts; they sum up to the step.
    public var parts: [Part]
    /// Seconds of one step.
    public var step: Double { parts.reduce(0) { $0 + $1.seconds } }
    /// Model FLOPs of one step, causal half of attention, nothing recomputed.
    public var modelFLOPs: Double
    /// Tokens of one step.
    public var tokens: Double
    /// GPUs.
    public var gpus: Int
    /// Peak FLOP/s of one GPU in the precision used.
    public var peak: Double
    /// Memory of the fullest rank.
    public var memory: TrainingMemory
    /// What parts of the step are made of.
    public var details = Details()

    /// Seconds inside of `parts` that have a cause of their own.
    public struct Details: Hashable, Sendable {
        /// Computed a second time: of multiplications and attention, and of elementwise work.
        public var recomputedProducts = 0.0
        /// Elementwise work that is done a second time.
        public var recomputedElementwise = 0.0
        /// Elementwise work of the loss, inside of the output head.
        public var loss = 0.0
        /// Computing of the slowest stage beyond that of the mean stage.
        public var unevenStages = 0.0
    }

    /// Share of the peak that goes into model FLOPs.
    public var modelUtilization: Double { modelFLOPs / (step * Double(gpus) * peak) }
    /// Tokens per second and GPU.
    public var tokensPerSecondAndGPU: Double { tokens / step / Double(gpus) }
}
