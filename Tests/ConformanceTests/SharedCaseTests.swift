import Testing

@testable import Conformance

/// Every recorded case of Volcano's session, its trajectories, its whole control plane, and the default Kubernetes profile.
@Suite struct SharedCaseTests {
    /// Groups of folders that together are all cases of one session, with their numbers.
    static let groups: [(globs: [String], count: Int)] = [
        (["allocate", "backfill", "enqueue", "shuffle", "preempt", "reclaim", "session", "subjob"], 85),
        (["gang*", "conformance", "priority", "drf", "proportion", "overcommit", "resourcequota", "sla"], 28),
        (["capacity", "resource", "pdb", "tdm"], 54),
        (["binpack", "nodeorder", "predicates", "nodegroup", "usage", "resource-strategy-fit"], 32),
        (["network-topology-aware", "hypernode", "numaaware", "deviceshare"], 28),
        (["random-default*", "random-priority-only", "random-flag-mix", "random-best-effort"], 180),
        (["random-proportion-reclaim", "random-capacity-*", "random-drf", "random-hdrf"], 180),
        (["random-scoring", "random-admission", "random-placement-plugins", "random-task-topology"], 144),
        (["random-topology*", "random-subjobs", "random-gang-eviction"], 144),
    ]

    @Test(arguments: groups.indices)
    func volcanoDecidesAsRecorded(_ group: Int) throws {
        let (globs, count) = Self.groups[group]
        guard let result = try SharedCases.complaints("volcano", only: globs, count: count) else { return }
        expectNone(result.complaints)
        #expect(result.count == count)
    }

    @Test func theGroupsAreAllCasesOfOneSession() {
        #expect(Self.groups.map(\.count).reduce(0, +) == 875)
    }

    @Test(arguments: [("trajectory-[a-e]*", 45), ("trajectory-[g-o]*", 27), ("trajectory-[p-t]*", 77)])
    func volcanoGoesOnAsRecorded(_ glob: String, _ count: Int) throws {
        guard let result = try SharedCases.complaints("volcano", only: [glob], count: count) else { return }
        expectNone(result.complaints)
        #expect(result.count == count)
    }

    /// The whole control plane, each recording under three phases of the scheduler's clock.
    @Test(arguments: [("volcano-live/[0-1]*", 19), ("volcano-live/[2-3]*", 20), ("volcano-live/4*", 4)])
    func theControlPlaneLivesAsRecorded(_ glob: String, _ count: Int) throws {
        guard let result = try SharedCases.complaints("volcano-live", only: [glob], count: count) else { return }
        expectNone(result.complaints)
        #expect(result.count == count)
    }

    @Test func kubernetesPlacesAsRecorded() throws {
        guard let result = try SharedCases.complaints("kubernetes/kube-schedule", count: 120) else { return }
        expectNone(result.complaints)
        #expect(result.count == 120)
    }

    /// Some lines are enough to start with.
    private func expectNone(_ complaints: [String]) {
        if !complaints.isEmpty {
            Issue.record("\(complaints.prefix(20).joined(separator: "\n")) … \(complaints.count) lines in all")
        }
    }
}
