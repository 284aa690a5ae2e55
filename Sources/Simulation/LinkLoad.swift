import ClusterModel
import Quantities
import Scheduling

/// What the running jobs offer to the fabric's links.
///
/// A job on several nodes is a ring over them in node order, each node sending `trafficPerGPU` × its GPUs to the next,
/// evenly over its rails (data-parallel all-reduce). These loads are reported, they do not slow jobs down. Training jobs bring
/// flows of their own, which do.
struct LinkLoad: Sendable {
    private let fabric: Fabric
    private let bytesPerSecondPerGPU: Int64
    /// Links that are sampled: those above the nodes, or all of them if there is nothing above; none without traffic.
    private let sampled: [Int32]
    /// The others: one sample at the end of the run holds their mean.
    private let averaged: [Int32]
    /// Offered bytes per second by link, since when, and bytes offered before that.
    private var demand: [Int64]
    private var sinceNs: [Int64]
    private var offered: [Double]
    /// Sums over the sampling instants of what training jobs have on the links that are not sampled, and how many instants.
    private var trained: [Double]
    private var instants = 0.0

    init(_ cluster: Cluster, trafficPerGPU: BytesPerSecond, trains: Bool) {
        fabric = cluster.fabric
        bytesPerSecondPerGPU = Int64(trafficPerGPU.rawValue)
        demand = Array(repeating: 0, count: fabric.links.count)
        let links = cluster.fabric.links
        let above = links.indices.filter { if case .switch = links[$0].lower { true } else { false } }
        let worthSampling = trafficPerGPU.rawValue > 0 || trains ? (above.isEmpty ? Array(links.indices) : above) : []
        sampled = worthSampling.map { Int32($0) }
        let taken = Set(sampled)
        averaged = !worthSampling.isEmpty ? links.indices.map { Int32($0) }.filter { !taken.contains($0) } : []
        sinceNs = Array(repeating: 0, count: links.count)
        offered = Array(repeating: 0, count: links.count)
        trained = Array(repeating: 0, count: trains ? links.count : 0)
    }

    /// Adds (`sign` 1) or removes (-1) the traffic of a job on more than one node.
    ///
    /// Training jobs bring flows of their own (`TrainingState`).
    mutating func add(_ job: Int32, _ session: Session, sign: Int64) {
        guard session.jobs[Int(job)].boundPods > 1, bytesPerSecondPerGPU > 0 else { return }
        let nodes = Self.nodes(of: job, session)
        guard nodes.count > 1 else { return }
        for (i, entry) in nodes.enumerated() {
            let rate = sign * entry.gpuMilli * bytesPerSecondPerGPU / 1000
            load(fabric.links(of: entry.node), rate, session.now)
            let next = nodes[(i + 1) % nodes.count].node
            guard fabric.group(of: entry.node) != fabric.group(of: next) else { continue }
            for node in [entry.node, next] { loadUplinks(of: node, rate, session.now) }
            if fabric.pod(of: entry.node) != fabric.pod(of: next) {
                let uplinks = [entry.node, next].compactMap { fabric.uplink(ofPod: fabric.pod(of: $0)) }
                load(uplinks, rate * 2, session.now)
            }
        }
    }

    private mutating func loadUplinks(of node: NodeID, _ rate: Int64, _ now: SimTime) {
        let group = fabric.groups[Int(fabric.group(of: node).index)]
        load(group.leaves.compactMap { fabric.uplink(ofLeaf: SwitchID(index: Int32($0))) }, rate, now)
    }

    /// Spreads a rate evenly over links.
    private mutating func load(_ links: [LinkID], _ rate: Int64, _ now: SimTime) {
        for link in links {
            settle(Int(link.index), now)
            demand[Int(link.index)] += rate / Int64(links.count)
        }
    }

    private mutating func settle(_ link: Int, _ now: SimTime) {
        offered[link] += Double(demand[link]) * Double(now.nanoseconds - sinceNs[link])
        sinceNs[link] = now.nanoseconds
    }

    /// The mean load of the links that were not sampled, as one sample each at the end of the run.
    mutating func close(at end: SimTime, into samples: inout [LinkSampleFact]) {
        guard end.nanoseconds > 0 else { return }
        for link in averaged {
            settle(Int(link), end)
            let flows = trained.isEmpty || instants == 0 ? 0 : trained[Int(link)] / instants
            let mean = (offered[Int(link)] / Double(end.nanoseconds) + flows).rounded()
            samples.append(
                LinkSampleFact(timeNs: end.nanoseconds, link: link, demandBytesPerSecond: Int64(mean)))
        }
    }

    /// The nodes of a job in index order with the milli-GPUs it holds on each.
    private static func nodes(of job: Int32, _ session: Session) -> [(node: NodeID, gpuMilli: Int64)] {
        var held: [(node: NodeID, gpuMilli: Int64)] = []
        var cell = session.jobs[Int(job)].firstPlacement
        while cell >= 0 {
            let allocation = session.slab.cells[Int(cell)].allocation
            held.append(
                (allocation.node, Int64(allocation.gpuMask.nonzeroBitCount) * Int64(allocation.gpuMilli)))
            cell = session.slab.cells[Int(cell)].next
        }
        held.sort { $0.node < $1.node }
        var nodes: [(node: NodeID, gpuMilli: Int64)] = []
        for entry in held {
            if let last = nodes.last, last.node == entry.node {
                nodes[nodes.count - 1].gpuMilli += entry.gpuMilli
            } else {
                nodes.append(entry)
            }
        }
        return nodes
    }

    /// Adds one sample of every sampled link; the flows of training jobs come on top.
    mutating func sample(_ time: Int64, _ training: TrainingState, into samples: inout [LinkSampleFact]) {
        for link in sampled {
            let flows = Int64(training.load(of: link).rounded())
            samples.append(
                LinkSampleFact(timeNs: time, link: link, demandBytesPerSecond: demand[Int(link)] + flows))
        }
        guard !trained.isEmpty else { return }
        instants += 1
        for link in averaged { trained[Int(link)] += training.load(of: link) }
    }
}
