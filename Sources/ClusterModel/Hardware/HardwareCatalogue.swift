import Quantities

/// GPU and machine cards by name; the built-in ones, and those that a scenario adds.
public struct HardwareCatalogue: Hashable, Sendable {
    /// GPU models; `GPUModelID` is the position here.
    public private(set) var gpus: [GPUModel]
    /// Machine cards.
    public private(set) var machines: [MachineCard]

    /// The cards that come with Orrery.
    public static let builtIn = HardwareCatalogue(gpus: GPUModel.builtIn, machines: MachineCard.builtIn)

    init(gpus: [GPUModel], machines: [MachineCard]) {
        self.gpus = gpus
        self.machines = machines
    }

    /// The GPU model with a name or alias (exactly, or else ignoring case), or nil.
    public func gpu(named name: String) -> GPUModelID? {
        let position =
            gpus.firstIndex { $0.name == name || $0.aliases.contains(name) }
            ?? gpus.firstIndex { model in
                ([model.name] + model.aliases).contains { $0.lowercased() == name.lowercased() }
            }
        return position.map { GPUModelID($0) }
    }

    /// The machine card with a name or alias, or nil.
    public func machine(named name: String) -> MachineCard? {
        machines.first { $0.name == name || $0.aliases.contains(name) }
    }

    /// The plain numbers of the machine card with a name or alias, or nil.
    public func shape(named name: String) -> NodeShape? { machine(named: name)?.shape(in: self) }

    /// The card of a GPU model.
    public subscript(model: GPUModelID) -> GPUModel { gpus[model.position] }

    /// The known GPU name nearest to a misspelt one, or nil when none is near.
    public func nearestGPU(to name: String) -> String? {
        NearestName.suggest(name, among: gpus.flatMap { [$0.name] + $0.aliases })
    }

    /// The known machine name nearest to a misspelt one, or nil when none is near.
    public func nearestMachine(to name: String) -> String? {
        NearestName.suggest(name, among: machines.flatMap { [$0.name] + $0.aliases })
    }

    /// The GPU model with this name, added as a card without facts when it is not there yet. For traces.
    public mutating func gpuAddingUnknown(named name: String) -> GPUModelID {
        if let known = gpu(named: name) { return known }
        gpus.append(GPUModel(name: name))
        return GPUModelID(gpus.count - 1)
    }

    /// Adds a GPU card; nil, and nothing added, when its name is taken.
    public mutating func add(_ card: GPUModel) -> GPUModelID? {
        guard gpu(named: card.name) == nil else { return nil }
        gpus.append(card)
        return GPUModelID(gpus.count - 1)
    }
}
