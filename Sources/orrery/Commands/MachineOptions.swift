import ArgumentParser
import ClusterModel
import Configuration
import CostModel
import Quantities

/// How many GPUs of what.
struct MachineOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "GPUs in all.", transform: Value.count) var gpus: Int
    @Option(
        help: "GPU or machine of the catalogue, or a card that 'orrery calibrate' wrote (.yaml, .json).",
        completion: .file(extensions: ["yaml", "json"]))
    var hardware: String
    @Option(
        parsing: .unconditional, help: "Network rate per GPU in Gbit/s (default: the usual of the GPU).",
        transform: Value.share)
    var networkGbps: Double?
    @Flag(help: "The switches of the network reduce (SHARP).") var sharp = false

    /// The machines, and what a GPU-hour of them costs where a card says so.
    func platform() throws -> (platform: TrainingPlatform, price: Fact<MoneyPerHour>?) {
        var found = try named()
        found.platform.reducesInNetwork = sharp
        return found
    }

    private func named() throws -> (platform: TrainingPlatform, price: Fact<MoneyPerHour>?) {
        let catalogue = HardwareCatalogue.builtIn
        if let networkGbps, networkGbps > 1e6 {
            throw Failure.badInput("--network-gbps: found \(networkGbps), expected at most 1000000")
        }
        let network = networkGbps.map { $0 / 8 * 1e9 }
        if hardware.hasSuffix(".yaml") || hardware.hasSuffix(".yml") || hardware.hasSuffix(".json") {
            let file = try CardFile.read(SourceText(path: hardware), catalogue: catalogue)
            guard let card = file.card(in: catalogue) else {
                throw Failure.badInput("--hardware: the card '\(file.gpu)' of \(hardware) has no peak rates")
            }
            return onItsOwn(card, network)
        }
        if let machine = catalogue.machine(named: hardware), let gpu = machine.gpu,
            let card = AcceleratorCard.named(gpu)
        {
            let count = max(1, machine.gpuCount.value)
            let rate = machine.nicRate.value.rawValue * Double(machine.nics.value) / Double(count)
            var platform = TrainingPlatform(card: card, gpusPerNode: count, network: network ?? rate)
            platform.host = platform.host.of(machine)
            platform.adaptersPerNode = max(1, machine.nics.value)
            return (platform, machine.price)
        }
        if let card = AcceleratorCard.named(hardware) {
            return onItsOwn(card, network)
        }
        let known = catalogue.gpu(named: hardware) != nil
        let nearest = catalogue.nearestGPU(to: hardware) ?? catalogue.nearestMachine(to: hardware)
        let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
        throw Failure.badInput(
            known
                ? "--hardware: the card '\(hardware)' has no peak rates"
                : "--hardware: found '\(hardware)', expected a GPU or machine of 'orrery catalog hardware'\(hint)")
    }

    /// Usual machines of a GPU, with the price of the first of the catalogue.
    private func onItsOwn(
        _ card: AcceleratorCard, _ network: Double?
    ) -> (platform: TrainingPlatform, price: Fact<MoneyPerHour>?) {
        let price = HardwareCatalogue.builtIn.machines.first { $0.gpu == card.name }?.price
        return (TrainingPlatform(card: card, gpusPerNode: card.hasGraceHost ? 4 : 8, network: network), price)
    }
}
