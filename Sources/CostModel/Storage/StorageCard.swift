import ClusterModel
import Quantities

/// A kind of storage as its vendor or its measurements describe it, each fact with its source.
///
/// Bandwidth is given for the whole system, per TiB of provisioned capacity (systems that grow with it), or per node
/// (what lives on the nodes themselves). Rates are bytes per second.
public struct StorageCard: Hashable, Sendable {
    /// What a tier is made of, and so who shares what.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Objects behind an HTTP service: large aggregate rate, long latency, requests are counted.
        case objectStore = "object-store"
        /// A file system of its own servers, mounted by all nodes.
        case fileSystem = "file-system"
        /// A cache made of the nodes' own disks or memory, read by all nodes.
        case peerCache = "peer-cache"
        /// A disk of the node itself.
        case local
    }

    /// Name in scenario files: `s3-standard`.
    public var name: String
    /// The storage in a phrase.
    public var summary: String
    /// What it is made of.
    public var kind: Kind
    /// Read rate of the whole system; nil where it grows with capacity or nodes, or where no limit is published.
    public var read: Fact<BytesPerSecond>?
    /// Write rate of the whole system.
    public var write: Fact<BytesPerSecond>?
    /// Read rate per TiB (2^40 bytes) of provisioned capacity.
    public var readPerTiB: Fact<BytesPerSecond>?
    /// Write rate per TiB of provisioned capacity.
    public var writePerTiB: Fact<BytesPerSecond>?
    /// Most that one node reads.
    public var clientRead: Fact<BytesPerSecond>
    /// Most that one node writes.
    public var clientWrite: Fact<BytesPerSecond>
    /// Time to the first byte of one request or file, in seconds.
    public var latency: Fact<Double>
    /// Requests (files opened) per second of the whole system, or per TiB if the rates are; nil: no published limit.
    public var requests: Fact<Double>?
    /// Files that one node opens at once.
    public var clientRequests: Fact<Int>
    /// Price of one GB (10^9 bytes) for a month; nil where it comes with the machines.
    public var pricePerGBMonth: Fact<Double>?
}

extension FactSource {
    static let s3 = FactSource(
        tag: "S3-PERF",
        title:
            "Amazon S3 user guide, performance guidelines: 100-200 ms first byte, 5,500 reads and 3,500 writes per second per prefix, 85-90 MB/s per request"
    )
    static let azureBlob = FactSource(
        tag: "AZ-BLOB",
        title: "Azure Storage scalability targets: 200 Gbit/s out, 60 Gbit/s in, 40,000 requests/s per account")
    static let fsx = FactSource(
        tag: "FSX", title: "Amazon FSx for Lustre user guide, performance of SSD storage classes")
    static let filestore = FactSource(
        tag: "FILESTORE", title: "Google Cloud Filestore, performance of zonal instances")
    static let llamaStore = FactSource(
        tag: "LLAMA3",
        title: "The Llama 3 Herd of Models, arXiv 2407.21783, section 3.3.1: 240 PB, 7,500 servers, 2 TB/s sustained")
    static let hpcSite = FactSource(
        tag: "MLBOOK-IO",
        title: "stas00/ml-engineering 744d01e: 2.3 TB written by 384 processes in 40 s on a parallel file system, 2021")
    static let nvmeStripe = FactSource(
        tag: "NVME",
        title:
            "PCIe 4.0 x4 data-centre NVMe drive (class of Micron 7450): 6.8 GB/s read, 5.3 GB/s write; two drives striped"
    )
    static let cacheDesign = FactSource(
        tag: "CACHE",
        title:
            "One worker per node over striped NVMe, limited by a 100 Gbit/s storage network card (assumption; set clientRead)"
    )
    static let cloudPrices = FactSource(
        tag: "PRICE",
        title: "Public list price, us-east-1 or equivalent, of the right order; override it in the scenario")
    static let usualClient = FactSource(
        tag: "CLIENT",
        title: "A 100 Gbit/s network card for storage traffic (assumption; set clientRead and clientWrite)")
    static let usualParallelism = FactSource(
        tag: "PARALLEL", title: "Readers of one node: 8 processes of 8 threads (assumption; set clientRequests)")
}

