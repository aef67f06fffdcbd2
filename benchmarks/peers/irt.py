#!/usr/bin/env python3
"""Celadon beside Python mirt 1.2.0 and girth 0.8.0: the same simulated data, one run, processor seconds.

    python3 benchmarks/peers/irt.py [--case 2pl_10k --case eap ...] [--runs 5] [--json FILE]

cases: 2pl_10k 2pl_100k 2pl_1m 3pl_10k grm_10k eap map wle ml threads linear
(default: all but 2pl_1m's peer, which does not finish in five minutes). Time runs from the int8 array in memory to the result, packing
included, standard errors off on both sides, one thread each; it is the median of interleaved runs, each between two calibration
kernels. A fit is done when its log-likelihood is within 1e-3 of the optimum on its own grid: for Celadon long plain EM, for mirt a
run to a tolerance of 1e-8. Printed for each contender: time, ratio to Celadon, memory above the loaded input, distance from the optimum,
log-likelihood on Celadon's grid of 61 nodes, root mean square error of the parameters against the simulated truth.
"""

import argparse
import math
import sys

import harness as h

DONE = 1e-3


def row(case: str, name: str, r: dict, ours: float, truth: dict, gap: float | None, record: h.Record) -> None:
    if "failed" in r:
        print(f"  {name:34} {r['failed']}")
        record.add(case, name, r)
        return
    a, b, g = (h.rmse(r.get(k), truth.get(k)) for k in "abg")
    ratio = r["cpu"] / ours
    log_likelihood = r.get("log_likelihood_on_our_grid", r.get("log_likelihood", math.nan))
    short = "-" if gap is None else f"{gap:.1e}"
    print(
        f"  {name:34} {h.cost(r, ours)}  logL {log_likelihood:.3f} short of optimum {short}  rmse a {a:.4f} b {b:.4f} g {g:.4f}", flush=True
    )
    record.add(case, name, r, ratio=ratio, rmse_a=a, rmse_b=b, rmse_g=g, gap=gap)


def fits(
    case: str,
    model: str,
    n: int,
    items: int,
    nodes: int,
    peers: dict[str, dict],
    bars: dict[str, float],
    options: argparse.Namespace,
    record: h.Record,
    girth: bool,
) -> None:
    path, truth = h.data(model, n, items)
    print(f"{case}: {model} {n} x {items}, {nodes} nodes", flush=True)
    contenders: dict[str, h.Contender] = {
        "celadon": lambda: h.celadon("fit", path, n, items, model=model, nodes=nodes),
        "celadon, baseline width": lambda: baseline("fit", path, n, items, model=model, nodes=nodes),
    }
    for name, how in peers.items():
        contenders[name] = lambda how=how: h.peer(
            "mirt_fit", path, n, items, model=model, nodes=nodes, options=how, timeout=options.timeout
        )
    results = h.interleave(contenders, options.runs)
    best = h.celadon("fit", path, n, items, model=model, nodes=nodes, plain=1, tolerance=1e-5, iterations=20000)["log_likelihood"]
    ours = results["celadon"]["cpu"]
    for name, r in results.items():
        gap = None
        if "failed" not in r:
            if name.startswith("celadon"):
                gap = best - r["log_likelihood"]
            elif "log_likelihood_on_our_grid" in r:
                gap = best - r["log_likelihood_on_our_grid"]
        row(case, name, r, ours, truth, gap, record)
        for key, bar in bars.items():
            if name.startswith(key) and "failed" not in r:
                done = "" if gap is None or gap <= DONE else "; the peer had not come within 1e-3"
                print(f"    {h.verdict(r['cpu'] / ours, bar)}{done}")
    if girth:
        r = h.interleave({"girth": lambda: h.peer("girth_fit", path, n, items, model=model, nodes=nodes, timeout=options.timeout)}, 1)[
            "girth"
        ]
        gap = best - r["log_likelihood_on_our_grid"] if "log_likelihood_on_our_grid" in r else None
        row(case, "girth (one run)", r, ours, truth, gap, record)


def baseline(what: str, *arguments: object, **options: object) -> dict:
    import os

    os.environ["CELADON_BENCH_SIMD"] = "baseline"
    try:
        return h.celadon(what, *arguments, **options)  # type: ignore[arg-type]
    finally:
        del os.environ["CELADON_BENCH_SIMD"]


