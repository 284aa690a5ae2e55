import KubernetesObjects
import Testing

private func requests(_ spec: String, status: String = "{}") throws -> ResourceList {
    let text = "kind: Pod\nmetadata: {name: p}\nspec: \(spec)\nstatus: \(status)\n"
    return try objects(text).pods.first?.effectiveRequests() ?? ResourceList()
}

@Test func aPodAsksForItsContainersOrItsInitContainers() throws {
    #expect(
        try requests("{containers: [{resources: {requests: {cpu: 100m, gpu: 1}}}, {resources: {requests: {cpu: 1}}}]}")
            == ["cpu": .init(milli: 1100), "gpu": .init(1)])
    #expect(
        try requests(
            """
            {containers: [{resources: {requests: {cpu: 1}}}],
             initContainers: [{resources: {requests: {cpu: 3, memory: 1Gi}}}, {resources: {requests: {cpu: 2}}}]}
            """) == ["cpu": .init(3), "memory": .init(1 << 30)])
}

@Test func sidecarsCountBesideWhatRunsAfterThem() throws {
    // The sidecar (2) runs beside the second init container (3) and beside the container (1), not beside the first.
    let spec = """
        {containers: [{resources: {requests: {cpu: 1}}}],
         initContainers: [{resources: {requests: {cpu: 4}}},
           {restartPolicy: Always, resources: {requests: {cpu: 2}}}, {resources: {requests: {cpu: 3}}}]}
        """
    #expect(try requests(spec) == ["cpu": .init(5)])
}

@Test func requestsOfThePodReplaceTheSumsAndOverheadComesOnTop() throws {
    let spec = """
        {containers: [{resources: {requests: {cpu: 1, memory: 1Gi, nvidia.com/gpu: 2}}}], overhead: {cpu: 250m},
         resources: {requests: {cpu: 3, nvidia.com/gpu: 7, hugepages-2Mi: 4Mi}}}
        """
    #expect(
        try requests(spec) == [
            "cpu": .init(milli: 3250), "memory": .init(1 << 30), "nvidia.com/gpu": .init(2),
            "hugepages-2Mi": .init(4 << 20),
        ])
}

@Test func aResizeCountsWithTheMostOfAskedAllocatedAndUsed() throws {
    let spec = "{containers: [{name: c, resources: {requests: {cpu: 1}}}]}"
    let resizing = "containerStatuses: [{name: c, allocatedResources: {cpu: 2}, resources: {requests: {cpu: 3}}}]"
    #expect(try requests(spec, status: "{\(resizing)}") == ["cpu": .init(3)])
    #expect(
        try requests(spec, status: "{containerStatuses: [{name: c, allocatedResources: {cpu: 2}}]}") == [
            "cpu": .init(1)
        ])
    let infeasible = "conditions: [{type: PodResizePending, status: 'True', reason: Infeasible}]"
    let larger = "{containers: [{name: c, resources: {requests: {cpu: 9}}}]}"
    #expect(try requests(larger, status: "{\(resizing)}") == ["cpu": .init(9)])
    #expect(try requests(larger, status: "{\(resizing), \(infeasible)}") == ["cpu": .init(3)])
}
