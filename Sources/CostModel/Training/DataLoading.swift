/// How a rank gets its samples: storage, cache, decoding by worker processes, and how far ahead they work.
///
/// A worker takes for one sample, with probability `hit` from the cache and otherwise from storage,
/// `files·latency + bytes/stream + decoding`. All workers of a rank work beside each other; all ranks share the bandwidth and the metadata
/// rate of storage. The rank's rate is the least of the three (reference: the roofline of an input pipeline, Murray et al.,
/// tf.data, VLDB 2021, arXiv 2101.12127; the sums as in docs/training.md).
public struct DataLoading: Hashable, Sendable {
    /// Bytes of one sample, as stored.
    public var sampleBytes: Double
    /// Files opened for one sample; 0 where samples are packed into large files.
    public var filesPerSample = 0.0
    /// Bandwidth of storage that all ranks of the job share, in bytes per second.
    public var bandwidth: Double
    /// Files per second that storage opens for all ranks together.
    public var openRate = 20_000.0
    /// Seconds until the first byte of a file from storage.
    public var latency = 2e-3
    /// Bytes per second of one stream from storage.
    public var streamRate = 1e9
    /// Share of the samples that come from a cache beside the GPU.
    public var cacheHit = 0.0
    /// Bytes per second of the cache for one rank.
    public var cacheRate = 3e9
    /// Worker processes of a rank.
    public var workers = 4
    /// Processor seconds that decoding one sample takes a worker.
    public var decodeSeconds = 0.0
    /// Batches that are loaded ahead; 0 loads a batch when it is needed.
    public var prefetch = 2

    /// Samples of some size from storage of some bandwidth (bytes per second, shared by the job).
    public init(sampleBytes: Double, bandwidth: Double) {
        self.sampleBytes = sampleBytes
        self.bandwidth = bandwidth
    }

    /// Samples of some size from storage of a card, of `capacity` TiB where its rates grow with that, read by `nodes` nodes.
    ///
    /// The rate is the least of what the whole system and all nodes together carry. Nil where the rates grow with a capacity
    /// that is not given.
    public init?(sampleBytes: Double, from card: StorageCard, capacity: Double?, nodes: Int) {
        guard let rates = Self.rates(card, capacity: capacity, nodes: nodes) else { return nil }
        self.init(sampleBytes: sampleBytes, bandwidth: rates.read)
        latency = card.latency.value
        if let requests = card.requests?.value { openRate = requests * (card.readPerTiB == nil ? 1 : capacity ?? 1) }
        // One of the streams that a node reads at once: 5.6 GB/s in 64 requests are the 87 MB/s that S3 states for one.
        streamRate = card.clientRead.value.rawValue / Double(max(1, card.clientRequests.value))
    }

    /// Bytes per second that `nodes` nodes read from and write to storage of a card together; nil as above.
    public static func rates(
        _ card: StorageCard, capacity: Double?, nodes: Int
    ) -> (read: Double, write: Double)? {
        func least(_ whole: Double?, _ perTiB: Double?, _ client: Double) -> Double? {
            let clients = client * Double(max(1, nodes))
            guard let perTiB else { return min(whole ?? clients, clients) }
            return capacity.map { min(perTiB * $0, clients) }
        }
        guard
            let read = least(
                card.read?.value.rawValue, card.readPerTiB?.value.rawValue, card.clientRead.value.rawValue),
            let write = least(
                card.write?.value.rawValue, card.writePerTiB?.value.rawValue, card.clientWrite.value.rawValue)
        else { return nil }
        return (read, write)
    }

    /// What holds loading back.
    public enum Limit: String, Sendable {
        case workers
        case bandwidth = "storage bandwidth"
        case opens = "file opens"
    }

    /// Seconds that one worker spends on one sample.
    public var secondsPerSample: Double {
        let miss = 1 - cacheHit
        return miss * (max(1, filesPerSample) * latency + sampleBytes / streamRate) + cacheHit * sampleBytes / cacheRate
            + decodeSeconds
    }

    /// Samples per second that each of `ranks` ranks gets, and what limits them.
    public func rate(ranks: Int) -> (perSecond: Double, limit: Limit) {
        let miss = max(1e-12, 1 - cacheHit), share = 1 / Double(max(1, ranks))
        var best = (perSecond: Double(max(1, workers)) / secondsPerSample, limit: Limit.workers)
        let byBandwidth = bandwidth * share / (sampleBytes * miss)
        if byBandwidth < best.perSecond { best = (byBandwidth, .bandwidth) }
        if filesPerSample > 0 {
            let byOpens = openRate * share / (filesPerSample * miss)
            if byOpens < best.perSecond { best = (byOpens, .opens) }
        }
        return best
    }

    /// Seconds that a step of `compute` seconds waits for `samples` samples of one rank.
    ///
    /// With batches loaded ahead, loading and computing run beside each other and the step takes the longer of the two; without, it takes both.
    public func exposed(samples: Double, ranks: Int, compute: Double) -> Double {
        let load = samples / rate(ranks: ranks).perSecond
        return prefetch > 0 ? max(0, load - compute) : load
    }
}

/// What saving the training state costs.
public struct CheckpointCost: Hashable, Sendable {
    /// Seconds between two checkpoints.
    public var interval: Double
    /// Bandwidth of the target for the whole job in bytes per second.
    public var bandwidth: Double
    /// Whether training goes on once the state has been copied to host memory.
    public var isAsynchronous = false

    /// Bytes of one parameter: 16-bit weights, 32-bit master weights and two moments. Measured checkpoints of Megatron have 10.6
    /// to 13.5 (NVIDIA dgxc-benchmarking v25.12, checkpoint sizes of Llama 3 and Nemotron).
    public static let bytesPerParameter = 14.0

    /// A checkpoint every `interval` seconds to a target of `bandwidth` bytes per second.
    public init(interval: Double, bandwidth: Double, isAsynchronous: Bool = false) {
        self.interval = interval
        self.bandwidth = bandwidth
        self.isAsynchronous = isAsynchronous
    }

    /// Seconds that training stands still for one checkpoint of `bytes`, of which each of `gpus` GPUs holds its part.
    ///
    /// Asynchronous ones stop for the copy to host memory; the write must be over before the next begins.
    public func blocking(bytes: Double, gpus: Int, host: HostCard) -> Double {
        let write = bytes / bandwidth
        guard isAsynchronous else { return write }
        return bytes / Double(max(1, gpus)) / host.copyRate + max(0, write - interval)
    }

    /// Share of time that saving adds to training: blocking over interval.
    public func overhead(bytes: Double, gpus: Int, host: HostCard) -> Double {
        blocking(bytes: bytes, gpus: gpus, host: host) / interval
    }
}
