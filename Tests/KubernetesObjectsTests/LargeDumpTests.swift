import Configuration
import Glibc
import Testing

@testable import KubernetesObjects

/// A dump as large as the real ones: 10,000 nodes and 100,000 pods. Run with ORRERY_LARGE_DUMP=json or yaml and optimized.
@Suite("Large dumps")
struct LargeDumpTests {
    private static let format = getenv("ORRERY_LARGE_DUMP").map { String(cString: $0) } ?? ""

    @Test(.enabled(if: !format.isEmpty))
    func aLargeDumpLoadsInSeconds() throws {
        var cluster = LargeCluster()
        let bytes = cluster.dump(nodes: 10_000, pods: 100_000, isJSON: Self.format == "json")
        let clock = ContinuousClock()
        var text: SourceText?
        let check = try clock.measure {
            text = try SourceText(name: "dump", bytes: bytes, limit: ObjectReader.sizeLimit)
        }
        let source = try #require(text)
        _ = Self.peakMemory()
        let before = Self.peakMemory()
        var reader = ObjectReader()
        let load = try clock.measure { try reader.read(source) }
        #expect(reader.objects.nodes.count == 10_000 && reader.objects.pods.count == 100_000)
        let megabytes = Double(bytes.count) / 1e6
        let seconds = Double(load.components.seconds) + Double(load.components.attoseconds) / 1e18
        print(
            "\(Self.format): \(Int(megabytes)) MB, checked in \(check), read in \(load): \(Int(megabytes / seconds)) MB/s, "
                + "peak memory \(before) → \(Self.peakMemory()) MB")
    }

    /// Most memory that the process has had since the last call, in megabytes.
    private static func peakMemory() -> Int {
        guard case .success(let status) = FileBytes.read("/proc/self/status") else { return 0 }
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        let peak = lines.first { $0.hasPrefix("VmHWM:") }?.split(separator: " ").dropFirst().first
        if let reset = fopen("/proc/self/clear_refs", "w") {
            fputs("5", reset)
            fclose(reset)
        }
        return (peak.flatMap { Int($0) } ?? 0) / 1000
    }
}

/// Nodes and pods of a few shapes with the fields that real ones have.
struct LargeCluster {
    private var random = SplitMix64(state: 1)

    mutating func dump(nodes: Int, pods: Int, isJSON: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        // Piece by piece, so that the tree of the whole never exists.
        for start in stride(from: 0, to: nodes + pods, by: 1000) {
            let objects = (start..<min(start + 1000, nodes + pods)).map {
                $0 < nodes ? node($0) : pod($0 - nodes, nodes)
            }
            let piece = isJSON ? DumpText.json(objects) : DumpText.yaml(objects)
            let (head, tail) =
                isJSON
                ? (Array("\"items\": [".utf8), Array("\n    ],\n".utf8))
                : (Array("items:\n".utf8), Array("kind: List".utf8))
            let from = Self.range(of: head, in: piece, backwards: false).upperBound
            let to = Self.range(of: tail, in: piece, backwards: true).lowerBound
            if start == 0 { bytes += piece[..<from] } else if isJSON { bytes.append(UInt8(ascii: ",")) }
            bytes += piece[from..<to]
            if start + 1000 >= nodes + pods { bytes += piece[to...] }
        }
        return bytes
    }

    private static func range(of part: [UInt8], in bytes: [UInt8], backwards: Bool) -> Range<Int> {
        let starts = 0...(bytes.count - part.count)
        let matches = { (start: Int) in bytes[start..<start + part.count].elementsEqual(part) }
        let start = (backwards ? starts.last(where: matches) : starts.first(where: matches)) ?? 0
        return start..<start + part.count
    }

    private func object(_ kind: String, _ members: [JSONValue.Member]) -> JSONValue {
        .object([.init("apiVersion", "v1"), .init("kind", .string(kind))] + members)
    }

    private mutating func uid() -> JSONValue {
        let digits = String(random.next() | 1 << 63, radix: 16)
        return .string("\(digits.prefix(8))-0000-4000-8000-\(digits.suffix(8))0000")
    }

    private mutating func node(_ index: Int) -> JSONValue {
        let name = "gpu-node-\(index).cluster.example.com"
        let resources: JSONValue = [
            "cpu": "96", "ephemeral-storage": "1006632960Ki", "hugepages-1Gi": "0", "memory": "1056542764Ki",
            "nvidia.com/gpu": "8",
            "pods": "110",
        ]
        return object(
            "Node",
            [
                .init(
                    "metadata",
                    [
                        "annotations": ["node.alpha.kubernetes.io/ttl": "0"],
                        "creationTimestamp": "2026-01-01T00:00:00Z",
                        "labels": [
                            "kubernetes.io/hostname": .string(name), "kubernetes.io/os": "linux",
                            "topology.kubernetes.io/zone": .string("zone-\(index % 3)"),
                        ], "name": .string(name), "resourceVersion": "123456789", "uid": uid(),
                    ]),
                .init(
                    "spec",
                    [
                        "podCIDR": "10.0.0.0/24", "podCIDRs": ["10.0.0.0/24"],
                        "providerID": .string("provider://\(name)"),
                    ]),
                .init(
                    "status",
                    [
                        "addresses": [
                            ["address": "10.1.2.3", "type": "InternalIP"],
                            ["address": .string(name), "type": "Hostname"],
                        ],
                        "allocatable": resources, "capacity": resources,
                        "conditions": .array(
                            ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"].map { type in
                                [
                                    "lastHeartbeatTime": "2026-01-01T09:59:00Z",
                                    "lastTransitionTime": "2026-01-01T00:00:10Z",
                                    "message": "kubelet is posting ready status", "reason": "KubeletReady",
                                    "status": "False", "type": .string(type),
                                ]
                            }),
                        "images": .array(
                            (0..<10).map { image in
                                [
                                    "names": [
                                        .string(
                                            "registry.example.com/team/image-\(image)@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                                        ), .string("registry.example.com/team/image-\(image):1.2.3"),
                                    ], "sizeBytes": .integer(1_000_000_000 + Int64(image)),
                                ]
                            }),
                        "nodeInfo": [
                            "architecture": "amd64", "bootID": "b", "containerRuntimeVersion": "containerd://1.7.0",
                            "kernelVersion": "6.1.0", "kubeletVersion": "v1.34.0", "osImage": "Linux",
                        ],
                    ]),
            ])
    }

