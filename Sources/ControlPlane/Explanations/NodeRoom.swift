import Scheduling

/// Room on the nodes of a closed session, by requests alone: selectors, taints and topology are left to the reasons.
struct NodeRoom {
    private let session: VolcanoSession
    private let idle: [Resource]
    private let whole: [Resource]

    init(_ session: VolcanoSession) {
        self.session = session
        let open = session.nodes.filter { !session.object($0.id).unschedulable }
        idle = open.map(\.idle)
        whole = session.nodes.map(\.allocatable)
    }

    /// Whether the missing members of a job find places: among the free ones, or on empty nodes.
    func room(for job: JobInfo) -> GroupState.Room {
        if job.tasks.isEmpty { return roomForPodsToCome(of: job) }
        let waiting = job.tasks.filter { [.pending, .pipelined].contains(session[$0].status) }.map {
            session[$0].request
        }
        let missing = Self.ascending(waiting).prefix(max(job.minAvailable - job.readyCount, 0))
        if missing.isEmpty { return .notNeeded }
        if !missing.allSatisfy({ request in whole.contains { Self.fits(request, $0) } }) { return .podFitsNoNode }
        if Self.count(Array(missing), on: idle) == missing.count { return .free }
        let members = job.tasks.filter { !session[$0].status.isCompleted }.map { session[$0].request }
        let all = Self.ascending(members).prefix(max(job.minAvailable - job.counts[.succeeded], 0))
        return Self.count(Array(all), on: whole) == all.count ? .taken : .gangFitsNever
    }

    /// Before its pods are made only the sum is known.
    private func roomForPodsToCome(of job: JobInfo) -> GroupState.Room {
        guard let minimum = job.minResources else { return .taken }
        func sum(_ nodes: [Resource]) -> Resource { nodes.reduce(into: Resource()) { $0.add($1) } }
        if !Self.fits(minimum, sum(whole)) { return .gangFitsNever }
        return Self.fits(minimum, sum(idle)) ? .free : .taken
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
