"""Reading run.sqlite files into pandas, and the look of the charts. Used by the notebooks of this folder.

The columns are those of docs/results-schema.md: times are nanoseconds since the start of the run (`_ns`).
"""

import os
import sqlite3
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

HOUR = 3.6e12
DAY = 24 * HOUR
SCHEMA = 4
APPLICATION_ID = 1332900473  # "Orry"

LIGHT = {"page": "#ffffff", "text": "#17202a", "muted": "#5b6775", "line": "#dfe3e8",
         "series": ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6bb1"]}
DARK = {"page": "#0f1318", "text": "#e8ecf1", "muted": "#98a4b3", "line": "#2b323c",
        "series": ["#4aa3df", "#f2b83b", "#35c79a", "#e3a1c4", "#8fd0f5", "#f08a4b", "#b59ad6"]}


def look():
    """Light charts, or dark ones with ORRERY_DARK=1 in the environment. Returns the colours."""
    paint = DARK if os.environ.get("ORRERY_DARK") == "1" else LIGHT
    plt.rcParams.update({
        "figure.facecolor": paint["page"], "axes.facecolor": paint["page"], "savefig.facecolor": paint["page"],
        "text.color": paint["text"], "axes.labelcolor": paint["muted"], "axes.titlecolor": paint["text"],
        "xtick.color": paint["muted"], "ytick.color": paint["muted"], "axes.edgecolor": paint["line"],
        "grid.color": paint["line"], "axes.grid": True, "axes.axisbelow": True, "axes.spines.top": False,
        "axes.spines.right": False, "axes.titlelocation": "left", "axes.titleweight": "bold", "legend.frameon": False,
        "axes.prop_cycle": plt.cycler(color=paint["series"]), "figure.figsize": (9, 3.8), "figure.dpi": 110,
        "figure.constrained_layout.use": True})
    return paint


def show():
    """Shows the chart. Raises ValueError if it has no title, or if an axis of numbers has no name."""
    for axis in plt.gcf().axes:
        named = [axis.get_title(loc="left"), axis.get_xlabel()]
        numeric = all(not label.get_text() or label.get_text()[:1] in "−-0123456789" for label in axis.get_yticklabels())
        if not all(named + ([axis.get_ylabel()] if numeric else [])):
            raise ValueError("a chart needs a title and names for its axes")
    plt.show()


def open_run(path):
    """A connection to a finished run, read only. Raises ValueError if the file is not one that this module understands."""
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with the command at the head of the notebook")
    run = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        kind, version = (run.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{path}: {error}") from None
    if kind != APPLICATION_ID:
        raise ValueError(f"{path}: not a results file of orrery")
    if version != SCHEMA:
        raise ValueError(f"{path}: schema {version}, these notebooks read schema {SCHEMA}")
    return run


def table(run, query, **columns):
    """The rows of a query. `new_name="old_ns"` adds a column in hours."""
    rows = pd.read_sql_query(query, run)
    for name, source in columns.items():
        rows[name] = rows[source] / HOUR
    return rows


def at_least_a_minute(hours):
    """Waits for a logarithmic axis: shorter ones are drawn at one minute."""
    return np.maximum(hours, 1 / 60)


def share_reached(axis, values, label=None, **style):
    """Draws the share of values that are at most x."""
    values = np.sort(np.asarray(values, dtype=float))
    if len(values):
        axis.step(np.append(values, values[-1]), np.append(np.arange(len(values)), len(values)) / len(values),
                  where="post", label=label, **style)


def hour_axis(axis):
    """A logarithmic axis of hours with names that people use."""
    axis.set_xscale("log")
    marks = [(1 / 60, "≤ 1 min"), (1 / 6, "10 min"), (1, "1 h"), (6, "6 h"), (24, "1 d"), (24 * 7, "1 week"), (24 * 28, "4 weeks")]
    low, high = axis.get_xlim()
    shown = [mark for mark in marks if low <= mark[0] <= high]
    axis.set_xticks([hours for hours, _ in shown], [name for _, name in shown])
    axis.xaxis.set_minor_formatter(plt.NullFormatter())


def resampled_interval(values, statistic=np.mean, confidence=0.95, times=2000, seed=1):
    """An interval of a statistic by resampling (percentile bootstrap; Efron and Tibshirani 1993, section 13.3)."""
    values = np.asarray(values, dtype=float)
    chance = np.random.default_rng(seed)
    found = np.array([statistic(chance.choice(values, len(values))) for _ in range(times)])
    return tuple(np.quantile(found, [(1 - confidence) / 2, (1 + confidence) / 2]))
