import ClusterModel
import Configuration

/// A hardware card in a file: a GPU of the catalogue with efficiency curves measured on it. YAML, of which JSON is a part.
public struct CardFile: Equatable, Sendable {
    /// GPU of the catalogue.
    public var gpu = ""
    /// Where the curves come from.
    public var source = ""
    /// Mean absolute relative error of the kernels that the curves were fitted to.
    public var meanError: Double?
    /// The same with every kernel predicted from curves fitted without it.
    public var leaveOneOutError: Double?
    /// The curves.
    public var curves = KernelCurves()
    /// Standard errors of the fitted numbers, where they were fitted.
    public var standardErrors: KernelCurves?

    /// A card of a calibration.
    public init(_ calibration: KernelCalibration, source: String) {
        gpu = calibration.card.name
        self.source = source
        meanError = calibration.meanError
        leaveOneOutError = calibration.leaveOneOutError
        curves = calibration.card.curves ?? KernelCurves()
        var errors = KernelCurves()
        for parameter in KernelCurves.parameters {
            errors[keyPath: parameter.path] =
                calibration.fitted.first { $0.name == parameter.name }?.estimate.standardError
        }
        standardErrors = errors
    }

    private init() {}

    private static func numbers(_ name: String, limited: Bool) -> FieldTable<KernelCurves> {
        FieldTable(
            name, KernelCurves(),
            KernelCurves.parameters.map { parameter in
                let range = limited ? NumberRange(minimum: parameter.lower, maximum: parameter.upper) : .nonNegative
                return .optional(parameter.name, parameter.path, .number(range), parameter.meaning)
            })
    }

    private static func table(_ catalogue: HardwareCatalogue) -> FieldTable<CardFile> {
        FieldTable(
            "a hardware card", CardFile(),
            [
                .required("gpu", \.gpu, .name(of: "a GPU", among: catalogue.gpus.map(\.name)), "GPU of the catalogue."),
                .optional("source", \.source, .text, "Where the curves come from."),
                .optional("meanError", \.meanError, .number(.nonNegative), "Mean error of the kernels, as a fraction."),
                .optional(
                    "leaveOneOutError", \.leaveOneOutError, .number(.nonNegative), "The same, each kernel left out."),
                .required("curves", \.curves, numbers("efficiency curves", limited: true).kind, "Measured numbers."),
                .optional(
                    "standardErrors", \.standardErrors, numbers("standard errors", limited: false).kind,
                    "Their standard errors."),
            ])
    }

    /// Reads a card.
    ///
    /// - Throws: everything that is wrong with the file, by position.
    public static func read(_ text: SourceText, catalogue: HardwareCatalogue = .builtIn) throws(InvalidInput)
        -> CardFile
    {
        let reading = Reading()
        let file = table(catalogue).readDocument(try YAMLReader.document(in: text), reading: reading)
        try reading.diagnostics.throwIfAny()
        guard let file else { throw MeasuredTable.problem(text.name, 1, "not a hardware card") }
        return file
    }

    /// The GPU with the curves; nil when the catalogue has no peak rates of it.
    public func card(in catalogue: HardwareCatalogue = .builtIn) -> AcceleratorCard? {
        var card = AcceleratorCard.named(gpu, in: catalogue)
        card?.curves = curves
        return card
    }

    /// The card as JSON, or as YAML, which says the same.
    public func text(asYAML: Bool) -> String {
        func quoted(_ text: String) -> String { JSONValue.string(text).description }
        var lines: [String] = []
        let comma = asYAML ? "" : ","
        func key(_ name: String) -> String { asYAML ? "\(name): " : "  \"\(name)\": " }
        func block(_ name: String, _ curves: KernelCurves, isLast: Bool) {
            lines.append(asYAML ? "\(name):" : "  \"\(name)\": {")
            for (index, item) in curves.measured.enumerated() {
                let end = index + 1 < curves.measured.count ? comma : ""
                lines.append(asYAML ? "  \(item.name): \(item.value)" : "    \"\(item.name)\": \(item.value)\(end)")
            }
            if !asYAML { lines.append(isLast ? "  }" : "  },") }
        }
        lines.append(key("gpu") + quoted(gpu) + comma)
        lines.append(key("source") + quoted(source) + comma)
        if let meanError { lines.append(key("meanError") + "\(meanError)" + comma) }
        if let leaveOneOutError { lines.append(key("leaveOneOutError") + "\(leaveOneOutError)" + comma) }
        block("curves", curves, isLast: standardErrors == nil)
        if let standardErrors { block("standardErrors", standardErrors, isLast: true) }
        return (asYAML ? lines : ["{"] + lines + ["}"]).joined(separator: "\n") + "\n"
    }
}
