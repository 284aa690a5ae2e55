import ClusterModel
import CostModel
import Reports

/// The built-in cards of storage and of failures in a form that can be printed.
struct StorageCatalog: Encodable {
    struct Storage: Encodable {
        var name: String
        var summary: String
        var kind: String
        var readBytesPerSecond: Double?
        var writeBytesPerSecond: Double?
        var readBytesPerSecondPerTiB: Double?
        var writeBytesPerSecondPerTiB: Double?
        var clientReadBytesPerSecond: Double
        var clientWriteBytesPerSecond: Double
        var latencySeconds: Double
        var requestsPerSecond: Double?
        var dollarsPerGBMonth: Double?
        var sources: [String]
    }

    struct Failures: Encodable {
        var name: String
        var perMillionGPUHours: [String: Double]
        var mtbfHoursOf1024GPUs: Double
        var source: String
    }

    var storage: [Storage]
    var failures: [Failures]
    var sources: [String: String]

    init() {
        var titles: [String: String] = [:]
        storage = StorageCard.builtIn.map { card in
            var tags: [String] = []
            let facts = [
                card.read?.source, card.write?.source, card.readPerTiB?.source, card.clientRead.source,
                card.latency.source, card.requests?.source, card.clientRequests.source, card.pricePerGBMonth?.source,
            ]
            for case let source? in facts {
                titles[source.tag] = source.title
                if !tags.contains(source.tag) { tags.append(source.tag) }
            }
            return Storage(
                name: card.name, summary: card.summary, kind: card.kind.rawValue,
                readBytesPerSecond: card.read?.value.rawValue, writeBytesPerSecond: card.write?.value.rawValue,
                readBytesPerSecondPerTiB: card.readPerTiB?.value.rawValue,
                writeBytesPerSecondPerTiB: card.writePerTiB?.value.rawValue,
                clientReadBytesPerSecond: card.clientRead.value.rawValue,
                clientWriteBytesPerSecond: card.clientWrite.value.rawValue, latencySeconds: card.latency.value,
                requestsPerSecond: card.requests?.value, dollarsPerGBMonth: card.pricePerGBMonth?.value, sources: tags)
        }
        failures = FailureCard.builtIn.map { card in
            titles[card.source.tag] = card.source.title
            return Failures(
                name: card.name,
                perMillionGPUHours: [
                    "gpu": card.gpu * 1e6, "nic": card.nic * 1e6, "switch": card.network * 1e6, "host": card.host * 1e6,
                    "software": card.software * 1e6,
                ], mtbfHoursOf1024GPUs: card.mtbfHours(gpus: 1024), source: card.source.tag)
        }
        sources = titles
    }

    /// Tables of cards, failures and sources.
    var tables: [DataTable] { [storageTable, failureTable, sourceTable] }

    private var storageTable: DataTable {
        func rate(_ whole: Double?, _ perTiB: Double?) -> String {
            if let whole { return (whole / 1e9).fixed(1) }
            return perTiB.map { "\(($0 / 1e9).fixed(3))/TiB" } ?? "–"
        }
        return DataTable(
            "Storage (GB/s of the whole system, and of one node)",
            [
                .text("name"), .text("kind"), .number("read"), .number("write"), .number("node reads"),
                .number("node writes"), .number("ms"), .number("requests/s"), .number("$/GB-month"), .text("sources"),
            ],
            rows: storage.map { card in
                [
                    card.name, card.kind, rate(card.readBytesPerSecond, card.readBytesPerSecondPerTiB),
                    rate(card.writeBytesPerSecond, card.writeBytesPerSecondPerTiB),
                    (card.clientReadBytesPerSecond / 1e9).fixed(1), (card.clientWriteBytesPerSecond / 1e9).fixed(1),
                    (card.latencySeconds * 1000).fixed(1), card.requestsPerSecond.map { $0.fixed(0) } ?? "–",
                    card.dollarsPerGBMonth.map { $0.fixed(3) } ?? "–", card.sources.joined(separator: ", "),
                ].map { DataTable.Cell($0) }
            })
    }

    private var failureTable: DataTable {
        let parts = ["gpu", "nic", "switch", "host", "software"]
        return DataTable(
            "Failures per million GPU-hours",
            [.text("name")] + parts.map { .number($0) } + [.number("MTBF of 1,024 GPUs, h"), .text("source")],
            rows: failures.map { card in
                let rates = parts.map { (card.perMillionGPUHours[$0] ?? 0).fixed(2) }
                return ([card.name] + rates + [card.mtbfHoursOf1024GPUs.fixed(1), card.source]).map {
                    DataTable.Cell($0)
                }
            })
    }

    private var sourceTable: DataTable {
        DataTable(
            "Sources of storage and failures", [.text("tag"), .text("publication")],
            rows: sources.sorted { $0.key < $1.key }.map { [DataTable.Cell($0.key), DataTable.Cell($0.value)] })
    }
}
