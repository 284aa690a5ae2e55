/// Who held which GPU when.
struct GanttData: Sendable {
    /// A node: a row of the chart.
    struct Node: Sendable {
        let name: String
        let pool: String
        /// Rack it stands in, if racks are known.
        let rack: Int?
        let gpus: Int
    }

    /// A pod on some GPUs of one node.
    struct Span: Sendable {
        let node: Int32
        /// Index in `teams`.
        let team: Int32
        /// Local GPUs, one bit each.
        let gpuMask: UInt32
        let start: Int64
        /// When useful work began; nil if it never did.
        let work: Int64?
        let end: Int64

        /// End of the time in which the GPUs were only held.
        var workStart: Int64 { min(max(work ?? end, start), end) }
    }

    /// A time in which a node, or one of its GPUs, was out of order.
    struct Outage: Sendable {
        let node: Int32
        /// Local GPU, or nil for the whole node.
        let gpu: Int?
        let start: Int64
        let end: Int64
    }

    /// A team and its colour.
    struct Team: Sendable {
        let name: String
        let paint: Paint
    }

    let start: Int64
    let end: Int64
    let epochUnixSeconds: Int64?
    /// Index = node of spans and outages.
    let nodes: [Node]
    let teams: [Team]
    /// By node, then by start.
    let spans: [Span]
    let outages: [Outage]
    /// Spans of each node, as ranges of `spans`.
    let spanRanges: [Range<Int>]
    /// Outages of each node, as ranges of `outages`.
    let outageRanges: [Range<Int>]

    /// Orders the spans; all other arguments are kept as they are.
    init(
        start: Int64, end: Int64, epochUnixSeconds: Int64?, nodes: [Node], teams: [Team], spans: [Span],
        outages: [Outage]
    ) {
        self.start = start
        self.end = end
        self.epochUnixSeconds = epochUnixSeconds
        self.nodes = nodes
        self.teams = teams
        let spans = spans.sorted { $0.node != $1.node ? $0.node < $1.node : $0.start < $1.start }
        let outages = outages.sorted { $0.node != $1.node ? $0.node < $1.node : $0.start < $1.start }
        spanRanges = Self.ranges(of: spans.map(\.node), count: nodes.count)
        outageRanges = Self.ranges(of: outages.map(\.node), count: nodes.count)
        self.spans = spans
        self.outages = outages
    }

    private static func ranges(of ascending: [Int32], count: Int) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var position = 0
        for node in 0..<count {
            let first = position
            while position < ascending.count, ascending[position] == Int32(node) { position += 1 }
            result.append(first..<position)
        }
        return result
    }
}

/// What one cell of a raster shows. Codes are small, so that a month of GPUs fits in a few megabytes.
enum GanttState {
    /// Nothing for most of the time.
    static let empty: UInt8 = 255
    /// Out of order.
    static let down: UInt8 = 16
    /// How many states there are besides `empty`: eight colours at work, the same eight held, and `down`.
    static let count = 17

    /// A team's colour; `isHeld` when its GPU is taken but does no useful work.
    static func team(_ paint: Paint, isHeld: Bool) -> UInt8 {
        let colour: UInt8 = if case .series(let index) = paint { UInt8(index % Palette.seriesCount) } else { 7 }
        return isHeld ? colour + 8 : colour
    }

    /// The colour of a state.
    static func paint(_ state: UInt8) -> Paint {
        if state == down { return .cause("down") }
        let colour = Int(state % 8)
        return colour == 7 ? .other : .series(colour)
    }

    /// Class of what is drawn in a state: a flat colour, or hatching on the team's colour.
    static func style(_ state: UInt8) -> String {
        isHeld(state) ? "e h\(paint(state).cssClass)" : "a e " + paint(state).cssClass
    }

    /// Whether the state is drawn hatched.
    static func isHeld(_ state: UInt8) -> Bool { state >= 8 && state < down }
}
