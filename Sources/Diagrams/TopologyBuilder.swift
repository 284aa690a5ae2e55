import ClusterModel

/// Turns a cluster into the boxes of its topology picture: core, spines, leaves, NVLink domains, nodes.
struct TopologyBuilder {
    let cluster: Cluster
    /// Share of capacity used per link of the fabric, 0…1; nil: not known.
    let utilization: [Double]?
    /// More siblings than this of one kind become stacks.
    let siblingsShown: Int

    private var fabric: Fabric { cluster.fabric }

    /// The boxes of the leftmost column, with everything to the right of them.
    func roots() -> [TopologyBox] {
        let leaves = fabric.groups.indices.map { leaf(LeafGroupID($0)) }
        guard let spineTier = fabric.switches.first(where: { $0.tier == .spine }) else {
            return collapse(leaves)
        }
        guard fabric.podCount > 1 else {
            return [box(.spine, spineTier, children: collapse(leaves), uplink: nil)]
        }
        var spines: [TopologyBox] = []
        var unlinked: [TopologyBox] = []
        for pod in 0..<fabric.podCount {
            let members = fabric.groups.indices.filter { fabric.groups[$0].pod == pod }.map { leaves[$0] }
            if let spine = fabric.switches.first(where: { $0.tier == .spine && $0.pod == pod }) {
                let uplink = fabric.uplink(ofPod: pod).map { self.uplink([$0]) }
                spines.append(box(.spine, spine, children: collapse(members), uplink: uplink))
            } else {
                unlinked += members
            }
        }
        let core = fabric.switches.first { $0.tier == .core }
        let joined = collapse(spines)
        return (core.map { [box(.core, $0, children: joined, uplink: nil)] } ?? joined) + collapse(unlinked)
    }

    private func box(
        _ kind: TopologyBox.Kind, _ parts: Fabric.Switch, children: [TopologyBox], uplink: TopologyBox.Uplink?
    ) -> TopologyBox {
        let switches = parts.count == 1 ? "1 switch" : "\(parts.count) switches"
        return TopologyBox(
            kind: kind, names: (parts.name, parts.name), details: [switches], uplink: uplink, children: children)
    }

    private func collapse(_ siblings: [TopologyBox]) -> [TopologyBox] {
        TopologyBox.collapse(siblings, shown: siblingsShown)
    }

    /// A leaf group: its leaf, or its rails taken together.
    private func leaf(_ id: LeafGroupID) -> TopologyBox {
        let group = fabric.groups[id.position]
        let uplinks = group.leaves.compactMap { fabric.uplink(ofLeaf: SwitchID($0)) }
        let nodes = (0..<group.nodeCount).map { NodeID(group.firstNode.position + $0) }
        var details: [String] = []
        if group.leaves.isEmpty { details.append("no network cards") }
        if group.leaves.count > 1 { details.append("\(group.leaves.count) rails") }
        if !uplinks.isEmpty, fabric.spec.spineOversubscription != 1 {
            details.append("\(DOTText.number(fabric.spec.spineOversubscription)) : 1 oversubscribed")
        }
        let name = leafName(id, group)
        return TopologyBox(
            kind: .leaf, names: (name, name), details: details, uplink: uplinks.isEmpty ? nil : uplink(uplinks),
            children: collapse(members(nodes)))
    }

    private func leafName(_ id: LeafGroupID, _ group: Fabric.LeafGroup) -> String {
        guard let first = group.leaves.first else { return "group-\(id.position)" }
        let name = fabric.switches[first].name
        guard fabric.switches[first].rail != nil, let dash = name.lastIndex(of: "-") else { return name }
        return String(name[..<dash])
    }

    /// The nodes of a group; those of an NVLink domain that spans nodes stand behind a box for the domain.
    private func members(_ nodes: [NodeID]) -> [TopologyBox] {
        var result: [TopologyBox] = []
        var start = 0
        while start < nodes.count {
            let shape = cluster.shape(of: nodes[start])
            guard shape.nodesPerNVLinkDomain > 1 else {
                result.append(node(nodes[start], shape, overNVLink: false))
                start += 1
                continue
            }
            let domain = cluster.nvlinkDomain(of: nodes[start])
            let end = nodes[start...].firstIndex { cluster.nvlinkDomain(of: $0) != domain } ?? nodes.count
            result.append(island(Array(nodes[start..<end]), shape))
            start = end
        }
        return result
    }

    private func island(_ nodes: [NodeID], _ shape: NodeShape) -> TopologyBox {
        let number = cluster.nvlinkDomain(of: nodes[0])?.position ?? 0
        let here = nodes.count * shape.gpuCount
        let size = here == shape.nvlinkDomainGPUs ? "\(here) GPUs" : "\(here) of \(shape.nvlinkDomainGPUs) GPUs here"
        let name = "NVLink domain \(number)"
        return TopologyBox(
            kind: .nvlink, names: (name, name), details: [size], uplink: uplink(of: nodes),
            children: collapse(nodes.map { node($0, shape, overNVLink: true) }))
    }

    private func node(_ id: NodeID, _ shape: NodeShape, overNVLink: Bool) -> TopologyBox {
        let name = cluster.nodeName(id)
        let card = shape.gpuModel.map { cluster.gpuCard($0) }
        var details: [String] = []
        if let card, shape.gpuCount > 0 { details.append("\(shape.gpuCount) × \(card.name)") }
        if shape.gpuCount == 0 { details.append("\(DOTText.number(Double(shape.cpuMilli) / 1000)) CPUs") }
        if !overNVLink, shape.nvlinkIslands > 0 {
            let rate = (card?.scaleUp?.value.rawValue).map { " \(DOTText.byteRate($0))" } ?? ""
            details.append(shape.nvlinkIslands == 1 ? "NVLink\(rate)" : "\(shape.nvlinkIslands) NVLink islands\(rate)")
        }
        var link = uplink(of: [id])
        if overNVLink {
            let rate = card?.scaleUp?.value.rawValue ?? 0
            link = rate > 0 ? .init(capacity: rate * Double(shape.gpuCount), isNVLink: true) : nil
        }
        return TopologyBox(kind: .node, names: (name, name), details: details, uplink: link)
    }

    /// The nodes' links to their leaves, taken together; nil without network cards.
    private func uplink(of nodes: [NodeID]) -> TopologyBox.Uplink? {
        let links = nodes.flatMap { fabric.links(of: $0) }
        return links.isEmpty ? nil : uplink(links)
    }

    private func uplink(_ links: [LinkID]) -> TopologyBox.Uplink {
        var uplink = TopologyBox.Uplink(capacity: links.reduce(0) { $0 + fabric.links[$1.position].capacity.rawValue })
        if let utilization {
            uplink.load = links.reduce(LinkLoad()) {
                let share = utilization[$1.position]
                return $0 + LinkLoad(sum: share, links: 1, highest: share)
            }
        }
        return uplink
    }
}
