/// Writes SVG paths in as few characters as possible: relative steps in tenths of a pixel.
///
/// Each step starts from the rounded end of the one before, so rounding never adds up.
struct PathBuilder {
    /// The commands so far.
    private(set) var commands = ""
    private var x: Int64 = 0
    private var y: Int64 = 0
    private var isOpen = false

    /// Nothing drawn.
    var isEmpty: Bool { commands.isEmpty }

    /// Continues in a straight line to a point, or starts a line there.
    mutating func add(_ toX: Double, _ toY: Double) {
        guard isOpen else { return move(toX, toY) }
        let (nextX, nextY) = (Self.tenths(toX), Self.tenths(toY))
        if nextX == x && nextY == y { return }
        if nextY == y {
            write("h", nextX - x)
        } else if nextX == x {
            write("v", nextY - y)
        } else {
            write("l", nextX - x)
            append(nextY - y, isSecond: true)
        }
        (x, y) = (nextX, nextY)
    }

    /// Starts a new line at a point.
    mutating func move(_ toX: Double, _ toY: Double) {
        (x, y) = (Self.tenths(toX), Self.tenths(toY))
        commands += "M"
        append(x, isSecond: false)
        append(y, isSecond: true)
        isOpen = true
    }

    /// Continues horizontally.
    mutating func horizontal(_ toX: Double) {
        let next = Self.tenths(toX)
        if next != x { write("h", next - x) }
        x = next
    }

    /// Continues vertically.
    mutating func vertical(_ toY: Double) {
        let next = Self.tenths(toY)
        if next != y { write("v", next - y) }
        y = next
    }

    /// Closes the figure; the next point starts a new one.
    mutating func close() {
        commands += "z"
        isOpen = false
    }

    /// A closed rectangle.
    mutating func rectangle(x: Double, y: Double, width: Double, height: Double) {
        move(x, y)
        horizontal(x + width)
        vertical(y + height)
        horizontal(x)
        close()
    }

    private static func tenths(_ value: Double) -> Int64 { Int64((value * 10).rounded()) }

    private mutating func write(_ command: String, _ value: Int64) {
        commands += command
        append(value, isSecond: false)
    }

    private mutating func append(_ value: Int64, isSecond: Bool) {
        if value < 0 { commands += "-" } else if isSecond { commands += " " }
        let size = abs(value)
        if size >= 10 || size == 0 { commands += String(size / 10) }
        if size % 10 != 0 { commands += "." + String(size % 10) }
    }
}
