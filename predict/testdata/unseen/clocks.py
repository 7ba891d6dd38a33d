"""When samples are taken: each maker takes (rng, start, end, interval) and yields whole unix seconds."""


def regular(rng, start, end, interval):
    return range(start, end, interval)


def jittered(rng, start, end, interval):
    """Each up to 40 % of the interval early or late."""
    reach = int(0.4 * interval)
    return (t + rng.randint(-reach, reach) for t in range(start, end, interval))


def random_gaps(rng, start, end, interval):
    """3 to 25 % of the samples are missing, each by itself."""
    lost = rng.uniform(0.03, 0.25)
    return (t for t in range(start, end, interval) if rng.random() >= lost)


def block_gaps(rng, start, end, interval):
    """One to four times a day nothing comes for 10 minutes to 6 hours."""
    every = 86400 / rng.uniform(1, 4)
    gone = start + rng.expovariate(1 / every)
    back = gone + 600 * 36 ** rng.random()
    for t in range(start, end, interval):
        while t >= back:
            gone = back + rng.expovariate(1 / every)
            back = gone + 600 * 36 ** rng.random()
        if t < gone:
            yield t
