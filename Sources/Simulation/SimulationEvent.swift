/// What can happen at an instant. Sixteen bytes at most: handles, never objects.
enum SimulationEvent: BitwiseCopyable, Sendable {
    case finish(job: Int32)
    case nodeFails(node: Int32)
    case gpuFails(node: Int32, gpu: Int32)
    /// GPUs or network cards become slower, or recover.
    case degrades(index: Int32)
    case recovers(index: Int32)
    case nodeRepaired(node: Int32)
    case gpuRepaired(node: Int32, gpu: Int32)
    case abort(job: Int32)
    case arrival(job: Int32)
    /// The order of a running job changes (LAS level).
    case reorder(job: Int32)
    /// A waiting job returns to the first LAS level if it still waits since `attempt`.
    case promote(job: Int32, attempt: Int32)
    /// A job protected by the minimum run time may now be evicted.
    case wake
    /// A phase of known length of a job's run ends.
    case phase(job: Int32)
    /// A transfer from or to storage ends.
    case storage
    /// A network card of a node, the switches of a leaf group, or the software on a node fails.
    case partFails(FailedPart, index: Int32)
    /// A network card or switch is repaired.
    case partRepaired(FailedPart, index: Int32)
    /// The provider announces that it wants a spot node back; takes it; gives another in its place.
    case spotNotice(node: Int32)
    case spotReclaimed(node: Int32)
    case spotReturns(node: Int32)

    /// A cycle of Volcano begins. It sees what was before its instant.
    case cycle

    /// Order within an instant: Volcano's cycle, completions, failures, repairs, cancellations, arrivals, timers; then one pass.
    var phase: UInt8 {
        switch self {
        case .cycle: 0
        case .finish, .phase, .storage: 1
        case .degrades, .nodeFails, .gpuFails, .partFails, .spotNotice, .spotReclaimed: 2
        case .recovers, .nodeRepaired, .gpuRepaired, .partRepaired, .spotReturns: 3
        case .abort: 4
        case .arrival: 5
        case .reorder, .promote, .wake: 6
        }
    }

    /// The event as one word, for the fingerprint.
    var word: UInt64 {
        func pack(_ kind: UInt64, _ a: Int32, _ b: Int32 = 0) -> UInt64 {
            kind << 56 | UInt64(UInt32(bitPattern: b) & 0xFF_FFFF) << 32 | UInt64(UInt32(bitPattern: a))
        }
        return switch self {
        case .finish(let job): pack(1, job)
        case .nodeFails(let node): pack(2, node)
        case .gpuFails(let node, let gpu): pack(3, node, gpu)
        case .nodeRepaired(let node): pack(4, node)
        case .gpuRepaired(let node, let gpu): pack(5, node, gpu)
        case .abort(let job): pack(6, job)
        case .arrival(let job): pack(7, job)
        case .reorder(let job): pack(8, job)
        case .promote(let job, let attempt): pack(9, job, attempt)
        case .wake: pack(10, 0)
        case .degrades(let index): pack(13, index)
        case .recovers(let index): pack(14, index)
        case .cycle: pack(11, 0)
        case .phase(let job): pack(20, job)
        case .storage: pack(21, 0)
        case .partFails(let part, let index): pack(22, index, Int32(part.rawValue))
        case .partRepaired(let part, let index): pack(23, index, Int32(part.rawValue))
        case .spotNotice(let node): pack(24, node)
        case .spotReclaimed(let node): pack(25, node)
        case .spotReturns(let node): pack(26, node)
        }
    }
}
