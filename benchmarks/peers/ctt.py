#!/usr/bin/env python3
"""Difficulty and corrected item-total correlation of 1,000,000 x 60 answers: Celadon beside Polars and NumPy, processor seconds.

    python3 benchmarks/peers/ctt.py [--runs 5] [--json FILE]

Celadon starts from the int8 array, packing included; Polars from its own columns, NumPy from the same array (one cross-product in single
precision). One thread each; median of interleaved runs, each between two calibration kernels.
"""

import argparse
import sys

import harness as h
from irt import baseline


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-build", action="store_true", help="take the driver as it is")
    parser.add_argument("--json")
    options = parser.parse_args()
    h.install()
    if not options.no_build:
        h.build()
    n, items = 1_000_000, 60
    path, _ = h.data("2pl", n, items)
    floor = h.floors()
    results = h.interleave(
        {
            "celadon": lambda: h.celadon("items", path, n, items),
            "celadon, packed first": lambda: h.celadon("items", path, n, items, pack=1),
            "celadon, baseline width": lambda: baseline("items", path, n, items),
            "polars": lambda: h.peer("polars_items", path, n, items),
            "numpy": lambda: h.peer("numpy_items", path, n, items),
        },
        options.runs,
    )
    record = h.Record()
    ours = results["celadon"]
    for name, r in results.items():
        if "failed" in r:
            sys.exit(f"{name}: {r['failed']}")
        apart = max(abs(x - y) for key in ("difficulty", "item_rest_r") for x, y in zip(r[key], ours[key], strict=True))
        print(f"{name:24} {h.cost(r, ours['cpu'])}  largest difference from ours {apart:.1e}")
        record.add("items_1m_x60", name, r, ratio=r["cpu"] / ours["cpu"], apart=apart)
    for name, bar in (("polars", 20), ("numpy", 5)):
        print(f"    {name}: {h.verdict(results[name]['cpu'] / ours['cpu'], bar)}")
    least = n * items / floor["read_bytes_per_second"]  # the array is read once; packed blocks stay in the cache
    print(f"    floor: {least:.4f} s of memory traffic; the whole is {ours['cpu'] / least:.1f} times that (aim: 3)")
    record.write(options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
