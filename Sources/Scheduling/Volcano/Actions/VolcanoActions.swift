/// The built-in actions.
public enum VolcanoActions {
    static let all: [any VolcanoAction.Type] = [
        EnqueueAction.self,
        AllocateAction.self,
        BackfillAction.self,
        PreemptAction.self,
        ReclaimAction.self,
        GangPreemptAction.self,
        GangReclaimAction.self,
        ShuffleAction.self,
    ]

    /// Actions by their name in the configuration.
    public static let byName: [String: any VolcanoAction.Type] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.name, $0) })
}
