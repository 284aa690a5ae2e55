/// Units (GPUs, processors) dealt out to pods that hold `perPod` each: full pods, then one with the remainder.
struct PodSplit {
    let parts: [(pods: Int, held: Int)]

    init(_ units: Int, perPod: Int) {
        let (full, rest) = units.quotientAndRemainder(dividingBy: perPod)
        parts = [(full, perPod), (min(rest, 1), rest)].filter { $0.0 > 0 }
    }
}
