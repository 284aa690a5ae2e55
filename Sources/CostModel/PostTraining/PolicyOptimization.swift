/// Training a policy on preferences: phases of several models, one after the other on the same GPUs.
///
/// PPO as in InstructGPT (Ouyang et al., arXiv 2203.02155) and its systems (DeepSpeed-Chat, arXiv 2308.01320; HybridFlow, arXiv 2409.19256,
/// Figure 1): the actor samples responses; reward, reference and critic score them, the actor once more for the old probabilities;
/// actor and critic are trained. DPO (Rafailov et al., arXiv 2305.18290): a chosen and a rejected response of every pair pass the
/// reference and train the policy.
public struct PolicyOptimization: Sendable {
    /// How the policy is improved.
    public enum Method: String, CaseIterable, Sendable {
        /// Proximal policy optimization with a learned reward.
        case ppo
        /// Direct preference optimization.
        case dpo
    }

    /// What runs.
    public struct Setting: Sendable {
        /// Method.
        public var method: Method
        /// Value model of PPO; nil for one of the actor's size.
        public var critic: ModelCard?
        /// Reward model of PPO; nil for one of the actor's size.
        public var reward: ModelCard?
        /// Tokens of a prompt; the rest of the plan's sequence is response.
        public var prompt = 512
        /// GPUs of one sampling instance; nil for the plan's tensor-parallel size.
        public var generationTensor: Int?
        /// Passes over the sampled responses.
        public var epochs = 1
        /// Optimizer steps of one pass.
        public var miniBatches = 1

        /// A setting with the usual values.
        public init(method: Method) { self.method = method }
    }

    /// One phase.
    public struct Phase: Hashable, Sendable {
        /// What happens.
        public let name: String
        /// Seconds of one iteration.
        public let seconds: Double
    }

    /// In the order in which they run.
    public let phases: [Phase]
    /// Seconds of one iteration over the plan's batch.
    public var iteration: Double { phases.reduce(0) { $0 + $1.seconds } }
    /// Sequences of one iteration: responses of PPO, both responses of DPO's pairs.
    public let sequences: Int
    /// Tokens of one iteration.
    public let tokens: Double
    /// The policy's training step, of one mini batch.
    public let policy: TrainingEstimate
    /// Memory of the fullest rank, by model.
    public let memory: [Holding]
    /// How responses are sampled; nil for DPO.
    public let generation: Generation?

    /// What one model holds on the fullest rank.
    public struct Holding: Hashable, Sendable {
        /// Model and what of it.
        public let name: String
        /// Bytes.
        public let bytes: Double
    }

    /// Bytes of the fullest rank.
    public var totalMemory: Double { memory.reduce(0) { $0 + $1.bytes } }

    /// Whether everything fits.
    public func verdict(capacity: Double) -> TrainingMemory.Verdict {
        if totalMemory > capacity { return .outOfMemory }
        return totalMemory * 1.08 > capacity ? .tight : .fits
    }

    /// Why a setting cannot run.
    public struct Impossible: Error, Sendable {
        /// In a sentence.
        public let reason: String
    }

    /// Costs of one iteration. The plan's batch is prompts (PPO) or pairs (DPO).
    public init(_ actor: ModelCard, _ plan: TrainingPlan, _ setting: Setting, cost: TrainingCostModel)
        throws(Impossible)
    {
        switch setting.method {
        case .dpo: try self.init(preferences: actor, plan, cost)
        case .ppo: try self.init(sampling: actor, plan, setting, cost)
        }
    }

    private init(preferences actor: ModelCard, _ start: TrainingPlan, _ cost: TrainingCostModel) throws(Impossible) {
        var plan = start
        plan.globalBatch = 2 * start.globalBatch
        if let problem = plan.problem(for: actor) { throw Impossible(reason: problem) }
        policy = cost.estimate(actor, plan)
        phases = [
            Phase(
                name: "reference scores pairs", seconds: ForwardPass(model: actor, plan: plan, cost: cost).seconds()),
            Phase(name: "policy training", seconds: policy.step),
        ]
        sequences = plan.globalBatch
        tokens = policy.tokens
        generation = nil
        memory = Self.holdings(of: policy, "policy") + Self.frozen(actor, plan, "reference")
    }

