/// Bounds of what a trace may say, chosen so that sums and products over one job stay inside `Int64`.
enum TraceLimits {
    /// A hundred years, in seconds and nanoseconds.
    static let seconds: Int64 = 3_155_760_000
    static let nanoseconds: Int64 = seconds * 1_000_000_000
    static let pods: Int64 = 100_000
    static let gpusPerPod: Int64 = 1_024
    /// 100,000 cores.
    static let cpuMilli: Int64 = 100_000_000
    /// 16 TiB of memory, 64 TiB of local storage a pod.
    static let memoryBytes: Int64 = 1 << 44
    static let storageBytes: Int64 = 1 << 46

    static let secondsWanted = "seconds from 0 to \(seconds), as a decimal number"
}

/// `text` without blanks around it.
func trimmed(_ text: some StringProtocol) -> String {
    let end = text.reversed().drop { $0.isWhitespace }.startIndex.base
    return String(text[..<end].drop { $0.isWhitespace })
}
