"""Green indicators of a simulated city of 100,000 primary pupils, two periods, every index of Shanghai's document of 2011 (1.0).

Simulated data: the true value of every index is known, so this says how often the intervals hold it and how many of the changes that
were called are real. The document publishes no cut for attainment; simulated-city-overlay.json gives local ones. At the end the pages of
the city, its districts and its schools are written in both languages, to the folder of --out or to a temporary one, whose path is printed.

    python examples/python/green_city.py [pupils] [schools] [seed] [--out FOLDER]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import numpy as np

import celadon as cd
from celadon.green import Drivers, drivers

OVERLAY = Path(__file__).with_name("simulated-city-overlay.json")
LEVELS = ("school", "district", "city")
#: What is known to hold as often as promised, and what to hold more often (docs/evidence/scheme-coverage.md).
KINDS = {
    "mean": "means",
    "share_at_least": "shares",
    "sd": "spreads, slopes",
    "icc": "spreads, slopes",
    "variance_explained": "spreads, slopes",
}


def evaluate(city: cd.datasets.IndicatorCity, *, n_threads: int = 0) -> cd.scheme.SchemeEvaluation:
    """Every index of every unit in all periods, as a district office may see it."""
    periods = [city.period(id) for id in city.periods]
    return cd.scheme.evaluate(cd.scheme.load(OVERLAY), periods, audience="district", n_threads=n_threads)


def beside_truth(city: cd.datasets.IndicatorCity, evaluation: cd.scheme.SchemeEvaluation) -> list[dict[str, Any]]:
    """One dict an index that has a true value and a figure that may be shown: its columns, "true_value" and "true_change"."""
    truth = city.truth.to_dict()
    keys = ("period", "level", "unit", "indicator")
    known = dict(zip(zip(*(truth[k] for k in keys), strict=True), zip(truth["value"], truth["change"], strict=True), strict=True))
    table = evaluation.to_dict()
    out = []
    for row in zip(*table.values(), strict=True):
        cells = dict(zip(table, row, strict=True))
        value, change = known.get(tuple(cells[k] for k in keys), (None, None))
        if value is not None and cells["low"] is not None:
            out.append({**cells, "true_value": value, "true_change": change})
    return out


def coverage(rows: list[dict[str, Any]]) -> tuple[int, float]:
    """Intervals, and the share that hold the truth."""
    held = [row["low"] <= row["true_value"] <= row["high"] for row in rows]
    return len(held), float(np.mean(held)) if held else float("nan")


def margin(n: int) -> float:
    """Half the width of a binomial 99 % interval about 0.9 for independent intervals."""
    return 2.576 * float(np.sqrt(0.9 * 0.1 / n))


def changes(rows: list[dict[str, Any]]) -> dict[str, float]:
    """How many changes were compared and called, how many calls are right (a true change of that sign), how many true changes there are.

    "held": share of intervals of a change that hold the true one. "false_in_a_report": share of false calls in a unit's report (0 without
    calls), averaged over units: what Benjamini and Hochberg's procedure keeps below .10. Over many reports put together the share of
    false calls is higher, as reports without a true change have a false call now and then.
    """
    compared = [row for row in rows if row["change"] is not None and row["change_se"] is not None]
    called = [row for row in compared if row["change_state"] in ("higher", "lower")]
    right = [row for row in called if row["true_change"] * (1 if row["change_state"] == "higher" else -1) > 0]
    calls, wrong = Counter(row["unit"] for row in called), Counter(row["unit"] for row in called)
    wrong.subtract(row["unit"] for row in right)
    units = {row["unit"] for row in compared}
    return {
        "compared": len(compared),
        "called": len(called),
        "right": len(right),
        "changed": sum(row["true_change"] != 0 for row in compared),
        "held": float(np.mean([abs(row["change"] - row["true_change"]) <= 1.645 * row["change_se"] for row in compared])),
        "false_in_a_report": sum(wrong[unit] / calls[unit] for unit in calls) / len(units),
    }


def truly_on_that_side(
    like: cd.scheme.LikeUnits, city: cd.datasets.IndicatorCity, evaluation: cd.scheme.SchemeEvaluation, rows: list[dict[str, Any]]
) -> tuple[int, int]:
    """Answers "above" or "below" whose truth is known, and how many of them are truly on that side of the like schools' true mean."""
    ids = evaluation.units(len(city.periods) - 1, "school")
    nearest = {unit: [ids[k] for k in row if k >= 0] for unit, row in zip(ids, like.like, strict=True)}
    true = {
        (row["unit"], row["indicator"]): row["true_value"] for row in rows if row["level"] == "school" and row["period"] == city.periods[-1]
    }
    table = like.to_dict()
    sided = right = 0
    for unit, indicator, state in zip(table["unit"], table["indicator"], table["state"], strict=True):
        beside = [true[other, indicator] for other in nearest[unit] if (other, indicator) in true]
        if state in ("above", "below") and (unit, indicator) in true and beside:
            sided += 1
            right += (true[unit, indicator] > float(np.mean(beside))) == (state == "above")
    return sided, right


