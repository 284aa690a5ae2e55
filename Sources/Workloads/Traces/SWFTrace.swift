import Quantities

/// One line of a log in the Standard Workload Format 2.2: all 18 fields, exactly as logged.
///
/// In the file -1 (here: any negative number) stands for "not known"; the accessors say nil. Times are nanoseconds
/// because some logs carry decimals.
public struct SWFJob: Hashable, Sendable, BitwiseCopyable {
    /// Line of the file.
    public var line: Int32
    /// Job number (field 1).
    public var number: Int64
    var submitNs: Int64
    var waitNs: Int64
    var runNs: Int64
    var allocated: Int32
    var cpuNs: Int64
    var usedKiB: Int64
    var requestedCount: Int32
    var requestedNs: Int64
    var requestedKiB: Int64
    /// Status (field 11): 0 failed, 1 completed, 2–4 lines of a job that was checkpointed, 5 cancelled, -1 not known.
    public var status: Int32
    /// User number (field 12); in this and the next four -1 is not known.
    public var user: Int32
    /// Group number (field 13).
    public var group: Int32
    /// Executable number (field 14).
    public var executable: Int32
    /// Queue number (field 15).
    public var queue: Int32
    /// Partition number (field 16).
    public var partition: Int32
    /// Number of the job that must end before this one is submitted (field 17); -1 none.
    public var precedingJob: Int64
    var thinkNs: Int64

    /// Submit time since the log's epoch (field 2).
    public var submit: SimTime? { submitNs < 0 ? nil : SimTime(nanoseconds: submitNs) }
    /// Time in the queue (field 3).
    public var wait: SimDuration? { Self.duration(waitNs) }
    /// Wall-clock run time (field 4).
    public var run: SimDuration? { Self.duration(runNs) }
    /// Processors it got (field 5).
    public var allocatedProcessors: Int? { allocated <= 0 ? nil : Int(allocated) }
    /// Mean CPU time of a processor (field 6).
    public var cpuTime: SimDuration? { Self.duration(cpuNs) }
    /// Memory used by a processor, KiB (bytes in some logs; field 7).
    public var usedMemory: Int64? { usedKiB < 0 ? nil : usedKiB }
    /// Processors it asked for (field 8).
    public var requestedProcessors: Int? { requestedCount <= 0 ? nil : Int(requestedCount) }
    /// Run time the user told the scheduler (field 9).
    public var requestedRun: SimDuration? { Self.duration(requestedNs) }
    /// Memory asked for a processor, KiB (bytes in some logs; field 10).
    public var requestedMemory: Int64? { requestedKiB < 0 ? nil : requestedKiB }
    /// Time between the end of the preceding job and this submit (field 18).
    public var thinkTime: SimDuration? { Self.duration(thinkNs) }

    private static func duration(_ nanoseconds: Int64) -> SimDuration? {
        nanoseconds < 0 ? nil : SimDuration(nanoseconds: nanoseconds)
    }
}

/// The `; Key: value` lines of a log.
public struct SWFHeader: Sendable {
    /// Every key and value in file order; keys repeat (Queue, Partition, Note).
    public var fields: [(key: String, value: String)] = []

    /// The value of the first line with this key.
    public func value(_ key: String) -> String? { fields.first { $0.key == key }?.value }

    /// A whole number behind `key`; nil if there is none.
    public func number(_ key: String) -> Int64? { value(key).flatMap { Int64($0) } }

    /// Unix time of submit time zero.
    public var unixStartTime: Int64? { number("UnixStartTime") }
    /// Time zone of the machine.
    public var timeZone: String? { value("TimeZoneString") }
    /// Number of jobs; may describe the log before it was cut.
    public var maxJobs: Int64? { number("MaxJobs") }
    /// Nodes of the machine.
    public var maxNodes: Int64? { number("MaxNodes") }
    /// Processors of the machine.
    public var maxProcessors: Int64? { number("MaxProcs") }
    /// Longest run time the system allowed, seconds.
    public var maxRuntime: Int64? { number("MaxRuntime") }
    /// Whether jobs were preempted ("Yes", "No", …).
    public var preemption: String? { value("Preemption") }

    /// Names behind `Queue: number name` lines, likewise for `Partition`.
    public func names(_ key: String) -> [Int32: String] {
        var names: [Int32: String] = [:]
        for field in fields where field.key == key {
            let parts = field.value.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, let number = Int32(parts[0]) else { continue }
            names[number] = trimmed(parts[1])
        }
        return names
    }
}

