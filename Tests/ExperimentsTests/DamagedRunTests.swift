import Experiments
import Foundation
import Reports
import Results
import SimulationKernel
import Testing

@Suite("Damaged run files")
struct DamagedRunTests {
    /// Whatever a file contains, readings end with an answer or an error that names it, and leave nothing behind.
    @Test(arguments: 0..<40) func readingsAnswerOrRefuse(_ seed: Int) throws {
        let files = try RunFiles()
        _ = try files.play(Played.lab("priority", seed: 3), "run")
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: files.file("run.sqlite"))))
        var random = RandomStream(seed: UInt64(seed), name: "damage")
        for _ in 0..<[1, 8, 64, 512][seed % 4] { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
        try Data(bytes).write(to: URL(filePath: files.file("damaged.sqlite")))
        let sound = try RunReader(path: files.file("run.sqlite"))
        let damaged: RunReader
        do {
            damaged = try RunReader(path: files.file("damaged.sqlite"))
        } catch {
            return  // refused as a whole
        }
        func attempt(_ reading: () throws -> Void) {
            do {
                try reading()
            } catch {
                #expect("\(error)".contains("damaged.sqlite") || error is StoryError, "\(error)")
            }
        }
        attempt { _ = try RunDiff(sound, damaged).text }
        attempt { _ = try RunDiff(damaged, sound).text }
        attempt { _ = Baseline(try Observation([damaged])).text(scenario: "s") }
        attempt {
            let rates = ShowbackRates(pools: [:], pue: 1, gramsPerKilowattHour: nil)
            _ = try ShowbackStatement(damaged, rates: rates).text(by: .team)
        }
        attempt { try PerfettoExport.write(damaged, to: files.file("trace.json")) }
        attempt { try OpenMetricsExport.write(damaged, to: files.file("metrics.txt"), pods: true) }
        for table in ["job", "placement", "run_summary"] {
            attempt { try CSVExport.write(table, of: damaged, to: files.file("\(table).csv")) }
            attempt { try ParquetExport.write(table, of: damaged, to: files.file("\(table).parquet")) }
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: files.path).filter { $0.hasSuffix(".partial") }
        #expect(left.isEmpty)
    }
}
