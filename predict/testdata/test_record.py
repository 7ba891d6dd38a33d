#!/usr/bin/env python3
"""Checks record.py: python3 -m unittest test_record (in this folder)."""
import tempfile
import unittest
from pathlib import Path

import record


class Record(unittest.TestCase):
    def test_bounds_are_those_of_r(self):
        # R 4.2.2: qgamma(0.95, k + 1) is the upper bound of k, qgamma(0.05, k) the lower one.
        for k, upper in ((0, 2.99573227355399), (2, 6.29579362187199), (20, 29.06201884043401)):
            self.assertAlmostEqual(record.poisson(k, 0.05), upper, places=9)
        self.assertAlmostEqual(record.poisson(21 - 1, 0.95), 14.0720247483, places=9)

    def test_a_kind_fails_only_where_its_bound_is_beyond_the_line(self):
        self.assertFalse(record.surely_over(0, 20, 0.5))
        self.assertFalse(record.surely_over(15, 20, 0.5))  # 0.75 a week, surely over 0.46
        self.assertTrue(record.surely_over(21, 20, 0.5))   # surely over 0.70

    def test_only_what_stands_between_the_markers_is_replaced(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.md"
            page.write_text("before\n<!-- record:a -->\nold\n<!-- end -->\nbetween\n<!-- record:b -->\nb\n<!-- end -->\nafter\n")
            record.write(page, "a", "new")
            self.assertEqual(page.read_text(), "before\n<!-- record:a -->\nnew\n<!-- end -->\nbetween\n<!-- record:b -->\nb\n<!-- end -->\nafter\n")
            with self.assertRaises(SystemExit):
                record.write(page, "c", "new")

    def test_what_is_unknown_meets_nothing(self):
        self.assertEqual(record.judged(None, (0, 1), (0, 1)), "-")
        self.assertEqual(record.judged(float("nan"), (0, 1), (0, 1)), "-")
        self.assertEqual(record.judged(0.5, (0, 1), (0, .4)), "0.5 ~")


if __name__ == "__main__":
    unittest.main()
