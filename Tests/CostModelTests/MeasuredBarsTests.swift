import Foundation
import Testing

@testable import CostModel

/// Accuracy that must not be lost, on the measured tables of `$ORRERY_SHARED` or `../shared`.
@Suite struct MeasuredBarsTests {
    /// The tables, or nil, with a line that says what was skipped.
    static let tables: [String]? = {
        let besidePackage = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/../shared"
        let root = (ProcessInfo.processInfo.environment["ORRERY_SHARED"] ?? besidePackage) + "/validation/training/"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let tables = names.filter { $0.hasSuffix(".csv") }.sorted().map { root + $0 }
        if tables.isEmpty { print("skipped about 2,000 measured rows of training: no ../shared/validation/training") }
        return tables.isEmpty ? nil : tables
    }()

    @Test func stepsAreWithinTheBars() throws {
        guard let tables = Self.tables else { return }
        let validation = try TrainingValidation(paths: tables)
        let errors = validation.stepErrors
        #expect(errors.scored >= 1_700, "\(errors.summary)")
        #expect(errors.balancedMean <= 0.07, "\(errors.summary)")
        #expect(errors.median <= 0.05)
        #expect(errors.withinTenth >= 0.75)
        for line in errors.lines { #expect(line.mean <= 0.15, "\(line.source): \(line.mean)") }
        // Nothing is predicted by refusing rows: all that the tables say to score are.
        #expect(errors.lines.count >= 16)
    }

    @Test func memoryIsWithinTheBars() throws {
        guard let tables = Self.tables else { return }
        let validation = try TrainingValidation(paths: tables)
        #expect(validation.memoryErrors.scored >= 150)
        #expect(validation.memoryErrors.balancedMean <= 0.08)
        for line in validation.memoryErrors.lines { #expect(line.mean <= 0.1, "\(line.source): \(line.mean)") }
        let (right, stated) = validation.verdicts
        #expect(stated >= 120)
        #expect(Double(right) >= 0.97 * Double(stated), "\(right) of \(stated)")
    }

    @Test func collectivesAreWithinTheBars() throws {
        guard let tables = Self.tables else { return }
        let errors = try CollectiveValidation(paths: tables).errors
        #expect(errors.scored >= 150)
        #expect(errors.balancedMean <= 0.08, "\(errors.summary)")
        for line in errors.lines { #expect(line.mean <= 0.15, "\(line.source): \(line.mean)") }
    }

    /// Predictions stay beside those of simulators whose errors on the same rows are known: no worse than the analytical ones, but for
    /// the eight rows that Calculon was made for.
    @Test func publishedSimulatorsAreMet() throws {
        guard let tables = Self.tables else { return }
        let compared = try TrainingValidation(paths: tables).headToHead
        #expect(compared.count >= 8)
        for other in compared where other.rows != "Korthikanti et al., table 5" {
            #expect(other.ours <= other.published.upperBound, "\(other.rows), \(other.simulator): \(other.ours)")
        }
    }

    /// All constants fitted anew for each source without its rows. Minutes, even optimised: runs only where it is asked for.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["ORRERY_LEAVE_ONE_OUT"] != nil))
    func sourcesLeftOutAreWithinTheBar() throws {
        guard let tables = Self.tables else { return }
        let errors = try TrainingValidation(paths: tables).leaveOneOut()
        #expect(errors.balancedMean <= 0.13, "\(errors.summary)")
    }
}
