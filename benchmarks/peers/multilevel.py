#!/usr/bin/env python3
"""Celadon's mixed models beside lme4 (R): the same simulated pupils, one run, processor seconds.

    python3 benchmarks/peers/multilevel.py [--case intercept-reml --case slope-reml] [--runs 3] [--pupils 1000000] [--json FILE]

1,000,000 pupils scattered over 2,000 schools, a random intercept or a random intercept and slope. Time runs from the columns in memory (for
Celadon an Arrow table with the school as dictionary, for R a data frame with a factor) to the fitted model, standard errors, variance
components and, for Celadon, the schools' effects and intervals of components as well. One thread each; the median of interleaved runs, each
between two calibration kernels. lme4 runs with its defaults, by Rscript; where R or lme4 is missing the script says so and fails.
The bar counts only where the log-likelihood is at least equal (less 0.001): the same optimum.
"""

import argparse
import array
import json
import math
import pathlib
import random
import shutil
import subprocess
import sys

import harness as h

BAR = 100.0
SCHOOLS = 2000
#: Random slope, maximum likelihood.
CASES = {"intercept-reml": (0, 0), "intercept-ml": (0, 1), "slope-reml": (1, 0), "slope-ml": (1, 1)}


def data(n_pupils: int) -> pathlib.Path:
    """Outcome, covariate and school, column by column. Truth: 0.1 + 0.6 x, school sd .3 and .1 (r = .4), residual sd .75."""
    path = h.OUT / "data" / f"multilevel-{n_pupils}x{SCHOOLS}.bin"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    draw = random.Random(h.SEED)
    effects = []
    for _ in range(SCHOOLS):
        z = draw.gauss(0, 1)
        effects.append((0.3 * z, 0.1 * (0.4 * z + math.sqrt(1 - 0.16) * draw.gauss(0, 1))))
    y, x, school = array.array("d"), array.array("d"), array.array("i")
    for _ in range(n_pupils):
        s, v = draw.randrange(SCHOOLS), draw.gauss(0, 1)
        school.append(s)
        x.append(v)
        y.append(0.1 + 0.6 * v + effects[s][0] + effects[s][1] * v + 0.75 * draw.gauss(0, 1))
    part = path.with_suffix(".part")
    with part.open("wb") as out:
        for column in (y, x, school):
            column.tofile(out)
    part.rename(path)
    return path


def lme4(path: pathlib.Path, n_pupils: int, slope: int, ml: int, timeout: float) -> dict:
    command = ["Rscript", str(h.HERE / "multilevel.R"), str(path), str(n_pupils), "slope" if slope else "intercept", "ml" if ml else "reml"]
    try:
        ran = subprocess.run(command, check=True, capture_output=True, text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return {"failed": f"not done in {timeout:.0f} s"}
    except subprocess.CalledProcessError as e:
        return {"failed": (e.stderr.strip().splitlines() or ["no message"])[-1][:120]}
    return json.loads(ran.stdout)


def case(name: str, options: argparse.Namespace, record: h.Record) -> bool:
    slope, ml = CASES[name]
    n = options.pupils
    path = data(n)
    print(f"{name}: {n} pupils in {SCHOOLS} schools", flush=True)
    results = h.interleave(
        {
            "celadon": lambda: h.celadon("multilevel", path, n, SCHOOLS, slope=slope, ml=ml),
            "lme4": lambda: lme4(path, n, slope, ml, options.timeout),
        },
        options.runs,
    )
    ours, theirs = results["celadon"], results["lme4"]
    for contender, r in results.items():
        record.add(name, contender, r)
        if "failed" in r:
            print(f"  {contender:8} {r['failed']}")
            continue
        print(f"  {contender:8} {h.cost(r, ours['cpu'])}  logL {r['log_likelihood']:.4f}", flush=True)
    if "failed" in theirs:
        return False
    gap = theirs["log_likelihood"] - ours["log_likelihood"]
    apart = max(abs(a - b) for part in ("fixed", "theta", "sigma") for a, b in zip(ours[part], theirs[part], strict=True))
    ratio = theirs["cpu"] / ours["cpu"]
    same = gap < 1e-3
    print(
        f"    lme4 {theirs['version']}: {ratio:.0f} times; {h.verdict(ratio, BAR)}; log-likelihood {-gap:+.2g} against lme4's"
        f" ({'same optimum or better' if same else 'LOWER'}); parameters within {apart:.2g}"
    )
    return same and ratio >= BAR


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=list(CASES), help="without it: all")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pupils", type=int, default=1_000_000)
    parser.add_argument("--no-build", action="store_true", help="take the driver as it is")
    parser.add_argument("--timeout", type=float, default=900, help="seconds a fit by lme4 may take")
    parser.add_argument("--json", help="where every number goes")
    options = parser.parse_args()
    if shutil.which("Rscript") is None:
        sys.exit("Rscript is not installed: the package r-cran-lme4 brings it")
    if not options.no_build:
        h.build()
    record = h.Record()
    met = [case(name, options, record) for name in options.case or list(CASES)]
    record.write(options.json)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
