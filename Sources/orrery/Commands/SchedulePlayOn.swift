import Configuration
import ControlPlane
import KubernetesObjects
import Quantities
import Scheduling
import Snapshots

/// `orrery schedule --cycles`: plays on from a dump and tells what happens, who starts when, and what goes wrong.
struct SchedulePlayOn {
    var snapshots: [String]
    var config: String?
    var whatIf: String?
    var now: Timestamp?
    var cycles: Int
    var runLength: SimDuration?
    var samples: Int
    var seed: UInt64

    /// Groups for which changes are tried, and cycles that are printed.
    private static let triedGroups = 10
    private static let printedCycles = 40

    func run(json: Bool) throws {
        var changes = ObjectChanges()
        if let whatIf { try changes.read(SnapshotFiles.text(whatIf, limit: SourceText.sizeLimit)) }
        let chosen = try config.map { name throws(InvalidInput) in try ChosenConfiguration(named: name) }
        var reader = ObjectReader(for: changes)
        try SnapshotFiles(snapshots).read(into: &reader)
        let objects = whatIf == nil ? reader.objects : try reader.applying(changes).objects
        let configuration = configuration(chosen, objects, changes)
        let epoch = now ?? objects.latestInstant ?? Timestamp(nanoseconds: 0)
        let play = PlayOn(
            objects, configuration: configuration.configuration, epoch: epoch,
            runLength: runLength.map { .given($0) } ?? .estimated)
        let history = play.history(cycles: cycles)
        let predictions = samples > 0 ? play.predictions(cycles: cycles, samples: samples, seed: seed) : []
        let tried = predictions.prefix(Self.triedGroups).flatMap { play.counterfactuals(for: $0.group) }
        if config == nil { Terminal.complain("configuration: \(configuration.source)") }
        let cycle = Cycle(objects, configuration: configuration.configuration, now: epoch)
        let first = CycleReport(cycle, .lowestName, explained: 0)
        if json {
            print(Self.json(history, predictions, tried, epoch, first.warnings))
        } else {
            ScheduleText.warn(about: first)
            tell(history, predictions, tried, epoch)
        }
    }

    /// The configuration asked for, unless the changes have another.
    private func configuration(
        _ chosen: ChosenConfiguration?, _ objects: ObjectSet, _ changes: ObjectChanges
    ) -> ChosenConfiguration {
        let inDump = ChosenConfiguration(in: objects)
        let isChanged = changes.keys.contains { $0.kind == "ConfigMap" } && !inDump.isAssumed
        return isChanged ? inDump : chosen ?? inDump
    }

    // MARK: - Text

    private func tell(
        _ history: ClusterHistory, _ predictions: [StartPrediction], _ tried: [Counterfactual], _ epoch: Timestamp
    ) {
        let length = runLength.map { "every pod runs \($0)" } ?? "run lengths estimated from the pods' ages"
        print("\(cycles) cycles from \(epoch); ties to the lowest name, \(length)\n\nWhat happens")
        let lines = Self.moves(history)
        for line in lines.prefix(Self.printedCycles) { print("  \(line)") }
        if lines.isEmpty { print("  nothing is bound or evicted") }
        if lines.count > Self.printedCycles {
            print("  and \(lines.count - Self.printedCycles) more cycles; --json has all")
        }
        if !predictions.isEmpty { print("\nPodGroups that wait") }
        for prediction in predictions {
            guard let row = history.groups.firstIndex(where: { $0.key == prediction.group }) else { continue }
            print("  \(history.story(of: row).group): \(Self.words(prediction, cycles))")
            print("    \(history.story(of: row).summary)")
            for change in tried where change.group == prediction.group {
                let cost =
                    change.evictions == 0
                    ? "" : " (\(change.evictions) \(change.evictions == 1 ? "pod" : "pods") would be evicted)"
                print("    would start at once with \(change.change)\(cost)")
            }
        }
        let found = history.pathologies()
        print(found.isEmpty ? "\nNothing is found to go wrong." : "\nWhat goes wrong")
        for item in found {
            print("  \(item.kind.rawValue), from cycle \(item.from.cycle): \(item.text)")
            if let cause = item.cause { print("    \(cause.text)\n    \(cause.remedy)") }
        }
    }

