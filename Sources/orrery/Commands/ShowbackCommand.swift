import ArgumentParser
import ClusterModel
import Foundation
import Quantities
import Reports
import Results

struct ShowbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "showback", abstract: "Who held how many GPU-hours, what was lost to what, and what it cost.",
        discussion: """
            GPU-hours, money, energy and carbon per team, queue, job class, pool or cluster; what was lost to preemption, \
            failures, spot reclaims, gangs and checkpoints; what nobody held and why. It closes with the run's ledger. \
            docs/showback.md tells where the figures come from.

            Examples:
              orrery showback reports/quickstart/run.sqlite
              orrery showback reports/quickstart/run.sqlite --by queue --reserved 'h100=$1.90/h' --pue 1.2 --carbon 380
              orrery showback reports/spot-cost/run.sqlite --spot 'h100=$2.75/h' --power h100=9kW --json
            """)

    @Argument(help: ArgumentHelp("Run file.", valueName: "run"), completion: .file(extensions: ["sqlite"]))
    var database: String
    @Option(
        help: "team, queue, class, pool or cluster (default: team).",
        completion: .list(ShowbackStatement.Dimension.allCases.map(\.rawValue)), transform: Self.dimension)
    var by = ShowbackStatement.Dimension.team
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("The pool is paid for all the time at this price per GPU-hour.", valueName: "pool=price"))
    var reserved: [String] = []
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("The pool is paid while its nodes are there, at this price.", valueName: "pool=price"))
    var onDemand: [String] = []
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("As --on-demand, for nodes that are taken back.", valueName: "pool=price"))
    var spot: [String] = []
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Rated power of one node of the pool, in place of its machine card's: 10.2kW.", valueName: "pool=power"))
    var power: [String] = []
    @Option(
        parsing: .unconditional, help: "Energy of the site over that of its machines (default: 1).",
        transform: Value.share)
    var pue = 1.0
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Carbon of the site's electricity, in grams of CO2-equivalent per kWh.", valueName: "g/kWh"),
        transform: Value.amount)
    var carbon: Double?
    @Option(
        parsing: .unconditional,
        help: "Share of its rated power that a machine draws while it computes (default: 0.76).",
        transform: Value.fraction)
    var busyShare = ShowbackRates.busyShare
    @Option(
        parsing: .unconditional, help: "The same while it waits (default: 0.25, an assumption).",
        transform: Value.fraction)
    var idleShare = ShowbackRates.idleShare
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let reader = try RunReader(path: database)
        let statement = try ShowbackStatement(reader, rates: rates(reader))
        if json { try printJSON(statement) } else { print(statement.text(by: by), terminator: "") }
    }

    private static func dimension(_ text: String) throws -> ShowbackStatement.Dimension {
        if let dimension = ShowbackStatement.Dimension(rawValue: text) { return dimension }
        let names = ShowbackStatement.Dimension.allCases.map(\.rawValue)
        let hint = NearestName.suggest(text, among: names).map { "; did you mean '\($0)'?" } ?? ""
        throw ValidationError("expected one of \(names.joined(separator: ", "))\(hint)")
    }

    /// Prices and terms of the run file and power of the machine cards, with what the options change.
    private func rates(_ reader: RunReader) throws -> ShowbackRates {
        var pools: [String: ShowbackRates.Pool] = [:]
        for row in try reader.rows("SELECT * FROM pool") {
            let gpus = Double(row.integer("gpus") ?? 0)
            let nodes = Double(row.integer("nodes") ?? 0)
            let watts = HardwareCatalogue.builtIn.machine(named: row.text("machine") ?? "")?.power?.value.rawValue
            let perGPU = watts.flatMap { gpus > 0 ? $0 * nodes / gpus : nil }
            pools[row.text("name") ?? ""] = ShowbackRates.Pool(
                terms: row.text("terms").flatMap(ShowbackRates.Terms.init(rawValue:)) ?? .reserved,
                price: row.integer("price_microdollars_per_gpu_hour") ?? 0,
                busyWatts: perGPU.map { $0 * busyShare }, idleWatts: perGPU.map { $0 * idleShare })
        }
        let names = pools.keys.sorted()
        for (option, terms, entries) in [
            ("reserved", ShowbackRates.Terms.reserved, reserved), ("on-demand", .onDemand, onDemand),
            ("spot", .spot, spot),
        ] {
            for entry in entries {
                let (pool, text) = try Self.split(entry, option, names)
                do {
                    pools[pool]?.price = try MoneyPerHour(parsing: text).rawValue
                } catch {
                    throw Failure.badInput("--\(option) \(entry): \(error)")
                }
                pools[pool]?.terms = terms
            }
        }
        for entry in power {
            let (pool, text) = try Self.split(entry, "power", names)
            let sizes = try reader.rows("SELECT nodes, gpus FROM pool WHERE name = ?", [.text(pool)]).first
            do {
                let watts = try Watts(parsing: text).rawValue
                let gpus = Double(sizes?.integer("gpus") ?? 0)
                let perGPU = gpus > 0 ? watts * Double(sizes?.integer("nodes") ?? 0) / gpus : 0
                pools[pool]?.busyWatts = perGPU * busyShare
                pools[pool]?.idleWatts = perGPU * idleShare
            } catch {
                throw Failure.badInput("--power \(entry): \(error)")
            }
        }
        return ShowbackRates(pools: pools, pue: pue, gramsPerKilowattHour: carbon)
    }

    /// `pool=value`, the pool being one of the run's.
    private static func split(_ entry: String, _ option: String, _ pools: [String]) throws -> (String, String) {
        guard let mark = entry.firstIndex(of: "=") else {
            throw Failure.badInput("--\(option) \(entry): expected POOL=VALUE")
        }
        let pool = String(entry[..<mark])
        guard pools.contains(pool) else {
            let hint = NearestName.suggest(pool, among: pools).map { "; did you mean \"\($0)\"?" } ?? ""
            throw Failure.badInput("--\(option) \(entry): the run has no pool \"\(pool)\"\(hint)")
        }
        return (pool, String(entry[entry.index(after: mark)...]))
    }
}
