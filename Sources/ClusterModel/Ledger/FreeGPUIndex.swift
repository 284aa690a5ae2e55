/// Per pool, the sets of schedulable nodes by number of wholly free GPUs, as two-level bitsets.
///
/// A set is one bit per node of the pool plus a summary with one bit per 64 of them, so that finding the first member costs
/// a few word reads even with 10,000 nodes. The last set of each pool holds the nodes with a shared GPU (part of
/// it taken), whatever their number of free ones.
@frozen
@usableFromInline
struct FreeGPUIndex: Sendable {
    /// Where a pool's sets lie.
    @frozen
    @usableFromInline
    struct Layout: Sendable {
        @usableFromInline let firstNode: Int
        /// Sets by count of free GPUs: 0…GPUs per node; the set of shared nodes comes after them.
        @usableFromInline let counts: Int
        /// Words of one set.
        @usableFromInline let words: Int
        /// Summary words of one set.
        @usableFromInline let summaries: Int
        @usableFromInline let wordBase: Int
        @usableFromInline let summaryBase: Int
        @usableFromInline let sizeBase: Int

        /// The set of nodes with a shared GPU.
        @inlinable
        var shared: Int { counts }
    }

    @usableFromInline let layouts: [Layout]
    @usableFromInline var words: [UInt64]
    @usableFromInline var summary: [UInt64]
    /// Members of each set.
    @usableFromInline var sizes: [Int32]

    /// Empty sets for all pools.
    init(_ cluster: Cluster) {
        var layouts: [Layout] = []
        var (words, summaries, sizes) = (0, 0, 0)
        for pool in cluster.poolIDs {
            let nodes = cluster.nodePositions(in: pool)
            let sets = cluster.pools[pool.position].shape.gpuCount + 2
            let perSet = (nodes.count + 63) / 64
            let layout = Layout(
                firstNode: nodes.lowerBound, counts: sets - 1, words: perSet, summaries: (perSet + 63) / 64,
                wordBase: words, summaryBase: summaries, sizeBase: sizes)
            words += sets * layout.words
            summaries += sets * layout.summaries
            sizes += sets
            layouts.append(layout)
        }
        self.layouts = layouts
        self.words = [UInt64](repeating: 0, count: words)
        summary = [UInt64](repeating: 0, count: summaries)
        self.sizes = [Int32](repeating: 0, count: sizes)
    }

    /// Adds a node to a set of its pool.
    @inlinable
    mutating func insert(_ node: Int, pool: Int, set: Int) {
        let layout = layouts[pool]
        let bit = node - layout.firstNode
        words[layout.wordBase + set * layout.words + bit >> 6] |= 1 << UInt64(bit & 63)
        summary[layout.summaryBase + set * layout.summaries + bit >> 12] |= 1 << UInt64((bit >> 6) & 63)
        sizes[layout.sizeBase + set] += 1
    }

    /// Takes a node out of a set of its pool.
    @inlinable
    mutating func remove(_ node: Int, pool: Int, set: Int) {
        let layout = layouts[pool]
        let bit = node - layout.firstNode
        let word = layout.wordBase + set * layout.words + bit >> 6
        words[word] &= ~(1 << UInt64(bit & 63))
        if words[word] == 0 {
            summary[layout.summaryBase + set * layout.summaries + bit >> 12] &= ~(1 << UInt64((bit >> 6) & 63))
        }
        sizes[layout.sizeBase + set] -= 1
    }

    /// Whether a node is in a set of its pool.
    @inlinable
    func contains(_ node: Int, pool: Int, set: Int) -> Bool {
        let layout = layouts[pool]
        let bit = node - layout.firstNode
        return words[layout.wordBase + set * layout.words + bit >> 6] & (1 << UInt64(bit & 63)) != 0
    }

    /// Members of a set.
    @inlinable
    func count(pool: Int, set: Int) -> Int { Int(sizes[layouts[pool].sizeBase + set]) }

    /// The lowest node of a set, or nil when it is empty.
    @inlinable
    func first(pool: Int, set: Int) -> Int? {
        let layout = layouts[pool]
        guard sizes[layout.sizeBase + set] > 0 else { return nil }
        let summaryBase = layout.summaryBase + set * layout.summaries
        var index = 0
        while summary[summaryBase + index] == 0 { index += 1 }
        let word = index << 6 + summary[summaryBase + index].trailingZeroBitCount
        let bit = words[layout.wordBase + set * layout.words + word].trailingZeroBitCount
        return layout.firstNode + word << 6 + bit
    }

    /// The lowest node of the union of the sets `from...through`, or nil.
    @inlinable
    func first(pool: Int, from low: Int, through high: Int) -> Int? {
        var best: Int?
        var set = low
        while set <= high {
            if let node = first(pool: pool, set: set), node < best ?? .max { best = node }
            set += 1
        }
        return best
    }

    /// Visits the nodes of the union of the sets `from...through`, ascending, until `body` says stop (false).
    @inlinable
    func forEach(pool: Int, from low: Int, through high: Int, _ body: (NodeID) -> Bool) {
        let layout = layouts[pool]
        guard low <= high else { return }
        for index in 0..<layout.summaries {
            var nonempty: UInt64 = 0
            for set in low...high { nonempty |= summary[layout.summaryBase + set * layout.summaries + index] }
            while nonempty != 0 {
                let word = index << 6 + nonempty.trailingZeroBitCount
                nonempty &= nonempty - 1
                var members: UInt64 = 0
                for set in low...high { members |= words[layout.wordBase + set * layout.words + word] }
                while members != 0 {
                    guard body(NodeID(layout.firstNode + word << 6 + members.trailingZeroBitCount)) else { return }
                    members &= members - 1
                }
            }
        }
    }
}
