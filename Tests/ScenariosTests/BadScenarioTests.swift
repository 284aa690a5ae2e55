import Configuration
import Testing

@testable import Scenarios

/// A small valid scenario whose parts the cases below replace.
private struct Draft {
    var head = "apiVersion: orrery.dev/v1alpha1\nkind: Scenario\nmetadata: {name: t}\nspec:\n"
    var end = "  horizon: 1d\n"
    var pools = "        - {name: h100, count: 2, machine: dgx-h100}\n"
    var cluster = ""
    var workload = "    - jobs: [{name: a, gpus: 8, duration: 1h}]\n"
    var rest = ""

    /// `horizon` in line 5, `clusters` 6, `nodePools` 8, the first pool 9, `workload` two lines after the last pool.
    var text: String {
        head + end + "  clusters:\n    - name: east\n      nodePools:\n" + pools + cluster + "  workload:\n" + workload
            + rest
    }
}

/// One malformed scenario, and the beginnings of its messages in order.
struct BadScenario: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var expected: [String]

    init(_ what: String, _ text: String, _ expected: String...) {
        testDescription = what
        self.text = text
        self.expected = expected
    }

    fileprivate init(_ what: String, _ change: (inout Draft) -> Void, _ expected: String...) {
        var draft = Draft()
        change(&draft)
        testDescription = what
        text = draft.text
        self.expected = expected
    }

    static let all: [BadScenario] = documents + spec + pools + fabricAndScheduler + queues + jobs + sources
}

@Suite("Malformed scenarios")
struct BadScenarioTests {
    @Test(arguments: BadScenario.all)
    func everyFaultIsReportedAtItsPlace(_ bad: BadScenario) {
        let found = faults(bad.text)
        #expect(found.count == bad.expected.count, "\(found)")
        for (found, expected) in zip(found, bad.expected) { #expect(found.contains(expected)) }
    }

    @Test func theDraftItselfIsFine() { #expect(faults(Draft().text) == []) }

    @Test func thereAreAtLeastForty() { #expect(BadScenario.all.count >= 60) }

    @Test func filesThatAreNoScenarios() {
        for (path, expected) in [
            ("/", "/:1:1: is a directory"), ("/no/such.yaml", "/no/such.yaml:1:1: cannot be opened"),
            ("/dev/null", "/dev/null:1:1: is empty"), ("/bin/sh", "is a binary file"),
        ] {
            let error = #expect(throws: InvalidInput.self) { try ScenarioFile(path: path) }
            #expect(error?.description.contains(expected) == true)
        }
    }

    @Test func everyOverrideIsReported() {
        #expect(
            faults(Draft().text, set: ["spec.clusters[west].name=a", "spec.seed"]) == [
                "--set:1:15: spec.clusters: has no element named \"west\"; known: east",
                "--set:2:1: expected path=value, found \"spec.seed\"",
            ])
        #expect(
            faults(Draft().text, set: ["spec.clusters[0].nodePools[h100].count=-1", "spec.horizn=2d"]) == [
                "--set:1:40: spec.clusters[0].nodePools[0].count: expected a whole number from 0 to 1000000, "
                    + "found the number -1",
                "--set:2:6: spec: unknown key \"horizn\" in the spec; did you mean \"horizon\"?",
            ])
    }

    @Test func faultsOfVariantsStandWhereTheVariantIsWritten() {
        let text =
            Draft().text
            + "  compare:\n    - name: more\n      set:\n        spec.clusters[0].nodePools[h100].count: many\n"
            + "        spec.clusters[0].nodePools[b200].count: 3\n    - name: more\n      set: {spec.seed: -1}\n"
        #expect(
            faults(text) == [
                "s.yaml:17:13: spec.compare[1].name: variant \"more\" is already defined in line 13"
            ])
        let renamed = text.replacing("- name: more\n      set: {", with: "- name: less\n      set: {")
        #expect(
            faults(renamed) == [
                "s.yaml:16:36: spec.clusters[0].nodePools: has no element named \"b200\"; known: h100",
                "s.yaml:18:24: spec.seed: expected a whole number, at least 0, found the number -1",
            ])
    }
}

