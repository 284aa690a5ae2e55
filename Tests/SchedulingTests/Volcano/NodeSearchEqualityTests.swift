import Testing

@testable import Scheduling

/// What a cycle decided, in words that can be compared.
private func decisions(_ session: VolcanoSession) -> [String] {
    session.runActions()
    var lines = session.binds.map { "bind \(session[$0.task].uid) \(session[$0.node].name)" }
    lines += session.evictions.map { "evict \(session[$0.task].uid) by \($0.by)" }
    for task in session.tasks where task.status == .pipelined {
        lines.append("pipelined \(task.uid) \(task.node.map { session[$0].name } ?? "")")
    }
    for job in session.jobs { lines.append("\(job.uid) \(session.fitErrorText(of: job.id))") }
    session.close()
    for job in session.jobs { lines.append("\(job.uid) \(job.phase)") }
    return lines
}

@Suite struct NodeSearchEquality {
    /// The plain search asks every node; the search by classes must take the same decisions for the same reasons.
    @Test(arguments: 0..<21)
    func searchByClassesDecidesAsThePlainSearch(block: Int) {
        for seed in (block * 100)..<(block * 100 + 100) {
            let world = RandomVolcanoWorld(seed: UInt64(seed))
            for rule in [TieRule.lowestName, .seeded(UInt64(seed))] {
                let plain = decisions(world.session(rule, .plain))
                let fast = decisions(world.session(rule, .byClass))
                #expect(plain == fast, "world \(seed), \(rule)")
            }
        }
    }

    /// No node holds more than it has, and a gang that gang plugins guard starts whole or not at all.
    ///
    /// Tasks that stay Allocated do not count: backfill may place them beyond a node's pod slots after an eviction was
    /// taken back, and the bind is then refused, as upstream.
    @Test(arguments: 0..<10)
    func noCycleBreaksTheInvariants(block: Int) {
        for seed in (block * 100)..<(block * 100 + 100) {
            let session = RandomVolcanoWorld(seed: UInt64(seed)).session(.seeded(1), .byClass)
            session.runActions()
            for node in session.nodes {
                func sum(without statuses: TaskStatus...) -> Resource {
                    node.tasks.reduce(into: Resource()) { sum, task in
                        if !statuses.contains(session[task].status) { sum.add(session[task].request) }
                    }
                }
                #expect(
                    sum(without: .pipelined, .allocated).lessEqual(node.allocatable), "world \(seed), \(node.name)")
                #expect(sum(without: .pipelined).equal(node.used), "world \(seed), \(node.name)")
            }
            let started = Set(session.binds.compactMap { session[$0.task].job })
            for job in started {
                let info = session[job]
                #expect(info.readyCount + info.pendingBestEffort >= info.minAvailable, "world \(seed), \(info.uid)")
            }
        }
    }
}
