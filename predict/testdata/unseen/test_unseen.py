"""python3 -m unittest, in this folder. With FOREWARN_CORPUS=DIR, a folder that
holds score.py, manifest.csv and series/, it is also checked against those."""
import csv
import importlib.util
import os
import tempfile
import unittest
from dataclasses import replace
from math import sqrt
from pathlib import Path
from random import Random

import clocks
import meters
import noise
import patterns
import shapes
from generate import INPUTS, KINDS, MANIFEST, generate, orders, read_series, relabel
from label import crossings, figures
from series import draw

CORPUS = os.environ.get("FOREWARN_CORPUS")


def every(step, *values):
    """Points or rows at 0, step, 2*step, ..."""
    return [(i * step, v) for i, v in enumerate(values)]


class Figures(unittest.TestCase):
    def test_the_window_leaves_out_its_far_end(self):
        got = list(figures(every(60, 1, 2, 3, 4), "mean", 120, 1))
        self.assertEqual(got, [(0, 1), (60, 1.5), (120, 2.5), (180, 3.5)])

    def test_fewer_than_min_n_samples_give_no_figure(self):
        rows = [(0, 1), (60, 2), (120, 3), (600, 9), (660, 9), (720, 9)]
        self.assertEqual([t for t, _ in figures(rows, "mean", 300, 3)], [120, 720])

    def test_quantiles_are_nearest_rank(self):
        rows = every(1, 5, 1, 4, 2)
        self.assertEqual([a for _, a in figures(rows, "p50", 100, 1)], [5, 1, 4, 2])
        self.assertEqual([a for _, a in figures(rows, "p95", 100, 1)], [5, 5, 5, 5])
        twenty = list(figures(every(1, *range(1, 21)), "p95", 100, 20))
        self.assertEqual(twenty, [(19, 19)])

    def test_a_value_that_left_the_window_is_forgotten(self):
        self.assertEqual([a for _, a in figures(every(60, 9, 1, 2, 1), "p50", 120, 1)], [9, 1, 1, 1])

    def test_a_ratio_is_the_sum_of_errors_over_the_sum_of_n(self):
        rows = [(0, 0.5, 2, 1), (60, 0.1, 10, 1), (120, 0, 88, 0)]
        self.assertEqual([a for _, a in figures(rows, "ratio", 300, 1)], [0.5, 2 / 12, 0.02])


