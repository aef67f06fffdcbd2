#!/usr/bin/env python3
"""Summarises the lines of multilevel_recovery: coverage of each kind of interval, by design and number of schools.

scripts/multilevel_summary.py build/soak/multilevel_recovery-*.jsonl
"""

import collections
import json
import math
import pathlib
import sys


def main(paths: list[str]) -> int:
    print("| design | schools | replications | not converged | interval | intervals | bias | RMSE | coverage | below | above |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for path in paths:
        sums: dict[str, list[float]] = collections.defaultdict(lambda: [0.0] * 5)
        replications = failed = 0
        line: dict = {}
        for text in pathlib.Path(path).read_text().splitlines():
            line = json.loads(text)
            replications += 1
            failed += not line.get("converged")
            for kind, values in line.get("kinds", {}).items():
                sums[kind] = [a + b for a, b in zip(sums[kind], values, strict=True)]
        for kind, (n, below, above, error, squared) in sorted(sums.items()):
            shares = [100 * share / n for share in (n - below - above, below, above)]
            print(
                f"| {line['design']} | {line['n']} | {replications} | {failed} | {kind} | {int(n)} | {error / n:+.4f} "
                f"| {math.sqrt(squared / n):.4f} | " + " | ".join(f"{share:.1f} %" for share in shares) + " |"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
