import Configuration

/// The scheduler's configuration (`volcano-scheduler.conf`): actions in order, plugins in tiers, arguments.
public struct VolcanoConfiguration: Sendable, Equatable {
    /// Actions in the order they run.
    public var actions: [String]
    /// Plugins by tier.
    public var tiers: [[PluginOption]]
    /// Arguments per action.
    public var actionArguments: [String: PluginArguments]
    /// Where node usage is measured: `type`, `address`, `interval`, `tls.insecureSkipVerify`, ...
    public var metrics: [String: String]

    /// A configuration with these parts.
    public init(
        actions: [String], tiers: [[PluginOption]], actionArguments: [String: PluginArguments] = [:],
        metrics: [String: String] = [:]
    ) {
        self.actions = actions
        self.tiers = tiers
        self.actionArguments = actionArguments
        self.metrics = metrics
    }
}

/// A ConfigMap that holds a scheduler configuration.
public struct SchedulerConfigMap: Sendable, Equatable {
    public var metadata: ObjectMeta
    public var configuration: VolcanoConfiguration
    /// The configuration as it was written.
    public var text: String

    /// The configuration in the ConfigMap with this metadata.
    public init(metadata: ObjectMeta, configuration: VolcanoConfiguration, text: String) {
        self.metadata = metadata
        self.configuration = configuration
        self.text = text
    }
}

/// One plugin of a tier.
public struct PluginOption: Sendable, Equatable {
    public var name: String
    /// Flags that the file sets, by their real key (`enableJobOrder`, `enabledOverused`, ...).
    public var flags: [String: Bool]
    public var arguments: PluginArguments
    /// What a flag that is not listed means; true in files (except for the two below), false in Volcano's unit tests.
    public var unlistedFlags: Bool

    /// A plugin with everything at its default.
    public init(
        name: String, flags: [String: Bool] = [:], arguments: PluginArguments = PluginArguments(),
        unlistedFlags: Bool = true
    ) {
        self.name = name
        self.flags = flags
        self.arguments = arguments
        self.unlistedFlags = unlistedFlags
    }

    /// Whether a flag is on: as listed, else on, except `enableHierarchy` and `enabledClusterOrder`
    /// (upstream: `plugins/defaults.go`, ApplyPluginConfDefaults).
    public func isEnabled(_ flag: String) -> Bool {
        flags[flag] ?? (unlistedFlags && flag != "enableHierarchy" && flag != "enabledClusterOrder")
    }
}

/// Free-form arguments of a plugin or action.
///
/// Readers follow upstream's `framework.Arguments`: a missing or unparsable value leaves the default standing.
public struct PluginArguments: Sendable, Equatable {
    /// Values by key.
    public var values: [String: JSONValue]

    /// These arguments.
    public init(_ values: [String: JSONValue] = [:]) { self.values = values }
}
