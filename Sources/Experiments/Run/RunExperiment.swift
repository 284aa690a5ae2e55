import Quantities
import Results
import Simulation

/// One simulation written to one run file: what `orrery run` does, and every experiment that needs a run.
public struct RunExperiment: Sendable {
    /// What is simulated.
    public var world: World
    /// What the run file says of the program and the command.
    public var info: RunInfo

    /// An experiment.
    public init(world: World, info: RunInfo) {
        self.world = world
        self.info = info
    }

    /// Simulates and writes the run file at `path`, which appears only when it is complete.
    ///
    /// - Parameters:
    ///   - wallSeconds: real seconds since the start, read at the end; for the run file's own statistics.
    ///   - shouldStop: asked every few thousand events; true ends the run with a file marked partial.
    /// - Throws: `ResultsError` when the file cannot be written.
    public func run(
        to path: String, wallSeconds: () -> Double? = { nil }, shouldStop: () -> Bool = { false },
        progress: (Simulation.Progress) -> Void = { _ in }
    ) throws -> RunSummary {
        let writer = try RunWriter(path: path, world: world, info: info)
        var simulation = Simulation(world)
        let summary = try simulation.run(into: writer, shouldStop: shouldStop, progress: progress)
        try writer.finish(summary, wallSeconds: wallSeconds())
        return summary
    }
}
