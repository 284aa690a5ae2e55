import Scheduling
import Simulation
import Workloads

/// Folder `fgd-openb`: packing replays compared with the published curves of the FGD paper.
///
/// For every workload and policy of the tables, with the seeds published: the mean of our curves must lie within
/// three standard deviations of the published seed mean, or half a point of it, at every percent of arrived demand,
/// for the allocation and both measures of fragmentation. Our random streams are others, so single seeds are not
/// comparable. And FGD must allocate more than every other policy at 100 % and at 130 % of demand.
struct OpenbValidation {
    /// Where the node and pod lists lie, seen from the directory of the folders.
    private static let lists = "../../traces-real/cluster/alibaba-gpu-2023-openb"
    /// Percentages of arrived demand at which FGD must be ahead.
    private static let rankingPercents = [100, 130]
    /// Smallest tolerance, in points.
    static let points = 0.5
    /// Tolerance in standard deviations over the seeds.
    static let deviations = 3.0

    let folder: String
    let directory: String
    /// Threads; the rows are the same for any number.
    var concurrency = 2

    func rows() throws -> [SchedulingValidation.Row] {
        let cases = try OpenbPublished.read(folder: "\(directory)/\(folder)")
        let nodeFile = "\(directory)/\(Self.lists)/openb_node_list_gpu_node.csv.gz"
        let nodes = try OpenbNode.list(reading: ByteSource(path: nodeFile))
        var rows: [SchedulingValidation.Row] = []
        var done: [OpenbPublished] = []
        for published in cases where !done.contains(where: { Self.sameRun($0, published) }) {
            done.append(published)
            let group = cases.filter { Self.sameRun($0, published) }
            guard let pods = try podList(published.workload) else {
                rows += group.map {
                    .init(folder: folder, name: Self.name(of: $0), notCovered: "there is no such pod list")
                }
                continue
            }
            let packing = try OpenbPacking(nodes: nodes, nodeFile: nodeFile, pods: pods, ratio: published.ratio)
            rows += self.rows(group, packing)
        }
        return rows
    }

    /// Whether two cases share their arrivals.
    private static func sameRun(_ a: OpenbPublished, _ b: OpenbPublished) -> Bool {
        a.workload == b.workload && a.ratio == b.ratio && a.seeds == b.seeds
    }

    private static func name(of published: OpenbPublished) -> String { "\(published.workload) \(published.label)" }

    /// The path of a workload's pod list, if there is one.
    private func podList(_ workload: String) throws(TraceError) -> String? {
        let place = "\(directory)/\(Self.lists)"
        let names = try FolderListing.names(in: place)
        return ["\(workload).csv.gz", "\(workload).csv"].first(where: names.contains).map { "\(place)/\($0)" }
    }

    private func rows(_ group: [OpenbPublished], _ packing: OpenbPacking) -> [SchedulingValidation.Row] {
        let covered = group.filter { $0.policy != nil }
        let outcomes = packing.outcomes(
            covered.compactMap(\.policy), seeds: group[0].seeds, concurrency: concurrency)
        var rows = zip(covered, outcomes).map { compare($0, $1) }
        rows += group.filter { $0.policy == nil }.map {
            .init(folder: folder, name: Self.name(of: $0), notCovered: "no such policy")
        }
        if let ranking = ranking(group[0].workload, outcomes) { rows.append(ranking) }
        return rows
    }

    /// One workload and policy: how many of the published points are met, and the largest deviation of each measure.
    private func compare(_ published: OpenbPublished, _ outcome: OpenbPacking.Outcome) -> SchedulingValidation.Row {
        var compared = 0
        var agreeing = 0
        var largest: [String] = []
        for measure in OpenbMeasure.allCases {
            let comparison = CurveComparison(outcome.mean(measure), published.points[measure] ?? [])
            compared += comparison.compared
            agreeing += comparison.agreeing
            largest.append(
                "\(measure.title) \(Self.hundredths(comparison.largest)) at \(comparison.largestAt) %")
        }
        return .init(
            folder: folder, name: Self.name(of: published), compared: compared, agreeing: agreeing,
            detail: "largest deviation: " + largest.joined(separator: ", "))
    }

    /// Whether FGD is ahead of every other policy; nil when it or the others are not among the outcomes.
    private func ranking(_ workload: String, _ outcomes: [OpenbPacking.Outcome]) -> SchedulingValidation.Row? {
        guard let fgd = outcomes.first(where: { $0.policy == .fgd })?.mean(.allocated), outcomes.count > 1 else {
            return nil
        }
        var compared = 0
        var agreeing = 0
        var leads: [String] = []
        for percent in Self.rankingPercents where fgd.indices.contains(percent) {
            let others = outcomes.filter { $0.policy != .fgd }.map { $0.mean(.allocated)[percent] }
            compared += others.count
            agreeing += others.count { fgd[percent] > $0 }
            let lead = fgd[percent] - (others.max() ?? 0)
            leads.append("\(Self.hundredths(lead)) points at \(percent) %")
        }
        return .init(
            folder: folder, name: "\(workload) FGD ahead of all others", compared: compared, agreeing: agreeing,
            detail: "lead over the next: " + leads.joined(separator: ", "))
    }

    private static func hundredths(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}

/// A curve of ours against a published one.
struct CurveComparison: Hashable {
    var compared = 0
    var agreeing = 0
    /// The largest distance between the means, in points, and where it lies.
    var largest = 0.0
    var largestAt = 0

    init(_ ours: [Double], _ published: [OpenbPublished.Point?]) {
        for (percent, point) in published.enumerated() {
            guard let point else { continue }
            compared += 1
            guard ours.indices.contains(percent) else { continue }
            let distance = abs(ours[percent] - point.mean)
            let tolerance = max(OpenbValidation.deviations * point.deviation, OpenbValidation.points)
            if distance <= tolerance { agreeing += 1 }
            if distance > largest { (largest, largestAt) = (distance, percent) }
        }
    }
}
