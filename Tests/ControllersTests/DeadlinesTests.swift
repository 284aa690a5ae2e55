import KubernetesObjects
import Testing

@testable import Controllers

private func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

@Test func deadlinesComeByTimeThenByName() {
    var deadlines = Deadlines()
    for (name, due) in [("c", 3), ("b", 1), ("a", 3), ("d", 2)] { deadlines[name] = at(Int64(due)) }
    #expect(deadlines.next == at(1) && deadlines.takeDue(at(2)) == ["b", "d"])
    #expect(deadlines.takeDue(at(3)) == ["a", "c"] && deadlines.next == nil)
}

@Test func aDeadlineCanBeMovedAndForgotten() {
    var deadlines = Deadlines()
    deadlines["a"] = at(1)
    deadlines["b"] = at(2)
    deadlines["a"] = at(5)
    #expect(deadlines.next == at(2))
    deadlines["b"] = nil
    #expect(deadlines.next == at(5) && deadlines.takeDue(at(4)).isEmpty)
    deadlines["a"] = at(3)
    #expect(deadlines.takeDue(at(9)) == ["a"])
}

@Test func schedulesAreReadAsCronReadsThem() throws {
    func next(_ text: String, _ after: String) -> String? {
        guard let schedule = CronSchedule(text, everyNanoseconds: { _ in 90_000_000_000 }), let time = Timestamp(after)
        else { return nil }
        return schedule.next(after: time)?.description
    }
    #expect(next("*/15 * * * *", "2026-01-01T10:07:30Z") == "2026-01-01T10:15:00Z")
    #expect(next("0 3 * * *", "2026-01-01T10:00:00Z") == "2026-01-02T03:00:00Z")
    #expect(next("30 8 * * mon-fri", "2026-01-02T09:00:00Z") == "2026-01-05T08:30:00Z")
    #expect(next("0 0 29 2 *", "2026-01-01T00:00:00Z") == "2028-02-29T00:00:00Z")
    #expect(next("0 0 13 * 5", "2026-01-01T00:00:00Z") == "2026-01-02T00:00:00Z")
    #expect(next("@hourly", "2026-01-01T10:00:00Z") == "2026-01-01T11:00:00Z")
    #expect(next("@every 1m30s", "2026-01-01T10:00:00Z") == "2026-01-01T10:01:30Z")
    for wrong in ["", "* * * *", "60 * * * *", "a * * * *", "5-1 * * * *", "*/0 * * * *"] {
        #expect(next(wrong, "2026-01-01T10:00:00Z") == nil)
    }
}
