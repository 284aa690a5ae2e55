import KubernetesObjects
import Testing

@testable import Controllers

private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }

@Test func triesAreEverFartherApart() {
    var retries = Retries<String>(limit: nil)
    var now: Int64 = 0
    var delays: [Int64] = []
    for _ in 0..<20 {
        retries.add("a", now: at(now))
        let next = (retries.next?.nanoseconds ?? 0) / 1_000_000
        #expect(retries.takeDue(at(next - 1)) == [])
        #expect(retries.takeDue(at(next)) == ["a"])
        delays.append(next - now)
        now = next
    }
    #expect(delays.prefix(4) == [5, 10, 20, 40])
    #expect(delays.suffix(2) == [1_000_000, 1_000_000] && retries.next == nil)
}

@Test func whatFailsTooOftenIsGivenUp() {
    var retries = Retries<String>(limit: 3)
    for _ in 0..<3 {
        #expect(retries.add("a", now: at(0)) == true)
        #expect(retries.takeDue(at(1_000)) == ["a"])
    }
    #expect(retries.add("a", now: at(0)) == false && retries.next == nil)
    // From the beginning.
    #expect(retries.add("a", now: at(0)) == true && retries.next == at(5))
}

@Test func whatSucceedsIsForgotten() {
    var retries = Retries<String>(limit: nil)
    retries.add("a", now: at(0))
    retries.add("b", now: at(0))
    retries.add("a", now: at(0))
    #expect(retries.next == at(5))
    #expect(retries.takeDue(at(100)) == ["b", "a"])
    retries.add("b", now: at(0))
    retries.forget("b")
    retries.forget("a")
    #expect(retries.next == nil)
    retries.add("a", now: at(0))
    #expect(retries.next == at(5))
}
