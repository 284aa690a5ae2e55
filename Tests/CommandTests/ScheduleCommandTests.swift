import Foundation
import Testing

/// `orrery schedule` on dumps of small clusters.
@Suite struct ScheduleCommandTests {
    private static let dump = """
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: default}}
        - apiVersion: v1
          kind: Node
          metadata: {name: n1, creationTimestamp: "2026-03-01T12:00:00Z"}
          status: {allocatable: {cpu: "4", memory: 8Gi, pods: "10"}}
        - {apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: default}, status: {state: Open}}
        - apiVersion: scheduling.volcano.sh/v1beta1
          kind: PodGroup
          metadata: {name: g, namespace: default}
          spec: {minMember: 1, queue: default}
          status: {phase: Inqueue}
        - apiVersion: v1
          kind: Pod
          metadata: {name: p, namespace: default, annotations: {scheduling.k8s.io/group-name: g}}
          spec: {schedulerName: volcano, containers: [{name: c, resources: {requests: {cpu: CPU}}}]}
          status: {phase: Pending}
        """

    private let folder: WorkFolder

    init() throws {
        folder = try WorkFolder([
            "dump.yaml": Self.dump.replacing("CPU", with: "1"), "full.yaml": Self.dump.replacing("CPU", with: "8"),
            "dumps/a.yaml": Self.dump.replacing("CPU", with: "1"), "empty/readme.txt": "nothing",
            "what-if.yaml":
                "{kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, resources: {requests: {cpu: 9}}}]}}",
            "syntax.yaml": "kind: [", "text.yaml": "hello: world",
            "quantity.yaml": Self.dump.replacing("CPU", with: "much"),
            "plugin.conf": "actions: allocate\ntiers:\n- plugins:\n  - name: gangg\n",
            "other.yaml": Self.dump.replacing("CPU", with: "1").replacing("n1", with: "m1"),
            "lost.yaml": Self.dump.replacing("CPU", with: "1").replacing("queue: default", with: "queue: nowhere"),
            "old.yaml": Self.dump.replacing("CPU", with: "1").replacing("2026", with: "2025"),
            "action.conf": "actions: alocate\n", "nameless.yaml": "kind: Pod\n", "services.yaml": "{kind: Service}",
        ])
    }

    @Test func saysWhatIsBound() throws {
        let outcome = try folder.run("schedule dump.yaml")
        #expect(outcome.code == 0)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.first == "1 pod bound, 0 evicted, 0 pipelined; 0 PodGroups wait")
        #expect(lines[1].contains("at 2026-03-01T12:00:00Z (the latest instant in the dump), ties to the lowest name"))
        #expect(lines.last == "20 other tie orders decide the same.")
        #expect(outcome.output.contains("default/g  default  Inqueue"))
        #expect(outcome.complaint == "configuration: the Helm chart's default; choose another with --config\n")
    }

