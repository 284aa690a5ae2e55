import ControlPlane
import Quantities

/// States of one object as a simulated control plane showed them, with times in seconds.
struct LiveStates: CustomStringConvertible {
    var states: [(state: String, since: Double)]
    /// End of the run.
    let until: Double

    init(_ history: StateHistory, until: SimTime) {
        states = history.states.map { ($0.state, ($0.since - .zero).seconds) }
        self.until = (until - .zero).seconds
    }

    /// One phrase.
    var description: String {
        states.map { "\($0.state) \(LiveDifference.text($0.since))" }.joined(separator: ", ")
    }

    /// How long a state lasted.
    func length(of index: Int) -> Double {
        (index + 1 < states.count ? states[index + 1].since : until) - states[index].since
    }

    /// A last state that lasted less than this before `gone` is free.
    private static let freeEnding = 1.2

    /// Whether the object came and went without any state, or with one too short to count.
    var neverSettled: Bool {
        guard states.last?.state == ControlPlaneLog.gone else { return false }
        return states.count == 1 || states.count == 2 && length(of: 0) < Self.freeEnding
    }

    /// The readings that a recording of a PodGroup allows: as it was, and without a short last state before `gone`.
    var variants: [LiveStates] {
        let place = states.count - 2
        guard states.last?.state == ControlPlaneLog.gone, place >= 0, length(of: place) < Self.freeEnding else {
            return [self]
        }
        var shorter = self
        shorter.states.remove(at: place)
        return [shorter, self]
    }
}

extension LiveExpectation.Sequence {
    /// One phrase.
    var description: String {
        entries.map { "\($0.state) \(LiveDifference.text($0.at))±\(LiveDifference.text($0.within))" }
            .joined(separator: ", ")
    }

    /// Whether a reading holds the entries in order, at their times, and nothing else that would have been listed.
    func agrees(_ reading: LiveStates) -> Bool { agrees(reading, entry: 0, state: 0) }

    private func agrees(_ reading: LiveStates, entry: Int, state: Int) -> Bool {
        guard state < reading.states.count else { return entry == entries.count }
        let (name, since) = reading.states[state]
        if entry < entries.count, entries[entry].holds(name, since),
            agrees(reading, entry: entry + 1, state: state + 1)
        {
            return true
        }
        guard let limit = unlistedShorterThan else { return false }
        // A state that lasts too short to be listed, or the one before it that returns.
        let returns = entry > 0 && entries[entry - 1].state == name
        guard returns || reading.length(of: state) < limit + 1 else { return false }
        return agrees(reading, entry: entry, state: state + 1)
    }

    /// When the reading leaves the sequence, in seconds.
    func firstDifference(from reading: LiveStates) -> Double {
        for (index, entry) in entries.enumerated() {
            guard index < reading.states.count else { return entry.at }
            let (name, since) = reading.states[index]
            if !entry.holds(name, since) { return min(entry.at, since) }
        }
        return reading.states.dropFirst(entries.count).first?.since ?? 0
    }
}

extension LiveExpectation.Entry {
    /// Whether a state entered at a time is this one.
    fileprivate func holds(_ name: String, _ since: Double) -> Bool {
        name == state && abs(since - at) <= within + 1e-9
    }
}

/// Which pods belong to which group of a recording: a matching with as many pairs as possible.
struct PodMatching {
    private let groups: [LiveExpectation.PodGroup]
    private let pods: [PodHistory]
    /// Group of each place: a group of `count` pods has that many.
    private var groupOfPlace: [Int] = []
    /// Pod at each place; nil for none.
    private var podAt: [Int?]

    init(groups: [LiveExpectation.PodGroup], pods: [PodHistory]) {
        self.groups = groups
        self.pods = pods
        for (index, group) in groups.enumerated() {
            groupOfPlace += Array(repeating: index, count: max(0, group.count))
        }
        podAt = Array(repeating: nil, count: groupOfPlace.count)
        var placeOf: [Int: Int] = [:]
        for place in groupOfPlace.indices {
            var visited: Set<Int> = []
            _ = fill(place, &placeOf, &visited)
        }
    }

    /// Whether every group has its pods.
    var isComplete: Bool { !podAt.contains(nil) }

    /// The first group that lacks a pod.
    var unmatchedGroup: LiveExpectation.PodGroup? {
        podAt.firstIndex(of: nil).map { groups[groupOfPlace[$0]] }
    }

    /// Finds a pod for a place, moving pods of other places where needed.
    private mutating func fill(_ place: Int, _ placeOf: inout [Int: Int], _ visited: inout Set<Int>) -> Bool {
        for pod in pods.indices where !visited.contains(pod) && Self.fits(groups[groupOfPlace[place]], pods[pod]) {
            visited.insert(pod)
            if let other = placeOf[pod], !fill(other, &placeOf, &visited) { continue }
            podAt[place] = pod
            placeOf[pod] = place
            return true
        }
        return false
    }

    private static func fits(_ group: LiveExpectation.PodGroup, _ pod: PodHistory) -> Bool {
        if let task = group.task, task != pod.task { return false }
        guard let started = pod.started, near((started - .zero).seconds, group.start, group) else { return false }
        guard let end = group.end else { return pod.ended == nil }
        guard let ended = pod.ended, pod.end?.rawValue == group.how else { return false }
        return near((ended - .zero).seconds, end, group)
    }

    private static func near(_ a: Double, _ b: Double, _ group: LiveExpectation.PodGroup) -> Bool {
        abs(a - b) <= group.within + 1e-9
    }
}
