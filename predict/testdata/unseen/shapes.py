"""How a fault grows: each maker takes (rng, ratio, span) and returns g(u).

u is the time since the onset in units of span, the seconds the fault takes to
the limit; g(0) = 0 and g(1) = 1 means at the limit. ratio is the level at the
limit over the usual level. Shapes that stay below 1 never cross by themselves.
"""
from bisect import bisect_right
from itertools import accumulate
from math import exp


def linear(rng, ratio, span):
    return lambda u: u


def power(rng, ratio, span):
    e = rng.uniform(1.3, 2.2)
    return lambda u: u ** e


def log_linear(rng, ratio, span):
    """A straight line on a logarithmic axis."""
    return lambda u: (ratio ** u - 1) / (ratio - 1)


def logistic(rng, ratio, span):
    """Slow, steep, level again: the limit is met above the middle of the S."""
    k, mid = rng.uniform(5, 9), rng.uniform(0.5, 0.85)
    s = lambda u: 1 / (1 + exp(-k * (u - mid)))
    return lambda u: (s(u) - s(0)) / (s(1) - s(0))


def two_slopes(rng, ratio, span):
    """Two straight pieces: the second steeper, or less steep, than the first."""
    knee = rng.uniform(0.3, 0.7)
    high = knee * rng.uniform(0.3, 0.6) if rng.random() < 0.5 else knee + (1 - knee) * rng.uniform(0.3, 0.6)
    return lambda u: u * high / knee if u < knee else high + (u - knee) * (1 - high) / (1 - knee)


def root(rng, ratio, span):
    e = rng.uniform(0.45, 0.7)
    return lambda u: u ** e


def staircase(rng, ratio, span):
    """Uneven small steps, one every 8 to 40 minutes."""
    n = max(4, round(span / rng.uniform(480, 2400)))
    steps = list(accumulate((rng.uniform(0.4, 1.6) for _ in range(n)), initial=0))
    return lambda u: steps[min(n, int(u * n))] * max(1, u) / steps[n]


def sawtooth(rng, ratio, span):
    """A leak that restarts relieve, each time later than the growing leak would need."""
    n = rng.randint(3, 6)
    peaks = [0.35 + 0.5 * (i + 1) / n for i in range(n - 1)] + [1.0]
    left = rng.uniform(0, 0.3)

    def g(u):
        i = min(n - 1, int(u * n))
        low = left * peaks[i - 1] if i else 0
        return low + (peaks[i] - low) * (u * n - i)
    return g


def anything(rng, ratio, span):
    return rng.choice((linear, linear, power, log_linear, two_slopes))(rng, ratio, span)


def step(rng, ratio, span):
    """There at once, well beyond the limit."""
    size = rng.uniform(1.3, 2.5)
    return lambda u: size


def ramp(rng, ratio, span):
    """There within span, which is two samples, and no further."""
    size = rng.uniform(1.3, 2.5)
    return lambda u: size * min(1, u)


def bimodal(rng, ratio, span):
    """From now on most samples, not all, take the slow road."""
    share, size = rng.uniform(0.6, 0.85), rng.uniform(2.2, 3.5)
    return lambda u: size if rng.random() < share else 0


def saturating(rng, ratio, span):
    """Levels off at 45 to 85 % of the way."""
    top, rate = rng.uniform(0.45, 0.85), rng.uniform(1.5, 5)
    return lambda u: top * (1 - exp(-rate * u))


def turn_back(rng, ratio, span):
    """Rises to 40 to 85 % of the way, rests a moment, and goes back."""
    top, down = rng.uniform(0.4, 0.85), rng.uniform(0.3, 2)
    rest = top + rng.uniform(0, 0.15)
    return lambda u: u if u < top else top if u < rest else max(0, top - (u - rest) / down)


def fixed_in_time(rng, ratio, span):
    """Rises to 40 to 85 % of the way and is then fixed at one stroke."""
    top, grow = rng.uniform(0.4, 0.85), anything(rng, ratio, span)
    times = [i / 500 for i in range(501)]
    end = times[min(500, bisect_right([grow(u) for u in times], top))]
    return lambda u: grow(u) if u < end else 0


def saved_by_restarts(rng, ratio, span):
    """A leak that a restart always relieves in time, over and over."""
    top = rng.uniform(0.4, 0.85)
    return lambda u: u % top
