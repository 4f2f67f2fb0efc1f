"""Killable workers: order kept; a hang, a swelling, a crash and an exception each cost one item and nothing else."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from flows.workers import Killed, run_each


def double(item: int) -> int:
    return item * 2


def misbehave(base: int, item: str) -> Any:
    if item == "hang":
        time.sleep(60)
    if item == "swell":
        keep = []
        while True:
            keep.append(bytearray(os.urandom(1) * 8_000_000))
    if item == "crash":
        os._exit(9)
    if item == "raise":
        raise ValueError("no")
    if item == "slow":
        time.sleep(0.5)
    return base + len(item)


def make_base(value: int) -> int:
    return value


def fail_to_start() -> None:
    raise SystemExit(4)


def test_results_keep_the_order_and_none_is_lost() -> None:
    assert [r for _, r in run_each(double, range(100), workers=2, seconds=10, megabytes=500)] == [
        2 * i for i in range(100)
    ]


def test_no_items_start_no_process() -> None:
    assert list(run_each(double, [], workers=2, seconds=1, megabytes=500)) == []


def test_each_misdeed_costs_one_item() -> None:
    items = ["ok", "hang", "slow", "swell", "ok", "crash", "raise", "ok"]
    results = list(run_each(misbehave, items, workers=2, seconds=2, megabytes=400, setup=make_base, setup_args=(10,)))
    assert [i for i, _ in results] == items
    assert [r.reason if isinstance(r, Killed) else r for _, r in results] == [
        12,
        "timeout",
        14,
        "memory",
        12,
        "crash",
        "error",
        12,
    ]


def test_items_are_read_lazily() -> None:
    read = []

    def items() -> Any:
        for i in range(1000):
            read.append(i)
            yield i

    results = run_each(double, items(), workers=1, seconds=5, megabytes=500)
    next(results)
    results.close()
    assert len(read) < 20


def test_workers_that_cannot_start_stop_the_run() -> None:
    with pytest.raises(RuntimeError, match="cannot start"):
        list(run_each(misbehave, ["ok"], workers=1, seconds=5, megabytes=500, setup=fail_to_start))
