/// The facts in Volcano's text about a job that could not be placed, free of the order in which it lists them
/// (upstream: `api/unschedule_info.go` and the job's fit error text).
///
/// The text reads: *pod group is (not) ready*, counts per task status with *minAvailable*, counts per kind of waiting pod, and
/// maybe *Origin reason is* a pod with the number of nodes per cause, or a sentence.
struct FitErrorFacts: Sendable, Equatable {
    /// Whether the group is called ready; nil where the text does not say.
    var isReady: Bool?
    /// Tasks per status, with `minAvailable`.
    var counts: [String: Int] = [:]
    /// Waiting pods per judgement: `Schedulable`, `Unschedulable`, `Undetermined`.
    var waiting: [String: Int] = [:]
    /// The pod whose failure is reported; empty for none.
    var originPod = ""
    /// The HyperNode in which the pod was tried; empty for none.
    var originHyperNode = ""
    /// Nodes looked at and nodes of the cluster, of the origin reason.
    var nodes: [String] = []
    /// Nodes per cause, of the origin reason.
    var causes: [String: Int] = [:]
    /// What is neither of these, such as a sentence about the queue.
    var remarks: [String] = []

    /// The facts in `text`.
    init(parsing text: String) {
        var (state, origin) = Self.split(text, at: ". Origin reason is ")
        if origin == nil, state.hasPrefix("Origin reason is ") {
            origin = String(state.dropFirst("Origin reason is ".count))
            state = ""
        }
        readState(state)
        if let origin { readOrigin(origin) }
    }

    private mutating func readState(_ text: String) {
        let (counted, waited) = Self.split(text, at: "; ")
        for part in counted.split(separator: ", ", omittingEmptySubsequences: true) {
            switch part {
            case "pod group is ready": isReady = true
            case "pod group is not ready": isReady = false
            default: if !Self.count(part, into: &counts) { remarks.append(String(part)) }
            }
        }
        guard let waited else { return }
        let list = waited.hasPrefix("Pending: ") ? waited.dropFirst("Pending: ".count) : waited[...]
        for part in list.split(separator: ", ") where !Self.count(part, into: &waiting) { remarks.append(String(part)) }
    }

    /// `pod: [In hyperNode H: ]2/3 nodes are unavailable: 2 Insufficient cpu, 1 node(s) were unschedulable.`
    private mutating func readOrigin(_ text: String) {
        let (pod, rest) = Self.split(text, at: ": ")
        guard var reason = rest else {
            remarks.append(text)
            return
        }
        originPod = pod
        if reason.hasPrefix("In hyperNode ") {
            let (place, inner) = Self.split(String(reason.dropFirst("In hyperNode ".count)), at: ": ")
            originHyperNode = place
            reason = inner ?? ""
        }
        let (ratio, list) = Self.split(reason, at: " nodes are unavailable: ")
        guard let list else {
            remarks.append(reason)
            return
        }
        nodes = ratio.split(separator: "/").map(String.init)
        let sentence = list.hasSuffix(".") ? list.dropLast() : list[...]
        for part in sentence.split(separator: ", ") where !Self.count(part, into: &causes) {
            remarks.append(String(part))
        }
    }

    /// Takes `3 Pending` apart; false if the text does not begin with a number.
    private static func count(_ part: Substring, into counts: inout [String: Int]) -> Bool {
        guard let space = part.firstIndex(of: " "), let number = Int(part[..<space]) else { return false }
        counts[String(part[part.index(after: space)...]), default: 0] += number
        return true
    }

    private static func split(_ text: String, at separator: String) -> (String, String?) {
        guard let range = text.firstRange(of: separator) else { return (text, nil) }
        return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
    }
}

/// How far our reasons for one world agree with the recorded ones.
public struct ReasonAgreement: Sendable, Equatable {
    /// Jobs with a recorded text.
    public var jobs = 0
    /// What differs, one line each.
    public internal(set) var differences: [String] = []

    /// Compares recorded texts per job with ours.
    init(recorded: [String: String], ours: [String: String]) {
        jobs = recorded.count
        var differences = Differences()
        for job in Set(recorded.keys).union(ours.keys).sorted() {
            guard let text = recorded[job] else {
                differences.report("\(job)", expected: "no reason", got: ours[job] ?? "")
                continue
            }
            guard let own = ours[job] else {
                differences.report("\(job)", expected: text, got: "no reason")
                continue
            }
            let expected = FitErrorFacts(parsing: text)
            let got = FitErrorFacts(parsing: own)
            if expected.isReady != got.isReady {
                differences.report("\(job) ready", expected: Self.text(expected.isReady), got: Self.text(got.isReady))
            }
            differences.compareMaps("\(job) count of", expected: expected.counts, got: got.counts, absent: "0")
            differences.compareMaps("\(job) waiting pods", expected: expected.waiting, got: got.waiting, absent: "0")
            differences.compare("\(job) origin pod", expected: expected.originPod, got: got.originPod)
            differences.compare(
                "\(job) origin hyperNode", expected: expected.originHyperNode, got: got.originHyperNode)
            differences.compare("\(job) origin nodes", expected: expected.nodes, got: got.nodes)
            differences.compareMaps("\(job) nodes with", expected: expected.causes, got: got.causes, absent: "0")
            differences.compareMultisets("\(job) remarks", expected: expected.remarks, got: got.remarks)
        }
        self.differences = differences.found.map(\.description)
    }

    private static func text(_ isReady: Bool?) -> String { isReady.map { $0 ? "ready" : "not ready" } ?? "unsaid" }
}
