import Testing

@testable import Workloads

@Suite struct RowScannerTests {
    /// Rows of fields; comment lines as one field that begins with `#`.
    private func rows(
        _ text: String, _ separator: FieldSeparator = .comma, comments: Bool = false, buffer: Int = 1 << 18
    ) throws -> [[String]] {
        let scanner = RowScanner(
            try source(text), separator: separator, commentMark: comments ? UInt8(ascii: "#") : nil, bufferSize: buffer)
        var rows: [[String]] = []
        while true {
            switch try scanner.next() {
            case .end: return rows
            case .comment: rows.append([scanner.text])
            case .row: rows.append((0..<scanner.fieldCount).map { String(decoding: scanner[$0], as: UTF8.self) })
            }
        }
    }

    @Test(arguments: [
        ("", []), ("a", [["a"]]), ("a,b\n", [["a", "b"]]), ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("\u{FEFF}a,b\nc,d", [["a", "b"], ["c", "d"]]), ("a,\n", [["a", ""]]), (",", [["", ""]]),
        ("a,,b\n\n\n,,\n", [["a", "", "b"], ["", "", ""]]), (" a , b\t\n", [["a", "b"]]),
        ("\"a,b\",c\n", [["a,b", "c"]]), ("\"a\"\"b\",\"\"\n", [["a\"b", ""]]),
        ("\"two\nlines\",x\r\ny,z", [["two\nlines", "x"], ["y", "z"]]), ("  \n\t\nx\n", [["x"]]),
        ("\"\"\n", [[""]]), (" \"a\" , \" b \" \n", [["a", " b "]]), ("#x,y\n", [["#x", "y"]]),
        (
            "12345678,1234567,123456,12345,1234,123,12,1,\n",
            [["12345678", "1234567", "123456", "12345", "1234", "123", "12", "1", ""]]
        ),
        ("a\rb,c\n", [["a\rb", "c"]]), ("é,ü,日本\n", [["é", "ü", "日本"]]),
    ])
    func commas(text: String, expected: [[String]]) throws {
        #expect(try rows(text) == expected)
        #expect(try rows(text, buffer: 16) == expected, "in chunks of 16 bytes")
    }

    @Test(arguments: [
        ("1 2\t3\n", [["1", "2", "3"]]), ("   1    2  \r\n\n 3", [["1", "2"], ["3"]]), ("\"a b\"\n", [["\"a", "b\""]]),
        ("# a \"quote\n1 2\n", [["# a \"quote"], ["1", "2"]]),
    ])
    func whitespace(text: String, expected: [[String]]) throws {
        #expect(try rows(text, .whitespace, comments: true) == expected)
        #expect(try rows(text, .whitespace, comments: true, buffer: 16) == expected)
    }

    @Test func commentsMayHoldBrokenQuotes() throws {
        #expect(try rows("# it's \"5\n a,b\n", comments: true) == [["# it's \"5"], ["a", "b"]])
    }

    @Test func linesAreCountedThroughQuotesAndBlankLines() throws {
        let scanner = RowScanner(try source("a\n\n\"x\ny\",b\nc,d\n"), separator: .comma)
        var lines: [Int] = []
        while try scanner.next() == .row { lines.append(scanner.line) }
        #expect(lines == [1, 3, 5])
    }

    @Test(arguments: [
        ("a,b\nc,\"d", "t.csv:2:3: found a quote that is never closed"),
        ("a,b\nc,\"d\"x\n", "t.csv:2:6: found text after a closing quote"),
        ("a,b\"c\"\n", "t.csv:1:4: found a quote inside an unquoted field"),
        ("é,b\"c\"\n", "t.csv:1:4: found a quote inside an unquoted field"),
        ("\"x\ny\",b\"\"\n", "t.csv:2:5: found a quote inside an unquoted field"),
        ("a,b\nc\0d\n", "t.csv:2:2: found a zero byte"),
        ("\0", "t.csv:1:1: found a zero byte"),
    ])
    func faults(text: String, message: String) throws {
        let error = #expect(throws: TraceError.self) { try rows(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
        let inChunks = #expect(throws: TraceError.self) { try rows(text, buffer: 16) }
        #expect(inChunks == error)
    }

    @Test func aRowOverOneMebibyteIsRefused() throws {
        let error = #expect(throws: TraceError.self) { try rows("a\n" + String(repeating: "x", count: 3 << 20)) }
        #expect(error?.description.hasPrefix("t.csv:2:1: found a row longer than 1 MiB") == true)
        let open = #expect(throws: TraceError.self) {
            try rows("a\n\"" + String(repeating: "x\n", count: 2 << 20), buffer: 64)
        }
        #expect(open?.expected == "a closing quote")
    }

    @Test func manyFieldsInOneRow() throws {
        let fields = (0..<10_000).map(String.init)
        #expect(try rows(fields.joined(separator: ",") + "\n", buffer: 16) == [fields])
    }
}
