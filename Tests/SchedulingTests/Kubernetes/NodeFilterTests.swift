import KubernetesObjects
import Testing

@testable import Scheduling

private typealias Scene = KubernetesScene

@Suite struct NodeFilterTests {
    @Test func everyShortResourceIsNamedAndPodSlotsCount() throws {
        let busy = (1...10).map { Scene.pod("r\($0)", "nodeName: n1, containers: [{name: c}]") }.joined()
        let big = "containers: [{name: c, resources: {requests: {cpu: '9', memory: 1Gi, nvidia.com/gpu: '5'}}}]"
        let scene = try Scene(Scene.nodes(2) + busy + Scene.pod("p", big) + Scene.pod("empty"))
        let refusals = try scene.refusals(of: "p")
        #expect(refusals["n1"] == "Too many pods, Insufficient cpu, Insufficient nvidia.com/gpu")
        #expect(refusals["n2"] == "Insufficient cpu, Insufficient nvidia.com/gpu")
        #expect(try scene.fits("empty") == ["n2"])
    }

    @Test func preemptionCannotHelpARequestBeyondTheWholeNode() throws {
        let busy = Scene.pod("r", "nodeName: n1, containers: [{name: c, resources: {requests: {cpu: '8'}}}]")
        let small = "containers: [{name: c, resources: {requests: {cpu: '1'}}}]"
        let large = "containers: [{name: c, resources: {requests: {cpu: '9'}}}]"
        let scene = try Scene(Scene.nodes(1) + busy + Scene.pod("small", small) + Scene.pod("large", large))
        let node = scene.cluster.nodes[0]
        #expect(NodeResourcesFit.filter(try scene.pod("small"), node).code == .unschedulable)
        #expect(NodeResourcesFit.filter(try scene.pod("large"), node).code == .unschedulableAndUnresolvable)
    }

    @Test func initContainersAndSidecarsCountBesideEachOther() throws {
        let spec = """
            containers: [{name: c, resources: {requests: {cpu: '2'}}}], initContainers: [
              {name: s, restartPolicy: Always, resources: {requests: {cpu: '1'}}},
              {name: i, resources: {requests: {cpu: '4'}}}]
            """
        let scene = try Scene(Scene.nodes(1) + Scene.pod("p", spec))
        let pod = try scene.pod("p")
        #expect(pod.traits.requests.milliCPU == 5000)
        #expect(pod.traits.nonZeroMemory == 400 << 20)
    }

    @Test func cordonIsToleratedAsATaint() throws {
        let tolerant = """
            containers: [{name: c}], tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}]
            """
        let scene = try Scene(
            Scene.nodes(1, spec: "unschedulable: true") + Scene.pod("p") + Scene.pod("daemon", tolerant))
        #expect(try scene.refusals(of: "p")["n1"] == "node(s) were unschedulable")
        #expect(try scene.fits("daemon") == ["n1"])
    }

    @Test func hostPortsCollideByAddressAndProtocol() throws {
        func port(_ text: String) -> String {
            "containers: [{name: c, ports: [{containerPort: 80, hostPort: 80\(text)}]}]"
        }
        let scene = try Scene(
            Scene.nodes(1) + Scene.pod("r", "nodeName: n1, " + port(", hostIP: 10.0.0.1"))
                + Scene.pod("any", port("")) + Scene.pod("other", port(", hostIP: 10.0.0.2"))
                + Scene.pod("udp", port(", protocol: UDP")))
        #expect(try scene.refusals(of: "any")["n1"] == "node(s) didn't have free ports for the requested pod ports")
        #expect(try scene.fits("other") == ["n1"])
        #expect(try scene.fits("udp") == ["n1"])
    }

    @Test func affinityToANodeNameNarrowsTheSearch() throws {
        let named = """
            containers: [{name: c}], affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n2]}]}]}}}
            """
        let scene = try Scene(Scene.nodes(3) + Scene.pod("p", named))
        #expect(try scene.fits("p") == ["n2"])
        #expect(try scene.refusals(of: "p")["n1"] == "node(s) didn't satisfy plugin(s) [NodeAffinity]")
    }

