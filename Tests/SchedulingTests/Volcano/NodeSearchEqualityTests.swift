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
    @Test(arguments: 0..<10)
    func noCycleBreaksTheInvariants(block: Int) {
        for seed in (block * 100)..<(block * 100 + 100) {
            let session = RandomVolcanoWorld(seed: UInt64(seed)).session(.seeded(1), .byClass)
            session.runActions()
            for node in session.nodes {
                let bound = node.tasks.filter { session[$0].status != .pipelined }
                let used = bound.reduce(into: Resource()) { $0.add(session[$1].request) }
                #expect(used.lessEqual(node.allocatable), "world \(seed), \(node.name)")
                #expect(used.equal(node.used), "world \(seed), \(node.name)")
            }
            let started = Set(session.binds.compactMap { session[$0.task].job })
            for job in started {
                let info = session[job]
                #expect(info.readyCount + info.pendingBestEffort >= info.minAvailable, "world \(seed), \(info.uid)")
            }
        }
    }
}
