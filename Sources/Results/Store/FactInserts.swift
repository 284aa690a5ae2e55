import Simulation

/// One insert per fact table that the simulation fills while it runs. Column order is that of the table.
struct FactInserts {
    private let placements: BulkInsert
    private let decisions: BulkInsert
    private let queueSamples: BulkInsert
    private let teamSamples: BulkInsert
    private let poolSamples: BulkInsert
    private let nodeSamples: BulkInsert
    private let linkSamples: BulkInsert
    private let failures: BulkInsert
    private let trainingRuns: BulkInsert
    private let stepSamples: BulkInsert
    private let gpuTime: BulkInsert
    private let poolTime: BulkInsert
    private let teamTime: BulkInsert

    init(_ connection: Connection) throws(ResultsError) {
        placements = try BulkInsert(connection, table: "placement", columns: 10)
        decisions = try BulkInsert(connection, table: "decision", columns: 8)
        queueSamples = try BulkInsert(connection, table: "queue_sample", columns: 6)
        teamSamples = try BulkInsert(connection, table: "team_sample", columns: 6)
        poolSamples = try BulkInsert(connection, table: "pool_sample", columns: 6)
        nodeSamples = try BulkInsert(connection, table: "node_sample", columns: 5)
        linkSamples = try BulkInsert(connection, table: "link_sample", columns: 3)
        trainingRuns = try BulkInsert(connection, table: "training_run", columns: 9)
        stepSamples = try BulkInsert(connection, table: "step_sample", columns: 6)
        failures = try BulkInsert(connection, table: "failure", columns: 6)
        gpuTime = try BulkInsert(connection, table: "gpu_time", columns: 3)
        poolTime = try BulkInsert(connection, table: "pool_time", columns: 5)
        teamTime = try BulkInsert(connection, table: "team_time", columns: 6)
    }

    /// Inserts everything in `facts` but the jobs, whose rows need the workload as well.
    func insert(_ facts: borrowing FactBuffers) throws(ResultsError) {
        try insertEvents(facts)
        try insertTraining(facts)
        try insertSamples(facts)
        try insertLedger(facts)
    }

    private func insertEvents(_ facts: borrowing FactBuffers) throws(ResultsError) {
        try placements.insert(facts.placements) { row, fact in
            row.integer(fact.job)
            row.integer(fact.attempt)
            row.integer(fact.task)
            row.integer(fact.node)
            row.integer(fact.gpuMask)
            row.integer(fact.gpuMilli)
            row.integer(fact.startNs)
            row.integer(fact.endNs)
            row.unlessNegative(fact.workNs)
            row.code(fact.reason)
        }
        try decisions.insert(facts.decisions) { row, fact in
            row.integer(fact.cycle)
            row.integer(fact.timeNs)
            row.unlessNegative(fact.job)
            row.unlessNegative(fact.other)
            row.integer(fact.needed)
            row.integer(fact.available)
            row.code(fact.action)
            row.code(fact.reason)
        }
        try failures.insert(facts.failures) { row, fact in
            row.integer(fact.timeNs)
            row.integer(fact.node)
            row.unlessNegative(fact.gpu)
            row.unlessNegative(fact.repairedNs)
            row.integer(fact.jobsHit)
            row.code(fact.part)
        }
    }

    private func insertTraining(_ facts: borrowing FactBuffers) throws(ResultsError) {
        try trainingRuns.insert(facts.trainingRuns) { row, fact in
            row.integer(fact.job)
            row.integer(fact.attempt)
            row.integer(fact.startNs)
            row.integer(fact.endNs)
            row.integer(fact.nodes)
            row.integer(fact.leafGroups)
            row.integer(fact.undisturbedStepNs)
            row.integer(fact.workingNs)
            row.integer(fact.usefulNs)
        }
        try stepSamples.insert(facts.stepSamples) { row, fact in
            row.integer(fact.timeNs)
            row.integer(fact.jobs)
            row.integer(fact.gpus)
            row.integer(fact.meanMilli)
            row.integer(fact.worstMilli)
            row.integer(fact.worstJob)
        }
    }

    private func insertSamples(_ facts: borrowing FactBuffers) throws(ResultsError) {
        try queueSamples.insert(facts.queueSamples, bind: Self.bindShare)
        try teamSamples.insert(facts.teamSamples, bind: Self.bindShare)
        try poolSamples.insert(facts.poolSamples) { row, fact in
            row.integer(fact.timeNs)
            row.integer(fact.pool)
            row.integer(fact.freeGPUMilli)
            row.integer(fact.freeWholeGPUs)
            row.integer(fact.largestFreeNode)
            row.integer(fact.unusableGPUMilli)
        }
        try nodeSamples.insert(facts.nodeSamples) { row, fact in
            row.integer(fact.timeNs)
            row.integer(fact.node)
            row.integer(fact.allocatedGPUMilli)
            row.integer(fact.allocatedCPUMilli)
            row.flag(fact.up)
        }
        try linkSamples.insert(facts.linkSamples) { row, fact in
            row.integer(fact.timeNs)
            row.integer(fact.link)
            row.integer(fact.demandBytesPerSecond)
        }
    }

    @inline(__always)
    private static func bindShare(_ row: inout RowBinder, _ fact: ShareSampleFact) {
        row.integer(fact.timeNs)
        row.integer(fact.index)
        row.integer(fact.pendingJobs)
        row.integer(fact.runningJobs)
        row.integer(fact.pendingGPUMilli)
        row.integer(fact.allocatedGPUMilli)
    }

    private func insertLedger(_ facts: borrowing FactBuffers) throws(ResultsError) {
        try gpuTime.insert(facts.gpuTime) { row, fact in
            row.integer(fact.index)
            row.code(fact.cause)
            row.integer(fact.gpuNs)
        }
        try poolTime.insert(facts.poolTime) { row, fact in
            row.integer(fact.startNs)
            row.integer(fact.endNs)
            row.integer(fact.index)
            row.code(fact.cause)
            row.integer(fact.gpuNs)
        }
        try teamTime.insert(facts.teamTime) { row, fact in
            row.integer(fact.team)
            row.integer(fact.queue)
            row.integer(fact.jobClass)
            row.integer(fact.pool)
            row.code(fact.cause)
            row.integer(fact.gpuNs)
        }
    }
}
