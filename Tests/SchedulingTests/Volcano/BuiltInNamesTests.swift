import KubernetesObjects
import Testing

@testable import Scheduling

/// What a configuration may name is what there is.
@Test func everyKnownPluginAndActionExists() {
    #expect(VolcanoConfiguration.knownPlugins.sorted() == VolcanoPlugins.byName.keys.sorted())
    #expect(VolcanoConfiguration.knownActions.sorted() == VolcanoActions.byName.keys.sorted())
}
