import Configuration
import Quantities
import Scheduling
import Simulation

extension ResolvedScenario {
    /// Everything the simulation needs: the cluster built, traces read, jobs generated.
    ///
    /// - Throws: what is wrong with traces, and jobs that can never start.
    public func world() throws(InvalidInput) -> World {
        let spec = content.spec
        let reading = Reading(continuing: values)
        let clusters = ClusterAssembly(spec.cluster)
        guard let cluster = clusters.build(reading) else { throw InvalidInput(reading.diagnostics.findings) }
        let (workload, poolMasks) = try WorkloadAssembly(self, cluster).build()
        return World(
            name: name, cluster: cluster, workload: workload, poolMasks: poolMasks,
            scheduler: spec.cluster.scheduler.configuration, queues: queues(named: workload.queues),
            failures: spec.cluster.failures.model, lifecycle: spec.lifecycle, prices: clusters.prices,
            trafficPerGPU: spec.cluster.fabric.trafficPerGPU ?? BytesPerSecond(rawValue: 0), seed: spec.seed,
            horizon: spec.horizon.map { .zero + $0 }, sampleInterval: spec.sampleInterval)
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

extension FailureSection {
    fileprivate var model: FailureModel {
        FailureModel(nodeMTBF: node.mtbf, nodeRepair: node.repair, gpuMTBF: gpu.mtbf, gpuRepair: gpu.repair)
    }
}

extension SpecSection {
    fileprivate var lifecycle: LifecycleModel {
        LifecycleModel(
            startup: startup.total, checkpointInterval: checkpoint.interval, checkpointWrite: checkpoint.write,
            restore: checkpoint.restore, checkpointOnPreemption: checkpoint.onPreemption)
    }
}
