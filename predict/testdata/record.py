#!/usr/bin/env python3
"""Writes the measured record of the forecasts into a page, between markers.

    python3 record.py PAGE NAME CORPUS WARNINGS [TITLE]

CORPUS is a folder with inputs.csv, manifest.csv and series/; WARNINGS is what
`forewarn backtest --inputs CORPUS/inputs.csv --out WARNINGS` wrote. What stands
in PAGE between `<!-- record:NAME -->` and `<!-- end -->` is replaced. PAGE may
be - to print it. Stdlib only; the scores are those of corpus/score.py.
"""
import csv
import gzip
import math
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "corpus"))
sys.dont_write_bytecode = True
from score import row, score  # noqa: E402

MONTH = 30.44 / 7  # weeks
LEAST = float("-inf")
MOST = float("inf")


def read(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def figures(lines, warnings):
    """The scores of some series as one group: the sums and the row of score.py."""
    groups = score([dict(m, source="synthetic") for m in lines], warnings, by="none")
    total = groups.get("ALL-synthetic")
    return (total, row(total)) if total else (None, {})


def poisson(k, chance):
    """The mean at which k or fewer events have this chance (Garwood 1936)."""
    low, high = 0.0, 3.0 * k + 20
    for _ in range(80):
        mean = (low + high) / 2
        term = total = math.exp(-mean)
        for i in range(1, k + 1):
            term *= mean / i
            total += term
        low, high = (mean, high) if total > chance else (low, mean)
    return (low + high) / 2


def surely_over(k, weeks, line):
    """Whether the one-sided 95 % lower bound of k events in so many weeks is beyond a rate."""
    return k > 0 and poisson(k - 1, 0.95) / weeks > line


def show(v):
    if v is None or v != v:
        return "-"
    text = f"{v:.3f}" if abs(v) < 10 else f"{v:.0f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def judged(v, floor, target):
    """The figure with whether it meets its floor and its target, each a (least, most)."""
    if v is None or v != v:
        return "-"
    inside = lambda bounds: bounds[0] <= v <= bounds[1]
    return show(v) + (" ✓" if inside(target) else " ~" if inside(floor) else " ✗")


def counted(corpus, line):
    """Whether a series of errors counts many requests a sample, or passes and failures of one."""
    path = corpus / line["file"]
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path)
    with opened as f:
        return any(float(r["n"] or 0) > 1 for r in csv.DictReader(f))


def receded(lines, warnings):
    """Of the warnings of reversing series, how many were told to have receded, or burned after all."""
    mine = {m["id"] for m in lines}
    told = defaultdict(list)
    for w in warnings:
        if w["id"] in mine:
            told[w["id"]].append((float(w["t_warn"]), w["kind"]))
    followed = total = 0
    for rows in told.values():
        kinds = [k for _, k in sorted(rows) if k != "sooner"]
        for now, after in zip(kinds, kinds[1:] + [""]):
            total += now == "proactive"
            followed += now == "proactive" and after in ("receded", "reactive")
    return f"{followed} of {total}"


def main_table(lines, warnings):
    synthetic = [m for m in lines if m["source"] == "synthetic"]
    real = [m for m in lines if m["source"] != "synthetic"]
    all_, s = figures(synthetic, warnings)
    _, abrupt = figures([m for m in lines if m["family"] == "abrupt"], warnings)
    reversing = [m for m in lines if m["family"] == "reversal"]
    least = lambda v: (v, MOST)
    most = lambda v: (LEAST, v)
    yield "| figure | floor | target | measured |"
    yield "|---|---|---|---|"
    for name, value, floor, target in (
        ("recall, 5 min ahead", s["rec5"], least(.85), least(.92)),
        ("recall, 30 min ahead", s["rec30"], least(.80), least(.88)),
        ("false warnings per series-week", s["false_pw"], most(.60), most(.20)),
        ("precision of notices", s["prec"], least(.65), least(.80)),
        ("median lead, share of the possible", s["lead_frac"], least(.55), least(.70)),
        ("80 % interval: coverage", s["cov80"], (.70, .88), (.76, .84)),
        ("80 % interval: median width / lead", s["width"], most(1.1), most(.9)),
        ("time error / lead", s["err"], most(.30), most(.20)),
        ("warnings of reversals per week", s["rev_pw"], most(5), most(3)),
        ("abrupt: samples until reactive, median", abrupt.get("r_samp"), most(2), most(2)),
        ("abrupt: seconds until reactive, p90", abrupt.get("r_p90s"), most(180), most(180)),
        ("abrupt: missed", abrupt.get("r_miss"), most(0), most(0)),
        ("abrupt: false reactive per week", abrupt.get("r_false_pw"), most(2), most(2)),
        ("false warnings per team-week at 10 limits", 10 * s["false_pw"], most(4), most(1)),
    ):
        yield f"| {name} | {bounds(floor)} | {bounds(target)} | {judged(value, floor, target)} |"
    yield f"| reversals: told to have receded, or burned | all | all | {receded(reversing, warnings)} |"
    if real:
        _, r = figures(real, warnings)
        yield f"| real series: false per week | ≤ 0.15 | ≤ 0.3 | {judged(r['false_pw'], most(.15), most(.30))} |"
        yield f"| real series: recall, 5 min ahead | ≥ 0.07 | ≥ 0.4 | {judged(r['rec5'], least(.07), least(.40))} |"
    yield f"| precision at one crossing per series-month | | | {show(monthly(all_))} |"


