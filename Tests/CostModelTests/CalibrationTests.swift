import Configuration
import Foundation
import Testing

@testable import CostModel

@Suite struct CalibrationTests {
    let card: AcceleratorCard

    init() throws { card = try #require(AcceleratorCard.named("h100-sxm")) }

    /// Kernels made from known curves without noise: every number comes back.
    @Test func findsTheCurvesThatKernelsWereMadeFrom() throws {
        let calibration = try KernelCalibration(
            SyntheticKernels.samples(on: card, noise: 0, seed: 1), card: card)
        #expect(calibration.meanError < 1e-3)
        let truth = SyntheticKernels.curves
        #expect(calibration.fitted.count == truth.measured.count)
        for parameter in KernelCurves.parameters {
            guard let expected = truth[keyPath: parameter.path] else { continue }
            let found = try #require(calibration.card.curves?[keyPath: parameter.path])
            #expect(abs(found / expected - 1) < 0.02, "\(parameter.name): \(found), made from \(expected)")
        }
    }

    /// With 2 % of noise: errors of about that size, and truths within four standard errors.
    @Test func standardErrorsCoverTheTruth() throws {
        let calibration = try KernelCalibration(
            SyntheticKernels.samples(on: card, noise: 0.02, seed: 7), card: card)
        #expect(calibration.meanError < 0.025)
        #expect(calibration.leaveOneOutError < 0.03)
        #expect(calibration.leaveOneOutError >= calibration.meanError)
        let truth = SyntheticKernels.curves
        for fitted in calibration.fitted {
            let parameter = try #require(KernelCurves.parameters.first { $0.name == fitted.name })
            let expected = try #require(truth[keyPath: parameter.path])
            let distance = abs(fitted.estimate.value - expected)
            #expect(distance < 4 * fitted.estimate.standardError + 0.01 * expected, "\(fitted.name)")
        }
    }

    @Test func aTableSaysTheSameAgain() throws {
        let samples = SyntheticKernels.samples(on: card, noise: 0.02, seed: 7)
        let text = KernelTable.text(samples)
        let table = try MeasuredTable(bytes: Array(text.utf8), path: "k.csv")
        #expect(try KernelTable.samples(of: table) == samples)
    }

    /// The file that the documentation works with is what the generator makes.
    @Test func theShippedTableIsTheGenerators() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "traces/kernels-synthetic-h100-sxm.csv")
        let shipped = try String(contentsOf: file, encoding: .utf8)
        #expect(shipped == KernelTable.text(SyntheticKernels.samples(on: card, noise: 0.02, seed: 1)))
    }

    @Test func mistakesAreSaidWithTheirPlace() throws {
        func complaint(_ text: String) -> String {
            do {
                _ = try KernelTable.samples(of: MeasuredTable(bytes: Array(text.utf8), path: "k.csv"))
                return ""
            } catch {
                return error.diagnostics.map { "\($0.position.line):\($0.position.column): \($0.message)" }
                    .joined(separator: "\n")
            }
        }
        let header = "kind,precision,m,n,k,bytes,seconds\n"
        #expect(
            complaint(header + "gem,bf16,1,1,1,,1\n")
                == "2:1: kind: found 'gem', expected one of gemm, attention_forward, attention_backward, elementwise, "
                + "collective; did you mean 'gemm'?")
        #expect(
            complaint(header + "gemm,bf16,0,8,8,,1e-5\n")
                == "2:11: m: found '0', expected a whole number from 1 to 10¹⁵")
        #expect(
            complaint(header + "elementwise,,,,,1024,-1\nelementwise,,,,,x,1e-5\n")
                == "2:22: seconds: found '-1', expected a time in seconds, above 0\n"
                + "3:17: bytes: found 'x', expected a whole number from 1 to 10¹⁵")
        #expect(complaint("kind,second\n").contains("1:6: unknown column 'second'"))
        #expect(complaint("kind,seconds\n") == "1:1: no kernels below the header")
    }

    @Test func aCardComesBackFromItsFile() throws {
        let calibration = try KernelCalibration(SyntheticKernels.samples(on: card, noise: 0.02, seed: 7), card: card)
        let file = CardFile(calibration, source: "a \"test\"")
        for asYAML in [false, true] {
            let text = try SourceText(name: "card", text: file.text(asYAML: asYAML))
            #expect(try CardFile.read(text) == file)
        }
        let read = try #require(file.card())
        #expect(read.curves == calibration.card.curves)
        let model = try #require(ModelCard.named("llama-3-8b"))
        var plan = TrainingPlan(gpus: 8, globalBatch: 64, sequence: 4096)
        plan.sharding = .zero1
        let plain = TrainingCostModel(platform: TrainingPlatform(card: card)).estimate(model, plan).step
        let measured = TrainingCostModel(platform: TrainingPlatform(card: read)).estimate(model, plan).step
        #expect(measured != plain)
    }

    @Test func cardsWithMistakesAreRefused() {
        for (text, part) in [
            ("gpu: h100-sxn\ncurves: {}\n", "h100-sxm"), ("gpu: h100-sxm\n", "curves"),
            ("gpu: h100-sxm\ncurves: {share16: 3}\n", "2: expected a number, at least 0.1"),
            ("gpu: h100-sxm\ncurves: {share61: 0.5}\n", "share16"),
        ] {
            do {
                _ = try CardFile.read(SourceText(name: "card.yaml", text: text))
                Issue.record("\(text) was read")
            } catch {
                let said = "\(error.diagnostics.map { "\($0.position.line): \($0.message) \($0.hint ?? "")" })"
                #expect(said.contains(part), "\(said)")
            }
        }
    }

    /// Best measured GEMMs of GPUs (stas00/ml-engineering): the model reaches them within a fifth.
    @Test func bestMeasuredProductsAreReached() throws {
        guard let shared = ProcessInfo.processInfo.environment["ORRERY_SHARED"] else { return }
        let path = shared + "/validation/training/gemm_peak.csv"
        guard FileManager.default.fileExists(atPath: path) else { return }
        let table = try MeasuredTable(path: path)
        var compared = 0
        for index in 0..<table.count {
            let row = table[index]
            let stem = row.text("accelerator").split(separator: "-").first.map(String.init) ?? ""
            guard ["A100", "H100", "H200", "B200", "GB200"].contains(stem), let card = AcceleratorCard.named(stem),
                let m = row.number("m"), let n = row.number("n"), let k = row.number("k"),
                let best = row.number("best_measured_tflops")
            else { continue }
            guard row.text("precision") == "bf16" else { continue }
            let rate = 2 * m * n * k / KernelModel(card: card).gemm(m: m, n: n, k: k, .bf16) / 1e12
            #expect(rate / best > 0.75 && rate / best < 1.2, "\(stem): \(rate) of \(best)")
            compared += 1
        }
        #expect(compared >= 3)
    }
}
