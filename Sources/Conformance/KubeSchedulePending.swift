import Configuration

func runKubeSchedule(input: YAMLNode, expect: YAMLNode, observed: YAMLNode?) -> CaseOutcome {
    .unsupported("kind kube-schedule")
}
