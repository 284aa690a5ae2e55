/// GPUs over time: rows are nodes, sub-rows their GPUs (or whole nodes, in the inside of a rack); colour is the team,
/// hatching means held but not productive.
struct GanttChart: Chart {
    let title: String
    let data: GanttData
    /// Nodes shown.
    let nodes: Range<Int>
    let rows: GanttRaster.Rows
    /// Most blocks a drawing may have: bounds its size.
    var blockBudget = 24_000
    var widths: [ChartWidth] = [.wide, .narrow]

    /// Above so many nodes the chart would be longer than anybody scrolls.
    static let maximumNodes = 200

    var emptyReason: String? {
        if nodes.isEmpty { return "the cluster has no nodes" }
        if data.nodes[nodes].allSatisfy({ $0.gpus == 0 }) { return "the nodes have no GPUs" }
        if data.end <= data.start { return "the run has no length" }
        return data.spans.isEmpty && data.outages.isEmpty ? "no pod was placed in this run" : nil
    }

    var description: String {
        "\(nodes.count) nodes from top to bottom, time from left to right; colours: "
            + data.teams.map(\.name).joined(separator: ", ")
    }

    var table: DataTable { GanttTable.perNode(data, nodes: nodes) }

    func draw(_ width: ChartWidth) -> Drawing {
        let left = width == .narrow ? 72.0 : 108.0
        let room = width.points - 8 - left
        let raster = fittingRaster(room: room, width: width)
        let columnWidth = (room / Double(raster.columns)).rounded(.down)
        let plot = GanttPlot(data: data, left: left, right: left + columnWidth * Double(raster.columns))
        let unit = rowHeight(rows: raster.firstRow[raster.firstRow.count - 1])
        var marks = Markup()
        var paths = BlockPaths(columnWidth: columnWidth, left: left)
        var y = 4.0
        var labels: [(name: String, y: Double)] = []
        for (offset, node) in nodes.enumerated() {
            let top = y
            for block in raster.blocks(ofNode: offset) {
                paths.add(block, y: top + Double(block.row - raster.firstRow[offset]) * unit, unit: unit)
            }
            let height = Double(raster.firstRow[offset + 1] - raster.firstRow[offset]) * unit
            guard height > 0 else { continue }
            labels.append((data.nodes[node].name, top + height / 2))
            y += height + (unit >= 8 || rows == .gpus ? 2 : 1)
            if offset + 1 < nodes.count, data.nodes[node].rack != data.nodes[node + 1].rack { y += 5 }
        }
        marks.rectangle(x: left, y: 2, width: plot.right - left, height: y - 2, style: "bg")
        paths.write(into: &marks)
        drawLabels(labels, into: &marks, left: left)
        plot.drawAxis(into: &marks, bottom: y + 2)
        return Drawing(height: y + 2 + plot.time.depth, marks: marks)
    }

    /// The finest raster of whole pixels whose drawing stays within the budget.
    private func fittingRaster(room: Double, width: ChartWidth) -> GanttRaster {
        let budget = width == .wide ? blockBudget : blockBudget / 3
        var pixels = rows == .gpus ? 1.0 : 4.0
        while true {
            let raster = GanttRaster(data, nodes: nodes, rows: rows, columns: Int(room / pixels))
            let count = nodes.indices.reduce(0) { $0 + raster.blocks(ofNode: $1 - nodes.lowerBound).count }
            if count <= budget || raster.columns < 40 { return raster }
            pixels *= 2
        }
    }

    private func rowHeight(rows: Int) -> Double {
        guard self.rows == .gpus else { return nodes.count <= 12 ? 16 : 10 }
        let target = 900 / Double(max(rows, 1))
        return min(max(target.rounded(.down), 2), 8)
    }

    /// Names beside their rows, leaving out those that would touch the name above.
    private func drawLabels(_ labels: [(name: String, y: Double)], into marks: inout Markup, left: Double) {
        var free = -Double.infinity
        for label in labels where label.y - 6.5 >= free {
            marks.label(
                TextWidth.truncateFront(label.name, toFit: left - 12, size: FontSize.small), x: left - 7,
                y: label.y + 4,
                anchor: "end", style: "t m")
            free = label.y + 6.5
        }
    }
}

/// Racks over time: of every rack the share of its GPUs that each team held, stacked.
struct RackChart: Chart {
    /// A rack, or several if there are too many.
    struct Group: Sendable {
        let name: String
        let nodes: Range<Int>
        let gpus: Int
    }

