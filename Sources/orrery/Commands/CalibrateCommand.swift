import ArgumentParser
import ClusterModel
import Configuration
import CostModel
import Foundation
import Reports
import Statistics

struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate", abstract: "Fit the efficiency curves of a GPU to kernels measured on it.",
        discussion: """
            Reads a CSV of measured GEMMs, attention, elementwise kernels and collectives (docs/calibrate.md; \
            scripts/measure-kernels.py makes one on a GPU), fits by nonlinear least squares, prints residuals, standard \
            errors and leave-one-out errors, and writes a card for 'orrery estimate training --hardware'.

            Examples:
              orrery calibrate traces/kernels-synthetic-h100-sxm.csv --gpu h100-sxm --out card.yaml
              orrery calibrate --synthetic --gpu h100-sxm > kernels.csv
            """)

    @Argument(help: "Measured kernels (CSV).", completion: .file(extensions: ["csv"])) var kernels: String?
    @Option(help: "GPU of the catalogue on which they were measured.") var gpu: String
    @Option(
        name: .shortAndLong, help: "Card to write: JSON if the name ends in .json, otherwise YAML.",
        completion: .file(extensions: ["yaml", "json"]))
    var out: String?
    @Flag(help: "Print a table of kernels of an imaginary GPU with known curves and 2 % of noise instead.")
    var synthetic = false
    @Option(parsing: .unconditional, help: "Seed of that noise (default: 1).", transform: Value.seed) var seed: UInt64 =
        1
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if synthetic == (kernels != nil) { throw ValidationError("give a table of kernels, or --synthetic") }
        if synthetic, out != nil || json { throw ValidationError("--synthetic prints a table; it writes no card") }
    }

    func run() throws {
        let card = try gpuCard()
        guard let kernels else {
            return print(
                KernelTable.text(SyntheticKernels.samples(on: card, noise: 0.02, seed: seed)), terminator: "")
        }
        let samples = try KernelTable.read(path: kernels)
        let calibration: KernelCalibration
        do {
            calibration = try KernelCalibration(samples, card: card)
        } catch {
            throw Failure.badInput("\(kernels): the curves cannot be fitted: \(error)")
        }
        let file = CardFile(calibration, source: "orrery calibrate of \(kernels), \(samples.count) kernels")
        if let out { try writeFile(Data(file.text(asYAML: !out.hasSuffix(".json")).utf8), to: out) }
        if json { return print(file.text(asYAML: false), terminator: "") }
        print(Self.errors(calibration).text)
        print(Self.numbers(calibration).text)
        print(
            "mean error \(calibration.meanError.percent) %, each kernel left out "
                + "\(calibration.leaveOneOutError.percent) %; \(samples.count) kernels")
        if let out { print("card written to \(out)") }
    }

    private func gpuCard() throws -> AcceleratorCard {
        if let card = AcceleratorCard.named(gpu) { return card }
        let hint = HardwareCatalogue.builtIn.nearestGPU(to: gpu).map { "; did you mean '\($0)'?" } ?? ""
        throw Failure.badInput(
            HardwareCatalogue.builtIn.gpu(named: gpu) != nil
                ? "--gpu: the card '\(gpu)' has no peak rates"
                : "--gpu: found '\(gpu)', expected a GPU of 'orrery catalog hardware'\(hint)")
    }

    private static func errors(_ calibration: KernelCalibration) -> DataTable {
        DataTable(
            "Predicted against measured: error in %",
            [
                .text("kind"), .number("kernels"), .number("mean"), .number("bias"), .number("worst"),
                .number("left out"),
            ],
            rows: calibration.kinds.map { kind in
                [
                    kind.kind.rawValue, "\(kind.count)", kind.mean.percent, kind.bias.percent, kind.worst.percent,
                    kind.leftOut.percent,
                ].map { DataTable.Cell($0) }
            })
    }

    private static func numbers(_ calibration: KernelCalibration) -> DataTable {
        DataTable(
            "Curves",
            [.text("number"), .number("value"), .number("standard error"), .text("at a limit")],
            rows: calibration.fitted.map { fitted in
                let estimate = fitted.estimate
                return [
                    fitted.name, Self.short(estimate.value), Self.short(estimate.standardError),
                    estimate.isAtLimit ? "yes" : "",
                ].map { DataTable.Cell($0) }
            })
    }

    /// Four digits, whatever the size.
    private static func short(_ value: Double) -> String { String(format: "%.4g", value) }
}
