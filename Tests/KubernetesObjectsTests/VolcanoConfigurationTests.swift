import Configuration
import KubernetesObjects
import Testing

private let helm = """
    actions: "enqueue, allocate, backfill"
    tiers:
    - plugins:
      - name: priority
      - name: gang
        enablePreemptable: false
      - name: conformance
    - plugins:
      - name: overcommit
      - name: drf
        enablePreemptable: off
      - name: predicates
      - name: proportion
      - name: nodeorder
      - name: binpack
    """

private func configuration(_ text: String) throws -> VolcanoConfiguration {
    try VolcanoConfiguration(reading: SourceText(name: "volcano.conf", text: text))
}

private func configurationFindings(_ text: String) -> String {
    do {
        _ = try configuration(text)
        return ""
    } catch {
        return "\(error)"
    }
}

@Test func theHelmConfigurationIsRead() throws {
    let read = try configuration(helm)
    #expect(read == .helmDefault && read != .inBinaryDefault)
    #expect(!read.tiers[0][1].isEnabled("enablePreemptable") && read.tiers[0][1].isEnabled("enableReclaimable"))
    #expect(!read.tiers[1][1].isEnabled("enableHierarchy"))
}

@Test func aConfigMapIsReadLikeTheFileInIt() throws {
    let indented = helm.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    let map =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: volcano}\ndata:\n  volcano-scheduler.conf: |\n\(indented)\n"
    #expect(try configuration(map) == .helmDefault)
    #expect(try objects(map).schedulerConfigurations.map(\.configuration) == [.helmDefault])
    #expect(
        configurationFindings("kind: ConfigMap\ndata: {other: a}")
            == "volcano.conf:2:7: data: the ConfigMap has no \"volcano-scheduler.conf\"")
    #expect(
        configurationFindings("kind: ConfigMap\ndata:\n  volcano-scheduler.conf: |\n    actions: alocate\n")
            == "volcano.conf (volcano-scheduler.conf):1:10: actions: unknown action \"alocate\"; did you mean \"allocate\"?"
    )
    #expect(
        findings("kind: ConfigMap\nmetadata: {name: c}\ndata: {volcano-scheduler.conf: 'actions: alocate'}") == [
            "dump.yaml:1:1: volcano-scheduler.conf:1:10: actions: unknown action \"alocate\"; did you mean \"allocate\"?"
        ])
    #expect(try objects("kind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}").count == 0)
}

@Test func argumentsKeepTheirTypes() throws {
    let read = try configuration(
        """
        actions: allocate, preempt
        tiers:
        - plugins:
          - name: numa-aware
          - name: binpack
            arguments:
              binpack.weight: 10
              binpack.resources: nvidia.com/gpu, example.com/foo
              overcommit-factor: 1.5
              strict: no
              quoted: "no"
              resources: {nvidia.com/gpu: {type: MostAllocated, weight: 2}}
        configurations:
        - name: preempt
          arguments: {enableTopologyAwarePreemption: true}
        - name: preempt
          arguments: {enableTopologyAwarePreemption: false}
        metrics: {type: prometheus, address: "http://x", interval: 30s, tls: {insecureSkipVerify: "true"}}
        """)
    let arguments = read.tiers[0][1].arguments
    #expect(read.tiers[0][0].name == "numa-aware")
    #expect(
        arguments.int("binpack.weight", default: 1) == 10 && arguments.double("overcommit-factor", default: 1) == 1.5)
    #expect(!arguments.bool("strict", default: true) && arguments.string("quoted", default: "") == "no")
    #expect(arguments.value("resources")?["nvidia.com/gpu"]?["weight"] == 2)
    #expect(
        read.metrics == [
            "type": "prometheus", "address": "http://x", "interval": "30s", "tls.insecureSkipVerify": "true",
        ])
    #expect(read.actionArguments["preempt"]?.bool("enableTopologyAwarePreemption", default: false) == true)
}

@Test func whatIsWrongInAConfigurationIsTold() throws {
    #expect(
        configurationFindings("actions: enqueue\ntiers:\n- plugins:\n  - {name: gangs, enabledPreemptable: false}\n")
            == """
            volcano.conf:4:12: tiers[0].plugins[0].name: unknown plugin "gangs"; did you mean "gang"?
            volcano.conf:4:19: tiers[0].plugins[0]: unknown key "enabledPreemptable" in a plugin; did you mean "enablePreemptable"?
            """)
    #expect(
        configurationFindings("tiers: [{plugins: [{name: drf, enableHierarchy: true}, {name: proportion}]}]").contains(
            "tiers[0]: proportion and drf with enableHierarchy cannot stand in one tier"))
    #expect(configurationFindings("tiers: []").contains("the scheduler configuration needs \"actions\""))
    #expect(configurationFindings("actions: 'enqueue,,allocate'").contains("unknown action \"\""))
    let node = try YAMLReader.document(
        in: SourceText(
            name: "case.yaml", text: "scheduler: {actions: '', tieBreak: x, tiers: [{plugins: [{name: gang}]}]}"))
    let read = try VolcanoConfiguration(
        reading: node["scheduler"] ?? node, path: "scheduler", ignoring: ["tieBreak"], unlistedFlags: false)
    #expect(read.actions.isEmpty && !read.tiers[0][0].isEnabled("enableJobOrder"))
    let error = #expect(throws: InvalidInput.self) {
        try VolcanoConfiguration(reading: node["scheduler"] ?? node, path: "scheduler")
    }
    #expect(error?.description.contains("scheduler: unknown key \"tieBreak\" in the scheduler configuration") == true)
}
