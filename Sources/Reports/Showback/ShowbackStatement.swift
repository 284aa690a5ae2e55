import Results

/// Who held how much of the GPU time, what of it was lost and to what, and what it cost; the rest of the capacity by cause.
/// It closes: accounts and capacity that nobody held sum to all GPU time of the ledger.
public struct ShowbackStatement: Sendable, Encodable {
    /// Where GPU time can go. `lost…` divide the ledger's cause `recomputed` by what stopped the job.
    public enum Use: String, Sendable, Encodable, CaseIterable {
        case useful
        case lostToPreemption = "lost_to_preemption"
        case lostToFailure = "lost_to_failure"
        case lostToReclaim = "lost_to_spot_reclaim"
        case checkpoint = "checkpoint_restore"
        case starting
        case gangWaiting = "gang_waiting"
        case slowed
        case fragmented, blocked, idle, down

        /// Whether a job held the GPU.
        public var isHeld: Bool { ![.fragmented, .blocked, .idle, .down].contains(self) }
        /// Whether the GPU computed.
        var isBusy: Bool { [.useful, .lostToPreemption, .lostToFailure, .lostToReclaim, .slowed].contains(self) }

        var label: String {
            switch self {
            case .useful: "useful"
            case .lostToPreemption: "lost to preemption"
            case .lostToFailure: "lost to failures"
            case .lostToReclaim: "lost to spot reclaims"
            case .checkpoint: "checkpoints"
            case .starting: "starting"
            case .gangWaiting: "gang waiting"
            case .slowed: "slowed"
            case .fragmented: "fragmented"
            case .blocked: "blocked by policy"
            case .idle: "idle"
            case .down: "down"
            }
        }
    }

    /// Whom time is shown back to.
    public enum Dimension: String, Sendable, Encodable, CaseIterable {
        case team, queue
        case jobClass = "class"
        case pool, cluster
    }

    /// An amount of GPU time, and what it cost.
    public struct Amount: Sendable, Encodable {
        public var gpuHours = 0.0
        public var dollars = 0.0
        /// Nil where the power of a pool is unknown.
        public var kilowattHours: Double? = 0
        public var kilogramsCO2: Double?

        static func + (a: Amount, b: Amount) -> Amount {
            Amount(
                gpuHours: a.gpuHours + b.gpuHours, dollars: a.dollars + b.dollars,
                kilowattHours: a.kilowattHours.flatMap { x in b.kilowattHours.map { x + $0 } },
                kilogramsCO2: a.kilogramsCO2.flatMap { x in b.kilogramsCO2.map { x + $0 } })
        }
    }

    /// GPU time under one use.
    public struct Part: Sendable, Encodable {
        public var use: Use
        public var amount: Amount
    }

    /// One row of a statement.
    public struct Account: Sendable, Encodable {
        public var name: String
        public var parts: [Part]
        public var total: Amount

        /// GPU-hours of one use.
        public func hours(_ use: Use) -> Double { parts.first { $0.use == use }?.amount.gpuHours ?? 0 }
    }

    public var run: String
    public var isPartial: Bool
    /// What was held, by each dimension; accounts by name.
    public var held: [String: [Account]]
    /// Capacity that nobody held, by pool.
    public var unheld: [Account]
    /// Everything: its parts sum to capacity.
    public var total: Account
    /// GPU-hours of the ledger, and how far the statement's sum is from it, in GPU-nanoseconds (shared GPUs round).
    public var ledgerGPUHours: Double
    public var differenceGPUNanoseconds: Double
    /// What was assumed: prices, terms, power.
    public var assumptions: [String]

    /// The statement of a run.
    public init(_ reader: RunReader, rates: ShowbackRates) throws {
        let entries = try ShowbackEntries(reader)
        run = reader.path
        isPartial = reader.run.isPartial
        held = [:]
        for dimension in Dimension.allCases {
            held[dimension.rawValue] = Self.accounts(
                entries.rows.filter { $0.use.isHeld }, rates, name: { $0.name(dimension) })
        }
        unheld = Self.accounts(entries.rows.filter { !$0.use.isHeld }, rates, name: { $0.pool })
        total =
            Self.accounts(entries.rows, rates, name: { _ in "total" }).first
            ?? Account(name: "total", parts: [], total: Amount())
        let sum = entries.rows.reduce(Int128(0)) { $0 + $1.gpuNs }
        ledgerGPUHours = Double(entries.capacity) / 3.6e12
        differenceGPUNanoseconds = Double(sum - entries.capacity)
        assumptions = Self.assumptions(entries.pools, rates)
    }

    /// The accounts of one dimension.
    public func accounts(_ dimension: Dimension) -> [Account] { held[dimension.rawValue] ?? [] }

    private static func accounts(
        _ rows: [ShowbackEntries.Row], _ rates: ShowbackRates, name: (ShowbackEntries.Row) -> String
    ) -> [Account] {
        var parts: [String: [Use: Amount]] = [:]
        for row in rows {
            let amount = rates.amount(row)
            parts[name(row), default: [:]][row.use, default: Amount(kilogramsCO2: rates.carbonStart)] =
                (parts[name(row)]?[row.use] ?? Amount(kilogramsCO2: rates.carbonStart)) + amount
        }
        return parts.keys.sorted().map { key in
            let uses = parts[key] ?? [:]
            let list = Use.allCases.compactMap { use in uses[use].map { Part(use: use, amount: $0) } }
            let zero = Amount(kilogramsCO2: rates.carbonStart)
            return Account(name: key, parts: list, total: list.reduce(zero) { $0 + $1.amount })
        }
    }

    private static func assumptions(_ pools: [ShowbackEntries.Pool], _ rates: ShowbackRates) -> [String] {
        var sentences = pools.map { pool in
            let rate = rates.rate(pool.name, price: pool.price)
            let power = rate.busyWatts.flatMap { busy in
                rate.idleWatts.map {
                    ", \(Figures.fixed(busy, 0)) W a GPU computing, \(Figures.fixed($0, 0)) W waiting"
                }
            }
            return "\(pool.name): \(rate.terms.rawValue), \(Figures.dollars(micro: Double(rate.price))) per GPU-hour"
                + (power ?? ", power unknown")
        }
        if rates.pue != 1 { sentences.append("energy is that of the machines times \(Figures.fixed(rates.pue, 2))") }
        if let grams = rates.gramsPerKilowattHour {
            sentences.append("\(Figures.short(grams)) g of CO2-equivalent per kWh")
        }
        return sentences
    }
}

extension ShowbackRates {
    fileprivate var carbonStart: Double? { gramsPerKilowattHour == nil ? nil : 0 }

    fileprivate func rate(_ pool: String, price: Int64) -> Pool {
        pools[pool] ?? Pool(terms: .reserved, price: price)
    }

    /// Money, energy and carbon of a row.
    fileprivate func amount(_ row: ShowbackEntries.Row) -> ShowbackStatement.Amount {
        let rate = rate(row.pool, price: row.price)
        let hours = Double(row.gpuNs) / 3.6e12
        let isPaid = row.use != .down || rate.terms.isPaidWhileDown
        let watts = row.use == .down ? 0 : row.use.isBusy ? rate.busyWatts : rate.idleWatts
        let energy = watts.map { $0 * hours / 1000 * pue }
        return ShowbackStatement.Amount(
            gpuHours: hours, dollars: isPaid ? hours * Double(rate.price) / 1e6 : 0, kilowattHours: energy,
            kilogramsCO2: gramsPerKilowattHour.flatMap { grams in energy.map { $0 * grams / 1000 } })
    }
}
