extension BadScenario {
    static let queues: [BadScenario] = [
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

    static let jobs: [BadScenario] = [
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

    static let sources: [BadScenario] = [
        BadScenario(
            "no workload", { $0.workload = "    []\n" },
            "s.yaml:11:5: spec.workload: expected at least 1 element, found none"),
        BadScenario(
            "unknown source", { $0.workload = "    - {job: []}\n" },
            "s.yaml:11:8: spec.workload[0]: expected a source of jobs with one of trace, generate, jobs, stream, train; its first key is \"job\"; did you mean \"jobs\"?"
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
