extension BadScenario {
    static let documents: [BadScenario] = [
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

    static let spec: [BadScenario] = [
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

    static let pools: [BadScenario] = [
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

    static let fabricAndScheduler: [BadScenario] = [
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
                    "      scheduler: {placement: bestfit, tieBreak: random, plugins: x, las: {thresholds: [2h, 1h]}}\n"
            },
            "s.yaml:10:30: spec.clusters[0].scheduler.placement: unknown placement policy \"bestfit\"; did you mean \"best-fit\"?",
            "s.yaml:10:49: spec.clusters[0].scheduler.tieBreak: unknown tie break \"random\"; known: seeded, lowest-name",
            "s.yaml:10:66: spec.clusters[0].scheduler.plugins: is not supported yet",
            "s.yaml:10:92: spec.clusters[0].scheduler.las.thresholds[1]: 1h does not exceed the level before, 2h"),
        BadScenario(
            "failures every second", { $0.cluster = "      failures: {node: {mtbf: 1s, repair: 0s}, disk: {}}\n" },
            "s.yaml:10:31: spec.clusters[0].failures.node.mtbf: expected a duration of at least 1m",
            "s.yaml:10:43: spec.clusters[0].failures.node.repair: expected a duration",
            "s.yaml:10:48: spec.clusters[0].failures: unknown key \"disk\" in the failures; known: card, node, gpu"),
        BadScenario(
            "prices", { $0.cluster = "      price: {perGPUHour: {h100: 2.50, a100: $1/h}}\n" },
            "s.yaml:10:34: spec.clusters[0].price.perGPUHour.h100: \"2.50\" has no dollar sign",
            "s.yaml:10:46: spec.clusters[0].price.perGPUHour.a100: no node pool is called \"a100\""),
        BadScenario(
            "terms",
            {
                $0.cluster =
                    "      price: {spotPerGPUHour: {h10: $1/h, h100: 1}, terms: {h100: spot, a100: reserved}}\n"
            },
            "s.yaml:10:37: spec.clusters[0].price.spotPerGPUHour.h10: no node pool is called \"h10\"; did you mean \"h100\"?",
            "s.yaml:10:49: spec.clusters[0].price.spotPerGPUHour.h100: \"1\" has no dollar sign",
            "s.yaml:10:67: spec.clusters[0].price.terms.h100: unknown terms \"spot\"",
            "s.yaml:10:79: spec.clusters[0].price.terms.a100: no node pool is called \"a100\""),
        BadScenario(
            "manifests and storage without tiers", { $0.cluster = "      manifests: [q.yaml]\n      storage: {}\n" },
            "s.yaml:10:18: spec.clusters[0].manifests: is not supported yet; write queues and pools in the scenario",
            "s.yaml:11:16: spec.clusters[0].storage: the storage needs \"tiers\": a list"),
        BadScenario(
            "tiers that do not work",
            {
                $0.cluster = """
                          storage:
                            tiers:
                              - {name: a, card: s3}
                              - {name: b}
                              - {name: c, card: fsx-lustre-125}
                              - {name: d, card: alluxio}
                              - {name: e, card: s3-standard, origin: a}

                    """
            },
            "s.yaml:12:29: spec.clusters[0].storage.tiers[0].card: unknown storage card \"s3\"",
            "s.yaml:13:13: spec.clusters[0].storage.tiers[1]: a tier needs a card or a kind",
            "s.yaml:14:29: spec.clusters[0].storage.tiers[2].card: the rates of fsx-lustre-125 grow with its capacity"),
        BadScenario(
            "caches that lead nowhere",
            {
                $0.cluster = """
                          storage:
                            tiers:
                              - {name: lake, card: s3-standard}
                              - {name: d, card: alluxio}
                              - {name: e, card: azure-blob, origin: lake}
                              - {name: f, card: alluxio, origin: lak}
                            objects:
                              - {name: m, size: 1GB, tier: lakes}

                    """
            },
            "s.yaml:13:13: spec.clusters[0].storage.tiers[1]: a peer cache needs the tier behind it",
            "s.yaml:14:49: spec.clusters[0].storage.tiers[2].origin: only peer caches and local disks stand before another",
            "s.yaml:15:46: spec.clusters[0].storage.tiers[3].origin: no tier is called \"lak\"",
            "s.yaml:17:40: spec.clusters[0].storage.objects[0].tier: no tier is called \"lakes\"; did you mean \"lake\"?"
        ),
        BadScenario(
            "readings and checkpoints without storage",
            {
                $0.rest = "  startup: {image: nginx}\n  checkpoint: {tier: lake, size: 1GB}\n"
            },
            "s.yaml:12:20: spec.startup.image: the cluster has no \"storage\"",
            "s.yaml:13:22: spec.checkpoint.tier: the cluster has no \"storage\""),
        BadScenario(
            "an optimum without a tier", { $0.rest = "  checkpoint: {interval: young-daly}\n" },
            "s.yaml:12:26: spec.checkpoint.interval: the best interval follows from the storage"),
        BadScenario(
            "a misspelt formula", { $0.rest = "  checkpoint: {interval: yung}\n" },
            "s.yaml:12:26: spec.checkpoint.interval: expected a duration such as 30m, young or young-daly"),
        BadScenario(
            "more spares than nodes",
            { $0.pools = "        - {name: h100, count: 2, machine: dgx-h100, spares: 3}\n" },
            "s.yaml:9:61: spec.clusters[0].nodePools[0].spares: 3 spares of only 2 nodes cannot be kept"),
    ]
}
