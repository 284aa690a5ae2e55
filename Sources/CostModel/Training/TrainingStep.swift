/// The step of a plan on a platform: what is computed is found once, what is exchanged depends on the network's conditions.
///
/// A simulation keeps one for every placement and asks it again whenever the rates of its flows change.
public struct TrainingStep: Sendable {
    private let model: ModelCard
    private let plan: TrainingPlan
    private let cost: TrainingCostModel
    private let computation: LayerBlocks

    /// The step of a plan.
    public init(model: ModelCard, plan: TrainingPlan, cost: TrainingCostModel) {
        self.model = model
        self.plan = plan
        self.cost = cost
        computation = LayerBlocks(computing: Self.layers(model, plan, cost))
    }

    private static func layers(_ model: ModelCard, _ plan: TrainingPlan, _ cost: TrainingCostModel) -> LayerModel {
        LayerModel(
            model: model, plan: plan, platform: cost.platform,
            kernels: KernelModel(card: cost.platform.card, constants: cost.constants), collectives: cost.collectives)
    }

    /// Seconds of the step under some conditions: those of `TrainingCostModel.estimate` on a platform that has them.
    public func seconds(under conditions: NetworkConditions) -> Double {
        var cost = cost
        cost.platform.conditions = conditions
        var blocks = computation
        blocks.addTransfers(Self.layers(model, plan, cost))
        let step = StepAssembly(model: model, plan: plan, cost: cost, blocks: blocks)
        return step.parts().parts.reduce(0) { $0 + $1.seconds }
    }
}
