/// One MIG profile on one GPU model: how much it takes and where NVIDIA lets it start.
///
/// Source: NVIDIA Multi-Instance GPU User Guide, "Supported MIG Profiles" (placements as `nvidia-smi mig -lgipp` prints them).
public struct MIGProfile: Hashable, Sendable {
    /// Index in `MIGProfile.names`; a request names its profile by this number.
    public let index: Int16
    /// Compute slices (sevenths of the multiprocessors).
    public let computeSlices: Int
    /// Memory slices (eighths of the memory).
    public let memorySlices: Int
    /// Allowed first memory slices, one bit each.
    public let starts: UInt8

    /// The profile's name, for example `1g.10gb`.
    public var name: String { MIGProfile.names[Int(index)] }

    /// Allowed first memory slices, ascending.
    public var startPositions: [Int] { (0..<8).filter { starts & (1 << UInt8($0)) != 0 } }

    /// Thousandths of the GPU that a slice is charged: 125 per memory slice, so that eight make the whole exactly.
    public var gpuMilli: Int32 { Int32(memorySlices) * 125 }

    /// The memory slices taken when the instance starts at `start`, one bit each.
    func mask(at start: Int) -> UInt8 { UInt8(truncatingIfNeeded: ((1 << memorySlices) - 1) << start) }

    /// Every profile name of the built-in geometries, in a fixed order; the index is `ResourceRequest.migProfile`.
    ///
    /// The same name can mean different geometry on different GPUs (`1g.10gb` is one memory slice of an A100 80 GB
    /// and two of an A100 40 GB), therefore a request names it and the GPU model gives it its shape.
    public static let names: [String] = {
        var names: [String] = []
        for geometry in MIGGeometry.profileNames {
            for name in geometry where !names.contains(name) { names.append(name) }
        }
        return names
    }()

    /// The index of a profile name (a leading `mig-` or `nvidia.com/mig-` is accepted), or nil.
    public static func index(named name: some StringProtocol) -> Int16? {
        var bare = Substring(name)
        for prefix in ["nvidia.com/", "mig-"] where bare.hasPrefix(prefix) { bare = bare.dropFirst(prefix.count) }
        return names.firstIndex { $0 == bare }.map(Int16.init)
    }
}

/// The MIG profiles of one GPU model.
///
/// All models here have seven compute slices and eight memory slices and the same six kinds of profile;
/// only the memory in the names differs. The `+me` variants (media engines) take the same slices and are left out.
public struct MIGGeometry: Hashable, Sendable {
    /// Profiles, smallest first.
    public let profiles: [MIGProfile]

    /// Compute slices, memory slices and allowed starts of the six kinds of profile.
    private static let kinds: [(compute: Int, memory: Int, starts: [Int])] = [
        (1, 1, [0, 1, 2, 3, 4, 5, 6]),
        (1, 2, [0, 2, 4, 6]),
        (2, 2, [0, 2, 4]),
        (3, 4, [0, 4]),
        (4, 4, [0]),
        (7, 8, [0]),
    ]

    /// Names of the six kinds on each model, in the order of `MIGFamily.allCases`.
    static let profileNames: [[String]] = [
        ["1g.5gb", "1g.10gb", "2g.10gb", "3g.20gb", "4g.20gb", "7g.40gb"],
        ["1g.10gb", "1g.20gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb"],
        ["1g.18gb", "1g.35gb", "2g.35gb", "3g.71gb", "4g.71gb", "7g.141gb"],
        ["1g.23gb", "1g.45gb", "2g.45gb", "3g.90gb", "4g.90gb", "7g.180gb"],
    ]

    init(family: MIGFamily) {
        profiles = zip(Self.profileNames[family.rawValue], Self.kinds).map { name, kind in
            MIGProfile(
                index: MIGProfile.index(named: name)!, computeSlices: kind.compute, memorySlices: kind.memory,
                starts: kind.starts.reduce(0) { $0 | (1 << UInt8($1)) })
        }
    }

    /// The profile with an index of `MIGProfile.names`, or nil when this GPU has no such profile.
    public func profile(_ index: Int16) -> MIGProfile? { profiles.first { $0.index == index } }
}

/// GPU models that share one set of MIG profile names.
public enum MIGFamily: Int, CaseIterable, Sendable {
    /// A100 with 40 GB.
    case a100Memory40
    /// A100 and H100 with 80 GB.
    case memory80
    /// H200.
    case h200
    /// B200.
    case b200

    /// The family's profiles.
    public var geometry: MIGGeometry { MIGGeometry(family: self) }
}
