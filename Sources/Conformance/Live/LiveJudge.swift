import ControlPlane
import Controllers
import Quantities

/// Something that came out differently.
struct LiveDifference: CustomStringConvertible {
    /// Seconds from the start.
    var at: Double
    var subject: String
    var expected: String
    var got: String

    /// One line.
    var description: String { "at \(Self.text(at)) \(subject): expected \(expected), got \(got)" }

    /// Seconds with one decimal.
    static func text(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}

/// Compares what a control plane did with a recording.
struct LiveJudge {
    private let live: LiveCase
    private let expectation: LiveExpectation
    private let log: ControlPlaneLog
    private let store: ObjectStore
    private(set) var differences: [LiveDifference] = []
    /// Name under which a PodGroup is listed, by its key: that of the Job or bare pod it was made for.
    private var listedName: [String: String] = [:]

    init(_ live: LiveCase, _ plane: ControlPlane) {
        self.live = live
        expectation = live.expectation
        log = plane.log
        store = plane.store
        for group in log.podGroups { listedName[group.states.key] = Self.name(of: group) }
    }

    private static func name(of group: PodGroupHistory) -> String {
        ["Job", "Pod"].contains(group.ownerKind) ? group.ownerName : Self.name(inKey: group.states.key)
    }

    private static func name(inKey key: String) -> String { String(key.drop { $0 != "/" }.dropFirst()) }

    mutating func compare() {
        compareRefusals()
        for (name, phases, final) in expectation.jobs { compareJob(name, phases, final) }
        for (name, objects) in expectation.podGroups { comparePodGroups(name, objects) }
        for (name, states) in expectation.queues {
            compare("queue \(name)", states, histories(log.queues, name))
        }
        for (name, states) in expectation.jobFlows {
            compare("JobFlow \(name)", states, histories(log.jobFlows, "default/" + name))
        }
        for (job, intervals) in expectation.running { compareRunning(job, intervals) }
        for (job, groups) in expectation.pods { comparePods(job, groups) }
        compareEvictions()
        compareNodes()
    }

    mutating func report(_ at: Double, _ subject: String, expected: String, got: String) {
        differences.append(LiveDifference(at: at, subject: subject, expected: expected, got: got))
    }

    private func histories(_ list: [StateHistory], _ key: String) -> [LiveStates] {
        list.filter { $0.key == key }.map { LiveStates($0, until: live.until) }
    }

    // MARK: - States

    private mutating func compareRefusals() {
        let expected = live.steps.filter { !$0.refusal.isEmpty }
        for (index, refusal) in log.refusals.enumerated() {
            let wanted = index < expected.count ? expected[index].refusal : "nothing refused"
            if refusal.message != wanted {
                report(refusal.time.seconds, "refusal of \(refusal.object)", expected: wanted, got: refusal.message)
            }
        }
        for step in expected.dropFirst(log.refusals.count) {
            report(step.at.seconds, step.subject, expected: "refusal: \(step.refusal)", got: "none")
        }
    }

    private mutating func compareJob(_ name: String, _ phases: LiveExpectation.Sequence, _ final: [String: Int]) {
        compare("Job \(name)", phases, histories(log.jobs, "default/" + name))
        let status = store.jobs["default/" + name]?.status
        for (key, count) in final.sorted(by: { $0.key < $1.key }) {
            let got: Int32? =
                switch key {
                case "succeeded": status?.succeeded
                case "failed": status?.failed
                case "running": status?.running
                case "pending": status?.pending
                case "terminating": status?.terminating
                case "retryCount": status?.retryCount
                default: nil
                }
            if got.map(Int.init) != count {
                report(
                    live.until.seconds, "Job \(name) final \(key)", expected: "\(count)",
                    got: got.map { "\($0)" } ?? "nothing")
            }
        }
    }

    private mutating func comparePodGroups(_ name: String, _ expected: [LiveExpectation.Sequence?]) {
        let histories = log.podGroups.filter { Self.name(of: $0) == name }
        var objects = histories.map { LiveStates($0.states, until: live.until) }
        if objects.count > expected.count { objects.removeAll(where: \.neverSettled) }
        guard objects.count == expected.count else {
            let at = expected.compactMap { $0?.entries.first?.at }.first ?? 0
            return report(
                at, "PodGroup \(name)", expected: "\(expected.count) objects",
                got: "\(objects.count): " + objects.map(\.description).joined(separator: " | "))
        }
        for (index, sequence) in expected.enumerated() {
            guard let sequence else { continue }
            let subject = "PodGroup \(name)" + (expected.count > 1 ? " (object \(index + 1))" : "")
            compare(subject, sequence, objects[index].variants)
        }
    }

