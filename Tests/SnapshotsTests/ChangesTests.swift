import Configuration
import KubernetesObjects
import Testing

/// Changes to the objects of a dump.
@Suite struct ChangesTests {
    private let dump = """
        kind: List
        items:
        - kind: Node
          metadata: {name: n1, labels: {zone: a, disk: ssd}}
          spec: {taints: [{key: k, effect: NoSchedule}, {key: l, effect: NoSchedule}]}
          status: {allocatable: {cpu: 8, memory: 8Gi}}
        - kind: Pod
          metadata: {name: p, namespace: ns}
          spec: {priority: 5, schedulerName: volcano}
        - kind: Pod
          metadata: {name: q}
        """

    private func changed(_ text: String) throws -> ChangedObjects {
        var changes = ObjectChanges()
        try changes.read(SourceText(name: "changes.yaml", text: text))
        var reader = ObjectReader(for: changes)
        try reader.read(SourceText(name: "dump.yaml", text: dump))
        return try reader.applying(changes)
    }

    @Test func givenFieldsAreMergedAndListsReplaced() throws {
        let result = try changed(
            """
            kind: Node
            metadata: {name: n1, labels: {zone: b, rack: r}}
            spec: {taints: [{key: m, effect: NoExecute}]}
            status: {allocatable: {cpu: 4}}
            """)
        let node = try #require(result.objects.nodes.first)
        #expect(node.metadata.labels == ["zone": "b", "disk": "ssd", "rack": "r"])
        #expect(node.taints.map(\.key) == ["m"])
        #expect(node.allocatable["cpu"]?.value == 4)
        #expect(node.allocatable["memory"]?.value == 8 << 30)
        #expect(result.changed == [ObjectKey(kind: "Node", name: "n1")])
    }

    @Test func nullRemovesAField() throws {
        let node = try #require(
            try changed("{kind: Node, metadata: {name: n1, labels: {disk: null}}, spec: {taints: null}}").objects.nodes
                .first)
        #expect(node.metadata.labels == ["zone": "a"])
        #expect(node.taints.isEmpty)
    }

    @Test(arguments: [
        "{kind: Pod, metadata: {name: p, namespace: ns, $patch: delete}}",
        "{kind: Pod, $patch: delete, metadata: {name: p, namespace: ns}}",
    ])
    func aPatchOfDeleteRemoves(_ text: String) throws {
        let result = try changed(text)
        #expect(result.objects.pods.map(\.metadata.name) == ["q"])
        #expect(result.removed.map(\.description) == ["Pod ns/p"])
    }

    @Test func newNamesAreAdded() throws {
        let result = try changed("{kind: Pod, metadata: {name: p}, spec: {priority: 7}}")
        #expect(result.objects.pods.map(\.metadata.key) == ["ns/p", "default/q", "default/p"])
        #expect(result.objects.pods.map(\.spec.priority) == [5, nil, 7])
        #expect(result.added.map(\.description) == ["Pod default/p"])
    }

    @Test func changesOfOneObjectAddUp() throws {
        let result = try changed(
            """
            {kind: Pod, metadata: {name: p, namespace: ns, $patch: delete}}
            ---
            {kind: Pod, metadata: {name: p, namespace: ns}, spec: {nodeName: n1}}
            """)
        let pod = try #require(result.objects.pods.first)
        #expect(pod.spec.nodeName == "n1")
        #expect(pod.spec.priority == nil)
        #expect(result.changed.count == 1)
    }

    @Test func theRestOfTheDumpStaysAsItIs() throws {
        var plain = ObjectReader()
        try plain.read(SourceText(name: "dump.yaml", text: dump))
        let result = try changed("{kind: Node, metadata: {name: n1}}")
        #expect(result.objects == plain.objects)
    }

    @Test func whatHasNoEffectIsTold() throws {
        var changes = ObjectChanges()
        try changes.read(
            SourceText(
                name: "c.yaml", text: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: x}}"))
        #expect(changes.withoutEffect.map(\.description) == ["Deployment x/d"])
        #expect(changes.isEmpty)
        #expect(try changed("{kind: Pod, metadata: {name: none}, $patch: delete}").missing.count == 1)
    }

    @Test func aChangeWithoutNameIsRefused() throws {
        var changes = ObjectChanges()
        #expect(throws: InvalidInput.self) {
            try changes.read(SourceText(name: "c.yaml", text: "{kind: Node, spec: {unschedulable: true}}"))
        }
    }

    @Test func aBadFieldIsNamedAtItsPlace() throws {
        let failure = #expect(throws: InvalidInput.self) {
            try changed("kind: Pod\nmetadata: {name: p, namespace: ns}\nspec:\n  priority: very\n")
        }
        #expect(failure?.description.hasPrefix("changes.yaml:4:13: ") == true, "\(String(describing: failure))")
    }
}
