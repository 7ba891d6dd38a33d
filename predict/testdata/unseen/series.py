"""Draws one series of a kind: its rule, its rows and, by label.py, its truth."""
from dataclasses import dataclass, field
from math import ceil, exp, floor, log, log10
from random import Random
from statistics import median

import meters
from label import crossings, figures

HOUR, DAY = 3600, 86400
FROM = 1775001600          # 2026-04-01 00:00 UTC; series start within the year that follows
TRIES = 60
SELDOM = 0.01              # share of its usual time that a figure may be beyond a limit somebody keeps
ROUND = [m / 10 for m in range(10, 101)]
ROUNDEST = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass
class Series:
    """One finished case, in the units of the manifest."""
    kind: object
    interval: int
    agg: str
    window: int
    min_n: int
    sustain: int
    horizon: int
    threshold: float = None
    onset: int = None
    rows: list = field(default_factory=list)
    crossing: tuple = None     # (start, end), the first only

    def points(self):
        return list(figures(self.rows, self.agg, self.window, self.min_n))

    def found(self, points):
        return crossings(points, self.threshold, self.kind.direction, self.sustain)

    def limit_at(self, x):
        """Sets the limit near x, on the far side: people like round figures, of error ratios the roundest."""
        up, unit = self.kind.direction == "up", 10.0 ** floor(log10(x))
        steps = ROUNDEST if self.agg == "ratio" else ROUND
        lead = round(x / unit, 9)
        pick = min(m for m in steps if m >= lead) if up else max(m for m in steps if m <= lead)
        self.threshold = float(f"{pick * unit:.6g}")


class Unlucky(Exception):
    """A draw that is not what its kind promises; another attempt is made."""


def draw(kind, seed, index, days):
    """The series number index of a kind; days is its length if nothing ever happens."""
    for attempt in range(TRIES):
        key = f"{seed}:{kind.name}:{index}:{attempt}"
        try:
            return _planned(kind, key, days) if kind.fault else _calm(kind, key, days)
        except Unlucky:
            continue
    raise RuntimeError(f"{kind.name} {index}: no luck in {TRIES} attempts; widen its ranges in kinds.py")


def _rule(rng, kind, days):
    """A rule and a clock such as people choose them; short intervals for short series only."""
    one = kind.meter is meters.probe
    interval = rng.choice((30, 60, 120) if one else (30, 45, 60, 90, 120, 300) if days < 4 else (60, 120, 300, 300))
    count = rng.choice((20, 30, 60)) if one else rng.choice((5, 6, 10, 12))
    window = max(300, min(count * interval, HOUR))
    sustain = rng.choice((600, 900, 1200)) if interval < 300 else rng.choice((900, 1200, 1800))
    agg = "ratio" if kind.signal == "error" else rng.choice(("mean", "p50", "p50", "p95"))
    return Series(kind, interval, agg, window, 10 if one else 3, sustain, rng.choice(kind.ahead) * HOUR)


def _base(rng, kind):
    lo, hi = kind.base
    return exp(rng.uniform(log(lo), log(hi)))


def _start(rng, interval):
    return FROM + rng.randrange(365 * DAY) // interval * interval


def _level(rng, kind, base, ratio, start, end):
    """level(t, rise): the usual level at t plus the rise of a fault, 1 being at the limit."""
    usual = kind.pattern(rng, start, end)
    if not kind.queue:
        return lambda t, rise: base * (usual(t) + (ratio - 1) * rise)
    busy = rng.uniform(0.3, 0.5)
    more = 1 - (1 - busy) / ratio - busy
    return lambda t, rise: base * (1 - busy) / (1 - min(0.985, busy * usual(t) + more * rise))


def _planned(kind, key, days):
    """A fault begins at a planned time; the limit is chosen beforehand."""
    first = _fault(kind, key, days)
    first.crossing = _check(first)
    if first.crossing is None:
        return first
    rng = Random(key + ":end")
    start, _ = first.crossing
    if rng.random() < 0.3:       # somebody repairs it, some time after the crossing
        repair = start + first.sustain + rng.uniform(0.6, 3) * HOUR
        first = _fault(kind, key, days, repair)
        stop = repair + rng.uniform(2, 5) * HOUR
    else:
        stop = start + rng.uniform(1.5, 4) * HOUR
    return _cut(first, start, stop)


