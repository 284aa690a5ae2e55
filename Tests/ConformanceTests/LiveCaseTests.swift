import Testing

@testable import Conformance

/// A recording of one Job of two pods that run for five seconds on a node with room for one Job at a time.
@Suite struct LiveCaseTests {
    private static func text(
        timeline: String = "", expect: String, run: String = "{match: {job: a, task: w}, duration: 5}"
    ) -> String {
        """
        case: live/tiny
        title: one job
        runs: 3
        scheduler:
          actions: enqueue, allocate, backfill
          tiers: [{plugins: [{name: priority}, {name: gang}]}, {plugins: [{name: predicates}, {name: nodeorder}]}]
        objects:
        - {apiVersion: v1, kind: Node, metadata: {name: n0}, status: {allocatable: {cpu: '4', pods: '10'}}}
        - {apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: q}, spec: {weight: 1}}
        timeline:
        - at: 0
          create:
          - apiVersion: batch.volcano.sh/v1alpha1
            kind: Job
            metadata: {name: a, namespace: default}
            spec:
              tasks:
              - name: w
                replicas: 2
                template: {spec: {containers: [{name: c, image: i, resources: {requests: {cpu: '2'}}}]}}
        \(timeline)
        podRun: [\(run)]
        until: 20
        expect:
          \(expect)
        """
    }

    @Test(arguments: [
        "jobs: {a: {phases: [{phase: Pending, at: 0, within: 1}, {phase: Running, at: 2, within: 1.2}, "
            + "{phase: Completed, at: 7, within: 1.2}], final: {retryCount: 0}}}",
        "jobs: {a: {phases: [{phase: Pending, at: 0, within: 1}, {phase: Completed, at: 7, within: 1.2}], "
            + "unlistedShorterThan: 5}}",
        "podGroups: {a: [{phases: [{phase: Inqueue, at: 1, within: 1}, {phase: Running, at: 3, within: 1.2}, "
            + "{phase: gone, at: 7, within: 1.2}]}]}",
        "running: {a: [[0, 0.9, 0], [2.3, 5.9, 2], [8, 20, 0]]}",
        "pods: {a: [{count: 2, task: w, start: 2, end: 7, how: Succeeded, within: 1.2}]}",
        "evicted: {a: 0}", "neverReached: {a: Failed}", "nodesUsed: {a: [n0]}", "podsPerNode: {a: [2]}",
        "queues: {q: [{phase: Open, at: 0, within: 1}]}",
    ])
    func rightExpectationsPass(_ expect: String) throws {
        #expect(try CaseFolder.outcome(Self.text(expect: expect)) == .passed)
    }

    @Test(arguments: [
        "jobs: {a: {phases: [{phase: Pending, at: 0, within: 1}, {phase: Running, at: 2, within: 1.2}]}}",
        "jobs: {a: {phases: [{phase: Pending, at: 0, within: 1}, {phase: Completed, at: 7, within: 2}], "
            + "unlistedShorterThan: 3}}",
        "jobs: {b: {phases: [{phase: Pending, at: 0, within: 1}]}}",
        "podGroups: {a: [{phases: []}, {phases: []}]}", "running: {a: [[2, 9, 2]]}",
        "pods: {a: [{count: 1, start: 2, end: 7, how: Succeeded, within: 1.2}]}",
        "pods: {a: [{count: 2, start: 2, end: 7, how: Failed, within: 1.2}]}", "evictedAtLeast: {a: 1}",
        "neverReached: {a: Completed}", "nodesUsed: {a: [n1]}", "podsPerNode: {a: [1, 1]}",
        "queues: {q: [{phase: Closed, at: 0, within: 1}]}", "jobFlows: {f: [{phase: Pending, at: 0, within: 1}]}",
    ])
    func wrongExpectationsFail(_ expect: String) throws {
        guard case .failed(let lines) = try CaseFolder.outcome(Self.text(expect: expect)) else {
            Issue.record("\(expect) passed")
            return
        }
        #expect(lines.count > 1 && lines[0].hasPrefix("under 5 of 5 phases of the scheduler's clock, first 0:"))
    }

    @Test func differencesComeInTheOrderOfTime() throws {
        let expect = "{neverReached: {a: Completed}, evictedAtLeast: {a: 1}, running: {a: [[2.3, 5, 1]]}}"
        guard case .failed(let lines) = try CaseFolder.outcome(Self.text(expect: expect)) else {
            Issue.record("passed")
            return
        }
        #expect(lines[1] == "at 2.3 running pods of a: expected 1 from 2.3 to 5.0, got 2")
        #expect(lines.last == "at 20.0 evicted pods of a: expected at least 1, got 0")
    }

    @Test func operationsArePlayed() throws {
        let timeline = """
            - {at: 4, delete: {kind: Pod, name: a-w-0}}
            - {at: 8, scale: {job: a, task: 0, replicas: 3}}
            - {at: 9, patch: {kind: Node, name: n0, merge: {status: {allocatable: {cpu: '6'}}}}}
            - {at: 12, podStatus: {name: a-w-1, phase: Failed, exitCode: 3}}
            - {at: 14, command: {target: {kind: Queue, name: q}, action: CloseQueue}}
            """
        let expect = """
            {pods: {a: [{count: 1, start: 2, end: 4, how: Deleted, within: 1.2},
                        {count: 1, start: 2, end: 12, how: Failed, within: 1.2},
                        {count: 1, start: 4.6, within: 1.2}, {count: 1, start: 9.7, within: 1.2}]},
             queues: {q: [{phase: Open, at: 0, within: 1}, {phase: Closed, at: 14, within: 1}]}}
            """
        let flat = expect.split(separator: "\n").joined(separator: " ")
        let text = Self.text(timeline: timeline, expect: flat, run: "{match: {pod: none}}")
        let outcome = try CaseFolder.outcome(text)
        #expect(outcome == .passed)
    }

    @Test func aRefusalIsExpectedInTheWebhooksWords() throws {
        let job = "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: b}, spec: {tasks: []}}"
        let expect = "neverReached: {a: Failed}"
        let wrong = Self.text(timeline: "- {at: 1, create: [\(job)], rejected: no}", expect: expect)
        guard case .failed(let lines) = try CaseFolder.outcome(wrong) else {
            Issue.record("passed")
            return
        }
        let message = lines[1].split(separator: ", got ", maxSplits: 1).last.map(String.init) ?? ""
        #expect(message.contains("validatejob.volcano.sh"))
        let right = Self.text(timeline: "- {at: 1, create: [\(job)], rejected: \"\(message)\"}", expect: expect)
        #expect(try CaseFolder.outcome(right) == .passed)
    }

    @Test(arguments: [
        "evicted: {a: many}", "running: {a: [[0, 1]]}", "pods: {a: [{count: -1}]}", "pods: {a: [{count: 1000000000}]}",
        "phases: {}",
    ])
    func whatCannotBeReadIsNotPassedOver(_ expect: String) throws {
        #expect(try CaseFolder.outcome(Self.text(expect: expect)) != .passed)
    }

    @Test(arguments: [
        "- {at: -5, delete: {kind: Pod, name: x}}", "- {at: 1e300, delete: {kind: Job, name: a}}",
    ])
    func oddTimesDoNoHarm(_ timeline: String) throws {
        #expect(try CaseFolder.outcome(Self.text(timeline: timeline, expect: "evicted: {a: 0}")) == .passed)
    }
}
