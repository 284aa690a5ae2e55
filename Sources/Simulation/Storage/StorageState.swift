import ClusterModel

/// The storage at work: bandwidth shared among transfers, what caches hold, and the operations that wait for transfers.
struct StorageState: Sendable {
    /// Several transfers that together are one thing somebody waits for.
    struct Operation: Sendable {
        /// Whose it is.
        enum Purpose: Sendable, Equatable {
            /// The job stands still until it is done.
            case foreground(job: Int32)
            /// The job works on; a checkpoint is being written.
            case background(job: Int32)
            /// A cache fetches an object from behind.
            case fill(tier: Int32, object: Int32)
        }

        var purpose: Purpose
        /// Transfers and fills that are not done yet.
        var pending: Int32 = 0
        var handles: [SharedBandwidth.Handle] = []
        /// Operations that wait for this fill.
        var dependents: [Int32] = []
        /// Entries to unpin when it is done: (cache, object).
        var pinned: [(cache: Int32, object: Int32)] = []
        /// Local disks that have the object when it is done.
        var stores: [(nodes: [NodeID], tier: Int32, object: Int32)] = []
    }

    let model: StorageModel
    var bandwidth = SharedBandwidth()
    private(set) var operations: [Operation] = []
    private var freeOperations: [Int32] = []
    private var readResource: [Int32] = []
    private var writeResource: [Int32] = []
    private var requestResource: [Int32] = []
    /// One for each peer cache; for local tiers one per node, from `firstCache` on.
    private(set) var caches: [CacheContents] = []
    private var firstCache: [Int32] = []
    /// Operations that fill an object into a peer cache, by cache and object.
    private var fills: [Int64: Int32] = [:]
    private(set) var workers: Int
    private let nodeCount: Int

    /// Blocks in which a peer cache spreads an object over its nodes: 64 MiB, Alluxio's default block size.
    static let blockBytes = 67_108_864.0

    init(_ model: StorageModel, nodes: Int) {
        self.model = model
        workers = nodes
        nodeCount = nodes
        for tier in model.tiers {
            let isPeer = tier.kind == .peerCache
            readResource.append(bandwidth.addResource(isPeer ? Double(nodes) * tier.clientRead : tier.readRate))
            writeResource.append(bandwidth.addResource(isPeer ? Double(nodes) * tier.clientWrite : tier.writeRate))
            requestResource.append(bandwidth.addResource(tier.requestRate))
            firstCache.append(Int32(caches.count))
            switch tier.kind {
            case .shared: break
            case .peerCache: caches.append(CacheContents(capacity: tier.bytesPerNode * Double(nodes)))
            case .local: for _ in 0..<nodes { caches.append(CacheContents(capacity: tier.bytesPerNode)) }
            }
        }
    }

    // MARK: Operations

    /// Opens an operation at `now`; transfers are added to it, then `seal` says whether there is anything to wait for.
    mutating func open(_ purpose: Operation.Purpose, at now: Int64) -> Int32 {
        bandwidth.advance(to: now)
        return open(purpose)
    }

    private mutating func open(_ purpose: Operation.Purpose) -> Int32 {
        let operation = Operation(purpose: purpose)
        guard let free = freeOperations.popLast() else {
            operations.append(operation)
            return Int32(operations.count - 1)
        }
        operations[Int(free)] = operation
        return free
    }

    /// True if the operation still waits for something; otherwise it is over already.
    mutating func seal(_ operation: Int32) -> Bool {
        guard operations[Int(operation)].pending == 0 else { return true }
        _ = close(operation)
        return false
    }

    /// Ends an operation before its time; fills go on for others.
    mutating func cancel(_ operation: Int32) {
        for handle in operations[Int(operation)].handles { bandwidth.cancel(handle) }
        for index in operations.indices { operations[index].dependents.removeAll { $0 == operation } }
        operations[Int(operation)].stores = []
        unpin(operation)
        operations[Int(operation)] = Operation(purpose: .fill(tier: -1, object: -1))
        freeOperations.append(operation)
    }