extension BadScenario {
    fileprivate static let documents: [BadScenario] = [
        BadScenario("empty file", "", "s.yaml:1:1: is empty; a YAML document is expected"),
        BadScenario("comment only", "# nothing\n", "s.yaml:1:1: is empty"),
        BadScenario("a list", "- a\n- b\n", "s.yaml:1:1: expected a scenario, found a list"),
        BadScenario("a word", "hello\n", "s.yaml:1:1: expected a scenario, found the string \"hello\""),
        BadScenario("binary", "a\0b", "s.yaml:1:2: is a binary file"),
        BadScenario(
            "another kind of object", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
            "s.yaml:2:7: kind: is the string \"Pod\"; \"Scenario\" is expected"),
        BadScenario(
            "another version", { $0.head = $0.head.replacing("v1alpha1", with: "v1") },
            "s.yaml:1:13: apiVersion: unknown apiVersion \"orrery.dev/v1\"; did you mean \"orrery.dev/v1alpha1\"?"),
        BadScenario(
            "nothing but the kind", "kind: Scenario\n", "s.yaml:1:1: a scenario needs \"apiVersion\"",
            "s.yaml:1:1: a scenario needs \"metadata\": the metadata", "s.yaml:1:1: a scenario needs \"spec\": the spec"
        ),
        BadScenario(
            "tab", { $0.rest = "\tseed: 3\n" }, "s.yaml:12:1: not valid YAML"),
        BadScenario(
            "unclosed bracket", { $0.workload = "    - jobs: [{name: a, duration: 1h]\n" },
            "s.yaml:11:36: not valid YAML while parsing a flow mapping"),
        BadScenario(
            "two documents", { $0.rest = "---\na: 1\n" }, "s.yaml:13:1: a second document in one file"),
        BadScenario(
            "duplicate key", { $0.rest = "  horizon: 2d\n" },
            "s.yaml:12:3: key \"horizon\" is already given in line 5, column 3"),
        BadScenario(
            "alias of nothing", { $0.end = "  horizon: *week\n" }, "s.yaml:5:12: alias *week has no anchor"),
        BadScenario(
            "bad name", { $0.head = $0.head.replacing("name: t", with: "name: My Run") },
            "s.yaml:3:18: metadata.name: \"My Run\" is not a valid name; use lower-case letters"),
        BadScenario(
            "number as name", { $0.head = $0.head.replacing("name: t", with: "name: 7") },
            "s.yaml:3:18: metadata.name: expected a name, found the number 7; put it in quotes"),
    ]

