// The fact tables: what a simulation reports, one row per fact in the order it happened.
//
// Hot tables carry no CHECK and no index while they are loaded, and foreign keys are declared for readers but only
// verified in tests: each would cost more than the insert itself.
extension Schema {
    static let jobTable = Relation(
        table: "job", "A job: what it asked for and what became of it. Written when it ends or when the run ends.",
        """
          id INTEGER PRIMARY KEY,                  -- index in the workload, by submission
          name TEXT NOT NULL,
          team INTEGER NOT NULL REFERENCES team (id),
          queue INTEGER NOT NULL REFERENCES queue (id),
          job_class INTEGER NOT NULL REFERENCES job_class (id),
          user INTEGER NOT NULL REFERENCES user (id),
          priority INTEGER NOT NULL,
          submit_ns INTEGER NOT NULL,
          requested_ns INTEGER,                    -- run time its user asked for
          work_ns INTEGER NOT NULL,                -- run time at the reference placement, undisturbed
          pods INTEGER NOT NULL,
          min_pods INTEGER NOT NULL,               -- starts only when so many fit
          gpu_milli_total INTEGER NOT NULL,        -- of all pods; 1000 = one GPU
          status INTEGER NOT NULL REFERENCES job_status (code),
          first_start_ns INTEGER,
          end_ns INTEGER,
          wait_ns INTEGER NOT NULL,                -- all time queued, restarts included; so far, if it still waits
          productive_ns INTEGER NOT NULL,          -- work that was kept, in the time that work_ns counts
          lost_ns INTEGER NOT NULL,                -- work that was lost and done again, likewise
          working_ns INTEGER NOT NULL,             -- time in which the kept work was done
          preemptions INTEGER NOT NULL,
          failures INTEGER NOT NULL,
          reason INTEGER NOT NULL REFERENCES reason (code) -- why it waited longest
        """)

    static let placementTable = Relation(
        table: "placement", "A pod on a node from binding to release.",
        """
          job INTEGER NOT NULL REFERENCES job (id),
          attempt INTEGER NOT NULL,                -- 0 at the job's first start, one more after each interruption
          task INTEGER NOT NULL,                   -- pod within the job
          node INTEGER NOT NULL REFERENCES node (id),
          gpu_mask INTEGER NOT NULL,               -- local GPUs, one bit each
          gpu_milli INTEGER NOT NULL,              -- taken on each GPU of the mask; 1000 = whole
          start_ns INTEGER NOT NULL,
          end_ns INTEGER NOT NULL,
          work_ns INTEGER,                         -- instant useful work began, after start-up and restore
          reason INTEGER NOT NULL REFERENCES placement_end (code)
        """)

    static let decisionTable = Relation(
        table: "decision",
        "A decision of the scheduler or a turn in a job's life; rejections when their reason changes.",
        """
          cycle INTEGER NOT NULL,                  -- scheduling pass
          time_ns INTEGER NOT NULL,
          job INTEGER REFERENCES job (id),         -- NULL: about a node
          other INTEGER,                           -- job, queue or node, by reason.other_kind
          needed INTEGER NOT NULL,                 -- milli-GPUs unless the reason says otherwise
          available INTEGER NOT NULL,
          action INTEGER NOT NULL REFERENCES action (code),
          reason INTEGER NOT NULL REFERENCES reason (code)
        """)

    static let queueSampleTable = Relation(
        table: "queue_sample", "A queue at a sampling instant.",
        """
          time_ns INTEGER NOT NULL,
          queue INTEGER NOT NULL REFERENCES queue (id),
          pending_jobs INTEGER NOT NULL,
          running_jobs INTEGER NOT NULL,
          pending_gpu_milli INTEGER NOT NULL,
          allocated_gpu_milli INTEGER NOT NULL
        """)

    static let teamSampleTable = Relation(
        table: "team_sample", "A team at a sampling instant.",
        """
          time_ns INTEGER NOT NULL,
          team INTEGER NOT NULL REFERENCES team (id),
          pending_jobs INTEGER NOT NULL,
          running_jobs INTEGER NOT NULL,
          pending_gpu_milli INTEGER NOT NULL,
          allocated_gpu_milli INTEGER NOT NULL
        """)

