import Foundation
import Glibc
import Testing

/// The built `orrery` command, run as a user runs it: a child process in a folder of its own.
enum Orrery {
    /// The binary beside the test program: both lie in the folder of products, in debug and in release.
    static let binary: URL = {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        return program.deletingLastPathComponent().appending(path: "orrery")
    }()

    /// The folder of this repository.
    static let repository: URL = {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath()
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }()

    /// What a command left behind.
    struct Outcome {
        var code: Int32
        var output: String
        var complaint: String

        /// Lines of standard error.
        var complaints: [String] { complaint.split(separator: "\n").map(String.init) }
    }
}

/// A fresh folder in which commands run; gone with the object.
final class WorkFolder {
    let url: URL
    private let streams: URL

    /// A folder with `files`, by path and content.
    init(_ files: [String: String] = [:]) throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "orrery-commands-\(UUID().uuidString)")
        url = parent.appending(path: "work")
        streams = parent.appending(path: "streams")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
        for (path, text) in files { try write(Data(text.utf8), to: path) }
    }

    deinit { try? FileManager.default.removeItem(at: url.deletingLastPathComponent()) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func write(_ data: Data, to name: String) throws {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(at: url.appending(path: name), withIntermediateDirectories: true)
    }

    func data(_ name: String) throws -> Data { try Data(contentsOf: url.appending(path: name)) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// Everything in the folder, by path, with the sizes of files.
    func contents() -> [String] {
        let names = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
        return names.sorted().map { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path(name))
            let isFile = attributes?[.type] as? FileAttributeType == .typeRegular
            return isFile ? "\(name) \(attributes?[.size] as? Int ?? -1)" : name
        }
    }

    /// Starts `orrery` here.
    func start(
        _ arguments: [String], environment: [String: String] = [:], standardError: FileHandle? = nil
    ) throws -> Running {
        try Running(
            Orrery.binary, arguments, in: url, streams: streams.appending(path: UUID().uuidString),
            environment: environment, standardError: standardError)
    }

    /// Runs `orrery` here to its end.
    func run(_ arguments: [String]) throws -> Orrery.Outcome { try start(arguments).wait() }

    /// As `run`, with the words of one line.
    func run(_ line: String) throws -> Orrery.Outcome { try run(line.split(separator: " ").map(String.init)) }

    /// As `run`, by way of a shell: `script` gets the command as its `"$0" "$@"`.
    func run(_ line: String, by script: String) throws -> Orrery.Outcome {
        let words = line.split(separator: " ").map(String.init)
        return try Running(
            URL(filePath: "/bin/sh"), ["-c", script, Orrery.binary.path] + words, in: url,
            streams: streams.appending(path: UUID().uuidString)
        ).wait()
    }
}

/// A command that has been started.
final class Running {
    /// No command of these tests takes longer than this, in a debug build on a busy machine.
    private static let limit: Duration = .seconds(120)

    private let process = Process()
    private let output: URL
    private let complaint: URL

    /// Starts `program`; its streams go to files, so that no pipe can fill up.
    init(
        _ program: URL, _ arguments: [String], in folder: URL, streams: URL, environment: [String: String] = [:],
        standardError: FileHandle? = nil
    ) throws {
        output = streams.appendingPathExtension("out")
        complaint = streams.appendingPathExtension("err")
        try Data().write(to: output)
        try Data().write(to: complaint)
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try standardError ?? FileHandle(forWritingTo: complaint)
        try Self.withInterruptsOpen { try process.run() }
    }

    /// Threads of a test program may block signals, and a child inherits that.
    private static func withInterruptsOpen(_ body: () throws -> Void) rethrows {
        var (interrupt, before) = (sigset_t(), sigset_t())
        sigemptyset(&interrupt)
        sigaddset(&interrupt, SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &interrupt, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try body()
    }

    /// A test that gives up leaves no run of hours behind.
    deinit { if process.isRunning { signal(SIGKILL) } }

    var isRunning: Bool { process.isRunning }

    /// Sends a signal.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// What came of it. Fails the test if it takes too long.
    func wait() throws -> Orrery.Outcome {
        let deadline = ContinuousClock.now + Self.limit
        while process.isRunning, ContinuousClock.now < deadline { usleep(2000) }
        if process.isRunning {
            Issue.record("orrery \(process.arguments?.joined(separator: " ") ?? "") does not end")
            signal(SIGKILL)
        }
        process.waitUntilExit()
        return Orrery.Outcome(
            code: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
            complaint: try String(contentsOf: complaint, encoding: .utf8))
    }
}

/// Whether golden files are to be rewritten.
let updatesGolden = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"

/// Compares `text` with the file at `path` of the repository; `UPDATE_GOLDEN=1` rewrites the file.
func expectGolden(_ text: String, at path: String) throws {
    let file = Orrery.repository.appending(path: path)
    if updatesGolden {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let expected = golden.split(separator: "\n", omittingEmptySubsequences: false)
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    let difference = zip(expected, found).first { $0 != $1 }
    let isEqual = golden == text
    #expect(
        isEqual,
        "\(path): \(difference?.0 ?? "end") / \(difference?.1 ?? "end"); UPDATE_GOLDEN=1 rewrites it")
}