    fileprivate static let spec: [BadScenario] = [
        BadScenario(
            "missing unit", { $0.end = "  horizon: 7\n" },
            "s.yaml:5:12: spec.horizon: \"7\" has no unit; expected a duration such as 30s, 10m or 7d"),
        BadScenario(
            "unknown unit", { $0.end = "  horizon: 7 fortnights\n" },
            "s.yaml:5:12: spec.horizon: \"7 fortnights\" has the unknown unit"),
        BadScenario(
            "horizon of nothing", { $0.end = "  horizon: 0s\n" },
            "s.yaml:5:12: spec.horizon: expected a duration such as 30s, 10m or 7d, found 0s, which is not greater"),
        BadScenario(
            "negative horizon", { $0.end = "  horizon: -3d\n" }, "s.yaml:5:12: spec.horizon: \"-3d\" is negative"),
        BadScenario("endless horizon", { $0.end = "  horizon: 101y\n" }, "s.yaml:5:12: spec.horizon: expected"),
        BadScenario(
            "empty value", { $0.end = "  horizon:\n" },
            "s.yaml:5:11: spec.horizon: expected a duration such as 30s, 10m or 7d, found nothing; give a value"),
        BadScenario(
            "horizon and until", { $0.rest = "  until: drained\n" },
            "s.yaml:12:10: spec.until: a run ends at a horizon or when drained, not both"),
        BadScenario(
            "unknown until", { $0.end = "  until: done\n" },
            "s.yaml:5:10: spec.until: unknown end \"done\"; known: drained"),
        BadScenario(
            "unknown key", { $0.rest = "  sead: 3\n" },
            "s.yaml:12:3: spec: unknown key \"sead\" in the spec; did you mean \"seed\"?"),
        BadScenario(
            "negative seed", { $0.rest = "  seed: -3\n" },
            "s.yaml:12:9: spec.seed: expected a whole number, at least 0, found the number -3"),
        BadScenario(
            "seed beyond 64 bits", { $0.rest = "  seed: 99999999999999999999\n" },
            "s.yaml:12:9: spec.seed: expected a whole number, at least 0, found the number 99999999999999999999"),
        BadScenario(
            "billions of samples",
            {
                $0.rest = "  sampleInterval: 1s\n"; $0.end = "  horizon: 30y\n"
            },
            "s.yaml:12:19: spec.sampleInterval: 1s divides the horizon of 30y into more than a million samples"),
        BadScenario(
            "federation", { $0.rest = "  federation: {manifests: []}\n" },
            "s.yaml:12:15: spec.federation: is not supported yet; this version simulates one cluster"),
        BadScenario(
            "two clusters",
            { $0.cluster = "    - {name: west, nodePools: [{name: p, count: 1, machine: dgx-h100}]}\n" },
            "s.yaml:10:7: spec.clusters[1]: is a second cluster; this version simulates one; federation arrives later"),
        BadScenario(
            "checkpoint times", { $0.rest = "  checkpoint: {interval: 1ms, write: 20, onPreemption: yes}\n" },
            "s.yaml:12:26: spec.checkpoint.interval: expected a duration of at least 1s",
            "s.yaml:12:38: spec.checkpoint.write: \"20\" has no unit",
            "s.yaml:12:56: spec.checkpoint.onPreemption: expected true or false, found the string \"yes\"; write true"),
        BadScenario(
            "start-up of a list", { $0.rest = "  startup: [1s]\n" },
            "s.yaml:12:12: spec.startup: expected the start-up times, found a list"),
        BadScenario(
            "objectives",
            {
                $0.rest =
                    "  objectives:\n    - be fast\n    - p95(weight) < 3h\n    - p95(wait) < 3\n    - avg(wait) < 3h\n"
                    + "    - p95(wait) of quue prod < 3h\n    - mean(utilization) > 80%\n"
            },
            "s.yaml:13:7: spec.objectives[0]: the objective compares nothing",
            "s.yaml:14:7: spec.objectives[1]: unknown metric \"weight\"",
            "s.yaml:15:7: spec.objectives[2]: the bound on wait: \"3\" has no unit",
            "s.yaml:16:7: spec.objectives[3]: unknown statistic \"avg\"",
            "s.yaml:17:7: spec.objectives[4]: unknown scope \"quue\"; did you mean \"queue\"?"),
        BadScenario(
            "variant without changes", { $0.rest = "  compare: [{name: a}]\n" },
            "s.yaml:12:13: spec.compare[0]: a variant needs \"set\""),
        BadScenario(
            "path of a variant", { $0.rest = "  compare: [{name: a, set: {\"spec..seed\": 3}}]\n" },
            "s.yaml:12:34: a key is missing in the path"),
    ]