    /// Compares a sequence with the readings of one object of which one must agree.
    private mutating func compare(
        _ subject: String, _ expected: LiveExpectation.Sequence, _ readings: [LiveStates]
    ) {
        guard let first = readings.first else {
            return report(expected.entries.first?.at ?? 0, subject, expected: expected.description, got: "nothing")
        }
        if readings.contains(where: expected.agrees) { return }
        let reading = readings.first { $0.states.map(\.state) == expected.entries.map(\.state) } ?? first
        report(
            expected.firstDifference(from: reading), subject, expected: expected.description, got: reading.description)
    }

    // MARK: - Pods

    /// Pods that ran, of a Job or of a PodGroup without Job.
    private func pods(of job: String) -> [PodHistory] {
        log.pods.filter { pod in
            guard pod.started != nil else { return false }
            if !pod.job.isEmpty { return pod.job == job }
            let namespace = pod.key.prefix { $0 != "/" }
            return listedName["\(namespace)/\(pod.podGroup)"] == job
        }
    }

    private mutating func compareRunning(_ job: String, _ intervals: [LiveExpectation.Interval]) {
        let pods = pods(of: job)
        for interval in intervals {
            var moments = [interval.from]
            for pod in pods { for time in [pod.started, pod.ended] { if let time { moments.append(time.seconds) } } }
            for moment in moments.sorted() where moment >= interval.from && moment < interval.to {
                let count = pods.count {
                    ($0.started?.seconds ?? .infinity) <= moment && moment < $0.ended?.seconds ?? .infinity
                }
                if count == interval.count { continue }
                report(
                    moment, "running pods of \(job)",
                    expected:
                        "\(interval.count) from \(LiveDifference.text(interval.from)) to \(LiveDifference.text(interval.to))",
                    got: "\(count)")
                break
            }
        }
    }

    private mutating func comparePods(_ job: String, _ groups: [LiveExpectation.PodGroup]) {
        let pods = pods(of: job)
        let wanted = groups.reduce(0) { $0 + $1.count }
        let matching = PodMatching(groups: groups, pods: pods)
        if matching.isComplete, wanted == pods.count { return }
        let at = matching.unmatchedGroup?.start ?? pods.first?.started?.seconds ?? 0
        report(
            at, "pods of \(job)", expected: groups.map(\.description).joined(separator: "; "),
            got: pods.map(\.summary).joined(separator: "; "))
    }

    private mutating func compareEvictions() {
        func count(_ job: String) -> Int { pods(of: job).count { !$0.evictedBy.isEmpty } }
        let end = live.until.seconds
        for (job, number) in expectation.evicted.sorted(by: { $0.key < $1.key }) where count(job) != number {
            report(end, "evicted pods of \(job)", expected: "\(number)", got: "\(count(job))")
        }
        for (job, number) in expectation.evictedAtLeast.sorted(by: { $0.key < $1.key }) where count(job) < number {
            report(end, "evicted pods of \(job)", expected: "at least \(number)", got: "\(count(job))")
        }
        for (job, phase) in expectation.neverReached.sorted(by: { $0.key < $1.key }) {
            let states = log.jobs.first { $0.key == "default/" + job }?.states ?? []
            guard let reached = states.first(where: { $0.state == phase }) else { continue }
            report(reached.since.seconds, "Job \(job)", expected: "never \(phase)", got: phase)
        }
    }

    private mutating func compareNodes() {
        let end = live.until.seconds
        for (job, names) in expectation.nodesUsed.sorted(by: { $0.key < $1.key }) {
            let got = Set(pods(of: job).map(\.node)).sorted()
            if got != names.sorted() {
                report(
                    end, "nodes of \(job)", expected: names.sorted().joined(separator: ", "),
                    got: got.joined(separator: ", "))
            }
        }
        for (job, counts) in expectation.podsPerNode.sorted(by: { $0.key < $1.key }) {
            let got = Dictionary(grouping: pods(of: job), by: \.node).values.map(\.count).sorted()
            if got != counts.sorted() {
                report(end, "pods per node of \(job)", expected: "\(counts.sorted())", got: "\(got)")
            }
        }
    }
}

extension SimTime {
    /// Seconds since the start.
    fileprivate var seconds: Double { (self - .zero).seconds }
}

extension LiveExpectation.PodGroup {
    /// One phrase.
    fileprivate var description: String {
        let role = task.map { " \($0)" } ?? ""
        let ending = end.map { "–\(LiveDifference.text($0)) \(how)" } ?? "–"
        return "\(count)\(role) \(LiveDifference.text(start))\(ending)"
    }
}

extension PodHistory {
    /// One phrase.
    fileprivate var summary: String {
        let name = key.drop { $0 != "/" }.dropFirst()
        let start = started.map { LiveDifference.text($0.seconds) } ?? ""
        let ending = ended.map { "–\(LiveDifference.text($0.seconds)) \(end?.rawValue ?? "")" } ?? "–"
        return "\(name) \(start)\(ending)"
    }
}
