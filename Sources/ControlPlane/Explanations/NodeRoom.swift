import Scheduling

/// Room on the nodes of a closed session, by requests, taints and labels: topology and other pods are left to the reasons.
struct NodeRoom {
    private let session: VolcanoSession
    /// Nodes that take new pods.
    private let open: [NodeRef]
    private let isTainted: Bool
    private let idle: [Resource]
    private let whole: [Resource]

    init(_ session: VolcanoSession) {
        self.session = session
        let nodes = session.nodes.filter { !session.object($0.id).unschedulable }
        open = nodes.map(\.id)
        isTainted = open.contains { !session.object($0).taints.isEmpty }
        idle = nodes.map(\.idle)
        whole = session.nodes.map(\.allocatable)
    }

    /// Whether the missing members of a job find places: among the free ones that they may use, or on empty nodes.
    func room(for job: JobInfo) -> GroupState.Room {
        if job.tasks.isEmpty { return roomForPodsToCome(of: job) }
        let waiting = job.tasks.filter { [.pending, .pipelined].contains(session[$0].status) }
        let missing = Self.ascending(waiting.map { session[$0].request })
            .prefix(max(job.minAvailable - job.readyCount, 0))
        guard let task = waiting.first, !missing.isEmpty else { return .notNeeded }
        if !missing.allSatisfy({ request in whole.contains { Self.fits(request, $0) } }) { return .podFitsNoNode }
        if Self.count(Array(missing), on: idle(for: task)) == missing.count { return .free }
        let members = job.tasks.filter { !session[$0].status.isCompleted }.map { session[$0].request }
        let all = Self.ascending(members).prefix(max(job.minAvailable - job.counts[.succeeded], 0))
        return Self.count(Array(all), on: whole) == all.count ? .taken : .gangFitsNever
    }

    /// What is idle on the nodes whose labels and taints let a task run there.
    private func idle(for task: TaskRef) -> [Resource] {
        let traits = PodTraits(session.pod(task))
        guard isTainted || traits.isChoosy else { return idle }
        return open.indices.filter { traits.mayRun(on: session.object(open[$0])) }.map { idle[$0] }
    }

    /// Before its pods are made only their sum and number are known: they count as equal.
    private func roomForPodsToCome(of job: JobInfo) -> GroupState.Room {
        guard let minimum = job.minResources else { return .taken }
        if !Self.fits(minimum, whole.reduce(into: Resource()) { $0.add($1) }) { return .gangFitsNever }
        let members = max(job.minAvailable, 1)
        var member = minimum
        member.multiply(1 / Double(members))
        return Self.count(Array(repeating: member, count: members), on: idle) == members ? .free : .taken
    }

    /// How many of the requests find a place: exact for equal ones, largest first on the first node that fits otherwise.
    private static func count(_ requests: [Resource], on nodes: [Resource]) -> Int {
        guard let first = requests.first else { return 0 }
        if requests.allSatisfy({ $0.equal(first) && first.equal($0) }) {
            var places = 0
            for node in nodes {
                places += copies(of: first, on: node, atMost: requests.count - places)
                if places >= requests.count { return requests.count }
            }
            return places
        }
        var left = nodes
        var placed = 0
        for request in requests.reversed() {
            guard let node = left.firstIndex(where: { fits(request, $0) }) else { continue }
            left[node].sub(request)
            placed += 1
        }
        return placed
    }

    private static func copies(of request: Resource, on node: Resource, atMost limit: Int) -> Int {
        var count = Double(limit)
        for dimension in 0..<request.dimensions where request[dimension] >= Resource.epsilon {
            count = min(count, ((node[dimension] + Resource.epsilon) / request[dimension]).rounded(.down))
        }
        return max(0, Int(count))
    }

    private static func fits(_ request: Resource, _ node: Resource) -> Bool {
        (0..<request.dimensions).allSatisfy {
            request[$0] < Resource.epsilon || request[$0] <= node[$0] + Resource.epsilon
        }
    }

    private static func ascending(_ requests: [Resource]) -> [Resource] {
        func size(_ request: Resource) -> (Double, Double, Double) {
            let scalars = request.scalars.reduce(0) { $0 + ($1.isNaN ? 0 : $1) }
            return (scalars, request.milliCPU, request.memory)
        }
        let sized = requests.enumerated().map { (size: size($0.element), place: $0.offset, request: $0.element) }
        return sized.sorted { $0.size == $1.size ? $0.place < $1.place : $0.size < $1.size }.map(\.request)
    }
}