    @Test func saysWhyAPodWaits() throws {
        let outcome = try folder.run("schedule full.yaml --config default --now 2026-04-01T00:00:00Z")
        #expect(outcome.code == 0)
        #expect(
            outcome.output.contains(
                "Why pods wait\n  default/g (queue default, minMember 1)\n    1 pod over the limit of the queue: proportion: queue default has cpu 0 of deserved 4, 8 more asked"
            ))
        #expect(outcome.output.contains("at 2026-04-01T00:00:00Z (as given)"))
        #expect(outcome.complaints.map { $0.suffix(20) } == ["[gang-above-cluster]"])
    }

    @Test func jsonIsOneObjectOnStandardOutput() throws {
        let outcome = try folder.run(
            "schedule dump.yaml --json --what-if what-if.yaml --samples 3 --tie-break seeded --seed 9")
        #expect(outcome.code == 0)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        #expect((json["binds"] as? [[String: String]])?.first?["node"] == "n1")
        #expect((json["tieBreak"] as? [String: String])?["seed"] == "9")
        #expect((json["skipped"] as? [String: Int]) == ["Deployment": 1])
        #expect((json["samples"] as? [String: Any])?["samples"] as? Int == 3)
        let after = try #require(json["whatIf"] as? [String: Any])
        #expect((after["summary"] as? [String: Int])?["podGroupsWaiting"] == 1)
        #expect((after["warnings"] as? [[String: String]])?.first?["code"] == "gang-above-cluster")
    }

    @Test func changesAreShownSideBySide() throws {
        let outcome = try folder.run("schedule dump.yaml --what-if what-if.yaml --config helm")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("changed: Pod default/p"))
        #expect(outcome.output.contains("default/p  bound to n1  waits"))
        #expect(
            outcome.output.contains(
                "    + 1 pod over the limit of the queue: proportion: queue default has cpu 0 of deserved 4, 9 more asked"
            ))
        #expect(outcome.complaint.hasPrefix("warning: what-if: PodGroup default/g: "))
    }

    @Test func playingOnWarnsOfWhatIsOddToo() throws {
        let outcome = try folder.run("schedule lost.yaml --config helm --cycles 5")
        #expect(outcome.code == 0)
        #expect(outcome.complaint.contains("warning: PodGroup default/g: queue nowhere does not exist in the dump"))
        #expect(outcome.output.contains("nothing is bound or evicted"))
    }

    @Test func foldersAndStandardInputAreRead() throws {
        let whole = try folder.run("schedule dump.yaml").output
        #expect(try folder.run("schedule dumps").output == whole)
        let piped = try folder.run("schedule -", by: "cat dump.yaml | \"$0\" \"$@\"")
        #expect(piped.output == whole)
    }

    static let faults = [
        ("schedule nowhere.yaml", "nowhere.yaml:1:1: cannot be opened: No such file or directory"),
        ("schedule syntax.yaml", "syntax.yaml:2:1: "),
        ("schedule text.yaml", "text.yaml:1:1: an object needs kind"),
        ("schedule nameless.yaml", "nameless.yaml:1:1: a Pod needs metadata.name: a string"),
        ("schedule quantity.yaml", "quantity.yaml:18:"),
        ("schedule services.yaml", "services.yaml:1:1: holds no objects that the scheduler looks at"),
        ("schedule empty", "empty:1:1: holds no .yaml, .yml or .json files"),
        ("schedule dump.yaml --config nowhere.conf", "nowhere.conf:1:1: cannot be opened"),
        ("schedule dump.yaml --config plugin.conf", "plugin.conf:4:11: "),
        ("schedule dump.yaml --config action.conf", "action.conf:1:10: "),
        ("schedule dump.yaml --what-if nowhere.yaml", "nowhere.yaml:1:1: cannot be opened"),
        ("schedule dump.yaml --what-if nameless.yaml", "nameless.yaml:1:1: a change needs kind and metadata.name"),
        ("replay-check nowhere.yaml", "nowhere.yaml:1:1: cannot be opened: No such file or directory"),
        ("replay-check dump.yaml --config helm", "dump.yaml: holds no pod that was bound after the beginning"),
        (
            "replay-check dump.yaml full.yaml --config helm",
            "full.yaml: holds no pod that was bound after dump.yaml was taken"
        ),
        (
            "replay-check dump.yaml old.yaml --config helm",
            "old.yaml: is of 2025-03-01T12:00:00Z, earlier than dump.yaml"
        ),
        ("replay-check dump.yaml other.yaml --config helm", "other.yaml: has no node of dump.yaml, such as n1"),
    ]

    @Test(arguments: faults)
    func faultsAreOneLineAndExitCodeTwo(_ line: String, _ says: String) throws {
        let outcome = try folder.run(line)
        #expect(outcome.code == 2)
        #expect(outcome.output == "")
        #expect(outcome.complaints.count == 1, "\(outcome.complaint)")
        #expect(outcome.complaint.hasPrefix(says), "\(outcome.complaint)")
    }

    @Test(arguments: [
        "schedule", "schedule dump.yaml --samples 0", "schedule dump.yaml --now noon", "schedule - --config -",
        "schedule dump.yaml --tie-break chance", "schedule dump.yaml --tie-break seeded --cycles 3",
    ])
    func wrongUsageIsExitCodeTwo(_ line: String) throws {
        let outcome = try folder.run(line)
        #expect(outcome.code == 2)
        #expect(outcome.output == "")
        #expect(outcome.complaint != "")
    }
}
