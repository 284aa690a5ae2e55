import Quantities
import Testing

@Suite struct NearestNameTests {
    @Test func findsMisspellings() {
        let names = ["fifo-gang", "backfill", "priority", "kube-default", "h100", "a100", "sjf", "srtf"]
        for (typed, meant) in [
            ("backfil", "backfill"), ("BackFill", "backfill"), ("prioirty", "priority"), ("fifo_gang", "fifo-gang"),
            ("h10", "h100"), ("kubedefault", "kube-default"), ("srft", "srtf"), ("SJF", "sjf"),
        ] {
            #expect(NearestName.suggest(typed, among: names) == meant)
        }
        for typed in ["", "nothing-alike", "x", "zzzzzzzz"] { #expect(NearestName.suggest(typed, among: names) == nil) }
        #expect(NearestName.suggest("a", among: []) == nil)
        #expect(NearestName.suggest("ab", among: ["ac", "ad"]) == "ac", "the first of equals")
    }

    @Test func longJunkCostsLittle() {
        let junk = String(repeating: "x", count: 1_000_000)
        #expect(NearestName.suggest(junk, among: ["backfill"]) == nil)
    }
}
