import Configuration
import KubernetesObjects
import Scheduling

extension ScheduleOnce.Result {
    /// Everything as one JSON object.
    public var json: JSONValue {
        var tie: [JSONValue.Member] = [.init("rule", .string("lowest-name"))]
        if case .seeded(let seed) = tieRule {
            tie = [.init("rule", .string("seeded")), .init("seed", .string(String(seed)))]
        }
        var members: [JSONValue.Member] = [
            .init("now", .string(now.description)), .init("configuration", .string(configuration.source)),
            .init("tieBreak", .object(tie)),
        ]
        members += before.members
        members.append(
            .init("skipped", .object(skipped.map { .init($0.kind, .integer(Int64($0.count))) })))
        if let after { members.append(.init("whatIf", whatIf(after.play, after.changes, after.comparison))) }
        return .object(members)
    }

    private func whatIf(
        _ play: ScheduleOnce.Play, _ changes: ChangedObjects, _ comparison: CycleComparison
    ) -> JSONValue {
        func names(_ keys: [ObjectKey]) -> JSONValue { .array(keys.map { .string($0.description) }) }
        var members: [JSONValue.Member] = [
            .init(
                "changes",
                ["changed": names(changes.changed), "added": names(changes.added), "removed": names(changes.removed)]),
            .init("configuration", .string(changedConfiguration ?? configuration.source)),
            .init("differences", comparison.json),
        ]
        members += play.members
        return .object(members)
    }
}

extension ScheduleOnce.Play {
    fileprivate var members: [JSONValue.Member] {
        var members: [JSONValue.Member] = [
            .init("summary", report.summary),
            .init("binds", .array(report.binds.map(\.json))),
            .init("evictions", .array(report.evictions.map(\.json))),
            .init("pipelined", .array(report.pipelined.map(\.json))),
            .init("podGroups", .array(report.groups.map(\.json))),
            .init("warnings", .array(report.warnings.map(\.json))),
        ]
        if let sampling { members.append(.init("samples", sampling.json)) }
        return members
    }
}

extension CycleReport {
    fileprivate var summary: JSONValue {
        [
            "bound": .integer(Int64(binds.count)), "evicted": .integer(Int64(evictions.count)),
            "pipelined": .integer(Int64(pipelined.count)), "podGroupsWaiting": .integer(Int64(waitingGroups)),
        ]
    }
}

extension CycleReport.Pod {
    fileprivate var json: JSONValue {
        let own: JSONValue = ["pod": .string(name), "podGroup": .string(group), "node": .string(node)]
        return action.isEmpty ? own : own.adding([.init("action", .string(action))])
    }
}

extension CycleReport.Group {
    fileprivate var json: JSONValue {
        func count(_ number: Int) -> JSONValue { .integer(Int64(number)) }
        return [
            "name": .string(name), "queue": .string(queue), "minAvailable": count(minAvailable),
            "phase": ["before": .string(phaseBefore), "after": .string(phaseAfter)],
            "pods": count(pods), "running": count(running), "bound": count(bound), "evicted": count(evicted),
            "pipelined": count(pipelined), "waiting": count(waiting),
            "reasons": .array(reasons.map { $0.json.adding([.init("text", .string($0.text))]) }),
            "message": .string(message),
        ]
    }
}

extension CycleWarning {
    fileprivate var json: JSONValue {
        ["code": .string(code.rawValue), "object": .string(object), "text": .string(text)]
    }
}

extension CycleSampling {
    fileprivate var json: JSONValue {
        func share(_ count: Int) -> JSONValue { .number(Double(count) / Double(samples)) }
        return [
            "samples": .integer(Int64(samples)), "firstSeed": .string(String(seed)),
            "openPods": .integer(Int64(openPods)), "openPlaces": .integer(Int64(openPlaces)),
            "openPhases": .integer(Int64(openPhases)),
            "pods": .array(
                pods.map { pod in
                    [
                        "pod": .string(pod.name), "podGroup": .string(pod.group), "certain": .boolean(isCertain(pod)),
                        "placeCertain": .boolean(isCertainInPlace(pod)), "bound": share(pod.bound),
                        "pipelined": share(pod.pipelined), "evicted": share(pod.evicted),
                        "nodes": .array(pod.nodes.map { ["node": .string($0.node), "share": share($0.count)] }),
                    ]
                }),
            "phases": .array(
                groups.map { group in
                    [
                        "podGroup": .string(group.name), "certain": .boolean(isCertain(group)),
                        "phases": .array(
                            group.phases.map { ["phase": .string($0.phase), "share": share($0.count)] }),
                    ]
                }),
        ]
    }
}

extension CycleComparison {
    fileprivate var json: JSONValue {
        func reasons(_ list: [WaitReason]) -> JSONValue {
            .array(list.map { $0.json.adding([.init("text", .string($0.text))]) })
        }
        return [
            "pods": .array(
                pods.map {
                    [
                        "pod": .string($0.name), "podGroup": .string($0.group), "before": .string($0.before),
                        "after": .string($0.after),
                    ]
                }),
            "podGroups": .array(
                groups.map {
                    [
                        "name": .string($0.name),
                        "phase": ["before": .string($0.phaseBefore), "after": .string($0.phaseAfter)],
                        "waiting": [
                            "before": .integer(Int64($0.waitingBefore)), "after": .integer(Int64($0.waitingAfter)),
                        ],
                        "reasonsGone": reasons($0.reasonsGone), "reasonsNew": reasons($0.reasonsNew),
                    ]
                }),
        ]
    }
}
