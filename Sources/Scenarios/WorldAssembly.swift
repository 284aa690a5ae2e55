import Configuration
import KubernetesObjects
import Quantities
import Scheduling
import Simulation

extension ResolvedScenario {
    /// Everything the simulation needs: the cluster built, traces read, jobs generated.
    ///
    /// - Parameter reference: the scenario whose cluster and caps a generator's `load` and largest jobs refer to; nil for
    ///   this one. With the same reference scenarios of different capacity get the same jobs.
    /// - Throws: what is wrong with traces, and jobs that can never start.
    public func world(sizedOn reference: ResolvedScenario? = nil) throws(InvalidInput) -> World {
        let spec = content.spec
        let reading = Reading(continuing: values)
        let clusters = ClusterAssembly(spec.cluster)
        guard let cluster = clusters.build(reading) else { throw InvalidInput(reading.diagnostics.findings) }
        let (workload, poolMasks, trainings) = try WorkloadAssembly(
            self, cluster, demandOf: reference ?? self, on: try reference?.cluster() ?? cluster
        ).build()
        var world = World(
            name: name, cluster: cluster, workload: workload, poolMasks: poolMasks,
            scheduler: spec.cluster.scheduler.configuration, queues: queues(named: workload.queues),
            failures: spec.cluster.failures.model(of: cluster), lifecycle: spec.lifecycle, prices: clusters.prices,
            trafficPerGPU: spec.cluster.fabric.trafficPerGPU ?? BytesPerSecond(rawValue: 0), seed: spec.seed,
            horizon: spec.horizon.map { .zero + $0 }, sampleInterval: spec.sampleInterval)
        world.trainings = trainings
        world.contention = spec.cluster.fabric.contention ?? true
        world.degradations = (spec.cluster.degraded ?? []).compactMap { $0.degradation(in: cluster) }
        world.storage = StorageAssembly(spec, cluster).build(workload, trainings)
        world.spares = spec.cluster.nodePools.map { $0.spares ?? 0 }
        world.terms = clusters.terms
        world.spot = spec.cluster.nodePools.map(\.spotTerms)
        if world.scheduler.policy == .volcano { world.volcano = try volcanoSetup() }
        return world
    }

    /// What the policy volcano needs besides.
    ///
    /// - Throws: what is wrong with its configuration.
    private func volcanoSetup() throws(InvalidInput) -> VolcanoSetup {
        let section = content.spec.cluster.scheduler
        var topology: NetworkTopology?
        if let limit = section.topology {
            var object = NetworkTopology()
            object.mode = limit.mode.rawValue
            object.highestTierAllowed = limit.highestTier
            topology = object
        }
        return VolcanoSetup(
            configuration: try volcanoConfiguration(), period: section.period,
            queues: content.spec.cluster.queues.map { queue in
                VolcanoQueueSpec(
                    name: queue.name, weight: queue.weight, parent: queue.parent, deservedGPUs: queue.deservedGPUs,
                    guaranteedGPUs: queue.guaranteedGPUs, capGPUs: queue.capGPUs, reclaimable: queue.reclaimable,
                    priority: Int32(queue.priority))
            }, topology: topology)
    }

    /// The configuration that the scheduler's `configuration` names.
    ///
    /// - Throws: what is wrong with the file.
    func volcanoConfiguration() throws(InvalidInput) -> VolcanoConfiguration {
        switch content.spec.cluster.scheduler.volcanoConfiguration {
        case "default": return .inBinaryDefault
        case "helm": return .helmDefault
        case let path: return try VolcanoConfiguration(reading: SourceText(path: resolve(path)))
        }
    }

    /// Limits of the queues, in the workload's order; queues that the scenario does not define have none.
    private func queues(named names: [String]) -> [QueueSpec] {
        let sections = content.spec.cluster.queues
        return names.map { name in
            guard let section = sections.first(where: { $0.name == name }) else { return QueueSpec(name: name) }
            let parent = section.parent.flatMap { parent in names.firstIndex(of: parent) }
            return QueueSpec(
                name: name, weight: section.weight, parent: parent.map { Int32($0) },
                deservedGPUs: section.deservedGPUs, capGPUs: section.capGPUs)
        }
    }
}

extension NodePoolSection {
    fileprivate var spotTerms: SpotTerms? {
        spot.map { SpotTerms(stay: $0.stay, notice: $0.notice, absence: $0.absence) }
    }
}

extension SpecSection {
    fileprivate var lifecycle: LifecycleModel {
        LifecycleModel(
            startup: startup.total, checkpointInterval: checkpoint.givenInterval, checkpointWrite: checkpoint.write,
            restore: checkpoint.restore, checkpointOnPreemption: checkpoint.onPreemption)
    }
}
