import Foundation
import Synchronization

/// Ctrl-C: the first asks the run to stop after the present event and keep what it has, the second ends at once.
enum Interrupt {
    private static let asked = Atomic<Bool>(false)

    /// Whether the user has asked to stop.
    static var isRequested: Bool { asked.load(ordering: .relaxed) }

    /// Begins to listen.
    static func listen() {
        signal(SIGINT) { _ in
            if Interrupt.asked.exchange(true, ordering: .relaxed) { _exit(130) }
        }
    }
}
