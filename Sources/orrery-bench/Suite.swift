/// All entries, in the order of the table. One file of this folder for each group; add its entries here.
enum Suite {
    static var entries: [Benchmark] {
        EventQueueBenchmark.entries + ReplayBenchmark.entries + SimulationBenchmark.entries
            + PackingBenchmarks.entries + VolcanoBenchmarks.entries + VolcanoReplayBenchmarks.entries
            + ResultsBenchmark.entries + TraceBenchmark.entries + ContentionBenchmarks.entries
            + TrainingBenchmarks.entries
    }
}
