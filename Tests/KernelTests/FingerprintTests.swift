import SimulationKernel
import Testing

@Suite("Fingerprint")
struct FingerprintTests {
    private func value(of words: [UInt64]) -> UInt64 {
        var fingerprint = Fingerprint()
        for word in words { fingerprint.fold(word) }
        return fingerprint.value
    }

    @Test("Published values, computed by an independent program from the definition")
    func vectors() {
        #expect(value(of: []) == 0x65e6_9e39_ae65_35fc)
        #expect(value(of: [0]) == 0xeed9_9ee6_b544_cdc5)
        #expect(value(of: [1, 2, 3]) == 0x6b58_7cba_8c7d_9d9b)
    }

    @Test("Order, length and every single bit count")
    func sensitivity() {
        #expect(value(of: [1, 2]) != value(of: [2, 1]))
        #expect(value(of: [0]) != value(of: [0, 0]))
        var seen: Set<UInt64> = [value(of: [5, 0, 9])]
        for bit in 0..<64 { seen.insert(value(of: [5, 1 << UInt64(bit), 9])) }
        #expect(seen.count == 65)
    }

    @Test("Signed numbers, doubles and text fold by their bits")
    func types() {
        var a = Fingerprint()
        a.fold(Int64(-1))
        #expect(a.value == value(of: [.max]))
        var b = Fingerprint()
        b.fold(-0.0)
        #expect(b.value == value(of: [1 << 63]))
        var c = Fingerprint()
        c.fold("12345678abc")
        #expect(c.value == value(of: [0x3132_3334_3536_3738, 0x61_6263, 11]))
        var d = Fingerprint()
        d.fold("")
        #expect(d.value == value(of: [0, 0]))
    }
}
