import Glibc

/// One repetition of a benchmark: the figure, and a summary of what was computed, so that a fast wrong answer fails.
struct Sample {
    var value: Double
    var checksum: UInt64
}

/// What a figure is compared with.
enum Reference {
    /// Measured in the same run, alternating with ours; its checksum must equal ours.
    case measured(name: String, sample: () throws -> Sample)
    /// A figure measured elsewhere; the name says by whom and on what.
    case recorded(name: String, value: Double)
}

/// One entry of the benchmark table: fixed work from a fixed seed.
struct Benchmark {
    enum Better: String {
        case higher
        case lower
    }

    /// Stable name: scripts select and compare by it.
    var name: String
    var unit: String
    var better: Better
    /// The work in words and numbers, so that a reader can repeat it elsewhere.
    var work: String
    var repetitions = 5
    /// The checksum of the right answer, where it is pinned.
    var expectedChecksum: UInt64?
    var reference: Reference?
    /// Performs the work once. Untimed preparation belongs in here too, outside of `cpuSeconds`.
    var sample: () throws -> Sample
}

/// A finished entry, as written to the results file.
struct Outcome {
    var benchmark: Benchmark
    var value: Double
    var referenceName: String?
    var reference: Double?
    /// Ours over the reference; below 1 is good where lower is better, above 1 where higher is.
    var ratio: Double? { reference.map { value / $0 } }
}

/// Why a benchmark is not believed.
struct WrongAnswer: Error, CustomStringConvertible {
    var description: String
}

extension Benchmark {
    /// The best of all repetitions, after comparing every checksum.
    func run() throws -> Outcome {
        var best: Double?
        var referenceBest: Double?
        var checksum = expectedChecksum
        func accept(_ sample: Sample, into best: inout Double?, as who: String) throws {
            if let checksum, checksum != sample.checksum {
                throw WrongAnswer(
                    description: "\(name): \(who) computed checksum \(hex(sample.checksum)), not \(hex(checksum))")
            }
            checksum = sample.checksum
            let improves = best.map { better == .higher ? sample.value > $0 : sample.value < $0 } ?? true
            if improves { best = sample.value }
        }
        for _ in 0..<repetitions {
            try accept(sample(), into: &best, as: "orrery")
            if case .measured(let who, let sample) = reference { try accept(sample(), into: &referenceBest, as: who) }
        }
        guard let best else { throw WrongAnswer(description: "\(name): no repetitions") }
        switch reference {
        case .measured(let who, _):
            return Outcome(benchmark: self, value: best, referenceName: who, reference: referenceBest)
        case .recorded(let who, let value):
            return Outcome(benchmark: self, value: best, referenceName: who, reference: value)
        case nil:
            return Outcome(benchmark: self, value: best)
        }
    }
}

/// Seconds of processor time that `work` takes, of all threads of this process.
func cpuSeconds(_ work: () throws -> Void) rethrows -> Double {
    func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    let start = now()
    try work()
    return now() - start
}

func hex(_ word: UInt64) -> String { "0x" + String(word, radix: 16) }
