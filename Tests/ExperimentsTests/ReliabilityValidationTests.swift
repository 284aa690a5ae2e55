import Configuration
import Experiments
import Testing

@Suite("Validation of interruptions and effective training time")
struct ReliabilityValidationTests {
    private func validation(_ rows: String, seeds: Int = 1) throws -> ReliabilityValidation {
        let directory = try ProcsValidationTests.Directory([("reliability.csv", "source_id,quantity,value\n" + rows)])
        return try ReliabilityValidation(paths: ["\(directory.path)/reliability.csv"], seeds: seeds)
    }

    private func row(_ validation: ReliabilityValidation, _ quantity: String) throws -> ReliabilityValidation.Row {
        try #require(validation.rows.first { $0.quantity == quantity })
    }

    /// A run on 64 nodes with 200 counted failures in 50 days: one in six hours. Each costs half a checkpoint interval, detection
    /// and start-up: 15 minutes, so that 95.8 % of the time is effective.
    @Test func aRunIsSimulatedWithItsCounts() throws {
        let counted = """
            a,gpus,512
            a,window_days,50
            a,interruptions_unexpected,200
            a,cause_cpu,40
            a,cause_gpu_hbm3,100
            a,cause_network_switch_cable,20
            a,effective_training_time_min,0.95

            """
        let found = try validation(counted, seeds: 3)
        let interruptions = try row(found, "interruptions_unexpected")
        #expect(interruptions.agrees == true, "\(interruptions.predicted)")
        let effective = try row(found, "effective_training_time")
        #expect(abs(effective.predicted - (1 - interruptions.predicted * 900 / 4_320_000)) < 0.005)
        #expect(found.passed)
        let unlikely = try validation(counted.replacing("min,0.95", with: "min,0.5"))
        #expect(!unlikely.passed)
    }

    /// 6.5 failures per thousand node-days are 1.8 hours between failures of 2,048 nodes.
    @Test func ratesAddUp() throws {
        let found = try validation(
            """
            rsc,node_failure_rate,6.5
            rsc,mttf_1024_gpus_measured,7.9
            rsc,mttf_16384_gpus_projected,1.8
            rsc,mttf_8192_gpus_projected,1.8
            other,restarts,100

            """)
        let projected = try row(found, "mttf_16384_gpus_projected")
        #expect(abs(projected.predicted - 24_000 / 6.5 / 2048) < 1e-9 && projected.agrees == true)
        #expect(try row(found, "mttf_8192_gpus_projected").agrees == false)
        #expect(try row(found, "mttf_1024_gpus_measured").agrees == nil)
        #expect(found.skipped == ["other"] && !found.passed)
    }

    @Test func whatCannotBeJudgedDoesNotPass() throws {
        #expect(try !validation("").passed)
        #expect(try !validation("rsc,node_failure_rate,6.5\nrsc,mttf_1024_gpus_measured,7.9\n").passed)
    }

    @Test func wrongTablesAreTold() throws {
        #expect(throws: InvalidInput.self) { try validation("a,gpus,many\n") }
        #expect(throws: InvalidInput.self) { try validation("a,gpus\n") }
        #expect(throws: InvalidInput.self) { try ReliabilityValidation(paths: ["/nowhere.csv"], seeds: 1) }
    }
}
