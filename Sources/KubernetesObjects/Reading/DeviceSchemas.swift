extension ResourceClaim: Described {
    static let schema = Schema<ResourceClaim>(
        "a ResourceClaim",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.readDeviceRequests(&$0.requests) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let status = Schema<ResourceClaim>(
        "the status of a ResourceClaim",
        [
            .init("allocation") { $1.read(&$0, allocation) },
            .init("reservedFor") { claim, decoder in
                var consumers: [NameOnly] = []
                decoder.read(&consumers)
                claim.reservedFor = consumers.map(\.name)
            },
        ])

    private static let allocation = Schema<ResourceClaim>(
        "an allocation",
        [
            .init("devices") { $1.read(&$0, devices) },
            .init("nodeSelector") { claim, decoder in
                var selector = NodeSelectorTerms()
                decoder.read(&selector)
                let fields = selector.terms.flatMap(\.matchFields)
                claim.allocatedNode = fields.first { $0.key == "metadata.name" && $0.operator == "In" }?.values.first
            },
        ])

    private static let devices = Schema<ResourceClaim>(
        "allocated devices", [.init("results") { $1.read(&$0.allocation) }])
}

extension ResourceClaimTemplate: Described {
    static let schema = Schema<ResourceClaimTemplate>(
        "a ResourceClaimTemplate",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
        ])

    private static let spec = Schema<ResourceClaimTemplate>(
        "the spec of a ResourceClaimTemplate", [.init("spec") { $1.readDeviceRequests(&$0.requests) }])
}

extension ObjectDecoder {
    /// The spec of a claim.
    fileprivate mutating func readDeviceRequests(_ requests: inout [DeviceRequest]) {
        read(&requests, claimSpec)
    }
}

private let claimSpec = Schema<[DeviceRequest]>(
    "the spec of a ResourceClaim", [.init("devices") { $1.read(&$0, claimedDevices) }])

private let claimedDevices = Schema<[DeviceRequest]>(
    "claimed devices", [.init("requests") { $1.read(&$0) }])

extension DeviceRequest: Described {
    static let schema: Schema<DeviceRequest> = Schema(
        "a device request",
        [
            .init("name") { $1.read(&$0.name) },
            .init("deviceClassName") { $1.read(&$0.deviceClassName) },
            .init("count") { $1.read(&$0.count, in: 0...Int64.max) },
            .init("allocationMode") { $1.read(&$0.allocationMode) },
            .init("capacity") { $1.read(&$0, capacity) },
            .init("selectors") { $1.readExpressions(&$0.selectors) },
            // Since resource.k8s.io/v1beta2 the request proper stands one level deeper.
            .init("exactly") { $1.read(&$0, DeviceRequest.schema) },
        ])

    private static let capacity = Schema<DeviceRequest>(
        "the capacity of a device request", [.init("requests") { $1.read(&$0.capacity) }])
}

extension AllocatedDevice: Described {
    static let schema = Schema<AllocatedDevice>(
        "an allocated device",
        [
            .init("request") { $1.read(&$0.request) },
            .init("driver") { $1.read(&$0.driver) },
            .init("pool") { $1.read(&$0.pool) },
            .init("device") { $1.read(&$0.device) },
        ])
}

extension ResourceSlice: Described {
    static let schema = Schema<ResourceSlice>(
        "a ResourceSlice",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
        ])

    private static let spec = Schema<ResourceSlice>(
        "the spec of a ResourceSlice",
        [
            .init("driver") { $1.read(&$0.driver) },
            .init("pool") { slice, decoder in
                var pool = NameOnly()
                decoder.read(&pool)
                slice.pool = pool.name
            },
            .init("nodeName") { $1.read(&$0.nodeName) },
            .init("devices") { $1.read(&$0.devices) },
        ])
}

extension Device: Described {
    static let schema: Schema<Device> = Schema(
        "a device",
        [
            .init("name") { $1.read(&$0.name) },
            .init("capacity") { device, decoder in
                decoder.readNamed("a mapping from names to capacities") { decoder, name in
                    // `{value: 80Gi}`, in old versions of the API the quantity alone.
                    guard decoder.peek().kind == .mappingStart else {
                        device.capacity[name] = decoder.amount()
                        return
                    }
                    decoder.readNamed("a capacity") { decoder, key in
                        if key == "value" { device.capacity[name] = decoder.amount() } else { decoder.skipValue() }
                    }
                }
            },
            // Before resource.k8s.io/v1beta2 the device proper stood one level deeper.
            .init("basic") { $1.read(&$0, Device.schema) },
        ])
}

extension DeviceClass: Described {
    static let schema = Schema<DeviceClass>(
        "a DeviceClass",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
        ])

    private static let spec = Schema<DeviceClass>(
        "the spec of a DeviceClass", [.init("selectors") { $1.readExpressions(&$0.selectors) }])
}

extension ObjectDecoder {
    /// CEL expressions: `[{cel: {expression: …}}]`.
    fileprivate mutating func readExpressions(_ expressions: inout [String]) {
        var selectors: [CELSelector] = []
        read(&selectors)
        expressions = selectors.map(\.expression)
    }
}

private struct CELSelector: Described {
    var expression = ""

    static let schema = Schema<CELSelector>("a device selector", [.init("cel") { $1.read(&$0, cel) }])
    private static let cel = Schema<CELSelector>(
        "a CEL expression", [.init("expression") { $1.read(&$0.expression) }])
}
