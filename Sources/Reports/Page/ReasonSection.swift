// Who waited, who was stopped, and why, each with the decisions that led there.

extension ReportPage {
    /// The section as HTML.
    var reasonSection: String {
        var markup = Markup()
        let trouble = PathologyGroup.table(data).map { [$0] } ?? []
        let tables = [
            reasonTable, delayedTable, interruptedTable, preemptionTable, starvedTable, linkTable, failureTable,
        ]
        for table in trouble + tables {
            markup.leaf("h3", table.caption)
            markup.raw(table.html(isSortable: true, showsCaption: false))
        }
        markup.leaf("h3", "The stories behind these rows")
        let stories = uniqueStories
        if stories.isEmpty && data.queues.isEmpty { markup.raw(DataTable.note("no job waited or was interrupted")) }
        markup.element("div", ["class": "stories"]) { list in
            for story in stories { list.raw(explanation(story)) }
            for queue in data.queues.prefix(Self.queueStories) { list.raw(explanation(queue)) }
            for link in data.links { list.raw(explanation(link)) }
        }
        return markup.text
    }

    private static let queueStories = 20

    private var uniqueStories: [RunData.JobStory] {
        var seen: Set<Int64> = []
        return (data.delayed + data.interrupted).filter { seen.insert($0.id).inserted }
    }

    // MARK: Tables

    private var reasonTable: DataTable {
        let reasons = WaitReason.ranked(data.jobs)
        return DataTable(
            "Why did jobs wait?",
            [.text("main reason of a job’s wait"), .number("jobs"), .number("job-hours waited"), .number("share")],
            rows: reasons.map {
                [
                    DataTable.Cell($0.label), DataTable.Cell(Figures.count($0.jobs), Double($0.jobs)),
                    DataTable.Cell(Figures.short($0.wait / 3.6e12), $0.wait),
                    DataTable.Cell(Figures.percent($0.share), $0.share),
                ]
            },
            emptyReason: "no job waited in this run")
    }

    private var delayedTable: DataTable {
        DataTable(
            "Which jobs were delayed most?",
            [
                .text("job"), .text("team"), .text("queue"), .number("GPUs"), .number("waited"), .text("state"),
                .prose("why"),
            ],
            rows: data.delayed.map {
                [
                    DataTable.Cell($0.name, link: anchor($0)), DataTable.Cell($0.team, paint: palette.paint($0.team)),
                    DataTable.Cell($0.queue), DataTable.Cell(Figures.short($0.gpus), $0.gpus),
                    DataTable.Cell(Figures.duration(nanoseconds: Double($0.wait)), Double($0.wait)),
                    DataTable.Cell($0.status), DataTable.Cell(withoutSubject($0)),
                ]
            },
            emptyReason: "no job waited in this run")
    }

    /// The sentence without the job's own name, which stands in the first column.
    private func withoutSubject(_ story: RunData.JobStory) -> String {
        for prefix in [story.name + " waits: ", story.name + " waited: "] where story.sentence.hasPrefix(prefix) {
            return String(story.sentence.dropFirst(prefix.count))
        }
        return story.sentence
    }

    private var interruptedTable: DataTable {
        DataTable(
            "Which jobs lost most work?",
            [
                .text("job"), .text("team"), .number("GPUs"), .number("evictions"), .number("failures"),
                .number("GPU-hours lost"),
            ],
            rows: data.interrupted.map {
                let lost = Double($0.lost) * $0.gpus / 3.6e12
                return [
                    DataTable.Cell($0.name, link: anchor($0)), DataTable.Cell($0.team, paint: palette.paint($0.team)),
                    DataTable.Cell(Figures.short($0.gpus), $0.gpus),
                    DataTable.Cell(Figures.count($0.preemptions), Double($0.preemptions)),
                    DataTable.Cell(Figures.count($0.failures), Double($0.failures)),
                    DataTable.Cell(Figures.short(lost), lost),
                ]
            },
            emptyReason: "no job was evicted or lost work to a failure in this run")
    }

    private var preemptionTable: DataTable {
        DataTable(
            "Who was evicted for whom?",
            [.text("evicted"), .text("for"), .number("evictions"), .number("jobs"), .number("GPUs freed")],
            rows: data.preemptions.map {
                [
                    DataTable.Cell($0.victim, paint: palette.paint($0.victim)),
                    DataTable.Cell(
                        $0.preemptor.isEmpty ? Figures.missing : $0.preemptor, paint: palette.paint($0.preemptor)),
                    DataTable.Cell(Figures.count($0.count), Double($0.count)),
                    DataTable.Cell(Figures.count($0.jobs), Double($0.jobs)),
                    DataTable.Cell(Figures.short($0.gpus), $0.gpus),
                ]
            },
            emptyReason: "no preemptions in this run")
    }

    private var starvedTable: DataTable {
        let starved = data.queues.filter { $0.meanShortfall > 0 }.sorted {
            $0.meanShortfall != $1.meanShortfall ? $0.meanShortfall > $1.meanShortfall : $0.name < $1.name
        }
        return DataTable(
            "Which queues starved?",
            [
                .text("queue"), .number("entitled share"), .number("mean share"), .number("mean shortfall"),
                .number("time short"), .number("wait at p95"),
            ],
            rows: starved.prefix(10).map { queue in
                let wait = data.queueWaits.first { $0.name == queue.name }?.p95
                return [
                    DataTable.Cell(queue.name, paint: queuePalette.paint(queue.name), link: queueAnchor(queue)),
                    DataTable.Cell(Figures.percent(queue.entitled), queue.entitled),
                    DataTable.Cell(Figures.percent(queue.meanShare), queue.meanShare),
                    DataTable.Cell(Figures.percent(queue.meanShortfall), queue.meanShortfall),
                    DataTable.Cell(Figures.percent(queue.shortTime), queue.shortTime),
                    DataTable.Cell(wait.map(Figures.duration(nanoseconds:)) ?? Figures.missing, wait ?? -1),
                ]
            },
            emptyReason: "no queue had less than it was entitled to while it asked for more")
    }

