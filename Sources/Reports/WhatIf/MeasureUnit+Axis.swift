extension MeasureUnit {
    /// Divisor and unit of an axis whose largest absolute value is `extent`.
    func axis(toExtent extent: Double) -> AxisScaling {
        switch self {
        case .seconds: AxisUnit.seconds.scaled(toExtent: extent)
        case .share: AxisUnit.share.scaled(toExtent: extent)
        case .gpuHours: AxisUnit.gpuHours.scaled(toExtent: extent)
        case .count: AxisUnit.count("number").scaled(toExtent: extent)
        case .index: AxisScaling(divisor: 1, label: "index, no unit")
        case .dollars: Self.largest(extent, [(1, "$"), (1e5, "thousand $"), (1e8, "million $")])
        case .energy: Self.largest(extent, [(1, "kWh"), (1e5, "MWh"), (1e8, "GWh")])
        }
    }

    /// Steps are by a thousand, each taken when a number of the step before would have six digits.
    private static func largest(_ extent: Double, _ steps: [(from: Double, label: String)]) -> AxisScaling {
        let index = steps.lastIndex { $0.from <= extent } ?? 0
        return AxisScaling(divisor: [1, 1e3, 1e6][index], label: steps[index].label)
    }
}
