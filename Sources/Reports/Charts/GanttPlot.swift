/// The time axis that Gantt charts share.
struct GanttPlot {
    let data: GanttData
    let left: Double
    let right: Double

    var time: TimeScale {
        TimeScale(start: data.start, end: data.end, from: left, to: right, epochUnixSeconds: data.epochUnixSeconds)
    }

    /// Draws the axis below the rows.
    func drawAxis(into marks: inout Markup, bottom: Double) {
        time.drawAxis(into: &marks, y: bottom, rightLimit: right + 8)
    }
}

/// Collects blocks into one path per colour: a thousandth of the size of an element per job.
struct BlockPaths {
    let columnWidth: Double
    let left: Double
    private var paths = [PathBuilder](repeating: PathBuilder(), count: GanttState.count)

    init(columnWidth: Double, left: Double) {
        self.columnWidth = columnWidth
        self.left = left
    }

    /// Adds a block whose top is at `y`.
    mutating func add(_ block: GanttRaster.Block, y: Double, unit: Double) {
        paths[Int(block.state)].rectangle(
            x: left + Double(block.column) * columnWidth, y: y, width: Double(block.width) * columnWidth,
            height: Double(block.height) * unit)
    }

    /// Writes the paths.
    func write(into marks: inout Markup) {
        for state in 0..<UInt8(GanttState.count) {
            marks.path(paths[Int(state)].commands, style: GanttState.style(state))
        }
    }
}

/// The numbers behind Gantt charts.
enum GanttTable {
    /// One row per node.
    static func perNode(_ data: GanttData, nodes: Range<Int>) -> DataTable {
        let spans = data.spanRanges
        let outages = data.outageRanges
        return table("node", nodes.map { (data.nodes[$0].name, $0..<($0 + 1)) }, data, spans, outages)
    }

    /// One row per rack.
    static func perGroup(_ data: GanttData, groups: [RackChart.Group]) -> DataTable {
        table("rack", groups.map { ($0.name, $0.nodes) }, data, data.spanRanges, data.outageRanges)
    }

    private static func table(
        _ heading: String, _ rows: [(name: String, nodes: Range<Int>)], _ data: GanttData, _ spans: [Range<Int>],
        _ outages: [Range<Int>]
    ) -> DataTable {
        DataTable(
            "Use of each \(heading)",
            [
                .text(heading), .number("GPUs"), .number("pods placed"), .number("GPU-hours held"),
                .number("of these at work"), .number("outages"),
            ],
            rows: rows.map { row in
                var held = 0.0
                var working = 0.0
                var pods = 0
                var broken = 0
                for node in row.nodes {
                    for span in data.spans[spans[node]] {
                        let gpus = Double(span.gpuMask.nonzeroBitCount)
                        held += Double(span.end - span.start) * gpus
                        if let work = span.work { working += Double(max(span.end - work, 0)) * gpus }
                    }
                    pods += spans[node].count
                    broken += outages[node].count
                }
                let gpus = data.nodes[row.nodes].reduce(0) { $0 + $1.gpus }
                return [
                    DataTable.Cell(row.name), DataTable.Cell(Figures.count(gpus), Double(gpus)),
                    DataTable.Cell(Figures.count(pods), Double(pods)),
                    DataTable.Cell(Figures.short(held / 3.6e12), held),
                    DataTable.Cell(
                        held > 0 ? Figures.percent(working / held) : Figures.missing, working / max(held, 1)),
                    DataTable.Cell(Figures.count(broken), Double(broken)),
                ]
            })
    }
}
