#!/usr/bin/env python3
"""Summarises recovery lines: bias, error against the Cramer-Rao bound, coverage, by design, size and kind of parameter.

    scripts/soak_summary.py build/soak/irt_recovery-*.jsonl

For a design without priors the bound of each parameter is the mean of the squared standard errors over replications (observed information
averages to the expected information, whose inverse is the bound), and the ratio is error over bound.
"""

import collections
import json
import math
import pathlib
import subprocess
import sys


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def main(paths: list[str]) -> int:
    print(f"Commit {commit()}. Nominal coverage 95 %.\n")
    print(
        "| design | persons | kind | parameters x replications | not converged | bias | RMSE | RMSE / bound | coverage | worst parameter |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for path in paths:
        cells: dict[str, list[float]] = collections.defaultdict(lambda: [0.0] * 5)
        worst: dict[str, dict[int, list[int]]] = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0]))
        replications = failed = 0
        line: dict = {}
        for text in pathlib.Path(path).read_text().splitlines():
            line = json.loads(text)
            replications += 1
            if not line.get("converged"):
                failed += 1
            columns = (line.get(k, []) for k in ("kinds", "truth", "estimate", "se"))
            for position, (kind, truth, estimate, se) in enumerate(zip(*columns, strict=True)):
                if se is None or estimate is None:
                    continue
                covered = abs(estimate - truth) <= 1.959964 * se
                for key in (kind, "all"):
                    cell = cells[key]
                    cell[0] += 1
                    cell[1] += estimate - truth
                    cell[2] += (estimate - truth) ** 2
                    cell[3] += se * se
                    cell[4] += covered
                    worst[key][position][0] += 1
                    worst[key][position][1] += covered
        for kind, (n, deviation, squared, variance, covered) in sorted(cells.items()):
            least = min(hits / count for count, hits in worst[kind].values())
            print(
                f"| {line['design']} | {line['n']} | {kind} | {int(n)} | {failed} of {replications} "
                f"| {deviation / n:+.4f} | {math.sqrt(squared / n):.4f} "
                f"| {math.sqrt(squared / variance):.3f} | {100 * covered / n:.1f} % | {100 * least:.1f} % |"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
