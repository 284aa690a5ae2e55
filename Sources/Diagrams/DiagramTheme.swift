/// Colours of a diagram, the same tokens as the report's.
public struct DiagramTheme: Hashable, Sendable {
    /// Behind everything.
    public let page: String
    /// Inside boxes.
    public let panel: String
    /// Names and numbers.
    public let text: String
    /// What explains them.
    public let muted: String
    /// Borders and unloaded edges.
    public let hairline: String
    /// Empty part of a bar; links without load.
    public let idle: String
    /// Colours of queues and teams, colour-blind safe.
    public let series: [String]
    /// Edges by load, from light to heavy; see `LinkLoad.steps`.
    public let load: [String]

    /// For white pages and print.
    public static let light = DiagramTheme(
        page: "#ffffff", panel: "#f7f8fa", text: "#17202a", muted: "#5b6775", hairline: "#dfe3e8", idle: "#b8c0ca",
        series: ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6bb1"],
        load: ["#b8c0ca", "#56b4e9", "#0072b2", "#e69f00", "#b3261e"])
    /// For dark pages.
    public static let dark = DiagramTheme(
        page: "#0f1318", panel: "#171c23", text: "#e8ecf1", muted: "#98a4b3", hairline: "#2b323c", idle: "#4a5461",
        series: ["#4aa3df", "#f2b83b", "#35c79a", "#e3a1c4", "#8fd0f5", "#f08a4b", "#b59ad6"],
        load: ["#4a5461", "#8fd0f5", "#4aa3df", "#f2b83b", "#f2766d"])
}