    private mutating func pod(_ index: Int, _ nodes: Int) -> JSONValue {
        let job = "training-job-\(index / 16)"
        let name = "\(job)-worker-\(index % 16)"
        let node = "gpu-node-\(random.below(nodes)).cluster.example.com"
        let shape = random.below(5)
        let resources: JSONValue = [
            "cpu": .string("\(4 << shape)"), "memory": .string("\(32 << shape)Gi"),
            "nvidia.com/gpu": .string("\(1 << min(3, shape))"),
        ]
        let started = "2026-01-01T0\(random.below(10)):\(10 + random.below(50)):\(10 + random.below(50))Z"
        let access = "kube-api-access-\(String(random.next() % 60_000_000, radix: 36))"
        let conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map {
            type -> JSONValue in
            ["lastProbeTime": .null, "lastTransitionTime": .string(started), "status": "True", "type": .string(type)]
        }
        return object(
            "Pod",
            [
                .init(
                    "metadata",
                    [
                        "annotations": [
                            "scheduling.k8s.io/group-name": .string(job), "volcano.sh/task-spec": "worker",
                        ], "creationTimestamp": .string(started), "generateName": .string(job),
                        "labels": [
                            "app": "training", "volcano.sh/job-name": .string(job),
                            "volcano.sh/queue-name": .string("team-\(index % 7)"),
                            "volcano.sh/task-index": .string("\(index % 16)"),
                        ], "name": .string(name), "namespace": .string("team-\(index % 7)"),
                        "ownerReferences": [
                            [
                                "apiVersion": "batch.volcano.sh/v1alpha1", "blockOwnerDeletion": true,
                                "controller": true, "kind": "Job", "name": .string(job),
                                "uid": "3f0e8a54-1111-4222-8333-444455556666",
                            ]
                        ], "resourceVersion": .string("\(100_000_000 + index)"), "uid": uid(),
                    ]),
                .init(
                    "spec",
                    [
                        "containers": [
                            [
                                "command": ["python", "train.py", "--config", "/etc/config/train.yaml"],
                                "env": [
                                    ["name": "RANK", "value": .string("\(index % 16)")],
                                    ["name": "MASTER_ADDR", "value": .string("\(job)-worker-0.\(job)")],
                                ], "image": "registry.example.com/team/image-1:1.2.3",
                                "imagePullPolicy": "IfNotPresent", "name": "worker",
                                "resources": ["limits": resources, "requests": resources],
                                "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                                "volumeMounts": [
                                    ["mountPath": "/data", "name": "data"],
                                    [
                                        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount",
                                        "name": .string(access), "readOnly": true,
                                    ],
                                ],
                            ]
                        ],
                        "dnsPolicy": "ClusterFirst", "enableServiceLinks": true, "nodeName": .string(node),
                        "preemptionPolicy": "PreemptLowerPriority", "priority": 1000, "priorityClassName": "high",
                        "restartPolicy": "OnFailure", "schedulerName": "volcano", "securityContext": [:],
                        "serviceAccount": "default", "serviceAccountName": "default",
                        "terminationGracePeriodSeconds": 30,
                        "tolerations": [
                            [
                                "effect": "NoExecute", "key": "node.kubernetes.io/not-ready", "operator": "Exists",
                                "tolerationSeconds": 300,
                            ],
                            [
                                "effect": "NoExecute", "key": "node.kubernetes.io/unreachable", "operator": "Exists",
                                "tolerationSeconds": 300,
                            ],
                        ],
                        "volumes": [
                            ["name": "data", "persistentVolumeClaim": ["claimName": "shared-data"]],
                            [
                                "name": .string(access),
                                "projected": [
                                    "defaultMode": 420,
                                    "sources": [
                                        ["serviceAccountToken": ["expirationSeconds": 3607, "path": "token"]],
                                        [
                                            "configMap": [
                                                "items": [["key": "ca.crt", "path": "ca.crt"]],
                                                "name": "kube-root-ca.crt",
                                            ]
                                        ],
                                    ],
                                ],
                            ],
                        ],
                    ]),
                .init(
                    "status",
                    [
                        "conditions": .array(conditions),
                        "containerStatuses": [
                            [
                                "containerID":
                                    "containerd://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                                "image": "registry.example.com/team/image-1:1.2.3",
                                "imageID": "registry.example.com/team/image-1@sha256:0123", "lastState": [:],
                                "name": "worker", "ready": true, "restartCount": 0, "started": true,
                                "state": ["running": ["startedAt": .string(started)]],
                            ]
                        ], "hostIP": "10.1.2.3", "phase": "Running", "podIP": "10.0.1.2", "qosClass": "Guaranteed",
                        "startTime": .string(started),
                    ]),
            ])
    }
}
