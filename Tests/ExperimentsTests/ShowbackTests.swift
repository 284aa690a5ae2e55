import Configuration
import Experiments
import Reports
import Results
import Scenarios
import Testing

@Suite("Showback")
struct ShowbackTests {
    private static let free = ShowbackRates(pools: [:], pue: 1, gramsPerKilowattHour: nil)

    /// By every dimension the held time is the same, and with the rest it is the capacity.
    @Test(arguments: [
        ("fifo-gang", 1), ("las", 2), ("priority", 3), ("kube-default", 4), ("srtf", 5), ("backfill", 6),
    ])
    func itClosesWithTheLedger(_ policy: String, _ seed: Int) throws {
        let files = try RunFiles()
        let run = try files.play(Played.lab(policy, seed: seed), "run")
        let statement = try ShowbackStatement(run, rates: Self.free)
        #expect(statement.differenceGPUNanoseconds == 0)
        #expect(abs(statement.total.total.gpuHours - 48 * 12) < 1e-6 * 48 * 12)
        let unheld = statement.unheld.reduce(0) { $0 + $1.total.gpuHours }
        for dimension in ShowbackStatement.Dimension.allCases {
            let held = statement.accounts(dimension).reduce(0) { $0 + $1.total.gpuHours }
            #expect(abs(held + unheld - 576) < 1e-6, "\(dimension)")
        }
        // Causes, lost work being one in the ledger.
        func ledger(_ causes: String) throws -> Double {
            try run.rows("SELECT total(gpu_ns) / 3.6e12 AS h FROM gpu_time_total WHERE cause IN (\(causes))")
                .first?.real("h") ?? -1
        }
        let lost = [.lostToPreemption, .lostToFailure, .lostToReclaim].reduce(0) { $0 + statement.total.hours($1) }
        #expect(abs(lost - (try ledger("'recomputed'"))) < 1e-9)
        #expect(abs(statement.total.hours(.useful) - (try ledger("'productive'"))) < 1e-9)
        #expect(abs(statement.total.hours(.idle) - (try ledger("'idle'"))) < 1e-9)
        // Prices of the run file: the sums of table cost.
        let dollars = try run.rows("SELECT sum(microdollars) / 1e6 AS d FROM cost").first?.real("d") ?? -1
        #expect(abs(statement.total.total.dollars - dollars) < 0.01)
        #expect(statement.text(by: .team).contains("Closes with the ledger"))
    }

    private static func spot(preemption: Bool) -> String {
        """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata: {name: spot}
        spec:
          horizon: 4d
          clusters:
            - name: c
              nodePools: [{name: n, count: 4, machine: dgx-h100, spot: {stay: 9h, notice: 0s, absence: 1h}}]
              scheduler: {policy: priority, preemption: \(preemption)}
          checkpoint: {interval: 2h, write: 10s, restore: 10s}
          workload:
            - jobs: [{name: low, count: 4, gpus: 8, duration: 2d}]
            - jobs: [{name: high, count: 6, every: 11h, submit: 3h, gpus: 8, duration: 1h, priority: 5}]

        """
    }

    /// What one kind of stop lost is all its own; nodes that are away cost nothing, but reserved ones do.
    @Test func reclaimsAreTold() throws {
        let files = try RunFiles()
        let source = try SourceText(name: "spot.yaml", text: Self.spot(preemption: false))
        let run = try files.play(ScenarioFile(source).scenario, "spot")
        var rates = ShowbackRates(
            pools: ["n": .init(terms: .spot, price: 2_000_000, busyWatts: 1000, idleWatts: 200)], pue: 1.5,
            gramsPerKilowattHour: 400)
        let spot = try ShowbackStatement(run, rates: rates)
        #expect(spot.total.hours(.lostToReclaim) > 0 && spot.total.hours(.down) > 0)
        #expect(spot.total.hours(.lostToPreemption) == 0 && spot.total.hours(.lostToFailure) == 0)
        let (capacity, down) = (spot.total.total.gpuHours, spot.total.hours(.down))
        #expect(abs(spot.total.total.dollars - 2 * (capacity - down)) < 1e-6)
        let busy = spot.total.hours(.useful) + spot.total.hours(.lostToReclaim)
        let energy = 1.5 * (busy * 1 + (capacity - down - busy) * 0.2)
        #expect(abs((spot.total.total.kilowattHours ?? 0) - energy) < 1e-6)
        #expect(abs((spot.total.total.kilogramsCO2 ?? 0) - energy * 0.4) < 1e-6)
        rates.pools["n"]?.terms = .reserved
        #expect(abs(try ShowbackStatement(run, rates: rates).total.total.dollars - 2 * capacity) < 1e-6)
        rates.pools["n"]?.busyWatts = nil
        #expect(try ShowbackStatement(run, rates: rates).total.total.kilowattHours == nil)
    }

    /// Price and terms of a scenario reach the run file, the bill in it and a statement; nothing simulated changes.
    @Test func termsOfTheScenario() throws {
        let files = try RunFiles()
        func play(_ name: String, _ price: String, spot: Bool) throws -> RunReader {
            var text = Self.spot(preemption: false).replacing(
                "      scheduler:",
                with: "      price: \(price)\n      failures: {node: {mtbf: 2d, repair: 4h}}\n      scheduler:")
            if !spot { text = text.replacing(#/, spot: \{[^}]*\}/#, with: "") }
            return try files.play(ScenarioFile(SourceText(name: "spot.yaml", text: text)).scenario, name)
        }
        func dollars(_ run: RunReader) throws -> Double {
            try run.rows("SELECT sum(microdollars) / 1e6 AS d FROM cost").first?.real("d") ?? -1
        }
        func hours(_ run: RunReader) throws -> (all: Double, down: Double) {
            let total = try ShowbackStatement(run, rates: Self.free).total
            return (total.total.gpuHours, total.hours(.down))
        }
        let plain = try play("plain", "{perGPUHour: {n: $4/h}}", spot: false)
        let rented = try play(
            "rented", "{perGPUHour: {n: $4/h}, spotPerGPUHour: {n: $1/h}, terms: {n: on-demand}}", spot: false)
        let taken = try play("taken", "{perGPUHour: {n: $4/h}, spotPerGPUHour: {n: $1/h}}", spot: true)
        let (all, down) = try hours(plain)
        #expect(down > 0 && plain.run.fingerprint == rented.run.fingerprint)
        #expect(abs(try dollars(plain) - 4 * all) < 0.01)
        #expect(abs(try dollars(rented) - 4 * (all - down)) < 0.01)
        let away = try hours(taken)
        let bill = try dollars(taken)
        #expect(away.down > 0 && abs(bill - (away.all - away.down)) < 0.01)
        let stored = try [plain, rented, taken].map { try $0.rows("SELECT terms FROM pool").first?.text("terms") }
        #expect(stored == ["reserved", "on-demand", "spot"])
    }

    @Test func preemptionsAndReclaimsShareWhatWasLost() throws {
        let files = try RunFiles()
        let source = try SourceText(name: "spot.yaml", text: Self.spot(preemption: true))
        let run = try files.play(ScenarioFile(source).scenario, "spot")
        let total = try ShowbackStatement(run, rates: Self.free).total
        #expect(total.hours(.lostToPreemption) > 0 && total.hours(.lostToReclaim) > 0)
    }
}
