import SimulationKernel
import Statistics

/// Efficiency curves of a GPU, fitted to measured kernels.
///
/// Residuals are logarithms of predicted over measured time, so that a microsecond's error of a short kernel counts as much as a
/// millisecond's of a long one. Only numbers that the kinds present determine are fitted; the others keep the model's constants.
public struct KernelCalibration: Sendable {
    /// A fitted number.
    public struct Fitted: Hashable, Sendable {
        /// Name as in `KernelCurves`.
        public let name: String
        /// Value, its standard error, and whether it lies at a limit.
        public let estimate: NonlinearFit.Estimate
    }

    /// Errors of one kind of kernels.
    public struct KindErrors: Hashable, Sendable {
        /// Kind.
        public let kind: KernelSample.Kind
        /// Kernels.
        public let count: Int
        /// Mean absolute relative error.
        public let mean: Double
        /// Mean relative error with its sign.
        public let bias: Double
        /// Largest absolute relative error.
        public let worst: Double
        /// Mean absolute relative error of the kernels when they were left out of the fit.
        public let leftOut: Double
    }

    /// The card with its curves.
    public let card: AcceleratorCard
    /// What was fitted.
    public let fitted: [Fitted]
    /// Errors by kind, in the order of the kinds.
    public let kinds: [KindErrors]
    /// Mean absolute relative error of all kernels.
    public let meanError: Double
    /// The same with every kernel predicted from curves fitted without it.
    public let leaveOneOutError: Double

    /// Refits for leaving out: more kernels than these are left out in groups of equal size.
    static let groups = 60

    /// Fits the curves of a card to measured kernels of its GPU.
    public init(_ samples: [KernelSample], card: AcceleratorCard) throws(StatisticsError) {
        let parameters = Self.determined(by: samples, on: card)
        let start = parameters.map(\.start)
        let (curves, estimates) = try Self.fit(samples, card, parameters, start)
        var calibrated = card
        calibrated.curves = curves
        self.card = calibrated
        fitted = zip(parameters, estimates).map { Fitted(name: $0.name, estimate: $1) }
        let errors = samples.map { Self.error($0, calibrated) }
        var leftOut = errors
        let groups = min(samples.count, Self.groups)
        for group in 0..<groups {
            let rest = samples.enumerated().filter { $0.offset % groups != group }.map(\.element)
            // Without a kind's only kernels its numbers stay as fitted to all: there is nothing to refit.
            let names = Set(Self.determined(by: rest, on: card).map(\.name))
            let kept = parameters.filter { names.contains($0.name) }
            guard rest.count > kept.count, !kept.isEmpty else { continue }
            var other = calibrated
            let begin = kept.map { min($0.upper * 0.999, max($0.lower * 1.001, curves[keyPath: $0.path] ?? $0.start)) }
            other.curves = try Self.fit(rest, card, kept, begin, over: curves).curves
            for index in samples.indices where index % groups == group {
                leftOut[index] = Self.error(samples[index], other)
            }
        }
        kinds = KernelSample.Kind.allCases.compactMap { kind in
            let members = samples.indices.filter { samples[$0].kind == kind }
            guard !members.isEmpty else { return nil }
            let count = Double(members.count)
            return KindErrors(
                kind: kind, count: members.count, mean: members.reduce(0) { $0 + abs(errors[$1]) } / count,
                bias: members.reduce(0) { $0 + errors[$1] } / count,
                worst: members.reduce(0) { max($0, abs(errors[$1])) },
                leftOut: members.reduce(0) { $0 + abs(leftOut[$1]) } / count)
        }
        meanError = errors.reduce(0) { $0 + abs($1) } / Double(max(1, samples.count))
        leaveOneOutError = leftOut.reduce(0) { $0 + abs($1) } / Double(max(1, samples.count))
    }

    private static func error(_ sample: KernelSample, _ card: AcceleratorCard) -> Double {
        KernelSample.predicted(sample.work, on: card) / sample.seconds - 1
    }

    private static func fit(
        _ samples: [KernelSample], _ card: AcceleratorCard, _ parameters: [KernelCurves.Parameter], _ start: [Double],
        over base: KernelCurves = KernelCurves()
    ) throws(StatisticsError) -> (curves: KernelCurves, estimates: [NonlinearFit.Estimate]) {
        func curves(_ values: [Double]) -> KernelCurves {
            var curves = base
            for (parameter, value) in zip(parameters, values) { curves[keyPath: parameter.path] = value }
            return curves
        }
        let fit = try NonlinearFit(
            zip(parameters, start).map { .init($0.name, start: $1, from: $0.lower, to: $0.upper) },
            residuals: samples.count
        ) { values in
            var tried = card
            tried.curves = curves(values)
            return samples.map { PinnedMath.log(KernelSample.predicted($0.work, on: tried) / $0.seconds) }
        }
        return (curves(fit.estimates.map(\.value)), fit.estimates)
    }

    /// The numbers that samples say something about: each must change the prediction of one of them noticeably.
    private static func determined(by samples: [KernelSample], on card: AcceleratorCard) -> [KernelCurves.Parameter] {
        var probe = card
        var curves = KernelCurves()
        for parameter in KernelCurves.parameters { curves[keyPath: parameter.path] = parameter.start }
        probe.curves = curves
        let before = samples.map { KernelSample.predicted($0.work, on: probe) }
        return KernelCurves.parameters.filter { parameter in
            var changed = curves
            changed[keyPath: parameter.path] = parameter.start * 1.05
            probe.curves = changed
            return zip(samples, before).contains { sample, old in
                abs(KernelSample.predicted(sample.work, on: probe) / old - 1) > 0.002
            }
        }
    }
}