extension StorageCard {
    private init(
        _ name: String, _ summary: String, _ kind: Kind, read: (Double, FactSource)? = nil,
        write: (Double, FactSource)? = nil, perTiB: (read: Double, write: Double, source: FactSource)? = nil,
        client: (read: Double, write: Double, source: FactSource), latency: (Double, FactSource),
        requests: (Double, FactSource)? = nil, parallel: Int = 64, price: Double? = nil
    ) {
        func rate(_ gigabytes: Double, _ source: FactSource) -> Fact<BytesPerSecond> {
            Fact(BytesPerSecond(rawValue: gigabytes * 1e9), source)
        }
        self.name = name
        self.summary = summary
        self.kind = kind
        self.read = read.map { rate($0.0, $0.1) }
        self.write = write.map { rate($0.0, $0.1) }
        readPerTiB = perTiB.map { rate($0.read, $0.source) }
        writePerTiB = perTiB.map { rate($0.write, $0.source) }
        clientRead = rate(client.read, client.source)
        clientWrite = rate(client.write, client.source)
        self.latency = Fact(latency.0, latency.1)
        self.requests = requests.map { Fact($0.0, $0.1) }
        clientRequests = Fact(parallel, .usualParallelism)
        pricePerGBMonth = price.map { Fact($0, .cloudPrices) }
    }

    /// The card of this name.
    public static func named(_ name: String) -> StorageCard? { builtIn.first { $0.name == name } }

    /// Units of the table: GB/s, seconds, requests per second, dollars per GB and month.
    public static let builtIn: [StorageCard] = [
        StorageCard(
            "s3-standard", "Amazon S3, ten prefixes", .objectStore, client: (5.6, 5.6, .s3), latency: (0.15, .s3),
            requests: (55_000, .s3), price: 0.023),
        StorageCard(
            "azure-blob", "Azure Blob storage, one standard account", .objectStore, read: (25, .azureBlob),
            write: (7.5, .azureBlob), client: (5, 5, .usualClient), latency: (0.05, .usualClient),
            requests: (40_000, .azureBlob), price: 0.018),
        StorageCard(
            "fsx-lustre-125", "FSx for Lustre, 125 MB/s per TiB", .fileSystem, perTiB: (0.125, 0.125, .fsx),
            client: (12.5, 12.5, .usualClient), latency: (0.001, .fsx), requests: (10_000, .fsx), price: 0.145),
        StorageCard(
            "fsx-lustre-1000", "FSx for Lustre, 1000 MB/s per TiB", .fileSystem, perTiB: (1, 1, .fsx),
            client: (12.5, 12.5, .usualClient), latency: (0.001, .fsx), requests: (10_000, .fsx), price: 0.6),
        StorageCard(
            "filestore-zonal", "Google Filestore, zonal", .fileSystem,
            perTiB: (0.2726, 0.0923, .filestore), client: (0.739, 0.252, .filestore), latency: (0.002, .filestore),
            requests: (9_200, .filestore), price: 0.25),
        StorageCard(
            "ceph-nvme", "CephFS over NVMe, sized by its own rates", .fileSystem, read: (60, .usualClient),
            write: (30, .usualClient), client: (5, 3, .usualClient), latency: (0.002, .usualClient),
            requests: (50_000, .usualClient)),
        StorageCard(
            "lustre-hpc", "parallel file system of an HPC site", .fileSystem, read: (57.5, .hpcSite),
            write: (57.5, .hpcSite), client: (12.5, 12.5, .usualClient), latency: (0.001, .usualClient),
            requests: (100_000, .usualClient)),
        StorageCard(
            "tectonic-llama3", "the store of the Llama 3 clusters", .fileSystem, read: (2_000, .llamaStore),
            write: (2_000, .llamaStore), client: (12.5, 12.5, .usualClient), latency: (0.002, .usualClient)),
        StorageCard(
            "alluxio", "distributed cache over the nodes' NVMe", .peerCache, client: (12.5, 10.6, .cacheDesign),
            latency: (0.001, .cacheDesign)),
        StorageCard(
            "juicefs-cache", "JuiceFS cache group; a client reads a large file at 2 GB/s per process, 5 at once",
            .peerCache, client: (10, 8, .cacheDesign), latency: (0.001, .cacheDesign)),
        StorageCard(
            "nvme", "two NVMe drives of the node, striped", .local, client: (13.6, 10.6, .nvmeStripe),
            latency: (0.0001, .nvmeStripe), parallel: 256),
    ]
}
