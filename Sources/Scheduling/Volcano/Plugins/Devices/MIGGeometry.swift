import Configuration

/// Cards that can be partitioned alike.
struct MIGModel: Sendable, Equatable {
    /// Parts of model names.
    var names: [String]
    var geometries: [MIGGeometry]
}

/// One way to partition a card (upstream: `api/devices/config/vgpu.go`, Geometry).
package struct MIGGeometry: Sendable, Equatable {
    /// Instances of one profile.
    package struct Profile: Sendable, Equatable {
        /// Such as `1g.10gb`.
        package var name: String
        /// MiB.
        package var memory: Int
        package var count: Int

        package init(name: String, memory: Int, count: Int) {
            self.name = name
            self.memory = memory
            self.count = count
        }
    }

    package var group: String
    package var profiles: [Profile]

    package init(group: String, profiles: [Profile]) {
        self.group = group
        self.profiles = profiles
    }

    init(_ node: YAMLNode) {
        group = node["group"]?.scalarText ?? ""
        profiles = (node["geometries"]?.elements ?? []).map {
            Profile(
                name: $0["name"]?.scalarText ?? "", memory: $0["memory"]?.integer ?? 0, count: $0["count"]?.integer ?? 0
            )
        }
    }

    private init(_ group: String, _ profiles: (String, Int, Int)...) {
        self.group = group
        self.profiles = profiles.map { Profile(name: $0.0, memory: $0.1, count: $0.2) }
    }

    /// The table that Volcano's vGPU device plugin ships.
    static let shipped = [
        MIGModel(
            names: ["A30"],
            geometries: [
                MIGGeometry("group1", ("1g.6gb", 6144, 4)), MIGGeometry("group2", ("2g.12gb", 12288, 2)),
                MIGGeometry("group3", ("4g.24gb", 24576, 1)),
            ]),
        MIGModel(
            names: ["A100-SXM4-40GB", "A100-40GB-PCIe", "A100-PCIE-40GB"],
            geometries: [
                MIGGeometry("group1", ("1g.5gb", 5120, 7)),
                MIGGeometry("group2", ("2g.10gb", 10240, 3), ("1g.5gb", 5120, 1)),
                MIGGeometry("group3", ("3g.20gb", 20480, 2)), MIGGeometry("group4", ("7g.40gb", 40960, 1)),
            ]),
        MIGModel(
            names: ["A100-SXM4-80GB", "A100-80GB-PCIe", "A100-PCIE-80GB"],
            geometries: [
                MIGGeometry("group1", ("1g.10gb", 10240, 7)),
                MIGGeometry("group2", ("2g.20gb", 20480, 3), ("1g.10gb", 10240, 1)),
                MIGGeometry("group3", ("3g.40gb", 40960, 2)), MIGGeometry("group4", ("7g.79gb", 80896, 1)),
            ]),
    ]
}

/// One instance of a partitioned card.
package struct MIGSlot: Sendable, Hashable {
    /// Index of the geometry.
    var geometry: Int
    /// Index of the profile in the geometry.
    var profile: Int
    /// Which of the profile's instances.
    var instance: Int
}

/// How a card is partitioned (upstream: `vgpu/mig.go`).
///
/// A card takes the first geometry that serves its first user and keeps it while it has users. Upstream books a slot
/// only when the pod's annotation is read back, so that in one session it can name the same slot twice; here it is booked
/// at once.
struct MIGUsage: Sendable {
    let geometries: [MIGGeometry]
    /// Geometry in force; nil while nobody uses the card.
    private(set) var geometry: Int?
    /// Profiles in use, in order of first use, with the instances taken, ascending.
    private var used: [(profile: Int, instances: [Int])] = []

    init(geometries: [MIGGeometry]) { self.geometries = geometries }

    /// The smallest instance of at least `memory` MiB: of the geometry in force only among profiles in use (as
    /// upstream), else of the first geometry that has one.
    func slot(for memory: Int) -> MIGSlot? {
        if let geometry { return pick(from: geometry, memory) }
        return geometries.indices.lazy.compactMap { self.pick(from: $0, memory) }.first
    }

    private func pick(from geometry: Int, _ memory: Int) -> MIGSlot? {
        let profiles = geometries[geometry].profiles
        let order = profiles.indices.sorted { (profiles[$0].memory, $0) < (profiles[$1].memory, $1) }
        for profile in order where profiles[profile].memory >= memory {
            if used.isEmpty { return MIGSlot(geometry: geometry, profile: profile, instance: 0) }
            for entry in used
            where profiles[entry.profile].name == profiles[profile].name
                && entry.instances.count < profiles[profile].count
            {
                let free = (0..<profiles[profile].count).first { !entry.instances.contains($0) } ?? 0
                return MIGSlot(geometry: geometry, profile: profile, instance: free)
            }
        }
        return nil
    }

    /// MiB of a slot.
    func memory(of slot: MIGSlot) -> Int { geometries[slot.geometry].profiles[slot.profile].memory }

    mutating func book(_ slot: MIGSlot) {
        geometry = slot.geometry
        if let index = used.firstIndex(where: { $0.profile == slot.profile }) {
            if !used[index].instances.contains(slot.instance) {
                used[index].instances.append(slot.instance)
                used[index].instances.sort()
            }
        } else {
            used.append((slot.profile, [slot.instance]))
        }
    }

    mutating func free(_ slot: MIGSlot) {
        guard let index = used.firstIndex(where: { $0.profile == slot.profile }) else { return }
        used[index].instances.removeAll { $0 == slot.instance }
        if used[index].instances.isEmpty { used.remove(at: index) }
        if used.isEmpty { geometry = nil }
    }

    /// `[group2-3]`: group, and place among all instances of the geometry.
    func suffix(of slot: MIGSlot) -> String {
        let geometry = geometries[slot.geometry]
        let before = geometry.profiles[..<slot.profile].reduce(0) { $0 + $1.count }
        return "[\(geometry.group)-\(before + slot.instance)]"
    }

    /// The slot that a device id such as `GPU-1[group2-3]` names; nil where it names none.
    func slot(named id: String) -> MIGSlot? {
        guard let start = id.firstIndex(of: "["), let end = id.firstIndex(of: "]"), start < end else { return nil }
        let parts = id[id.index(after: start)..<end].split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, var place = Int(parts[1]), place >= 0,
            let geometry = geometries.firstIndex(where: { $0.group == parts[0] })
        else { return nil }
        for (profile, instances) in geometries[geometry].profiles.enumerated() {
            if place < instances.count { return MIGSlot(geometry: geometry, profile: profile, instance: place) }
            place -= instances.count
        }
        return nil
    }
}
