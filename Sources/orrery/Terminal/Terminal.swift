import Foundation

/// Standard error: progress, notes and complaints. Results go to standard output and nowhere else.
enum Terminal {
    /// Whether a person watches standard error.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["CI"] == nil }

    /// Whether colours are welcome (https://no-color.org).
    static var usesColor: Bool {
        isInteractive && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Whether colours are welcome in results, on standard output.
    static var colorsResults: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isatty(STDOUT_FILENO) == 1 && environment["CI"] == nil && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Columns that results may take: those of the terminal, or else of `COLUMNS`, or else 80.
    static var resultColumns: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }.map { min(max($0, 40), 400) } ?? 80
    }

    /// Width of the terminal in columns; 80 when unknown.
    static var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes a line to standard error.
    static func complain(_ message: String) { write(message + "\n") }

    /// Writes a warning to standard error.
    static func warn(_ message: String) { complain(bold("warning:") + " " + message) }

    /// Writes text to standard error as it is.
    static func write(_ text: String) {
        // A closed or full standard error leaves nobody to tell.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Bold text where colours are welcome.
    private static func bold(_ text: String) -> String { usesColor ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
