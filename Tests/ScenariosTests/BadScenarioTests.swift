import Configuration
import Testing

@testable import Scenarios

@Suite("Malformed scenarios")
struct BadScenarioTests {
    @Test(arguments: BadScenario.all)
    func everyFaultIsReportedAtItsPlace(_ bad: BadScenario) {
        let found = faults(bad.text)
        #expect(found.count == bad.expected.count, "\(found)")
        for (found, expected) in zip(found, bad.expected) { #expect(found.contains(expected)) }
    }

    @Test func theDraftItselfIsFine() { #expect(faults(Draft().text) == []) }

    @Test func thereAreAtLeastForty() { #expect(BadScenario.all.count >= 60) }

    @Test func filesThatAreNoScenarios() {
        for (path, expected) in [
            ("/", "/:1:1: is a directory"), ("/no/such.yaml", "/no/such.yaml:1:1: cannot be opened"),
            ("/dev/null", "/dev/null:1:1: is empty"), ("/bin/sh", "is a binary file"),
        ] {
            let error = #expect(throws: InvalidInput.self) { try ScenarioFile(path: path) }
            #expect(error?.description.contains(expected) == true)
        }
    }

    @Test func everyOverrideIsReported() {
        #expect(
            faults(Draft().text, set: ["spec.clusters[west].name=a", "spec.seed"]) == [
                "--set:1:15: spec.clusters: has no element named \"west\"; known: east",
                "--set:2:1: expected path=value, found \"spec.seed\"",
            ])
        #expect(
            faults(Draft().text, set: ["spec.clusters[0].nodePools[h100].count=-1", "spec.horizn=2d"]) == [
                "--set:1:40: spec.clusters[0].nodePools[0].count: expected a whole number from 0 to 1000000, "
                    + "found the number -1",
                "--set:2:6: spec: unknown key \"horizn\" in the spec; did you mean \"horizon\"?",
            ])
    }

    @Test func faultsOfVariantsStandWhereTheVariantIsWritten() {
        let text =
            Draft().text
            + "  compare:\n    - name: more\n      set:\n        spec.clusters[0].nodePools[h100].count: many\n"
            + "        spec.clusters[0].nodePools[b200].count: 3\n    - name: more\n      set: {spec.seed: -1}\n"
        #expect(
            faults(text) == [
                "s.yaml:17:13: spec.compare[1].name: variant \"more\" is already defined in line 13"
            ])
        let renamed = text.replacing("- name: more\n      set: {", with: "- name: less\n      set: {")
        #expect(
            faults(renamed) == [
                "s.yaml:16:36: spec.clusters[0].nodePools: has no element named \"b200\"; known: h100",
                "s.yaml:18:24: spec.seed: expected a whole number, at least 0, found the number -1",
            ])
    }
}
