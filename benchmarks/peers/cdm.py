#!/usr/bin/env python3
"""Celadon's diagnosis models beside Python mirt 1.2.0: the same simulated data, one run, processor seconds.

    python3 benchmarks/peers/cdm.py [--case dina --case gdina] [--runs 5] [--persons 10000] [--json FILE]
    python3 benchmarks/peers/cdm.py --case million --case k10 --case k15      # what no peer is run for

10,000 x 30, K = 5: ten items of one attribute, then one to three at random; guess = slip = .2, all profiles alike. Time runs from the int8
array in memory to the result, packing included, standard errors off on both sides, one thread each; it is the median of interleaved runs,
each between two calibration kernels. Each peer is called at its best: mirt's fit_cdm (DINA) and fit_gdina (G-DINA), at the tolerance of
its record (1e-4) and, beside it, at one that comes to Celadon's likelihood. The log-likelihood of every contender is computed again from
its parameters by one function, so that none is taken at its word. A bar counts only at a likelihood at least equal (less 0.01).
Celadon runs with its default starts (24, of which up to 6 go on) and with a single one, which is what the peer does.
R GDINA's processor seconds are recorded on the same kind of machine, not run here.
"""

import argparse
import json
import math
import subprocess
import sys

import harness as h

BARS = {"dina": 15.0, "gdina": 25.0}
#: R GDINA 2.9.12, 10,000 x 30, K = 5 of this design, one thread: processor seconds, memory of the process in MiB, log-likelihood.
RECORDED = {"dina": (1.10, 209, -176239.481), "gdina": (1.11, 206, -176213.296)}
ITEMS, ATTRIBUTES = 30, 5
#: Persons, items, attributes, threads, bar in wall seconds.
ALONE: dict[str, tuple[int, int, int, int, float | None]] = {
    "million": (1_000_000, 30, 5, 2, 5.0),
    "k10": (10_000, 60, 10, 2, 10.0),
    "k15": (2_000, 60, 15, 2, None),
}

SIMULATE = """
import json, sys
import numpy as np
n, items, k, seed, data, q_file, truth = *map(int, sys.argv[1:5]), *sys.argv[5:8]
g = np.random.default_rng(seed)
q = np.zeros((items, k), np.int64)
for j in range(items):
    if j < 2 * k:
        q[j, j % k] = 1
    else:
        q[j, g.choice(k, g.integers(1, 4), replace=False)] = 1
a = (g.random((n, k)) < 0.5).astype(np.int64)
p = np.where((a @ q.T) == q.sum(1), 0.8, 0.2)
(g.random((n, items)) < p).astype(np.int8).tofile(data)
q.astype(np.int8).tofile(q_file)
a.astype(np.int8).tofile(truth)
"""


def data(n_persons: int, items: int = ITEMS, attributes: int = ATTRIBUTES):
    folder = h.OUT / "data"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (f"cdm-{n_persons}x{items}.i8" if attributes == ATTRIBUTES else f"cdm-{n_persons}x{items}-k{attributes}.i8")
    q, truth = path.with_suffix(".q"), path.with_suffix(".truth")
    if not truth.exists():
        words = [str(n_persons), str(items), str(attributes), str(h.SEED), str(path), str(q), str(truth)]
        subprocess.run([str(h.PYTHON), "-c", SIMULATE, *words], check=True)
    return path, q, truth


def judged(result: dict, path, q, truth, n_persons: int) -> dict:
    """Log-likelihood at the parameters that a contender gave, and the share of attributes that its posterior classifies rightly."""
    if "probability" not in result:
        return result
    request = {"what": "cdm_judge", "data": str(path), "q": str(q), "truth": str(truth), "n_persons": n_persons, "n_items": ITEMS}
    request |= {"warm": False, "probability": result["probability"], "classes": result["classes"]}
    command = [str(h.PYTHON), str(h.HERE / "worker.py"), "-"]
    ran = subprocess.run(command, input=json.dumps(request), check=True, capture_output=True, text=True)
    told = json.loads(ran.stdout)
    return result | {"log_likelihood_here": told["log_likelihood"], "accuracy": told["accuracy"]}


