import ClusterModel
import CostModel
import Quantities

/// What a training job trains. `Job.training` is an index into `World.trainings`; its `duration` is steps × reference step.
public struct TrainingSpec: Sendable, Equatable {
    /// The model.
    public var model: ModelCard
    /// How it is split over the job's GPUs; its ranks are the GPUs of all pods.
    public var plan: TrainingPlan
    /// Optimizer steps until it is done.
    public var steps: Int64
    /// One step undisturbed on the hardware that the job's duration was computed for: work is counted in its nanoseconds.
    public var referenceStep: SimDuration

    /// A training.
    public init(model: ModelCard, plan: TrainingPlan, steps: Int64, referenceStep: SimDuration) {
        self.model = model
        self.plan = plan
        self.steps = steps
        self.referenceStep = referenceStep
    }

    /// The plan with as many replicas as fit on so many GPUs, its own if all do; nil if none does.
    ///
    /// The global batch stays: fewer replicas take more micro batches each.
    public func plan(on gpus: Int) -> TrainingPlan? {
        guard gpus < plan.gpus else { return plan }
        let replica = plan.gpus / plan.data
        var smaller = plan
        for replicas in stride(from: gpus / replica, to: 0, by: -1) {
            smaller.gpus = replicas * replica
            if smaller.problem(for: model, allowsUnevenBatch: true) == nil { return smaller }
        }
        return nil
    }
}

/// Hardware that is slower than it should be, for a time.
public struct Degradation: Sendable, Equatable {
    /// The nodes.
    public var nodes: [NodeID]
    /// The GPU of each node; nil for all of them.
    public var gpu: Int?
    /// Share of its speed that a GPU keeps: its peak rates and memory bandwidth.
    public var gpuSpeed: Double
    /// Share of their rate that the network cards keep.
    public var networkSpeed: Double
    /// When it begins.
    public var from: SimTime
    /// When it ends; nil for never.
    public var until: SimTime?

    /// A degradation; of nothing and for ever unless told.
    public init(
        nodes: [NodeID], gpu: Int? = nil, gpuSpeed: Double = 1, networkSpeed: Double = 1, from: SimTime = .zero,
        until: SimTime? = nil
    ) {
        self.nodes = nodes
        self.gpu = gpu
        self.gpuSpeed = gpuSpeed
        self.networkSpeed = networkSpeed
        self.from = from
        self.until = until
    }
}

/// The cost model as the simulation uses it: platforms of a cluster's machines.
public enum TrainingPlatforms {
    /// The platform of a pool's machines; nil when their GPU's rates are not known.
    ///
    /// - Parameter speed: share of its peak rates and memory bandwidth that the slowest GPU keeps.
    public static func platform(of shape: NodeShape, _ catalogue: HardwareCatalogue, speed: Double = 1)
        -> TrainingPlatform?
    {
        guard shape.gpuCount > 0, let model = shape.gpuModel, var card = AcceleratorCard(catalogue[model]) else {
            return nil
        }
        card.peak16 *= speed
        card.peak8 *= speed
        card.peak4 *= speed
        card.memoryBandwidth *= speed
        card.scaleUpDomain = max(shape.gpuCount, shape.nvlinkDomainGPUs)
        let network = shape.networkRate.rawValue / Double(shape.gpuCount)
        return TrainingPlatform(
            card: card, gpusPerNode: shape.gpuCount, network: network > 0 ? network : nil)
    }
}
