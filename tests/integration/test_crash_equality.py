"""Killed anywhere, it ends the same: runs killed with SIGKILL, then one left alone, give the rows of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.conftest import sitrep

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sample")]

KILLS = int(os.environ.get("SITREP_KILLS", "4"))
"""Runs killed before the one left alone; a long test sets more."""

# Everything but what names the run itself: batches, WARC positions (the key of a refused record is one), times of fetching.
COMPARED = {
    "dim_articles": "article_id, version_id, source_id, story_id, url, title, text, published_at, reported_date",
    "fct_event_claims": "* exclude (coder_version)",
    "fct_control_claims": "* exclude (coder_version)",
    "fct_events": "*",
    "fct_event_actors": "*",
    "fct_actor_days": "*",
    "fct_territory_control": "*",
    "quarantine": "stage, reason, source_id, url",
}


def rows(home: Path, table: str, columns: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "warehouse" / "published" / "sitrep.duckdb"), read_only=True) as con:
        return con.execute(f"select {columns} from marts.{table} order by all").fetchall()


def test_runs_killed_at_random_leave_what_an_undisturbed_run_leaves(sample_home: Path, tmp_path: Path) -> None:
    draw = random.Random(20201023)
    home = tmp_path / "home"
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "run", "--home", str(home)], start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path,
        )  # fmt: skip
        time.sleep(draw.uniform(8, 50))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = sitrep("run", "--home", home, "--json")
    assert done.returncode == 0, done.stderr[-3000:]
    for table, columns in COMPARED.items():
        assert rows(home, table, columns) == rows(sample_home, table, columns), table


def test_of_two_runs_at_once_one_works_and_one_is_skipped(sample_home: Path) -> None:
    commands = [
        subprocess.Popen([sys.executable, "-m", "flows.cli", "run", "--home", str(sample_home), "--rebuild"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]  # fmt: skip
    ended = [(c.communicate(timeout=500), c.returncode) for c in commands]
    assert sorted(code for _, code in ended) == [0, 75], ended
    assert "skipped" in next(text[1] for text, code in ended if code == 75)