def case(rule: str, options: argparse.Namespace, record: h.Record) -> bool:
    path, q, truth = data(options.persons)
    n = options.persons
    print(f"{rule}: {n} x {ITEMS}, K = {ATTRIBUTES}", flush=True)
    ours = {"q": q, "attributes": ATTRIBUTES, "model": rule}
    contenders: dict[str, h.Contender] = {
        "celadon": lambda: h.celadon("cdm", path, n, ITEMS, **ours),
        "celadon, one start": lambda: h.celadon("cdm", path, n, ITEMS, **ours, starts=1, finals=1),
    }
    for tolerance in (1e-4, 1e-6):
        contenders[f"mirt, {tolerance:g}"] = lambda tolerance=tolerance: h.peer(
            "mirt_cdm", path, n, ITEMS, q=str(q), model=rule, tolerance=tolerance, timeout=options.timeout
        )
    results = {name: judged(r, path, q, truth, n) for name, r in h.interleave(contenders, options.runs).items()}
    mine = results["celadon"]
    best = max(r.get("log_likelihood_here", -math.inf) for r in results.values())
    met = True
    for name, r in results.items():
        if "failed" in r:
            print(f"  {name:24} {r['failed']}")
            record.add(rule, name, r)
            continue
        gap = best - r["log_likelihood_here"]
        print(
            f"  {name:24} {h.cost(r, mine['cpu'])}  logL {r['log_likelihood_here']:.3f}"
            f" short of the best {gap:.2g}  attributes right {r['accuracy']:.4f}",
            flush=True,
        )
        record.add(rule, name, r, ratio=r["cpu"] / mine["cpu"], gap=gap)
        if name.startswith("mirt"):
            equal = mine["log_likelihood_here"] >= r["log_likelihood_here"] - 0.01
            for whose in ("celadon", "celadon, one start"):
                us = results[whose]
                ratio = r["cpu"] / us["cpu"]
                enough = us["log_likelihood_here"] >= r["log_likelihood_here"] - 0.01
                likelihood = "at least equal" if enough else "LOWER"
                print(f"    {whose}: {ratio:.1f} times; {h.verdict(ratio, BARS[rule])}; likelihood {likelihood}")
            met = met and equal and r["cpu"] / mine["cpu"] >= BARS[rule]
    if n == 10_000:
        cpu, memory, log_likelihood = RECORDED[rule]
        print(
            f"  R GDINA 2.9.12 (recorded) cpu {cpu:8.4f} s  x{cpu / mine['cpu']:6.1f}  process {memory} MiB  logL {log_likelihood:.3f}"
            " on its own draw"
        )
    return met


def alone(name: str, options: argparse.Namespace, record: h.Record) -> None:
    """What no peer is run for: Celadon with its default starts, wall seconds against the bar."""
    n, items, attributes, threads, bar = ALONE[name]
    path, q, _ = data(n, items, attributes)
    print(f"{name}: {n} x {items}, K = {attributes}, {threads} threads", flush=True)
    for rule in BARS:
        runs = [
            h.celadon("cdm", path, n, items, q=q, attributes=attributes, model=rule, threads=threads)
            for _ in range(max(1, options.runs // 2))
        ]
        walls = sorted(r["wall"] for r in runs)
        wall = walls[len(walls) // 2]
        verdict = "" if bar is None else f"; bar {bar:g} s: {'met' if wall < bar else 'missed'}"
        r = runs[0]
        print(
            f"  {rule:6} wall {wall:.2f} s ({walls[0]:.2f}..{walls[-1]:.2f})  cpu {r['cpu']:.2f} s"
            f"  memory + {r['peak_mib'] - r['loaded_mib']:.0f} MiB"
            f"  logL {r['log_likelihood']:.3f}  passes {r['iterations']}  converged {r['converged']}{verdict}",
            flush=True,
        )
        record.add(name, rule, r, wall=wall)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=[*BARS, *ALONE], help="without it: " + " ".join(BARS))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--persons", type=int, default=10_000)
    parser.add_argument("--no-build", action="store_true", help="take the driver as it is")
    parser.add_argument("--timeout", type=float, default=900, help="seconds a peer's call may take")
    parser.add_argument("--json", help="where every number goes")
    options = parser.parse_args()
    h.install()
    if not options.no_build:
        h.build()
    record = h.Record()
    for name in options.case or list(BARS):
        if name in BARS:
            case(name, options, record)
        else:
            alone(name, options, record)
        record.write(options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
