"""A green evaluation of real schools: examination scores of 4,059 pupils in 65 schools of inner London (Exam of the R package mlmRev).

The tree is exam-green.json beside this file: attainment (share at or above a LOCAL cut, mean), balance between schools, dependence on
the intake test, progress given intake. It is an example of ours, and so is its cut. The data are not part of this library: they are
read from the folder that CELADON_REFERENCE_DIR names; what is written are pages about the schools by number, in both languages, to the
folder of --out (by default a temporary one, whose path is printed).

    CELADON_REFERENCE_DIR=/folder/of/reference/data python examples/python/green_exam.py [--out FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Literal

import numpy as np

import celadon as cd
from celadon.green import Drivers, drivers

SCHEME = Path(__file__).with_name("exam-green.json")


def read_exam(folder: Path) -> dict[str, Any]:
    """One row a pupil: school, normexam (exam score, normalised), standLRT (intake test at age 11, standardised), girl (0, 1)."""
    with (folder / "data" / "multilevel" / "exam.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    numbers = {name: np.array([float(row[name]) for row in rows]) for name in ("normexam", "standLRT")}
    girl = np.array([float(row["sex"] == "F") for row in rows])
    return {"school": [row["school"] for row in rows], **numbers, "girl": girl}


def period_of(pupils: dict[str, Any]) -> cd.scheme.Period:
    """The pupils as a period of their own."""
    period = cd.scheme.Period("exam", levels=["school", "city"])
    period.add(pupils, "pupils")
    return period


def evaluate(pupils: dict[str, Any]) -> cd.scheme.SchemeEvaluation:
    """Every index of every school and of all of them; errors speak of a like cohort of pupils in these schools."""
    return cd.scheme.evaluate(cd.scheme.load(SCHEME), [period_of(pupils)], audience="district")


def what_goes_with(pupils: dict[str, Any]) -> Drivers:
    """The exam score beside intake and sex."""
    return drivers(
        period_of(pupils),
        "normexam",
        {"standLRT": {"zh": "入学测验", "en": "intake test"}, "girl": {"zh": "性别为女", "en": "sex: female"}},
        outcome_name={"zh": "考试成绩", "en": "exam score"},
    )


def columns(evaluation: cd.scheme.SchemeEvaluation, level: str, indicator: str) -> dict[str, np.ndarray[Any, Any]]:
    """unit, value, se, low, high, n of one index, for the units whose figures may be shown."""
    table = evaluation.to_dict()
    rows = [
        i
        for i, (at, what, value) in enumerate(zip(table["level"], table["indicator"], table["value"], strict=True))
        if at == level and what == indicator and value is not None
    ]
    return {name: np.array([table[name][i] for i in rows]) for name in ("unit", "value", "se", "low", "high", "n")}


def slope_within_schools(evaluation: cd.scheme.SchemeEvaluation) -> tuple[float, float]:
    """The schools' own slopes on intake, averaged by their precision, and its standard error."""
    school = columns(evaluation, "school", "intake.gradient")
    weight = 1 / school["se"] ** 2
    return float(np.sum(weight * school["value"]) / np.sum(weight)), float(1 / np.sqrt(np.sum(weight)))


def main(out: Path | None = None) -> None:
    folder = os.environ.get("CELADON_REFERENCE_DIR")
    if not folder:
        raise SystemExit("set CELADON_REFERENCE_DIR to the folder that holds data/multilevel/exam.csv")
    pupils = read_exam(Path(folder))
    evaluation = evaluate(pupils)
    scheme = cd.scheme.load(SCHEME)
    print(f"{scheme.name['zh']} / {scheme.name['en']}: {len(pupils['school'])} pupils, {len(set(pupils['school']))} schools")

    print("\nall schools                       value     se   90 % interval")
    for indicator, name in zip(scheme.to_dict()["id"], scheme.to_dict()["name_en"], strict=True):
        row = columns(evaluation, "city", indicator)
        if len(row["value"]):
            print(f"  {name:<43}{row['value'][0]:8.3f} {row['se'][0]:6.3f}   {row['low'][0]:.3f} to {row['high'][0]:.3f}")
    print("  The cut of the share is local: 0, set by this example. The slope is of all pupils together, between schools and within them.")

    model = cd.multilevel.fit("normexam ~ 1 + (1 | school)", pupils)
    given_intake = cd.multilevel.fit("normexam ~ standLRT + (1 | school)", pupils)
    within, within_se = slope_within_schools(evaluation)
    print("\nbeside a mixed model")
    between = columns(evaluation, "city", "balance.schools")["value"][0]
    print(f"  variance between schools: {between:.3f} here, where every pupil counts alike;")
    print(f"    {model.icc['icc'][0]:.3f} by REML, where every school counts nearly alike")
    print(f"  slope within schools: {within:.3f} (se {within_se:.3f}) here; {given_intake.fixed['estimate'][1]:.3f} by REML")

    share = columns(evaluation, "school", "attain.share")
    progress = columns(evaluation, "school", "progress")
    print("\nschools")
    hidden = len(set(pupils["school"])) - len(share["unit"])
    print(
        f"  {len(share['unit'])} shown, {hidden} hidden: fewer than 10 pupils, a share of 0 or 1, or one that would give such a school away"
    )
    print(f"  share at the local cut: {share['value'].min():.2f} to {share['value'].max():.2f}")
    where = Counter(np.where(progress["low"] > 0, "above", np.where(progress["high"] < 0, "below", "near")).tolist())
    print(
        f"  progress given intake: interval above 0 in {where['above']} schools, around 0 in {where['near']}, below 0 in {where['below']}"
    )
    ids = {str(unit): i for i, unit in enumerate(share["unit"])}
    moved = [(u, share["value"][ids[u]], p) for u, p in zip(map(str, progress["unit"]), progress["value"], strict=True) if u in ids]
    high = np.median(share["value"])
    print(
        f"  {sum(p < 0 for _, s, p in moved if s >= high)} of the {sum(s >= high for _, s, _ in moved)} schools with the higher shares made"
    )
    print("    less progress than such an intake makes on average: attainment does not say what a school adds")
    intake = {s: [float(np.mean(pupils["standLRT"][np.array(pupils["school"]) == s]))] for s in sorted(set(pupils["school"]))}
    like = cd.scheme.like_units(evaluation, intake, level="school")
    answers = zip(like.to_dict()["state"], like.to_dict()["indicator"], strict=True)
    states = Counter(state for state, indicator in answers if indicator == "attain.mean")
    print(f"  mean beside ten schools of like intake: {states['above']} above, {states['near']} near, {states['below']} below")

    related = what_goes_with(pupils)
    print("\nwhat goes with the exam score (relations, never causes)")
    for _, text in related.statements("zh-CN") + related.statements("en"):
        print(f"  {text}")
    folder_out = out or Path(tempfile.mkdtemp(prefix="green-exam-"))
    languages: tuple[Literal["zh-CN", "en"], ...] = ("zh-CN", "en")
    for language in languages:
        written = cd.reports.write_indicator_reports(
            evaluation, folder_out / language, language=language, like=like, drivers=[related], progress=False
        )
        print(f"{written.pages} pages: {written.index}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A green evaluation of 65 real schools.")
    parser.add_argument("--out", type=Path, help="folder of the pages; a temporary one without it")
    main(parser.parse_args().out)