    let title: String
    let data: GanttData
    let groups: [Group]

    var widths: [ChartWidth] { [.wide, .narrow] }
    var emptyReason: String? { groups.isEmpty ? "the cluster has no GPUs" : nil }
    var description: String {
        "\(groups.count) racks from top to bottom, time from left to right; filled height is the share of GPUs held"
    }
    var table: DataTable { GanttTable.perGroup(data, groups: groups) }

    /// Neighbouring nodes of equal rack (or pool, when no racks are known) together; pairs of groups are joined until
    /// at most a hundred are left.
    static func groups(of data: GanttData) -> [Group] {
        var groups: [Group] = []
        var start = 0
        for node in data.nodes.indices {
            let next = node + 1
            if next < data.nodes.count, data.nodes[next].rack == data.nodes[node].rack,
                data.nodes[next].pool == data.nodes[node].pool, data.nodes[node].rack != nil || next - start < 32
            {
                continue
            }
            let first = data.nodes[start]
            let name = first.rack.map { "\(first.pool) rack \($0)" } ?? "\(first.name) …"
            groups.append(group(name, start..<next, data))
            start = next
        }
        while groups.count > 100 {
            groups = stride(from: 0, to: groups.count, by: 2).map { index in
                guard index + 1 < groups.count else { return groups[index] }
                return group(
                    groups[index].name + " +", groups[index].nodes.lowerBound..<groups[index + 1].nodes.upperBound, data
                )
            }
        }
        return groups.filter { $0.gpus > 0 }
    }

    private static func group(_ name: String, _ nodes: Range<Int>, _ data: GanttData) -> Group {
        Group(name: name, nodes: nodes, gpus: data.nodes[nodes].reduce(0) { $0 + $1.gpus })
    }

    func draw(_ width: ChartWidth) -> Drawing {
        let left = width == .narrow ? 84.0 : 132.0
        let columnWidth = (width == .narrow ? 3.0 : 4.0) * (groups.count > 50 ? 2 : 1)
        let columns = Int((width.points - 8 - left) / columnWidth)
        let plot = GanttPlot(data: data, left: left, right: left + Double(columns) * columnWidth)
        let height = groups.count > 50 ? 16.0 : 24.0
        var scratch = StateTimes(start: data.start, end: data.end, columns: columns)
        var paths = [PathBuilder](repeating: PathBuilder(), count: GanttState.count)
        var marks = Markup()
        var y = 4.0
        for group in groups {
            scratch.reset(rows: 1)
            for node in group.nodes { scratch.addShares(of: node, data, gpus: group.gpus) }
            marks.rectangle(x: left, y: y, width: plot.right - left, height: height, style: "bg")
            marks.label(
                TextWidth.truncateFront(group.name, toFit: left - 12, size: FontSize.small), x: left - 7,
                y: y + height / 2 + 4, anchor: "end", style: "t m")
            stack(scratch, into: &paths, left: left, columnWidth: columnWidth, bottom: y + height, height: height)
            y += height + 3
        }
        // Every layer reaches down to the row's floor, so the upper ones come first and the lower ones cover them.
        for state in (0..<UInt8(GanttState.count)).reversed() {
            marks.path(paths[Int(state)].commands, style: GanttState.style(state))
        }
        plot.drawAxis(into: &marks, bottom: y + 2)
        return Drawing(height: y + 2 + plot.time.depth, marks: marks)
    }

    /// For each state the outline of it and all states below, in steps of half pixels.
    private func stack(
        _ times: StateTimes, into paths: inout [PathBuilder], left: Double, columnWidth: Double, bottom: Double,
        height: Double
    ) {
        var heights = [Double](repeating: 0, count: times.columns)
        for state in 0..<UInt8(GanttState.count) {
            var isPresent = false
            for column in heights.indices {
                let size = (times.share(row: 0, column: column, state: state) * height * 2).rounded() / 2
                heights[column] = min(heights[column] + size, height)
                isPresent = isPresent || size > 0
            }
            guard isPresent else { continue }
            paths[Int(state)].move(left, bottom)
            for column in heights.indices {
                paths[Int(state)].vertical(bottom - heights[column])
                if column + 1 < heights.count, heights[column + 1] == heights[column] { continue }
                paths[Int(state)].horizontal(left + Double(column + 1) * columnWidth)
            }
            paths[Int(state)].vertical(bottom)
            paths[Int(state)].close()
        }
    }
}
