/// A picture of rows over time: in every cell the state that lasted longest, or nothing if the row was empty for more
/// than half of it. The number of columns bounds the size of the drawing, however many jobs ran.
struct GanttRaster: Sendable {
    /// What a row stands for.
    enum Rows: Sendable {
        /// One row per GPU, node after node.
        case gpus
        /// One row per node.
        case nodes
    }

    let columns: Int
    /// First row of each node, and behind them the number of rows.
    let firstRow: [Int]
    /// Row-major.
    private(set) var cells: [UInt8]

    /// Draws the nodes `range` of `data`.
    init(_ data: GanttData, nodes range: Range<Int>, rows: Rows, columns: Int) {
        self.columns = columns
        var firstRow = [0]
        for node in range {
            firstRow.append(firstRow[firstRow.count - 1] + (rows == .gpus ? data.nodes[node].gpus : 1))
        }
        self.firstRow = firstRow
        cells = [UInt8](repeating: GanttState.empty, count: firstRow[firstRow.count - 1] * columns)
        var scratch = StateTimes(start: data.start, end: data.end, columns: columns)
        for (offset, node) in range.enumerated() {
            let subrows = firstRow[offset + 1] - firstRow[offset]
            scratch.reset(rows: subrows)
            switch rows {
            case .gpus: Self.addGPUs(of: node, data, subrows: subrows, to: &scratch)
            case .nodes: scratch.addShares(of: node, data, gpus: data.nodes[node].gpus)
            }
            for row in 0..<subrows {
                for column in 0..<columns {
                    cells[(firstRow[offset] + row) * columns + column] = scratch.dominant(row: row, column: column)
                }
            }
        }
    }

    /// Times of each GPU of a node, one row each.
    private static func addGPUs(of node: Int, _ data: GanttData, subrows: Int, to times: inout StateTimes) {
        for span in data.spans[data.spanRanges[node]] {
            let paint = data.teams[Int(span.team)].paint
            let work = span.workStart
            for gpu in 0..<subrows where span.gpuMask >> UInt32(gpu) & 1 == 1 {
                times.add(
                    row: gpu, state: GanttState.team(paint, isHeld: true), from: span.start, to: work, weight: 1)
                times.add(
                    row: gpu, state: GanttState.team(paint, isHeld: false), from: work, to: span.end, weight: 1)
            }
        }
        for outage in data.outages[data.outageRanges[node]] {
            // A GPU that is out of order is so even if a pod is still listed on it.
            for row in outage.gpu.map({ $0..<min($0 + 1, subrows) }) ?? 0..<subrows {
                times.add(row: row, state: GanttState.down, from: outage.start, to: outage.end, weight: 2)
            }
        }
    }

    /// A block of equal cells.
    struct Block: Equatable, Sendable {
        let state: UInt8
        let column: Int
        let width: Int
        let row: Int
        var height: Int
    }

    /// The cells of node `offset` as few blocks: equal neighbours in a row, then equal rows below one another.
    func blocks(ofNode offset: Int) -> [Block] {
        var finished: [Block] = []
        var open: [Block] = []
        for row in firstRow[offset]..<firstRow[offset + 1] {
            var next: [Block] = []
            var above = 0
            for run in runs(row: row) {
                while above < open.count, open[above].column < run.column {
                    finished.append(open[above])
                    above += 1
                }
                if above < open.count, open[above].column == run.column, open[above].width == run.width,
                    open[above].state == run.state
                {
                    var grown = open[above]
                    grown.height += 1
                    next.append(grown)
                    above += 1
                } else {
                    next.append(run)
                }
            }
            finished += open[above...]
            open = next
        }
        return finished + open
    }

    private func runs(row: Int) -> [Block] {
        var runs: [Block] = []
        var column = 0
        let base = row * columns
        while column < columns {
            let state = cells[base + column]
            var end = column + 1
            while end < columns, cells[base + end] == state { end += 1 }
            if state != GanttState.empty {
                runs.append(Block(state: state, column: column, width: end - column, row: row, height: 1))
            }
            column = end
        }
        return runs
    }
}

/// For a few rows: how much of each column's time went to each state.
struct StateTimes: Sendable {
    let columns: Int
    private let start: Int64
    private let length: Double
    private var times: [Float] = []

    /// Columns of equal length between `start` and `end`.
    init(start: Int64, end: Int64, columns: Int) {
        self.start = start
        self.columns = columns
        length = Double(max(end - start, 1)) / Double(columns)
    }

    /// Forgets everything and makes room for `rows`.
    mutating func reset(rows: Int) {
        times = [Float](repeating: 0, count: rows * columns * GanttState.count)
    }

    /// Adds a time of one state; `weight` is the share of the row that it fills.
    mutating func add(row: Int, state: UInt8, from: Int64, to: Int64, weight: Double) {
        guard to > from else { return }
        let first = Double(from - start) / length
        let last = min(Double(to - start) / length, Double(columns))
        guard last > first, first < Double(columns) else { return }
        for column in max(Int(first), 0)...min(Int(last), columns - 1) {
            let overlap = min(last, Double(column + 1)) - max(first, Double(column))
            if overlap > 0 { times[index(row, column, state)] += Float(overlap * weight) }
        }
    }

    /// Adds a node to row 0: each pod and outage with its share of `gpus`, the GPUs that the row stands for.
    mutating func addShares(of node: Int, _ data: GanttData, gpus: Int) {
        let gpus = Double(max(gpus, 1))
        for span in data.spans[data.spanRanges[node]] {
            let share = Double(span.gpuMask.nonzeroBitCount) / gpus
            let paint = data.teams[Int(span.team)].paint
            let work = span.workStart
            add(row: 0, state: GanttState.team(paint, isHeld: true), from: span.start, to: work, weight: share)
            add(row: 0, state: GanttState.team(paint, isHeld: false), from: work, to: span.end, weight: share)
        }
        for outage in data.outages[data.outageRanges[node]] {
            let share = (outage.gpu == nil ? Double(data.nodes[node].gpus) : 1) / gpus
            add(row: 0, state: GanttState.down, from: outage.start, to: outage.end, weight: share)
        }
    }

    /// Share of the column's time at `state`.
    func share(row: Int, column: Int, state: UInt8) -> Double { Double(times[index(row, column, state)]) }

    /// The state that lasted longest, or `empty` if all together lasted less than half of the column.
    func dominant(row: Int, column: Int) -> UInt8 {
        let base = index(row, column, 0)
        var best = GanttState.empty
        var bestTime: Float = 0
        var sum: Float = 0
        for state in 0..<GanttState.count {
            let time = times[base + state]
            sum += time
            if time > bestTime {
                bestTime = time
                best = UInt8(state)
            }
        }
        return sum >= 0.5 ? best : GanttState.empty
    }

    private func index(_ row: Int, _ column: Int, _ state: UInt8) -> Int {
        (row * columns + column) * GanttState.count + Int(state)
    }
}
