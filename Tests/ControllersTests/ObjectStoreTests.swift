import Controllers
import KubernetesObjects
import Testing

private let second: Int64 = 1_000_000_000

private func pod(_ name: String) -> Pod {
    var pod = Pod()
    pod.metadata = ObjectMeta(name: name, namespace: "default")
    return pod
}

@Test func objectsStandInTheOrderOfTheirCreation() {
    var store = ObjectStore()
    for name in ["b", "a", "c"] { store.create(pod(name), now: Timestamp(nanoseconds: 0)) }
    #expect(store.pods.map(\.metadata.name) == ["b", "a", "c"])
    let uids = store.pods.map(\.metadata.uid)
    #expect(uids == uids.sorted() && Set(uids).count == 3)
    store.remove(Pod.self, "default/b")
    store.create(pod("b"), now: Timestamp(nanoseconds: 0))
    #expect(store.pods.map(\.metadata.name) == ["a", "c", "b"])
}

@Test func creationTimesAreWholeSeconds() {
    var store = ObjectStore()
    let created = store.create(pod("a"), now: Timestamp(nanoseconds: 7 * second + 999))
    #expect(created?.metadata.creationTimestamp == Timestamp(nanoseconds: 7 * second))
    #expect(store.create(pod("a"), now: Timestamp(nanoseconds: 8 * second)) == nil)
}

@Test func theLogTellsOldAndNewStates() throws {
    var store = ObjectStore()
    store.create(pod("a"), now: Timestamp(nanoseconds: 0))
    store.modify(Pod.self, "default/a") { $0.spec.nodeName = "n0" }
    store.modify(Pod.self, "default/a") { $0.spec.nodeName = "n0" }
    store.remove(Pod.self, "default/a")
    let changes = store.takeChanges().compactMap { change in
        if case .pod(let change) = change { change } else { nil }
    }
    #expect(changes.map(\.isCreation) == [true, false, false])
    #expect(changes.map(\.isDeletion) == [false, false, true])
    #expect(changes[1].old?.spec.nodeName == "" && changes[1].new?.spec.nodeName == "n0")
    #expect(store.takeChanges().isEmpty)
}

@Test func ownedObjectsAreFoundByTheirOwner() throws {
    var store = ObjectStore()
    let created = store.create(VCJob(), now: Timestamp(nanoseconds: 0))
    let owner = try #require(created)
    var owned = pod("a-w-0")
    owned.metadata.ownerReferences = [OwnerReference()]
    owned.metadata.ownerReferences[0].uid = owner.metadata.uid
    store.create(owned, now: Timestamp(nanoseconds: 0))
    #expect(store.keys(of: Pod.self, ownedBy: owner.metadata.uid) == ["default/a-w-0"])
    #expect(store.keys(of: PodGroup.self, ownedBy: owner.metadata.uid).isEmpty)
    store.remove(Pod.self, "default/a-w-0")
    #expect(store.keys(of: Pod.self, ownedBy: owner.metadata.uid).isEmpty)
}

@Test func onlyABoundPodThatHasNotEndedIsDeletedWithGrace() {
    var store = ObjectStore()
    for name in ["waiting", "running", "ended"] { store.create(pod(name), now: Timestamp(nanoseconds: 0)) }
    store.modify(Pod.self, "default/running") { $0.spec.nodeName = "n0" }
    store.modify(Pod.self, "default/ended") {
        $0.spec.nodeName = "n0"
        $0.status.phase = "Succeeded"
    }
    for name in ["waiting", "running", "ended"] {
        store.requestDeletion(ofPod: "default/" + name, now: Timestamp(nanoseconds: second))
    }
    #expect(store.pods.map(\.metadata.name) == ["running"])
    #expect(store.pods["default/running"]?.metadata.deletionTimestamp == Timestamp(nanoseconds: second))
}
