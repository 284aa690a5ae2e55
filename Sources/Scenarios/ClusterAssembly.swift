import ClusterModel
import Configuration
import Quantities
import Simulation

/// Makes the cluster of a scenario.
struct ClusterAssembly {
    let section: ClusterSection
    /// Path of the section, for messages.
    let place = Place.root.key("spec").key("clusters").element(0)
    private let catalogue = HardwareCatalogue.builtIn

    init(_ section: ClusterSection) { self.section = section }

    /// The cluster; nil after a report of what is wrong with it.
    func build(_ reading: Reading) -> Cluster? {
        var builder = ClusterBuilder(name: section.name, catalogue: catalogue, fabric: section.fabric.spec)
        for pool in section.nodePools {
            builder.add(
                NodePool(
                    name: pool.name, count: pool.count, shape: shape(of: pool),
                    labels: pool.labels.map { Label($0.name, $0.value) },
                    taints: pool.taints.map { Taint(key: $0.key, value: $0.value, effect: $0.effect) }))
        }
        do throws(ClusterError) {
            let cluster = try builder.build()
            let degraded = section.degraded ?? []
            return DegradedSection.hasItsGPUs(degraded, cluster, place.key("degraded"), reading) ? cluster : nil
        } catch {
            for issue in error.issues { reading.report(path: "\(place.path).\(issue.path)", issue.message) }
            return nil
        }
    }

    /// Price of a GPU-hour in each pool, spot pools at their own.
    var prices: [MoneyPerHour] {
        section.nodePools.map { pool in
            let price = section.price
            let spot = pool.spot == nil ? nil : price.spotPerGPUHour?.first { $0.name == pool.name }?.value
            return spot ?? price.perGPUHour.first { $0.name == pool.name }?.value ?? shape(of: pool).pricePerGPUHour
                ?? MoneyPerHour(rawValue: 0)
        }
    }

    /// When each pool is paid for.
    var terms: [PaymentTerms] {
        section.nodePools.map { pool in
            if pool.spot != nil { return .spot }
            return section.price.terms?.first { $0.name == pool.name }?.value.terms ?? .reserved
        }
    }

    private func shape(of pool: NodePoolSection) -> NodeShape {
        var shape =
            switch pool.machine {
            case .inline(let machine): self.shape(of: machine, named: pool.name)
            case .card(let name): card(name)
            }
        if let nodesPerRack = pool.nodesPerRack { shape.nodesPerRack = nodesPerRack }
        if let rate = section.fabric.linkRate, shape.nics > 0 { shape.nicRate = rate }
        return shape
    }

    private func card(_ name: String) -> NodeShape {
        guard let shape = catalogue.shape(named: name) else {
            preconditionFailure("machine names were checked against the catalogue")
        }
        return shape
    }

    private func shape(of machine: MachineSection, named name: String) -> NodeShape {
        let model = machine.gpu.flatMap { catalogue.gpu(named: $0) }
        return NodeShape(
            name: name, cpuMilli: machine.cpu.milliValue, memoryBytes: machine.memory.value,
            gpuModel: machine.gpus > 0 ? model : nil, gpuCount: machine.gpus,
            nvlinkDomainGPUs: machine.nvlinkDomainGPUs ?? machine.gpus, nics: machine.nics,
            nicRate: machine.nicRate ?? BytesPerSecond(rawValue: 0),
            localStorage: Bytes(rawValue: machine.localStorage.value),
            migCapable: model.map { catalogue[$0].migFamily != nil } ?? false)
    }
}
