import Foundation
import Testing

/// `orrery scenario from-cluster`: from a dump to a scenario that the other commands take.
@Suite struct FromClusterCommandTests {
    private static let dump = """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default}}
        - apiVersion: v1
          kind: Node
          metadata: {name: gpu-1, labels: {nvidia.com/gpu.product: NVIDIA-L40S}}
          status: {allocatable: {cpu: "64", memory: 500Gi, nvidia.com/gpu: "8", pods: "110"}}
        - apiVersion: scheduling.volcano.sh/v1beta1
          kind: PodGroup
          metadata: {name: g, namespace: team, creationTimestamp: "2026-03-01T12:00:00Z"}
          spec: {minMember: 1}
          status: {phase: Running}
        - apiVersion: v1
          kind: Pod
          metadata: {name: p, namespace: team, annotations: {scheduling.k8s.io/group-name: g}}
          spec: {schedulerName: volcano, containers: [{name: c, resources: {requests: {cpu: 8, nvidia.com/gpu: 4}}}]}
          status: {phase: Running, startTime: "2026-03-01T12:05:00Z"}
        """
    private static let map = """
        - apiVersion: v1
          kind: ConfigMap
          metadata: {name: volcano-scheduler-configmap, namespace: volcano-system}
          data:
            volcano-scheduler.conf: |
              # Ours.
              actions: "allocate"
              tiers: [{plugins: [{name: gang}, {name: predicates}]}]
        """

    private let folder: WorkFolder

    init() throws {
        folder = try WorkFolder([
            "dump.yaml": Self.dump, "whole/a.yaml": Self.dump + "\n" + Self.map + "\n",
            "own.conf": "actions: \"enqueue, allocate\"\ntiers: [{plugins: [{name: gang}]}]\n",
            "bad.conf": "actions: alocate\n", "nodes.yaml": Self.dump.components(separatedBy: "- apiVersion: sched")[0],
            "unknown.yaml": Self.dump.replacing("NVIDIA-L40S", with: "NVIDIA-New"), "syntax.yaml": "kind: [",
            "services.yaml": "{kind: Service}", "text.yaml": "hello: world",
            "quantity.yaml": Self.dump.replacing("500Gi", with: "much"),
        ])
    }

