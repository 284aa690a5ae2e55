import Configuration

extension ResolvedScenario {
    /// Generators whose `load` is a share of the GPUs they find, and which find others here than in `written`: the change
    /// that was made to the cluster changes the amount of work too. One sentence for each.
    ///
    /// - Throws: what is wrong with either cluster.
    public func rescaledLoads(since written: ResolvedScenario) throws(InvalidInput) -> [String] {
        let (now, before) = (PoolFilter(try cluster()), PoolFilter(try written.cluster()))
        var sentences: [String] = []
        for (index, entry) in content.spec.workload.enumerated() {
            guard case .generate(let section) = entry, let load = section.load, section.loadOf == nil,
                written.content.spec.workload.indices.contains(index),
                case .generate(let old) = written.content.spec.workload[index], old.load == load, old.loadOf == nil
            else { continue }
            let gpus = now.gpus(in: now.mask(section.rules, gpuModels: section.gpuModels))
            let had = before.gpus(in: before.mask(old.rules, gpuModels: old.gpuModels))
            guard gpus != had else { continue }
            sentences.append(
                "spec.workload[\(index)]: load \(load) is now a share of \(gpus) GPUs, not of \(had), so the work changes "
                    + "with the cluster; for the same jobs set spec.workload[\(index)].loadOf=\(had)")
        }
        return sentences
    }
}