    fileprivate static let pools: [BadScenario] = [
        BadScenario(
            "unknown machine", { $0.pools = "        - {name: a, count: 2, machine: dgx-h10}\n" },
            "s.yaml:9:40: spec.clusters[0].nodePools[0].machine: unknown machine \"dgx-h10\"; did you mean \"dgx-h100\"?"
        ),
        BadScenario(
            "negative count", { $0.pools = "        - {name: a, count: -2, machine: dgx-h100}\n" },
            "s.yaml:9:28: spec.clusters[0].nodePools[0].count: expected a whole number from 0 to 1000000, found the number -2"
        ),
        BadScenario(
            "count with a point", { $0.pools = "        - {name: a, count: 2.5, machine: dgx-h100}\n" },
            "s.yaml:9:28: spec.clusters[0].nodePools[0].count: expected a whole number"),
        BadScenario(
            "count in words", { $0.pools = "        - {name: a, count: two, machine: dgx-h100}\n" },
            "s.yaml:9:28: spec.clusters[0].nodePools[0].count: expected a whole number from 0 to 1000000, found the string \"two\""
        ),
        BadScenario(
            "no nodes", { $0.pools = "        - {name: a, count: 0, machine: dgx-h100}\n" },
            "s.yaml:9:9: spec.clusters[0].nodePools: the cluster has no nodes"),
        BadScenario(
            "no pools", { $0.pools = "        []\n" },
            "s.yaml:9:9: spec.clusters[0].nodePools: expected at least 1 element, found none"),
        BadScenario(
            "duplicate pools", { $0.pools += $0.pools },
            "s.yaml:10:18: spec.clusters[0].nodePools[1].name: node pool \"h100\" is already defined in line 9"),
        BadScenario(
            "pool without machine", { $0.pools = "        - {name: a, count: 2}\n" },
            "s.yaml:9:11: spec.clusters[0].nodePools[0]: a node pool needs \"machine\": the name of a machine or an inline"
        ),
        BadScenario(
            "inline machine",
            {
                $0.pools =
                    "        - {name: a, count: 2, machine: {cpu: 64x, memory: -1Gi, gpu: h10, gpus: 40, nics: 2, nicRate: 400}}\n"
            },
            "s.yaml:9:46: spec.clusters[0].nodePools[0].machine.cpu: \"64x\"",
            "s.yaml:9:59: spec.clusters[0].nodePools[0].machine.memory: expected a Kubernetes quantity such as 500m, 8 or 16Gi, found -1Gi, which is negative",
            "s.yaml:9:70: spec.clusters[0].nodePools[0].machine.gpu: unknown GPU model \"h10\"; did you mean \"a10\"?",
            "s.yaml:9:81: spec.clusters[0].nodePools[0].machine.gpus: expected a whole number from 0 to 32",
            "s.yaml:9:103: spec.clusters[0].nodePools[0].machine.nicRate: \"400\" has no unit"),
        BadScenario(
            "GPUs without a model",
            { $0.pools = "        - {name: a, count: 2, machine: {cpu: 64, memory: 1Ti, gpus: 4}}\n" },
            "s.yaml:9:69: spec.clusters[0].nodePools[0].machine.gpus: GPUs need a model; add \"gpu: h100-sxm\""),
        BadScenario(
            "odd NVLink domain",
            {
                $0.pools =
                    "        - {name: a, count: 2, machine: {cpu: 64, memory: 1Ti, gpu: h100, gpus: 8, nvlinkDomainGPUs: 12}}\n"
            },
            "s.yaml:9:101: spec.clusters[0].nodePools[0].machine.nvlinkDomainGPUs: 12 GPUs are not a whole number of nodes"
        ),
        BadScenario(
            "labels and taints",
            {
                $0.pools =
                    "        - {name: a, count: 2, machine: dgx-h100, labels: {zone: 1}, taints: [{key: a, effect: NoSchedul}, {effect: PreferNoSchedule}]}\n"
            },
            "s.yaml:9:65: spec.clusters[0].nodePools[0].labels.zone: expected a string, found the number 1; put it in quotes",
            "s.yaml:9:95: spec.clusters[0].nodePools[0].taints[0].effect: unknown taint effect \"NoSchedul\"; did you mean \"NoSchedule\"?",
            "s.yaml:9:107: spec.clusters[0].nodePools[0].taints[1]: a taint needs \"key\"",
            "s.yaml:9:116: spec.clusters[0].nodePools[0].taints[1].effect: PreferNoSchedule is not supported yet"),
    ]

