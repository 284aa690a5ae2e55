import KubernetesObjects

/// Device slices, classes and claims, with the devices that are taken.
///
/// Device selectors are CEL expressions. Only `device.driver == "…"` is understood; a class or request with another
/// expression accepts every device.
public struct DeviceCatalog: Sendable {
    /// By `namespace/name`.
    private(set) var claims: [String: ResourceClaim] = [:]
    private var templates: [String: ResourceClaimTemplate] = [:]
    private var classes: [String: DeviceClass] = [:]
    /// Node to its slices, in the order given.
    private var slices: [String: [ResourceSlice]] = [:]
    private(set) var taken: Set<DeviceID> = []

    /// One device of the cluster.
    struct DeviceID: Hashable, Sendable {
        var driver: String
        var pool: String
        var device: String
    }

    init(_ objects: DeviceObjects) {
        func key(_ metadata: ObjectMeta) -> String {
            (metadata.namespace.isEmpty ? "default" : metadata.namespace) + "/" + metadata.name
        }
        for claim in objects.claims {
            claims[key(claim.metadata)] = claim
            for device in claim.allocation {
                taken.insert(DeviceID(driver: device.driver, pool: device.pool, device: device.device))
            }
        }
        for template in objects.templates { templates[key(template.metadata)] = template }
        for deviceClass in objects.classes { classes[deviceClass.metadata.name] = deviceClass }
        for slice in objects.slices where !slice.nodeName.isEmpty {
            slices[slice.nodeName, default: []].append(slice)
        }
    }

    var isEmpty: Bool { slices.isEmpty && claims.isEmpty && templates.isEmpty }

    /// The requests of a template; nil for an unknown one.
    func requests(ofTemplate key: String) -> [DeviceRequest]? { templates[key]?.requests }

    /// Free devices of a node that serve all requests, first fit in the order of the slices; nil where they do not
    /// suffice.
    func choose(_ requests: [DeviceRequest], on node: String) -> [AllocatedDevice]? {
        var chosen: [AllocatedDevice] = []
        var used = taken
        for request in requests {
            var missing = max(request.count, 0)
            for slice in slices[node] ?? [] where missing > 0 && accepts(slice, request) {
                for device in slice.devices where missing > 0 {
                    let id = DeviceID(driver: slice.driver, pool: slice.pool, device: device.name)
                    guard !used.contains(id), request.isCovered(by: device) else { continue }
                    used.insert(id)
                    missing -= 1
                    var given = AllocatedDevice()
                    (given.request, given.driver) = (request.name, slice.driver)
                    (given.pool, given.device) = (slice.pool, device.name)
                    chosen.append(given)
                }
            }
            if missing > 0 { return nil }
        }
        return chosen
    }

    private func accepts(_ slice: ResourceSlice, _ request: DeviceRequest) -> Bool {
        let selectors = (classes[request.deviceClassName]?.selectors ?? []) + request.selectors
        return selectors.allSatisfy { $0.requiredDriver.map { $0 == slice.driver } ?? true }
    }

    /// Takes (`isTaken`) or frees devices.
    mutating func mark(_ devices: [AllocatedDevice], isTaken: Bool) {
        for device in devices {
            let id = DeviceID(driver: device.driver, pool: device.pool, device: device.device)
            if isTaken { taken.insert(id) } else { taken.remove(id) }
        }
    }

    /// Notes, or forgets, that a claim got its devices on a node.
    mutating func allocate(_ key: String, _ devices: [AllocatedDevice], node: String?) {
        claims[key]?.allocation = devices
        claims[key]?.allocatedNode = node
    }
}

/// What a pod needs of one claim.
enum DeviceDemand: Sendable {
    /// The claim has its devices; nil means anywhere.
    case allocated(node: String?)
    /// The claim (nil: one that its template will make) still needs devices.
    case needed(claim: String?, [DeviceRequest])
}

