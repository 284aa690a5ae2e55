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
    func show(_ done: Int) {
        guard isVisible else { return }
        isDrawn.store(true, ordering: .relaxed)
        let spent = ContinuousClock.now - started
        let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
        let left = total > done && done > 0 ? seconds / Double(done) * Double(total - done) : 0
        let of = total > 0 ? " of \(total)" : ""
        Terminal.write(
            "\r\(done)\(of) \(things)" + (left > 0 ? ", \(Int(left.rounded(.up))) s left" : "") + "\u{1B}[K")
    }

    /// Clears the line.
    func finish() {
        if isVisible, isDrawn.load(ordering: .relaxed) { Terminal.write("\r\u{1B}[K") }
    }
}
