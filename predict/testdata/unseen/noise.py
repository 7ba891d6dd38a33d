"""Noises: each maker takes a random.Random and returns a function that draws
the next deviate. Deviates have mean 0 and standard deviation 1, whatever the
shape, so that the size of a noise is the series' affair, not the noise's.
"""
from collections import deque
from math import cos, exp, pi, sqrt


def gauss(rng):
    return lambda: rng.gauss(0, 1)


def gamma(rng):
    k = rng.uniform(1.5, 12)
    return lambda: (rng.gammavariate(k, 1) - k) / sqrt(k)


def lognormal(rng):
    s = rng.uniform(0.2, 0.8)
    mean = exp(s * s / 2)
    sd = mean * sqrt(exp(s * s) - 1)
    return lambda: (rng.lognormvariate(0, s) - mean) / sd


def laplace(rng):
    return lambda: rng.expovariate(sqrt(2)) - rng.expovariate(sqrt(2))


def student(rng):
    """Student's t with 3 to 6 degrees of freedom."""
    df = rng.uniform(3, 6)
    sd = sqrt(df / (df - 2))
    return lambda: rng.gauss(0, 1) / sqrt(rng.gammavariate(df / 2, 2) / df) / sd


def mixture(rng):
    """Mostly normal; a small share takes a slower road, of exponential length."""
    share, slow = rng.uniform(0.01, 0.08), rng.uniform(3, 9)
    mean = share * slow
    sd = sqrt(1 + 2 * share * slow * slow - mean * mean)

    def draw():
        extra = rng.expovariate(1 / slow) if rng.random() < share else 0
        return (rng.gauss(0, 1) + extra - mean) / sd
    return draw


def moving_average(rng):
    """MA(q) with equal weights, q of 3 to 12 samples."""
    q = rng.randint(3, 12)
    last = deque([rng.gauss(0, 1) for _ in range(q)], q)

    def draw():
        last.append(rng.gauss(0, 1))
        return sum(last) / sqrt(q)
    return draw


def ar2(rng):
    """AR(2) with complex roots: swings of 6 to 40 samples that come and go."""
    r, period = rng.uniform(0.6, 0.93), rng.uniform(6, 40)
    a, b = 2 * r * cos(2 * pi / period), -r * r
    sd = sqrt((1 - b) / ((1 + b) * ((1 - b) ** 2 - a * a)))
    x = [0.0, 0.0]

    def draw():
        x[:] = a * x[0] + b * x[1] + rng.gauss(0, 1), x[0]
        return x[0] / sd
    for _ in range(100):
        draw()
    return draw


def wandering(rng):
    """A random walk that reverts within 60 to 1,000 samples, under some white noise."""
    keep = exp(-1 / rng.uniform(60, 1000))
    step, white = sqrt(1 - keep * keep), rng.uniform(0.2, 0.7)
    scale = sqrt(1 + white * white)
    x = [rng.gauss(0, 1)]

    def draw():
        x[0] = keep * x[0] + step * rng.gauss(0, 1)
        return (x[0] + white * rng.gauss(0, 1)) / scale
    return draw


def anything(rng):
    """One of the noises that have no kind of their own to test here."""
    return rng.choice((gauss, gamma, lognormal, laplace, student, mixture, moving_average))(rng)