    private init(
        sampling actor: ModelCard, _ plan: TrainingPlan, _ setting: Setting, _ cost: TrainingCostModel
    ) throws(Impossible) {
        let critic = setting.critic ?? actor, reward = setting.reward ?? actor
        guard setting.prompt < plan.sequence else {
            throw Impossible(reason: "a prompt of \(setting.prompt) leaves no response in \(plan.sequence) tokens")
        }
        guard plan.globalBatch % setting.miniBatches == 0 else {
            throw Impossible(
                reason: "\(plan.globalBatch) sequences do not split into \(setting.miniBatches) mini batches")
        }
        var mini = plan
        mini.globalBatch = plan.globalBatch / setting.miniBatches
        for (role, card) in [("actor", actor), ("critic", critic), ("reward", reward)] {
            if let problem = mini.problem(for: card) { throw Impossible(reason: "\(role): \(problem)") }
        }
        let tensor = setting.generationTensor ?? plan.tensor
        guard tensor <= plan.gpus, plan.gpus % tensor == 0 else {
            throw Impossible(reason: "\(plan.gpus) GPUs are not a multiple of \(tensor) for sampling")
        }
        let actorStep = cost.estimate(actor, mini), criticStep = cost.estimate(critic, mini)
        var memory = Self.holdings(of: actorStep, "actor") + Self.frozen(actor, plan, "reference")
        memory += Self.state(of: criticStep, "critic") + Self.frozen(reward, plan, "reward", alwaysHeld: true)
        // Activations of the two training phases do not meet; those of sampling are its cache.
        let held = memory.reduce(0) { $0 + $1.bytes } - actorStep.memory.activations - actorStep.memory.buffers
        let perInstance = (plan.globalBatch * tensor + plan.gpus - 1) / plan.gpus
        guard
            let generation = Generation(
                actor, cost: cost, plan: plan, tensor: tensor, sequences: perInstance, prompt: setting.prompt,
                response: plan.sequence - setting.prompt, room: 0.9 * cost.platform.card.memory - held)
        else {
            throw Impossible(
                reason: "no room to sample: \((held / 1e9).rounded()) of "
                    + "\((cost.platform.card.memory / 1e9).rounded()) GB are held by training state")
        }
        let updates = Double(setting.epochs * setting.miniBatches)
        func scoring(_ card: ModelCard, head: Bool) -> Double {
            ForwardPass(model: card, plan: plan, cost: cost, hasHead: head).seconds()
        }
        phases = [
            Phase(name: "weights to sampling layout", seconds: Self.resharding(actor, plan, tensor, cost)),
            Phase(name: "sampling: prompts", seconds: generation.prefill),
            Phase(name: "sampling: responses", seconds: generation.seconds - generation.prefill),
            Phase(name: "reward scores", seconds: scoring(reward, head: false)),
            Phase(name: "reference scores", seconds: scoring(actor, head: true)),
            Phase(name: "critic values", seconds: scoring(critic, head: false)),
            Phase(name: "actor's old probabilities", seconds: scoring(actor, head: true)),
            Phase(name: "actor training", seconds: updates * actorStep.step),
            Phase(name: "critic training", seconds: updates * criticStep.step),
        ].filter { $0.seconds > 0 }
        sequences = plan.globalBatch
        tokens = Double(plan.globalBatch) * Double(plan.sequence)
        policy = actorStep
        self.memory = memory
        self.generation = generation
    }

    /// Gathering of 16-bit weights where sampling splits them otherwise than training (HybridFlow, section 5).
    private static func resharding(
        _ actor: ModelCard, _ plan: TrainingPlan, _ tensor: Int, _ cost: TrainingCostModel
    ) -> Double {
        let pieces = plan.tensor * plan.pipeline * (plan.sharding == .zero3 ? min(plan.shards, plan.data) : 1)
        guard pieces > tensor else { return 0 }
        let bytes = 2 * ParameterCount(actor).total / Double(tensor)
        let group = cost.platform.group(ranks: max(2, pieces / tensor), stride: 1, along: .data)
        return cost.collectives.seconds(.allGather, bytes: bytes, on: group)
    }

    private static func holdings(of estimate: TrainingEstimate, _ role: String) -> [Holding] {
        let memory = estimate.memory
        return state(of: estimate, role) + [
            Holding(name: "activations", bytes: memory.activations), Holding(name: "buffers", bytes: memory.buffers),
            Holding(name: "context", bytes: memory.context),
        ]
    }

    private static func state(of estimate: TrainingEstimate, _ role: String) -> [Holding] {
        let memory = estimate.memory
        return [
            Holding(name: "\(role): weights", bytes: memory.weights),
            Holding(name: "\(role): gradients", bytes: memory.gradients),
            Holding(name: "\(role): optimizer", bytes: memory.optimizer),
        ]
    }

    /// Weights of a model that is not trained. Adapters switched off are their own reference, which takes no memory.
    private static func frozen(
        _ card: ModelCard, _ plan: TrainingPlan, _ role: String, alwaysHeld: Bool = false
    ) -> [Holding] {
        guard alwaysHeld || plan.task == .full else { return [] }
        let stage = StageParameters(model: card, plan: plan, parameters: ParameterCount(card))
        let shards = plan.sharding == .zero3 ? Double(min(plan.shards, plan.data * plan.context)) : 1
        return [Holding(name: "\(role): weights", bytes: 2 * (stage.dense + stage.experts) / shards)]
    }
}
