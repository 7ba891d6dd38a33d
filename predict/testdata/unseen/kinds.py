"""The kinds of case. A row says what is odd about the kind; the rest is drawn per series."""
from dataclasses import dataclass
from typing import Callable, Optional

import clocks
import meters
import noise
import patterns
import shapes


@dataclass(frozen=True)
class Kind:
    """One kind of case. Pairs are ranges to draw from."""
    name: str
    family: str                        # leak, abrupt, quiet or reversal
    fault: Optional[Callable] = None   # of shapes; None: nothing ever happens
    pattern: Callable = patterns.steady
    noise: Callable = noise.anything
    clock: Callable = clocks.regular
    meter: Callable = meters.latency
    traffic: Callable = patterns.steady  # of counted errors
    queue: bool = False                # the level is that of an M/M/1 queue, the pattern its load
    direction: str = "up"
    ahead: tuple = (4, 4, 6, 8, 12)    # horizon in hours, one of
    history: tuple = (0.8, 4)          # days before the onset
    span: tuple = (0.25, 1.2)          # horizons from the onset to the limit
    ratio: tuple = (1.4, 4)            # level at the limit over the usual level
    fill: tuple = (0.15, 0.7)          # nothing happens: the highest peak, as a share of the room below the limit
    days: tuple = (1, 2, 3, 5, 7, 10)  # nothing happens: length, one of
    base: tuple = (20, 2000)           # usual level, log-uniform
    cv: tuple = (0.03, 0.2)            # size of the noise over the usual level
    growth: tuple = (0.3, 1)           # power of the level with which the noise grows
    digits: Optional[int] = None       # decimals of a value

    @property
    def signal(self):
        if self.meter is not meters.latency:
            return "error"
        return "metric" if self.direction == "down" else "latency"


NOISES = {
    "gauss": dict(noise=noise.gauss),
    "gamma": dict(noise=noise.gamma, cv=(0.1, 0.3)),
    "lognormal": dict(noise=noise.lognormal, cv=(0.1, 0.3)),
    "laplace": dict(noise=noise.laplace),
    "student": dict(noise=noise.student),
    "mixture": dict(noise=noise.mixture, cv=(0.1, 0.3)),
    "ma": dict(noise=noise.moving_average),
    "ar2": dict(noise=noise.ar2),
    "wandering": dict(noise=noise.wandering, cv=(0.03, 0.12)),
    "rising_variance": dict(cv=(0.03, 0.12), growth=(1.5, 2.2)),
    "quantised": dict(base=(4, 30), digits=0, cv=(0.05, 0.2)),
    "jitter": dict(clock=clocks.jittered),
    "random_gaps": dict(clock=clocks.random_gaps),
    "block_gaps": dict(clock=clocks.block_gaps),
}
COUNTED = dict(meter=meters.counted, base=(0.0008, 0.01), ratio=(4, 15))
PROBE = dict(meter=meters.probe, base=(0.002, 0.03), ratio=(8, 20))
DOWN = dict(direction="down", ratio=(0.15, 0.65), base=(50, 20000), growth=(0, 0.6))
LONG = dict(history=(7.2, 9), ahead=(24, 24, 36, 48), span=(1, 2.2), cv=(0.02, 0.12))
WEEKS = dict(days=(7, 10, 14, 14), fill=(0.5, 0.95), ahead=(4, 8, 12, 24, 48))
DAYS = dict(history=(2.2, 6))


