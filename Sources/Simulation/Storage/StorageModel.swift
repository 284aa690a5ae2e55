import Quantities

/// The storage of a cluster in plain numbers: tiers, what lies in them, and what jobs do with them.
public struct StorageModel: Sendable, Equatable {
    /// One tier. Rates are bytes per second; infinity where nothing limits.
    public struct Tier: Sendable, Equatable {
        /// Who shares it.
        public enum Kind: Sendable, Equatable {
            /// Servers of their own: object store, file system, registry.
            case shared
            /// A cache over all nodes that every node reads.
            case peerCache
            /// A disk of each node.
            case local
        }

        public var name: String
        public var kind: Kind
        /// Of the whole system; of caches and disks it follows from the nodes.
        public var readRate: Double
        public var writeRate: Double
        /// Most of one node.
        public var clientRead: Double
        public var clientWrite: Double
        /// To the first byte of a request, in seconds, and how many requests one node has open at once.
        public var latency: Double
        public var clientRequests: Double
        /// Requests (files) per second of the whole system.
        public var requestRate: Double
        /// Bytes that one node keeps for it; caches and disks only.
        public var bytesPerNode: Double
        /// The tier behind a cache; -1 without one.
        public var origin: Int32
        /// Whether writes are done when the cache has them, and go to the origin afterwards.
        public var writesBack: Bool
        /// Dollars per month for what is provisioned.
        public var pricePerMonth: Double

        /// A tier without limits but the client's.
        public init(
            name: String, kind: Kind, readRate: Double = .infinity, writeRate: Double = .infinity, clientRead: Double,
            clientWrite: Double, latency: Double = 0, clientRequests: Double = 64, requestRate: Double = .infinity,
            bytesPerNode: Double = .infinity, origin: Int32 = -1, writesBack: Bool = false, pricePerMonth: Double = 0
        ) {
            self.name = name
            self.kind = kind
            self.readRate = readRate
            self.writeRate = writeRate
            self.clientRead = clientRead
            self.clientWrite = clientWrite
            self.latency = latency
            self.clientRequests = clientRequests
            self.requestRate = requestRate
            self.bytesPerNode = bytesPerNode
            self.origin = origin
            self.writesBack = writesBack
            self.pricePerMonth = pricePerMonth
        }
    }

    /// Something that lies in a tier and is read by jobs: a model, a data set, a container image.
    public struct Object: Sendable, Equatable {
        public var name: String
        public var bytes: Double
        public var files: Double
        /// Where it lies for good.
        public var tier: Int32

        /// An object of at least one file.
        public init(name: String, bytes: Double, files: Double = 1, tier: Int32) {
            self.name = name
            self.bytes = bytes
            self.files = files
            self.tier = tier
        }
    }

    /// A job reads an object when it starts.
    public struct Reading: Sendable, Hashable {
        public var object: Int32
        /// The tier it asks: the object's own, or a cache before it.
        public var tier: Int32
        /// Share of the bytes that is read before work can begin (lazily pulled images), and whether every node reads all
        /// of that, or the nodes of the job share it out among them.
        public var share: Double
        public var isSplit: Bool

        /// Every node reads all of the object.
        public init(object: Int32, tier: Int32, share: Double = 1, isSplit: Bool = false) {
            self.object = object
            self.tier = tier
            self.share = share
            self.isSplit = isSplit
        }
    }

    /// When a job writes checkpoints.
    public enum Interval: Sendable, Hashable {
        /// Never.
        case none
        /// After so much time at work.
        case every(SimDuration)
        /// After the time that Young's formula gives for the job's size, its failure rates and the storage.
        case young
        /// The same with Daly's formula.
        case daly
    }

    /// How a job writes checkpoints.
    public struct Checkpoint: Sendable, Hashable {
        /// Bytes of the whole checkpoint.
        public var bytes: Double
        public var tier: Int32
        public var interval: Interval
        /// Whether work goes on while the copy in host memory is written.
        public var isAsync: Bool
        /// Whether all nodes write and read their part, or one writes and all read everything.
        public var isSharded: Bool
        /// Bytes per second from one GPU to the host.
        public var snapshotRate: Double

        /// Sharded and synchronous unless told.
        public init(
            bytes: Double, tier: Int32, interval: Interval, isAsync: Bool = false, isSharded: Bool = true,
            snapshotRate: Double = 50e9
        ) {
            self.bytes = bytes
            self.tier = tier
            self.interval = interval
            self.isAsync = isAsync
            self.isSharded = isSharded
            self.snapshotRate = snapshotRate
        }
    }

    /// What a job does with storage.
    public struct Usage: Sendable, Hashable {
        /// Pulled on every node that does not have it yet.
        public var image: Reading?
        /// Read at every start, one after the other.
        public var loads: [Reading]
        public var checkpoint: Checkpoint?

        /// Nothing unless told.
        public init(image: Reading? = nil, loads: [Reading] = [], checkpoint: Checkpoint? = nil) {
            self.image = image
            self.loads = loads
            self.checkpoint = checkpoint
        }
    }

    public var tiers: [Tier]
    public var objects: [Object]
    public var usages: [Usage]
    /// Usage of each job by its index in the workload; -1, or no entry, for none.
    public var usageOfJob: [Int32]

    /// Tiers and what is in them.
    public init(tiers: [Tier] = [], objects: [Object] = [], usages: [Usage] = [], usageOfJob: [Int32] = []) {
        self.tiers = tiers
        self.objects = objects
        self.usages = usages
        self.usageOfJob = usageOfJob
    }

    /// What a job does with storage; nil if nothing.
    public func usage(of job: Int) -> Usage? {
        guard job < usageOfJob.count, usageOfJob[job] >= 0 else { return nil }
        return usages[Int(usageOfJob[job])]
    }
}

extension StorageModel {
    /// Seconds that a checkpoint of a job on `nodes` nodes with `gpus` GPUs holds its work up when nobody else uses the
    /// storage: the snapshot if it is asynchronous, else the write.
    public func blockingTime(_ checkpoint: Checkpoint, nodes: Int, gpus: Int) -> Double {
        guard !checkpoint.isAsync else { return checkpoint.bytes / (checkpoint.snapshotRate * Double(max(1, gpus))) }
        let writers = checkpoint.isSharded ? max(1, nodes) : 1
        let tier = tiers[Int(checkpoint.tier)]
        var rate = min(tier.writeRate, Double(writers) * tier.clientWrite)
        if tier.origin >= 0, !tier.writesBack {
            let origin = tiers[Int(tier.origin)]
            rate = min(rate, origin.writeRate, Double(writers) * origin.clientWrite)
        }
        return checkpoint.bytes / rate + tier.latency
    }
}
