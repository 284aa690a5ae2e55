import Configuration
import Quantities

/// One entry of `queues`.
public struct QueueSection: Sendable, Equatable {
    public var name = ""
    public var weight = 1.0
    public var parent: String?
    public var team: String?
    public var deservedGPUs: Double?
    public var capGPUs: Double?
    public var guaranteedGPUs: Double?
    public var reclaimable = true
    public var priority = 0

    static let fields = FieldTable(
        "a queue", QueueSection(),
        [
            .required("name", \.name, .objectName, "Name that jobs give."),
            .optional(
                "weight", \.weight, .number(NumberRange(minimum: 0.001, maximum: 1_000_000)),
                "Share among queues of the same parent, in proportion."),
            .optional("parent", \.parent, .objectName, "Queue that this one is a part of."),
            .optional("team", \.team, .objectName, "Team of jobs in this queue that name none."),
            .optional(
                "deservedGPUs", \.deservedGPUs, .number(NumberRange(minimum: 0, maximum: 1e9)),
                "GPUs it should get under contention; without it its weight's share."),
            .optional(
                "capGPUs", \.capGPUs, .number(NumberRange(minimum: 0, maximum: 1e9)),
                "Most GPUs that its running jobs may hold together."),
            .optional(
                "guaranteedGPUs", \.guaranteedGPUs, .number(NumberRange(minimum: 0, maximum: 1e9)),
                "GPUs that no other queue gets. Only for the policy volcano."),
            .optional(
                "reclaimable", \.reclaimable, .boolean,
                "Whether other queues may take back what it holds above its share. Only for the policy volcano."),
            .optional(
                "priority", \.priority, .integer(-1_000_000...1_000_000),
                "Queues of higher priority go first. Only for the policy volcano."),
        ])

    /// Every parent exists, and no queue is above itself.
    static func checkParents(_ queues: [QueueSection], _ place: Place, _ reading: Reading) {
        let names = queues.map(\.name)
        var parents: [String: String] = [:]
        for (index, queue) in queues.enumerated() {
            guard let parent = queue.parent else { continue }
            if names.contains(parent) {
                parents[queue.name] = parent
            } else {
                reading.report(
                    path: place.element(index).key("parent").path, "no queue is called \"\(parent)\"",
                    hint: Suggestion.text(parent, among: names))
            }
        }
        var reported: Set<String> = []
        for (index, queue) in queues.enumerated() where !reported.contains(queue.name) {
            guard let cycle = cycle(from: queue.name, parents) else { continue }
            reported.formUnion(cycle)
            reading.report(
                path: place.element(index).key("parent").path,
                "queues are above themselves: \((cycle + [queue.name]).joined(separator: " → "))")
        }
    }

    /// The names from `start` upwards until `start` comes again; nil if it does not.
    private static func cycle(from start: String, _ parents: [String: String]) -> [String]? {
        var path = [start]
        var current = start
        while let next = parents[current], path.count <= parents.count {
            if next == start { return path }
            path.append(next)
            current = next
        }
        return nil
    }
}
