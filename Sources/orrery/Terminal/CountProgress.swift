import Synchronization

/// One line on standard error that counts what is done and says when all will be; only for a person.
final class CountProgress: Sendable {
    private let total: Int
    private let things: String
    private let started = ContinuousClock.now
    private let isVisible = Terminal.isInteractive
    private let isDrawn = Atomic(false)

    /// A count up to `total`; 0 if nobody knows how many there will be.
    init(of total: Int, _ things: String) {
        self.total = total
        self.things = things
    }

    /// `done` are done; may be called from any thread.
    func show(_ done: Int) { show(done, "") }

    /// `done` are done, now for `purpose`; may be called from any thread.
    func show(_ done: Int, _ purpose: String) {
        guard isVisible else { return }
        isDrawn.store(true, ordering: .relaxed)
        let spent = ContinuousClock.now - started
        let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
        var line = purpose.isEmpty ? "" : purpose + ": "
        line += total > 0 ? "\(done) of \(total) \(things)" : "\(done) \(things)"
        if total > done, done > 0 {
            line += ", \(Int((seconds / Double(done) * Double(total - done)).rounded(.up))) s left"
        } else if total == 0, seconds >= 1 {
            line += ", \(Int((Double(done) / seconds).rounded())) each second"
        }
        Terminal.write("\r" + line + "\u{1B}[K")
    }

    /// Clears the line.
    func finish() {
        if isVisible, isDrawn.load(ordering: .relaxed) { Terminal.write("\r\u{1B}[K") }
    }
}