    static let poolSampleTable = Relation(
        table: "pool_sample", "Free capacity of a pool at a sampling instant.",
        """
          time_ns INTEGER NOT NULL,
          pool INTEGER NOT NULL REFERENCES pool (id),
          free_gpu_milli INTEGER NOT NULL,         -- on nodes that are up
          free_whole_gpus INTEGER NOT NULL,        -- wholly free ones among them
          largest_free_node_gpus INTEGER NOT NULL, -- most whole GPUs free on one node
          unusable_gpu_milli INTEGER NOT NULL      -- free, but no waiting job could use them
        """)

    static let nodeSampleTable = Relation(
        table: "node_sample", "A node at a sampling instant.",
        """
          time_ns INTEGER NOT NULL,
          node INTEGER NOT NULL REFERENCES node (id),
          allocated_gpu_milli INTEGER NOT NULL,
          allocated_cpu_milli INTEGER NOT NULL,
          is_up INTEGER NOT NULL
        """)

    static let linkSampleTable = Relation(
        table: "link_sample", "What the running jobs offer to a link at a sampling instant.",
        """
          time_ns INTEGER NOT NULL,
          link INTEGER NOT NULL REFERENCES link (id),
          demand_bytes_per_s INTEGER NOT NULL
        """)

    static let failureTable = Relation(
        table: "failure",
        "A failure of a part of a node, of its switch (one row for each node cut off) or software; spot nodes taken back.",
        """
          time_ns INTEGER NOT NULL,
          node INTEGER NOT NULL REFERENCES node (id),
          gpu INTEGER,                             -- local index; NULL: the whole node
          repaired_ns INTEGER,                     -- NULL: not before the run ended
          jobs_hit INTEGER NOT NULL,
          part INTEGER NOT NULL REFERENCES failed_part (code)
        """)

    static let trainingRunTable = Relation(
        table: "training_run", "One run of a training job, from its first step to its end.",
        """
          job INTEGER NOT NULL REFERENCES job (id),
          attempt INTEGER NOT NULL,
          start_ns INTEGER NOT NULL,
          end_ns INTEGER NOT NULL,
          nodes INTEGER NOT NULL,
          leaf_groups INTEGER NOT NULL,            -- of the fabric, that its nodes are in
          undisturbed_step_ns INTEGER NOT NULL,    -- packed, alone, on sound hardware of the same kind
          working_ns INTEGER NOT NULL,             -- time at work, without start-up and checkpoints
          useful_ns INTEGER NOT NULL               -- time in which an undisturbed run would have done as much
        """)

    static let stepSampleTable = Relation(
        table: "step_sample", "The steps of the training jobs at work at a sampling instant, if there are any.",
        """
          time_ns INTEGER NOT NULL,
          jobs INTEGER NOT NULL,
          gpus INTEGER NOT NULL,
          mean_milli INTEGER NOT NULL,             -- step over undisturbed step in thousandths, mean by GPUs
          worst_milli INTEGER NOT NULL,            -- that of the job it is longest for
          worst_job INTEGER NOT NULL REFERENCES job (id)
        """)

    static let gpuTimeTable = Relation(
        table: "gpu_time", "The ledger per GPU: its causes sum to the run's length.",
        """
          gpu INTEGER NOT NULL REFERENCES gpu (id),
          cause INTEGER NOT NULL REFERENCES cause (code),
          gpu_ns INTEGER NOT NULL
        """)

    static let poolTimeTable = Relation(
        table: "pool_time", "The ledger per pool and time bucket: causes sum to the pool's GPUs x bucket length.",
        """
          start_ns INTEGER NOT NULL,
          end_ns INTEGER NOT NULL,
          pool INTEGER NOT NULL REFERENCES pool (id),
          cause INTEGER NOT NULL REFERENCES cause (code),
          gpu_ns INTEGER NOT NULL
        """)

    static let teamTimeTable = Relation(
        table: "team_time", "The ledger of allocated GPU time per team, queue, class and pool.",
        """
          team INTEGER NOT NULL REFERENCES team (id),
          queue INTEGER NOT NULL REFERENCES queue (id),
          job_class INTEGER NOT NULL REFERENCES job_class (id),
          pool INTEGER NOT NULL REFERENCES pool (id),
          cause INTEGER NOT NULL REFERENCES cause (code),
          gpu_ns INTEGER NOT NULL
        """)

    static let costTable = Relation(
        table: "cost",
        "What GPU time cost, at the price and terms of its pool; rows without a team are capacity nobody held.",
        """
          team INTEGER REFERENCES team (id),
          pool INTEGER NOT NULL REFERENCES pool (id),
          cause INTEGER NOT NULL REFERENCES cause (code),
          gpu_hours REAL NOT NULL,
          microdollars INTEGER NOT NULL
        """)
}
