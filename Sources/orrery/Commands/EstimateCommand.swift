import ArgumentParser
import CostModel

extension Precision: ExpressibleByArgument {}
extension TrainingPlan.Recompute: ExpressibleByArgument {}
extension TrainingPlan.Sharding: ExpressibleByArgument {}
extension TrainingPlan.Schedule: ExpressibleByArgument {}
extension TrainingPlan.Task: ExpressibleByArgument {}
extension TrainingPlan.Moments: ExpressibleByArgument {}
extension TrainingPlan.Offload: ExpressibleByArgument {}

struct EstimateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate", abstract: "Ask the cost model alone: step time, utilization, memory.",
        discussion: "Example: orrery estimate training --model llama-3-70b --gpus 64 --hardware h100-sxm --tp 4 --pp 4",
        subcommands: [EstimateTraining.self, EstimateCollective.self])
}
