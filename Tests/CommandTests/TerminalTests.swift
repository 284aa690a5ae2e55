import Foundation
import Glibc
import Testing

/// What a person at a terminal sees on standard error, and what nobody else does.
@Suite struct TerminalTests {
    @Test func aTerminalGetsProgressAndEmphasis() throws {
        let seen = try onTerminal("run deadlock.yaml --no-report --out out", [:])
        #expect(seen.contains("\u{1B}[1mwarning:\u{1B}[0m"), "\(seen)")
        // One event in every few thousand moves the bar, so it takes a run with many.
        let long = try onTerminal("run long.yaml --set spec.horizon=1d --no-report --out out", [:])
        #expect(long.contains(" simulated, "), "\(long)")
    }

    @Test func noColorIsHonoured() throws {
        let seen = try onTerminal("run deadlock.yaml --no-report --out out", ["NO_COLOR": "1"])
        #expect(seen.contains("warning: "))
        #expect(seen.firstMatch(of: /\x1B\[[0-9;]*m/) == nil, "\(seen)")
    }

    @Test func automationGetsPlainText() throws {
        let seen = try onTerminal("run deadlock.yaml --no-report --out out", ["CI": "true"])
        #expect(seen.contains("warning: "))
        #expect(!seen.contains("\u{1B}"))
    }

    @Test func filesGetPlainText() throws {
        let folder = try WorkFolder(["deadlock.yaml": Scenarios.deadlock])
        let outcome = try folder.run("run deadlock.yaml --out out")
        #expect(!(outcome.output + outcome.complaint).contains("\u{1B}"))
        #expect(!outcome.complaint.contains("\r"))
    }

    /// What a command writes to a standard error that is a terminal.
    private func onTerminal(_ line: String, _ environment: [String: String]) throws -> String {
        let folder = try WorkFolder(["long.yaml": Scenarios.long, "deadlock.yaml": Scenarios.deadlock])
        var (near, far): (Int32, Int32) = (-1, -1)
        try #require(openpty(&near, &far, nil, nil, nil) == 0)
        defer { close(near) }
        let running = try folder.start(
            line.split(separator: " ").map(String.init), environment: environment,
            standardError: FileHandle(fileDescriptor: far, closeOnDealloc: true))
        #expect(try running.wait().code == 0)
        return try everything(from: near)
    }

    /// All that was written to a terminal and nobody has read yet.
    private func everything(from terminal: Int32) throws -> String {
        try #require(fcntl(terminal, F_SETFL, O_NONBLOCK) == 0)
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = read(terminal, &chunk, chunk.count), count > 0 { text += chunk.prefix(count) }
        return String(decoding: text, as: UTF8.self)
    }
}
