/// What a reader reads on the page of `SampleData.tiny`, drawings aside: one line per piece of text.
enum TinyPage {
    static let text = """
        tiny – Orrery
        Skip to the facts
        tiny · fifo-gang · seed 7
        Dark
        Jobs wait
        30 min at p95
        ; main reason, for
        100 %
        of that waiting: not enough free GPUs.
        70.0 %
        of the GPU time did useful work; the largest loss is
        idle
        , 25.0 % (8 GPU-hours).
        GPUs allocated
        75.0 %
        of 16 GPUs; at most 18
        GPU time productive
        70.0 %
        goodput: 93.3 % of what was allocated
        Wait at p95
        30 min
        median 0 s, 2 jobs
        Jobs waiting, most
        1
        0 still wait at the end
        GPU time lost
        0.0 %
        done again after 0 evictions, 0 failures
        Jobs completed
        2
        mean slowdown 1.25 ×
        Where the GPU-hours went
        Jobs held 75.0 % of 32 GPU-hours
        GPU time by cause
        GPU time by cause
        cause
        GPU-hours
        share
        productive
        22.4
        70.0 %
        recomputed
        0
        0.0 %
        checkpoint_restore
        0.80
        2.5 %
        starting
        0.80
        2.5 %
        incomplete_gang
        0
        0.0 %
        slowed
        0
        0.0 %
        fragmented: free, but nothing fits
        0
        0.0 %
        blocked
        0
        0.0 %
        idle
        8
        25.0 %
        down
        0
        0.0 %
        capacity
        32
        100.0 %
        Teams: what they held, and what they were entitled to
        Teams: what they held, and what they were entitled to
        team
        GPU-hours held
        productive
        share of held
        entitled
        time short of it
        finish-time fairness ρ
        vision
        24
        93.3 %
        100.0 %
        100.0 %
        0.0 %
        –
        What happened when
        The run over time
        Point at the chart, or focus it and use the arrow keys, to read all panels at one instant. Where a pixel covers several samples, a band spans their least and greatest value around the median.
        productive
        checkpoint restore
        starting
        idle
        Numbers
        Means over 5 min
        Means over 5 min
        from
        GPUs by cause, productive (GPUs)
        GPUs by cause, recomputed (GPUs)
        GPUs by cause, checkpoint restore (GPUs)
        GPUs by cause, starting (GPUs)
        GPUs by cause, incomplete gang (GPUs)
        GPUs by cause, slowed (GPUs)
        GPUs by cause, fragmented (GPUs)
        GPUs by cause, blocked (GPUs)
        GPUs by cause, idle (GPUs)
        GPUs by cause, down (GPUs)
        Jobs waiting, prod (jobs)
        Jobs running, prod (jobs)
        Free but unusable, h100 (GPUs)
        day 0 00:00
        16.8
        0
        0.60
        0.60
        0
        0
        0
        0
        6
        0
        1
        1
        0
        day 0 01:00
        5.60
        0
        0.20
        0.20
        0
        0
        0
        0
        2
        0
        0
        1
        0
        How long jobs waited
        50 % of the jobs start at once, one in twenty waits longer than 30 min
        Share of jobs that waited no longer than the time below, one line per queue. The upward axis is stretched towards 100 %, so that the tail can be read.
        Numbers
        time waited (logarithmic)
        time waited (logarithmic)
        jobs
        p10
        p25
        p50
        p75
        p90
        p95
        p99
        max
        prod
        2
        0 s
        0 s
        0 s
        30 min
        30 min
        30 min
        30 min
        30 min
        Wait per queue
        Wait per queue
        queue
        jobs
        still waiting
        mean
        p50
        p95
        p99
        max
        prod
        2
        0
        15 min
        0 s
        30 min
        30 min
        30 min
        all jobs
        2
        0
        15 min
        0 s
        30 min
        30 min
        30 min
        Half of the jobs take at most 1 × their undisturbed run time
        Completed jobs only; run times below 10 s count as 10 s.
        Numbers
        completion time over undisturbed run time (logarithmic)
        completion time over undisturbed run time (logarithmic)
        jobs
        p10
        p25
        p50
        p75
        p90
        p95
        p99
        max
        prod
        2
        1 ×
        1 ×
        1 ×
        1.50 ×
        1.50 ×
        1.50 ×
        1.50 ×
        1.50 ×
        Who and why
        Why did jobs wait?
        Why did jobs wait?
        main reason of a job’s wait
        jobs
        job-hours waited
        share
        not enough free GPUs
        1
        0.50
        100.0 %
        Which jobs were delayed most?
        Which jobs were delayed most?
        job
        team
        queue
        GPUs
        waited
        state
        why
        train-b
        vision
        prod
        8
        30 min
        completed
        it needs 8 GPUs; free in the pools it may use: 0 GPUs
        Which jobs lost most work?
        no job was evicted or lost work to a failure in this run
        Who was evicted for whom?
        no preemptions in this run
        Which queues starved?
        no queue had less than it was entitled to while it asked for more
        Which links are hottest?
        no job used the fabric in this run
        What failed?
        no hardware failed in this run
        The stories behind these rows
        train-b
        8 GPUs in one pod · team vision · queue prod · submitted day 0 00:00 · waited 30 min · first start day 0 00:30 · completed day 0 02:00
        day 0 00:00
        train-b was submitted
        day 0 00:30
        train-b started: placed as a whole on 8 GPUs
        Queue prod
        It is entitled to 100.0 % of the cluster and held 75.0 % on average.
        It never had less than its entitlement while it asked for more.
        Its jobs waited because of:
        not enough free GPUs: 100.0 % of the waiting, 1 job
        Who was where
        vision
        held, but not productive
        out of order
        free
        Who held which GPU?
        Rows are nodes, thin lines within a row their GPUs.
        Numbers
        Use of each node
        Use of each node
        node
        GPUs
        pods placed
        GPU-hours held
        of these at work
        outages
        h100-0
        8
        1
        8
        90.0 %
        0
        h100-1
        8
        1
        6
        0.0 %
        1
        How full were the links?
        no picture of the fabric was given to this page
        How do the queues share the cluster?
        no picture of the queues was given to this page
        How this was computed
        Scenario
        tiny (hash cafe)
        Orrery
        0.1.0
        Scheduler
        fifo-gang; nodes: best-fit; ties: seeded
        Seed
        7
        Outcome
        drained: every job came to its end
        Simulated time
        2 h
        Events
        12 events, 4 scheduling passes
        Samples
        every 1 h
        Replications
        1; no warm-up removed
        Fingerprint
        0123456789abcdef
        To repeat it
        orrery run tiny.yaml --seed 7
        Warnings
        no warnings
        Assumptions and defaults
        no assumptions were noted
        """
}
