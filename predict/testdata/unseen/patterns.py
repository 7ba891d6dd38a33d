"""What is usual for a series: each maker takes (rng, start, end) and returns
f(t), the factor on its usual level at unix time t; about 1 on the whole."""
from bisect import bisect_right
from math import cos, exp, pi, sin

DAY = 86400


def steady(rng, start, end):
    return lambda t: 1.0


def daily(rng, start, end):
    """A daily wave with a second harmonic; each day a little higher or lower."""
    a, b = rng.uniform(0.12, 0.4), rng.uniform(0, 0.12)
    p, q = rng.uniform(0, 2 * pi), rng.uniform(0, 2 * pi)
    size = [rng.uniform(0.9, 1.1) for _ in range(17)]
    first = int(start // DAY)

    def f(t):
        w = 2 * pi * (t % DAY) / DAY
        d = t / DAY - first
        i = int(d)
        now, then = size[i % 17], size[(i + 1) % 17]
        s = now + (then - now) * (d - i)
        return 1 + s * (a * sin(w + p) + b * sin(2 * w + q))
    return f


def weekly(rng, start, end):
    """A daily wave that is lower at the week's end."""
    day, low = daily(rng, start, end), rng.uniform(0.6, 0.9)

    def f(t):
        return day(t) * (1 - (1 - low) * _ramp(_weekday(t), 5, 7, 0.25))
    return f


def office(rng, start, end):
    """Up in office hours, Monday to Friday, flat otherwise."""
    return _office(rng, lambda day: 1.0)


def holidays(rng, start, end):
    """Office hours with days off, and some busier days, at random."""
    sizes = {}
    for day in range(int(start // DAY) - 1, int(end // DAY) + 2):
        sizes[day] = rng.choice((0.1, 1, 1, 1, 1.2, 1.3)) * rng.uniform(0.85, 1.15)
    return _office(rng, sizes.__getitem__)


def _office(rng, size):
    opens, shuts = rng.uniform(6, 9), rng.uniform(16, 19)
    edge, rise, zone = rng.uniform(0.5, 2.5), rng.uniform(0.3, 0.9), rng.randint(-8, 9) * 3600

    def f(t):
        t += zone
        if _weekday(t) >= 5:
            return 1.0
        hour = t % DAY / 3600
        return 1 + rise * size(int((t - zone) // DAY)) * _ramp(hour, opens, shuts, edge)
    return f


def _weekday(t):
    return (t / DAY + 3) % 7      # 0 is Monday 00:00 UTC


def _ramp(x, lo, hi, edge):
    """0 outside (lo, hi), 1 inside, with soft edges of the given width within."""
    if x <= lo or x >= hi:
        return 0.0
    d = min(x - lo, hi - x) / edge
    return 1.0 if d >= 1 else (1 - cos(pi * d)) / 2


def cron(rng, start, end):
    """A spike of one to four minutes each hour."""
    at, width, size = rng.uniform(0, 3600), rng.uniform(60, 240), rng.uniform(0.5, 4)
    return lambda t: 1 + size if (t - at) % 3600 < width else 1.0


def bursts(rng, start, end):
    """Two to eight times a day all is slower for 2 to 15 minutes."""
    edges, factors, t = [], [], start
    mean = DAY / rng.uniform(2, 8)
    while t < end:
        t += rng.expovariate(1 / mean)
        length = rng.uniform(120, 900)
        edges += t, t + length
        factors += 1 + rng.uniform(0.5, 4), 1.0
        t += length
    return _pieces(edges, factors)


def level_shifts(rng, start, end):
    """One to four shifts to another level, for good."""
    edges = sorted(rng.uniform(start, end) for _ in range(rng.randint(1, 4)))
    return _pieces(edges, [rng.uniform(0.8, 1.9) for _ in edges])


def deploys(rng, start, end):
    """A deploy every 4 to 40 hours: a cold start of minutes, then a little slower or faster."""
    edges, factors, t, level = [], [], start, 1.0
    while t < end:
        t += rng.uniform(4, 40) * 3600
        edges.append(t)
        level = min(1.4, max(0.7, level * rng.uniform(0.85, 1.18)))
        factors.append(level)
    settled, cold, cool = _pieces(edges, factors), rng.uniform(0, 0.8), rng.uniform(120, 400)

    def f(t):
        i = bisect_right(edges, t)
        return settled(t) * (1 + cold * exp((edges[i - 1] - t) / cool)) if i else 1.0
    return f


def _pieces(edges, factors):
    """1 before the first edge, then factors[i] from edges[i] on."""
    def f(t):
        i = bisect_right(edges, t)
        return factors[i - 1] if i else 1.0
    return f