    /// Transfers that are done at `now`; the purposes of the operations that are over by that, in order.
    mutating func finish(at now: Int64) -> [Operation.Purpose] {
        bandwidth.advance(to: now)
        var over: [Operation.Purpose] = []
        for operation in bandwidth.takeEnded() { settle(operation, &over) }
        return over
    }

    private mutating func settle(_ operation: Int32, _ over: inout [Operation.Purpose]) {
        operations[Int(operation)].pending -= 1
        guard operations[Int(operation)].pending == 0 else { return }
        let purpose = operations[Int(operation)].purpose
        let dependents = close(operation)
        if case .fill(let tier, let object) = purpose {
            fills[Self.key(tier, object)] = nil
            caches[Int(firstCache[Int(tier)])].complete(object)
            for dependent in dependents { settle(dependent, &over) }
        } else {
            over.append(purpose)
        }
    }

    private mutating func close(_ operation: Int32) -> [Int32] {
        let dependents = operations[Int(operation)].dependents
        for store in operations[Int(operation)].stores {
            guard let size = size(of: store.object) else { continue }
            for node in store.nodes { keep(store.object, size: size, on: node, tier: store.tier) }
        }
        unpin(operation)
        freeOperations.append(operation)
        return dependents
    }

    private mutating func unpin(_ operation: Int32) {
        for pin in operations[Int(operation)].pinned { caches[Int(pin.cache)].pin(pin.object, -1) }
        operations[Int(operation)].pinned = []
    }

    private func size(of object: Int32) -> Double? {
        object < model.objects.count ? model.objects[Int(object)].bytes : nil
    }

    private static func key(_ tier: Int32, _ object: Int32) -> Int64 { Int64(tier) << 32 | Int64(object) }

    // MARK: Reading

    /// Adds the reading of an object by `nodes` to an operation.
    mutating func read(_ reading: StorageModel.Reading, by nodes: [NodeID], _ operation: Int32) {
        let object = model.objects[Int(reading.object)]
        let share = reading.isSplit ? reading.share / Double(max(1, nodes.count)) : reading.share
        read(
            reading.object, object.bytes * share, files: max(1, object.files * share), from: reading.tier, nodes,
            operation)
    }

    /// Every node reads `bytes` of an object through a tier.
    mutating func read(
        _ object: Int32, _ bytes: Double, files: Double, from tier: Int32, _ nodes: [NodeID], _ operation: Int32,
        limit: Double = .infinity
    ) {
        guard !nodes.isEmpty, bytes > 0 else { return }
        switch model.tiers[Int(tier)].kind {
        case .shared: transfer(bytes, files: files, from: tier, members: nodes.count, operation, limit: limit)
        case .local: readLocally(object, bytes, files, tier, nodes, operation)
        case .peerCache: readFromPeers(object, bytes, files, tier, nodes.count, operation, limit)
        }
    }

    private mutating func readLocally(
        _ object: Int32, _ bytes: Double, _ files: Double, _ tier: Int32, _ nodes: [NodeID], _ operation: Int32
    ) {
        var missing: [NodeID] = []
        for node in nodes {
            let cache = Int(firstCache[Int(tier)] + node.index)
            if let position = caches[cache].position(of: object) {
                caches[cache].touch(position)
            } else {
                missing.append(node)
            }
        }
        let hits = nodes.count - missing.count
        if hits > 0 { transfer(bytes, files: files, from: tier, members: hits, operation) }
        guard !missing.isEmpty else { return }
        let origin = model.tiers[Int(tier)].origin
        read(object, bytes, files: files, from: origin, missing, operation, limit: model.tiers[Int(tier)].clientWrite)
        operations[Int(operation)].stores.append((missing, tier, object))
    }

    private mutating func keep(_ object: Int32, size: Double, on node: NodeID, tier: Int32) {
        let cache = Int(firstCache[Int(tier)] + node.index)
        if caches[cache].makeRoom(for: object, size: size) { caches[cache].complete(object) }
    }

