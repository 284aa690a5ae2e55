/// A number from outside, with where it comes from.
public struct Fact<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The number.
    public let value: Value
    /// Where it comes from.
    public let source: FactSource

    /// A value and its source.
    public init(_ value: Value, _ source: FactSource) {
        self.value = value
        self.source = source
    }
}

/// Where a fact of the hardware catalogue comes from.
public struct FactSource: Hashable, Sendable {
    /// Short tag, as printed beside the fact.
    public let tag: String
    /// The publication.
    public let title: String

    /// A source.
    public init(tag: String, title: String) {
        self.tag = tag
        self.title = title
    }
}

extension FactSource {
    static let mlBook = FactSource(
        tag: "MLBOOK",
        title: "S. Bekman, Machine Learning Engineering (stas00/ml-engineering 744d01e), accelerator tables")
    static let llmAnalysis = FactSource(tag: "LLA", title: "cli99/llm-analysis d841e40, gpu_configs")
    static let nvidiaP100 = FactSource(tag: "P100-DS", title: "NVIDIA Tesla P100 data sheet (PCIe, 16 GB)")
    static let nvidiaA10 = FactSource(tag: "A10-DS", title: "NVIDIA A10 data sheet")
    static let nvidiaMIG = FactSource(
        tag: "MIG-UG", title: "NVIDIA Multi-Instance GPU User Guide, Supported MIG Profiles")
    static let dgx1 = FactSource(tag: "DGX1-DS", title: "NVIDIA DGX-1 with Tesla V100 data sheet and user guide")
    static let dgxA100 = FactSource(
        tag: "DGXA100-UG", title: "NVIDIA DGX A100 data sheet and user guide (640 GB system)")
    static let dgxH100 = FactSource(tag: "DGXH100-UG", title: "NVIDIA DGX H100/H200 user guide, hardware overview")
    static let dgxB200 = FactSource(tag: "DGXB200-UG", title: "NVIDIA DGX B200 user guide, hardware overview")
    static let dgxGB200 = FactSource(
        tag: "DGXGB200-UG", title: "NVIDIA DGX GB200 user guide, hardware; GB200 NVL72 data sheet")
    static let basePOD = FactSource(
        tag: "BASEPOD", title: "NVIDIA DGX BasePOD / SuperPOD reference architectures, rack elevations")
    static let ec2 = FactSource(tag: "EC2", title: "Amazon EC2 accelerated-computing instance specifications")
    static let azureMI300X = FactSource(tag: "AZ-MI300X", title: "Microsoft Azure ND MI300X v5 size series")
    /// Not a fact: a round figure near public on-demand prices, to be replaced by the user's own.
    static let assumption = FactSource(
        tag: "ASSUMED", title: "Assumption of the right order, not a quotation; override it in the scenario")
}
