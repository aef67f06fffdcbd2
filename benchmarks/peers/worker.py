"""One measurement of a peer in a process of its own: reads a JSON request (an argument, or standard input for "-"), prints JSON.

Run by irt.py, cdm.py and ctt.py with the Python of build/peers/venv. The data are loaded and the library is warmed up on a few rows before
the clock starts. Time is processor time of the process, user and system.
"""

import json
import resource
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")


def resident_mib() -> float:
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * resource.getpagesize() / 2**20


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def grid_log_likelihood(x: np.ndarray, a: np.ndarray, b: np.ndarray, g: np.ndarray, nodes: int) -> float:
    """Log-likelihood of 0/1 answers at given parameters on Celadon's grid: `nodes` normal nodes on [-6, 6]."""
    t = np.linspace(-6, 6, nodes)
    w = np.exp(-t * t / 2)
    w /= w.sum()
    p = np.clip(g + (1 - g) / (1 + np.exp(-a * (t[:, None] - b))), 1e-300, 1.0)
    q = np.clip((1 - g) / (1 + np.exp(a * (t[:, None] - b))), 1e-300, 1.0)
    right, wrong = np.log(p), np.log(q)
    total = 0.0
    for start in range(0, len(x), 20000):
        y = x[start : start + 20000].astype(float)
        logs = y @ (right - wrong).T + wrong.sum(1) + np.log(w)
        top = logs.max(1)
        total += float((top + np.log(np.exp(logs - top[:, None]).sum(1))).sum())
    return total


def numbers(values: object) -> list[float]:
    return [float(v) for v in np.ravel(np.asarray(values, dtype=float))]


def mirt_fit(x: np.ndarray, r: dict) -> tuple:
    import mirt

    options = dict(r["options"], compute_standard_errors=False)

    def call(rows: np.ndarray) -> object:
        return mirt.fit_mirt(rows, model=r["model"].upper(), **options)

    def describe(fitted: object) -> dict:
        p = fitted.model.parameters
        out = {
            "log_likelihood": float(fitted.log_likelihood),
            "iterations": int(fitted.n_iterations),
            "converged": bool(fitted.converged),
            "a": numbers(p["discrimination"]),
        }
        difficulty = p.get("difficulty", p.get("thresholds"))
        if difficulty is not None:
            out["b"] = numbers(difficulty)
        if "guessing" in p:
            out["g"] = numbers(p["guessing"])
        return out

    return call, describe


def mirt_score(x: np.ndarray, r: dict) -> tuple:
    import mirt

    fitted = mirt.fit_mirt(x[: r["fit_rows"]], model="2PL", compute_standard_errors=False)

    def call(rows: np.ndarray) -> object:
        return mirt.fscores(fitted, rows, method=r["method"].upper())

    return call, lambda scores: {"ability": numbers(scores.theta)}


def patterns_of(n_attributes: int) -> np.ndarray:
    """Profiles in the order of Celadon's classes: bit k is attribute k."""
    return (np.arange(2**n_attributes)[:, None] >> np.arange(n_attributes)) & 1


def mirt_cdm(x: np.ndarray, r: dict) -> tuple:
    import mirt
    from mirt.models import fit_gdina

    q = np.fromfile(r["q"], np.int8).reshape(r["n_items"], -1).astype(np.int64)

    def call(rows: np.ndarray) -> object:
        if r["model"] == "gdina":
            return fit_gdina(rows, q, max_iter=5000, tol=r["tolerance"])
        return mirt.fit_cdm(rows, q, model=r["model"].upper(), max_iter=5000, tol=r["tolerance"])

    def describe(fitted: tuple) -> dict:
        model, shares = fitted
        patterns = patterns_of(q.shape[1])
        place = {tuple(map(int, pattern)): c for c, pattern in enumerate(model.attribute_patterns)}
        return {
            "log_likelihood": float("nan"),
            "iterations": -1,
            "probability": numbers(np.asarray(model.probability(patterns)).T),
            "classes": [float(shares[place[tuple(map(int, pattern))]]) for pattern in patterns],
        }

    return call, describe