    /// What the cache lacks is fetched once, by all its nodes, while others already read what is there: a reader is done
    /// when both its own transfer and the fetch are. What does not fit into the cache is read past it.
    private mutating func readFromPeers(
        _ object: Int32, _ bytes: Double, _ files: Double, _ tier: Int32, _ members: Int, _ operation: Int32,
        _ limit: Double
    ) {
        let cache = firstCache[Int(tier)]
        let origin = model.tiers[Int(tier)].origin
        guard let size = size(of: object), caches[Int(cache)].makeRoom(for: object, size: size),
            let position = caches[Int(cache)].position(of: object)
        else {
            transfer(bytes, files: files, from: origin, members: members, operation, limit: limit)
            return
        }
        caches[Int(cache)].touch(position)
        caches[Int(cache)].pin(object, 1)
        operations[Int(operation)].pinned.append((cache, object))
        transfer(bytes, files: files, from: tier, members: members, operation, limit: limit)
        let entry = caches[Int(cache)].entries[position]
        guard entry.size - entry.present >= 1 else { return }
        let fill = fills[Self.key(tier, object)] ?? startFill(entry, tier, origin)
        operations[Int(fill)].dependents.append(operation)
        operations[Int(operation)].pending += 1
    }

    private mutating func startFill(_ entry: CacheContents.Entry, _ tier: Int32, _ origin: Int32) -> Int32 {
        let fill = open(.fill(tier: tier, object: entry.object))
        let missing = entry.size - entry.present
        let fetchers = min(workers, max(1, Int((missing / Self.blockBytes).rounded(.up))))
        let files = model.objects[Int(entry.object)].files * missing / entry.size / Double(fetchers)
        transfer(
            missing / Double(fetchers), files: max(1, files), from: origin, members: fetchers, fill,
            limit: model.tiers[Int(tier)].clientWrite)
        let cache = firstCache[Int(tier)]
        caches[Int(cache)].pin(entry.object, 1)
        operations[Int(fill)].pinned.append((cache, entry.object))
        fills[Self.key(tier, entry.object)] = fill
        return fill
    }

    // MARK: Writing

    /// Adds the writing of a job's checkpoint by its `nodes` nodes to an operation. Returns whether it must still be copied
    /// to the origin to be durable: it was written to a cache that writes back and had room for it.
    mutating func write(_ checkpoint: StorageModel.Checkpoint, of job: Int32, nodes: Int, _ operation: Int32) -> Bool {
        let tier = model.tiers[Int(checkpoint.tier)]
        let writers = checkpoint.isSharded ? max(1, nodes) : 1
        let bytes = checkpoint.bytes / Double(writers)
        guard tier.origin >= 0 else {
            transfer(bytes, to: [checkpoint.tier], members: writers, operation)
            return false
        }
        guard tier.writesBack else {
            transfer(bytes, to: [checkpoint.tier, tier.origin], members: writers, operation)
            return false
        }
        guard tier.kind == .local || keepDirty(checkpoint, of: job) else {
            transfer(bytes, to: [tier.origin], members: writers, operation)
            return false
        }
        transfer(bytes, to: [checkpoint.tier], members: writers, operation)
        return true
    }

    private mutating func keepDirty(_ checkpoint: StorageModel.Checkpoint, of job: Int32) -> Bool {
        let cache = Int(firstCache[Int(checkpoint.tier)])
        let object = checkpointObject(of: job)
        guard caches[cache].makeRoom(for: object, size: checkpoint.bytes) else { return false }
        caches[cache].complete(object)
        caches[cache].setDirty(object, true)
        return true
    }

    /// Checkpoints are objects of their own in caches.
    private func checkpointObject(of job: Int32) -> Int32 { Int32(model.objects.count) + job }

    /// Adds the copying of a checkpoint from its cache to the origin behind.
    mutating func flush(_ checkpoint: StorageModel.Checkpoint, nodes: Int, _ operation: Int32) {
        let writers = checkpoint.isSharded ? max(1, nodes) : 1
        let origin = model.tiers[Int(checkpoint.tier)].origin
        transfer(checkpoint.bytes / Double(writers), to: [origin], members: writers, operation)
    }

