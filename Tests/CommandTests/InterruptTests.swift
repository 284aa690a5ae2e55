import Foundation
import Glibc
import Testing

/// Ctrl-C, and what becomes of results that are already there.
@Suite struct InterruptTests {
    let folder: WorkFolder

    init() throws { folder = try WorkFolder(["long.yaml": Scenarios.long, "small.yaml": Scenarios.small]) }

    /// Starts the long scenario into `out` and returns when it is simulating.
    private func startLong() throws -> Running {
        let running = try folder.start(["run", "long.yaml", "--out", "out", "--quiet"])
        while running.isRunning, !folder.exists("out/run.sqlite.partial") { usleep(2000) }
        usleep(200_000)
        #expect(running.isRunning)
        return running
    }

    @Test func anInterruptedRunIsPartial() throws {
        let running = try startLong()
        let start = ContinuousClock.now
        running.signal(SIGINT)
        let outcome = try running.wait()
        #expect(outcome.code == 130)
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(outcome.complaints.last == "interrupted: the results are marked partial", "\(outcome.complaint)")
        #expect(!folder.exists("out/run.sqlite.partial"))
        #expect(try folder.run("report out/run.sqlite").output.localizedCaseInsensitiveContains("partial"))
        #expect(try folder.run("facts out/run.sqlite").code == 0)
    }

    @Test func theSecondInterruptEndsAtOnce() throws {
        let running = try startLong()
        running.signal(SIGINT)
        running.signal(SIGINT)
        #expect(try running.wait().code == 130)
    }

    /// While a run goes on, the results of the one before stay whole; a killed run leaves them so.
    @Test func earlierResultsStayUntilTheyAreReplaced() throws {
        #expect(try folder.run("run small.yaml --quiet --out out").code == 0)
        let first = try folder.data("out/run.sqlite")
        let killed = try startLong()
        #expect(try folder.data("out/run.sqlite") == first)
        let refused = try folder.run("run small.yaml --quiet --out out")
        #expect(refused.code == 2)
        #expect(refused.complaint.contains("another run is writing"), "\(refused.complaint)")
        killed.signal(SIGKILL)
        #expect(try killed.wait().code == SIGKILL)
        #expect(try folder.data("out/run.sqlite") == first)
        #expect(try folder.run("run small.yaml --quiet --out out --seed 6").code == 0)
        #expect(try folder.data("out/run.sqlite") != first)
        #expect(!folder.exists("out/run.sqlite.partial"))
    }

    /// Somebody who has the old file open keeps it: the new one takes its name in one step.
    @Test func aReaderKeepsWhatItOpened() throws {
        #expect(try folder.run("run small.yaml --no-report --quiet --out out").code == 0)
        let first = try folder.data("out/run.sqlite")
        let reader = try FileHandle(forReadingFrom: folder.url.appending(path: "out/run.sqlite"))
        #expect(try folder.run("run small.yaml --no-report --quiet --out out --policy las").code == 0)
        #expect(try reader.readToEnd() == first)
        #expect(try folder.data("out/run.sqlite") != first)
    }

    @Test func aRefusedRunLeavesEarlierResults() throws {
        #expect(try folder.run("run small.yaml --quiet --out out").code == 0)
        let before = folder.contents()
        #expect(try folder.run("run small.yaml --quiet --out out --set spec.horizon=7").code == 2)
        #expect(folder.contents() == before)
    }

    @Test func anInterruptedComparisonIsPartial() throws {
        let arguments = ["compare", "long.yaml", "--policies", "fifo-gang,las", "--jobs", "2", "--out", "out"]
        let running = try folder.start(arguments)
        while running.isRunning, !folder.exists("out/las.sqlite.partial") { usleep(2000) }
        usleep(200_000)
        running.signal(SIGINT)
        #expect(try running.wait().code == 130)
        #expect(folder.contents().filter { $0.hasPrefix("out/") }.count == 3, "two runs and the page")
        let page = String(decoding: try folder.data("out/report.html"), as: UTF8.self)
        #expect(page.contains("class=\"partial\"") && page.contains("Partial result: interrupted in fifo-gang"))
    }
}