def scores(case: str, bar: float, options: argparse.Namespace, record: h.Record, floor: dict) -> None:
    import array

    n, items = 100_000, 50
    path, _ = h.data("2pl", n, items)
    true = array.array("d")
    with path.with_suffix(".json.theta").open("rb") as f:
        true.fromfile(f, n)
    files = {"celadon": h.OUT / f"{case}-celadon.f8", "mirt": h.OUT / f"{case}-mirt.f8"}
    print(f"{case}: 2PL {n} x {items}, 49 nodes, model from the first 10,000 persons", flush=True)
    results = h.interleave(
        {
            "celadon": lambda: h.celadon("score", path, n, items, method=case, nodes=49, out=files["celadon"]),
            "celadon, baseline width": lambda: baseline("score", path, n, items, method=case, nodes=49),
            "mirt": lambda: h.peer(
                "mirt_score", path, n, items, method=case, fit_rows=10_000, out=str(files["mirt"]), timeout=options.timeout
            ),
        },
        options.runs,
    )
    ours = results["celadon"]["cpu"]
    for name, r in results.items():
        if "failed" in r:
            print(f"  {name:34} {r['failed']}")
            record.add(case, name, r)
            continue
        error = math.nan
        if name in files:
            found = array.array("d")
            with files[name].open("rb") as f:
                found.fromfile(f, n)
            both = [(x, t) for x, t in zip(found, true, strict=True) if math.isfinite(x) and abs(x) < 15]
            error = math.sqrt(sum((x - t) ** 2 for x, t in both) / len(both))
        print(f"  {name:34} {h.cost(r, ours)}  rmse of ability {error:.4f}", flush=True)
        record.add(case, name, r, ratio=r["cpu"] / ours, rmse_ability=error)
    if "failed" not in results["mirt"] and bar > 0:
        print(f"    {h.verdict(results['mirt']['cpu'] / ours, bar)}")
    if case == "eap":
        rate = floor["rates"][results["celadon"]["level"]]["products"]
        least = n * (items / 5) * 56 / rate  # five right/wrong items a table, nodes padded to 56
        net = ours - results["celadon"]["pack_cpu"]
        print(f"    floor: {least:.4f} s of products at {rate:.3g}/s; scoring without packing is {net / least:.1f} times that (aim: 3)")


def million(options: argparse.Namespace, record: h.Record, floor: dict) -> None:
    n, items, nodes = 1_000_000, 60, 41
    path, truth = h.data("2pl", n, items)
    print(f"2pl_1m: 2pl {n} x {items}, {nodes} nodes", flush=True)
    r = h.interleave({"celadon": lambda: h.celadon("fit", path, n, items, nodes=nodes)}, min(options.runs, 3))["celadon"]
    row("2pl_1m", "celadon", r, r["cpu"], truth, None, record)
    used = r["peak_mib"] - r["loaded_mib"]
    print(f"    12 CPU seconds: {'met' if r['cpu'] <= 12 else 'missed'}; 240 MiB above the input: {'met' if used <= 240 else 'missed'}")
    rates = floor["rates"][r["level"]]
    groups = items / 6  # six right/wrong items a table
    a_pass = n * groups * 48 * (1 / rates["products"] + 1 / rates["counts"])
    print(
        f"    floor of one E-step: {a_pass:.3f} s; {r['iterations']} passes took {(r['cpu'] - r['pack_cpu']) / r['iterations']:.3f} s each"
        f" ({(r['cpu'] - r['pack_cpu']) / r['iterations'] / a_pass:.1f} times, aim 3)"
    )
    memory = 2 * n * items / floor["read_bytes_per_second"]
    print(
        f"    floor of packing: {memory:.4f} s of reads and writes; packing took {r['pack_cpu']:.4f} s"
        f" ({r['pack_cpu'] / memory:.1f} times, aim 3)"
    )