    fileprivate static let fabricAndScheduler: [BadScenario] = [
        BadScenario(
            "unknown fabric",
            { $0.cluster = "      fabric: {kind: rail-optimised, nodesPerLeaf: 0, spineOversubscription: 0}\n" },
            "s.yaml:10:22: spec.clusters[0].fabric.kind: unknown fabric kind \"rail-optimised\"; did you mean \"rail-optimized\"?",
            "s.yaml:10:52: spec.clusters[0].fabric.nodesPerLeaf: expected a whole number from 1",
            "s.yaml:10:78: spec.clusters[0].fabric.spineOversubscription: expected a number, at least 0.1"),
        BadScenario(
            "not a number", { $0.cluster = "      fabric: {spineOversubscription: .nan, linkRate: .inf}\n" },
            "s.yaml:10:39: spec.clusters[0].fabric.spineOversubscription: expected a number, at least 0.1 and at most 1000, found the number .nan",
            "s.yaml:10:55: spec.clusters[0].fabric.linkRate: \".inf\""),
        BadScenario(
            "unknown policy", { $0.cluster = "      scheduler: fifo\n" },
            "s.yaml:10:18: spec.clusters[0].scheduler.policy: unknown scheduling policy \"fifo\""),
        BadScenario(
            "scheduler settings",
            {
                $0.cluster =
                    "      scheduler: {placement: bestfit, tieBreak: random, period: 1s, las: {thresholds: [2h, 1h]}}\n"
            },
            "s.yaml:10:30: spec.clusters[0].scheduler.placement: unknown placement policy \"bestfit\"; did you mean \"best-fit\"?",
            "s.yaml:10:49: spec.clusters[0].scheduler.tieBreak: unknown tie break \"random\"; known: seeded, lowest-name",
            "s.yaml:10:65: spec.clusters[0].scheduler.period: is not supported yet",
            "s.yaml:10:92: spec.clusters[0].scheduler.las.thresholds[1]: 1h does not exceed the level before, 2h"),
        BadScenario(
            "failures every second", { $0.cluster = "      failures: {node: {mtbf: 1s, repair: 0s}, disk: {}}\n" },
            "s.yaml:10:31: spec.clusters[0].failures.node.mtbf: expected a duration of at least 1m",
            "s.yaml:10:43: spec.clusters[0].failures.node.repair: expected a duration",
            "s.yaml:10:48: spec.clusters[0].failures: unknown key \"disk\" in the failures; known: node, gpu"),
        BadScenario(
            "prices", { $0.cluster = "      price: {perGPUHour: {h100: 2.50, a100: $1/h}}\n" },
            "s.yaml:10:34: spec.clusters[0].price.perGPUHour.h100: \"2.50\" has no dollar sign",
            "s.yaml:10:46: spec.clusters[0].price.perGPUHour.a100: no node pool is called \"a100\""),
        BadScenario(
            "manifests and storage", { $0.cluster = "      manifests: [q.yaml]\n      storage: {}\n" },
            "s.yaml:10:18: spec.clusters[0].manifests: is not supported yet; write queues and pools in the scenario",
            "s.yaml:11:16: spec.clusters[0].storage: is not supported yet"),
    ]

