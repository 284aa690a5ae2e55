import Configuration
import KubernetesObjects
import Scheduling

/// Tables about devices that pods share.
enum DeviceTable {
    static let adapters: [(unit: String, adapter: UnitTable.Adapter)] = [
        ("ascendScore", ascendScore),
        ("exclusiveRuleMatches", exclusiveRuleMatches),
        ("gpuNumberOfPod", gpuNumberOfPod),
        ("gpuTypeMatches", gpuTypeMatches),
        ("gpuUUIDMatches", gpuUUIDMatches),
        ("podGroupKey", podGroupKey),
        ("vgpuPlacement", vgpuPlacement),
        ("vgpuNodeScore", vgpuNodeScore),
    ]

    private static let ascendScore: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let usage = try check.fields.fields("usage")
        let got = AscendDevices.score(
            DevicePolicy(name: try check.fields.string("policy")), used: try usage.integer("used") ?? 0,
            usedMemory: try usage.integer("usedmem") ?? 0,
            memory: try check.fields.fields("info").integer("devmem") ?? 0)
        differences.compare(check.subject, expected: try check.fields.number("want") ?? 0, got: got)
    }

    private static let exclusiveRuleMatches: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        var rules: [[String: String]] = []
        for rule in try check.context.list("rules") { rules.append(try rule.stringMap("labels")) }
        let pod = try readPod(check.fields.required("pod"))
        let got = GPUExclusiveRules(rules: rules).matches(
            pod.metadata.labels, rule: try check.fields.integer("ruleIdx") ?? 0)
        differences.compare(check.subject, expected: try check.fields.boolean("expected"), got: got)
    }

    private static let gpuNumberOfPod: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let pod = try readPod(check.fields.required("pod"))
        differences.compare(
            check.subject, expected: try check.fields.integer("want") ?? 0, got: GPUShareDevices.number(of: pod))
    }

    private static let gpuTypeMatches: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let got = VGPUFilters.typeMatches(
            try check.fields.stringMap("annos"), model: try check.fields.string("cardtype"))
        differences.compare(check.subject, expected: try check.fields.boolean("want"), got: got)
    }

    private static let gpuUUIDMatches: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let got = VGPUFilters.uuidMatches(
            try check.fields.stringMap("annotations"), uuid: try check.fields.string("id"))
        differences.compare(check.subject, expected: try check.fields.boolean("want"), got: got)
    }

    private static let podGroupKey: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let pod = try check.fields.optional("pod").map { (node) throws(CaseProblem) in try readPod(node) }
        differences.compare(
            check.subject, expected: try check.fields.string("want"), got: VGPUFilters.podGroupKey(pod ?? Pod()))
    }

    /// Pods one after the other on the idle cards of one node.
    private static let vgpuPlacement: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let node = try check.context.fields("node")
        let card = try card(memory: node.integer("memoryMiBPerGPU"), limit: node.integer("maxPodsPerGPU"))
        var devices = VGPUDevices(cards: cards(try node.integer("gpus") ?? 0, card))
        let policy = DevicePolicy(name: try check.context.string("schedulePolicy"))
        var fits: [String] = []
        var used: Set<Int> = []
        for fields in try check.fields.list("pods") {
            var pod = Pod()
            pod.metadata = ObjectMeta(name: try fields.string("name"), namespace: "default")
            pod.metadata.annotations["scheduling.k8s.io/group-name"] = try fields.string("podGroup")
            if try fields.boolean("spreadAnnotation") {
                pod.metadata.annotations["volcano.sh/vgpu-podgroup-policy"] = "spread"
            }
            let request = CardRequest(
                number: try fields.integer("vgpuNumber") ?? 0, memory: try fields.integer("vgpuMemoryMiB") ?? 0)
            let placed = devices.place([request], pod: DevicePod(uid: pod.metadata.name, pod: pod), policy: policy)
            fits.append(placed == nil ? "false" : "true")
            used.formUnion(placed?.shares.joined().map(\.card) ?? [])
        }
        differences.compare(check.subject + " fits", expected: try check.fields.strings("fits"), got: fits)
        if check.fields.has("sameDevice") {
            differences.compare(
                check.subject + " sameDevice", expected: try check.fields.boolean("sameDevice"), got: used.count == 1)
        }
    }

    /// One request on cards in use.
    private static let vgpuNodeScore: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        check.context.ignore("requestUnits")
        let mode = try check.context.string("mode")
        guard mode == "hami-core" else { throw .unsupported("mode \(mode)") }
        var inUse: [VGPUCard] = []
        for fields in try check.fields.list("cards") {
            var card = try card(
                memory: check.context.integer("memoryMiBPerGPU"), limit: check.context.integer("maxPodsPerGPU"))
            card.uuid = "GPU-\(inUse.count)"
            card.usedNumber = try fields.integer("usedNum") ?? 0
            card.usedMemory = try fields.integer("usedMemMiB") ?? 0
            card.usedCores = try fields.integer("usedCores") ?? 0
            inUse.append(card)
        }
        let asked = try check.fields.fields("request")
        let memory = try asked.integer("memoryMiB") ?? 0
        let request = CardRequest(
            number: try asked.integer("number") ?? 0, memory: memory, memoryPercent: memory == 0 ? 100 : nil,
            cores: try asked.integer("cores") ?? 0)
        var devices = VGPUDevices(cards: inUse)
        let placed = devices.place(
            [request], pod: DevicePod(uid: "pod", pod: Pod()),
            policy: DevicePolicy(name: try check.fields.string("policy")))
        let expected = try check.fields.fields("expected")
        differences.compare(check.subject + " fit", expected: try expected.boolean("fit"), got: placed != nil)
        differences.compare(
            check.subject + " cards", expected: try expected.strings("cards"),
            got: placed?.shares.joined().map { String($0.card) } ?? [])
        differences.compare(
            check.subject + " nodeScore", expected: try expected.number("nodeScore") ?? 0, got: placed?.score ?? 0)
    }

    private static func card(memory: Int?, limit: Int?) -> VGPUCard {
        VGPUCard(uuid: "", limit: limit ?? 0, memory: memory ?? 0, model: "NVIDIA")
    }

    private static func cards(_ count: Int, _ card: VGPUCard) -> [VGPUCard] {
        (0..<count).map { index in
            var card = card
            card.uuid = "GPU-\(index)"
            return card
        }
    }
}
