import Configuration
import Foundation
import KubernetesObjects
import Scheduling
import Testing

@testable import Snapshots

/// One cycle, under many tie orders, and after changes.
@Suite struct ScheduleOnceTests {
    /// One pod for two equal nodes; four pods for one free node of two.
    private let open = World(nodes: 2).queue("q").gang("single", pods: 1)

    @Test func aPodIsCertainAndItsNodeOpen() throws {
        let sampling = CycleSampling(try open.cycle(), samples: 40, seed: 1, width: 2)
        let pod = try #require(sampling.pods.first)
        #expect(sampling.pods.count == 1)
        #expect(pod.bound == 40)
        #expect(sampling.isCertain(pod))
        #expect(!sampling.isCertainInPlace(pod))
        #expect(pod.nodes.count == 2)
        #expect(sampling.openPods == 0)
        #expect(sampling.openPlaces == 1)
    }

    @Test(arguments: PolicyConfigurations.names) func aPolicyIsAConfiguration(name: String) throws {
        let chosen = try ChosenConfiguration(named: name)
        #expect(chosen.source == "the policy \(name)")
        let objects = try open.cycle().snapshot.objects
        let cycle = Cycle(objects, configuration: chosen.configuration, now: Timestamp(nanoseconds: 0))
        #expect(cycle.outcome(.lowestName).pods.count == 1)
        #expect(!ConfigurationWarnings(cycle.opened(.lowestName)).found.contains { $0.code == .evictsBeforeAllocate })
    }

    /// Two jobs alike, room for one: order of creation and UID decide, so nothing is open; of two equal victims one goes.
    @Test func oneOfTwoVictimsIsOpen() throws {
        let world = World(nodes: 2, gpus: 4).queue("q")
            .gang("low", pods: 2, gpus: 4, minMember: 1, on: ["n1", "n2"])
            .gang("high", pods: 1, gpus: 4, priority: "high").acting("allocate, preempt")
            .tiers(["priority", "gang"], ["predicates"])
        let sampling = CycleSampling(try world.cycle(), samples: 60, seed: 1, width: 2)
        let victims = sampling.pods.filter { $0.group == "ns/low" }
        #expect(victims.count == 2)
        #expect(victims.map(\.evicted).reduce(0, +) == 60)
        #expect(victims.allSatisfy { !sampling.isCertain($0) })
        let winner = try #require(sampling.pods.first { $0.group == "ns/high" })
        #expect(winner.pipelined == 60)
        #expect(sampling.podsAlike.last?.group == "ns/high")
    }

    @Test func samplesDoNotDependOnThreads() throws {
        let cycle = try open.gang("pair", pods: 2).cycle()
        let results = [1, 2, 5].map { CycleSampling(cycle, samples: 20, seed: 7, width: $0) }
        #expect(results.allSatisfy { $0.pods == results[0].pods })
        let shifted = CycleSampling(cycle, samples: 20, seed: 27, width: 1)
        let both = CycleSampling(cycle, samples: 40, seed: 7, width: 1)
        for (all, parts) in zip(both.pods, zip(results[0].pods, shifted.pods)) {
            #expect(all.bound == parts.0.bound + parts.1.bound)
        }
    }

    @Test func aReportCountsWhatHappensToAGroup() throws {
        let report = try open.gang("big", pods: 3, gpus: 8).report()
        #expect(report.binds.map(\.name) == ["ns/single-0"])
        #expect(report.binds.map(\.node) == ["n1"])
        let (big, single) = (report.groups[0], report.groups[1])
        #expect(single.bound == 1)
        #expect(single.places.map(\.node) == ["n1"])
        #expect(big.waiting == 3)
        #expect(!big.reasons.isEmpty)
        #expect(big.message.contains("minAvailable"))
        #expect(report.waitingGroups == 1)
    }

    /// Groups alike share the answer about victims; it is the one each would get alone.
    @Test func reasonsOfManyAreThoseOfEach() throws {
        let world = World(nodes: 2, gpus: 4).queue("q").queue("r")
            .gang("low", pods: 2, gpus: 4, on: ["n1", "n2"])
            .gang("a", pods: 1, gpus: 4, priority: "high").gang("b", pods: 1, gpus: 4, priority: "high")
            .gang("c", pods: 1, gpus: 4).gang("d", in: "r", pods: 1, gpus: 4)
            .acting("allocate, preempt, reclaim")
        let session = try world.cycle().opened(.lowestName)
        session.runActions()
        let jobs = session.jobs.map(\.id)
        #expect(session.reasons(for: jobs) == jobs.map { session.reasons(for: $0) })
        #expect(session.reasons(for: jobs).count { !$0.isEmpty } == 4)
    }