    fileprivate static let queues: [BadScenario] = [
        BadScenario(
            "cyclic queues",
            {
                $0.cluster =
                    "      queues:\n        - {name: a, parent: c}\n        - {name: b, parent: a}\n        - {name: c, parent: b}\n"
                $0.workload = "    - jobs: [{name: a, queue: a, gpus: 8, duration: 1h}]\n"
            },
            "s.yaml:11:29: spec.clusters[0].queues[0].parent: queues are above themselves: a → c → b → a"),
        BadScenario(
            "queue above itself",
            { $0.cluster = "      queues: [{name: a, parent: a}]\n" },
            "s.yaml:10:34: spec.clusters[0].queues[0].parent: queues are above themselves: a → a"),
        BadScenario(
            "unknown parent, duplicate name, weights",
            {
                $0.cluster =
                    "      queues:\n        - {name: prod, parent: al, weight: 0}\n        - {name: all}\n        - {name: prod, capGPUs: -8}\n"
            },
            "s.yaml:11:32: spec.clusters[0].queues[0].parent: no queue is called \"al\"; did you mean \"all\"?",
            "s.yaml:11:44: spec.clusters[0].queues[0].weight: expected a number, at least 0.001",
            "s.yaml:13:18: spec.clusters[0].queues[2].name: queue \"prod\" is already defined in line 11",
            "s.yaml:13:33: spec.clusters[0].queues[2].capGPUs: expected a number, at least 0"),
        BadScenario(
            "unknown queue of a job",
            {
                $0.cluster = "      queues: [{name: prod}, {name: dev}]\n"
                $0.workload =
                    "    - jobs: [{name: a, queue: prd, gpus: 8, duration: 1h}, {name: b, gpus: 8, duration: 1h}]\n"
            },
            "s.yaml:12:31: spec.workload[0].jobs[0].queue: no queue is called \"prd\"; did you mean \"prod\"?",
            "s.yaml:12:60: spec.workload[0].jobs[1]: job \"b\" names no queue; known: prod, dev"),
        BadScenario(
            "job above its queue's cap", { $0.cluster = "      queues: [{name: prod, capGPUs: 4}]\n" },
            "s.yaml:12:14: spec.workload[0].jobs[0]: job \"a\" can never start: it needs 8 GPUs at once; its queue is capped at 4"
        ),
    ]

