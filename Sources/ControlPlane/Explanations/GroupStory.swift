import Quantities
import Scheduling

/// The story of one PodGroup, in order: what it waited for and how long, when it had its places, who took them.
public struct GroupStory: Sendable, Equatable {
    /// What a PodGroup did for a while.
    public enum Kind: String, Sendable {
        /// None of its members had a place.
        case waited
        /// Some members had places and others were missing.
        case incomplete
        /// All needed members had places.
        case ran
        /// All needed members had ended.
        case ended
    }

    /// A stretch with one main reason.
    public struct Chapter: Sendable, Equatable {
        public var kind: Kind
        public var from: Moment
        public var to: Moment
        /// Class of the main reason; nil for none.
        public var wait: WaitClass?
        /// The main reason in words, with the numbers of the first cycle.
        public var text: String
        /// The whole chain of reasons of the first cycle.
        public var chain: [WaitReason]

        var length: SimDuration { to.time - from.time }
    }

    /// A turn between chapters: an eviction of its pods, or its start.
    public struct Turn: Sendable, Equatable {
        public var moment: Moment
        public var text: String
    }

    public var group: String
    public var queue: String
    public var chapters: [Chapter]
    public var turns: [Turn]
    /// When all needed members had places for the first time; nil for never.
    public var started: Moment?
    public var isGone: Bool
}

extension ClusterHistory {
    /// The story of a group by its index.
    public func story(of index: Int) -> GroupStory {
        let group = groups[index]
        var chapters: [GroupStory.Chapter] = []
        for span in group.spans {
            let kind = Self.kind(span.state)
            let waits = kind == .waited || kind == .incomplete
            let main = waits ? span.reasons.first : nil
            let wait = main.map { WaitClass($0) }
            if let last = chapters.indices.last, chapters[last].kind == kind, Self.same(chapters[last].wait, wait) {
                chapters[last].to = span.to
            } else {
                chapters.append(
                    GroupStory.Chapter(
                        kind: kind, from: span.from, to: span.to, wait: wait, text: main?.text ?? "",
                        chain: waits ? span.reasons : []))
            }
        }
        let started = group.spans.first { $0.state.isComplete && $0.state.holding > 0 }?.from
        return GroupStory(
            group: group.name, queue: group.queue, chapters: chapters, turns: turns(of: index), started: started,
            isGone: group.isGone)
    }

    private static func kind(_ state: GroupState) -> GroupStory.Kind {
        if state.holding == 0, state.succeeded > 0, state.isComplete { return .ended }
        if state.isComplete { return .ran }
        return state.holding > 0 ? .incomplete : .waited
    }

    private static func same(_ a: WaitClass?, _ b: WaitClass?) -> Bool {
        a?.name == b?.name && a?.plugin == b?.plugin && a?.limit == b?.limit
    }

    /// Evictions per cycle and action.
    private func turns(of index: Int) -> [GroupStory.Turn] {
        var turns: [GroupStory.Turn] = []
        var rest = evictions.filter { $0.group == index }[...]
        while let first = rest.first {
            let same = rest.prefix { $0.moment == first.moment && $0.action == first.action }
            rest = rest.dropFirst(same.count)
            var gainers: [String] = []
            for gainer in same.flatMap(\.gainers).map({ groups[$0].name }) where !gainers.contains(gainer) {
                gainers.append(gainer)
            }
            let pods = same.count == 1 ? first.pod : "\(same.count) pods"
            let purpose = gainers.isEmpty ? "" : " for \(gainers.joined(separator: ", "))"
            turns.append(GroupStory.Turn(moment: first.moment, text: "\(first.action) evicted \(pods)\(purpose)"))
        }
        return turns
    }
}

extension GroupStory {
    /// `waited 3h12m: 2h50m queue limit ..., 22m no node; evicted twice; started in cycle 11520`.
    public var summary: String {
        var parts: [String] = []
        let waits = waited
        if waits.isEmpty {
            parts.append("did not wait")
        } else {
            let total = waits.reduce(SimDuration.zero) { $0 + $1.length }
            let list = waits.map { "\(Self.length($0.length)) \($0.text)" }.joined(separator: ", ")
            parts.append("waited \(Self.length(total)): \(list)")
        }
        if let incomplete = Self.sum(chapters.filter { $0.kind == .incomplete }) {
            parts.append("incomplete for \(Self.length(incomplete))")
        }
        if !turns.isEmpty { parts.append("evicted \(turns.count == 1 ? "once" : "\(turns.count) times")") }
        if let started { parts.append("started at \(Self.length(started.time - .zero)) (cycle \(started.cycle))") }
        if started == nil, !isGone { parts.append("still waits") }
        return parts.joined(separator: "; ")
    }

    /// Time per main reason, longest first.
    var waited: [(text: String, length: SimDuration)] {
        var sums: [(wait: WaitClass?, text: String, length: SimDuration)] = []
        for chapter in chapters where chapter.kind == .waited && chapter.length > .zero {
            let known = sums.firstIndex {
                $0.wait?.name == chapter.wait?.name && $0.wait?.plugin == chapter.wait?.plugin
            }
            if let known {
                sums[known].length = sums[known].length + chapter.length
            } else {
                sums.append((chapter.wait, chapter.text.isEmpty ? "for the next cycle" : chapter.text, chapter.length))
            }
        }
        return sums.enumerated()
            .sorted {
                $0.element.length == $1.element.length ? $0.offset < $1.offset : $0.element.length > $1.element.length
            }
            .map { ($0.element.text, $0.element.length) }
    }

    private static func sum(_ chapters: [Chapter]) -> SimDuration? {
        chapters.isEmpty ? nil : chapters.reduce(SimDuration.zero) { $0 + $1.length }
    }

    /// Headline, summary, then every chapter and turn in order.
    public var text: String {
        var lines = ["\(group) (queue \(queue)): \(summary)"]
        var events: [(Moment, Int, String)] = chapters.map { ($0.from, 1, Self.words($0)) }
        events += turns.map { ($0.moment, 0, $0.text) }
        for (moment, _, words) in events.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }) {
            lines.append("  cycle \(moment.cycle), \(Self.length(moment.time - .zero)): \(words)")
        }
        return lines.joined(separator: "\n")
    }

    private static func words(_ chapter: Chapter) -> String {
        switch chapter.kind {
        case .waited: "waited \(length(chapter.length))" + (chapter.text.isEmpty ? "" : ": " + chapter.text)
        case .incomplete:
            "held places without being complete for \(length(chapter.length))"
                + (chapter.text.isEmpty ? "" : ": " + chapter.text)
        case .ran: "ran \(length(chapter.length))"
        case .ended: "ended"
        }
    }

    /// To the second from a minute on: `3h12m`, `45s`, `0s`.
    static func length(_ length: SimDuration) -> String {
        let second: Int64 = 1_000_000_000
        guard length.nanoseconds >= 60 * second else {
            return SimDuration(nanoseconds: (length.nanoseconds + second / 20) / (second / 10) * (second / 10))
                .description
        }
        return SimDuration(nanoseconds: length.nanoseconds / second * second).description
    }
}
