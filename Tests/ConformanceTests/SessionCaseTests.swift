import Testing

@testable import Conformance

@Suite struct SessionCaseTests {
    @Test(arguments: [
        "bindCount: 1", "evict: []", "evictCount: 0", "pipelined: {}", "podGroupPhase: {c1/pg1: Inqueue}",
        "taskStatusCount: {c1/pg1: {Binding: 1}}",
        "allocated: {c1/pg1: {milliCPU: 1000, memory: 1073741824, scalars: {pods: 1}}}",
        "allocated: {q1: {milliCPU: 1000, memory: 1073741824, scalars: {pods: 1}}}",
    ])
    func rightExpectationsPass(_ expect: String) throws {
        #expect(try CaseFolder.outcome(CaseText.twoNodes(expect: expect)) == .passed)
    }

    @Test(arguments: [
        ("bindCount: 2", "bindCount: expected 2, got 1"), ("evict: [c1/p1]", "evict: expected [c1/p1], got []"),
        ("evictCount: 1", "evictCount: expected 1, got 0"),
        ("pipelined: {c1/p1: n1}", "pipelined c1/p1: expected n1, got nothing"),
        ("pipelinedJobs: {c1/pg1: [n1]}", "pipelined nodes of c1/pg1: expected some of [n1], got []"),
        ("podGroupPhase: {c1/pg1: Running}", "phase c1/pg1: expected Running, got Inqueue"),
        ("podGroupPhase: {c1/pg9: Running}", "phase c1/pg9: expected Running, got no such job"),
        ("taskStatusCount: {c1/pg1: {Binding: 2}}", "tasks of c1/pg1 Binding: expected 2, got 1"),
        (
            "allocated: {q1: {milliCPU: 5}}",
            "allocated q1: expected cpu 5, memory 0, got cpu 1000, memory 1073741824, pods 1"
        ),
        ("bind: {c1/p1: n1, c1/p2: n1}", "bind c1/p2: expected n1, got nothing"),
    ])
    func wrongExpectationsFail(_ expect: String, _ line: String) throws {
        let text = CaseText.twoNodes(scheduler: "tieBreak: lowest-name", expect: expect)
        #expect(try CaseFolder.outcome(text) == .failed([line]))
    }

    @Test func aCaseThatHangsOnATieNeedsTheRule() throws {
        let expect = "bind: {c1/p1: n1}"
        let ruled = CaseText.twoNodes(scheduler: "tieBreak: lowest-name", expect: expect)
        #expect(try CaseFolder.outcome(ruled) == .passed)
        guard case .failed(let lines) = try CaseFolder.outcome(CaseText.twoNodes(expect: expect), seeds: 20) else {
            Issue.record("the pod went to n1 under twenty seeds")
            return
        }
        #expect(lines[0].hasPrefix("under ") && lines[1] == "bind c1/p1: expected n1, got n2")
    }

    @Test(arguments: [
        (("scheduler", "tieBrake: lowest-name"), "key scheduler.tieBrake"),
        (("scheduler", "tieBreak: highest-name"), "tieBreak highest-name"),
        (("expect", "bindings: 1"), "key expect.bindings"),
        (("expect", "preemptable: {candidates: [], victims: [], who: c1/p1}"), "key expect.preemptable.who"),
        (("more", "weather: fine"), "key weather"),
        (("more", "preState: {frozen: true}"), "key preState.frozen"),
        (("more", "testPlugins: {x: {dances: true}}"), "key testPlugins.x.dances"),
    ])
    func unknownKeysAreUnsupported(_ addition: (place: String, text: String), _ what: String) throws {
        let text = CaseText.twoNodes(
            scheduler: addition.place == "scheduler" ? addition.text : "",
            expect: addition.place == "expect" ? addition.text : "bindCount: 1",
            more: addition.place == "more" ? addition.text : "")
        #expect(try CaseFolder.outcome(text) == .unsupported(what))
    }

    @Test func unknownPluginsAndActionsAreUnsupported() throws {
        let text = CaseText.twoNodes(expect: "bindCount: 1")
        #expect(
            try CaseFolder.outcome(text.replacing("name: gang", with: "name: gong")) == .unsupported("plugin gong"))
        #expect(
            try CaseFolder.outcome(text.replacing("\"allocate\"", with: "\"elect\"")) == .unsupported("action elect"))
    }

    @Test func testPluginsDoWhatTheCaseSays() throws {
        let text = CaseText.twoNodes(
            expect: "enqueueable: {c1/pg1: false}", more: "testPlugins: {gang: {rejectEnqueue: [pg1]}}")
        #expect(try CaseFolder.outcome(text.replacing("\"allocate\"", with: "\"\"")) == .passed)
    }

    @Test func cyclesContinueWhereTheLastEnded() throws {
        let more = """
            cycles:
              - {actions: allocate, expect: {bindCount: 1}}
              - addObjects:
                  - {apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: pg2, namespace: c1}, spec: {queue: q1, minMember: 1}, status: {phase: Inqueue}}
                  - {apiVersion: v1, kind: Pod, metadata: {name: p2, namespace: c1, annotations: {scheduling.k8s.io/group-name: pg2}}, spec: {containers: [{resources: {requests: {cpu: '4'}}}]}, status: {phase: Pending}}
                expect: {bindCount: 1, taskStatusCount: {c1/pg1: {Binding: 1}, c1/pg2: {Binding: 1}}}
            """
        let text = CaseText.twoNodes(expect: "", more: more).replacing("expect:\n  ", with: "")
        #expect(try CaseFolder.outcome(text) == .passed)
        let wrong = text.replacing("{c1/pg1: {Binding: 1}", with: "{c1/pg1: {Bound: 1}")
        guard case .failed(let lines) = try CaseFolder.outcome(wrong, seeds: 1) else {
            Issue.record("the pod bound in cycle 0 is not Bound")
            return
        }
        #expect(lines.contains("cycle 1 tasks of c1/pg1 Bound: expected 1, got 0"))
    }
}