/// A log in the Standard Workload Format as it stands in the file.
public struct SWFTrace: Sendable {
    /// Name of the file.
    public var source: String
    /// What the comment lines say.
    public var header = SWFHeader()
    /// Jobs in file order.
    public var jobs: [SWFJob] = []
    /// Lines with more than 18 fields (extended dialects); the further fields are not read.
    public var widerLines = 0

    /// Reads a log, plain or gzip.
    public init(reading source: ByteSource) throws(TraceError) {
        self.source = source.name
        let rows = RowScanner(source, separator: .whitespace, commentMark: UInt8(ascii: ";"))
        while true {
            switch try rows.next() {
            case .end:
                guard !jobs.isEmpty else { throw rows.fault(found: "no jobs", expected: "lines of 18 numbers") }
                return
            case .comment: readComment(rows.text)
            case .row:
                guard rows.fieldCount >= 18 else {
                    throw rows.fault(found: "\(rows.fieldCount) fields", expected: "18 numbers")
                }
                if rows.fieldCount > 18 { widerLines += 1 }
                guard jobs.count < Int(Int32.max) else {
                    throw rows.fault(found: "more than 2³¹ − 1 jobs", expected: "a smaller log")
                }
                jobs.append(try SWFJob(rows))
            }
        }
    }

    private mutating func readComment(_ line: String) {
        let parts = line.drop { $0 == ";" }.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return }
        let key = trimmed(parts[0])
        guard !key.isEmpty, !key.contains(" ") else { return }
        header.fields.append((key, trimmed(parts[1])))
    }
}

extension SWFJob {
    /// Reads the 18 fields of the current row.
    init(_ rows: RowScanner) throws(TraceError) {
        line = Int32(clamping: rows.line)
        number = try Self.whole(rows, 0, "job number", 0...Int64.max)
        submitNs = try Self.time(rows, 1, "submit time")
        waitNs = try Self.time(rows, 2, "wait time")
        runNs = try Self.time(rows, 3, "run time")
        allocated = try Self.small(rows, 4, "allocated processors")
        cpuNs = try Self.time(rows, 5, "CPU time")
        usedKiB = try Self.amount(rows, 6, "used memory")
        requestedCount = try Self.small(rows, 7, "requested processors")
        requestedNs = try Self.time(rows, 8, "requested time")
        requestedKiB = try Self.amount(rows, 9, "requested memory")
        status = try Self.small(rows, 10, "status")
        guard status <= 5 else { throw rows.fault(10, in: "status", expected: "-1 to 5") }
        user = try Self.small(rows, 11, "user")
        group = try Self.small(rows, 12, "group")
        executable = try Self.small(rows, 13, "executable")
        queue = try Self.small(rows, 14, "queue")
        partition = try Self.small(rows, 15, "partition")
        precedingJob = try Self.whole(rows, 16, "preceding job", -1...Int64.max)
        thinkNs = try Self.time(rows, 17, "think time")
    }

    @inline(__always)
    private static func whole(
        _ rows: RowScanner, _ index: Int, _ name: String, _ range: ClosedRange<Int64>
    ) throws(TraceError) -> Int64 {
        guard let value = DecimalParser.int64(rows[index]), range.contains(value) else {
            throw rows.fault(
                index, in: name, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A count, a number of something or -1; negative numbers all read as -1.
    @inline(__always)
    private static func small(
        _ rows: RowScanner, _ index: Int, _ name: String
    ) throws(TraceError) -> Int32 {
        Int32(max(-1, try whole(rows, index, name, Int64(Int32.min)...Int64(Int32.max))))
    }

    @inline(__always)
    private static func time(_ rows: RowScanner, _ index: Int, _ name: String) throws(TraceError) -> Int64 {
        guard let value = DecimalParser.nanoseconds(ofSeconds: rows[index]), value <= TraceLimits.nanoseconds else {
            throw rows.fault(index, in: name, expected: "-1 or \(TraceLimits.secondsWanted)")
        }
        return max(-1, value)
    }

    /// An amount that may carry decimals, rounded to a whole one.
    @inline(__always)
    private static func amount(_ rows: RowScanner, _ index: Int, _ name: String) throws(TraceError) -> Int64 {
        if let whole = DecimalParser.int64(rows[index]) { return max(-1, whole) }
        guard let value = DecimalParser.double(rows[index]), value.magnitude < 0x1p62 else {
            throw rows.fault(index, in: name, expected: "-1 or a number below 2^62")
        }
        return max(-1, Int64(value.rounded()))
    }
}