def leaks():
    a = shapes.anything
    for name, fault in dict(log_linear=shapes.log_linear, logistic=shapes.logistic, two_slopes=shapes.two_slopes,
                            sqrt_growth=shapes.root, staircase=shapes.staircase).items():
        yield Kind(name, "leak", fault, **dict(ratio=(2.5, 8)) if name == "log_linear" else {})
    yield Kind("restart_sawtooth", "leak", shapes.sawtooth, span=(0.6, 1.8))
    yield Kind("queue_growth", "leak", shapes.linear, queue=True, noise=noise.gamma, growth=(1, 1), ratio=(2, 6))
    yield Kind("queue_wave", "leak", shapes.linear, patterns.daily, queue=True, noise=noise.gamma, growth=(1, 1),
               ratio=(2.5, 6), **LONG)
    yield Kind("slow_weekly", "leak", a, patterns.weekly, ratio=(1.9, 3.5), **LONG)
    yield Kind("daily_wave_leak", "leak", a, patterns.daily, ratio=(1.9, 3.5), **DAYS)
    yield Kind("office_leak", "leak", a, patterns.office, ratio=(2.1, 4), **DAYS)
    yield Kind("cron_leak", "leak", a, patterns.cron, ratio=(1.8, 4))
    for name, odd in NOISES.items():
        if name != "gauss":
            yield Kind(name + "_leak", "leak", a, **odd)
    yield Kind("counted_error_rise", "leak", a, **COUNTED)
    yield Kind("counted_error_wave", "leak", a, traffic=patterns.daily, **DAYS, **COUNTED)
    yield Kind("counted_error_office", "leak", shapes.log_linear, traffic=patterns.office, **DAYS, **COUNTED)
    yield Kind("probe_error_rise", "leak", a, span=(0.5, 1.2), **PROBE)
    yield Kind("falling_leak", "leak", a, **DOWN)
    yield Kind("falling_wave_leak", "leak", a, patterns.daily, **DAYS, **DOWN | dict(ratio=(0.12, 0.45)))


def abrupts():
    yield Kind("step", "abrupt", shapes.step)
    yield Kind("two_sample_ramp", "abrupt", shapes.ramp)
    yield Kind("step_in_office", "abrupt", shapes.step, patterns.office, ratio=(2.1, 4), **DAYS)
    yield Kind("bimodal_jump", "abrupt", shapes.bimodal, noise=noise.mixture)
    yield Kind("counted_error_step", "abrupt", shapes.step, traffic=patterns.daily, **COUNTED)
    yield Kind("probe_error_step", "abrupt", shapes.step, **PROBE)
    yield Kind("falling_step", "abrupt", shapes.ramp, **DOWN)


def quiets():
    for name, odd in NOISES.items():
        if name == "wandering":
            yield Kind(name, "quiet", fill=(0.6, 0.95), days=(3, 5, 7, 10), **odd)
        elif name != "rising_variance":
            yield Kind(name + "_flat", "quiet", **odd)
    yield Kind("daily_wave", "quiet", None, patterns.daily, **WEEKS)
    yield Kind("weekly_wave", "quiet", None, patterns.weekly, **WEEKS | dict(days=(14,)))
    yield Kind("office_hours", "quiet", None, patterns.office, **WEEKS)
    yield Kind("traffic_holidays", "quiet", None, patterns.holidays, **WEEKS)
    yield Kind("queue_day", "quiet", None, patterns.daily, queue=True, noise=noise.gamma, growth=(1, 1), ratio=(3, 6), **WEEKS)
    yield Kind("saturating", "quiet", shapes.saturating, span=(0.3, 2), days=(2, 3, 5))
    yield Kind("level_shifts", "quiet", None, patterns.level_shifts, fill=(0.5, 0.85), days=(2, 3, 5))
    yield Kind("deploy_steps", "quiet", None, patterns.deploys, fill=(0.5, 0.85), days=(3, 5, 7))
    yield Kind("cron_spikes", "quiet", None, patterns.cron, fill=(0.3, 0.9))
    yield Kind("bursts", "quiet", None, patterns.bursts, fill=(0.4, 0.95))
    yield Kind("counted_error_flat", "quiet", **COUNTED, fill=(0.2, 0.8))
    yield Kind("counted_error_day", "quiet", traffic=patterns.daily, pattern=patterns.daily, **COUNTED, **WEEKS)
    yield Kind("probe_error_flat", "quiet", **PROBE, fill=(0.2, 0.8))
    yield Kind("probe_error_bursts", "quiet", None, patterns.bursts, **PROBE, fill=(0.3, 0.9))
    yield Kind("falling_flat", "quiet", **DOWN)
    yield Kind("falling_wave", "quiet", None, patterns.daily, **DOWN, **WEEKS)


def reversals():
    yield Kind("turn_back", "reversal", shapes.turn_back)
    yield Kind("turn_back_in_wave", "reversal", shapes.turn_back, patterns.daily, ratio=(2.4, 4), **DAYS)
    yield Kind("fixed_in_time", "reversal", shapes.fixed_in_time)
    yield Kind("saved_by_restarts", "reversal", shapes.saved_by_restarts)
    yield Kind("counted_error_turn_back", "reversal", shapes.turn_back, **COUNTED)
    yield Kind("falling_turn_back", "reversal", shapes.turn_back, **DOWN)


KINDS = (*leaks(), *abrupts(), *quiets(), *reversals())
