import Configuration
import Controllers
import KubernetesObjects
import Testing

/// What the webhook says to a Job of this spec; nil if it lets it pass.
private func refusal(_ spec: String) throws -> String? {
    var scene = try Scene()
    let message = try scene.create(
        "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: a}, spec: \(spec)}")
    let prefix = "admission webhook 'validatejob.volcano.sh' denied the request: "
    if let message { #expect(message.hasPrefix(prefix)) }
    return message.map { String($0.dropFirst(prefix.count)) }
}

@Test func whatAUserLeavesOutIsFilledIn() throws {
    var scene = try Scene()
    try scene.createJob("a", "{replicas: 2}, {name: w, replicas: 4, minAvailable: 1}", "plugins: {mpi: ['--master=w']}")
    let spec = try #require(scene.job("a")?.spec)
    #expect(spec.queue == "default" && spec.schedulerName == "volcano" && spec.maxRetry == 3)
    #expect(spec.tasks.map(\.name) == ["default0", "w"] && spec.tasks.map(\.minAvailable) == [2, 1])
    #expect(spec.minAvailable == 3 && spec.plugins.keys.sorted() == ["mpi", "ssh", "svc"])
}

@Test func jobsWithoutSenseAreRefused() throws {
    #expect(try refusal("{tasks: []}") == "No task specified in job spec")
    #expect(
        try refusal("{minAvailable: 3, tasks: [{name: w, replicas: 2}]}")
            == "job 'minAvailable' should not be greater than total replicas in tasks;")
    #expect(
        try refusal("{tasks: [{name: w, replicas: 1}, {name: w, replicas: 1}]}") == "duplicated task name w;")
    #expect(
        try refusal("{tasks: [{name: w, replicas: 1, minAvailable: 2}]}")?
            .hasPrefix("'minAvailable' is greater than 'replicas' in task: w, job: a;") == true)
    #expect(
        try refusal("{plugins: {magic: []}, tasks: [{name: w, replicas: 1}]}") == "unable to find job plugin: magic;")
    #expect(try refusal("{queue: root, tasks: [{name: w, replicas: 1}]}") == "can not submit job to root queue;")
    #expect(try refusal("{queue: q, tasks: [{name: w, replicas: 1}]}")?.contains("unable to find job queue") == true)
    #expect(
        try refusal(
            "{networkTopology: {mode: hard, highestTierAllowed: 1, highestTierName: rack}, tasks: [{name: w, replicas: 1}]}"
        )
            == "must not specify 'highestTierAllowed' and 'highestTierName' in networkTopology simultaneously;")
    #expect(try refusal("{tasks: [{name: W, replicas: 1}]}")?.contains("RFC 1123") == true)
    #expect(try refusal("{tasks: [{name: w, replicas: 1}]}") == nil)
}

@Test func circlesOfDependenciesAreRefused() throws {
    let circle =
        "{tasks: [{name: a, replicas: 1, dependsOn: {name: [b]}}, {name: b, replicas: 1, dependsOn: {name: [a]}}]}"
    #expect(
        try refusal(circle) == "job has dependencies between tasks, but doesn't form a directed acyclic graph(DAG);")
    #expect(try refusal("{tasks: [{name: a, replicas: 1, dependsOn: {name: [x]}}]}") != nil)
    #expect(try refusal("{tasks: [{name: a, replicas: 1}, {name: b, replicas: 1, dependsOn: {name: [a]}}]}") == nil)
}

@Test func partitionsMakeUpTheirTask() throws {
    func partitions(_ policy: String, _ more: String = "") throws -> String? {
        try refusal("{tasks: [{name: w, replicas: 8, \(more)partitionPolicy: {\(policy)}}]}")
    }
    let place = " in task: w, job: a"
    #expect(try partitions("totalPartitions: 2, partitionSize: 4") == nil)
    #expect(try partitions("totalPartitions: 2, partitionSize: 4, minPartitions: 1") == nil)
    #expect(
        try partitions("totalPartitions: 2, partitionSize: 3")
            == "'Replicas' are not equal to TotalPartitions*PartitionSize" + place)
    #expect(
        try partitions("totalPartitions: -1, partitionSize: 8") == "'TotalPartitions' must be greater than 0" + place)
    #expect(try partitions("totalPartitions: 8, partitionSize: -1") == "'PartitionSize' must be greater than 0" + place)
    // What a user says of the minimum must be the least number of partitions; of none, the user may say anything.
    #expect(try partitions("totalPartitions: 4, partitionSize: 2, minPartitions: 2", "minAvailable: 4, ") == nil)
    #expect(
        try partitions("totalPartitions: 4, partitionSize: 2, minPartitions: 1", "minAvailable: 4, ")
            == "'MinAvailable' is not equal to MinPartitions*PartitionSize" + place)
    #expect(try partitions("totalPartitions: 4, partitionSize: 2", "minAvailable: 3, ") == nil)
    var scene = try Scene()
    try scene.createJob("b", "{name: w, replicas: 9, partitionPolicy: {totalPartitions: 3, partitionSize: 3}}")
    #expect(scene.job("b")?.spec.minAvailable == 9)
}

