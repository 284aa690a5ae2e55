/// Forward passes alone: scoring sequences with a reference, reward or value model.
struct ForwardPass {
    let model: ModelCard
    let plan: TrainingPlan
    let cost: TrainingCostModel
    /// Whether the output head is computed; reward and value models end in one number for each token.
    var hasHead = true

    /// Seconds of scoring the plan's batch.
    ///
    /// Micro batches flow through the pipeline as in GPipe's forward half: `(m − 1)·max tᵢ + Σ tᵢ`.
    func seconds() -> Double {
        let step = StepAssembly(model: model, plan: plan, cost: cost)
        let blocks = step.blocks
        let launch = cost.constants.launch * (plan.software.usesGraphs ? 0.3 : 1)
        let counts = StepAssembly.layersOfStages(model.allLayers, stages: plan.pipeline)
        var denseLeft = Double(model.allLayers - model.expertLayers)
        var slowest = 0.0, sum = 0.0
        for (index, count) in counts.enumerated() {
            let dense = min(denseLeft, Double(count))
            denseLeft -= dense
            var stage = dense * time(blocks.dense, launch) + (Double(count) - dense) * time(blocks.mixed, launch)
            if index == 0 {
                stage += blocks.embedding.forward
                if let vision = blocks.vision { stage += Double(model.vision?.layers ?? 0) * time(vision, launch) }
            }
            if hasHead, index == counts.count - 1 { stage += blocks.head.forward }
            slowest = max(slowest, stage)
            sum += stage
        }
        let compute = (plan.microBatches.rounded(.up) - 1) * slowest + sum
        return compute + exposedGathering(compute: compute)
    }

    private func time(_ layer: LayerTimes, _ launch: Double) -> Double {
        let busy = layer.forward + layer.tensorForward + layer.expertTransfer + layer.contextTransfer / 3
        return max(busy, layer.launchesForward * launch)
    }

    /// Sharded weights are gathered once for every micro batch, all but the first layer beside computing.
    private func exposedGathering(compute: Double) -> Double {
        guard plan.sharding == .zero3 else { return 0 }
        let ranks = plan.data * plan.context
        let group = cost.platform.group(ranks: min(plan.shards, ranks), stride: plan.tensor, along: .data)
        let share = StageParameters(model: model, plan: plan, parameters: ParameterCount(model))
        let layers = Double(max(1, model.allLayers / plan.pipeline))
        let one = cost.collectives.seconds(.allGather, bytes: 2 * (share.dense + share.experts) / layers, on: group)
        let passes = plan.microBatches.rounded(.up)
        return max(one, passes * layers * one - compute)
    }
}
