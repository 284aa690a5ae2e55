import Foundation
import Quantities
import Simulation

/// One line on standard error that shows simulated time, events per second and the time left; only for a person.
final class ProgressBar {
    private let horizon: SimTime?
    private let jobs: Int
    private let started = ContinuousClock.now
    private var lastDrawn: ContinuousClock.Instant?
    private let visible: Bool

    /// A bar for a run of `jobs` jobs up to `horizon` (nil: until drained).
    init(horizon: SimTime?, jobs: Int) {
        self.horizon = horizon
        self.jobs = jobs
        visible = Terminal.isInteractive
    }

    /// Draws the state, at most ten times a second.
    func update(_ progress: Simulation.Progress) {
        guard visible else { return }
        let now = ContinuousClock.now
        if let lastDrawn, now - lastDrawn < .milliseconds(100) { return }
        lastDrawn = now
        Terminal.write("\r" + line(progress, elapsed: seconds(now - started)) + "\u{1B}[K")
    }

    /// Clears the line.
    func finish() {
        if visible, lastDrawn != nil { Terminal.write("\r\u{1B}[K") }
    }

    /// Real seconds since the bar was made.
    var elapsedSeconds: Double { seconds(ContinuousClock.now - started) }

    private func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    /// Share done: of the horizon if there is one, else of the arrivals.
    private func share(_ progress: Simulation.Progress) -> Double {
        if let horizon, horizon.nanoseconds > 0 {
            return Double(progress.now.nanoseconds) / Double(horizon.nanoseconds)
        }
        let open = progress.arrivalsLeft + progress.waiting + progress.running
        return jobs > 0 ? 1 - Double(open) / Double(jobs) : 1
    }

    private func line(_ progress: Simulation.Progress, elapsed: Double) -> String {
        let share = min(1, max(0, share(progress)))
        let rate = elapsed > 0 ? Double(progress.events) / elapsed : 0
        let left = share > 0.01 ? elapsed / share - elapsed : .nan
        let text =
            "\(SimDuration(nanoseconds: progress.now.nanoseconds).shortDescription) simulated, \(Self.rounded(rate)) events/s, "
            + "\(progress.waiting) waiting, \(progress.running) running"
            + (left.isFinite ? ", \(Int(left.rounded(.up))) s left" : "")
        let width = max(10, min(30, Terminal.columns - text.count - 4))
        let filled = Int((share * Double(width)).rounded(.down))
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return "\(bar) \(text)"
    }

    private static func rounded(_ rate: Double) -> String {
        rate >= 1e6
            ? "\((rate / 1e5).rounded() / 10) M" : rate >= 1e3 ? "\(Int((rate / 1e3).rounded())) k" : "\(Int(rate))"
    }
}
