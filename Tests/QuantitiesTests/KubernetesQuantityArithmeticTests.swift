import Quantities
import Testing

@Test func kubernetesQuantitiesAddExactly() throws {
    let cases = [
        ("100m", "1", "1100m"), ("1Gi", "512Mi", "1536Mi"), ("0", "1Gi", "1Gi"),
        ("1n", "1E", "1000000000000000000000000001n"),
        ("1", "-1", "0"), ("1.5Gi", "1k", "1610613736"), ("3", "-5", "-2"), ("500m", "500m", "1"),
    ]
    for (a, b, sum) in cases {
        let (a, b) = (try KubernetesQuantity(parsing: a), try KubernetesQuantity(parsing: b))
        #expect(a + b == (try KubernetesQuantity(parsing: sum)), "\(a) + \(b)")
        #expect(b + a == a + b)
        #expect((a + b) - b == a)
    }
    #expect((try KubernetesQuantity(parsing: "1Gi") + KubernetesQuantity(parsing: "1k")).format == .binarySI)
    #expect((KubernetesQuantity(0) + (try KubernetesQuantity(parsing: "1Gi"))).description == "1Gi")
}

@Test func sumsBeyondAllDigitsKeepTheLeadingOnes() throws {
    let large = try KubernetesQuantity(parsing: "99999999999999999999999999999999999999")
    #expect((large + KubernetesQuantity(1)).description == "100e36")
    #expect(large + (try KubernetesQuantity(parsing: "1n")) == large)
    #expect((try KubernetesQuantity(parsing: "1e2000000000")) + KubernetesQuantity(1) > large)
}