def what_goes_with(city: cd.datasets.IndicatorCity) -> list[Drivers]:
    """Results and well-being of the last period beside home, relations, sleep and homework."""
    period = city.period(city.periods[-1])
    background = {
        "ses": {"zh": "家庭背景", "en": "home background"},
        "teacher_relation_scale": {"zh": "师生关系", "en": "relations with teachers"},
        "sleep_hours": {"zh": "睡眠时间", "en": "hours of sleep"},
        "written_homework_minutes": {"zh": "书面作业时间", "en": "minutes of written homework"},
    }
    outcomes = {
        "math_score": {"zh": "数学成绩", "en": "mathematics score"},
        "school_belonging_scale": {"zh": "学校归属感", "en": "sense of belonging"},
    }
    return [drivers(period, outcome, background, outcome_name=name) for outcome, name in outcomes.items()]


def main(n_pupils: int = 100_000, n_schools: int = 200, seed: int = 1, out: Path | None = None) -> None:
    start = time.perf_counter()
    city = cd.datasets.make_indicator_city(n_pupils, n_schools=n_schools, seed=seed)
    made = time.perf_counter()
    evaluation = evaluate(city)
    evaluated = time.perf_counter()
    scheme = cd.scheme.load(OVERLAY)
    print(f"{city.badge}: {scheme.name['zh']} / {scheme.name['en']}")
    print(f"{n_pupils} pupils, {n_schools} schools, periods {', '.join(city.periods)}; {len(evaluation.to_dict()['unit'])} rows of results")

    table = evaluation.to_dict()
    last = [
        i for i, (p, level) in enumerate(zip(table["period"], table["level"], strict=True)) if p == city.periods[-1] and level == "city"
    ]
    print("\nthe city                                      value   90 % interval        true")
    truth = {
        row["indicator"]: row for row in beside_truth(city, evaluation) if row["level"] == "city" and row["period"] == city.periods[-1]
    }
    for i in last:
        row = truth.get(table["indicator"][i])
        if row is not None:
            print(f"  {row['indicator']:<32}{row['value']:15.3f}   {row['low']:.3f} to {row['high']:.3f}   {row['true_value']:10.3f}")
    print(f"  cuts of attainment: {city.standard:g}, local; states of the rest: {dict(Counter(table['state'][i] for i in last))}")

    rows = beside_truth(city, evaluation)
    statistic = dict(zip(scheme.to_dict()["id"], scheme.to_dict()["statistic"], strict=True))
    linked = [row for row in rows if row["period"] != city.periods[0] and city.link_errors.get(row["indicator"], 0.0) > 0.0]
    own_scale = [row for row in rows if row["period"] == city.periods[0] or not city.link_errors.get(row["indicator"], 0.0) > 0.0]
    print("\nintervals of 90 % that hold the truth (margin: binomial, 99 %; indices of one unit share their pupils, so it is the least)")
    for level in LEVELS:
        for kind in dict.fromkeys(KINDS.values()):
            n, share = coverage([r for r in own_scale if r["level"] == level and KINDS[statistic[r["indicator"]]] == kind])
            if n:
                print(f"  {level:<9}{kind:<16}{n:6d}   {share:.3f}   0.900 ± {margin(n):.3f}")
    for level in LEVELS:
        n, share = coverage([row for row in linked if row["level"] == level])
        if n:
            print(
                f"  {level:<9}{'on a linked scale':<16}{n:5d}   {share:.3f}   a value's interval has no error of the link; a change's has"
            )

    print("\nchanges (Benjamini-Hochberg at .10 within a unit, least change worth speaking of)")
    for level in LEVELS:
        c = changes([row for row in rows if row["level"] == level])
        print(
            f"  {level:<9}{c['compared']} compared (intervals hold {c['held']:.3f}), {c['changed']} truly changed; {c['called']} called,",
            end="",
        )
        print(f" {c['called'] - c['right']} of them false; share of false calls in a report {c['false_in_a_report']:.3f}")
    here = [row for row in rows if row["unit"] == city.improved_district and row["change_state"] in ("higher", "lower")]
    said = ", ".join("{indicator} {change:+.3g}".format(**row) for row in here)
    print(f"  {city.improved_district}, which improves: {said}")

    before = time.perf_counter()
    like = cd.scheme.like_units(evaluation, city.background, level="school")
    liked = time.perf_counter()
    states = Counter(like.to_dict()["state"])
    sided, right = truly_on_that_side(like, city, evaluation, rows)
    print("\nschools beside the ten most like them (intake, share of migrant children, size)")
    print(f"  {states['above']} above, {states['near']} near, {states['below']} below; {right} of {sided} truly on the side that was said")

    related = what_goes_with(city)
    print("\nwhat goes with results and well-being (relations, never causes)")
    for one in related:
        for _, text in one.statements("zh-CN") + one.statements("en"):
            print(f"  {text}")
    fitted = time.perf_counter()
    folder = out or Path(tempfile.mkdtemp(prefix="green-city-"))
    languages: tuple[Literal["zh-CN", "en"], ...] = ("zh-CN", "en")
    for language in languages:
        written = cd.reports.write_indicator_reports(
            evaluation, folder / language, language=language, like=like, drivers=related, simulated=True, progress=False
        )
        print(f"{written.pages} pages: {written.index}")
    drawn = time.perf_counter()
    print(
        f"\nseconds: making the data {made - start:.1f}, reading and evaluating {evaluated - made:.1f}, like schools {liked - before:.1f},"
        f" what goes with it {fitted - liked:.1f}, pages {drawn - fitted:.1f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Green indicators of a simulated city.")
    parser.add_argument("numbers", nargs="*", type=int, metavar="pupils schools seed", help="100000 200 1 without them")
    parser.add_argument("--out", type=Path, help="folder of the pages; a temporary one without it")
    given = parser.parse_args()
    main(*given.numbers[:3], out=given.out)
