/// One search through the nodes by class: who is feasible, and which classes they have.
struct ClassScan {
    /// Feasible nodes in the order met, and the slot of each one's class.
    private(set) var nodes: ContiguousArray<Int32> = []
    private(set) var slots: ContiguousArray<Int32> = []
    /// Per slot: its class, the first node met of it, how many there are, and whether they have room now.
    private(set) var classes: ContiguousArray<Int32> = []
    private(set) var firstNodes: ContiguousArray<Int32> = []
    private(set) var counts: ContiguousArray<Int32> = []
    private(set) var isIdle: ContiguousArray<Bool> = []
    /// Nodes looked at.
    private(set) var processed = 0
    /// Node at which the search goes on.
    private(set) var place = 0
    private var wanted = 0
    /// Slot of each class, valid where the stamp is this search's.
    private var slotOf: ContiguousArray<Int32> = []
    private var stamp: ContiguousArray<UInt32> = []
    private var epoch: UInt32 = 0

    mutating func begin(at start: Int, wanted: Int, classes known: Int) {
        nodes.removeAll(keepingCapacity: true)
        slots.removeAll(keepingCapacity: true)
        classes.removeAll(keepingCapacity: true)
        firstNodes.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        isIdle.removeAll(keepingCapacity: true)
        while slotOf.count < known {
            slotOf.append(0)
            stamp.append(0)
        }
        epoch &+= 1
        (processed, place, self.wanted) = (0, start, wanted)
    }

    /// Walks until enough are found, all nodes are seen, or a class comes up without verdict (its node is returned).
    mutating func run(
        _ classOf: UnsafeBufferPointer<Int32>, _ verdicts: UnsafeBufferPointer<ClassVerdict>
    ) -> NodeRef? {
        let count = classOf.count
        while processed < count, nodes.count < wanted {
            let id = Int(classOf[place])
            guard id < verdicts.count, verdicts[id].refusals != -2 else { return NodeRef(place) }
            if verdicts[id].room != .none, verdicts[id].refusals == -1 {
                accept(id, isIdle: verdicts[id].room == .idle)
            }
            place += 1
            if place == count { place = 0 }
            processed += 1
        }
        return nil
    }

    /// As `run`, over a list of nodes and with preemption's filter.
    mutating func run(
        _ candidates: [NodeRef], _ classOf: UnsafeBufferPointer<Int32>, _ verdicts: UnsafeBufferPointer<ClassVerdict>
    ) -> NodeRef? {
        let count = candidates.count
        while processed < count, nodes.count < wanted {
            let node = candidates[place]
            let id = Int(classOf[Int(node.index)])
            guard id < verdicts.count, verdicts[id].eviction != .unknown else { return node }
            if verdicts[id].eviction == .mayHelp { nodes.append(node.index) }
            place += 1
            if place == count { place = 0 }
            processed += 1
        }
        return nil
    }

    /// Takes every node of a list.
    mutating func divide(_ list: [NodeRef], _ classOf: UnsafeBufferPointer<Int32>) {
        for node in list {
            place = Int(node.index)
            accept(Int(classOf[place]), isIdle: false)
        }
    }

    private mutating func accept(_ id: Int, isIdle idle: Bool) {
        if stamp[id] != epoch {
            stamp[id] = epoch
            slotOf[id] = Int32(classes.count)
            classes.append(Int32(id))
            firstNodes.append(Int32(place))
            counts.append(0)
            isIdle.append(idle)
        }
        let slot = slotOf[id]
        counts[Int(slot)] += 1
        nodes.append(Int32(place))
        slots.append(slot)
    }

    func candidate(
        inSlots wins: [Bool], nameRank: ContiguousArray<Int32>, lowestName: Bool, pick: (Int) -> Int
    ) -> NodeRef {
        if lowestName {
            var (best, lowest) = (NodeRef(0), Int32.max)
            for index in nodes.indices where wins[Int(slots[index])] {
                let rank = nameRank[Int(nodes[index])]
                if rank < lowest { (best, lowest) = (NodeRef(Int(nodes[index])), rank) }
            }
            return best
        }
        var left = pick(wins.indices.reduce(0) { wins[$1] ? $0 + Int(counts[$1]) : $0 })
        for index in nodes.indices where wins[Int(slots[index])] {
            if left == 0 { return NodeRef(Int(nodes[index])) }
            left -= 1
        }
        return NodeRef(0)
    }
}
