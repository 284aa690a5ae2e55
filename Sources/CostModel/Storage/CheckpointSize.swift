import SimulationKernel

/// How large a training checkpoint is.
public enum CheckpointSize {
    /// Bytes per parameter of a checkpoint that training can resume from.
    public static let bytesPerParameter = CheckpointCost.bytesPerParameter
    /// Bytes per parameter of weights alone, in 16 bit.
    public static let weightBytesPerParameter = 2.0

    /// Bytes of a checkpoint of `model` that training can resume from.
    public static func training(_ model: ModelCard) -> Double { ParameterCount(model).total * bytesPerParameter }

    /// Bytes of the weights of `model` in 16 bit, as they are loaded to fine-tune or to serve it.
    public static func weights(_ model: ModelCard) -> Double { ParameterCount(model).total * weightBytesPerParameter }

    /// Bytes of a checkpoint that holds an adapter only: rank `rank` on the query, key, value and output projections and
    /// the feed-forward part of every layer (Hu et al., arXiv 2106.09685), with its optimizer.
    public static func adapter(_ model: ModelCard, rank: Int) -> Double {
        let h = Double(model.hidden)
        let heads = Double(model.heads * model.headDimension), keys = Double(model.kvHeads * model.headDimension)
        let attention = 2 * (h + heads) + 2 * (h + keys)
        let feedForward = model.feedForwardMatrices * (h + Double(model.feedForward))
        return Double(rank) * (attention + feedForward) * Double(model.allLayers) * bytesPerParameter
    }
}

/// The interval between checkpoints that loses least time, for exponential failures. Times in one unit of the caller's.
public enum CheckpointInterval {
    /// Young's first-order optimum, sqrt(2·δ·M): J. W. Young, A first order approximation to the optimum checkpoint
    /// interval, CACM 17(9), 1974. `write` is δ, the time a checkpoint holds the work up; `mtbf` is M.
    public static func young(write: Double, mtbf: Double) -> Double { (2 * write * mtbf).squareRoot() }

    /// Daly's higher-order optimum: J. T. Daly, A higher order estimate of the optimum checkpoint interval for restart
    /// dumps, FGCS 22(3), 2006, equation 37: sqrt(2δM)·(1 + ⅓·sqrt(δ/2M) + ⅑·δ/2M) − δ for δ < 2M, else M.
    public static func daly(write: Double, mtbf: Double) -> Double {
        guard write < 2 * mtbf else { return mtbf }
        let ratio = write / (2 * mtbf)
        return young(write: write, mtbf: mtbf) * (1 + ratio.squareRoot() / 3 + ratio / 9) - write
    }

    /// Wall time over useful time of a job that checkpoints every `interval` and needs `restart` after a failure:
    /// Daly's complete model (equation 20), M·e^(R/M)·(e^((τ+δ)/M) − 1)/τ.
    public static func slowdown(interval: Double, write: Double, restart: Double, mtbf: Double) -> Double {
        mtbf * PinnedMath.exp(restart / mtbf) * (PinnedMath.exp((interval + write) / mtbf) - 1) / interval
    }
}
