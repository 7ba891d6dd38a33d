#!/usr/bin/env python3
"""Writes a corpus of forecasting cases that nobody has tuned a predictor on.

    python3 generate.py --seed N --out DIR [--weeks 20] [--each 10] [--jobs 1] [--kind NAME ...]
    python3 generate.py --relabel DIR        labels a corpus anew and compares

See README.md. Stdlib only. The same arguments write the same bytes.
"""
import argparse
import csv
import gzip
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

from kinds import KINDS
from label import crossings, figures
from series import draw

INPUTS = ("id,split,source,signal,file,interval_s,agg,window_s,min_n,threshold,direction,"
          "sustain_s,horizon_s,start_t").split(",")
MANIFEST = ("id,split,kind,family,source,signal,file,interval_s,agg,window_s,min_n,threshold,direction,"
            "sustain_s,horizon_s,start_t,end_t,crossing_t,recover_t,onset_t,predictable").split(",")
PREDICTABLE = {"leak": "yes", "abrupt": "no"}


def orders(kind, seed, weeks, each):
    """(kind, index, days) of the series to draw: each of them, or as many as fill the weeks of a quiet kind."""
    if kind.family != "quiet":
        return [(kind, i, None) for i in range(each * (2 if kind.family == "reversal" else 1))]
    rng, left, out = Random(f"{seed}:{kind.name}"), 7.0 * weeks, []
    while left > 0:
        days = rng.choice(kind.days)
        out.append((kind, len(out), days))
        left -= days
    return out


def make(seed, out, order):
    """Draws one series, writes its file and returns its line of the manifest."""
    kind, index, days = order
    s = draw(kind, seed, index, days)
    name = f"u_{kind.name}_{index:02d}"
    start, end = s.crossing or ("", "")
    line = dict(id=name, split="unseen", kind=kind.name, family=kind.family, source="synthetic", signal=kind.signal,
                file=f"series/{name}.csv.gz", interval_s=s.interval, agg=s.agg, window_s=s.window, min_n=s.min_n,
                threshold=f"{s.threshold:g}", direction=kind.direction, sustain_s=s.sustain, horizon_s=s.horizon,
                start_t=s.rows[0][0], end_t=s.rows[-1][0], crossing_t=start, recover_t=end,
                onset_t="" if s.onset is None else s.onset, predictable=PREDICTABLE.get(kind.family, ""))
    write_series(out / line["file"], s.rows)
    return line


def write_series(path, rows):
    head = "t_unix,value,n,errors\n" if len(rows[0]) == 4 else "t_unix,value\n"
    text = head + "".join([",".join(map(repr, r)) + "\n" for r in rows])
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 5, raw, mtime=0) as f:
        f.write(text.encode())


def read_series(path):
    with gzip.open(path, "rt") as f:
        next(f)
        return [tuple(map(float, line.split(","))) for line in f]


def write_table(path, columns, lines):
    with open(path, "w", newline="") as f:
        w = csv.DictWriter(f, columns, extrasaction="ignore", lineterminator="\n")
        w.writeheader()
        w.writerows(lines)


def generate(seed, out, weeks=20.0, each=10, jobs=1, kinds=KINDS):
    """Writes a whole corpus to out and returns the lines of its manifest."""
    out = Path(out)
    (out / "series").mkdir(parents=True, exist_ok=True)
    work = [o for k in kinds for o in orders(k, seed, weeks, each)]
    one = partial(make, seed, out)
    if jobs > 1:
        with ProcessPoolExecutor(jobs) as pool:
            lines = list(pool.map(one, work, chunksize=4))
    else:
        lines = list(map(one, work))
    write_table(out / "inputs.csv", INPUTS, lines)
    write_table(out / "manifest.csv", MANIFEST, lines)
    return lines


def relabel(folder):
    """Labels each series of a corpus anew; returns the lines that disagree with its manifest, and how many agree."""
    folder, differ, agree = Path(folder), [], Counter()
    with open(folder / "manifest.csv", newline="") as f:
        for m in csv.DictReader(f):
            rows = read_series(folder / m["file"])
            points = list(figures(rows, m["agg"], float(m["window_s"]), int(m["min_n"])))
            found = crossings(points, float(m["threshold"]), m["direction"], float(m["sustain_s"]))
            if m["source"] == "synthetic":
                found = found[:1]
            else:
                found = [c for c in found if c[0] - rows[0][0] >= float(m["horizon_s"])]
            mine = tuple(";".join(f"{c[i]:.0f}" for c in found) for i in (0, 1))
            if mine == (m["crossing_t"], m["recover_t"]):
                agree["synthetic" if m["source"] == "synthetic" else "real"] += 1
            else:
                differ.append(f'{m["id"]}: {mine}, not {m["crossing_t"], m["recover_t"]}')
    return differ, agree


def summary(lines):
    """Series, crossings and weeks by kind."""
    sums = defaultdict(lambda: [0, 0, 0.0])
    for key in (lambda m: (m["family"], m["kind"]), lambda m: ("all", "")):
        for m in lines:
            sums[key(m)][0] += 1
            sums[key(m)][1] += m["crossing_t"] != ""
            sums[key(m)][2] += (m["end_t"] - m["start_t"]) / 604800
    yield f'{"family":10s}{"kind":26s}{"series":>8s}{"cross":>8s}{"weeks":>8s}'
    for (family, kind), (n, c, w) in sums.items():
        yield f"{family:10s}{kind:26s}{n:8d}{c:8d}{w:8.1f}"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--seed", type=int)
    p.add_argument("--out")
    p.add_argument("--weeks", type=float, default=20, help="series-weeks per quiet kind")
    p.add_argument("--each", type=int, default=10, help="series per leak and abrupt kind; twice as many per reversal kind")
    p.add_argument("--jobs", type=int, default=1)
    p.add_argument("--kind", action="append", help="only this kind; may be repeated")
    p.add_argument("--relabel", metavar="DIR")
    a = p.parse_args()
    if a.relabel:
        differ, agree = relabel(a.relabel)
        print(*differ, *(f"{k}: {n} agree" for k, n in agree.items()), f"{len(differ)} differ", sep="\n")
        return 1 if differ else 0
    if a.seed is None or not a.out:
        p.error("--seed and --out are needed, or --relabel")
    kinds = [k for k in KINDS if not a.kind or k.name in a.kind]
    begun = time.monotonic()
    print(*summary(generate(a.seed, a.out, a.weeks, a.each, a.jobs, kinds)), sep="\n")
    print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