@Test func theMPIPluginNeedsItsMaster() throws {
    func mpi(_ arguments: String, tasks names: [String]) throws -> String? {
        let tasks = names.map { "{name: \($0), replicas: 1}" }.joined(separator: ", ")
        return try refusal("{plugins: {mpi: [\(arguments)]}, tasks: [\(tasks)]}")
    }
    let missing = "The specified mpi master task was not found"
    #expect(try mpi("", tasks: ["master", "worker"]) == nil)
    #expect(try mpi("", tasks: ["launcher", "worker"]) == missing)
    for arguments in ["'--master=launcher'", "-master, launcher", "'--worker=w', '--port=22', '-master=launcher'"] {
        #expect(try mpi(arguments, tasks: ["launcher", "worker"]) == nil, "\(arguments)")
        #expect(try mpi(arguments, tasks: ["worker"]) == missing, "\(arguments)")
    }
    // The worker task is not asked for. Behind a flag that it does not know, the plugin reads nothing.
    #expect(try mpi("'--master=launcher'", tasks: ["launcher"]) == nil)
    #expect(try mpi("'--hosts=3', '--master=launcher'", tasks: ["launcher"]) == missing)
    #expect(try mpi("'--master'", tasks: ["master"]) == nil)
}

@Test func policiesWithoutSenseAreRefused() throws {
    func policies(_ text: String) throws -> String? {
        try refusal("{policies: \(text), tasks: [{name: w, replicas: 1}]}")
    }
    #expect(try policies("[{event: PodFailed, exitCode: 1, action: AbortJob}]")?.contains("simultaneously") == true)
    #expect(try policies("[{action: AbortJob}]")?.contains("either event and exitCode should be specified") == true)
    #expect(try policies("[{exitCode: 0, action: AbortJob}]")?.contains("0 is not a valid error code") == true)
    #expect(try policies("[{event: Nothing, action: AbortJob}]")?.contains("invalid policy event") == true)
    #expect(try policies("[{event: PodFailed, action: SyncJob}]")?.contains("invalid policy action") == true)
    #expect(
        try policies("[{event: PodFailed, action: AbortJob}, {event: PodFailed, action: RestartJob}]")?
            .contains("duplicate event PodFailed") == true)
    #expect(
        try policies("[{event: '*', action: AbortJob}, {event: PodFailed, action: RestartJob}]")?
            .contains("if there's * here, no other policy should be here") == true)
}

@Test func onlyReplicasAndMinimaMayChange() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2, minAvailable: 1}", "minAvailable: 1")
    let job = try #require(scene.job("a"))
    func answer(_ body: (inout VCJob) -> Void) -> String? {
        var store = scene.store
        var changed = job
        body(&changed)
        return store.resubmit(changed)?.message
    }
    #expect(answer { $0.spec.tasks[0].replicas = 5 } == nil)
    #expect(answer { $0.spec.queue = "other" }?.contains("may not change fields other than") == true)
    let removal = answer { job in
        job.spec.tasks = []
        job.spec.minAvailable = 0
    }
    #expect(removal?.contains("may not add or remove tasks") == true)
    #expect(answer { $0.spec.minAvailable = 3 }?.contains("must not be greater than total replicas") == true)
    #expect(answer { $0.spec.tasks[0].replicas = 0 }?.contains("must be <= 'replicas'") == true)
}

@Test func aParentQueueTakesNoJobs() throws {
    var scene = try Scene()
    try scene.create("{apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: org}}")
    try scene.create(
        "{apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: k}, spec: {parent: org}}")
    let refusal = try scene.create(
        "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: a}, "
            + "spec: {queue: org, tasks: [{name: w, replicas: 1}]}}")
    #expect(refusal?.hasSuffix("can only submit job to leaf queue, queue `org` has 1 child queues;") == true)
}

