import KubernetesObjects
import Quantities
import Testing

@Test func resourceListsStaySortedAndUnique() {
    var list: ResourceList = ["nvidia.com/gpu": .init(8), "cpu": .init(4)]
    list["cpu"] = .init(5)
    list["memory"] = .init(1)
    #expect(list.entries.map(\.name) == ["cpu", "memory", "nvidia.com/gpu"])
    list["memory"] = nil
    #expect(list["cpu"] == .init(5) && list["memory"] == nil)
}
