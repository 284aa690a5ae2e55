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
        var room = self[node].futureIdle
        for victim in victims { room.add(self[victim].request) }
        return self[task].request.lessEqual(room)
    }
}
