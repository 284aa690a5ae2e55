extension HyperNode: Described {
    static let schema = Schema<HyperNode>(
        "a HyperNode", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
        ])

    private static let spec = Schema<HyperNode>(
        "the spec of a HyperNode", otherKeys: .refused,
        [
            .init("tier") { $1.read(&$0.tier) },
            .init("tierName") { $1.read(&$0.tierName) },
            .init("members") { $1.read(&$0.members) },
        ])
}

extension HyperNodeMember: Described {
    static let schema = Schema<HyperNodeMember>(
        "a member of a HyperNode", otherKeys: .refused,
        [
            .init("type") { $1.read(&$0.type, oneOf: ["Node", "HyperNode"]) },
            .init("selector") { $1.read(&$0, selector) },
        ])

    private static let selector = Schema<HyperNodeMember>(
        "the selector of a member", otherKeys: .refused,
        [
            .init("exactMatch") { $1.read(&$0, exact) },
            .init("regexMatch") { $1.read(&$0, pattern) },
            .init("labelMatch") { $1.read(&$0.labelMatch) },
        ])

    private static let exact = Schema<HyperNodeMember>(
        "an exact match", otherKeys: .refused, [.init("name") { $1.read(&$0.exactMatch) }])

    private static let pattern = Schema<HyperNodeMember>(
        "a pattern match", otherKeys: .refused, [.init("pattern") { $1.read(&$0.regexMatch) }])
}

extension Numatopology: Described {
    static let schema = Schema<Numatopology>(
        "a Numatopology", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
        ])

    private static let spec = Schema<Numatopology>(
        "the spec of a Numatopology", otherKeys: .refused,
        [
            .init("policies") { $1.read(&$0.policies) },
            .init("resReserved") { $1.read(&$0.reservedCPUs) },
            .init("numares") { topology, decoder in
                decoder.readNamed("a mapping from resource names") { decoder, name in
                    var resource = NumaResource()
                    decoder.read(&resource)
                    topology.resources[name] = resource
                }
            },
            .init("cpuDetail") { topology, decoder in
                decoder.readNamed("a mapping from cpu numbers") { decoder, name in
                    var cpu = NumaCPU()
                    decoder.read(&cpu)
                    topology.cpuDetail[name] = cpu
                }
            },
        ])
}

extension NumaResource: Described {
    static let schema = Schema<NumaResource>(
        "a resource of a Numatopology", otherKeys: .refused,
        [
            .init("allocatable") { $1.read(&$0.allocatable) },
            .init("capacity") { $1.read(&$0.capacity) },
        ])
}

extension NumaCPU: Described {
    static let schema = Schema<NumaCPU>(
        "a cpu of a Numatopology", otherKeys: .refused,
        [
            .init("numa") { $1.read(&$0.numa) },
            .init("socket") { $1.read(&$0.socket) },
            .init("core") { $1.read(&$0.core) },
        ])
}
