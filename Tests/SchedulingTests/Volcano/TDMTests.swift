import KubernetesObjects
import Testing

@testable import Scheduling

/// Section 9.12 of the reference; upstream: `plugins/tdm/tdm.go`. The scenes' clock says 10:00 UTC.
@Suite struct TimeDivision {
    private static let open = PluginOption("tdm", ["tdm.revocable-zone.rz1": "9:00-17:00"])
    private static let closed = PluginOption("tdm", ["tdm.revocable-zone.rz1": "17:00-20:00"])

    private static func at(_ hour: Int64, _ minute: Int64, _ second: Int64 = 0) -> Timestamp {
        let midnight: Int64 = 1_767_225_600
        return Timestamp(nanoseconds: (midnight + hour * 3600 + minute * 60 + second) * 1_000_000_000)
    }

    private static func isOpen(_ hours: String, _ now: Timestamp) -> Bool {
        TDMPlugin.reasonClosed("z", hours, now: now) == nil
    }

    /// availableRevocableZone compares whole seconds, both ends included.
    @Test func aZoneIsOpenFromItsFirstToItsLastSecond() {
        #expect(!Self.isOpen("10:00-12:00", Self.at(9, 59, 59)))
        #expect(Self.isOpen("10:00-12:00", Self.at(10, 0)))
        #expect(Self.isOpen("10:00-12:00", Self.at(12, 0)))
        #expect(!Self.isOpen("10:00-12:00", Self.at(12, 0, 1)))
    }

    /// parseRevocableZone puts the start on today's date and moves only the end to tomorrow.
    @Test func aNightBelongsToItsEveningButNotToItsMorning() {
        #expect(Self.isOpen("21:00-6:00", Self.at(23, 0)))
        #expect(!Self.isOpen("21:00-6:00", Self.at(3, 0)))
        #expect(Self.isOpen("0:00-0:00", Self.at(3, 0)))
    }

    @Test(arguments: [
        "", "10:00", "10-12", "25:00-26:00", "9:5-10:00", "9:00 - 10:00", "9:00-10:00-11:00", "-1:00-2:00",
    ])
    func hoursThatCannotBeReadCloseTheZone(_ hours: String) {
        #expect(!Self.isOpen(hours, Self.at(9, 30)))
    }

    /// Predicate: fit off lent nodes; on them only while the zone is open, and only for revocable pods.
    @Test func lentNodesTakeRevocablePodsWhileTheirZoneIsOpen() {
        var scene = EvictionScene()
        scene.node("own", cpu: 4)
        scene.lentNode("lent", cpu: 4, zone: "rz1")
        scene.lentNode("other", cpu: 4, zone: "unknown")
        scene.group("a", on: [""])
        scene.group("r", on: [""]) { pod, _ in pod.metadata.annotations["volcano.sh/revocable-zone"] = "*" }
        scene.group("p", on: [""]) { pod, _ in pod.metadata.annotations["volcano.sh/preemptable"] = "true" }
        func feasible(_ option: PluginOption, _ pod: String) -> [String] {
            let session = scene.session(plugins: [option])
            return ["own", "lent", "other"].filter {
                session.predicate(session.task(pod), session.node($0)).isEmpty
            }
        }
        #expect(feasible(Self.open, "a-0") == ["own"])
        #expect(feasible(Self.open, "r-0") == ["own", "lent"])
        // The annotation preemptable=true makes a pod revocable as well.
        #expect(feasible(Self.open, "p-0") == ["own", "lent"])
        #expect(feasible(Self.closed, "r-0") == ["own"])
        let session = scene.session(plugins: [Self.closed])
        let refusals = session.predicate(session.task("r-0"), session.node("lent"))
        #expect(refusals.map(\.code) == [.unschedulableAndUnresolvable])
    }

    /// NodeOrder: 100 for a revocable pod on an open lent node.
    @Test func revocablePodsPreferLentNodes() {
        var scene = EvictionScene()
        scene.node("own", cpu: 4)
        scene.lentNode("lent", cpu: 4, zone: "rz1")
        scene.group("r", on: [""]) { pod, _ in pod.metadata.annotations["volcano.sh/revocable-zone"] = "*" }
        let session = scene.session(plugins: [Self.open])
        #expect(session.nodeOrder(session.task("r-0"), session.node("lent")) == 100)
        #expect(session.nodeOrder(session.task("r-0"), session.node("own")) == 0)
        session.run(action: "allocate")
        #expect(session.boundPlaces == ["r-0@lent"])
    }

    /// Preemptable: Reject when the preemptor itself may be preempted (as pods may unless they say no).
    @Test func onlyPodsThatAreNotPreemptablePreempt() {
        var scene = EvictionScene()
        scene.node("own", cpu: 4)
        scene.group("v", on: ["own", "own"])
        scene.group("plain", on: [""])
        scene.group("firm", on: [""]) { pod, _ in pod.metadata.annotations["volcano.sh/preemptable"] = "false" }
        let session = scene.session(plugins: [Self.open])
        let candidates = ["v-0", "v-1"].map(session.task)
        #expect(session.preemptable(session.task("plain-0"), candidates).isEmpty)
        // One per job without a budget, the first candidate.
        #expect(session.names(session.preemptable(session.task("firm-0"), candidates)) == ["v-0"])
    }

