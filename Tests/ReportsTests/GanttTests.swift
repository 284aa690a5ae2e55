import Testing

@testable import Reports

@Suite("Gantt")
struct GanttTests {
    /// Time of each state in a cell, by intersecting every span with it.
    private func reference(_ data: GanttData, node: Int, gpu: Int, from: Double, to: Double) -> UInt8 {
        var times = [Double](repeating: 0, count: GanttState.count)
        func add(_ state: UInt8, _ start: Int64, _ end: Int64, _ weight: Double) {
            times[Int(state)] += max(0, min(Double(end), to) - max(Double(start), from)) * weight
        }
        for span in data.spans where span.node == Int32(node) && span.gpuMask >> UInt32(gpu) & 1 == 1 {
            let paint = data.teams[Int(span.team)].paint
            add(GanttState.team(paint, isHeld: true), span.start, span.workStart, 1)
            add(GanttState.team(paint, isHeld: false), span.workStart, span.end, 1)
        }
        for outage in data.outages where outage.node == Int32(node) && (outage.gpu ?? gpu) == gpu {
            add(GanttState.down, outage.start, outage.end, 2)
        }
        guard times.reduce(0, +) >= (to - from) / 2, let best = times.max() else { return GanttState.empty }
        return UInt8(times.firstIndex(of: best) ?? 0)
    }

    @Test("Cells show what lasted longest")
    func rasterAgainstReference() {
        var dice = Dice(40)
        var compared = 0
        var different = 0
        for _ in 0..<12 {
            let data = SampleData.gantt(
                &dice, nodes: 5, spans: 60, end: 86_400_000_000_000, teams: ["a", "b", "c"], perRack: 2)
            let columns = dice.int(7...90)
            let raster = GanttRaster(data, nodes: 1..<5, rows: .gpus, columns: columns)
            let length = Double(data.end) / Double(columns)
            for node in 1..<5 {
                for gpu in 0..<data.nodes[node].gpus {
                    for column in 0..<columns {
                        let cell = raster.cells[(raster.firstRow[node - 1] + gpu) * columns + column]
                        let expected = reference(
                            data, node: node, gpu: gpu, from: Double(column) * length, to: Double(column + 1) * length)
                        compared += 1
                        if cell != expected { different += 1 }
                    }
                }
            }
        }
        // The raster adds in single precision: near-ties may fall either way.
        #expect(compared > 3000 && different * 1000 <= compared, "\(different) of \(compared)")
    }

    @Test("Blocks cover every cell exactly once")
    func blocks() {
        var dice = Dice(41)
        let data = SampleData.gantt(
            &dice, nodes: 8, spans: 150, end: 86_400_000_000_000, teams: ["a", "b", "c"], perRack: 4)
        let raster = GanttRaster(data, nodes: 0..<8, rows: .gpus, columns: 120)
        var painted = [UInt8](repeating: GanttState.empty, count: raster.cells.count)
        var overlaps = 0
        for node in 0..<8 {
            for block in raster.blocks(ofNode: node) {
                for row in block.row..<block.row + block.height {
                    for column in block.column..<block.column + block.width {
                        if painted[row * 120 + column] != GanttState.empty { overlaps += 1 }
                        painted[row * 120 + column] = block.state
                    }
                }
            }
        }
        #expect(overlaps == 0 && painted == raster.cells)
    }

    @Test("A whole-node job is one block, hatched until it works")
    func wholeNode() {
        let data = SampleData.tiny.gantt
        let raster = GanttRaster(data, nodes: 0..<2, rows: .gpus, columns: 20)
        #expect(
            raster.blocks(ofNode: 0) == [
                GanttRaster.Block(state: 8, column: 0, width: 1, row: 0, height: 8),
                GanttRaster.Block(state: 0, column: 1, width: 9, row: 0, height: 8),
            ])
        #expect(
            raster.blocks(ofNode: 1) == [
                GanttRaster.Block(state: 8, column: 5, width: 15, row: 8, height: 4),
                GanttRaster.Block(state: GanttState.down, column: 10, width: 10, row: 15, height: 1),
            ])
    }

    @Test("Racks hold all nodes once; too many are joined")
    func racks() {
        var dice = Dice(42)
        for (nodes, perRack) in [(250, 32), (1000, 16), (4000, 8), (300, 1000)] {
            let data = SampleData.gantt(
                &dice, nodes: nodes, spans: 1, end: 1_000_000_000, teams: ["a"], perRack: perRack)
            let groups = RackChart.groups(of: data)
            #expect(groups.count <= 100)
            #expect(groups.flatMap { Array($0.nodes) } == Array(0..<nodes))
            #expect(groups.reduce(0) { $0 + $1.gpus } == data.nodes.reduce(0) { $0 + $1.gpus })
        }
    }

    @Test("A drawing stays within its budget of blocks")
    func budget() {
        var dice = Dice(43)
        let data = SampleData.gantt(
            &dice, nodes: 60, spans: 6000, end: 864_000_000_000_000, teams: ["a", "b", "c", "d"], perRack: 8)
        let chart = GanttChart(title: "t", data: data, nodes: 0..<60, rows: .gpus, blockBudget: 3000)
        #expect(chart.draw(.wide).marks.text.utf8.count < 3000 * 40)
    }
}
