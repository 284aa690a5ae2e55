import KubernetesObjects

/// What all evicting actions share: where evictions may help, and whether they suffice.
extension VolcanoSession {
    /// Nodes that allocate did not find beyond help for a task (upstream: FilterOutUnschedulableAndUnresolvableNodesForTask).
    ///
    /// All nodes in order of arrival; once some are left out, upstream lists the rest in map order (ascending names).
    public func nodesWherePreemptionMayHelp(_ task: TaskRef) -> [NodeRef] {
        guard let job = self[task].job, let errors = self[job].fitErrors[task] else { return nodeList }
        let isHopeless = fitTable.lists.map { $0.contains { $0.code == .unschedulableAndUnresolvable } }
        let hopeless = nodes.indices.map { node in
            node < errors.statuses.count && errors.statuses[node] >= 0 && isHopeless[Int(errors.statuses[node])]
        }
        guard hopeless.contains(true) else { return nodeList }
        return ties.arranged(nodesByName.filter { !hopeless[Int($0.index)] })
    }

    /// All nodes in ascending names.
    private var nodesByName: [NodeRef] {
        var list = nodeList
        list.sort { self[$0].nameRank < self[$1].nameRank }
        return list
    }

    /// Whether a task would fit a node without these victims (upstream: ValidateVictims). No victims at all are allowed.
    func wouldFit(_ task: TaskRef, on node: NodeRef, without victims: [TaskRef]) -> Bool {
        let place = Int(node.index)
        // Nodes without any scalar count differently; see `Resource.sub`.
        guard !nodes[place].idle.scalars.isEmpty else {
            var room = nodes[place].futureIdle
            for victim in victims { room.add(self[victim].request) }
            return self[task].request.lessEqual(room)
        }
        let own = Int(task.index)
        for dimension in 0..<tasks[own].request.dimensions {
            var room = nodes[place].idle[dimension] + nodes[place].releasing[dimension]
            room -= nodes[place].pipelined[dimension]
            for victim in victims { room += tasks[Int(victim.index)].request[dimension] }
            if !Resource.within(tasks[own].request[dimension], room) { return false }
        }
        return true
    }
}