    /// Preemptable: only Running preemptable pods on nodes that are not lent.
    @Test func victimsOfPreemptionRunOnOwnNodes() {
        var scene = EvictionScene()
        scene.node("own", cpu: 4)
        scene.lentNode("lent", cpu: 4, zone: "rz1")
        scene.group("a", on: ["own"])
        scene.group("b", on: ["lent"])
        scene.group("c", on: ["own"]) { pod, _ in pod.metadata.labels["volcano.sh/preemptable"] = "false" }
        scene.group("d", on: ["own"]) { pod, _ in pod.status.phase = "Pending" }
        scene.group("firm", on: [""]) { pod, _ in pod.metadata.labels["volcano.sh/preemptable"] = "false" }
        let session = scene.session(plugins: [Self.open])
        let candidates = ["a-0", "b-0", "c-0", "d-0"].map(session.task)
        #expect(session.names(session.preemptable(session.task("firm-0"), candidates)) == ["a-0"])
    }

    /// getMaxPodEvictNum: what is unavailable already counts against jdb-max-unavailable; percent are rounded up.
    @Test(arguments: [
        ("volcano.sh/jdb-max-unavailable", "2", 1), ("volcano.sh/jdb-max-unavailable", "1", 0),
        ("volcano.sh/jdb-max-unavailable", "41%", 2), ("volcano.sh/jdb-min-available", "3", 1),
        ("volcano.sh/jdb-min-available", "41%", 1), ("volcano.sh/jdb-min-available", "5", 1),
        ("volcano.sh/jdb-max-unavailable", "some", 0), ("volcano.sh/jdb-min-available", "some", 4),
    ])
    func budgetsLimitWhatAJobGivesUp(_ key: String, _ value: String, _ count: Int) {
        var scene = EvictionScene()
        scene.node("own", cpu: 8)
        scene.group("v", on: ["own", "own", "own", "own", ""])
        scene.adjustGroup("v") { $0.metadata.annotations[key] = value }
        scene.group("firm", on: [""]) { pod, _ in pod.metadata.labels["volcano.sh/preemptable"] = "false" }
        let session = scene.session(plugins: [Self.open])
        let candidates = ["v-0", "v-1", "v-2", "v-3"].map(session.task)
        #expect(session.preemptable(session.task("firm-0"), candidates).count == count)
    }

    /// VictimTasks: preemptable pods leave lent nodes outside the window, up to the budget.
    @Test func podsLeaveWhenTheZoneCloses() {
        var scene = EvictionScene()
        scene.node("own", cpu: 4)
        scene.lentNode("lent", cpu: 4, zone: "rz1")
        scene.group("a", on: ["lent", "lent", "own"])
        scene.adjustGroup("a") { $0.metadata.annotations["volcano.sh/jdb-max-unavailable"] = "3" }
        scene.group("b", on: ["lent"]) { pod, _ in pod.metadata.labels["volcano.sh/preemptable"] = "false" }
        let during = scene.session(plugins: [Self.open])
        during.run(action: "shuffle")
        #expect(during.evictedNames.isEmpty)
        let after = scene.session(plugins: [Self.closed])
        after.run(action: "shuffle")
        #expect(after.evictedNames == ["a-0", "a-1"])
    }

    /// VictimTasks: once per `tdm.evict.period` (1m), counted from the last time it was asked.
    @Test func evictionsWaitForThePeriod() {
        var scene = EvictionScene()
        scene.lentNode("lent", cpu: 4, zone: "rz1")
        scene.group("a", on: ["lent", "lent"])
        let first = scene.session(plugins: [Self.closed])
        first.run(action: "shuffle")
        #expect(first.evictedNames == ["a-0"])
        let soon = scene.session(plugins: [Self.closed], after: 59, memory: first.memory)
        soon.run(action: "shuffle")
        #expect(soon.evictedNames.isEmpty)
        let later = scene.session(plugins: [Self.closed], after: 60, memory: soon.memory)
        later.run(action: "shuffle")
        #expect(later.evictedNames == ["a-0"])
    }

    /// JobOrder: non-preemptable first, by the PodGroup's annotation, else its label; unset means no.
    @Test func jobsThatAreNotPreemptableComeFirst() {
        var scene = EvictionScene()
        scene.node("own", cpu: 4)
        scene.group("a", on: [""])
        scene.adjustGroup("a") { $0.metadata.annotations["volcano.sh/preemptable"] = "true" }
        scene.group("b", on: [""])
        let session = scene.session(plugins: [Self.open])
        #expect(session.compareJobs(session.job("a"), session.job("b")) == 1)
        #expect(session.jobLess(session.job("b"), session.job("a")))
    }

    /// JobStarving: any Pending pod of a job that is not preemptable, though gang would be content.
    @Test func firmJobsStarveWithAnyPendingPod() {
        var scene = EvictionScene()
        scene.node("own", cpu: 4)
        scene.group("firm", minMember: 1, on: ["own", ""])
        scene.group("full", minMember: 1, on: ["own"])
        scene.group("soft", minMember: 2, on: ["own", ""])
        scene.adjustGroup("soft") { $0.metadata.labels["volcano.sh/preemptable"] = "true" }
        let session = scene.session(plugins: [Self.open])
        #expect(session.jobStarving(session.job("firm")))
        #expect(!session.jobStarving(session.job("full")))
        #expect(!session.jobStarving(session.job("soft")))
    }

    /// JobPipelined: counts only, roles are not looked at.
    @Test func rolesPlayNoPartInPipelining() {
        var scene = EvictionScene()
        scene.node("own", cpu: 4)
        scene.group("a", minMember: 2, on: ["own", "own", ""]) { pod, index in
            pod.metadata.labels["volcano.sh/task-spec"] = index < 2 ? "worker" : "master"
        }
        scene.adjustGroup("a") { $0.minTaskMember = ["master": 1, "worker": 1] }
        #expect(scene.session([["gang"]]).jobPipelined(JobRef(0)) == false)
        #expect(scene.session(plugins: [Self.open]).jobPipelined(JobRef(0)))
    }
}
