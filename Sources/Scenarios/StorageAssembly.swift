import ClusterModel
import Configuration
import CostModel
import Quantities
import Simulation
import Workloads

/// Makes the storage of a scenario: tiers with the rates of their cards, objects, and what each job does with them.
struct StorageAssembly {
    let spec: SpecSection
    let cluster: Cluster
    private let tiers: [TierSection]
    private let objects: [ObjectSection]
    private let place = Place.root.key("spec").key("clusters").element(0).key("storage")

    init(_ spec: SpecSection, _ cluster: Cluster) {
        self.spec = spec
        self.cluster = cluster
        tiers = spec.cluster.storage?.tiers ?? []
        objects = spec.cluster.storage?.objects ?? []
    }

    /// The storage with the usage of every job; nil without a `storage` section.
    func build(_ workload: Workload, _ trainings: [TrainingSpec]) -> StorageModel? {
        guard spec.cluster.storage != nil else { return nil }
        var model = StorageModel(tiers: tiers.map(tier), objects: objects.map(object))
        let sections = spec.jobStorages
        var known: [StorageModel.Usage: Int32] = [:]
        for job in workload.jobs {
            let section = job.storage < 0 ? nil : sections[Int(job.storage)]
            let training = job.training < 0 ? nil : trainings[Int(job.training)]
            let usage = usage(gpus: Double(workload.gpuMilli(of: job)) / 1000, job, section, training)
            guard usage != StorageModel.Usage() else {
                model.usageOfJob.append(-1)
                continue
            }
            let number = known[usage] ?? Int32(model.usages.count)
            if known.updateValue(number, forKey: usage) == nil { model.usages.append(usage) }
            model.usageOfJob.append(number)
        }
        return model
    }

    // MARK: Tiers and objects

    private func tier(_ section: TierSection) -> StorageModel.Tier {
        let card = section.card.flatMap { StorageCard.named($0) }
        let tebibytes = section.capacity.map { Double($0.rawValue) / 1_099_511_627_776 }
        func rate(_ given: BytesPerSecond?, _ whole: Fact<BytesPerSecond>?, _ perTiB: Fact<BytesPerSecond>?) -> Double {
            if let given { return given.rawValue }
            if let whole { return whole.value.rawValue }
            guard let perTiB, let tebibytes else { return .infinity }
            return perTiB.value.rawValue * tebibytes
        }
        let clientRead = section.clientRead?.rawValue ?? card?.clientRead.value.rawValue ?? 1e9
        let clientWrite = section.clientWrite?.rawValue ?? card?.clientWrite.value.rawValue ?? clientRead
        var requests = section.requests?.rawValue ?? card?.requests?.value ?? .infinity
        if section.requests == nil, card?.readPerTiB != nil { requests *= tebibytes ?? 1 }
        let gigabytes = section.capacity.map { Double($0.rawValue) / 1e9 } ?? 0
        return StorageModel.Tier(
            name: section.name, kind: Self.kind(section.kindOrCard),
            readRate: rate(section.read, card?.read, card?.readPerTiB),
            writeRate: rate(section.write, card?.write, card?.writePerTiB), clientRead: clientRead,
            clientWrite: clientWrite, latency: section.latency?.seconds ?? card?.latency.value ?? 0,
            clientRequests: Double(section.clientRequests ?? card?.clientRequests.value ?? 64), requestRate: requests,
            bytesPerNode: section.capacityPerNode.map { Double($0.rawValue) } ?? localStorage,
            origin: section.origin.map { tierIndex($0) } ?? -1, writesBack: section.writeBack ?? false,
            pricePerMonth: (card?.pricePerGBMonth?.value ?? 0) * gigabytes)
    }

    private static func kind(_ kind: StorageCard.Kind?) -> StorageModel.Tier.Kind {
        switch kind {
        case .peerCache: .peerCache
        case .local: .local
        case .objectStore, .fileSystem, nil: .shared
        }
    }

    /// Local storage of a node: the least of all, so that what a cache is said to hold fits everywhere.
    private var localStorage: Double {
        let least = cluster.pools.filter { $0.count > 0 }.map { Double($0.shape.localStorage.rawValue) }.min() ?? 0
        return least > 0 ? least : .infinity
    }

    private func tierIndex(_ name: String) -> Int32 { Int32(tiers.firstIndex { $0.name == name } ?? -1) }

    private func object(_ section: ObjectSection) -> StorageModel.Object {
        let model = section.model.flatMap { ModelCard.named($0) }
        let bytes = section.size.map { Double($0.rawValue) } ?? model.map { CheckpointSize.weights($0) } ?? 0
        return StorageModel.Object(
            name: section.name, bytes: bytes, files: Double(section.files ?? 1), tier: tierIndex(section.tier))
    }

    // MARK: Jobs

    private func usage(
        gpus: Double, _ job: Job, _ own: JobStorageSection?, _ training: TrainingSpec?
    ) -> StorageModel.Usage {
        var usage = StorageModel.Usage()
        usage.image = (own?.image ?? spec.startup.image).map(reading)
        usage.loads = (own?.reads ?? spec.startup.reads ?? []).map(reading)
        let given = spec.checkpoint.state
        guard let tier = own?.state.tier ?? given.tier,
            let bytes = own?.state.bytes(gpus: gpus) ?? training?.checkpointBytes ?? given.bytes(gpus: gpus), bytes > 0
        else { return usage }
        let interval = own?.interval ?? job.checkpointInterval.map { .every($0) } ?? spec.checkpoint.interval
        usage.checkpoint = StorageModel.Checkpoint(
            bytes: bytes, tier: tierIndex(tier), interval: interval.map(Self.interval) ?? .none,
            isAsync: (own?.state.mode ?? given.mode) == .async, isSharded: own?.state.sharded ?? given.sharded ?? true,
            snapshotRate: (own?.state.snapshotRate ?? given.snapshotRate)?.rawValue ?? 50e9)
        return usage
    }

