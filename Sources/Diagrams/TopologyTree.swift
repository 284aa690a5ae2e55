import ClusterModel

/// How busy a set of links is.
struct LinkLoad: Hashable {
    var sum = 0.0
    var links = 0
    var highest = 0.0

    /// Lower bounds of the colours of `DiagramTheme.load`.
    static let steps = [0.0, 0.05, 0.4, 0.7, 0.9]

    var mean: Double { links == 0 ? 0 : sum / Double(links) }

    /// The colour of the busiest link.
    func color(_ theme: DiagramTheme) -> String {
        theme.load[Self.steps.lastIndex { highest >= $0 } ?? 0]
    }

    static func + (a: LinkLoad, b: LinkLoad) -> LinkLoad {
        LinkLoad(sum: a.sum + b.sum, links: a.links + b.links, highest: max(a.highest, b.highest))
    }
}

/// A box of the topology picture: one part of the cluster, or a stack of equal ones.
struct TopologyBox {
    /// What the box stands for, from the core outwards; the order of columns.
    enum Kind: Int, CaseIterable {
        case core, spine, leaf, nvlink, node
    }

    /// The connection to the box on the left.
    struct Uplink: Hashable {
        /// Of one box of the stack, in bytes per second.
        var capacity: Double
        /// Drawn and labelled as NVLink instead of network.
        var isNVLink = false
        var load: LinkLoad?
    }

    var kind: Kind
    /// Name of the first and the last of the stack.
    var names: (first: String, last: String)
    var details: [String]
    /// Boxes in the stack, for each parent.
    var count = 1
    /// Whether the parent is a stack too, so that the count is "each".
    var isPerParent = false
    var uplink: Uplink?
    var children: [TopologyBox] = []

    /// What must be equal for boxes to be stacked: everything but names and loads.
    var signature: String {
        let link = uplink.map { "\($0.capacity)\($0.isNVLink)" } ?? ""
        return "\(kind)|\(count)|\(details)|\(link)|\(children.map(\.signature))"
    }
}

extension TopologyBox {
    /// Boxes above each other at the right end of what hangs on this box.
    var height: Int { max(1, children.reduce(0) { $0 + $1.height }) }

    /// Boxes of one signature as one stack; their children are stacked place by place.
    static func stack(_ boxes: [TopologyBox], countsThem: Bool) -> TopologyBox {
        var result = boxes[0]
        result.names.last = boxes[boxes.count - 1].names.last
        if countsThem { result.count = boxes.count } else { result.isPerParent = true }
        result.uplink?.load = boxes.compactMap(\.uplink?.load).reduce(nil) { sum, load in sum.map { $0 + load } ?? load
        }
        for index in result.children.indices {
            result.children[index] = stack(boxes.map { $0.children[index] }, countsThem: false)
        }
        return result
    }

    /// Siblings ready to be drawn: as they are, or stacked by signature when there are more than `shown` of a kind.
    static func collapse(_ siblings: [TopologyBox], shown: Int) -> [TopologyBox] {
        var result: [TopologyBox] = []
        for kind in Kind.allCases {
            let same = siblings.filter { $0.kind == kind }
            guard same.count > shown else {
                result += same
                continue
            }
            var order: [String] = []
            var members: [String: [TopologyBox]] = [:]
            for box in same {
                let signature = box.signature
                if members[signature] == nil { order.append(signature) }
                members[signature, default: []].append(box)
            }
            for signature in order {
                let boxes = members[signature] ?? []
                result += boxes.count == 1 ? boxes : [stack(boxes, countsThem: true)]
            }
        }
        return result
    }
}