def _fault(kind, key, days, repair=float("inf")):
    """The same key draws the same rows, up to the repair."""
    rng = Random(key)
    before = rng.uniform(*kind.history) if kind.family != "quiet" else days * rng.uniform(0.2, 0.5)
    s = _rule(rng, kind, before + 1)
    span = max(rng.uniform(*kind.span) * s.horizon, 2700, 3 * s.window)
    if kind.family == "abrupt":
        span = 2 * s.interval
    start = _start(rng, s.interval)
    s.onset = start + int(before * DAY)
    end = start + int(days * DAY) if kind.family == "quiet" else s.onset + int(AFTER[kind.family](span))
    base, ratio = _base(rng, kind), rng.uniform(*kind.ratio)
    read, figure = kind.meter(rng, s, base, start, end)
    s.limit_at(figure(base) * ratio)
    ratio = _solve(figure, s.threshold) / base
    level, grow = _level(rng, kind, base, ratio, start, end), kind.fault(rng, ratio, span)
    for t in kind.clock(rng, start, end, s.interval):
        rise = grow((t - s.onset) / span) if s.onset <= t < repair else 0
        row = read(t, level(t, rise))
        if row:
            s.rows.append(row)
    return s


AFTER = {   # how long the fault is drawn at most, in seconds
    "leak": lambda span: 1.6 * span + 6 * HOUR,
    "abrupt": lambda span: 9 * HOUR,
    "reversal": lambda span: max(4 * span, 12 * HOUR),
}


def _solve(figure, limit):
    """The level at which the figure is at the limit, by bisection."""
    low, high = 0.0, 3 * limit
    for _ in range(60):
        mid = (low + high) / 2
        low, high = (mid, high) if figure(mid) < limit else (low, mid)
    return low


def _check(s):
    """The first crossing, or None where the family has none."""
    points = s.points()
    usual = [a for t, a in points if t < s.onset]
    beyond = sum((a > s.threshold) == (s.kind.direction == "up") for a in usual)
    if not usual or beyond > SELDOM * len(usual):
        raise Unlucky
    found = s.found(points)
    if s.kind.family in ("quiet", "reversal"):
        if found:
            raise Unlucky
        return None
    if not found or found[0][0] < s.onset:
        raise Unlucky
    if s.kind.family == "leak" and found[0][0] < s.onset + 1500:
        raise Unlucky
    return found[0]


def _cut(s, start, stop):
    """Ends the series at stop, or half an hour after the end of a crossing that is followed by another."""
    found = s.found(s.points())
    if len(found) > 1:
        stop = min(stop, found[0][1] + 1800)
    s.rows = [r for r in s.rows if r[0] <= stop]
    found = s.found(s.points())
    if len(found) != 1 or found[0][0] != start:
        raise Unlucky
    s.crossing = found[0]
    return s


def _calm(kind, key, days):
    """Nothing happens; the limit is chosen so that the peak fills a share of the room below it."""
    rng = Random(key)
    s = _rule(rng, kind, days)
    start = _start(rng, s.interval)
    end, base = start + int(days * DAY), _base(rng, kind)
    read, _ = kind.meter(rng, s, base, start, end)
    level = _level(rng, kind, base, rng.uniform(*kind.ratio), start, end)
    rows = (read(t, level(t, 0)) for t in kind.clock(rng, start, end, s.interval))
    s.rows = [r for r in rows if r]
    points, fill = s.points(), rng.uniform(*kind.fill)
    figure = sorted(a for _, a in points)
    usual, up, ratio = median(figure), kind.direction == "up", s.agg == "ratio"
    if ratio:
        usual = max(usual, base)     # mostly there are no errors at all
    peak = figure[int(0.995 * len(figure))] if up else figure[int(0.005 * len(figure))]
    room, least = (peak - usual) / fill, rng.uniform(*((2, 5) if ratio else (0.12, 0.4))) * usual
    s.limit_at(usual + max(room, least) if up else max(0.1 * usual, usual + min(room, -least)))
    while s.found(points):
        s.limit_at(s.threshold * (1.06 if up else 0.94))
    return s

