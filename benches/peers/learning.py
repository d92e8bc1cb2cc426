"""Tabular Q-learning three times over: γ = 0.99, and ε and α constant at 0.1.

All do the same: an action at random with probability ε, else one of the highest value, exact ties
drawn at random; then Q(s, a) ← Q(s, a) + α·(r + γ·max_b Q(s′, b) − Q(s, a)), with 0 in place of the
maximum after an end. An episode that is cut off at its limit bootstraps. Source: Sutton & Barto
(2018), eq. 6.8.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import gymnasium
import numpy as np
from numba import njit
from numpy.typing import NDArray

from processes import LAKE, Arrays, Process

DISCOUNT = 0.99
EXPLORATION = 0.1
STEP_SIZE = 0.1


def with_gymnasium(steps: int, seed: int) -> NDArray:
    """As tutorials write it: Gymnasium's own step on the lake, a table of numpy."""
    env = gymnasium.make(LAKE)
    dice = np.random.default_rng(seed)
    q = np.zeros((env.observation_space.n, env.action_space.n))
    state, _ = env.reset(seed=seed)
    env.action_space.seed(seed)
    for _ in range(steps):
        if dice.random() < EXPLORATION:
            action = env.action_space.sample()
        else:
            row = q[state]
            action = dice.choice(np.flatnonzero(row == row.max()))
        after, reward, ends, cut_off, _ = env.step(action)
        future = 0.0 if ends else q[after].max()
        q[state, action] += STEP_SIZE * (reward + DISCOUNT * future - q[state, action])
        state = env.reset()[0] if ends or cut_off else after
    return q


def in_python(process: Process, steps: int, seed: int) -> NDArray:
    """Plain Python over lists: no call of Gymnasium, no numpy."""
    return python_loop(process, steps, random.Random(seed).random)


def python_loop(process: Process, steps: int, uniform: Callable[[], float]) -> NDArray:
    """The loop of plain Python, with its draws from [0, 1)."""
    outcomes, start, limit = process.outcomes, process.start, process.limit
    actions = len(outcomes[0])
    q = [[0.0] * actions for _ in outcomes]
    state, age = start, 0
    for _ in range(steps):
        row = q[state]
        if uniform() < EXPLORATION:
            action = int(uniform() * actions)
        else:
            highest = max(row)
            action = row.index(highest)
            ties = row.count(highest)
            if ties > 1:
                chosen = int(uniform() * ties)
                action = [a for a in range(actions) if row[a] == highest][chosen]
        left = uniform()
        for outcome in outcomes[state][action]:
            left -= outcome[0]
            if left < 0.0:
                break
        _, after, reward, ends = outcome
        target = reward if ends else reward + DISCOUNT * max(q[after])
        row[action] += STEP_SIZE * (target - row[action])
        age += 1
        if ends or age == limit:
            state, age = start, 0
        else:
            state = after
    return np.array(q)


def in_numba(process: Process, steps: int, seed: int) -> NDArray:
    """Compiled by numba, over arrays."""
    return compiled(process.arrays, process.start, process.limit, steps, seed)


@njit
def compiled(table: Arrays, start: int, limit: int, steps: int, seed: int) -> NDArray:
    """The loop that numba compiles: that of plain Python, with the draws of numba's generator."""
    np.random.seed(seed)
    states, actions, outcomes = table.next.shape
    q = np.zeros((states, actions))
    state, age = start, 0
    for _ in range(steps):
        if np.random.random() < EXPLORATION:
            action = int(np.random.random() * actions)
        else:
            action = greedy(q, state)
        left = np.random.random() - table.probability[state, action, 0]
        outcome = 0
        while left >= 0.0 and outcome + 1 < outcomes:
            outcome += 1
            left -= table.probability[state, action, outcome]
        after = table.next[state, action, outcome]
        ends = table.ends[state, action, outcome]
        future = 0.0 if ends else highest(q, after)
        target = table.reward[state, action, outcome] + DISCOUNT * future
        q[state, action] += STEP_SIZE * (target - q[state, action])
        age += 1
        if ends or age == limit:
            state, age = start, 0
        else:
            state = after
    return q


@njit
def greedy(q: NDArray, state: int) -> int:
    """An action of the highest value, exact ties drawn at random."""
    best, ties = 0, 1
    for action in range(1, q.shape[1]):
        if q[state, action] > q[state, best]:
            best, ties = action, 1
        elif q[state, action] == q[state, best]:
            ties += 1
    if ties > 1:
        chosen = int(np.random.random() * ties)
        for action in range(q.shape[1]):
            if q[state, action] == q[state, best]:
                if chosen == 0:
                    return action
                chosen -= 1
    return best


@njit
def highest(q: NDArray, state: int) -> float:
    """The highest value in a state; a loop, as numba is slower with a slice of numpy."""
    found = q[state, 0]
    for action in range(1, q.shape[1]):
        found = max(found, q[state, action])
    return found