    fileprivate static let jobs: [BadScenario] = [
        BadScenario(
            "gang larger than the cluster",
            { $0.workload = "    - jobs:\n        - {name: a, pods: 3, gpus: 8, duration: 1h}\n" },
            "s.yaml:12:11: spec.workload[0].jobs[0]: job \"a\" can never start: it needs 3 pods with 8 GPUs each at once; the empty nodes of the allowed pools (h100) hold 2"
        ),
        BadScenario(
            "pod larger than a node", { $0.workload = "    - jobs: [{name: a, gpus: 16, duration: 1h}]\n" },
            "s.yaml:11:14: spec.workload[0].jobs[0]: job \"a\" can never start: it needs a pod with 16 GPUs at once; the empty nodes of the allowed pools (h100) hold 0"
        ),
        BadScenario(
            "groups larger than the cluster together",
            {
                $0.workload =
                    "    - jobs: [{name: a, duration: 1h, groups: [{pods: 2, gpus: 8}, {gpus: 1}]}]\n"
            },
            "s.yaml:11:14: spec.workload[0].jobs[0]: job \"a\" can never start: it needs 17 GPUs at once; the allowed pools (h100) have 16"
        ),
        BadScenario(
            "no pool allowed",
            { $0.workload = "    - jobs: [{name: a, gpus: 1, gpuModels: [t4], duration: 1h}]\n" },
            "s.yaml:11:14: spec.workload[0].jobs[0]: job \"a\" can never start: no node pool is allowed"),
        BadScenario(
            "taint not tolerated",
            {
                $0.pools =
                    "        - {name: h100, count: 2, machine: dgx-h100, taints: [{key: x, value: \"1\", effect: NoSchedule}]}\n"
                $0.workload =
                    "    - jobs: [{name: a, gpus: 1, duration: 1h, tolerations: [{key: x, value: \"2\"}]}]\n"
            },
            "s.yaml:11:14: spec.workload[0].jobs[0]: job \"a\" can never start"),
        BadScenario(
            "MIG on a GPU that has none",
            {
                $0.pools = "        - {name: t4, count: 2, machine: t4-4}\n"
                $0.workload = "    - jobs: [{name: a, mig: 1g.10gb, duration: 1h}]\n"
            },
            "s.yaml:11:14: spec.workload[0].jobs[0]: job \"a\" can never start: it needs a pod with a MIG slice 1g.10gb"
        ),
        BadScenario(
            "unknown pool", { $0.workload = "    - jobs: [{name: a, pools: [h10], gpus: 1, duration: 1h}]\n" },
            "s.yaml:11:32: spec.workload[0].jobs[0].pools[0]: no node pool is called \"h10\"; did you mean \"h100\"?"),
        BadScenario(
            "numbers of a job",
            {
                $0.workload =
                    "    - jobs: [{name: a, count: 0, pods: -1, gpus: 1.5, gpuShare: 1, duration: 0s, priority: high}]\n"
            },
            "s.yaml:11:31: spec.workload[0].jobs[0].count: expected a whole number from 1",
            "s.yaml:11:40: spec.workload[0].jobs[0].pods: expected a whole number from 1",
            "s.yaml:11:50: spec.workload[0].jobs[0].gpus: expected a whole number from 0 to 32",
            "s.yaml:11:65: spec.workload[0].jobs[0].gpuShare: expected a number, at least 0.001 and at most 0.999",
            "s.yaml:11:78: spec.workload[0].jobs[0].duration: expected a duration",
            "s.yaml:11:92: spec.workload[0].jobs[0].priority: expected a whole number"),
        BadScenario(
            "job without duration", { $0.workload = "    - jobs: [{name: a, gpus: 1}]\n" },
            "s.yaml:11:14: spec.workload[0].jobs[0]: a job needs \"duration\": a duration such as"),
        BadScenario(
            "two kinds of GPU", { $0.workload = "    - jobs: [{name: a, gpus: 2, mig: 1g.10gb, duration: 1h}]\n" },
            "s.yaml:11:38: spec.workload[0].jobs[0].mig: a pod has gpus or mig, not both"),
        BadScenario(
            "minimum above the pods", { $0.workload = "    - jobs: [{name: a, pods: 2, minPods: 3, duration: 1h}]\n" },
            "s.yaml:11:42: spec.workload[0].jobs[0].minPods: 3 pods of only 2 cannot be required"),
        BadScenario(
            "pods in two places",
            { $0.workload = "    - jobs: [{name: a, gpus: 2, duration: 1h, groups: [{pods: 2}]}]\n" },
            "s.yaml:11:55: spec.workload[0].jobs[0].groups: pods are described at the job and in groups"),
        BadScenario(
            "abort before submit",
            { $0.workload = "    - jobs: [{name: a, submit: 2h, abortAt: 1h, gpus: 1, duration: 1h}]\n" },
            "s.yaml:11:45: spec.workload[0].jobs[0].abortAt: 1h is before the job's submit at 2h"),
        BadScenario(
            "duplicate jobs",
            { $0.workload = "    - jobs: [{name: a, gpus: 1, duration: 1h}, {name: a, gpus: 2, duration: 1h}]\n" },
            "s.yaml:11:55: spec.workload[0].jobs[1].name: job \"a\" is already defined in line 11"),
        BadScenario(
            "a row beyond time",
            { $0.workload = "    - jobs: [{name: a, count: 900, every: 1y, gpus: 1, duration: 1h}]\n" },
            "s.yaml:11:43: spec.workload[0].jobs[0].every: the last job would arrive after more than 100 years"),
        BadScenario(
            "toleration of nothing",
            { $0.workload = "    - jobs: [{name: a, gpus: 1, duration: 1h, tolerations: [{value: x}]}]\n" },
            "s.yaml:11:61: spec.workload[0].jobs[0].tolerations[0]: a toleration without a key tolerates nothing"),
    ]

