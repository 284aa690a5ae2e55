import Configuration

/// Random API objects with the fields that a real dump has around those that decide something.
struct RandomDump {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(state: seed) }

    /// A few objects of every kind.
    mutating func world() -> [JSONValue] {
        let makers: [(inout RandomDump, Int) -> JSONValue] = [
            { $0.node($1) }, { $0.pod($1) }, { $0.queue($1) }, { $0.podGroup($1) }, { $0.hyperNode($1) },
            { $0.priorityClass($1) }, { $0.budget($1) }, { $0.quota($1) }, { $0.service($1) }, { $0.claim($1) },
        ]
        var objects: [JSONValue] = []
        for make in makers {
            for index in 0..<random.below(5) { objects.append(make(&self, index)) }
        }
        return objects
    }

    // MARK: - Parts

    private mutating func pick<Element>(_ elements: [Element]) -> Element { elements[random.below(elements.count)] }

    /// Each member with a chance of three in four.
    private mutating func some(_ members: [JSONValue.Member]) -> JSONValue {
        .object(members.filter { _ in random.below(4) > 0 })
    }

    private mutating func text() -> String {
        pick([
            "a", "true", "12", "", "null", "it's", "a \"b\" \\ c", "é 漢", "x: y", "- z", "# no", "tab\there", "<&>",
            "a long text of many words that goes on and on until it must be broken into several lines by the printer",
            "several\nlines\n\n  indented\n", "0x1f", "~", "yes", "1e3", "2026-01-01",
            "a-rather-long-name-of-something",
        ])
    }

    private mutating func labels() -> JSONValue {
        some([.init("app", .string(text())), .init("pod-template-hash", "5d4f8c7b9"), .init("zone", "a")])
    }

    private mutating func resources() -> JSONValue {
        some([
            .init("cpu", pick(["500m", "2", .integer(4), "1.5"])),
            .init("memory", pick(["1Gi", "512Mi", .integer(1 << 30)])),
            .init("nvidia.com/gpu", pick(["1", "8"])),
        ])
    }

    private mutating func instant() -> JSONValue {
        .string("2026-01-0\(1 + random.below(9))T0\(random.below(10)):15:00\(pick(["Z", ".123456Z", "+02:00"]))")
    }

    private mutating func metadata(_ name: String, namespace: String? = nil) -> JSONValue {
        some([
            .init("annotations", some([.init("note", .string(text())), .init("volcano.sh/hierarchy", "root/a")])),
            .init("creationTimestamp", random.below(9) == 0 ? .null : instant()), .init("generation", 3),
            .init("labels", labels()),
            .init("managedFields", [["apiVersion": "v1", "fieldsV1": ["f:metadata": ["f:labels": [".": [:]]]]]]),
        ]).adding([.init("name", .string(name))])
            .adding(namespace.map { [.init("namespace", .string($0))] } ?? [])
            .adding([
                .init("resourceVersion", "123456"),
                .init("uid", .string("3f0e8a54-1111-4222-8333-\(100_000_000_000 + random.below(1_000_000))")),
            ])
    }

    private func object(_ version: String, _ kind: String, _ members: [JSONValue.Member]) -> JSONValue {
        .object([.init("apiVersion", .string(version)), .init("kind", .string(kind))] + members)
    }

    // MARK: - Kinds

    mutating func node(_ index: Int) -> JSONValue {
        object(
            "v1", "Node",
            [
                .init("metadata", metadata("node-\(index)")),
                .init(
                    "spec",
                    some([
                        .init("podCIDR", "10.0.0.0/24"),
                        .init(
                            "taints",
                            [
                                [
                                    "effect": "NoSchedule", "key": "dedicated", "timeAdded": .null,
                                    "value": .string(text()),
                                ]
                            ]),
                        .init("unschedulable", .boolean(random.below(2) == 0)),
                    ])),
                .init(
                    "status",
                    some([
                        .init("addresses", [["address": "10.0.0.1", "type": "InternalIP"]]),
                        .init("allocatable", resources()),
                        .init("capacity", resources()),
                        .init(
                            "conditions",
                            [
                                [
                                    "lastHeartbeatTime": instant(), "message": .string(text()), "status": "True",
                                    "type": "Ready",
                                ]
                            ]),
                        .init("images", [["names": ["repo/a@sha256:0123", "repo/a:1"], "sizeBytes": 123_456_789]]),
                        .init("nodeInfo", ["kernelVersion": "6.1.0", "osImage": "x"]),
                    ])),
            ])
    }

    mutating func pod(_ index: Int) -> JSONValue {
        object(
            "v1", "Pod",
            [
                .init("metadata", metadata("pod-\(index)", namespace: pick(["ns1", "a-namespace-with-a-long-name"]))),
                .init("spec", podSpec()), .init("status", podStatus()),
            ])
    }

    private mutating func podSpec() -> JSONValue {
        some([
            .init(
                "affinity",
                some([
                    .init(
                        "nodeAffinity",
                        [
                            "requiredDuringSchedulingIgnoredDuringExecution": [
                                "nodeSelectorTerms": [
                                    ["matchExpressions": [["key": "zone", "operator": "In", "values": ["a", "b"]]]]
                                ]
                            ]
                        ]),
                    .init(
                        "podAntiAffinity",
                        [
                            "preferredDuringSchedulingIgnoredDuringExecution": [
                                [
                                    "podAffinityTerm": [
                                        "labelSelector": ["matchLabels": labels()], "topologyKey": "zone",
                                    ], "weight": 5,
                                ]
                            ]
                        ]),
                ])),
            .init("containers", [container("main"), container("side")]), .init("dnsPolicy", "ClusterFirst"),
            .init("initContainers", [container("init").adding([.init("restartPolicy", "Always")])]),
            .init("nodeName", "node-1"), .init("nodeSelector", labels()),
            .init("priority", .integer(Int64(random.below(100)) - 50)),
            .init("schedulingGates", [["name": "wait"]]), .init("securityContext", [:]),
            .init(
                "tolerations",
                [
                    [
                        "effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists",
                        "tolerationSeconds": 300,
                    ]
                ]),
            .init(
                "topologySpreadConstraints",
                [
                    [
                        "labelSelector": ["matchExpressions": [["key": "a", "operator": "Exists"]]], "maxSkew": 1,
                        "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway",
                    ]
                ]),
            .init(
                "volumes",
                [
                    [
                        "name": "kube-api-access-x7z2p",
                        "projected": [
                            "defaultMode": 420, "sources": [["serviceAccountToken": ["expirationSeconds": 3607]]],
                        ],
                    ], ["emptyDir": [:], "name": "scratch"],
                    ["name": "data", "persistentVolumeClaim": ["claimName": "claim"]],
                ]),
        ])
    }

    private mutating func container(_ name: String) -> JSONValue {
        some([
            .init("args", ["--flag", .string(text())]),
            .init(
                "env",
                [
                    ["name": "A", "value": .string(text())],
                    ["name": "B", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]],
                ]),
            .init("image", "registry.example.com/team/image:1.2.3"), .init("imagePullPolicy", "IfNotPresent"),
            .init("name", .string(name)),
            .init("ports", [["containerPort": 8080, "hostPort": .integer(Int64(random.below(3))), "protocol": "TCP"]]),
            .init("resources", some([.init("limits", resources()), .init("requests", resources())])),
            .init(
                "volumeMounts", [["mountPath": "/var/run/secrets", "name": "kube-api-access-x7z2p", "readOnly": true]]),
        ])
    }

    private mutating func podStatus() -> JSONValue {
        some([
            .init(
                "conditions",
                [
                    [
                        "lastProbeTime": .null, "lastTransitionTime": instant(), "message": .string(text()),
                        "reason": "Unschedulable", "status": "False", "type": "PodScheduled",
                    ]
                ]),
            .init(
                "containerStatuses",
                [
                    [
                        "containerID": "containerd://0123", "name": "main", "ready": true,
                        "restartCount": .integer(Int64(random.below(4))),
                        "state": pick([["running": ["startedAt": instant()]], ["terminated": ["exitCode": 137]]]),
                    ]
                ]),
            .init("hostIP", "10.0.0.1"), .init("phase", pick(["Pending", "Running", "Succeeded"])),
            .init("qosClass", "Burstable"), .init("startTime", instant()),
        ])
    }

    mutating func queue(_ index: Int) -> JSONValue {
        object(
            "scheduling.volcano.sh/v1beta1", "Queue",
            [
                .init("metadata", metadata("queue-\(index)")),
                .init(
                    "spec",
                    some([
                        .init("capability", resources()), .init("deserved", resources()),
                        .init("guarantee", ["resource": resources()]), .init("parent", "root"), .init("priority", 3),
                        .init("reclaimable", true), .init("type", "x"), .init("weight", 2),
                    ])),
                .init(
                    "status",
                    some([
                        .init("allocated", resources()), .init("pending", 1), .init("reservation", [:]),
                        .init("state", "Open"),
                    ])),
            ])
    }

    mutating func podGroup(_ index: Int) -> JSONValue {
        object(
            "scheduling.volcano.sh/v1beta1", "PodGroup",
            [
                .init("metadata", metadata("group-\(index)", namespace: "ns1")),
                .init(
                    "spec",
                    some([
                        .init("minMember", 2), .init("minResources", resources()),
                        .init("minTaskMember", ["worker": 2]),
                        .init("networkTopology", ["highestTierAllowed": 1, "mode": "soft"]), .init("queue", "queue-0"),
                        .init(
                            "subGroupPolicy",
                            [
                                [
                                    "labelSelector": ["matchLabels": labels()], "matchLabelKeys": ["k"], "name": "s",
                                    "subGroupSize": 2,
                                ]
                            ]),
                    ])),
                .init(
                    "status",
                    some([
                        .init(
                            "conditions",
                            [
                                [
                                    "lastTransitionTime": instant(), "message": .string(text()), "status": "True",
                                    "transitionID": "x", "type": "Unschedulable",
                                ]
                            ]), .init("phase", "Inqueue"), .init("running", 1),
                    ])),
            ])
    }

    mutating func hyperNode(_ index: Int) -> JSONValue {
        object(
            "topology.volcano.sh/v1alpha1", "HyperNode",
            [
                .init("metadata", metadata("hyper-\(index)")),
                .init(
                    "spec",
                    [
                        "members": [
                            ["selector": ["exactMatch": ["name": "node-1"]], "type": "Node"],
                            ["selector": ["regexMatch": ["pattern": "^n[0-9]+$"]], "type": "Node"],
                        ], "tier": 1, "tierName": .string(text()),
                    ]),
                .init("status", ["nodeCount": 2]),
            ])
    }

    mutating func priorityClass(_ index: Int) -> JSONValue {
        object(
            "scheduling.k8s.io/v1", "PriorityClass",
            [
                .init("description", .string(text())), .init("metadata", metadata("class-\(index)")),
                .init("preemptionPolicy", "PreemptLowerPriority"), .init("value", 1000),
            ])
    }

    mutating func budget(_ index: Int) -> JSONValue {
        object(
            "policy/v1", "PodDisruptionBudget",
            [
                .init("metadata", metadata("budget-\(index)", namespace: "ns1")),
                .init("spec", ["minAvailable": 1, "selector": ["matchLabels": labels()]]),
                .init("status", ["currentHealthy": 1, "disruptionsAllowed": 1]),
            ])
    }

    mutating func quota(_ index: Int) -> JSONValue {
        object(
            "v1", "ResourceQuota",
            [
                .init("metadata", metadata("quota-\(index)", namespace: "ns1")), .init("spec", ["hard": resources()]),
                .init("status", ["hard": resources(), "used": resources()]),
            ])
    }

    mutating func service(_ index: Int) -> JSONValue {
        object(
            "v1", "Service",
            [
                .init("metadata", metadata("service-\(index)", namespace: "ns1")),
                .init("spec", ["ports": [["port": 80, "targetPort": "http"]]]),
            ])
    }

    mutating func claim(_ index: Int) -> JSONValue {
        object(
            "v1", "PersistentVolumeClaim",
            [
                .init("metadata", metadata("claim-\(index)", namespace: "ns1")),
                .init(
                    "spec",
                    [
                        "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
                        "volumeMode": "Filesystem",
                    ]), .init("status", ["phase": "Pending"]),
            ])
    }
}
