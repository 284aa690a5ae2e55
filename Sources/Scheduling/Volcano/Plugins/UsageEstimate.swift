import Configuration
import KubernetesObjects
import Quantities

/// Arguments of the `usage` plugin with upstream's defaults; values out of range leave the default standing.
struct UsageArguments {
    /// `usage.weight`, `cpu.weight`, `memory.weight`.
    var weight = 5
    var cpuWeight = 1
    var memoryWeight = 1
    /// `thresholds.cpu`, `thresholds.mem`, in percent.
    var cpuThreshold = 80.0
    var memoryThreshold = 80.0
    /// `estimator.request_ratio`, `.burst_ratio`, `.risk_threshold`, `.risk_factor`.
    var requestRatio = 0.7
    var burstRatio = 0.0
    var riskThreshold = 0.6
    var riskFactor = 1.2
    /// `estimator.be_cpu` in milli-cores, `estimator.be_mem` in bytes.
    var bestEffortCPU = 250.0
    var bestEffortMemory = 209_715_200.0
    /// How long measurements lag behind, in nanoseconds: `metrics.interval` of the scheduler's configuration, 30 s.
    var metricsInterval: Int64 = 30_000_000_000

    init(_ arguments: PluginArguments) {
        weight = arguments.int("usage.weight", default: weight)
        cpuWeight = arguments.int("cpu.weight", default: cpuWeight)
        memoryWeight = arguments.int("memory.weight", default: memoryWeight)
        if let thresholds = Self.section("thresholds", arguments) {
            Self.read("cpu", of: thresholds, within: 0...100, into: &cpuThreshold)
            Self.read("mem", of: thresholds, within: 0...100, into: &memoryThreshold)
        }
        guard let estimator = Self.section("estimator", arguments) else { return }
        Self.read("request_ratio", of: estimator, within: 0...1, into: &requestRatio)
        Self.read("burst_ratio", of: estimator, within: 0...1, into: &burstRatio)
        Self.read("risk_threshold", of: estimator, within: 0...1, into: &riskThreshold)
        Self.read("risk_factor", of: estimator, within: 1...Double.greatestFiniteMagnitude, into: &riskFactor)
        if let quantity = Self.quantity("be_cpu", of: estimator), quantity.milliValue >= 0 {
            bestEffortCPU = Double(quantity.milliValue)
        }
        if let quantity = Self.quantity("be_mem", of: estimator), quantity.value >= 0 {
            bestEffortMemory = Double(quantity.value)
        }
    }

    private static func section(_ key: String, _ arguments: PluginArguments) -> PluginArguments? {
        guard case .object(let members) = arguments.value(key) else { return nil }
        return PluginArguments(Dictionary(members.map { ($0.name, $0.value) }) { $1 })
    }

    private static func read(
        _ key: String, of section: PluginArguments, within range: ClosedRange<Double>, into value: inout Double
    ) {
        let given = section.double(key, default: value)
        if range.contains(given) { value = given }
    }

    private static func quantity(_ key: String, of section: PluginArguments) -> KubernetesQuantity? {
        switch section.value(key) {
        case .string(let text): try? KubernetesQuantity(parsing: text)
        case .integer(let number): KubernetesQuantity(number)
        case .number(let number): try? KubernetesQuantity(parsing: number.description)
        default: nil
        }
    }

    /// `(request · request ratio + burst · burst ratio) · risk factor`, at most the limit (the request where no larger
    /// limit is given).
    func estimate(_ request: Double, limit: Double, factor: Double) -> Double {
        let request = max(request, 0)
        let ceiling = max(limit, request)
        let estimate = (request * requestRatio + (ceiling - request) * burstRatio) * factor
        return min(max(estimate, 0), ceiling)
    }
}

/// Load that pods will bring, and the formulas of `plugins/usage/estimator.go`.
package struct UsageEstimate {
    package var milliCPU = 0.0
    /// Bytes.
    package var memory = 0.0

    /// No load.
    package init() {}

    package init(milliCPU: Double, memory: Double) {
        self.milliCPU = milliCPU
        self.memory = memory
    }

    /// Weighted mean of both loads; 0 without weights.
    package static func loadCompositePercentage(cpu: Double, memory: Double, cpuWeight: Int, memoryWeight: Int)
        -> Double
    {
        let (a, b) = (Double(cpuWeight), Double(memoryWeight))
        return a + b == 0 ? 0 : (cpu * a + memory * b) / (a + b)
    }

    /// `riskFactor` from the threshold on, else 1; never below 1.
    package static func appliedRiskFactor(
        loadCompositePercentage: Double, riskThreshold: Double, riskFactor: Double
    ) -> Double {
        riskFactor < 1 || loadCompositePercentage < riskThreshold ? 1 : riskFactor
    }

    /// A configured amount for pods that ask for nothing.
    package static func bestEffort(_ configured: Double, appliedRiskFactor: Double) -> Double {
        max(configured, 0) * appliedRiskFactor
    }

    /// Weighted mean of what is free, times 100 and the plugin's weight.
    package static func nodeScore(
        cpu: Double, memory: Double, cpuWeight: Int, memoryWeight: Int, usageWeight: Int
    ) -> Double {
        let (a, b) = (Double(cpuWeight), Double(memoryWeight))
        guard a + b != 0 else { return 0 }
        return ((1 - cpu) * a + (1 - memory) * b) / (a + b) * 100 * Double(usageWeight)
    }

    /// Whether a task's load is not measured yet: placed but not running, or running for less than `metricsDelay`
    /// nanoseconds.
    package static func tracks(
        _ status: TaskStatus, hasNode: Bool, startTime: Timestamp?, now: Timestamp, metricsDelay: Int64
    ) -> Bool {
        guard hasNode else { return false }
        switch status {
        case .allocated, .binding, .bound: return true
        case .running: return startTime.map { now.nanoseconds - $0.nanoseconds < metricsDelay } ?? true
        default: return false
        }
    }
}

extension Pod {
    /// Limits of cpu (milli-cores) and memory (bytes): containers and sidecars together, or the largest init container.
    var limits: (milliCPU: Double, memory: Double) {
        var (sum, sidecars, largest) = (Limits(), Limits(), Limits())
        for container in spec.initContainers {
            let own = Limits(container.resources.limits)
            if container.restartPolicy == "Always" {
                sidecars.add(own)
                largest.raise(to: sidecars)
            } else {
                var with = sidecars
                with.add(own)
                largest.raise(to: with)
            }
        }
        for container in spec.containers { sum.add(Limits(container.resources.limits)) }
        sum.add(sidecars)
        sum.raise(to: largest)
        return (sum.milliCPU, sum.memory)
    }

    private struct Limits {
        var milliCPU = 0.0
        var memory = 0.0

        init() {}

        init(_ list: ResourceList) {
            milliCPU = Double(list["cpu"]?.milliValue ?? 0)
            memory = Double(list["memory"]?.value ?? 0)
        }

        mutating func add(_ other: Limits) {
            milliCPU += other.milliCPU
            memory += other.memory
        }

        mutating func raise(to other: Limits) {
            milliCPU = max(milliCPU, other.milliCPU)
            memory = max(memory, other.memory)
        }
    }
}
