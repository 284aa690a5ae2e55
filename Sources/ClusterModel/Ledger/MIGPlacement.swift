/// For one GPU model: where the next MIG instance goes, looked up by the memory slices already taken.
///
/// **Rule.** Of the allowed starts that are free, take the one after which the most placements (over all profiles of
/// the model) remain possible; among equals, the lowest start. On an empty GPU this puts `1g` at slice 6, where it
/// spoils only the placements that nothing but `1g` could use, as NVIDIA's own driver does.
///
/// Compute slices need no count of their own: the allowed placements cannot use more than seven of them.
@frozen
@usableFromInline
struct MIGPlacement: Sendable {
    /// Best start per (profile, occupancy), or -1: 256 entries per profile of `MIGProfile.names`.
    @usableFromInline let bestStart: [Int8]
    /// Memory slices per profile of `MIGProfile.names`; 0 when the model lacks the profile.
    @usableFromInline let slices: [Int8]

    init(_ geometry: MIGGeometry) {
        let placements = geometry.profiles.flatMap { profile in profile.startPositions.map { profile.mask(at: $0) } }
        let possible = (0..<256).map { taken in placements.count { Int($0) & taken == 0 } }
        var bestStart = [Int8](repeating: -1, count: MIGProfile.names.count * 256)
        var slices = [Int8](repeating: 0, count: MIGProfile.names.count)
        for profile in geometry.profiles {
            slices[Int(profile.index)] = Int8(profile.memorySlices)
            for taken in 0..<256 {
                var most = -1
                for start in profile.startPositions where taken & Int(profile.mask(at: start)) == 0 {
                    let left = possible[taken | Int(profile.mask(at: start))]
                    guard left > most else { continue }
                    most = left
                    bestStart[Int(profile.index) * 256 + taken] = Int8(start)
                }
            }
        }
        self.bestStart = bestStart
        self.slices = slices
    }

    /// The start for `profile` on a GPU with these memory slices taken, or -1.
    @inlinable
    func start(_ profile: Int16, occupied: UInt8) -> Int8 { bestStart[Int(profile) << 8 | Int(occupied)] }
}
