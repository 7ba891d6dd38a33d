"""The truth of a series, as SCORING.md defines it: when its figure is across the limit.

A series is a list of rows (t, value) or (t, value, n, errors), oldest first.
"""
from bisect import bisect_left, insort
from collections import deque
from math import fsum

SHARE = (4, 5)   # 80 % of the samples of [t, t+sustain] have to agree
FEWEST = 3       # and there have to be this many of them
PERCENT = {"p50": 50, "p95": 95}


def figures(rows, agg, window, min_n):
    """Yields (t, A(t)) for each row whose window (t-window, t] holds at least min_n rows.

    A is the mean, the nearest-rank p50 or p95 of the values, or errors over n.
    """
    if agg == "ratio":
        take = _ratio
    elif agg == "mean":
        take = _mean
    else:
        return (yield from _quantiles(rows, PERCENT[agg], window, min_n))
    inside = deque()
    for row in rows:
        inside.append(row)
        while inside[0][0] <= row[0] - window:
            inside.popleft()
        if len(inside) >= min_n:
            a = take(inside)
            if a is not None:
                yield row[0], a


def _mean(inside):
    return fsum([r[1] for r in inside]) / len(inside)


def _ratio(inside):
    n = sum([r[2] for r in inside])
    return sum([r[3] for r in inside]) / n if n else None


def _quantiles(rows, percent, window, min_n):
    inside, ordered = deque(), []
    for row in rows:
        inside.append(row)
        insort(ordered, row[1])
        while inside[0][0] <= row[0] - window:
            del ordered[bisect_left(ordered, inside.popleft()[1])]
        n = len(ordered)
        if n >= min_n:
            yield row[0], ordered[(percent * n + 99) // 100 - 1]


def crossings(points, limit, direction, sustain):
    """All (start, end) during which the points (t, A) are across the limit.

    A crossing starts at the first point beyond the limit at which 80 % of the
    points of [t, t+sustain], at least three, are beyond; it ends at the first
    point not beyond for which the same holds of not being beyond, or with the
    last point.
    """
    times = [t for t, _ in points]
    if direction == "up":
        beyond = [a > limit for _, a in points]
    else:
        beyond = [a < limit for _, a in points]
    found, start = [], None
    for i in _turns(times, beyond, sustain):
        if start is None:
            start = times[i]
        else:
            found.append((start, times[i]))
            start = None
    if start is not None:
        found.append((start, times[-1]))
    return found


def _turns(times, beyond, sustain):
    """Indexes at which the state turns, from not across to across and back."""
    total, across, last, held = len(times), False, 0, 0
    for i, t in enumerate(times):
        while last < total and times[last] <= t + sustain:
            held += beyond[last]
            last += 1
        n = last - i
        agree = n - held if across else held
        if beyond[i] != across and n >= FEWEST and agree * SHARE[1] >= n * SHARE[0]:
            across = not across
            yield i
        held -= beyond[i]
