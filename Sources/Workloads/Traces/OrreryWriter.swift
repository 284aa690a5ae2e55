import ClusterModel
import Quantities

/// Writes Orrery's own CSV. Reading it back gives the same workload.
public enum OrreryWriter {
    static let epochKey = "epoch_unix_s"

    /// Writes `workload` to `path`, compressed if the name ends in `.gz`; `comments` go above the header.
    public static func write(_ workload: Workload, to path: String, comments: [String] = []) throws(TraceError) {
        let file = try ByteSink(path: path)
        var text: [UInt8] = []
        let columns = columns(of: workload)
        appendPreamble(of: workload, columns, comments, to: &text)
        for job in workload.jobs {
            appendRows(of: job, in: workload, columns, to: &text)
            if text.count > 1 << 18 {
                try file.write(text)
                text.removeAll(keepingCapacity: true)
            }
        }
        try file.write(text)
        try file.close()
    }

    /// The whole file as bytes, not compressed.
    public static func bytes(of workload: Workload, comments: [String] = []) -> [UInt8] {
        var text: [UInt8] = []
        let columns = columns(of: workload)
        appendPreamble(of: workload, columns, comments, to: &text)
        for job in workload.jobs { appendRows(of: job, in: workload, columns, to: &text) }
        return text
    }

    // MARK: Lines

    private static func appendPreamble(
        of workload: Workload, _ columns: [OrreryColumn], _ comments: [String], to text: inout [UInt8]
    ) {
        for comment in comments {
            for line in comment.split(whereSeparator: \.isNewline) { text.append(contentsOf: "# \(line)\n".utf8) }
        }
        if let epoch = workload.epochUnixSeconds { text.append(contentsOf: "# \(epochKey): \(epoch)\n".utf8) }
        text.append(contentsOf: columns.map(\.name).joined(separator: ",").utf8)
        text.append(UInt8(ascii: "\n"))
    }

    /// The required columns, and those in which at least one row differs from the default.
    private static func columns(of workload: Workload) -> [OrreryColumn] {
        var isUsed = OrreryColumn.allCases.map { OrreryColumn.required.contains($0) }
        var cell: [UInt8] = []
        for job in workload.jobs {
            for (index, group) in workload.groups(of: job).enumerated() {
                for column in OrreryColumn.allCases where !isUsed[column.rawValue] {
                    append(column, job, group, index, workload, to: &cell)
                    isUsed[column.rawValue] = !cell.isEmpty
                    cell.removeAll(keepingCapacity: true)
                }
            }
        }
        return OrreryColumn.allCases.filter { isUsed[$0.rawValue] }
    }

    private static func appendRows(
        of job: Job, in workload: Workload, _ columns: [OrreryColumn], to text: inout [UInt8]
    ) {
        for (index, group) in workload.groups(of: job).enumerated() {
            for (position, column) in columns.enumerated() {
                if position > 0 { text.append(UInt8(ascii: ",")) }
                append(column, job, group, index, workload, to: &text)
            }
            text.append(UInt8(ascii: "\n"))
        }
    }

    // MARK: Cells

    /// Appends one cell; nothing where the value is the default.
    private static func append(
        _ column: OrreryColumn, _ job: Job, _ group: PodGroupSpec, _ index: Int, _ workload: Workload,
        to text: inout [UInt8]
    ) {
        if !column.describesGroup, index > 0 { return }
        let request = group.request
        switch column {
        case .job: append(name: workload.name(of: job), to: &text)
        case .group: append(index, unless: 0, to: &text)
        case .team: append(name: workload.teams[Int(job.team)], unless: "default", to: &text)
        case .queue: append(name: workload.queues[Int(job.queue)], unless: "default", to: &text)
        case .class: append(name: workload.classes[Int(job.jobClass)], unless: "default", to: &text)
        case .user: append(name: workload.users[Int(job.user)], unless: "default", to: &text)
        case .priority: append(job.priority, unless: 0, to: &text)
        case .submit: append(decimal: job.submit.nanoseconds, places: 9, to: &text)
        case .duration: append(job.duration, to: &text)
        case .requested: append(job.requestedDuration, to: &text)
        case .pods: append(group.pods, unless: 1, to: &text)
        case .minPods: append(group.minMember, unless: group.pods, to: &text)
        case .cpu: if request.cpuMilli != 0 { append(decimal: request.cpuMilli, places: 3, to: &text) }
        case .memory: append(gibibytes: request.memoryBytes, to: &text)
        case .gpus: append(request.gpuCount, unless: request.isMIG ? 1 : 0, to: &text)
        case .gpuMilli: if request.isFraction { append(request.gpuMilli, unless: 1000, to: &text) }
        case .migProfile: if request.isMIG { append(name: MIGProfile.names[Int(request.migProfile)], to: &text) }
        case .gpuModel: append(name: workload.gpuModelSets[Int(group.gpuModels)].joined(separator: "|"), to: &text)
        case .nics: append(request.rdmaNICs, unless: 0, to: &text)
        case .storage: append(gibibytes: request.ephemeralBytes, to: &text)
        case .preemptible: if !job.preemptible { text.append(contentsOf: "false".utf8) }
        case .checkpoint: append(job.checkpointInterval, to: &text)
        case .maxRestarts: append(job.maxRestarts, unless: Job.unlimitedRestarts, to: &text)
        case .abort: append(job.abortAt.map { $0 - .zero }, to: &text)
        }
    }

    /// Quoted where it would not read back bare.
    private static func append(name: String, unless usual: String? = nil, to text: inout [UInt8]) {
        if name == usual { return }
        let comma = UInt8(ascii: ",")
        let quote = UInt8(ascii: "\"")
        let bytes = name.utf8
        let isBare = bytes.first != UInt8(ascii: " ") && bytes.last != UInt8(ascii: " ")
        guard !isBare || bytes.contains(where: { $0 == comma || $0 == quote }) else {
            return text.append(contentsOf: bytes)
        }
        text.append(quote)
        for byte in bytes {
            if byte == quote { text.append(quote) }
            text.append(byte)
        }
        text.append(quote)
    }

    private static func append<Number: FixedWidthInteger>(
        _ value: Number, unless usual: Number, to text: inout [UInt8]
    ) {
        if value != usual { append(whole: Int64(value), to: &text) }
    }

    private static func append(_ duration: SimDuration?, to text: inout [UInt8]) {
        if let duration { append(decimal: duration.nanoseconds, places: 9, to: &text) }
    }

    private static func append(gibibytes bytes: Int64, to text: inout [UInt8]) {
        if bytes == 0 { return }
        if bytes.isMultiple(of: 1 << 30) { return append(whole: bytes >> 30, to: &text) }
        text.append(contentsOf: "\(Double(bytes) * 0x1p-30)".utf8)
    }

    /// `value` / 10^`places`, exact, without zeros at the end.
    private static func append(decimal value: Int64, places: Int, to text: inout [UInt8]) {
        let unit = (0..<places).reduce(Int64(1)) { power, _ in power * 10 }
        append(whole: value / unit, to: &text)
        var rest = value % unit
        if rest == 0 { return }
        text.append(UInt8(ascii: "."))
        var place = unit / 10
        while rest > 0 {
            text.append(UInt8(ascii: "0") + UInt8(rest / place))
            rest %= place
            place /= 10
        }
    }

    private static func append(whole value: Int64, to text: inout [UInt8]) {
        if value < 0 { text.append(UInt8(ascii: "-")) }
        let start = text.count
        var rest = value.magnitude
        repeat {
            text.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        text[start...].reverse()
    }
}
