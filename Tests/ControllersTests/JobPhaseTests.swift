import KubernetesObjects
import Testing

@Test func finishedPhasesStayFinished() {
    #expect(JobPhase.allCases.filter(\.isFinished).map(\.rawValue) == ["Aborted", "Completed", "Terminated", "Failed"])
}
