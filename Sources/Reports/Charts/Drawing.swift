/// The widths a chart is drawn in; the page shows the one that suits the window, so that text is never scaled away.
enum ChartWidth: String, CaseIterable, Sendable {
    case wide, medium, narrow

    /// Width of the drawing in its own pixels.
    var points: Double {
        switch self {
        case .wide: 1132
        case .medium: 720
        case .narrow: 364
        }
    }

    /// Most points of one line in a drawing of this width.
    var maximumPoints: Int {
        switch self {
        case .wide: 960
        case .medium: 600
        case .narrow: 220
        }
    }

    /// Most bins of a line with its band: a band counts three values a bin.
    var maximumBins: Int { self == .narrow ? 110 : maximumPoints / 3 }

    /// Room at the right edge for the names of lines.
    var labelMargin: Double {
        switch self {
        case .wide: 176
        case .medium: 136
        case .narrow: 98
        }
    }
}

/// What fills or strokes a mark. Colours live in the page's style sheet, so one drawing serves light and dark.
enum Paint: Hashable, Sendable {
    /// One of the seven series colours, counted from 0.
    case series(Int)
    /// Everything that has no colour of its own.
    case other
    /// A cause of the GPU-time ledger, by its name in the database.
    case cause(String)

    /// Class that sets the colour `--k`.
    var cssClass: String {
        switch self {
        case .series(let index): "s\(index % Palette.seriesCount + 1)"
        case .other: "so"
        case .cause(let name): "c-" + name
        }
    }
}

/// A chart in one width: its height and the marks inside.
struct Drawing: Sendable {
    var height: Double
    var marks: Markup
}

/// A chart that can draw itself in any of the widths.
protocol Chart: Sendable {
    /// The finding or the question, as a heading.
    var title: String { get }
    /// What a reader who cannot see the drawing must know.
    var description: String { get }
    /// Why there is nothing to draw, or nil.
    var emptyReason: String? { get }
    /// The numbers behind the drawing.
    var table: DataTable { get }
    /// The widths it is drawn in.
    var widths: [ChartWidth] { get }
    /// Draws the chart.
    func draw(_ width: ChartWidth) -> Drawing
}

extension Chart {
    var widths: [ChartWidth] { ChartWidth.allCases }
}

/// Sizes of text in drawings, in pixels.
enum FontSize {
    static let label = 13.0
    static let small = 12.0
}

extension Markup {
    /// Appends text at a point. `anchor` is start, middle or end.
    mutating func label(
        _ content: String, x: Double, y: Double, anchor: String = "start", style: String = "t"
    ) {
        leaf(
            "text",
            ["class": style, "x": Figures.coordinate(x), "y": Figures.coordinate(y), "text-anchor": anchor], content)
    }

    /// Appends a straight line.
    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
        empty(
            "path",
            [
                "class": style,
                "d": "M\(Figures.coordinate(x1)) \(Figures.coordinate(y1))"
                    + "L\(Figures.coordinate(x2)) \(Figures.coordinate(y2))",
            ])
    }

    /// Appends a filled rectangle.
    mutating func rectangle(x: Double, y: Double, width: Double, height: Double, style: String) {
        empty(
            "rect",
            [
                "class": style, "x": Figures.coordinate(x), "y": Figures.coordinate(y),
                "width": Figures.coordinate(width), "height": Figures.coordinate(height),
            ])
    }

    /// Appends a path that is already in SVG's path language.
    mutating func path(_ commands: String, style: String) {
        if !commands.isEmpty { empty("path", ["class": style, "d": commands]) }
    }
}
