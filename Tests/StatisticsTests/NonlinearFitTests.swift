import Foundation
import Testing

@testable import Statistics

@Suite struct NonlinearFitTests {
    /// Misra1a of the NIST Statistical Reference Datasets (nonlinear regression): y = b1·(1 − exp(−b2·x)), with certified values.
    @Test func agreesWithCertifiedValues() throws {
        let x = [77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760]
        let y = [
            10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78,
        ]
        let fit = try NonlinearFit(
            [
                .init("b1", start: 500, from: 10, to: 5000), .init("b2", start: 1e-4, from: 1e-6, to: 1e-2),
            ], residuals: x.count
        ) { b in zip(x, y).map { b[0] * (1 - exp(-b[1] * $0)) - $1 } }
        #expect(abs(fit.estimates[0].value / 238.94212918 - 1) < 1e-6)
        #expect(abs(fit.estimates[1].value / 5.5015643181e-4 - 1) < 1e-6)
        #expect(abs(fit.estimates[0].standardError / 2.7070075241 - 1) < 1e-3)
        #expect(abs(fit.estimates[1].standardError / 7.2668688436e-6 - 1) < 1e-3)
        #expect(abs(fit.residualSumOfSquares / 0.12455138894 - 1) < 1e-6)
        #expect(!fit.estimates[0].isAtLimit)
    }

    /// A slope of 3 is sought between 0.1 and 2.
    @Test func limitsHoldAndAreSaid() throws {
        let x = [1.0, 2, 3, 4]
        let fit = try NonlinearFit([.init("slope", start: 1, from: 0.1, to: 2)], residuals: 4) { b in
            x.map { b[0] * $0 - 3 * $0 }
        }
        #expect(fit.estimates[0].value <= 2)
        #expect(fit.estimates[0].value > 1.99)
        #expect(fit.estimates[0].isAtLimit)
    }

    @Test func refusesWhatCannotBeFitted() {
        let two = [NonlinearFit.Parameter("a", start: 1, from: 0.1, to: 2), .init("b", start: 1, from: 0.1, to: 2)]
        #expect(throws: StatisticsError.tooFewValues(found: 1, needed: 2)) {
            try NonlinearFit(two, residuals: 1) { _ in [0] }
        }
        #expect(throws: StatisticsError.functionNotFinite) {
            try NonlinearFit(two, residuals: 2) { _ in [.nan, 0] }
        }
        #expect(throws: StatisticsError.self) {
            try NonlinearFit([.init("a", start: 3, from: 0.1, to: 2)], residuals: 1) { _ in [0] }
        }
    }
}
