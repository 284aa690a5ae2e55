/// Keeps labels apart.
enum LabelPlacement {
    /// Where the labels' centres go so that none overlap and all lie within `bounds`, moved as little as possible
    /// (least squares, by pooling neighbours that push each other).
    ///
    /// - Parameters:
    ///   - centres: where the labels would like to be, in any order.
    ///   - sizes: their extents along the axis, in the same order.
    ///   - bounds: the room; if the labels together are larger, they overflow its end.
    /// - Returns: centres in the order given.
    static func spread(_ centres: [Double], sizes: [Double], within bounds: ClosedRange<Double>) -> [Double] {
        precondition(centres.count == sizes.count, "each label has a centre and a size")
        let order = centres.indices.sorted { centres[$0] != centres[$1] ? centres[$0] < centres[$1] : $0 < $1 }
        // With the labels' own extents taken out, "no overlap" reads "in ascending order".
        var offsets: [Double] = []
        var occupied = 0.0
        for index in order {
            offsets.append(occupied + sizes[index] / 2)
            occupied += sizes[index]
        }
        var blocks: [(sum: Double, count: Int)] = []
        for (rank, index) in order.enumerated() {
            blocks.append((centres[index] - offsets[rank], 1))
            while blocks.count > 1, mean(blocks[blocks.count - 2]) > mean(blocks[blocks.count - 1]) {
                let last = blocks.removeLast()
                blocks[blocks.count - 1].sum += last.sum
                blocks[blocks.count - 1].count += last.count
            }
        }
        let highest = max(bounds.lowerBound, bounds.upperBound - occupied)
        var placed = centres
        var rank = 0
        for block in blocks {
            let base = min(max(mean(block), bounds.lowerBound), highest)
            for _ in 0..<block.count {
                placed[order[rank]] = base + offsets[rank]
                rank += 1
            }
        }
        return placed
    }

    private static func mean(_ block: (sum: Double, count: Int)) -> Double { block.sum / Double(block.count) }
}

/// A rectangle that a label covers.
struct LabelBox: Equatable, Sendable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    /// Whether two boxes share any area.
    func overlaps(_ other: LabelBox) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }
}