    private static func moves(_ history: ClusterHistory) -> [String] {
        var byCycle: [Int: (binds: [String], evictions: [String])] = [:]
        for bind in history.binds {
            byCycle[bind.moment.cycle, default: ([], [])].binds.append("\(bind.pod) → \(bind.node)")
        }
        for eviction in history.evictions {
            byCycle[eviction.moment.cycle, default: ([], [])].evictions.append("\(eviction.pod) (\(eviction.action))")
        }
        func list(_ word: String, _ names: [String]) -> [String] {
            if names.isEmpty { return [] }
            let more = names.count > 6 ? " and \(names.count - 6) more" : ""
            return [word + " " + names.prefix(6).joined(separator: ", ") + more]
        }
        return byCycle.sorted { $0.key < $1.key }.map { cycle, moves in
            "cycle \(cycle): " + (list("evicts", moves.evictions) + list("binds", moves.binds)).joined(separator: "; ")
        }
    }

    private static func words(_ prediction: StartPrediction, _ cycles: Int) -> String {
        let expected = prediction.expected.map { "starts after \($0)" } ?? "does not start in \(cycles) cycles"
        guard prediction.count > 0 else { return expected }
        let started = "\(prediction.samples.count) of \(prediction.count) samples start"
        guard let low = prediction.quantile(10) else { return "\(expected); \(started)" }
        let high = prediction.quantile(90).map { "\($0)" } ?? "later than was played"
        return "\(expected); \(started), 80 % of all between \(low) and \(high)"
    }

    // MARK: - JSON

    private static func json(
        _ history: ClusterHistory, _ predictions: [StartPrediction], _ tried: [Counterfactual], _ epoch: Timestamp,
        _ warnings: [CycleWarning]
    ) -> JSONValue {
        func cycle(_ moment: Moment) -> JSONValue { .integer(Int64(moment.cycle)) }
        func seconds(_ length: SimDuration?) -> JSONValue {
            length.map { .number(Double($0.nanoseconds) / 1e9) } ?? .null
        }
        let waiting: [JSONValue] = predictions.map { prediction in
            let row = history.groups.firstIndex { $0.key == prediction.group }
            return [
                "group": .string(prediction.group), "expected_s": seconds(prediction.expected),
                "p10_s": seconds(prediction.quantile(10)), "p50_s": seconds(prediction.quantile(50)),
                "p90_s": seconds(prediction.quantile(90)), "samples": .integer(Int64(prediction.count)),
                "started": .integer(Int64(prediction.samples.count)),
                "story": .string(row.map { history.story(of: $0).summary } ?? ""),
                "would_start_with": .array(
                    tried.filter { $0.group == prediction.group }.map {
                        ["change": .string($0.change), "evictions": .integer(Int64($0.evictions))]
                    }),
            ]
        }
        return [
            "from": .string("\(epoch)"),
            "warnings": .array(
                warnings.map {
                    ["code": .string($0.code.rawValue), "object": .string($0.object), "text": .string($0.text)]
                }),
            "binds": .array(
                history.binds.map {
                    ["cycle": cycle($0.moment), "pod": .string($0.pod), "node": .string($0.node)]
                }),
            "evictions": .array(
                history.evictions.map {
                    ["cycle": cycle($0.moment), "pod": .string($0.pod), "action": .string($0.action)]
                }),
            "waiting": .array(waiting),
            "pathologies": .array(history.pathologies().map(Self.json)),
        ]
    }

    private static func json(_ found: Pathology) -> JSONValue {
        [
            "kind": .string(found.kind.rawValue), "objects": .array(found.objects.map { .string($0) }),
            "from_cycle": .integer(Int64(found.from.cycle)), "to_cycle": .integer(Int64(found.to.cycle)),
            "ongoing": .boolean(found.isOngoing), "text": .string(found.text),
            "cause": found.cause.map {
                ["place": .string($0.place), "line": .string($0.line), "remedy": .string($0.remedy)]
            } ?? JSONValue.null,
        ]
    }
}
