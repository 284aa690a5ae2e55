import Quantities
import Testing

@testable import Workloads

/// What is written down is what the code does.
@Suite struct DocumentationTests {
    @Test func everyColumnIsDocumentedWithItsDefault() throws {
        let page = String(decoding: try allBytes(packageRoot() + "/docs/traces.md"), as: UTF8.self)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count == OrreryColumn.allCases.count)
        for (row, column) in zip(rows, OrreryColumn.allCases) {
            let plain = row.replacing("`", with: "")
            #expect(row.hasPrefix("| `\(column.name)` |"))
            #expect(plain.hasSuffix("| \(column.defaultMeaning) |"), "\(column.name)")
        }
    }

    @Test func theShippedTraceIsWhatItsCommandGenerates() throws {
        let path = packageRoot() + "/traces/training-mix.csv.gz"
        let mix = TrainingMix(
            seed: 1, jobsPerHour: 20, extent: .horizon(.seconds(7 * 86_400)), load: .init(share: 0.85, gpus: 512),
            largestJob: 256)
        let generated = try mix.generate()
        let shipped = try Workload.read(path: path)
        #expect(contents(shipped) == contents(generated))
        #expect(shipped.jobs.count == 3_532)
        #expect(try allBytes(path).count < 200 << 10)
    }
}
