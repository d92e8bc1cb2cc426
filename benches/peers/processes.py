"""The two decision processes that are learned, as outcomes by state and action, and their values.

The lake is Gymnasium's own table. The line is LINE3 of `scenarios/lines/line3.ron`, written here
from its description in `tests/published/mdp_line3.json`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import gymnasium
import numpy as np
from numpy.typing import NDArray

LAKE = "FrozenLake8x8-v1"
"""Slippery; an episode is cut off after 200 steps."""


class Outcome(NamedTuple):
    """One outcome of an action, in the form of Gymnasium's tables."""

    probability: float
    next: int
    reward: float
    ends: bool


class Arrays(NamedTuple):
    """A process by state, action and outcome, for numba and for exact values."""

    probability: NDArray[np.float64]
    next: NDArray[np.int64]
    reward: NDArray[np.float64]
    ends: NDArray[np.bool_]


@dataclass(frozen=True)
class Process:
    """A decision process with all actions in every state."""

    outcomes: list[list[list[Outcome]]]
    """By state, then by action."""
    start: int
    limit: int
    """Steps after which an episode is cut off; 0 if never."""

    @cached_property
    def arrays(self) -> Arrays:
        """The same as arrays; a pair with fewer outcomes than others has some of probability 0."""
        most = max(len(pair) for state in self.outcomes for pair in state)
        none = Outcome(0.0, 0, 0.0, True)
        full = [[pair + [none] * (most - len(pair)) for pair in state] for state in self.outcomes]
        columns = np.array(full).transpose(3, 0, 1, 2)
        kinds = (np.float64, np.int64, np.float64, np.bool_)
        return Arrays(*(np.array(c, kind) for c, kind in zip(columns, kinds, strict=True)))


def lake() -> Process:
    """The slippery lake of eight by eight."""
    env = gymnasium.make(LAKE)
    limit = env.spec.max_episode_steps if env.spec else None
    table = env.unwrapped.P
    outcomes = [
        [[plain(*outcome) for outcome in table[state][action]] for action in range(4)]
        for state in range(64)
    ]
    return Process(outcomes, start=0, limit=limit or 0)


def plain(probability: float, after: int, reward: float, ends: bool) -> Outcome:
    """An outcome of Python's own numbers, with which plain Python is faster than with numpy's."""
    return Outcome(float(probability), int(after), float(reward), bool(ends))


CAPACITY = 10
FAILURE = (0.010, 0.015, 0.020)
REPAIR = (0.100, 0.120, 0.150)


def line() -> Process:
    """LINE3: three machines, two buffers of ten; 968 states by 8 actions by 8 outcomes."""
    levels = range(CAPACITY + 1)
    outcomes = [
        [line_outcomes(first, second, up, told) for told in range(8)]
        for first, second, up in itertools.product(levels, levels, range(8))
    ]
    return Process(outcomes, start=line_state(0, 0, 0b111), limit=0)


def line_state(first: int, second: int, up: int) -> int:
    """The number of a state: the levels of both buffers, and a bit for each machine that is up."""
    return (first * (CAPACITY + 1) + second) * 8 + up


def line_outcomes(first: int, second: int, up: int, told: int) -> list[Outcome]:
    """What may come of a state where the machines of the bits `told` are told to run."""
    cost = 0.1 * (first + second) + told.bit_count()
    outcomes = []
    for up_next in range(8):
        probability = 1.0
        for machine in range(3):
            was, now = up >> machine & 1, up_next >> machine & 1
            changes = FAILURE[machine] if was else REPAIR[machine]
            probability *= changes if was != now else 1.0 - changes
        first_next, second_next, sold = line_moves(first, second, up_next & told)
        state = line_state(first_next, second_next, up_next)
        outcomes.append(Outcome(probability, state, 10.0 * sold - cost, False))
    return outcomes


def line_moves(first: int, second: int, works: int) -> tuple[int, int, int]:
    """Moves parts, the last machine first: both levels behind it, and how many parts were sold."""
    sold = 0
    if works & 0b100 and second > 0:
        second, sold = second - 1, 1
    if works & 0b010 and first > 0 and second < CAPACITY:
        first, second = first - 1, second + 1
    if works & 0b001 and first < CAPACITY:
        first += 1
    return first, second, sold


def back_up(table: Arrays, values: NDArray, discount: float) -> NDArray:
    """The value of every action if `values` are those of the states after it."""
    after = table.reward + discount * np.where(table.ends, 0.0, values[table.next])
    return (table.probability * after).sum(axis=2)


def optimal_values(table: Arrays, discount: float, tolerance: float) -> NDArray:
    """The optimal values of all states, by value iteration, off by `tolerance` at most."""
    values = np.zeros(len(table.next))
    while True:
        better = back_up(table, values, discount).max(axis=1)
        # Puterman (1994), theorem 6.3.1: the rest of a contraction by `discount`.
        if np.abs(better - values).max() * discount / (1 - discount) <= tolerance:
            return better
        values = better


def policy_values(table: Arrays, policy: NDArray, discount: float) -> NDArray:
    """The values of all states under a policy (an action a state), by solving their equations."""
    states = np.arange(len(policy))
    pair = Arrays(*(column[states, policy] for column in table))
    transition = np.zeros((len(policy), len(policy)))
    for outcome in range(pair.next.shape[1]):
        goes_on = np.where(pair.ends[:, outcome], 0.0, pair.probability[:, outcome])
        np.add.at(transition, (states, pair.next[:, outcome]), goes_on)
    reward = (pair.probability * pair.reward).sum(axis=1)
    return np.linalg.solve(np.eye(len(policy)) - discount * transition, reward)
