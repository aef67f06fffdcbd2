"""What irt.py and ctt.py share: the peers' environment, Celadon's driver, simulated data, calibration, interleaved runs."""

import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HERE = pathlib.Path(__file__).resolve().parent
OUT = ROOT / "build" / "peers"
PYTHON = OUT / "venv" / "bin" / "python"
DRIVER = ROOT / "build" / "bench" / "benchmarks" / "peers_driver"
SEED = 20261123
MOST_MOVE = 0.10  # of the calibration kernel between before and after; a run beyond it is done again
MOST_TRIES = 4

Contender = Callable[[], dict]


def install() -> None:
    """The peers in an environment of their own. Registries fail now and then, so it is tried five times."""
    wanted = (HERE / "requirements.txt").read_text()
    stamp = OUT / "venv" / "installed.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    venv.create(OUT / "venv", with_pip=True)
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--retries", "5", "-r", str(HERE / "requirements.txt")]
    for attempt in range(5):
        if subprocess.run(command).returncode == 0:
            stamp.write_text(wanted)
            return
        time.sleep(5 * (attempt + 1))
    sys.exit("the peers could not be installed")


def build() -> None:
    if not (ROOT / "build" / "bench" / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "bench"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "build/bench", "--target", "peers_driver"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


SIMULATE = """
import sys, json
import numpy as np
kind, n, j, seed, data, truth = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], sys.argv[6]
g = np.random.default_rng(seed)
logistic = lambda z: 1 / (1 + np.exp(-z))
if kind == "grm":
    theta, a = g.standard_normal(n), g.lognormal(0, 0.3, j)
    b = np.sort(g.normal(0, 1, (j, 4)), axis=1) + np.arange(4) * 0.15
    c = np.zeros(j)
    u = g.random((n, j))
    x = sum((u < logistic(a * (theta[:, None] - b[:, k]))).astype(np.int8) for k in range(4))
else:
    theta, a, b = g.standard_normal(n), g.lognormal(0, 0.3, j), g.standard_normal(j)
    c = g.uniform(0.1, 0.25, j) if kind == "3pl" else np.zeros(j)
    x = np.empty((n, j), np.int8)
    for s in range(0, n, 50000):
        e = min(n, s + 50000)
        x[s:e] = g.random((e - s, j)) < c + (1 - c) * logistic(a * (theta[s:e, None] - b))
x.tofile(data)
theta.tofile(truth + ".theta")
json.dump({"a": a.tolist(), "b": b.ravel().tolist(), "g": c.tolist()}, open(truth, "w"))
"""


def data(kind: str, n_persons: int, n_items: int) -> tuple[pathlib.Path, dict]:
    """Simulated answers, a byte each by rows, and the truth: ability N(0, 1), a lognormal(0, 0.3), b N(0, 1), g U(.1, .25) for 3PL."""
    path = OUT / "data" / f"{kind}-{n_persons}x{n_items}.i8"
    truth = path.with_suffix(".json")
    path.parent.mkdir(parents=True, exist_ok=True)
    if not truth.exists():
        arguments = [kind, str(n_persons), str(n_items), str(SEED), str(path), str(truth)]
        subprocess.run([str(PYTHON), "-c", SIMULATE, *arguments], check=True)
    return path, json.loads(truth.read_text())


def calibrate() -> float:
    """Processor seconds of a fixed piece of work in this process: how fast the machine is just now."""
    best = math.inf
    for _ in range(3):
        start = time.process_time()
        x = 1
        for _ in range(150_000):
            x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        best = min(best, time.process_time() - start)
    return best


def celadon(what: str, path: pathlib.Path, n_persons: int, n_items: int, **options: object) -> dict:
    command = [str(DRIVER), what, str(path), str(n_persons), str(n_items), *(f"{k}={v}" for k, v in options.items())]
    environment = dict(os.environ)
    if level := environment.pop("CELADON_BENCH_SIMD", ""):
        environment["CELADON_SIMD"] = level
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)


