import ClusterModel

/// Bound pods of all jobs, as linked lists in one array, so that a start allocates no memory of its own.
public struct PlacementSlab: Sendable {
    /// One bound pod.
    public struct Cell: BitwiseCopyable, Sendable {
        /// What it holds.
        public var allocation: Allocation
        /// Next cell of the same job, or of the free list; -1 at the end.
        public var next: Int32
        /// Pod index within the job.
        public var task: Int32
        /// When it was bound, in nanoseconds.
        public var boundNs: Int64
    }

    /// All cells; those of a job are reached through `JobEntry.firstPlacement`.
    public private(set) var cells: [Cell] = []
    private var free: Int32 = -1

    /// An empty slab.
    public init() {}

    /// Puts a pod in front of the list that begins at `head`; returns the new head.
    mutating func push(_ allocation: Allocation, task: Int32, boundNs: Int64, head: Int32) -> Int32 {
        let cell = Cell(allocation: allocation, next: head, task: task, boundNs: boundNs)
        guard free >= 0 else {
            cells.append(cell)
            return Int32(cells.count - 1)
        }
        let index = free
        free = cells[Int(index)].next
        cells[Int(index)] = cell
        return index
    }

    /// Takes the front cell off the list that begins at `head`; returns the new head.
    mutating func pop(_ head: Int32) -> Int32 {
        let next = cells[Int(head)].next
        cells[Int(head)].next = free
        free = head
        return next
    }
}
