"""What is measured: turns the level of a series at t into a row (t, value[, n, errors]).

Each maker takes (rng, series, base, start, end) and returns (read, figure):
read(t, level) draws a row, or gives None where there was nothing to measure;
figure(level) is what the series' figure typically is at a constant level.
"""
from math import log, sqrt
from statistics import median

from label import PERCENT


def latency(rng, series, base, start, end):
    """level plus noise whose size goes with level**grow; never below a tenth of the level."""
    kind = series.kind
    draw, size, grow = kind.noise(rng), base * rng.uniform(*kind.cv), rng.uniform(*kind.growth)
    digits = kind.digits if kind.digits is not None else 1 if base >= 50 else 2
    z = _typical(draw, series.agg, series.window // series.interval)

    def read(t, level):
        level = max(level, 0.02 * base)
        return t, round(max(0.1 * level, level + size * (level / base) ** grow * draw()), digits)
    return read, lambda level: level + size * (level / base) ** grow * z


def _typical(draw, agg, count):
    """The median, over 80 windows, of the figure of count deviates."""
    if agg == "mean":
        return 0.0
    rank = (PERCENT[agg] * count + 99) // 100 - 1
    return median(sorted(draw() for _ in range(count))[rank] for _ in range(80))


def counted(rng, series, base, start, end):
    """level is the error ratio; n follows the traffic, and errors come a little in clumps."""
    traffic, usual = series.kind.traffic(rng, start, end), 20 * 20 ** rng.random()
    clump = rng.uniform(0, 0.4)

    def read(t, level):
        n = poisson(rng, usual * traffic(t) ** 2)
        if not n:
            return None
        bad = binomial(rng, n, level * rng.lognormvariate(-clump * clump / 2, clump))
        return t, round(bad / n, 6), n, bad
    return read, lambda level: level


def probe(rng, series, base, start, end):
    """One probe a sample, which passes or fails: n is 1, and level the chance of failure."""
    def read(t, level):
        bad = int(rng.random() < min(0.95, level))
        return t, bad, 1, bad
    return read, lambda level: level


def poisson(rng, mean):
    """A Poisson count; the rounded normal above 40."""
    if mean > 40:
        return max(0, round(rng.gauss(mean, sqrt(mean))))
    n, t = 0, rng.expovariate(1)
    while t < mean:
        n += 1
        t += rng.expovariate(1)
    return n


def binomial(rng, n, p):
    """Successes of n trials, by leaps from one success to the next."""
    p = min(p, 0.95)
    if p <= 0:
        return 0
    hits, at, scale = 0, 0, log(1 - p)
    while True:
        at += int(log(1 - rng.random()) / scale) + 1
        if at > n:
            return hits
        hits += 1
