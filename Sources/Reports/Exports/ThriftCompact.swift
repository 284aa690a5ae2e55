/// Structures in Thrift's compact protocol, which Parquet's headers and footer are written in.
/// https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
struct ThriftCompact {
    private(set) var bytes: [UInt8] = []
    /// Number of the last field, of every structure that is open.
    private var lastField: [Int] = [0]

    private enum Kind: UInt8 { case i32 = 5, i64 = 6, binary = 8, list = 9, structure = 12 }

    private mutating func header(_ field: Int, _ kind: Kind) {
        let delta = field - lastField[lastField.count - 1]
        lastField[lastField.count - 1] = field
        if (1...15).contains(delta) {
            bytes.append(UInt8(delta) << 4 | kind.rawValue)
        } else {
            bytes.append(kind.rawValue)
            variable(Self.zigzag(Int64(field)))
        }
    }

    private mutating func variable(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

    mutating func i32(_ field: Int, _ value: Int) {
        header(field, .i32)
        variable(Self.zigzag(Int64(value)))
    }

    mutating func i64(_ field: Int, _ value: Int) {
        header(field, .i64)
        variable(Self.zigzag(Int64(value)))
    }

    mutating func text(_ field: Int, _ value: String) {
        header(field, .binary)
        element(value)
    }

    mutating func structure(_ field: Int, _ body: (inout ThriftCompact) -> Void) {
        header(field, .structure)
        element(body)
    }

    mutating func i32List(_ field: Int, _ values: [Int]) {
        list(field, .i32, count: values.count)
        for value in values { variable(Self.zigzag(Int64(value))) }
    }

    mutating func textList(_ field: Int, _ values: [String]) {
        list(field, .binary, count: values.count)
        for value in values { element(value) }
    }

    mutating func structureList<Element>(
        _ field: Int, _ values: [Element], _ body: (inout ThriftCompact, Element) -> Void
    ) {
        list(field, .structure, count: values.count)
        for value in values { element { body(&$0, value) } }
    }

    /// Ends the outermost structure.
    mutating func stop() { bytes.append(0) }

    private mutating func list(_ field: Int, _ kind: Kind, count: Int) {
        header(field, .list)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | kind.rawValue)
        } else {
            bytes.append(0xF0 | kind.rawValue)
            variable(UInt64(count))
        }
    }

    private mutating func element(_ value: String) {
        variable(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func element(_ body: (inout ThriftCompact) -> Void) {
        lastField.append(0)
        body(&self)
        bytes.append(0)
        lastField.removeLast()
    }
}