def monthly(total):
    """Precision where a limit is crossed once a month and not as often as here."""
    if not total.pred or not total.weeks:
        return None
    true, mistimed = total.true / total.pred, total.mist / total.pred
    return true / (true + mistimed + MONTH * total.false / total.weeks)


def bounds(b):
    if b[0] == LEAST:
        return f"≤ {show(b[1])}" if b[1] else "0"
    return f"≥ {show(b[0])}" if b[1] == MOST else f"{show(b[0])}–{show(b[1])}"


def error_table(corpus, lines, warnings):
    groups = defaultdict(list)
    for m in lines:
        if m["agg"] == "ratio":
            groups["many requests a sample" if counted(corpus, m) else "single runs, 0 or 1"].append(m)
    yield "| error series | series | recall, 5 min | recall, 30 min | false per week | precision |"
    yield "|---|---|---|---|---|---|"
    for name in sorted(groups):
        _, s = figures(groups[name], warnings)
        yield f"| {name} | {s['series']} | {show(s['rec5'])} | {show(s['rec30'])} | {show(s['false_pw'])} | {show(s['prec'])} |"


def kinds_of(lines, *families):
    kinds = defaultdict(list)
    for m in lines:
        if m["family"] in families and m["source"] == "synthetic":
            kinds[m["kind"]].append(m)
    return sorted(kinds.items())


def quiet_table(lines, warnings):
    yield "| quiet kind | weeks | false | per week | line | |"
    yield "|---|---|---|---|---|---|"
    for kind, some in kinds_of(lines, "quiet"):
        total, s = figures(some, warnings)
        line = 2 if kind == "saturating" else .5
        worst = "✗ floor" if surely_over(total.false, total.weeks, 5) else "✗" if surely_over(total.false, total.weeks, line) else "✓"
        yield f"| {kind} | {total.weeks:.1f} | {total.false} | {show(s['false_pw'])} | {line} | {worst} |"


def kind_table(lines, warnings):
    yield "| kind | series | recall, 5 min | recall, 30 min | lead share | false per week | coverage | time error | reactive, samples |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for kind, some in kinds_of(lines, "leak", "abrupt", "reversal"):
        _, s = figures(some, warnings)
        false = s["rev_pw"] if s["false_pw"] is None else s["false_pw"]
        cells = [s["rec5"], s["rec30"], s["lead_frac"], false, s["cov80"], s["err"], s["r_samp"]]
        yield f"| {kind} | {s['series']} | " + " | ".join(map(show, cells)) + " |"


def record(corpus, warnings, title):
    lines, told = read(corpus / "manifest.csv"), read(warnings)
    weeks = sum(float(m["end_t"]) - float(m["start_t"]) for m in lines) / 604800
    yield f"{title}: {len(lines)} series, {weeks:.0f} series-weeks. ✓ meets the target, ~ the floor, ✗ neither."
    for part in (main_table(lines, told), error_table(corpus, lines, told), quiet_table(lines, told), kind_table(lines, told)):
        yield ""
        yield from part


def write(page, name, text):
    """Puts text between the markers of a page."""
    begin, end = f"<!-- record:{name} -->", "<!-- end -->"
    old = Path(page).read_text() if Path(page).exists() else ""
    before, found, rest = old.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        sys.exit(f"{page} has no {begin} ... {end}: add both lines where the record belongs")
    Path(page).write_text(f"{before}{begin}\n{text}\n{end}{after}")


def main():
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    page, name, corpus, warnings = sys.argv[1:5]
    text = "\n".join(record(Path(corpus), warnings, sys.argv[5] if len(sys.argv) > 5 else name))
    if page == "-":
        print(text)
    else:
        write(page, name, text)


if __name__ == "__main__":
    main()
