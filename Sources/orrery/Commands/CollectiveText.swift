import CostModel
import Quantities
import Reports

/// A collective in words and tables.
struct CollectiveText {
    let collective: Collective
    let group: CollectiveGroup
    let card: String
    let model: CollectiveModel

    /// 1 KiB to 8 GiB.
    static let sizes = (5...16).map { Bytes(rawValue: 1 << (2 * $0)) } + [Bytes(rawValue: 1 << 33)]

    private var tuner: NCCLTuner? { NCCLTuner(group) }

    var heading: String {
        var words =
            "\(collective.rawValue) over \(group.ranks) × \(card): \(group.domains) NVLink "
            + (group.domains == 1 ? "domain" : "domains") + " of \(group.perDomain)"
        if group.isPCIe { words = words.replacing("NVLink", with: "PCIe") }
        if group.domains > 1 {
            words += ", \(group.adapters) network cards of \((group.adapterRate / 1e9).fixed(1)) GB/s in each"
            if group.reducesInNetwork { words += ", SHARP" }
        }
        return words + "\n"
    }

    /// One way to run it.
    struct Pair {
        var algorithm: CollectiveAlgorithm
        var format: CollectiveProtocol?
        /// NCCL's own estimate in seconds.
        var estimate: Double?
        /// Predicted seconds.
        var seconds: Double?
        var obstacle: String?
    }

    /// Every algorithm with every protocol it has, for a size in bytes.
    func ways(_ bytes: Double) -> [Pair] {
        CollectiveModel.algorithms(of: collective).flatMap { algorithm -> [Pair] in
            if let reason = CollectiveModel.obstacle(collective, algorithm, on: group) {
                return [Pair(algorithm: algorithm, obstacle: reason)]
            }
            let best = tuner?.choice(collective, bytes: bytes, among: [algorithm])
            let found = CollectiveProtocol.allCases.compactMap { format -> Pair? in
                guard let one = tuner?.estimate(collective, algorithm, format, bytes: bytes) else { return nil }
                return Pair(
                    algorithm: algorithm, format: format, estimate: one.seconds,
                    seconds: seconds(algorithm, format, bytes, isBest: format == best?.format))
            }
            return found.isEmpty ? [Pair(algorithm: algorithm, seconds: seconds(algorithm, nil, bytes))] : found
        }
    }

    /// Curves tell protocols apart in one domain; elsewhere a curve belongs to the protocol that NCCL chooses.
    private func seconds(
        _ algorithm: CollectiveAlgorithm, _ format: CollectiveProtocol?, _ bytes: Double, isBest: Bool = true
    ) -> Double? {
        let time = model.time(collective, bytes: bytes, on: group, forced: algorithm, format: format)
        return (time.format == nil && !isBest) || time.seconds == .infinity ? nil : time.seconds
    }

    func pairs(_ bytes: Double) -> String {
        DataTable(
            "\(Bytes(rawValue: Int64(bytes)))",
            [
                .text("algorithm"), .text("protocol"), .number("NCCL's estimate µs"), .number("predicted µs"),
                .number("bus GB/s"), .text("why not"),
            ],
            rows: ways(bytes).map { pair in
                [
                    pair.algorithm.rawValue, pair.format?.name ?? "", pair.estimate?.microseconds ?? "–",
                    pair.seconds?.microseconds ?? "–", pair.seconds.map { bus(bytes, $0) } ?? "–", pair.obstacle ?? "",
                ].map { DataTable.Cell($0) }
            }
        ).text
    }

    /// What is fastest, what NCCL's table puts first, and what that takes.
    func choice(_ bytes: Double) -> String {
        let best = model.time(collective, bytes: bytes, on: group)
        var lines = "predicted: \(best.algorithm.rawValue)"
        if let format = protocolName(best, bytes) { lines += " with \(format)" }
        lines += ", \(best.seconds.microseconds) µs, bus bandwidth \(bus(bytes, best.seconds)) GB/s"
        guard let nccl = tuner?.choice(collective, bytes: bytes) else {
            return lines + "\n"
                + (tuner == nil ? "the library of this GPU has no table here" : "NCCL has no choice here")
        }
        lines += "\nNCCL's table puts first: \(nccl.algorithm.rawValue) with \(nccl.format.name)"
        let named = model.time(collective, bytes: bytes, on: group, forced: nccl.algorithm, format: nccl.format)
        return lines + " (its own estimate \(nccl.seconds.microseconds) µs, predicted \(named.seconds.microseconds) µs)"
    }

    private func protocolName(_ time: CollectiveTime, _ bytes: Double) -> String? {
        time.format?.name ?? tuner?.choice(collective, bytes: bytes, among: [time.algorithm])?.format.name
    }

    /// What is chosen, by size.
    var regimes: String {
        DataTable(
            "By size",
            [
                .number("bytes"), .text("predicted"), .number("µs"), .number("bus GB/s"), .text("NCCL's table"),
            ],
            rows: Self.sizes.map { size in
                let bytes = Double(size.rawValue), time = model.time(collective, bytes: bytes, on: group)
                let nccl = tuner?.choice(collective, bytes: bytes).map { "\($0.algorithm.rawValue) \($0.format.name)" }
                return [
                    "\(size)", [time.algorithm.rawValue, protocolName(time, bytes) ?? ""].joined(separator: " "),
                    time.seconds.microseconds, bus(bytes, time.seconds), nccl ?? "–",
                ].map { DataTable.Cell($0) }
            }
        ).text
    }

    private func bus(_ bytes: Double, _ seconds: Double) -> String {
        (CollectiveModel.busFactor(collective, ranks: group.ranks) * bytes / seconds / 1e9).fixed(1)
    }
}

extension Double {
    /// Seconds as microseconds with one decimal.
    fileprivate var microseconds: String { (self * 1e6).fixed(1) }
}

/// A collective as JSON: seconds, bytes.
struct CollectiveReport: Encodable {
    struct Way: Encodable {
        var algorithm: String
        var `protocol`: String?
        var ncclEstimateSeconds: Double?
        var predictedSeconds: Double?
        var obstacle: String?
    }

    struct Size: Encodable {
        var bytes: Int64
        var algorithm: String
        var seconds: Double
        var busBytesPerSecond: Double
        var ncclAlgorithm: String?
        var ncclProtocol: String?
        var ways: [Way]
    }

    var collective: String
    var ranks: Int
    var domains: Int
    var ranksPerDomain: Int
    var sizes: [Size]

    init(_ text: CollectiveText, bytes: [Bytes]) {
        collective = text.collective.rawValue
        let count = text.group.ranks
        ranks = count
        domains = text.group.domains
        ranksPerDomain = text.group.perDomain
        sizes = bytes.map { size in
            let amount = Double(size.rawValue)
            let time = text.model.time(text.collective, bytes: amount, on: text.group)
            let nccl = NCCLTuner(text.group)?.choice(text.collective, bytes: amount)
            return Size(
                bytes: size.rawValue, algorithm: time.algorithm.rawValue, seconds: time.seconds,
                busBytesPerSecond: CollectiveModel.busFactor(text.collective, ranks: count) * amount / time.seconds,
                ncclAlgorithm: nccl?.algorithm.rawValue, ncclProtocol: nccl?.format.name,
                ways: text.ways(amount).map {
                    Way(
                        algorithm: $0.algorithm.rawValue, protocol: $0.format?.name, ncclEstimateSeconds: $0.estimate,
                        predictedSeconds: $0.seconds, obstacle: $0.obstacle)
                })
        }
    }
}
