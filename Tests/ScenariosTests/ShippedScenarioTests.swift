import Configuration
import Simulation
import Testing

@testable import Scenarios

/// Every file of `scenarios/` loads, conforms to the schema, and shows what its comment promises.
@Suite("Shipped scenarios")
struct ShippedScenarioTests {
    static let names =
        [
            "fragmentation", "gang-deadlock", "las-vs-sjf", "mig", "nvl72", "preemption", "quickstart",
            "topology-aware-training", "trace-replay", "goodput-16k", "checkpoint-interval", "storage-wall",
            "lora-fleet", "spot-cost", "elastic-training", "whatif-more-nodes", "plan-queue", "plan-two-pools",
        ] + volcano
    static let volcano = ["default", "preempt-reclaim", "capacity", "topology"].map { "volcano-" + $0 }

    private func load(_ name: String) throws -> ScenarioFile {
        try ScenarioFile(path: "\(scenarioFolder)/\(name).yaml")
    }

    private func run(_ name: String, _ variant: String? = nil) throws -> ScenarioRun {
        let file = try load(name)
        guard let variant else { return try ScenarioRun(file.scenario) }
        return try ScenarioRun(try #require(file.variants.first { $0.variant == variant }))
    }

    @Test(arguments: names)
    func everyFileAndVariantBecomesAWorld(name: String) throws {
        let file = try load(name)
        #expect(file.scenario.name == name)
        for scenario in [file.scenario] + file.variants {
            let world = try scenario.world()
            #expect(world.poolMasks.count == world.workload.groups.count)
            #expect(world.queues.map(\.name) == world.workload.queues)
            #expect(!world.workload.jobs.isEmpty)
        }
    }

    @Test(arguments: names)
    func everyFileConformsToTheSchema(name: String) throws {
        let node = try YAMLReader.document(in: SourceText(path: "\(scenarioFolder)/\(name).yaml"))
        #expect(SchemaValidator(Scenario.schema).problems(of: node.json) == [])
    }

    @Test(arguments: names)
    func explanationsAreYAMLOfTheSameScenario(name: String) throws {
        let scenario = try load(name).scenario
        let read = try ScenarioFile(
            SourceText(name: "\(scenarioFolder)/again.yaml", text: scenario.explanation)
        ).scenario
        #expect(read.content.spec.workload == scenario.content.spec.workload)
        #expect(read.content.spec.clusters == scenario.content.spec.clusters)
        #expect(try read.hash() == scenario.hash())
    }

    @Test func theQuickstartIsAWeekOfThreeTeams() throws {
        let run = try run("quickstart")
        #expect(run.world.cluster.totalGPUs == 512)
        #expect(run.world.workload.jobs.count >= 2_000)
        #expect(run.world.workload.teams == ["language", "vision", "research"])
        #expect(run.summary.outcome == .horizon)
        #expect(run.share(.productive) > 0.7)
        #expect(run.share(.down) > 0)
        #expect(run.share(.recomputed) > 0)
    }

    @Test func theQuickstartFavoursBackfilling() throws {
        #expect(try run("quickstart").meanCompletionHours < 0.5 * run("quickstart", "fifo-gang").meanCompletionHours)
    }

    @Test func podByPodSchedulingDeadlocksAndGangsDoNot() throws {
        let stuck = try run("gang-deadlock")
        #expect(stuck.summary.outcome == .stuck)
        #expect(stuck.summary.warnings.contains { $0.contains("gang deadlock") && $0.contains("pretrain, finetune") })
        #expect(stuck.share(.incompleteGang) > 0.5)
        let gangs = try run("gang-deadlock", "gang")
        #expect(gangs.summary.outcome == .drained)
        #expect(gangs.jobs.allSatisfy { $0.status == .completed })
    }

    @Test func preemptionStartsTheUrgentJobAtTheCostOfWork() throws {
        let urgent = try run("preemption")
        let patient = try run("preemption", "patient")
        #expect(try urgent.job("release").waitNs < 60_000_000_000)
        #expect(try patient.job("release").waitNs > 5 * 3_600_000_000_000)
        #expect(urgent.share(.recomputed) > 0)
        #expect(patient.share(.recomputed) == 0)
        #expect(try run("preemption", "last-checkpoint").share(.recomputed) == 0)
    }

    @Test func packingKeepsNodesFreeForLargeJobs() throws {
        let spread = try run("fragmentation")
        let packed = try run("fragmentation", "best-fit")
        #expect(try spread.job("big-0").firstStartNs < 0)
        #expect(try packed.job("big-0").firstStartNs > 0)
        #expect(spread.share(.fragmented) > 2 * packed.share(.fragmented))
        #expect(try run("fragmentation", "fgd").share(.fragmented) < 0.75 * spread.share(.fragmented))
    }

    @Test func leastServiceServesWithoutEstimates() throws {
        let las = try run("las-vs-sjf")
        #expect(try las.meanCompletionHours < 0.3 * run("las-vs-sjf", "fifo-gang").meanCompletionHours)
        #expect(las.jobs.contains { $0.preemptions > 0 })
    }

    @Test func slicesGoToTheTaintedPoolOnly() throws {
        let run = try run("mig")
        #expect(run.summary.outcome == .drained)
        for placement in run.placements {
            let job = run.world.workload.jobs[Int(placement.job)]
            let isSlice = run.world.workload.classes[Int(job.jobClass)] == "inference"
            #expect((placement.node < 2) == isSlice)
        }
    }

    @Test func moreNodesMeanLessWaiting() throws {
        let hours = try ["48-nodes", nil, "64-nodes"].map { try run("trace-replay", $0).meanWaitHours }
        #expect(hours[0] > hours[1] && hours[1] > hours[2], "\(hours)")
    }

    /// The quickstart's jobs and cluster, four times: what differs is the configuration alone.
    @Test func theVolcanoScenariosDifferInConfigurationAlone() throws {
        let quickstart = try load("quickstart").scenario.world()
        let worlds = try Self.volcano.map { try load($0).scenario.world() }
        for world in worlds {
            #expect(world.workload.jobs == quickstart.workload.jobs)
            #expect(world.cluster.totalGPUs == quickstart.cluster.totalGPUs)
            #expect(world.scheduler.policy == .volcano)
        }
        let configurations = worlds.compactMap { $0.volcano?.configuration }
        #expect(configurations.map { $0.actions.contains("reclaim") } == [false, true, true, false])
        let plugins = configurations.map { $0.tiers.joined().map(\.name) }
        #expect(plugins.map { $0.contains("capacity") } == [false, false, true, false])
        #expect(plugins.map { $0.contains("network-topology-aware") } == [false, false, false, true])
    }

    @Test func aJobOfAWholeRackStaysInOneDomain() throws {
        let run = try run("nvl72")
        #expect(run.world.cluster.nvlinkDomainCount == 2)
        #expect(run.world.cluster.rackCount == 2)
        #expect(try run.job("rack-0").status == .completed)
        #expect(run.share(.productive) > 0.7)
    }

    @Test func jobsBehindOneLeafLoseNoStepTimeToTheSpine() throws {
        let name = "topology-aware-training"
        let blind = try run(name).share(.slowed)
        let aware = try run(name, "topology-aware").share(.slowed)
        #expect(blind > 0.1)
        #expect(aware > 0)
        #expect(aware < 0.1 * blind)
        #expect(try run(name, "own-links").share(.slowed) == 0)
    }
}
