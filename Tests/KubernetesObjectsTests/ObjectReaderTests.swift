import Configuration
import KubernetesObjects
import Quantities
import Testing

/// The objects of a text.
func objects(_ text: String) throws -> ObjectSet {
    var reader = ObjectReader()
    try reader.read(SourceText(name: "dump.yaml", text: text))
    return reader.objects
}

/// The findings of a text that is wrong.
func findings(_ text: String) -> [String] {
    do {
        _ = try objects(text)
        return []
    } catch let error as InvalidInput {
        return error.diagnostics.map(\.description)
    } catch {
        return ["\(error)"]
    }
}

@Test func aPodOfADumpIsReadWithItsExtraFieldsIgnored() throws {
    let pod = try #require(
        objects(
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: trainer-0
              namespace: ml
              uid: 3f0e8a54-0000-4000-8000-000000000001
              creationTimestamp: "2026-01-01T09:00:15Z"
              generateName: trainer-
              labels: {app: trainer, volcano.sh/task-spec: worker}
              annotations:
                scheduling.k8s.io/group-name: pg1
                kubectl.kubernetes.io/last-applied-configuration: |
                  {"a": 1}
              ownerReferences:
              - {apiVersion: batch/v1, kind: Job, name: trainer, uid: j1, controller: true, blockOwnerDeletion: true}
            spec:
              priority: 10
              nodeName: n1
              serviceAccountName: default
              containers:
              - name: c
                image: repo/image:1
                env: [{name: A, value: b}]
                resources: {requests: {cpu: 2, memory: 1Gi, nvidia.com/gpu: "1"}, limits: {nvidia.com/gpu: "1"}}
                ports: [{containerPort: 80, hostPort: 8080, protocol: TCP}]
              initContainers:
              - {name: sidecar, restartPolicy: Always}
              nodeSelector: {zone: a}
              tolerations: [{key: dedicated, operator: Equal, value: batch, effect: NoSchedule}]
              volumes:
              - {name: data, persistentVolumeClaim: {claimName: claim}}
              - {name: scratch, emptyDir: {}}
              - {name: own, ephemeral: {volumeClaimTemplate: {}}}
              - {name: token, projected: {sources: []}}
              schedulingGates: [{name: wait}]
              affinity:
                nodeAffinity:
                  requiredDuringSchedulingIgnoredDuringExecution:
                    nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a, b]}]}]
                podAntiAffinity:
                  preferredDuringSchedulingIgnoredDuringExecution:
                  - {weight: 7, podAffinityTerm: {topologyKey: zone, labelSelector: {matchLabels: {app: x}}}}
            status:
              phase: Running
              startTime: "2026-01-01T09:00:16Z"
              conditions: [{type: PodScheduled, status: "True", lastProbeTime: null}]
              containerStatuses:
              - {name: c, ready: true, restartCount: 2, state: {terminated: {exitCode: 137}}}
            """
        ).pods.first)
    #expect(pod.metadata.key == "ml/trainer-0")
    #expect(pod.metadata.annotations == ["scheduling.k8s.io/group-name": "pg1"])
    #expect(pod.metadata.creationTimestamp == Timestamp("2026-01-01T09:00:15Z"))
    #expect(pod.metadata.ownerReferences.first?.isController == true)
    #expect(
        pod.spec.containers[0].resources.requests == [
            "cpu": .init(2), "memory": .init(1 << 30), "nvidia.com/gpu": .init(1),
        ])
    #expect(pod.spec.containers[0].ports[0].hostPort == 8080)
    #expect(pod.spec.initContainers[0].restartPolicy == "Always")
    #expect(pod.spec.volumes.map(\.claimName) == ["claim", "", "trainer-0-own"])
    #expect(pod.spec.schedulingGates == ["wait"])
    #expect(pod.spec.affinity?.requiredNodeTerms?.first?.matchExpressions.first?.values == ["a", "b"])
    #expect(pod.spec.affinity?.preferredPodAntiAffinity.first?.weight == 7)
    #expect(pod.status.condition("PodScheduled")?.status == "True")
    #expect(pod.status.containerStatuses.first?.exitCode == 137)
}

@Test func volcanoObjectsAreRead() throws {
    let set = try objects(
        """
        apiVersion: scheduling.volcano.sh/v1beta1
        kind: Queue
        metadata: {name: q1, annotations: {volcano.sh/hierarchy: root/a}}
        spec:
          weight: 3
          reclaimable: false
          priority: 5
          parent: root
          capability: {cpu: "10"}
          deserved: {cpu: "5"}
          guarantee: {resource: {cpu: "1"}}
          affinity: {nodeGroupAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [g1]}}
        status: {state: Open, pending: 3, reservation: {}, allocated: {cpu: 500m}}
        ---
        apiVersion: scheduling.volcano.sh/v1beta1
        kind: PodGroup
        metadata: {name: pg, namespace: ns}
        spec:
          minMember: 2
          minTaskMember: {worker: 1, ? '' : 1}
          minResources: {cpu: "2"}
          queue: q1
          networkTopology: {mode: hard, highestTierAllowed: 2}
          subGroupPolicy: [{name: s, labelSelector: {matchLabels: {a: b}}, matchLabelKeys: [k], subGroupSize: 2, minSubGroups: 1}]
        status: {phase: Inqueue, conditions: [{type: Unschedulable, transitionID: x}]}
        ---
        apiVersion: topology.volcano.sh/v1alpha1
        kind: HyperNode
        metadata: {name: s0}
        spec:
          tier: 1
          tierName: leaf
          members:
          - {type: Node, selector: {exactMatch: {name: n1}}}
          - {type: Node, selector: {regexMatch: {pattern: "^n[0-9]$"}}}
          - {type: Node, selector: {labelMatch: {matchLabels: {rack: a}}}}
        status: {nodeCount: 3}
        ---
        apiVersion: nodeinfo.volcano.sh/v1alpha1
        kind: Numatopology
        metadata: {name: n1}
        spec:
          policies: {CPUManagerPolicy: static}
          numares: {cpu: {allocatable: 0-3, capacity: 4}}
          cpuDetail: {"0": {numa: 1, socket: 0, core: 2}}
        """)
    let queue = try #require(set.queues.first)
    #expect(queue.weight == 3 && queue.reclaimable == false && queue.priority == 5 && queue.parent == "root")
    #expect(queue.guarantee["cpu"] == .init(1) && queue.allocated["cpu"] == .init(milli: 500))
    #expect(queue.affinity?.requiredGroups == ["g1"])
    let group = try #require(set.podGroups.first)
    #expect(group.minTaskMember == ["worker": 1, "": 1] && group.minResources == ["cpu": .init(2)])
    #expect(group.networkTopology?.highestTierAllowed == 2)
    #expect(group.subGroupPolicy.first?.matchLabelKeys == ["k"] && group.phase == "Inqueue")
    let members = try #require(set.hyperNodes.first).members
    #expect(members[0].exactMatch == "n1" && members[1].regexMatch == "^n[0-9]$")
    #expect(members[2].labelMatch?.matchLabels == ["rack": "a"])
    let topology = try #require(set.numatopologies.first)
    #expect(topology.resources["cpu"]?.capacity == 4 && topology.cpuDetail["0"]?.core == 2)
}

@Test func listsAreReadWhateverTheOrderOfTheirKeys() throws {
    let node = "{apiVersion: v1, kind: Node, metadata: {name: n}, status: {allocatable: {cpu: 4}}}"
    let texts = [
        "apiVersion: v1\nitems: [\(node)]\nkind: List\nmetadata: {resourceVersion: ''}",
        "kind: NodeList\napiVersion: v1\nitems: [{metadata: {name: n}, status: {allocatable: {cpu: 4}}}]",
        "items: [{metadata: {name: n}, status: {capacity: {cpu: 4}}}]\nkind: NodeList\napiVersion: v1",
        "[\(node)]", "# nothing\n---\n\(node)\n---\n",
        #"{"apiVersion": "v1", "items": [{"status": {"allocatable": {"cpu": "4"}}, "metadata": {"name": "n"}, "kind": "Node"}], "kind": "List"}"#,
    ]
    let expected = try objects(node)
    #expect(expected.nodes.first?.capacity["cpu"] == .init(4))
    for text in texts { #expect(try objects(text) == expected, "\(text)") }
}

@Test func otherKindsAreSkippedAndCounted() throws {
    var reader = ObjectReader()
    try reader.read(
        SourceText(
            name: "dump.yaml",
            text: """
                - {apiVersion: v1, kind: Service, metadata: {name: a}}
                - {apiVersion: scheduling.run.ai/v1, kind: Queue, spec: {anything: 1}}
                - {apiVersion: v1, kind: Service, spec: [1, {a: b}]}
                - {apiVersion: v1, kind: Namespace, metadata: {name: ns, labels: {a: b}}}
                """))
    #expect(reader.skipped.map(\.kind) == ["Queue", "Service"] && reader.skipped.map(\.count) == [1, 2])
    #expect(reader.objects.namespaces.map(\.metadata.labels) == [["a": "b"]])
}

@Test func whatIsWrongIsToldWithItsPlace() {
    #expect(
        findings(
            "apiVersion: scheduling.volcano.sh/v1beta1\nkind: PodGroup\nmetadata: {name: a}\nspec:\n  minMembr: 3\n")
            == [
                "dump.yaml:5:3: spec: unknown key \"minMembr\" in the spec of a PodGroup; did you mean \"minMember\"?"
            ])
    #expect(
        findings("- kind: Pod\n  metadata: {name: a}\n  spec: {priority: high, nodeName: 5}\n- metadata: {}\n") == [
            "dump.yaml:3:20: [0].spec.priority: expected a whole number, found the string \"high\"",
            "dump.yaml:3:36: [0].spec.nodeName: expected a string, found the number 5; put it in quotes",
            "dump.yaml:4:3: [1]: an object needs kind, such as \"Pod\", and apiVersion",
        ])
    #expect(
        findings("kind: Node\nmetadata: {name: a}\nstatus: {allocatable: {cpu: 4x, nvidia.com/gpu: {}}}")[1]
            == "dump.yaml:3:49: status.allocatable[\"nvidia.com/gpu\"]: expected a quantity such as 500m, 8 or 16Gi, found a mapping"
    )
    #expect(
        findings("kind: Node\nmetadata: {name: a}\nspec: {taints: [{key: a, effect: NoShedule}]}") == [
            "dump.yaml:3:34: spec.taints[0].effect: expected one of NoSchedule, PreferNoSchedule, NoExecute, found \"NoShedule\"; did you mean \"NoSchedule\"?"
        ])
    #expect(
        findings("apiVersion: scheduling.volcano.sh/v1beta1\nkind: Podgroup\nmetadata: {name: a}\n") == [
            "dump.yaml:1:1: unknown kind \"Podgroup\" of scheduling.volcano.sh; did you mean \"PodGroup\"?"
        ])
    #expect(findings("kind: Queue\nspec: {weight: 1}\n") == ["dump.yaml:1:1: a Queue needs metadata.name: a string"])
    #expect(
        findings("just a text\n") == [
            "dump.yaml:1:1: expected an object with apiVersion and kind, found the string \"just a text\""
        ])
}

@Test func readingStopsAfterAHundredFindings() {
    let pods = String(repeating: "- {kind: Pod, metadata: {name: 1}}\n", count: 300)
    #expect(findings(pods).count == ObjectReaderLimits.findings)
}

private enum ObjectReaderLimits { static let findings = 100 }

@Test func objectsOfALargerDocumentKeepTheirPlaces() throws {
    let node = try YAMLReader.document(
        in: SourceText(
            name: "case.yaml", text: "objects:\n  - {kind: Node, metadata: {name: a}, spec: {unschedulable: maybe}}\n"))
    var reader = ObjectReader()
    let error = #expect(throws: InvalidInput.self) { try reader.add(node["objects"] ?? node, path: "objects") }
    #expect(
        error?.description
            == "case.yaml:2:61: objects[0].spec.unschedulable: expected true or false, found the string \"maybe\"")
    #expect(reader.objects == ObjectSet())
}

@Test func theOtherKindsOfADumpAreRead() throws {
    let set = try objects(
        """
        - {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000, globalDefault: true}
        - apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: {name: b, namespace: ns}
          spec: {minAvailable: 1, selector: {matchExpressions: [{key: a, operator: Exists}]}}
          status: {disruptionsAllowed: 2, disruptedPods: {p: "2026-01-01T00:00:00Z"}}
        - apiVersion: v1
          kind: ResourceQuota
          metadata: {name: q, namespace: ns}
          spec: {hard: {pods: 5}, scopes: [BestEffort], scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [x]}]}}
          status: {hard: {pods: 5}, used: {pods: 1}}
        - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ns}, spec: {storageClassName: fast, resources: {requests: {storage: 1Gi}}}, status: {phase: Bound}}
        - apiVersion: v1
          kind: PersistentVolume
          metadata: {name: v}
          spec:
            capacity: {storage: 1Gi}
            claimRef: {namespace: ns, name: c}
            csi: {driver: d, volumeHandle: h}
            nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}
        - apiVersion: storage.k8s.io/v1
          kind: StorageClass
          metadata: {name: fast}
          provisioner: p
          volumeBindingMode: WaitForFirstConsumer
          allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a]}]}]
        - {apiVersion: storage.k8s.io/v1, kind: CSINode, metadata: {name: n}, spec: {drivers: [{name: d, allocatable: {count: 3}}, {name: e}]}}
        - apiVersion: resource.k8s.io/v1
          kind: ResourceClaim
          metadata: {name: rc, namespace: ns}
          spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu, count: 2, selectors: [{cel: {expression: "true"}}]}}]}}
          status:
            reservedFor: [{resource: pods, name: p, uid: u}]
            allocation:
              devices: {results: [{request: r, driver: d, pool: n1, device: g0}]}
              nodeSelector: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]}
        - {apiVersion: resource.k8s.io/v1beta1, kind: ResourceClaimTemplate, metadata: {name: t, namespace: ns}, spec: {spec: {devices: {requests: [{name: r, deviceClassName: gpu}]}}}}
        - {apiVersion: resource.k8s.io/v1, kind: ResourceSlice, metadata: {name: s}, spec: {driver: d, nodeName: n1, pool: {name: n1}, devices: [{name: g0, capacity: {memory: {value: 80Gi}}}]}}
        - {apiVersion: resource.k8s.io/v1, kind: DeviceClass, metadata: {name: gpu}, spec: {selectors: [{cel: {expression: "x"}}]}}
        """)
    #expect(set.priorityClasses.first?.value == 1000 && set.priorityClasses.first?.globalDefault == true)
    #expect(set.disruptionBudgets.first?.disruptionsAllowed == 2 && set.disruptionBudgets.first?.disruptedPods == ["p"])
    #expect(set.resourceQuotas.first?.scopeSelector.first?.key == "PriorityClass")
    #expect(set.volumes.claims.first?.requests["storage"] == .init(1 << 30))
    #expect(set.volumes.volumes.first?.claim == "ns/c" && set.volumes.volumes.first?.csiDriver == "d")
    #expect(set.volumes.classes.first?.allowedTopologies.first?.matchExpressions.first?.operator == "In")
    #expect(set.volumes.csiNodes.first?.attachLimits == ["d": 3, "e": nil])
    #expect(set.devices.claims.first?.requests.first?.count == 2 && set.devices.claims.first?.allocatedNode == "n1")
    #expect(set.devices.claims.first?.requests.first?.selectors == ["true"])
    #expect(set.devices.templates.first?.requests.first?.deviceClassName == "gpu")
    #expect(set.devices.slices.first?.devices.first?.capacity["memory"] == .init(80 << 30))
    #expect(set.devices.classes.first?.selectors == ["x"])
}
