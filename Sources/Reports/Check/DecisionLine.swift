/// A decision as a baseline writes it, taken apart for a table: "29238 pretrain-34 preempt preempted_for other=debug-41
/// needed=2000 on h100-0003:ff".
struct DecisionLine: Equatable, Sendable {
    /// Seconds since the start.
    var seconds: Double
    var subject: String
    var action: String
    /// Empty where the action says it all.
    var reason = ""
    /// "other=debug-41 needed=2000".
    var details = ""
    /// Nodes with the GPUs used.
    var places = ""

    /// Nil for a line that no baseline would hold.
    init?(_ line: String) {
        var words = line.split(separator: " ")[...]
        guard words.count >= 3, let seconds = Double(words.removeFirst()), seconds.isFinite else { return nil }
        self.seconds = seconds
        subject = String(words.removeFirst())
        action = String(words.removeFirst())
        if let word = words.first, word != "on", !word.contains("=") { reason = String(words.removeFirst()) }
        let end = words.firstIndex(of: "on") ?? words.endIndex
        details = words[..<end].joined(separator: " ")
        places = words[end...].dropFirst().joined(separator: " ")
    }

    /// "day 0 08:07:18".
    var instant: String {
        let whole = Int64(max(0, min(seconds, 9e15)))
        return "day \(whole / 86_400) \(Figures.clock(seconds: whole % 86_400, withSeconds: true))"
    }

    /// "pretrain-34 is decided preempt (preempted_for)", for a sentence.
    var words: String {
        subject + " " + action.replacing("_", with: " ")
            + (reason.isEmpty ? "" : " (" + reason.replacing("_", with: " ") + ")")
    }
}
