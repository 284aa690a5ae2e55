/// What GPU time costs in money, energy and carbon.
public struct ShowbackRates: Sendable {
    /// How a pool is paid for.
    public enum Terms: String, Sendable, Codable {
        /// One's own, or reserved for the whole time: paid at every instant, up or down, used or not.
        case reserved
        /// Rented by the hour: paid while its nodes are there; what is down costs nothing.
        case onDemand = "on-demand"
        /// As on demand, and may be taken back.
        case spot

        var isPaidWhileDown: Bool { self == .reserved }
    }

    /// The rates of one pool.
    public struct Pool: Sendable {
        public var terms: Terms
        /// Micro-dollars for a GPU-hour.
        public var price: Int64
        /// Watts for each GPU with its part of the machine, while it computes and while it does not; nil if unknown.
        public var busyWatts: Double?
        public var idleWatts: Double?

        /// A pool's rates.
        public init(terms: Terms, price: Int64, busyWatts: Double? = nil, idleWatts: Double? = nil) {
            self.terms = terms
            self.price = price
            self.busyWatts = busyWatts
            self.idleWatts = idleWatts
        }
    }

    /// By name of the pool; a pool that is not named has the price of the run file and unknown power.
    public var pools: [String: Pool]
    /// Energy that the site draws for each unit that its machines draw (power usage effectiveness).
    public var pue: Double
    /// Grams of CO2-equivalent for a kilowatt-hour; nil for no carbon figures.
    public var gramsPerKilowattHour: Double?

    /// All rates.
    public init(pools: [String: Pool], pue: Double, gramsPerKilowattHour: Double?) {
        self.pools = pools
        self.pue = pue
        self.gramsPerKilowattHour = gramsPerKilowattHour
    }

    /// Machines that compute at full speed draw so much of their rated power: 76 % of the 10.2 kW of a node with eight
    /// H100 (Newkirk et al., arXiv 2506.14551).
    public static let busyShare = 0.76
    /// Machines that wait draw so much of their rated power: an assumption, to be replaced by one's own measurement.
    public static let idleShare = 0.25
}