    fileprivate static let sources: [BadScenario] = [
        BadScenario(
            "no workload", { $0.workload = "    []\n" },
            "s.yaml:11:5: spec.workload: expected at least 1 element, found none"),
        BadScenario(
            "unknown source", { $0.workload = "    - {job: []}\n" },
            "s.yaml:11:8: spec.workload[0]: expected a source of jobs with one of trace, generate, jobs; its first key is \"job\"; did you mean \"jobs\"?"
        ),
        BadScenario(
            "services", { $0.workload = "    - {service: chat, model: llama-3.1-70b}\n" },
            "s.yaml:11:8: spec.workload[0].service: is not supported yet; inference services arrive in a later version"),
        BadScenario(
            "missing trace", { $0.workload = "    - {trace: no/such.csv, format: orrery}\n" },
            "s.yaml:11:15: spec.workload[0].trace: no/such.csv cannot be opened: No such file or directory"),
        BadScenario(
            "trace is a directory", { $0.workload = "    - {trace: /proc, format: swf}\n" },
            "s.yaml:11:15: spec.workload[0].trace: /proc is a directory"),
        BadScenario(
            "trace of another format",
            { $0.workload = "    - {trace: /dev/null, format: philly, swf: {procesor: gpu}, queue: {byColumn: vc}}\n" },
            "s.yaml:11:34: spec.workload[0].format: unknown trace format \"philly\"; known: orrery, openb, swf",
            "s.yaml:11:48: spec.workload[0].swf: unknown key \"procesor\" in the SWF settings; did you mean \"processor\"?",
            "s.yaml:11:82: spec.workload[0].queue.byColumn: unknown column \"vc\""),
        BadScenario(
            "settings of another format", { $0.workload = "    - {trace: /dev/null, format: openb, swf: {}}\n" },
            "s.yaml:11:46: spec.workload[0].swf: does not apply to the format openb"),
        BadScenario(
            "empty trace", { $0.workload = "    - {trace: /dev/null, format: orrery}\n" }, "/dev/null"),
        BadScenario(
            "unknown generator", { $0.workload = "    - {generate: trainingmix, load: 0}\n" },
            "s.yaml:11:18: spec.workload[0].generate: unknown generator \"trainingmix\"; did you mean \"training-mix\"?",
            "s.yaml:11:37: spec.workload[0].load: expected a number, greater than 0 and at most 100"),
        BadScenario(
            "generated for ever",
            {
                $0.workload = "    - {generate: training-mix}\n"; $0.end = "  until: drained\n"
            },
            "s.yaml:11:18: spec.workload[0].generate: nothing ends the arrivals: the scenario has no horizon; add \"span: 7d\""
        ),
        BadScenario(
            "parameters of the generator",
            {
                $0.workload =
                    "    - {generate: training-mix, rate: 40, jobs: 3, span: 1d, classes: {train: {}}, teams: [{name: a, classFactors: {evl: 2}}]}\n"
            },
            "s.yaml:11:38: spec.workload[0].rate: \"40\" has no unit",
            "s.yaml:11:57: spec.workload[0].span: the number of jobs is given",
            "s.yaml:11:78: spec.workload[0].classes.train: unknown class \"train\"",
            "s.yaml:11:121: spec.workload[0].teams[0].classFactors.evl: unknown class \"evl\"; did you mean \"eval\"?"),
        BadScenario(
            "queues of generated teams",
            {
                $0.cluster = "      queues: [{name: language}]\n"; $0.workload = "    - generate: training-mix\n"
            },
            "s.yaml:12:7: spec.workload[0].teams[1].queue: no queue is called \"vision\"",
            "s.yaml:12:7: spec.workload[0].teams[2].queue: no queue is called \"research\""),
        BadScenario(
            "generated pods larger than the nodes",
            { $0.workload = "    - {generate: training-mix, gpusPerPod: 16}\n" },
            "s.yaml:11:18: spec.workload[0].generate: "),
        BadScenario(
            "no GPUs to generate for",
            {
                $0.pools = "        - {name: cpu, count: 2, machine: cpu-96}\n"
                $0.workload = "    - generate: training-mix\n"
            },
            "s.yaml:11:7: spec.workload[0]: no node pool with GPUs is allowed"),
    ]
}