    private var linkTable: DataTable {
        DataTable(
            "Which links are hottest?",
            [
                .text("link"), .number("capacity"), .number("mean demand"), .number("peak demand"),
                .number("time full"),
            ],
            rows: data.links.enumerated().map { index, link in
                let scaling = AxisUnit.bytesPerSecond.scaled(toExtent: link.capacity)
                return [
                    DataTable.Cell(link.name, link: "link-\(index)"),
                    DataTable.Cell(scaling.text(link.capacity), link.capacity),
                    DataTable.Cell(Figures.percent(link.meanShare), link.meanShare),
                    DataTable.Cell(Figures.percent(link.maxShare), link.maxShare),
                    DataTable.Cell(Figures.percent(link.saturatedShare), link.saturatedShare),
                ]
            },
            emptyReason: "no job used the fabric in this run")
    }

    private var failureTable: DataTable {
        DataTable(
            "What failed?",
            [.text("pool"), .text("what"), .number("failures"), .number("jobs stopped"), .number("mean repair")],
            rows: data.failures.map {
                [
                    DataTable.Cell($0.pool), DataTable.Cell($0.kind == "gpu" ? "single GPU" : "node"),
                    DataTable.Cell(Figures.count($0.count), Double($0.count)),
                    DataTable.Cell(Figures.count($0.jobsHit), Double($0.jobsHit)),
                    DataTable.Cell(
                        $0.meanRepair.map(Figures.duration(nanoseconds:)) ?? Figures.missing, $0.meanRepair ?? -1),
                ]
            },
            emptyReason: "no hardware failed in this run")
    }

    // MARK: Explanations

    private func anchor(_ story: RunData.JobStory) -> String { "job-\(story.id)" }

    private func queueAnchor(_ queue: RunData.Holder) -> String {
        "queue-\(data.queues.firstIndex { $0.name == queue.name } ?? 0)"
    }

    private func explanation(_ story: RunData.JobStory) -> String {
        let pods = story.pods == 1 ? "one pod" : "\(Figures.count(story.pods)) pods"
        var facts =
            "\(Figures.short(story.gpus)) \(story.gpus == 1 ? "GPU" : "GPUs") in \(pods) · team \(story.team) · "
            + "queue \(story.queue) · submitted \(Figures.instant(nanoseconds: story.submit)) · "
            + "waited \(Figures.duration(nanoseconds: Double(story.wait)))"
        if let start = story.firstStart { facts += " · first start \(Figures.instant(nanoseconds: start))" }
        if let end = story.end { facts += " · \(story.status) \(Figures.instant(nanoseconds: end))" }
        return details(anchor(story), story.name) { body in
            body.leaf("p", facts)
            if story.decisions.isEmpty { body.leaf("p", ["class": "empty"], "no decisions about it were recorded") }
            body.element("ol", ["class": "story"]) { list in
                for (index, decision) in story.decisions.enumerated() {
                    if story.omitted > 0, index == story.decisions.count / 2 {
                        list.leaf("li", ["class": "m"], "… \(Figures.plural(story.omitted, "decision")) left out …")
                    }
                    list.element("li") { item in
                        item.leaf("time", Figures.instant(nanoseconds: decision.time))
                        item.write(" " + decision.sentence)
                    }
                }
            }
        }
    }

    private func explanation(_ queue: RunData.Holder) -> String {
        details(queueAnchor(queue), "Queue \(queue.name)") { body in
            body.leaf(
                "p",
                "It is entitled to \(Figures.percent(queue.entitled)) of the cluster and held "
                    + "\(Figures.percent(queue.meanShare)) on average.")
            body.leaf(
                "p",
                queue.shortTime > 0
                    ? "In \(Figures.percent(queue.shortTime)) of the samples it had less than its entitlement although it "
                        + "asked for more; on average it missed \(Figures.percent(queue.meanShortfall)) of the cluster."
                    : "It never had less than its entitlement while it asked for more.")
            let reasons = WaitReason.ranked(data.jobs.filter { $0.queue == queue.name })
            guard !reasons.isEmpty else {
                body.leaf("p", "None of its jobs waited.")
                return
            }
            body.leaf("p", "Its jobs waited because of:")
            body.element("ol") { list in
                for reason in reasons.prefix(6) {
                    list.leaf(
                        "li",
                        "\(reason.label): \(Figures.percent(reason.share)) of the waiting, "
                            + Figures.plural(reason.jobs, "job"))
                }
            }
        }
    }

    private func explanation(_ link: RunData.Link) -> String {
        let index = data.links.firstIndex { $0.name == link.name } ?? 0
        let scaling = AxisUnit.bytesPerSecond.scaled(toExtent: link.capacity)
        return details("link-\(index)", "Link \(link.name)") { body in
            body.leaf(
                "p",
                "It joins \(link.from) and \(link.to) and carries \(scaling.text(link.capacity)). The jobs placed on both "
                    + "sides ask for \(scaling.text(link.capacity * link.meanShare)) on average and "
                    + "\(scaling.text(link.capacity * link.maxShare)) at most; in \(Figures.percent(link.saturatedShare)) of the "
                    + "samples they ask for all that it carries, or more.")
        }
    }

    private func details(_ id: String, _ summary: String, _ body: (inout Markup) -> Void) -> String {
        var markup = Markup()
        markup.element("details", ["id": id, "class": "explain"]) { box in
            box.leaf("summary", summary)
            body(&box)
        }
        return markup.text
    }
}
