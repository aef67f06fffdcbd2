#!/usr/bin/env python3
"""Tables of the diagnosis simulations that scripts/soak runs, from their lines in build/soak.

scripts/cdm_summary.py cdm_recovery          accuracy against the Bayes bound; bias, error and coverage by kind of parameter
scripts/cdm_summary.py cdm_q_validation      planted errors found and false alarms, a row a cell of the design
"""

import collections
import json
import math
import pathlib
import subprocess
import sys

SOAK = pathlib.Path(__file__).resolve().parent.parent / "build" / "soak"
RULES = ["dina", "dino", "acdm", "llm", "rrum", "gdina"]
KINDS = ["P lowest", "P between", "P highest", "main effect", "interaction of 2", "interaction of 3", "class", "prevalence"]
OF_ITEMS = KINDS[:6]
VARIANTS = ["monotone", "priors", "higher", "both"]  # other calibrations of the same answers
NORMAL = 1.959964


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False, cwd=SOAK.parent.parent)
    return done.stdout.strip() or "unknown"


def lines_of(path: pathlib.Path) -> list[dict]:
    return [json.loads(text) for text in path.read_text().splitlines()]


class Cell:
    """Sums of one kind of parameter of one design."""

    def __init__(self) -> None:
        self.n = self.without = 0
        self.deviation = self.squared = self.variance = 0.0
        self.covered = self.covered_logit = 0
        self.sandwich_n = self.sandwich_covered = 0
        self.single: dict[int, list[int]] = collections.defaultdict(lambda: [0, 0])

    def add(self, position: int, kind: str, truth: float, estimate: float, se: float | None, sandwich: float | None) -> None:
        if se is None:
            self.without += 1
            return
        covered = abs(estimate - truth) <= NORMAL * se
        self.n += 1
        self.deviation += estimate - truth
        self.squared += (estimate - truth) ** 2
        self.variance += se * se
        self.covered += covered
        self.single[position][0] += 1
        self.single[position][1] += covered
        if kind in ("P lowest", "P between", "P highest", "class", "prevalence") and 0.0 < estimate < 1.0:
            on_logit = math.log(estimate / (1 - estimate)) - math.log(truth / (1 - truth))
            self.covered_logit += abs(on_logit) <= NORMAL * se / (estimate * (1 - estimate))
        if sandwich is not None:
            self.sandwich_n += 1
            self.sandwich_covered += abs(estimate - truth) <= NORMAL * sandwich


def percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def recovery() -> None:
    designs = []
    for guess in ("0.1", "0.2", *(f"0.2-{how}" for how in VARIANTS)):
        for rule in RULES:
            for path in sorted(SOAK.glob(f"cdm_recovery-{rule}-{guess}-[0-9]*.jsonl")):
                lines = lines_of(path)
                head, rows = lines[0], [line for line in lines[1:] if "estimate" in line]
                if rows:
                    designs.append((rule, guess, head, rows, len(lines) - 1 - len(rows)))
    print(f"Put together at commit {commit()}.\n")
    print(
        "| rule | guess = slip | persons | replications | failed | not converged | attributes right % | Bayes bound % "
        "| below the bound, points (se) | profiles right % | bound % |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for rule, guess, head, rows, failed in designs:
        n = len(rows)
        gaps = [100 * (r["bound"] - r["right"]) for r in rows]
        gap = sum(gaps) / n
        error = math.sqrt(sum((g - gap) ** 2 for g in gaps) / max(n - 1, 1) / n)
        means = {k: 100 * sum(r[k] for r in rows) / n for k in ("right", "bound", "whole", "whole_bound")}
        stuck = sum(not r["converged"] for r in rows)
        print(
            f"| {rule} | {guess} | {head['n']} | {n} | {failed} | {stuck} | {means['right']:.2f} | {means['bound']:.2f} "
            f"| {gap:.2f} ({error:.2f}) | {means['whole']:.2f} | {means['whole_bound']:.2f} |"
        )
    print("\n1,000 persons; intervals of 95 %. 'Without': estimates without a standard error (on a bound).\n")
    print(
        "| rule | guess = slip | kind | parameters x replications | without | bias | RMSE | RMSE / stated error | coverage, information "
        "| worst single | on the logit scale | coverage, sandwich (estimates) |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    total: dict[str, Cell] = collections.defaultdict(Cell)
    for rule, guess, head, rows, _ in designs:
        if head["n"] != 1000 or len(guess) > 3:
            continue
        cells: dict[str, Cell] = collections.defaultdict(Cell)
        for row in rows:
            sandwich = row.get("sandwich_se", [None] * len(row["se"]))
            for position, (kind, truth, *numbers) in enumerate(
                zip(head["kinds"], head["truth"], row["estimate"], row["se"], sandwich, strict=True)
            ):
                for key in (kind, *(["all of items"] if kind in OF_ITEMS else [])):
                    cells[key].add(position, kind, truth, *numbers)
                    total[key].add(position, kind, truth, *numbers)
        for kind in [*KINDS, "all of items"]:
            if kind in cells:
                show(rule, guess, kind, cells[kind])
    for kind in [*KINDS, "all of items"]:
        if kind in total:
            show("all", "both", kind, total[kind], single=False)


def show(rule: str, guess: str, kind: str, c: Cell, single: bool = True) -> None:
    least = min((hits / count for count, hits in c.single.values()), default=math.nan)
    on_logit = percent(c.covered_logit, c.n) if c.covered_logit and kind != "all of items" else "-"
    ratio = math.sqrt(c.squared / c.variance) if c.variance else math.nan
    print(
        f"| {rule} | {guess} | {kind} | {c.n} | {c.without} | {c.deviation / max(c.n, 1):+.4f} | {math.sqrt(c.squared / max(c.n, 1)):.4f} "
        f"| {ratio:.3f} | {percent(c.covered, c.n)} | {f'{100 * least:.1f} %' if single else '-'} | {on_logit} "
        f"| {percent(c.sandwich_covered, c.sandwich_n)} ({c.sandwich_n}) |"
    )


def q_validation() -> None:
    print(f"Put together at commit {commit()}.\n")
    print(
        "| guess = slip | persons | errors | planted a matrix | replications | planted | found exactly % | found % | false alarms, items % "
        "| false alarms, cells % |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for errors in (3, 15):
        for guess in ("0.1", "0.2"):
            for n in (2000, 1000, 500):
                for kind in ("under", "over", "mixed"):
                    path = SOAK / f"cdm_q_validation-{kind}-{errors}-{guess}-{n}.jsonl"
                    rows = lines_of(path) if path.exists() else []
                    if not rows:
                        continue
                    s = {key: sum(row[key] for row in rows) for key in rows[0]}
                    print(
                        f"| {guess} | {n} | {kind} | {errors} | {len(rows)} | {s['planted']} | {100 * s['exact'] / s['planted']:.1f} "
                        f"| {100 * s['found'] / s['planted']:.1f} | {100 * s['alarms'] / s['right']:.2f} "
                        f"| {100 * s['cell_alarms'] / s['cells']:.2f} |"
                    )


if __name__ == "__main__":
    if sys.argv[1:] not in (["cdm_recovery"], ["cdm_q_validation"]):
        sys.exit(__doc__)
    recovery() if sys.argv[1] == "cdm_recovery" else q_validation()
