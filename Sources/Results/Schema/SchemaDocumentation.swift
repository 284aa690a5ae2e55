extension Schema {
    /// The page `docs/results-schema.md`: every table and view with its statement. A test keeps it current.
    public static var documentation: String {
        var page = introduction
        page += section("Facts", "What happened, in the order it happened.", factTables)
        page += section("Names", "What the numbers in facts stand for.", dimensionTables)
        page += section("Views", "What a run answers. Reports read these and no tables.", views)
        page += "\n## Indexes\n\nBuilt after the load.\n\n```sql\n" + indexes.map { $0 + ";\n" }.joined() + "```\n"
        return page
    }

    private static func section(_ title: String, _ lead: String, _ relations: [Relation]) -> String {
        let entries = relations.map { "\n### \($0.name)\n\n\($0.summary)\n\n```sql\n\($0.sql);\n```\n" }
        return "\n## \(title)\n\n\(lead)\n" + entries.joined()
    }

    private static let introduction = """
        # The results file

        `orrery run` writes one SQLite file per run, `run.sqlite`. It is the interface of a run: reports, diagrams,
        comparisons and your own queries all read it. This page is generated from `Sources/Results/Schema`; the comments
        below are also in the file itself (`sqlite3 run.sqlite .schema`).

        - `PRAGMA user_version` is the schema version, \(version) here, and `PRAGMA application_id` is \(applicationID)
          ("Orry"). Files of another version are refused with a message, never read halfway.
        - All tables are `STRICT`. Times are integer nanoseconds since the start of the run (`_ns`); the unit of every other
          quantity is in its column's name; `gpu_milli` is thousandths of a GPU. NULL means that something did not happen.
        - While a run goes on its file is called `run.sqlite.partial` and has no readable content. It takes its name in one
          step when the run is over. A run that was interrupted (Ctrl-C) is whole as a file and has `run.is_partial` = 1; a
          killed one leaves no `run.sqlite`.
        - Two runs of the same scenario, version and seed have equal rows in every fact table.
        - Needs SQLite 3.37 or newer to read.

        ## How figures are defined

        - **Wait**: all time a job stood in a queue, also after an eviction or failure. A job that still waits when the run ends
          counts with its wait so far, a lower bound, and in the column `waiting`. Jobs that could never fit the cluster are
          counted in `never_fit` and nowhere else.
        - **Quantiles** are exact, by nearest rank: the least value that at least p % of the values do not exceed.
        - **Slowdown** is bounded: completion time over undisturbed run time, at least 10 s of it, and at least 1.
        - **GPU time** has exactly one cause at every instant. Per GPU the causes sum to the run's length, per pool and time bucket
          to GPUs × bucket; the view `ledger_check` counts violations and is 0 throughout in every file.
          Sums over the cluster are exact integers up to 292 GPU-years and doubles beyond.
        - **Allocated** is GPU time that some job held (the first six causes), **productive** the useful part of it. **Goodput** is
          productive over allocated.
        - **Entitled share**: of a queue, its deserved GPUs over all GPUs or else its weight among its siblings times its parent's
          share; of a team, its weight among all teams (equal unless given).
        - **Share shortfall**: what a queue or team misses of its entitlement while it asks for more. Asking for less is no shortfall,
          and holding more than the entitlement while others do not ask is none either; both do count in **share deviation**.
        - **Jain's index** (Jain, Chiu, Hawe, *A Quantitative Measure of Fairness and Discrimination*, DEC-TR-301, 1984) is taken
          over the teams' allocated GPU time per weight: 1 is equality, 1/n a monopoly. Between queues it is taken over the mean
          share held per entitled share (`fairness_between_queues.jain_index`), and over the part of its due that a queue
          received (`jain_index_of_due`); due is the entitled share, or what the queue holds and asks for, if that is less. Queues
          to which no job was submitted do not count.
        - **Spread** of a gang (two pods with GPUs or more, each start counts): the number of groups of nodes that its pods lie in,
          over the fewest in which they could lie on the empty cluster, in the pools that it ran in. Groups are NVLink domains (a
          node without a common domain is one by itself), leaf groups (nodes behind the same leaf or leaves), and spine groups
          (nodes below the same spines). Where all pods are alike, whole pods are counted into the groups, largest group first; else
          single GPUs, which is a lower bound. 1 is as near as possible.
        - **Finish-time fairness** rho is a job's completion time over its completion time alone on 1/N of the cluster, N being the
          number of teams, without queueing and with linear speed-up (after Themis). Above 1 sharing cost the job time.
        - **Cost**: every GPU-hour of capacity at the price of its pool; where the pool is not reserved, what is down costs nothing. What a team held is on its bill, whether it was
          productive or not; capacity that nobody held stands apart as `(unallocated)`.

        The tables `request`, `replica` and `replica_sample` of the design come with the simulation of serving; pods are `(job, task)`
        in `placement`, with a view `task`.

        """
}
