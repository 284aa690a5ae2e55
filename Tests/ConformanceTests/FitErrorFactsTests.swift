import Testing

@testable import Conformance

@Suite struct FitErrorFactsTests {
    static let text =
        "pod group is not ready, 2 Pending, 3 minAvailable; Pending: 1 Schedulable, 1 Unschedulable. Origin reason is "
        + "pg1-worker-2: 0/4 nodes are unavailable: 3 Insufficient cpu, 1 node(s) were unschedulable."

    @Test func factsAreReadFromTheText() {
        let facts = FitErrorFacts(parsing: Self.text)
        #expect(facts.isReady == false)
        #expect(facts.counts == ["Pending": 2, "minAvailable": 3])
        #expect(facts.waiting == ["Schedulable": 1, "Unschedulable": 1])
        #expect(facts.originPod == "pg1-worker-2")
        #expect(facts.nodes == ["0", "4"])
        #expect(facts.causes == ["Insufficient cpu": 3, "node(s) were unschedulable": 1])
        #expect(facts.remarks == [])
    }

    @Test func orderDoesNotMatter() {
        let other = Self.text.replacing("2 Pending, 3 minAvailable", with: "3 minAvailable, 2 Pending")
            .replacing(
                "3 Insufficient cpu, 1 node(s) were unschedulable",
                with: "1 node(s) were unschedulable, 3 Insufficient cpu")
        #expect(ReasonAgreement(recorded: ["a/b": Self.text], ours: ["a/b": other]).differences == [])
    }

    @Test func differencesAreNamed() {
        let other = Self.text.replacing("3 Insufficient cpu", with: "2 Insufficient cpu").replacing(
            "is not ready", with: "is ready")
        let differences = ReasonAgreement(recorded: ["a/b": Self.text], ours: ["a/b": other]).differences
        #expect(
            differences == [
                "a/b ready: expected not ready, got ready", "a/b nodes with Insufficient cpu: expected 3, got 2",
            ])
        #expect(ReasonAgreement(recorded: [:], ours: ["a/b": "x"]).differences == ["a/b: expected no reason, got x"])
        #expect(ReasonAgreement(recorded: ["a/b": "x"], ours: [:]).differences == ["a/b: expected x, got no reason"])
    }

    @Test func hyperNodesAndSentencesAreFactsToo() {
        let facts = FitErrorFacts(
            parsing:
                "pod group is ready, 1 Pending; Pending: 1 Unschedulable. Origin reason is pg1-0: In hyperNode rack1: "
                + "0/2 nodes are unavailable: 2 Insufficient memory.")
        #expect(facts.originHyperNode == "rack1")
        #expect(facts.causes == ["Insufficient memory": 2])
        #expect(FitErrorFacts(parsing: "queue is full").remarks == ["queue is full"])
    }
}