    @Test func firstPodOfAGroupThatWantsToBeTogetherMayGoAnywhere() throws {
        let together = """
            containers: [{name: c}], affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [
              {labelSelector: {matchLabels: {app: a}}, topologyKey: kubernetes.io/hostname}]}}
            """
        let own = Scene.pod("own", together, metadata: "labels: {app: a}")
        let foreign = Scene.pod("foreign", together, metadata: "labels: {app: b}")
        var scene = try Scene(Scene.nodes(2) + own + foreign)
        #expect(try scene.fits("own") == ["n1", "n2"])
        #expect(try scene.fits("foreign") == [])
        let running = Scene.pod("r", "nodeName: n2, containers: [{name: c}]", metadata: "labels: {app: a}")
        scene = try Scene(Scene.nodes(2) + own + foreign + running)
        #expect(try scene.fits("own") == ["n2"])
        #expect(try scene.fits("foreign") == ["n2"])
    }

    @Test func namespaceSelectorOfATermFindsNamespacesByLabel() throws {
        let namespaces = """
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: other, labels: {team: x}}

            """
        let running = Scene.pod("r", "nodeName: n1, containers: [{name: c}]", metadata: "labels: {app: a}")
            .replacing("namespace: ns", with: "namespace: other")
        func apart(_ more: String) -> String {
            """
            containers: [{name: c}], affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [
              {labelSelector: {matchLabels: {app: a}}, topologyKey: kubernetes.io/hostname\(more)}]}}
            """
        }
        let scene = try Scene(
            namespaces + Scene.nodes(2) + running + Scene.pod("here", apart(""))
                + Scene.pod("team", apart(", namespaceSelector: {matchLabels: {team: x}}"))
                + Scene.pod("all", apart(", namespaceSelector: {}")))
        #expect(try scene.fits("here") == ["n1", "n2"])
        #expect(try scene.fits("team") == ["n2"])
        #expect(try scene.fits("all") == ["n2"])
    }

    @Test func antiAffinityOfRunningPodsIsFollowedWhenPodsMove() throws {
        let apart = """
            nodeName: n1, containers: [{name: c}], affinity: {podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                {labelSelector: {matchLabels: {app: a}}, topologyKey: kubernetes.io/hostname}]}}
            """
        let scene = try Scene(
            Scene.nodes(1) + Scene.pod("r", apart) + Scene.pod("p", metadata: "labels: {app: a}"))
        var cycle = CycleState(try scene.pod("p"), in: scene.cluster)
        var node = scene.cluster.nodes[0]
        #expect(cycle.status(on: node, in: scene.cluster).reasons == [.existingPodAntiAffinity])
        let running = try scene.pod("r")
        node.remove(running.id)
        cycle.removePod(running, from: node, in: scene.cluster)
        #expect(cycle.status(on: node, in: scene.cluster).isSuccess)
        node.add(running)
        cycle.addPod(running, to: node, in: scene.cluster)
        #expect(cycle.status(on: node, in: scene.cluster).code == .unschedulable)
    }

    @Test func tooFewDomainsMakeTheGlobalMinimumZero() throws {
        func spread(_ more: String) -> String {
            """
            containers: [{name: c}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname,
              whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: a}}\(more)}]
            """
        }
        let running = (1...2).map {
            Scene.pod("r\($0)", "nodeName: n\($0), containers: [{name: c}]", metadata: "labels: {app: a}")
        }.joined()
        let scene = try Scene(
            Scene.nodes(2) + running + Scene.pod("p", spread(""), metadata: "labels: {app: a}")
                + Scene.pod("wide", spread(", minDomains: 3"), metadata: "labels: {app: a}"))
        #expect(try scene.fits("p") == ["n1", "n2"])
        #expect(try scene.fits("wide") == [])
    }

    @Test func spreadNeedsTheTopologyLabelAndIgnoresPodsBeingDeleted() throws {
        let spread = """
            containers: [{name: c}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone,
              whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: a}}}]
            """
        let deleted = "labels: {app: a}, deletionTimestamp: '2026-01-01T00:00:00Z'"
        let scene = try Scene(
            Scene.nodes(1, labels: "zone: x")
                + Scene.pod("r", "nodeName: n1, containers: [{name: c}]", metadata: deleted)
                    + """
                    ---
                    apiVersion: v1
                    kind: Node
                    metadata: {name: bare}
                    status: {allocatable: {cpu: '8', memory: 16Gi, pods: '10'}}

                    """ + Scene.pod("p", spread, metadata: "labels: {app: a}"))
        let refusals = try scene.refusals(of: "p")
        #expect(refusals["n1"] == "")
        #expect(
            refusals["bare"] == "node(s) didn't match pod topology spread constraints (missing required label)")
    }
}
