import KubernetesObjects
import Testing

@testable import Scheduling

/// The plugin `predicates` in a session (reference section 9.14).
@Suite struct PredicatesPluginTests {
    private static let world = """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: q}, spec: {weight: 1}, status: {state: Open}}
        - {apiVersion: v1, kind: Node, metadata: {name: n1, labels: {kubernetes.io/hostname: n1}}, status: {allocatable: {cpu: '8', memory: 16Gi, pods: '1'}}}
        - {apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: g, namespace: ns}, spec: {queue: q, minMember: 1}, status: {phase: Inqueue}}
        - {apiVersion: v1, kind: Pod, metadata: {name: r, namespace: ns, annotations: {scheduling.k8s.io/group-name: g}}, spec: {nodeName: n1, containers: [{name: c, ports: [{containerPort: 80, hostPort: 80}]}]}, status: {phase: Running}}
        - {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: ns, annotations: {scheduling.k8s.io/group-name: g}}, spec: {containers: [{name: c, ports: [{containerPort: 80, hostPort: 80}]}]}, status: {phase: Pending}}

        """

    private func session(_ arguments: PluginArguments = PluginArguments()) throws -> VolcanoSession {
        let scene = try KubernetesScene(Self.world)
        let option = PluginOption(name: "predicates", arguments: arguments)
        return VolcanoSession(
            ClusterSnapshot(scene.objects), configuration: VolcanoConfiguration(actions: [], tiers: [[option]]),
            now: Timestamp(nanoseconds: 0), tieRule: .lowestName)
    }

    private func task(_ name: String, _ session: VolcanoSession) throws -> TaskRef {
        try #require(session.snapshot.taskIndex["ns/" + name])
    }

    @Test func plainRefusalsAreCollected() throws {
        let session = try session()
        let task = try task("p", session)
        #expect(session.prePredicate(task) == nil)
        #expect(
            session.predicate(task, NodeRef(0)).map(\.reason) == [
                "node(s) pod number exceeded", "node(s) didn't have free ports for the requested pod ports",
            ])
    }

    @Test func withoutPrePredicateTheFiltersFail() throws {
        let session = try session()
        let refusals = session.predicate(try task("p", session), NodeRef(0))
        #expect(refusals.last?.code == .error)
        #expect(refusals.last?.reason == "reading \"PreFilterNodePorts\" from cycleState: not found")
    }

    @Test func switchedOffFiltersAreNotAsked() throws {
        let session = try session(PluginArguments(["predicate.NodePortsEnable": false]))
        let task = try task("p", session)
        #expect(session.prePredicate(task) == nil)
        #expect(session.predicate(task, NodeRef(0)).map(\.reason) == ["node(s) pod number exceeded"])
    }

    /// Upstream's allocation handler reserves volumes first, which fails for a pod that no pre-filter has seen.
    @Test func anEvictionTakenBackDoesNotBringThePodBackForFilters() throws {
        let session = try session()
        let (pending, running) = (try task("p", session), try task("r", session))
        let statement = VolcanoStatement(session)
        statement.evict(running)
        statement.discard()
        #expect(session[running].status == .running)
        #expect(session.prePredicate(pending) == nil)
        #expect(session.predicate(pending, NodeRef(0)).isEmpty)
    }

    @Test func aBindThatTheNodeHasNoSlotForIsRefused() throws {
        let session = try session()
        let (pending, running) = (try task("p", session), try task("r", session))
        let statement = VolcanoStatement(session)
        statement.evict(running)
        statement.discard()
        #expect(session.prePredicate(pending) == nil)
        let isBound = session.allocate(pending, on: NodeRef(0))
        #expect(!isBound)
        #expect(session[pending].status == .allocated)
        #expect(session.binds.isEmpty)
    }
}
