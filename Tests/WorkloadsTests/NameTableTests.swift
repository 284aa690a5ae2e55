import SimulationKernel
import Testing

@testable import Workloads

@Suite struct NameTableTests {
    @Test func indexesCountUpAndNamesComeBack() {
        var table = NameTable(["b", "a", "", "b", "a longer name than eight bytes"])
        #expect(table.names == ["b", "a", "", "a longer name than eight bytes"])
        #expect(table.intern("a") == 1)
        #expect(table.intern("é") == 4)
        #expect(table.index(of: "") == 2)
        #expect(table.index(of: "c") == nil)
        #expect(NameTable().index(of: "x") == nil)
    }

    @Test func agreesWithADictionary() {
        var random = RandomStream(seed: 5, name: "names")
        var table = NameTable()
        var known: [String: Int32] = [:]
        for _ in 0..<20_000 {
            let name = String(random.next() >> UInt64(40 + random.below(20)), radix: 36)
            let expected = known[name] ?? Int32(known.count)
            known[name] = expected
            #expect(table.intern(name) == expected)
        }
        #expect(table.count == known.count)
    }

    @Test func appendedNamesAreIndexedTogether() {
        var table = NameTable(["zero"])
        func append(_ name: String) {
            var name = name
            name.withUTF8 { _ = table.append(UnsafeRawBufferPointer($0)) }
        }
        for number in 1..<100 { append("name \(number)") }
        #expect(table.indexAppended() == nil)
        #expect(table.index(of: "name 57") == 57)
        append("new")
        append("name 3")
        append("zero")
        #expect(table.indexAppended() == 101)
        append("x")
        append("x")
        #expect(table.indexAppended() == 104)
    }
}