def linear(options: argparse.Namespace, record: h.Record) -> None:
    """Processor time against the number of persons, 10,000 to 1,000,000 of one simulated set: slope of the logarithms with its error."""
    items, nodes = 60, 41
    path, _ = h.data("2pl", 1_000_000, items)
    sizes = [10_000, 30_000, 100_000, 300_000, 1_000_000]
    results = h.interleave({str(n): lambda n=n: h.celadon("fit", path, n, items, nodes=nodes) for n in sizes}, options.runs)
    points = [(math.log(int(n)), math.log(cpu)) for n, r in results.items() for cpu in r["cpus"]]
    mx = sum(x for x, _ in points) / len(points)
    my = sum(y for _, y in points) / len(points)
    sxx = sum((x - mx) ** 2 for x, _ in points)
    slope = sum((x - mx) * (y - my) for x, y in points) / sxx
    residual = sum((y - my - slope * (x - mx)) ** 2 for x, y in points) / (len(points) - 2)
    error = math.sqrt(residual / sxx)
    for n, r in results.items():
        print(
            f"linear: {int(n):8} x {items}  cpu {r['cpu']:.4f} s ({h.spread(r)})"
            f"  {r['cpu'] / int(n) * 1e6:.2f} us a person  passes {r['iterations']}"
        )
        record.add("linear", n, r)
    print(f"    exponent {slope:.3f} +- {error:.3f}; under 1.05 beyond its error: {'met' if slope + 2 * error < 1.05 else 'missed'}")
    record.rows.append({"case": "linear", "exponent": slope, "error": error})


def threads(options: argparse.Namespace, record: h.Record) -> None:
    n, items = 100_000, 50
    path, _ = h.data("2pl", n, items)
    runs = {f"{t} threads": lambda t=t: h.celadon("fit", path, n, items, threads=t) for t in (1, 2)}
    kept = {name: [call() for _ in range(options.runs)] for name, call in runs.items()}
    wall = {name: min(r["wall"] for r in all_runs) for name, all_runs in kept.items()}
    same = len({tuple(r["a"]) for all_runs in kept.values() for r in all_runs}) == 1
    print(
        f"threads: 2pl {n} x {items}: best wall {wall['1 threads']:.3f} s with one, {wall['2 threads']:.3f} s with two, "
        f"speed-up {wall['1 threads'] / wall['2 threads']:.2f}; same estimates: {same}"
    )
    record.rows.append({"case": "threads", "wall": wall, "same": same})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cases = ["2pl_10k", "2pl_100k", "2pl_1m", "3pl_10k", "grm_10k", "eap", "map", "wle", "ml", "threads", "linear"]
    parser.add_argument("--case", action="append", choices=cases)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-build", action="store_true", help="take the driver as it is")
    parser.add_argument("--timeout", type=float, default=900, help="seconds a peer's call may take")
    parser.add_argument("--no-girth", action="store_true")
    parser.add_argument("--json", help="where every number goes")
    options = parser.parse_args()
    h.install()
    if not options.no_build:
        h.build()
    record = h.Record()
    floor = h.floors()
    record.rows.append(floor)
    print("floors:", floor)
    fine = {"n_quadpts": 61}
    squarem = {"accelerate": "squarem"}
    girth = not options.no_girth
    for case in options.case or cases:
        if case == "2pl_10k":
            peers = {"mirt, 61 nodes": fine, "mirt SQUAREM, 61 nodes": fine | squarem, "mirt SQUAREM, 21 nodes": squarem}
            fits(case, "2pl", 10_000, 50, 61, peers, {"mirt, 61": 10, "mirt SQUAREM, 61": 5}, options, record, girth)
        elif case == "2pl_100k":
            peers = {"mirt, 61 nodes": fine, "mirt SQUAREM, 61 nodes": fine | squarem}
            fits(case, "2pl", 100_000, 50, 61, peers, {"mirt, 61": 10, "mirt SQUAREM, 61": 6}, options, record, False)
        elif case == "3pl_10k":
            peers = {"mirt, 61 nodes, 1e-5": fine | {"tol": 1e-5, "max_iter": 3000}, "mirt, 61 nodes": fine, "mirt, 21 nodes": {}}
            fits(case, "3pl", 10_000, 50, 61, peers, {"mirt, 61 nodes, 1e-5": 5, "mirt, 21": 5}, options, record, girth)
        elif case == "grm_10k":
            peers = {"mirt, 61 nodes": fine | {"n_categories": 5}, "mirt, 21 nodes": {"n_categories": 5}}
            fits(case, "grm", 10_000, 20, 61, peers, {"mirt, 61": 10}, options, record, girth)
        elif case == "2pl_1m":
            million(options, record, floor)
        elif case == "linear":
            linear(options, record)
        elif case == "threads":
            threads(options, record)
        else:
            scores(case, {"eap": 10, "map": 20, "wle": 20}.get(case, 0), options, record, floor)
        record.write(options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
