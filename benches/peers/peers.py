"""Times the peers of `cargo bench --bench q_learning`: steps per second of Q-learning.

First checks that what is timed is right: the tables by their optimal values, which other programs
found (`tests/published`), and each way to learn by what it learns. Then each work is timed in
one process and in one process a core (independent seeds, begun together), a few times after a run
that warms it up, so that numba compiles and Gymnasium's lake is made outside the time. Prints a
table, and one line of JSON a figure if asked.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import learning
import processes

PUBLISHED = Path(__file__).parents[2] / "tests" / "published"


@dataclass(frozen=True)
class Work:
    """One way to learn one process."""

    process: str
    way: str
    steps: int
    """Steps of one timed run."""


LAKE = "8×8 lake"
LINE = "LINE3"
GYMNASIUM = "Python, Gymnasium's step"
PYTHON = "Python, lists"
NUMBA = "numba, arrays"
WORKS = (
    Work(LAKE, GYMNASIUM, 100_000),
    Work(LAKE, PYTHON, 500_000),
    Work(LAKE, NUMBA, 10_000_000),
    Work(LINE, PYTHON, 500_000),
    Work(LINE, NUMBA, 10_000_000),
)


@dataclass(frozen=True)
class Figure:
    """What was measured of a work."""

    process: str
    way: str
    cores: int
    steps: int
    """Steps of each process in each timed run."""
    repeats: int
    fastest: float
    """Steps a second, all processes together."""
    median: float


def learner(work: Work) -> Callable[[int, int], NDArray]:
    """The work as a function of steps and seed."""
    if work.way == GYMNASIUM:
        return learning.with_gymnasium
    process = processes.lake() if work.process == LAKE else processes.line()
    return partial(learning.in_numba if work.way == NUMBA else learning.in_python, process)


def published(name: str) -> dict:
    """The figures of a file of `tests/published`."""
    return json.loads((PUBLISHED / name).read_text())["numbers"]


def check() -> None:
    """Stops with a message where a table, or what is learned from it, is wrong."""
    lake, line = processes.lake(), processes.line()
    lake_optimum = published("gym_frozenlake_8x8.json")["slippery"]["V_gamma0_99"][0]
    line_optimum = published("mdp_line3.json")["V_at_all_up_and_empty (s=7), N=10"]
    for name, process, optimum in ((LAKE, lake, lake_optimum), (LINE, line, line_optimum)):
        values = processes.optimal_values(process.arrays, learning.DISCOUNT, tolerance=1e-8)
        # The files give twelve digits.
        if abs(values[process.start] - optimum) > 1e-8 + 1e-11 * optimum:
            sys.exit(f"{name} is not the published one: {values[process.start]}, not {optimum}")
        learned = learning.in_numba(process, 10_000_000, 1)
        check_learned(f"{name}, numba", learned, process, optimum)
        check_twins(name, process)
    learned = learning.with_gymnasium(300_000, 1)
    check_learned(f"{LAKE}, Gymnasium's step", learned, lake, optimum=lake_optimum)


def check_learned(what: str, q: NDArray, process: processes.Process, optimum: float) -> None:
    """Stops where the value of the start is not about the optimum.

    A constant step size leaves noise, and ε a price: of some 20 runs the values lay from 10 % below
    the optimum to 4 % above it.
    """
    found = q[process.start].max()
    if not 0.8 * optimum < found < 1.15 * optimum:
        sys.exit(f"{what}: learned a value of {found}, where the best is {optimum}")
    print(f"{what}: learned that the start is worth {found:.4g}; the best is {optimum:.4g}")


def check_twins(name: str, process: processes.Process) -> None:
    """Stops where plain Python and numba learn other tables from the same draws."""
    # Numba's generator is numpy's old one, the Mersenne Twister, with the same seeds.
    uniform = np.random.RandomState(1).random_sample
    in_python = learning.python_loop(process, 100_000, uniform)
    if not np.array_equal(in_python, learning.in_numba(process, 100_000, 1)):
        sys.exit(f"{name}: plain Python and numba differ")
    print(f"{name}: plain Python and numba learn the same from the same draws, to the last bit")


def worker(work: Work, seed: int, repeats: int, gate: Barrier) -> None:
    """Learns `repeats` times between two gates, through which all processes go together."""
    learn = learner(work)
    learn(1_000, seed)
    for repeat in range(repeats):
        gate.wait()
        learn(work.steps, seed + 1_000 * repeat)
        gate.wait()


def measure(work: Work, cores: int, repeats: int) -> Figure:
    """Times a work in so many processes."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(cores + 1)
    workers = [
        context.Process(target=worker, args=(work, seed, repeats, gate), daemon=True)
        for seed in range(1, cores + 1)
    ]
    for process in workers:
        process.start()
    speeds = []
    for _ in range(repeats):
        gate.wait(timeout=300)
        begun = time.perf_counter()
        gate.wait(timeout=300)
        speeds.append(cores * work.steps / (time.perf_counter() - begun))
    for process in workers:
        process.join()
    fastest, median = max(speeds), statistics.median(speeds)
    return Figure(work.process, work.way, cores, work.steps, repeats, fastest, median)


def print_table(figures: list[Figure]) -> None:
    """The figures for people, as a table of Markdown."""
    print("\n| What | With | Processes | Fastest, million steps a second | Median |")
    print("|---|---|---|---|---|")
    for figure in figures:
        speeds = f"{figure.fastest / 1e6:.3g} | {figure.median / 1e6:.3g}"
        print(f"| {figure.process} | {figure.way} | {figure.cores} | {speeds} |")
    packages = ", ".join(f"{name} {version(name)}" for name in ("gymnasium", "numba", "numpy"))
    print(f"\nPython {platform.python_version()}, {packages}")


def main() -> None:
    """Checks, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7, help="timed runs of each work")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="processes for all cores")
    parser.add_argument("--json", type=Path, help="write one line of JSON a figure to this file")
    arguments = parser.parse_args()
    check()
    counts = sorted({1, arguments.cores})
    figures = [measure(work, cores, arguments.repeats) for work in WORKS for cores in counts]
    print_table(figures)
    if arguments.json:
        lines = (json.dumps(asdict(figure), ensure_ascii=False) for figure in figures)
        arguments.json.write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
