import Quantities

/// The public trace formats that Orrery reads, by the name users write.
public enum TraceFormat: String, CaseIterable, Sendable {
    /// Orrery's own CSV; see docs/traces.md.
    case orrery
    /// Pod list of Alibaba's cluster-trace-gpu-v2023.
    case openb
    /// Standard Workload Format 2.2 of the Parallel Workloads Archive.
    case swf

    /// The format of the file at `path`, judged by its first line that is no comment.
    public static func detect(path: String) throws(TraceError) -> TraceFormat {
        try detect(ByteSource(path: path))
    }

    /// As `detect(path:)`; uses up the beginning of `source`.
    static func detect(_ source: ByteSource) throws(TraceError) -> TraceFormat {
        let rows = RowScanner(source, separator: .whitespace, commentMark: UInt8(ascii: "#"))
        while try rows.next() == .comment {}
        let line = rows.text
        if line.hasPrefix(";") { return .swf }
        if rows.fieldCount >= 18, DecimalParser.int64(rows[0]) != nil { return .swf }
        let columns = line.split(separator: ",").map { trimmed($0) }
        if columns.contains("cpu_milli"), columns.contains("num_gpu") { return .openb }
        if columns.contains(OrreryColumn.job.name) { return .orrery }
        throw rows.fault(
            found: line.isEmpty ? "nothing" : "a first line of no known format",
            expected: "a trace in one of the formats \(allCases.map(\.rawValue).joined(separator: ", "))")
    }
}

/// What readers leave to the user; each format looks at its own part.
public struct TraceOptions: Hashable, Sendable {
    /// How processors become pods.
    public var swf: SWFOptions
    /// What becomes of openb pods that never ran.
    public var openbUnscheduled: OpenbPodList.Unscheduled

    /// The documented defaults of every format.
    public init(swf: SWFOptions = SWFOptions(), openbUnscheduled: OpenbPodList.Unscheduled = .drop) {
        self.swf = swf
        self.openbUnscheduled = openbUnscheduled
    }
}

extension Workload {
    /// Reads the trace at `path`, plain or gzip; without a format the file is looked at first.
    public static func read(
        path: String, format: TraceFormat? = nil, options: TraceOptions = TraceOptions()
    ) throws(TraceError) -> Workload {
        let format = if let format { format } else { try TraceFormat.detect(path: path) }
        return try read(ByteSource(path: path), format: format, options: options)
    }

    /// Reads a trace from `source`.
    public static func read(
        _ source: ByteSource, format: TraceFormat, options: TraceOptions = TraceOptions()
    ) throws(TraceError) -> Workload {
        switch format {
        case .orrery: try OrreryReader.read(source)
        case .openb: try OpenbPodList(reading: source).workload(unscheduled: options.openbUnscheduled)
        case .swf: try SWFTrace(reading: source).workload(options.swf)
        }
    }
}