def floors() -> dict:
    return json.loads(subprocess.run([str(DRIVER), "floors"], check=True, capture_output=True, text=True).stdout)


def peer(what: str, path: pathlib.Path, n_persons: int, n_items: int, *, timeout: float = 900, threads: int = 1, **request: object) -> dict:
    """One call of a peer. OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE, where they are set, hold NumPy back; they are dropped for it alone."""
    environment = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    for name in ("OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS", "OMP_NUM_THREADS"):
        environment[name] = str(threads)
    body = json.dumps({"what": what, "data": str(path), "n_persons": n_persons, "n_items": n_items, **request})
    command = [str(PYTHON), str(HERE / "worker.py"), body]
    try:
        ran = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=timeout)
    except subprocess.TimeoutExpired:
        return {"failed": f"not done in {timeout:.0f} s"}
    except subprocess.CalledProcessError as e:
        return {"failed": e.stderr.strip().splitlines()[-1][:120]}
    return json.loads(ran.stdout)


def interleave(contenders: dict[str, Contender], runs: int) -> dict[str, dict]:
    """Runs all contenders in turn, `runs` times, and gives each its run of median time with `cpus` (all kept), `unit` (its time in units
    of the calibration kernel) and `disturbed` (runs kept although the calibration moved, because it did so each time)."""
    kept: dict[str, list[dict]] = {name: [] for name in contenders}
    for _ in range(runs):
        for name, call in contenders.items():
            if kept[name] and "failed" in kept[name][0]:
                continue
            for attempt in range(MOST_TRIES):
                before = calibrate()
                result = call()
                after = calibrate()
                moved = abs(after / before - 1)
                if "failed" in result or moved <= MOST_MOVE or attempt + 1 == MOST_TRIES:
                    break
            kept[name].append({**result, "disturbed": moved > MOST_MOVE, "unit": 0.5 * (before + after)})
    out = {}
    for name, all_runs in kept.items():
        if "failed" in all_runs[0]:
            out[name] = all_runs[0]
            continue
        ordered = sorted(all_runs, key=lambda r: r["cpu"])
        middle = dict(ordered[len(ordered) // 2])
        middle["cpus"] = [r["cpu"] for r in all_runs]
        middle["cpu"] = statistics.median(middle["cpus"])
        middle["disturbed"] = sum(r["disturbed"] for r in all_runs)
        out[name] = middle
    return out


def rmse(x: list[float] | None, y: list[float] | None) -> float:
    if not x or not y or len(x) != len(y):
        return math.nan
    return math.sqrt(sum((p - q) ** 2 for p, q in zip(x, y, strict=True)) / len(x))


def spread(r: dict) -> str:
    return f"{min(r['cpus']):.3g}..{max(r['cpus']):.3g}"


def cost(r: dict, ours: float) -> str:
    memory = r["peak_mib"] - r["loaded_mib"]
    disturbed = f"disturbed {r['disturbed']}/{len(r['cpus'])}"
    return f"cpu {r['cpu']:8.4f} s ({spread(r)})  x{r['cpu'] / ours:6.1f}  memory +{memory:6.1f} MiB  {disturbed}"


def verdict(ratio: float, bar: float) -> str:
    return f"bar {bar:g}: {'met' if ratio >= bar else 'missed'}"


class Record:
    """Everything measured, for --json."""

    def __init__(self) -> None:
        self.rows: list[dict] = []

    def add(self, case: str, contender: str, result: dict, **more: object) -> None:
        short = {k: v for k, v in result.items() if not (isinstance(v, list) and k != "cpus")}
        self.rows.append({"case": case, "contender": contender, **short, **more})

    def write(self, path: str | None) -> None:
        if path:
            pathlib.Path(path).write_text(json.dumps(self.rows, indent=1) + "\n")
