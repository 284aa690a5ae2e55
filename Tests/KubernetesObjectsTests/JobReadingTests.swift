import Configuration
import KubernetesObjects
import Testing

private func read(_ text: String) throws -> ObjectSet {
    var reader = ObjectReader()
    try reader.read(SourceText(name: "objects", text: text))
    return reader.objects
}

@Test func aVolcanoJobIsReadWithTasksPoliciesAndStatus() throws {
    let objects = try read(
        """
        apiVersion: batch.volcano.sh/v1alpha1
        kind: Job
        metadata: {name: a}
        spec:
          minAvailable: 2
          queue: q
          plugins: {svc: [], env: ["--x"]}
          policies: [{events: [PodFailed, PodEvicted], action: RestartJob, timeout: 1m30s}]
          tasks:
          - name: w
            replicas: 4
            minAvailable: 2
            partitionPolicy: {totalPartitions: 2, partitionSize: 2}
            dependsOn: {name: [m], iteration: any}
            policies: [{exitCode: 3, action: AbortJob}]
            template:
              metadata: {labels: {app: x}}
              spec: {containers: [{name: m, resources: {requests: {cpu: '1'}}}]}
        status:
          state: {phase: Running, lastTransitionTime: "2026-01-01T10:00:00Z"}
          taskStatusCount: {w: {phase: {Running: 2}}}
          running: 2
        """)
    let job = try #require(objects.jobs.first)
    #expect(job.metadata.namespace == "default" && job.spec.plugins == ["svc": [], "env": ["--x"]])
    #expect(job.spec.policies.first?.timeout == 90_000_000_000 && job.spec.maxRetry == nil)
    let task = try #require(job.spec.tasks.first)
    #expect(task.template.spec.containers.count == 1 && task.template.metadata.labels == ["app": "x"])
    #expect(task.dependsOn?.tasks == ["m"] && task.partitionPolicy?.partitionSize == 2)
    #expect(job.status.phase == .running && job.status.taskCounts == ["w": ["Running": 2]])
}

@Test func kubernetesOwnJobsAreSkipped() throws {
    var reader = ObjectReader()
    try reader.read(SourceText(name: "x", text: "{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {x: 1}}"))
    #expect(reader.objects.jobs.isEmpty && reader.skipped.map(\.kind) == ["Job"])
}

@Test func aMisspeltFieldOfAJobIsFound() {
    #expect(throws: InvalidInput.self) {
        try read("{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: a}, spec: {minAvailible: 1}}")
    }
    #expect(throws: InvalidInput.self) {
        try read(
            "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: a}, "
                + "spec: {policies: [{action: AbortJob, timeout: soon}]}}")
    }
}

@Test func flowsTemplatesCommandsAndCronJobsAreRead() throws {
    let objects = try read(
        """
        {apiVersion: flow.volcano.sh/v1alpha1, kind: JobTemplate, metadata: {name: a}, spec: {tasks: [{name: w, replicas: 1}]}}
        ---
        {apiVersion: flow.volcano.sh/v1alpha1, kind: JobFlow, metadata: {name: f}, spec: {jobRetainPolicy: delete,
          flows: [{name: a}, {name: b, dependsOn: {targets: [a]}}]}}
        ---
        {apiVersion: bus.volcano.sh/v1alpha1, kind: Command, metadata: {name: c}, action: AbortJob, target: {kind: Job, name: a}}
        ---
        {apiVersion: batch.volcano.sh/v1alpha1, kind: CronJob, metadata: {name: n}, spec: {schedule: '0 * * * *',
          suspend: true, jobTemplate: {spec: {tasks: [{name: w, replicas: 3}]}}}}
        """)
    #expect(objects.jobTemplates.first?.spec.tasks.count == 1 && objects.jobFlows.first?.flows.last?.targets == ["a"])
    #expect(objects.commands.first?.action == "AbortJob" && objects.commands.first?.target.kind == "Job")
    #expect(objects.cronJobs.first?.suspend == true && objects.cronJobs.first?.template.tasks.first?.replicas == 3)
    #expect(objects.count == 4)
}
