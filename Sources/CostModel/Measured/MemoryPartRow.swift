/// A published figure of model state or activations of one GPU (Korthikanti et al., arXiv 2205.05198), with its prediction.
struct MemoryPartRow: Sendable {
    /// Testbed.
    let source: String
    /// Relative error of the prediction.
    let error: Double

    /// Nil for rows of other tables.
    init?(_ row: MeasuredTable.Row) {
        guard let value = row.number("value"), value > 0, ["A", "B"].contains(row.text("quality")),
            let layers = row.integer("n_layers"), let hidden = row.integer("hidden"),
            let heads = row.integer("n_heads"),
            let sequence = row.integer("seq_len"), layers > 0, hidden > 0, heads > 0, sequence > 0,
            max(layers, hidden, heads, sequence) <= 1 << 27
        else { return nil }
        var model = ModelCard(
            row.text("model"), layers: layers, hidden: hidden, heads: heads, feedForward: 4 * hidden, gated: false,
            vocabulary: row.integer("vocab") ?? 51_200, tied: true)
        model.learnedPositions = sequence
        model.hasBiases = true
        let tensor = max(1, row.integer("tp") ?? 1), pipeline = max(1, row.integer("pp") ?? 1)
        guard tensor <= 1 << 16, pipeline <= layers else { return nil }
        var plan = TrainingPlan(
            gpus: tensor * pipeline, globalBatch: row.integer("global_batch") ?? 1, sequence: sequence)
        plan.tensor = tensor
        plan.pipeline = pipeline
        plan.virtualStages = max(1, row.integer("vpp") ?? 1)
        plan.microBatch = max(1, row.integer("micro_batch") ?? 1)
        plan.software = .classicMegatron
        plan.sequenceParallel = row.text("seq_parallel") == "1"
        let recompute = row.text("recompute")
        plan.recompute = TrainingRow.recompute(recompute)
        let gibibyte = 1_073_741_824.0
        switch row.text("quantity") {
        case "activation_memory_first_stage":
            error = ActivationMemory(model: model, plan: plan).stage / gibibyte / value - 1
        case "activation_memory_relative_to_none":
            var plain = plan
            plain.recompute = .none
            plain.sequenceParallel = false
            let share =
                ActivationMemory(model: model, plan: plan).stage / ActivationMemory(model: model, plan: plain).stage
            error = share * 100 / value - 1
        case "params_grads_optimizer":
            let memory = TrainingMemory(model: model, plan: plan)
            error = (memory.weights + memory.gradients + memory.optimizer) / gibibyte / value - 1
        default: return nil
        }
        source = row.text("source_id")
    }
}
