import Testing

@testable import Conformance

@Suite struct TrajectoryCaseTests {
    /// One node; `p1` runs for a cycle, `p2` comes in cycle 1 and takes its place.
    private static func text(
        cycles: Int = 4, timeline: String = "", outcomes: String = outcomes, final: String = final
    ) -> String {
        """
        case: own/trajectory
        title: two pods, one after the other
        now: '2026-01-01T09:00:00Z'
        cycles: \(cycles)
        grace: 0
        runLength: {c1/pg1: 1}
        scheduler:
          actions: "enqueue, allocate"
          tieBreak: lowest-name
          tiers:
            - plugins:
                - {name: gang}
                - {name: predicates}
        objects:
          - {apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: q1}, spec: {weight: 1}}
          - {apiVersion: v1, kind: Node, metadata: {name: n1}, status: {allocatable: {cpu: '1', memory: 8Gi, pods: '10'}}}
          - {apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: pg1, namespace: c1}, spec: {queue: q1, minMember: 1}, status: {phase: Pending}}
          - {apiVersion: v1, kind: Pod, metadata: {name: p1, namespace: c1, uid: c1-p1, annotations: {scheduling.k8s.io/group-name: pg1}}, spec: {containers: [{resources: {requests: {cpu: '1'}}}]}, status: {phase: Pending}}
        timeline:
          - cycle: 1
            create:
              - {apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: pg2, namespace: c1}, spec: {queue: q1, minMember: 1}, status: {phase: Pending}}
              - {apiVersion: v1, kind: Pod, metadata: {name: p2, namespace: c1, uid: c1-p2, annotations: {scheduling.k8s.io/group-name: pg2}}, spec: {containers: [{resources: {requests: {cpu: '1'}}}]}, status: {phase: Pending}}
          \(timeline)
        cycleOutcomes:
        \(outcomes)
        final: \(final)
        """
    }

    private static let outcomes = """
          - {cycle: 0, bind: {c1/p1: n1}, podGroupPhase: {c1/pg1: Inqueue}}
          - {cycle: 1, podGroupPhase: {c1/pg1: Running, c1/pg2: Inqueue}}
          - {cycle: 2, bind: {c1/p2: n1}, podGroupPhase: {c1/pg1: Completed}}
          - {cycle: 3, podGroupPhase: {c1/pg2: Running}}
        """
    private static let final =
        "{bound: 2, evicted: 0, succeeded: {c1/pg1: 1}, running: {c1/pg2: 1}, podGroupPhase: {c1/pg1: Completed, c1/pg2: Running}}"

    @Test func podsStartEndAndMakeRoom() throws {
        #expect(try CaseFolder.outcome(Self.text()) == .passed)
    }

    @Test func aWrongCycleFailsAndEndsTheComparison() throws {
        let wrong = Self.outcomes.replacing("cycle: 2, bind: {c1/p2: n1}", with: "cycle: 2, bind: {c1/p2: n9}")
        #expect(
            try CaseFolder.outcome(Self.text(outcomes: wrong)) == .failed(["cycle 2 bind c1/p2: expected n9, got n1"]))
    }

    /// What happens unannounced in a cycle counts as a difference too.
    @Test func aCycleNotListedIsOneInWhichNothingHappens() throws {
        let short = Self.outcomes.split(separator: "\n").dropLast().joined(separator: "\n")
        let outcome = try CaseFolder.outcome(Self.text(outcomes: short))
        #expect(outcome == .failed(["cycle 3 phase c1/pg2: expected nothing, got Running"]))
    }

    @Test func totalsAreCompared() throws {
        let wrong = Self.final.replacing("bound: 2", with: "bound: 3").replacing(
            "succeeded: {c1/pg1: 1}", with: "succeeded: {}")
        #expect(
            try CaseFolder.outcome(Self.text(final: wrong))
                == .failed(["final bound: expected 3, got 2", "final succeeded c1/pg1: expected nothing, got 1"]))
    }

    /// The node leaves with its pod, which is replaced; a cordoned node takes nothing.
    @Test func nodesLeaveAndAreCordoned() throws {
        let removed = Self.text(
            cycles: 2, timeline: "- {cycle: 1, removeNode: n1}",
            outcomes: """
                  - {cycle: 0, bind: {c1/p1: n1}, podGroupPhase: {c1/pg1: Inqueue}}
                  - {cycle: 1, podGroupPhase: {c1/pg2: Inqueue}}
                """,
            final: "{bound: 1, pending: {c1/pg1: 1, c1/pg2: 1}, podGroupPhase: {c1/pg1: Inqueue, c1/pg2: Inqueue}}")
        #expect(try CaseFolder.outcome(removed) == .passed)
        let cordoned = Self.text(
            timeline: "- {cycle: 2, cordon: n1}",
            outcomes: """
                  - {cycle: 0, bind: {c1/p1: n1}, podGroupPhase: {c1/pg1: Inqueue}}
                  - {cycle: 1, podGroupPhase: {c1/pg1: Running, c1/pg2: Inqueue}}
                  - {cycle: 2, podGroupPhase: {c1/pg1: Completed}}
                """,
            final:
                "{bound: 1, succeeded: {c1/pg1: 1}, pending: {c1/pg2: 1}, podGroupPhase: {c1/pg1: Completed, c1/pg2: Inqueue}}"
        )
        #expect(try CaseFolder.outcome(cordoned) == .passed)
    }

    @Test func unknownKeysAreUnsupported() throws {
        let unknown = Self.text(timeline: "- {cycle: 1, drain: n1}")
        #expect(try CaseFolder.outcome(unknown) == .unsupported("key timeline[1].drain"))
    }

    @Test(arguments: [
        ("p-0", "p-0-r1"), ("p-0-r1", "p-0-r2"), ("p-0-r9", "p-0-r10"), ("rack", "rack-r1"), ("a-rx", "a-rx-r1"),
    ])
    func replacementsRaiseTheirNumber(_ name: String, _ next: String) {
        #expect(TrajectoryWorld.raised(name) == next)
    }
}