    @Test func writesAScenarioThatIsAccepted() throws {
        let outcome = try folder.run("scenario from-cluster dump.yaml --out new/day.yaml --now 2026-03-01T13:05:00Z")
        #expect(outcome.code == 2)
        #expect(outcome.complaint.hasPrefix("new/day.yaml: cannot be written"))
        let written = try folder.run("scenario from-cluster dump.yaml --out day.yaml --now 2026-03-01T13:05:00Z")
        #expect(written.code == 0)
        #expect(
            written.complaints == [
                "configuration: the Helm chart's default; choose another with --config",
                "1 object: Deployment, decides nothing here",
            ])
        #expect(written.output.contains("pool gpu: 1 node, 8 GPUs each, as its nodes can allocate\n"))
        #expect(written.output.contains("scenario       day.yaml\nconfiguration  helm (the Helm chart's default)\n"))
        let text = String(decoding: try folder.data("day.yaml"), as: UTF8.self)
        #expect(
            text.contains(
                "        - {name: g, team: team, queue: default, submit: 0s, duration: 2h, gpus: 4, cpu: 8}  # running, waited 5m\n"
            ))
        #expect(try folder.run("scenario check day.yaml").code == 0)
        #expect(try folder.run("run day.yaml --out r").code == 0)
    }

    @Test func theConfigurationOfTheDumpIsWrittenBeside() throws {
        #expect(try folder.run("scenario from-cluster whole").code == 0)
        #expect(
            String(decoding: try folder.data("scenario.conf"), as: UTF8.self)
                == "# Ours.\nactions: \"allocate\"\ntiers: [{plugins: [{name: gang}, {name: predicates}]}]\n")
        let values = try folder.run("scenario explain scenario.yaml").output
        #expect(values.contains("configuration: scenario.conf"))
        // Files that may have been edited are not replaced unasked.
        let again = try folder.run("scenario from-cluster whole --config own.conf")
        #expect(again.code == 2)
        #expect(
            again.complaint == "scenario.yaml: exists; choose another file with --out, or replace it with --force\n")
        #expect(try folder.run("scenario from-cluster whole --config own.conf --force").code == 0)
        #expect(try folder.data("scenario.conf") == folder.data("own.conf"))
    }

    @Test(arguments: [
        (
            "dump.yaml --config bad.conf",
            "bad.conf:1:10: actions: unknown action \"alocate\"; did you mean \"allocate\"?"
        ),
        (
            "dump.yaml --config backfill",
            "--config: found the policy backfill, expected default, helm or a file; 'orrery compare --policies' compares policies"
        ),
        ("nodes.yaml", "nodes.yaml:1:1: holds no pod, PodGroup or Volcano Job that could become a job"),
        (
            "unknown.yaml",
            "unknown.yaml:1:1: the GPUs of pool gpu are of an unknown model (nvidia.com/gpu.product NVIDIA-New); name the card or GPU model most like it: --machine gpu=h100-sxm"
        ),
        ("dump.yaml --machine gpus=l40s", "--machine:1:1: the dump gives no node pool \"gpus\"; did you mean \"gpu\"?"),
        ("services.yaml", "services.yaml:1:1: holds no objects that the scheduler looks at"),
        ("absent.yaml", "absent.yaml:1:1: cannot be opened: No such file or directory"),
    ])
    func brokenInputGivesOneClearLine(line: String, complaint: String) throws {
        let outcome = try folder.run("scenario from-cluster \(line)")
        #expect(outcome.code == 2)
        #expect(outcome.output == "")
        #expect(outcome.complaint == complaint + "\n")
        #expect(!folder.exists("scenario.yaml"))
    }

    @Test(arguments: ["syntax.yaml", "text.yaml", "quantity.yaml"])
    func brokenFilesAreNamedWithTheirPlace(file: String) throws {
        let outcome = try folder.run("scenario from-cluster \(file)")
        #expect(outcome.code == 2)
        #expect(outcome.complaints.count == 1 && outcome.complaint.hasPrefix("\(file):"), "\(outcome.complaint)")
        #expect(!folder.exists("scenario.yaml"))
    }

    @Test func usageIsChecked() throws {
        for line in [
            "dump.yaml --machine gpu", "dump.yaml --run-length 0s", "- -", "dump.yaml --out x.conf",
            "dump.yaml --since yesterday", "",
        ] {
            #expect(try folder.run("scenario from-cluster \(line)").code == 2, "\(line)")
        }
    }

    /// The path of README and docs/from-a-cluster.md.
    @Test func theShippedDayLeadsToAComparison() throws {
        let day = Orrery.repository.appending(path: "scenarios/snapshots/gpu-day")
        let outcome = try folder.run([
            "scenario", "from-cluster", day.appending(path: "cluster.yaml").path, "--out", "day.yaml",
        ])
        #expect(outcome.code == 0)
        #expect(
            outcome.output.contains(
                "60 jobs, one for each PodGroup or pod of its own: 47 ended, 11 running, 2 waiting."))
        #expect(outcome.output.contains("pool gpu-h100: 12 nodes, 8 GPUs each, dgx-h100\n"))
        #expect(outcome.output.contains("pool gpu-l40s: 5 nodes, 8 GPUs each, as its nodes can allocate\n"))
        #expect(outcome.complaint.contains("1 node: cordoned, left out (gpu-l40s-06)\n"))
        #expect(outcome.complaint.contains("can never start, a comment at the end: pretrain-32b: "))
        try folder.write(try Data(contentsOf: day.appending(path: "binpack.conf")), to: "binpack.conf")
        let text = String(decoding: try folder.data("day.yaml"), as: UTF8.self)
        // The last lines of the file are the comparison, to be uncommented.
        let compared = text.replacing("  # compare:", with: "  compare:").replacing(
            "  #   - name: other", with: "    - name: binpack"
        )
        .replacing("  #     set:", with: "      set:").replacing(
            "  #       spec.clusters[0].scheduler.configuration: other.conf",
            with: "        spec.clusters[0].scheduler.configuration: binpack.conf")
        try folder.write(Data(compared.utf8), to: "day.yaml")
        #expect(try folder.run("scenario check day.yaml").code == 0)
    }
}
