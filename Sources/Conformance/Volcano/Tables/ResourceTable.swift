import Configuration
import KubernetesObjects
import Scheduling

/// Tables about resource arithmetic and the request of a pod.
enum ResourceTable {
    static let adapters: [(unit: String, adapter: UnitTable.Adapter)] = [
        ("Resource.add", add),
        (
            "Resource.equal",
            { (check, differences) throws(CaseProblem) in
                let pair = try ResourcePair(check.fields, "resource1", "resource2")
                differences.compare(
                    check.subject, expected: try check.fields.boolean("expected"), got: pair.left.equal(pair.right))
            }
        ),
        ("Resource.isZero", isZero),
        ("Resource.lessEqual", lessEqual),
        ("Resource.lessEqualWithResourcesName", lessEqualNames),
        ("Resource.greaterPartly", greaterPartly),
        (
            "Resource.lessEqualPartlyWithDimension",
            { (check, differences) throws(CaseProblem) in
                try requested(check, &differences) { $0.dimensionsWithin($1, requested: $2, pods: $3) }
            }
        ),
        (
            "Resource.lessEqualPartlyWithDimensionZeroFiltered",
            { (check, differences) throws(CaseProblem) in
                try requested(check, &differences) { $0.usedDimensionsWithin($1, requested: $2, pods: $3) }
            }
        ),
        (
            "Resource.greaterPartlyWithDimension",
            { (check, differences) throws(CaseProblem) in
                try requested(check, &differences) { $0.dimensionsAbove($1, requested: $2, pods: $3) }
            }
        ),
        (
            "Resource.greaterPartlyWithRelevantDimensions",
            { (check, differences) throws(CaseProblem) in
                try requested(check, &differences) { $0.relevantDimensionsAbove($1, requested: $2, pods: $3) }
            }
        ),
        ("Resource.intersectionWithIgnoredScalarResources", intersection),
        (
            "Resource.minDimensionResource(zero)",
            { (check, differences) throws(CaseProblem) in
                try changed(check, &differences) { $0.cap(by: $1, .zero) }
            }
        ),
        (
            "Resource.minDimensionResource(infinity)",
            { (check, differences) throws(CaseProblem) in
                try changed(check, &differences) { $0.cap(by: $1, .infinity) }
            }
        ),
        (
            "Resource.setMaxResource",
            { (check, differences) throws(CaseProblem) in
                try changed(check, &differences) { $0.raise(to: $1) }
            }
        ),
        ("podResourceRequest", podRequest),
    ]

    private static let add: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        try changed(check, &differences) { $0.add($1) }
    }

    /// `resource1` changed with the help of `resource2`.
    private static func changed(
        _ check: UnitCheck, _ differences: inout Differences, _ change: (inout Resource, Resource) -> Void
    ) throws(CaseProblem) {
        var pair = try ResourcePair(check.fields, "resource1", "resource2")
        change(&pair.left, pair.right)
        let expected = try ResourceAmount(check.fields.fields("expected"))
        differences.compare(check.subject, expected: expected, got: ResourceAmount(pair.left, names: pair.names))
    }

    private static let isZero: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let amount = try ResourceAmount(check.fields.fields("resource"))
        let name = try check.fields.string("resourceName")
        let names = ResourceNames(scalars: amount.scalars.keys)
        let got = names.dimension(of: name).map { amount.resource(names).isZero($0) } ?? true
        differences.compare(check.subject, expected: try check.fields.boolean("expected"), got: got)
    }

    private static let lessEqual: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let pair = try ResourcePair(check.fields, "resource1", "resource2")
        let got = pair.left.lessEqual(pair.right, try missing(check))
        differences.compare(check.subject, expected: try check.fields.boolean("expected"), got: got)
    }

    private static let lessEqualNames: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let pair = try ResourcePair(check.fields, "resource1", "resource2")
        let got = pair.left.exceeding(pair.right, try missing(check)).map(pair.names.name)
        differences.compareMultisets(check.subject, expected: try check.fields.strings("expected"), got: got)
    }

    private static let greaterPartly: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let pair = try ResourcePair(check.fields, "child", "parent")
        let got = pair.left.exceeding(pair.right, try missing(check)).map(pair.names.name)
        differences.compare(
            check.subject, expected: try check.fields.boolean("expectedExceeds"), got: !got.isEmpty)
        differences.compareMultisets(
            check.subject, expected: try check.fields.strings("expectedResources"), got: got)
    }

    private static let intersection: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let pair = try ResourcePair(check.fields, "r1", "r2")
        let got = Resource.commonDimensions(pair.left, pair.right, pods: pair.names.pods).map(pair.names.name)
        differences.compareMultisets(check.subject, expected: try check.fields.strings("want"), got: got)
    }

    /// Comparisons of `r` with `rr` in the dimensions of `req`.
    private static func requested(
        _ check: UnitCheck, _ differences: inout Differences,
        _ compare: (Resource, Resource, Resource?, Int) -> [Int]
    ) throws(CaseProblem) {
        let pair = try ResourcePair(check.fields, "r", "rr", optional: "req")
        let got = compare(pair.left, pair.right, pair.third, pair.names.pods).map(pair.names.name)
        differences.compare(check.subject, expected: try check.fields.boolean("wantBool"), got: !got.isEmpty)
        differences.compareMultisets(check.subject, expected: try check.fields.strings("wantNames"), got: got)
    }

    private static func missing(_ check: UnitCheck) throws(CaseProblem) -> Resource.Missing {
        switch try check.fields.string("default") {
        case "zero": .zero
        case "infinity": .infinity
        case let name: throw .unsupported("default \(name)")
        }
    }

    private static let podRequest: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let pod = try readPod(check.fields.required("pod"))
        _ = try check.fields.boolean("podLevelResourcesEnabled")
        var world = ObjectSet()
        world.pods = [pod]
        let snapshot = ClusterSnapshot(world)
        let expected = try ResourceAmount(check.fields.fields("expectedResource"))
        let got = snapshot.tasks.first.map { ResourceAmount($0.request, names: snapshot.names) } ?? ResourceAmount()
        differences.compare(check.subject, expected: expected, got: got)
    }
}

/// Two or three resources of one check, with the scalars they name.
private struct ResourcePair {
    var left: Resource
    var right: Resource
    var third: Resource?
    var names: ResourceNames

    init(
        _ fields: CaseFields, _ left: String, _ right: String, optional third: String? = nil
    ) throws(CaseProblem) {
        let first = try ResourceAmount(fields.fields(left))
        let second = try ResourceAmount(fields.fields(right))
        var last: ResourceAmount?
        if let third, let given = try fields.optionalFields(third) { last = try ResourceAmount(given) }
        names = ResourceNames(
            scalars: [first, second, last ?? ResourceAmount()].flatMap { Array($0.scalars.keys) })
        self.left = first.resource(names)
        self.right = second.resource(names)
        self.third = last?.resource(names)
    }
}

extension ResourceAmount {
    /// The amount in the scheduler's own form.
    func resource(_ names: ResourceNames) -> Resource {
        var resource = Resource(milliCPU: milliCPU, memory: memory)
        for (name, value) in scalars.sorted(by: { $0.key < $1.key }) {
            if let index = names.index(of: name) { resource.setScalar(index, value) }
        }
        return resource
    }

    /// The scheduler's form written out.
    init(_ resource: Resource, names: ResourceNames) {
        self.init()
        milliCPU = resource.milliCPU
        memory = resource.memory
        for (index, name) in names.scalars.enumerated() {
            if let value = resource.scalar(index) { scalars[name] = value }
        }
    }
}