class Crossings(unittest.TestCase):
    def across(self, text, sustain=240, direction="up"):
        """text has a letter a minute: x is beyond the limit of 5, o is not."""
        high, low = (9, 1) if direction == "up" else (1, 9)
        return [(a // 60, b // 60) for a, b in
                crossings(every(60, *(high if c == "x" else low for c in text)), 5, direction, sustain)]

    def test_a_level_that_stays_across_crosses_at_its_first_sample(self):
        self.assertEqual(self.across("oooxxxxxxxx"), [(3, 10)])

    def test_four_of_five_are_enough_and_three_of_five_are_not(self):
        self.assertEqual(self.across("ooxoxxxoooooo"), [(2, 7)])
        self.assertEqual(self.across("ooxoxoxoooooo"), [])

    def test_a_sample_not_beyond_starts_nothing_though_those_after_it_do(self):
        self.assertEqual(self.across("oxooxxxxx"), [(4, 8)])

    def test_a_crossing_needs_three_samples(self):
        self.assertEqual(self.across("ooooxx"), [])
        self.assertEqual(self.across("oooxxx"), [(3, 5)])

    def test_a_dip_of_one_sample_does_not_end_it(self):
        self.assertEqual(self.across("xxxxxoxxxxxooooo"), [(0, 11)])

    def test_each_crossing_is_found(self):
        self.assertEqual(self.across("oxxxxxoooooxxxxxooooo"), [(1, 6), (11, 16)])

    def test_down_is_the_mirror_of_up(self):
        self.assertEqual(self.across("oxxxxxoooooxxx", direction="down"), [(1, 6), (11, 13)])

    def test_the_limit_itself_is_not_beyond(self):
        self.assertEqual(crossings(every(60, 5, 5, 5, 5, 5), 5, "up", 240), [])

    def test_a_slow_reading_of_the_rule_finds_the_same(self):
        rng, met = Random(4), 0
        for _ in range(300):
            t, points = 0, []
            for _ in range(rng.randint(0, 60)):
                t += rng.choice((30, 60, 60, 300))
                points.append((t, rng.choice((4, 6)) + 3 * (20 < len(points) < 40)))
            got = crossings(points, 5, "up", 300)
            met += len(got)
            self.assertEqual(got, slowly(points, 5, 300))
        self.assertGreater(met, 200)


def slowly(points, limit, sustain):
    """crossings upwards, word for word as SCORING.md has it."""
    def agree(i, across):
        near = [a for t, a in points if points[i][0] <= t <= points[i][0] + sustain]
        return len(near) >= 3 and sum((a > limit) == across for a in near) / len(near) >= 0.8 - 1e-12
    out, i = [], 0
    while True:
        i = next((j for j in range(i, len(points)) if points[j][1] > limit and agree(j, True)), None)
        if i is None:
            return out
        end = next((j for j in range(i + 1, len(points)) if points[j][1] <= limit and agree(j, False)), None)
        out.append((points[i][0], points[-1][0] if end is None else points[end][0]))
        if end is None:
            return out
        i = end


class Parts(unittest.TestCase):
    def test_every_noise_has_mean_0_and_deviation_1(self):
        for make in (noise.gauss, noise.gamma, noise.lognormal, noise.laplace, noise.student,
                     noise.mixture, noise.moving_average, noise.ar2, noise.wandering):
            x = []
            for seed in range(40):
                draw = make(Random(seed))
                x += [draw() for _ in range(2000)]
            mean = sum(x) / len(x)
            sd = sqrt(sum(v * v for v in x) / len(x) - mean * mean)
            self.assertAlmostEqual(mean, 0, delta=0.15 if make is noise.wandering else 0.03, msg=make.__name__)
            self.assertAlmostEqual(sd, 1, delta=0.1, msg=make.__name__)

    def test_a_leak_starts_at_0_and_is_at_the_limit_at_1(self):
        for kind in KINDS:
            if kind.family == "leak":
                for seed in range(20):
                    g = kind.fault(Random(seed), 3.0, 14400)
                    self.assertAlmostEqual(g(0), 0, delta=1e-9, msg=kind.name)
                    self.assertAlmostEqual(g(1), 1, delta=1e-9, msg=kind.name)

    def test_a_reversal_turns_back_at_40_to_85_percent(self):
        for make in (shapes.turn_back, shapes.fixed_in_time, shapes.saved_by_restarts):
            for seed in range(50):
                g = make(Random(seed), 3.0, 14400)
                path = [g(i / 1000) for i in range(4000)]
                self.assertTrue(0.39 < max(path) <= 0.8501, make.__name__)
                self.assertLess(min(path[path.index(max(path)):]), 0.1, make.__name__)

    def test_counts_have_their_means(self):
        rng = Random(1)
        for mean in (0.5, 7, 200):
            self.assertAlmostEqual(sum(meters.poisson(rng, mean) for _ in range(8000)) / 8000 / mean, 1, delta=0.06)
        for n, p in ((1, 0.3), (50, 0.02), (300, 0.6)):
            got = [meters.binomial(rng, n, p) for _ in range(8000)]
            self.assertAlmostEqual(sum(got) / 8000 / (n * p), 1, delta=0.06)
            self.assertLessEqual(max(got), n)

    def test_clocks_run_forward_and_leave_out_what_they_say(self):
        for make, low, high in ((clocks.regular, 1, 1), (clocks.jittered, 1, 1),
                                (clocks.random_gaps, 0.74, 0.98), (clocks.block_gaps, 0.3, 0.98)):
            for seed in range(10):
                t = list(make(Random(seed), 60000, 60000 + 10 * 86400, 60))
                self.assertTrue(all(a < b for a, b in zip(t, t[1:])), make.__name__)
                self.assertTrue(low <= len(t) / 14400 <= high, f"{make.__name__} {len(t)}")

    def test_office_hours_rise_on_weekdays_only(self):
        monday = 1775433600                                   # 2026-04-06 00:00 UTC
        f = patterns.office(Random(1), monday, monday + 14 * 86400)
        days = [max(f(monday + d * 86400 + h * 3600) for h in range(24)) for d in range(-1, 13)]
        self.assertEqual(sum(x > 1.2 for x in days), 10)


class Quiet(unittest.TestCase):
    def test_a_series_without_any_error_has_a_limit_all_the_same(self):
        never = next(k for k in KINDS if k.name == "probe_error_flat")
        s = draw(replace(never, base=(1e-7, 1e-7)), 1, 0, 1)
        self.assertEqual(sum(r[3] for r in s.rows), 0)
        self.assertGreater(s.threshold, 2e-7)


class Corpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = Path(cls.folder.name) / "one"
        cls.lines = generate(5, cls.path, weeks=1, each=2)
        with open(cls.path / "manifest.csv", newline="") as f:
            cls.manifest = list(csv.DictReader(f))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def generate(self, name, seed, **more):
        """All files of another, small corpus, by name."""
        out = Path(self.folder.name) / name
        generate(seed, out, weeks=0.2, each=1, kinds=KINDS[::6], **more)
        return {p.relative_to(out): p.read_bytes() for p in out.rglob("*.*")}

    def test_the_same_seed_gives_the_same_bytes(self):
        a = self.generate("a", 5)
        self.assertEqual(a, self.generate("b", 5, jobs=2))
        other = self.generate("c", 6)
        same = [p for p in a if a[p] == other.get(p)]
        self.assertEqual(same, [])

    def test_the_full_size_is_8_series_a_leak_and_20_weeks_a_quiet_kind(self):
        for kind in KINDS:
            work = orders(kind, 1, 20, 10)
            if kind.family == "quiet":
                self.assertGreaterEqual(sum(days for _, _, days in work), 140, kind.name)
            else:
                self.assertGreaterEqual(len(work), 8, kind.name)

    def test_kinds_and_ids_are_unique(self):
        self.assertEqual(len({k.name for k in KINDS}), len(KINDS))
        self.assertEqual(len({m["id"] for m in self.manifest}), len(self.manifest))

    def test_inputs_are_the_manifest_without_the_truth(self):
        with open(self.path / "inputs.csv", newline="") as f:
            inputs = list(csv.DictReader(f))
        self.assertEqual(list(inputs[0]), INPUTS)
        self.assertEqual(list(self.manifest[0]), MANIFEST)
        self.assertEqual(inputs, [{k: m[k] for k in INPUTS} for m in self.manifest])

    def test_faults_cross_after_their_onset_and_the_others_never(self):
        for m in self.manifest:
            if m["family"] in ("quiet", "reversal"):
                self.assertEqual((m["crossing_t"], m["recover_t"], m["predictable"]), ("", "", ""), m["id"])
                continue
            self.assertEqual(m["predictable"], "yes" if m["family"] == "leak" else "no")
            a, b, onset, end = (int(m[k]) for k in ("crossing_t", "recover_t", "onset_t", "end_t"))
            self.assertTrue(int(m["start_t"]) < onset <= a < b <= end, m["id"])

    def test_rows_are_in_order_and_complete(self):
        for m in self.manifest:
            rows = read_series(self.path / m["file"])
            self.assertEqual((rows[0][0], rows[-1][0]), (int(m["start_t"]), int(m["end_t"])), m["id"])
            self.assertTrue(all(a[0] < b[0] for a, b in zip(rows, rows[1:])), m["id"])
            self.assertEqual({len(r) for r in rows}, {4 if m["signal"] == "error" else 2}, m["id"])
            if m["signal"] == "error":
                self.assertTrue(all(n >= bad >= 0 and abs(v - bad / n) < 1e-6 for _, v, n, bad in rows), m["id"])
            if m["kind"].startswith("probe"):
                self.assertEqual({r[2] for r in rows}, {1}, m["id"])

    def test_labels_hold_when_read_from_the_files(self):
        differ, agree = relabel(self.path)
        self.assertEqual((differ, sum(agree.values())), ([], len(self.manifest)))

    def test_a_wrong_label_is_noticed(self):
        victim = next(m for m in self.manifest if m["crossing_t"])
        out = Path(self.folder.name) / "wrong"
        out.mkdir()
        (out / "series").symlink_to(self.path / "series")
        text = (self.path / "manifest.csv").read_text()
        (out / "manifest.csv").write_text(text.replace("," + victim["crossing_t"] + ",", ",1,", 1))
        differ, _ = relabel(out)
        self.assertEqual([d.split(":")[0] for d in differ], [victim["id"]])

    def scored(self, rows):
        if not CORPUS:
            self.skipTest("FOREWARN_CORPUS is not set: no score.py to ask")
        spec = importlib.util.spec_from_file_location("score", Path(CORPUS) / "score.py")
        score = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(score)
        return {k: score.row(a) for k, a in score.score(self.manifest, rows, by="kind").items()}

    def test_an_oracle_has_full_marks(self):
        rows = []
        for m in self.manifest:
            if m["crossing_t"]:
                at = int(m["crossing_t"])
                warn = max(int(m["onset_t"]), at - int(m["horizon_s"]))
                rows.append(dict(id=m["id"], t_warn=at, predicted_t="", lo_t="", hi_t="", kind="reactive"))
                if m["family"] == "leak":
                    rows.append(dict(id=m["id"], t_warn=warn, predicted_t=at, lo_t=at, hi_t=at, kind="proactive"))
        got = self.scored(rows)
        for kind in KINDS:
            r = got[kind.name]
            if kind.family == "leak":
                self.assertEqual((r["pred"], r["rec5"], r["lead_frac"], r["cov80"], r["mist"]), (2, 1, 1, 1, 0), kind.name)
            self.assertEqual((r["false_pw"] or 0, r["rev_pw"] or 0, r["r_miss"], r["r_false_pw"]), (0, 0, 0, 0), kind.name)

    def test_warning_all_the_time_is_punished_and_silence_finds_nothing(self):
        self.assertEqual(self.scored([])["ALL-synthetic"]["rec5"], 0)
        rows = [dict(id=m["id"], t_warn=t, predicted_t=t + 3600, lo_t="", hi_t="", kind="proactive")
                for m in self.manifest for t in range(int(m["start_t"]), int(m["end_t"]), 1801)]
        self.assertGreater(self.scored(rows)["ALL-synthetic"]["false_pw"], 250)


class Open(unittest.TestCase):
    @unittest.skipUnless(CORPUS, "FOREWARN_CORPUS is not set: no labels of others to compare with")
    def test_the_labels_of_the_open_corpus_are_ours_too(self):
        differ, agree = relabel(CORPUS)
        self.assertEqual(differ, [])
        self.assertGreater(agree["synthetic"], 200)


if __name__ == "__main__":
    unittest.main()
