import Quantities
import Reports
import Simulation
import Statistics

extension WarmUp {
    /// Where the steady part of the runs of a comparison begins.
    struct Found: Sendable {
        /// Since the start of the runs.
        let nanoseconds: Int64
        /// In words.
        let reason: String

        /// By the rule; all variants get the same warm-up, so that the same jobs are compared.
        init(_ variants: [[RunSample]], _ rule: ComparisonAnalysis.WarmUpRule) {
            if case .given(let length) = rule {
                self.init(
                    nanoseconds: length.nanoseconds,
                    reason: length == .zero ? "none, as asked" : "the first \(length), as asked")
                return
            }
            guard variants.allSatisfy({ $0.allSatisfy { $0.outcome == .horizon } }) else {
                self.init(nanoseconds: 0, reason: "none: runs go on until they are drained, and every job counts")
                return
            }
            let found = variants.map(Self.truncation)
            if found.contains(where: { $0 == nil }) {
                self.init(
                    nanoseconds: 0,
                    reason:
                        "none: MSER-5 finds no steady part in the waits, so the whole run is described, cold start included"
                )
                return
            }
            let longest = found.compactMap { $0 }.max() ?? 0
            self.init(
                nanoseconds: longest,
                reason: longest == 0
                    ? "none needed (MSER-5)"
                    : "the first \(SimDuration(nanoseconds: longest / 1_000_000_000 * 1_000_000_000)) (MSER-5 on waits, the longest of all variants)"
            )
        }

        private init(nanoseconds: Int64, reason: String) {
            self.nanoseconds = nanoseconds
            self.reason = reason
        }

        /// When the wait of the k-th job, averaged over replications, has become steady; nil if it does not.
        private static func truncation(_ samples: [RunSample]) -> Int64? {
            let waits = samples.map(\.waits)
            let count = waits.map(\.count).min() ?? 0
            guard count >= 50 else { return count == 0 ? 0 : nil }
            let means = (0..<count).map { job in
                waits.reduce(0) { $0 + $1[job].seconds } / Double(waits.count)
            }
            guard let cut = WarmUp.truncation(of: means, rising: samples.allSatisfy(\.startsEmpty)) else { return nil }
            return cut == 0 ? 0 : (waits.map { $0[cut].submitNs }.max() ?? 0)
        }
    }
}

extension RunSample {
    /// No job of the first instant had to wait: what the beginning does to waits is to shorten them.
    var startsEmpty: Bool { jobs.prefix { $0.submitNs == 0 }.allSatisfy { $0.waitNs == 0 } }
}
