import Quantities
import Results
import Simulation

/// The same scenario under several variants, each run on identical arrivals and failures (common random numbers).
public struct CompareExperiment: Sendable {
    /// One world of the comparison.
    public struct Variant: Sendable {
        /// Heading of its column.
        public var name: String
        public var experiment: RunExperiment

        /// A variant.
        public init(name: String, experiment: RunExperiment) {
            self.name = name
            self.experiment = experiment
        }
    }

    /// A finished variant.
    public struct Outcome: Sendable {
        public var name: String
        /// Path of its run file.
        public var database: String
        public var summary: RunSummary
    }

    /// At least one; the first is what the others are compared with.
    public var variants: [Variant]

    /// A comparison.
    public init(variants: [Variant]) { self.variants = variants }

    /// Runs all variants, at most `jobs` at a time, into `<directory>/<name>.sqlite`; outcomes in the order given.
    ///
    /// Every variant is computed by one thread from its own values, so the results do not depend on `jobs`.
    /// - Throws: the first error in the order of variants; files of finished variants stay.
    public func run(
        into directory: String, jobs: Int, shouldStop: @escaping @Sendable () -> Bool = { false },
        finished: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> [Outcome] {
        let variants = variants
        var results: [Int: Result<Outcome, any Error>] = [:]
        await withTaskGroup(of: (Int, Result<Outcome, any Error>).self) { group in
            func add(_ index: Int) {
                group.addTask {
                    let variant = variants[index]
                    let path = "\(directory)/\(variant.name).sqlite"
                    return (
                        index,
                        Result {
                            let summary = try variant.experiment.run(to: path, shouldStop: shouldStop)
                            finished(variant.name)
                            return Outcome(name: variant.name, database: path, summary: summary)
                        }
                    )
                }
            }
            for index in variants.indices.prefix(max(1, jobs)) { add(index) }
            var next = max(1, jobs)
            while let (index, result) = await group.next() {
                results[index] = result
                if next < variants.count {
                    add(next)
                    next += 1
                }
            }
        }
        return try variants.indices.compactMap { try results[$0]?.get() }
    }
}