    /// A job's checkpoint is at the origin, or will never be: its copy in the cache may be evicted.
    mutating func release(_ checkpoint: StorageModel.Checkpoint, of job: Int32) {
        guard model.tiers[Int(checkpoint.tier)].kind == .peerCache else { return }
        caches[Int(firstCache[Int(checkpoint.tier)])].setDirty(checkpointObject(of: job), false)
    }

    /// Adds the reading of a job's last checkpoint, from its cache if all of it is still there: split among the nodes, or
    /// all of it by each of them.
    mutating func restore(_ checkpoint: StorageModel.Checkpoint, of job: Int32, nodes: Int, _ operation: Int32) {
        let tier = model.tiers[Int(checkpoint.tier)]
        var source = checkpoint.tier
        if tier.origin >= 0 {
            let cache = caches[Int(firstCache[Int(checkpoint.tier)])]
            let entry =
                tier.kind == .local ? nil : cache.position(of: checkpointObject(of: job)).map { cache.entries[$0] }
            if entry.map({ $0.present < $0.size }) ?? true { source = tier.origin }
        }
        let bytes = checkpoint.isSharded ? checkpoint.bytes / Double(max(1, nodes)) : checkpoint.bytes
        transfer(bytes, files: 1, from: source, members: max(1, nodes), operation)
    }

    // MARK: Transfers

    private mutating func transfer(
        _ bytes: Double, files: Double, from tier: Int32, members: Int, _ operation: Int32, limit: Double = .infinity
    ) {
        let card = model.tiers[Int(tier)]
        var uses = [SharedBandwidth.Use(resource: readResource[Int(tier)], perByte: 1)]
        if card.kind == .local { uses = [] }
        if card.requestRate < .infinity {
            uses.append(SharedBandwidth.Use(resource: requestResource[Int(tier)], perByte: files / bytes))
        }
        // So many files in a row, each with its latency, one node cannot read faster.
        let waiting = (files / card.clientRequests).rounded(.up) * card.latency
        let client = bytes / (bytes / min(limit, card.clientRead) + waiting)
        begin(SharedBandwidth.Path(uses: uses, limit: client), members, bytes, operation)
    }

    private mutating func transfer(_ bytes: Double, to tiers: [Int32], members: Int, _ operation: Int32) {
        var uses: [SharedBandwidth.Use] = []
        var limit = Double.infinity
        var latency = 0.0
        for tier in tiers {
            let card = model.tiers[Int(tier)]
            if card.kind != .local {
                uses.append(SharedBandwidth.Use(resource: writeResource[Int(tier)], perByte: 1))
            }
            limit = min(limit, card.clientWrite)
            latency = max(latency, card.latency)
        }
        guard bytes > 0 else { return }
        begin(SharedBandwidth.Path(uses: uses, limit: bytes / (bytes / limit + latency)), members, bytes, operation)
    }

    private mutating func begin(_ path: SharedBandwidth.Path, _ members: Int, _ bytes: Double, _ operation: Int32) {
        let handle = bandwidth.start(path, members: members, bytes: bytes, tag: operation)
        operations[Int(operation)].handles.append(handle)
        operations[Int(operation)].pending += 1
    }

    // MARK: Nodes

    /// A node is lost (or back): peer caches shrink by its share of bandwidth and contents, its own disk is empty.
    mutating func setNode(_ node: NodeID, up: Bool, at now: Int64) {
        bandwidth.advance(to: now)
        let before = workers
        workers += up ? 1 : -1
        for (index, tier) in model.tiers.enumerated() {
            switch tier.kind {
            case .shared: continue
            case .local: if !up { caches[Int(firstCache[index] + node.index)].clear() }
            case .peerCache:
                bandwidth.setCapacity(readResource[index], Double(workers) * tier.clientRead)
                bandwidth.setCapacity(writeResource[index], Double(workers) * tier.clientWrite)
                caches[Int(firstCache[index])].capacity = Double(workers) * tier.bytesPerNode
                if !up { caches[Int(firstCache[index])].loseShare(of: before) }
            }
        }
    }
}