def cdm_judge(x: np.ndarray, r: dict) -> tuple:
    """Log-likelihood of answers at given parameters, and the share of attributes that the posterior above one half tells rightly."""
    truth = np.fromfile(r["truth"], np.int8).reshape(r["n_persons"], -1)
    p = np.clip(np.asarray(r["probability"]).reshape(r["n_items"], -1), 1e-12, 1 - 1e-12)

    def call(rows: np.ndarray) -> tuple:
        y = rows.astype(float)
        logs = y @ np.log(p) + (1 - y) @ np.log1p(-p) + np.log(np.maximum(r["classes"], 1e-300))
        top = logs.max(1, keepdims=True)
        likelihood = np.exp(logs - top)
        total = likelihood.sum(1, keepdims=True)
        mastery = likelihood / total @ patterns_of(truth.shape[1])
        return float((top + np.log(total)).sum()), float(((mastery > 0.5) == truth).mean())

    return call, lambda out: {"log_likelihood": out[0], "accuracy": out[1]}


def girth_fit(x: np.ndarray, r: dict) -> tuple:
    import girth

    if r["model"] == "grm":
        function = girth.grm_mml
        shift = 1
    else:
        function = {"2pl": girth.twopl_mml, "3pl": girth.threepl_mml}[r["model"]]
        shift = 0

    def call(rows: np.ndarray) -> object:
        return function(np.ascontiguousarray(rows.T).astype(np.int64) + shift)

    def describe(fitted: dict) -> dict:
        out = {"a": numbers(np.broadcast_to(fitted["Discrimination"], (x.shape[1],))), "b": numbers(fitted["Difficulty"])}
        if "Guessing" in fitted:
            out["g"] = numbers(fitted["Guessing"])
        return out

    return call, describe


def numpy_items(x: np.ndarray, r: dict) -> tuple:
    """Difficulty and corrected item-total correlation from one cross-product in single precision (exact below 2^24 persons)."""

    def call(rows: np.ndarray) -> tuple:
        n = len(rows)
        f = rows.astype(np.float32)
        cross = (f.T @ f).astype(np.float64)
        s = np.diag(cross).copy() if rows.max() <= 1 else rows.sum(0, dtype=np.float64)
        cov = (cross - np.outer(s, s) / n) / (n - 1)
        var = np.diag(cov)
        total = cov.sum(1)
        rest = total - var
        return s / n, rest / np.sqrt(var * (cov.sum() - 2 * total + var))

    return call, lambda out: {"difficulty": numbers(out[0]), "item_rest_r": numbers(out[1])}


def polars_items(x: np.ndarray, r: dict) -> tuple:
    import polars as pl

    names = [f"i{j:02d}" for j in range(x.shape[1])]
    frame = pl.DataFrame({name: np.ascontiguousarray(x[:, j]) for j, name in enumerate(names)})
    head = frame.head(500)

    def call(rows: np.ndarray) -> tuple:
        d = head if len(rows) == 500 else frame
        d = d.with_columns(pl.sum_horizontal([pl.col(n).cast(pl.Int32) for n in names]).alias("t"))
        p = [pl.col(n).mean().alias("p" + n) for n in names]
        rest = [pl.corr(pl.col(n).cast(pl.Float64), (pl.col("t") - pl.col(n)).cast(pl.Float64)).alias(n) for n in names]
        row = d.select(p + rest).row(0)
        return row[: len(names)], row[len(names) :]

    return call, lambda out: {"difficulty": numbers(out[0]), "item_rest_r": numbers(out[1])}


def main() -> None:
    r = json.loads(sys.stdin.read() if sys.argv[1] == "-" else sys.argv[1])
    x = np.fromfile(r["data"], np.int8).reshape(r["n_persons"], r["n_items"])
    call, describe = globals()[r["what"]](x, r)
    if r.get("warm", True):
        call(x[:500])
    loaded = resident_mib()
    wall, cpu = time.perf_counter(), time.process_time()
    result = call(x)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    out = {"cpu": cpu, "wall": wall, "loaded_mib": loaded, "peak_mib": peak_mib(), **describe(result)}
    if "ability" in out and "out" in r:
        np.asarray(out.pop("ability")).tofile(r["out"])
    if r.get("nodes") and "b" in out and r["model"] in ("2pl", "3pl"):
        a, b = np.asarray(out["a"]), np.asarray(out["b"])
        out["log_likelihood_on_our_grid"] = grid_log_likelihood(x, a, b, np.asarray(out.get("g", 0.0)), r["nodes"])
    print(json.dumps(out))


if __name__ == "__main__":
    main()