/// DynamicResources (plugins/dynamicresources), as far as counting free devices of a node goes.
enum DynamicResources {
    static func preFilter(_ pod: PodInfo, _ devices: DeviceCatalog) -> Result<[DeviceDemand], PreFilterRefusal> {
        var demands: [DeviceDemand] = []
        for reference in pod.traits.deviceClaims {
            if !reference.resourceClaimName.isEmpty {
                let key = pod.namespace + "/" + reference.resourceClaimName
                guard let claim = devices.claims[key] else { return missing(reference.resourceClaimName) }
                if claim.allocation.isEmpty, claim.allocatedNode == nil {
                    demands.append(.needed(claim: key, claim.requests))
                } else {
                    demands.append(.allocated(node: claim.allocatedNode))
                }
            } else if !reference.resourceClaimTemplateName.isEmpty {
                let key = pod.namespace + "/" + reference.resourceClaimTemplateName
                guard let requests = devices.requests(ofTemplate: key) else {
                    return missing(reference.resourceClaimTemplateName)
                }
                demands.append(.needed(claim: nil, requests))
            }
        }
        return .success(demands)
    }

    private static func missing(_ name: String) -> Result<[DeviceDemand], PreFilterRefusal> {
        .failure(PreFilterRefusal(status: .unresolvable(.missingDeviceClaim(name), .dynamicResources)))
    }

    static func filter(_ demands: [DeviceDemand], _ node: NodeState, _ devices: DeviceCatalog) -> FilterStatus {
        var requests: [DeviceRequest] = []
        for demand in demands {
            switch demand {
            case .allocated(let place):
                if let place, place != node.name { return .unschedulable(.devicesElsewhere, .dynamicResources) }
            case .needed(_, let more): requests += more
            }
        }
        return devices.choose(requests, on: node.name) == nil
            ? .unschedulable(.devicesShort, .dynamicResources) : .success
    }
}

/// The devices that a pod took when it was put on a node, to be given back when it leaves.
public struct DeviceReservation: Sendable, Equatable {
    /// All devices taken.
    var devices: [AllocatedDevice] = []
    /// Claims that got them.
    var claims: [String] = []
}

extension ClusterState {
    /// Takes the devices `cycle`'s pod needs on a node; nil where they do not suffice.
    public mutating func reserveDevices(_ cycle: CycleState, on node: String) -> DeviceReservation? {
        var reservation = DeviceReservation()
        for case .needed(let claim, let requests) in cycle.deviceRequests {
            guard let chosen = devices.choose(requests, on: node) else {
                release(reservation)
                return nil
            }
            devices.mark(chosen, isTaken: true)
            reservation.devices += chosen
            if let claim {
                devices.allocate(claim, chosen, node: node)
                reservation.claims.append(claim)
            }
        }
        return reservation
    }

    /// Gives the devices of a reservation back.
    public mutating func release(_ reservation: DeviceReservation) {
        devices.mark(reservation.devices, isTaken: false)
        for claim in reservation.claims { devices.allocate(claim, [], node: nil) }
    }
}

extension DeviceRequest {
    /// Whether a device has the capacity asked for in every dimension.
    fileprivate func isCovered(by device: Device) -> Bool {
        capacity.entries.allSatisfy { wanted in device.capacity[wanted.name].map { $0 >= wanted.quantity } ?? false }
    }
}

extension String {
    /// The driver that a selector of the form `device.driver == "…"` asks for; nil for another expression.
    fileprivate var requiredDriver: String? {
        let text = filter { $0 != " " }
        let prefix = "device.driver=="
        guard text.hasPrefix(prefix) else { return nil }
        let quoted = text.dropFirst(prefix.count)
        guard let quote = quoted.first, quote == "\"" || quote == "'", quoted.last == quote, quoted.count >= 2 else {
            return nil
        }
        let driver = quoted.dropFirst().dropLast()
        return driver.contains(quote) ? nil : String(driver)
    }
}