/// What the webhook says to a PodGroup of this spec; nil if it lets it pass.
private func groupRefusal(_ spec: String, in scene: inout Scene) throws -> String? {
    let message = try scene.create(
        "{apiVersion: scheduling.volcano.sh/v1beta1, kind: PodGroup, metadata: {name: pg}, spec: \(spec)}")
    let prefix = "admission webhook 'validatepodgroup.volcano.sh' denied the request: "
    if let message { #expect(message.hasPrefix(prefix)) }
    return message.map { String($0.dropFirst(prefix.count)) }
}

@Test func podGroupsNeedAnOpenQueue() throws {
    var scene = try Scene()
    try scene.command("CloseQueue", "default", kind: "Queue")
    let closed = "can only submit PodGroup to queue with state `Open`, queue `default` status is `Closed`. "
    #expect(try groupRefusal("{queue: default}", in: &scene) == closed)
    #expect(try groupRefusal("{}", in: &scene) == closed)
    #expect(
        try groupRefusal("{queue: q}", in: &scene)
            == "unable to find queue: queue.scheduling.volcano.sh \"q\" not found")
    try scene.command("OpenQueue", "default", kind: "Queue")
    #expect(try groupRefusal("{}", in: &scene) == nil)
    #expect(scene.store.podGroups["default/pg"]?.queue == "default")
}

@Test func aPodGroupNamesItsTierOnce() throws {
    var scene = try Scene()
    let twice = "networkTopology: {highestTierAllowed: 1, highestTierName: rack}"
    let fault = "must not specify 'highestTierAllowed' and 'highestTierName' in networkTopology simultaneously."
    #expect(try groupRefusal("{\(twice)}", in: &scene) == fault)
    #expect(
        try groupRefusal("{\(twice), subGroupPolicy: [{name: a}, {name: b, \(twice)}]}", in: &scene)
            == fault + " in subGroupPolicy 'b': " + fault)
    try scene.command("CloseQueue", "default", kind: "Queue")
    #expect(
        try groupRefusal("{\(twice)}", in: &scene)
            == "can only submit PodGroup to queue with state `Open`, queue `default` status is `Closed`. " + fault)
}

@Test func aCronJobNeedsASchedule() throws {
    func refusal(_ schedule: String, _ more: String = "", name: String = "c") throws -> String? {
        var scene = try Scene()
        let message = try scene.create(
            "{apiVersion: batch.volcano.sh/v1alpha1, kind: CronJob, metadata: {name: \(name)}, spec: {schedule: '\(schedule)', "
                + "\(more)jobTemplate: {spec: {tasks: [{name: w, replicas: 1}]}}}}")
        #expect(scene.store.cronJobs.isEmpty == (message != nil))
        let prefix = "admission webhook 'validatecronjob.volcano.sh' denied the request: "
        if let message { #expect(message.hasPrefix(prefix)) }
        return message.map { String($0.dropFirst(prefix.count)) }
    }
    for schedule in ["*/5 * * * *", "@hourly", "@every 90s", "0 9 1,15 jan-mar mon"] {
        #expect(try refusal(schedule) == nil, "\(schedule)")
    }
    for schedule in ["* * * *", "60 * * * *", "* * * * 7", "5-1 * * * *", "@often", "@every soon", "a * * * *"] {
        #expect(try refusal(schedule) == "schedule is not a valid cron expression", "\(schedule)")
    }
    #expect(try refusal("") == "schedule is required, but got empty")
    #expect(
        try refusal("CRON_TZ=UTC * * * * *")
            == "schedule should not contain TZ or CRON_TZ, TZ should only be set in the timeZone field")
    #expect(try refusal("@daily", "timeZone: Europe/Berlin, ") == nil)
    #expect(try refusal("@daily", "timeZone: 'Mars!', ") == "unknown timeZone invalid timeZone")
    #expect(
        try refusal("@daily", "timeZone: Local, ")
            == "timeZone can't be Local, and must be defined in https://www.iana.org/time-zones")
    #expect(
        try refusal("@daily", name: String(repeating: "c", count: 53))
            == "cronJob name must be no more than 52 characters to accommodate job name suffix (max 63 total)")
}

@Test func aFlowIsWithoutCircles() throws {
    func refusal(_ flows: String) throws -> String? {
        var scene = try Scene()
        let message = try scene.create(
            "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobFlow, metadata: {name: f}, spec: {flows: [\(flows)]}}")
        #expect(scene.store.jobFlows.isEmpty == (message != nil))
        let prefix = "admission webhook 'validatejobflow.volcano.sh' denied the request: "
        if let message { #expect(message.hasPrefix(prefix)) }
        return message.map { String($0.dropFirst(prefix.count)) }
    }
    #expect(try refusal("{name: a}, {name: b, dependsOn: {targets: [a]}}") == nil)
    #expect(
        try refusal("{name: a, dependsOn: {targets: [b]}}, {name: b, dependsOn: {targets: [a]}}")
            == "jobflow Flow is not DAG")
    #expect(
        try refusal("{name: b, dependsOn: {targets: [a]}}") == "jobflow Flow is not DAG: vertex is not defined: a")
}
