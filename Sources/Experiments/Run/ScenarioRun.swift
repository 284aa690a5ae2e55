import Configuration
import Quantities
import Results
import Scenarios

extension RunExperiment {
    /// The experiment of a resolved scenario.
    ///
    /// - Parameters:
    ///   - commandLine: the command that repeats it.
    ///   - version: version of the program, for the run file.
    ///   - reference: the scenario whose cluster generated jobs are sized on; nil for this one.
    /// - Throws: `InvalidInput` for traces that cannot be read and jobs that can never start.
    public init(
        _ scenario: ResolvedScenario, commandLine: String, version: String, sizedOn reference: ResolvedScenario? = nil
    ) throws {
        let world = try scenario.world(sizedOn: reference)
        self.init(
            world: world,
            info: RunInfo(
                orreryVersion: version, scenarioHash: try scenario.hash(), commandLine: commandLine,
                assumptions: Self.assumptions(scenario),
                teamWeights: Self.teamWeights(scenario, teams: world.workload.teams)))
    }

    /// A team weighs as much as the queues that are its own; without any it weighs 1.
    static func teamWeights(_ scenario: ResolvedScenario, teams: [String]) -> [Double] {
        let queues = scenario.content.spec.cluster.queues
        return teams.map { team in
            let weights = queues.filter { $0.team == team }.map(\.weight)
            return weights.isEmpty ? 1 : weights.reduce(0, +)
        }
    }

    /// What a reader should know that the scenario did not say.
    private static func assumptions(_ scenario: ResolvedScenario) -> [String] {
        var sentences = [
            "Durations are those at the reference placement: neither distance nor traffic slows a job down."
        ]
        if scenario.content.spec.cluster.fabric.trafficPerGPU != nil {
            sentences.append(
                "Link loads come from an assumed rate per GPU of every job on several nodes, as a ring in node order.")
        }
        sentences.append("Prices are the catalogue's round figures unless the scenario gives its own.")
        return sentences
    }
}