    private func reading(_ section: ReadingSection) -> StorageModel.Reading {
        let object = objects.firstIndex { $0.name == section.object } ?? 0
        return StorageModel.Reading(
            object: Int32(object), tier: tierIndex(section.from ?? objects[object].tier), share: section.lazy ?? 1,
            isSplit: section.split ?? false)
    }

    private static func interval(_ choice: IntervalChoice) -> StorageModel.Interval {
        switch choice {
        case .every(let time): .every(time)
        case .young: .young
        case .youngDaly: .daly
        }
    }
}

extension TrainingSpec {
    /// Bytes of a checkpoint of what is trained: all parameters with their optimizer, or the adapter.
    fileprivate var checkpointBytes: Double {
        plan.task == .full ? CheckpointSize.training(model) : CheckpointSize.adapter(model, rank: plan.loraRank)
    }
}

extension SpecSection {
    /// What listed jobs say themselves about storage, each once.
    var jobStorages: [JobStorageSection] {
        var known: [JobStorageSection] = []
        for case .jobs(let list) in workload {
            for case let section? in list.jobs.map(\.storage) where !known.contains(section) { known.append(section) }
        }
        return known
    }

    /// Index of what a job says about storage; -1 if nothing.
    func storageIndex(of job: JobSection) -> Int32 {
        job.storage.map { Int32(jobStorages.firstIndex(of: $0) ?? -1) } ?? -1
    }

    /// Checks that what jobs read and write exists: objects, tiers, and caches that lead to where an object lies.
    func checkStorageUse(_ place: Place, _ reading: Reading) {
        let startup = place.key("startup")
        if let image = self.startup.image { check(image, startup.key("image"), reading) }
        for (index, read) in (self.startup.reads ?? []).enumerated() {
            check(read, startup.key("reads").element(index), reading)
        }
        check(checkpoint.state, place.key("checkpoint"), reading)
        checkSizes(place, reading)
        for (entry, source) in workload.enumerated() {
            guard case .jobs(let list) = source else { continue }
            for (index, job) in list.jobs.enumerated() {
                guard let storage = job.storage else { continue }
                let here = place.key("workload").element(entry).key("jobs").element(index).key("storage")
                if let image = storage.image { check(image, here.key("image"), reading) }
                for (index, read) in (storage.reads ?? []).enumerated() {
                    check(read, here.key("reads").element(index), reading)
                }
                check(storage.state, here, reading)
            }
        }
    }

    /// Jobs that say where their checkpoints go must say how large they are; training jobs do by their model.
    private func checkSizes(_ place: Place, _ reading: Reading) {
        guard let tier = checkpoint.state.tier, !checkpoint.state.hasSize else { return }
        let isOpen = workload.contains { source in
            switch source {
            case .train: false
            case .jobs(let list): list.jobs.contains { $0.storage?.state.hasSize != true }
            case .trace, .generate, .stream: true
            }
        }
        guard isOpen else { return }
        reading.report(
            path: place.key("checkpoint").key("tier").path, "how large checkpoints on \"\(tier)\" are is not said",
            hint: "add \"size\", \"sizePerGPU\" or \"model\"")
    }

    private func check(_ state: CheckpointState, _ place: Place, _ reading: Reading) {
        guard let tier = state.tier else { return }
        guard let storage = cluster.storage else {
            return reading.report(path: place.key("tier").path, "the cluster has no \"storage\"")
        }
        storage.checkTier(tier, place.key("tier"), reading)
        let section = storage.tiers.first { $0.name == tier }
        if section?.isCache == true && section?.origin == nil {
            reading.report(
                path: place.key("tier").path, "checkpoints on \"\(tier)\" would be lost with their node",
                hint: "give the tier an origin, or write to a shared tier")
        } else if section?.kindOrCard == .local, section?.writeBack != true {
            reading.report(
                path: place.key("tier").path, "a local disk takes checkpoints only with \"writeBack: true\"")
        } else if let section, section.isCache,
            storage.tiers.first(where: { $0.name == section.origin })?.isCache == true
        {
            reading.report(path: place.key("tier").path, "checkpoints go through one cache, not through two")
        }
    }

    private func check(_ read: ReadingSection, _ place: Place, _ reading: Reading) {
        guard let storage = cluster.storage else {
            return reading.report(path: place.path, "the cluster has no \"storage\"")
        }
        guard let object = storage.objects.first(where: { $0.name == read.object }) else {
            let names = storage.objects.map(\.name)
            return reading.report(
                path: place.key("object").path, "no object is called \"\(read.object)\"",
                hint: Suggestion.text(read.object, among: names))
        }
        guard var tier = read.from else { return }
        storage.checkTier(tier, place.key("from"), reading)
        while tier != object.tier {
            guard let origin = storage.tiers.first(where: { $0.name == tier })?.origin else {
                if storage.tierNames.contains(read.from ?? "") {
                    reading.report(
                        path: place.key("from").path,
                        "\"\(object.name)\" lies in \"\(object.tier)\", which \"\(read.from ?? "")\" does not stand before"
                    )
                }
                return
            }
            tier = origin
        }
    }
}
