/// Scenarios of these tests.
enum Scenarios {
    /// Half a day of four nodes with failures and a generated mix: runs in half a second in debug builds.
    static let small = """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata:
          name: small
        spec:
          seed: 5
          horizon: 12h
          clusters:
            - name: lab
              nodePools:
                - {name: a100, count: 4, machine: dgx-a100}
              scheduler: {policy: backfill, placement: best-fit}
              failures:
                node: {mtbf: 2d, repair: 1h}
          checkpoint: {interval: 30m, write: 10s, restore: 20s}
          workload:
            - generate: training-mix
              rate: 10/h
              load: 0.9
              largestJob: 16

        """

    /// Two gangs that hold what the other needs under pod-by-pod scheduling; the run warns of it.
    static let deadlock = """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata:
          name: deadlock
        spec:
          until: drained
          clusters:
            - name: lab
              nodePools:
                - {name: a100, count: 4, machine: dgx-a100}
              scheduler: {policy: kube-default, placement: spread, tieBreak: lowest-name}
          workload:
            - jobs:
                - {name: notebook, count: 2, gpus: 4, cpu: 16, memory: 128Gi, duration: 1h}
                - {name: pretrain, submit: 1m, pods: 4, gpus: 8, cpu: 64, memory: 512Gi, duration: 6h}
                - {name: finetune, submit: 2m, pods: 5, gpus: 4, cpu: 32, memory: 256Gi, duration: 2h}

        """

    /// Nodes that fail every minute for ten years: runs for hours, and is ready to be interrupted at once.
    static let long = """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata:
          name: long
        spec:
          horizon: 3650d
          sampleInterval: 1d
          clusters:
            - name: lab
              nodePools:
                - {name: a100, count: 16, machine: dgx-a100}
              scheduler: {policy: fifo-gang}
              failures:
                node: {mtbf: 1min, repair: 1min}
          workload:
            - jobs:
                - {name: train, count: 40, gpus: 8, duration: 30d}

        """
}