    @Test func reasonsCanBeLimited() throws {
        let world = open.gang("big", pods: 3, gpus: 8).gang("bigger", pods: 4, gpus: 8)
        let report = CycleReport(try world.cycle(), .lowestName, explained: 1)
        #expect(report.waitingGroups == 2)
        #expect(report.groups.count { !$0.reasons.isEmpty } == 1)
    }

    @Test func comparisonNamesWhatChanges() throws {
        let before = open.gang("big", pods: 2, gpus: 8)
        let after = before.with(
            "{kind: Node, metadata: {name: n3}, status: {allocatable: {cpu: 8, memory: 9Gi, nvidia.com/gpu: 8, pods: 9}}}"
        )
        let (left, right) = (try before.cycle(), try after.cycle())
        let comparison = CycleComparison(try before.report(), on: left, try after.report(), on: right)
        #expect(comparison.pods.last?.name == "ns/single-0")
        #expect(comparison.pods.last?.before == "waits")
        #expect(comparison.pods.last?.after.hasPrefix("bound to n") == true)
        let single = try #require(comparison.groups.first { $0.name == "ns/single" })
        #expect(single.waitingBefore == 1 && single.waitingAfter == 0)
        #expect(!single.reasonsGone.isEmpty && single.reasonsNew.isEmpty)
        #expect(CycleComparison(try before.report(), on: left, try before.report(), on: left).isEmpty)
    }

    @Test func theConfigurationOfTheDumpIsTaken() throws {
        let map = """
            kind: ConfigMap
            metadata: {name: volcano-scheduler-configmap, namespace: volcano-system}
            data:
              volcano-scheduler.conf: |
                actions: "allocate, preempt"
                tiers: []
            """
        let chosen = ChosenConfiguration(in: try open.with(map).objects())
        #expect(chosen.configuration.actions == ["allocate", "preempt"])
        #expect(chosen.source == "ConfigMap volcano-system/volcano-scheduler-configmap")
        #expect(ChosenConfiguration(in: try open.objects()).isAssumed)
        #expect(try ChosenConfiguration(named: "default").configuration == .inBinaryDefault)
    }

    @Test func theClockStandsAtTheLatestInstant() throws {
        #expect(try open.objects().latestInstant == Timestamp("2026-03-01T12:00:00Z"))
        #expect(try World().objects().latestInstant == nil)
    }
}

/// The scenario that is shipped.
@Suite struct TwoTeamsTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "scenarios/snapshots/two-teams").path

    private func result() throws -> ScheduleOnce.Result {
        var once = ScheduleOnce(snapshot: [Self.folder + "/cluster.yaml"])
        once.configuration = Self.folder + "/volcano-scheduler.conf"
        once.changes = Self.folder + "/what-if.yaml"
        return try once.result()
    }

    @Test func showsOneOfEach() throws {
        let before = try result().before
        #expect(before.report.binds.map(\.group) == ["batch/report", "batch/report", "research/notebook"])
        #expect(
            before.report.groups.filter { $0.waiting > 0 }.map(\.name) == [
                "batch/nightly", "product/finetune", "research/urgent",
            ])
        #expect(
            Set(before.report.warnings.map(\.code)) == [
                .noReclaim, .gangProtectsVictims, .notAdmittedNotServed, .binpackIgnoresResource, .gangAboveCapability,
            ])
        #expect(before.sampling?.openPlaces == 3)
    }

    @Test func theChangesLetTheUrgentGangPreempt() throws {
        let after = try #require(try result().after)
        #expect(after.play.report.evictions.map(\.group) == [String](repeating: "research/pretrain", count: 4))
        #expect(after.comparison.pods.contains { $0.name == "research/urgent-worker-0" && $0.before == "waits" })
        #expect(after.changes.removed.map(\.description) == ["Pod research/sweep-worker-3"])
        #expect(!after.play.report.warnings.contains { $0.code == .gangProtectsVictims })
    }

    @Test func jsonHoldsBothCycles() throws {
        let json = try result().json
        #expect(json["tieBreak"]?["rule"] == "lowest-name")
        #expect(json["summary"]?["podGroupsWaiting"] == 3)
        #expect(json["whatIf"]?["summary"]?["evicted"] == 4)
        #expect(json["whatIf"]?["changes"]?["removed"] == ["Pod research/sweep-worker-3"])
    }
}
