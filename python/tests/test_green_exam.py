"""The green evaluation of the 65 schools of Exam (examples/python/green_exam.py) beside lme4's recorded fits."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from conftest import load_json

import celadon as cd

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "python"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("green_exam", FOLDER / "green_exam.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pupils(example: ModuleType, reference: Path) -> dict[str, Any]:
    return dict(example.read_exam(reference))


@pytest.fixture(scope="module")
def evaluation(example: ModuleType, pupils: dict[str, Any]) -> Any:
    return example.evaluate(pupils)


def recorded(reference: Path, formula: str) -> dict[str, Any]:
    models = load_json(reference / "reference" / "multilevel" / "exam.json")["models"]
    return next(dict(m) for m in models if m["formula"] == formula and m["REML"])


def test_the_scheme_says_what_is_local() -> None:
    text = json.loads((FOLDER / "exam-green.json").read_text(encoding="utf-8"))
    scheme = cd.scheme.load(FOLDER / "exam-green.json")
    assert not scheme.findings
    assert scheme.label == {"zh": "示例", "en": "example"}
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(text, load_json(FOLDER.parents[1] / "src" / "schemas" / "scheme.schema.json"))
    for node in text["nodes"]:
        assert not node.get("verified", False), node["id"]
        if "cut" in node:
            assert "本地" in node["source"] and "LOCAL" in node["source"]


def test_every_index_against_numpy(example: ModuleType, pupils: dict[str, Any], evaluation: Any) -> None:
    y, x, school = pupils["normexam"], pupils["standLRT"], np.array(pupils["school"])
    slope, intercept = np.polyfit(x, y, 1)
    wanted = {
        "attain.share": float(np.mean(y >= 0)),
        "attain.mean": float(np.mean(y)),
        "balance.overall": float(np.std(y, ddof=1)),
        "intake.gradient": float(slope),
        "intake.explained": float(np.corrcoef(x, y)[0, 1] ** 2),
    }
    for indicator, value in wanted.items():
        row = example.columns(evaluation, "city", indicator)
        assert row["value"][0] == pytest.approx(value, abs=1e-9), indicator
        assert row["low"][0] < value < row["high"][0]
    progress = example.columns(evaluation, "school", "progress")
    for unit, value in zip(progress["unit"], progress["value"], strict=True):
        inside = school == unit
        assert value == pytest.approx(np.mean(y[inside] - intercept - slope * x[inside]), abs=1e-9)
    sizes = dict(zip(*np.unique(school, return_counts=True), strict=True))
    assert set(progress["unit"]) == {unit for unit, n in sizes.items() if n >= 10}


def test_mixed_models_are_lme4s(reference: Path, pupils: dict[str, Any]) -> None:
    for formula in ("normexam ~ 1 + (1|school)", "normexam ~ standLRT + (1|school)"):
        wanted = recorded(reference, formula)
        fit = cd.multilevel.fit(formula, pupils)
        between, within = wanted["varcorr"]["vcov"]
        assert fit.icc["icc"][0] == pytest.approx(between / (between + within), abs=1e-6)
        estimates = dict(zip(fit.fixed["term"], fit.fixed["estimate"], strict=True))
        assert estimates == pytest.approx(wanted["fixef"], abs=1e-6)


def test_indices_beside_lme4(example: ModuleType, reference: Path, evaluation: Any) -> None:
    """Other estimands, so near and not equal. Share of variance between schools: every pupil counts alike here, every school nearly alike
    in REML: within 0.02, and lme4's is inside our interval. Slope within schools: ours is the precision-weighted mean of the schools' own
    slopes, lme4's uses a little of the differences between schools: within 0.005, less than half its standard error. Progress, shrunk as
    the model does: within 0.03 (a tenth of the standard deviation of the schools' effects), correlation above 0.999."""
    empty = recorded(reference, "normexam ~ 1 + (1|school)")
    between, within = empty["varcorr"]["vcov"]
    icc = example.columns(evaluation, "city", "balance.schools")
    assert abs(icc["value"][0] - between / (between + within)) < 0.02
    assert icc["low"][0] < between / (between + within) < icc["high"][0]

    given = recorded(reference, "normexam ~ standLRT + (1|school)")
    slope, se = example.slope_within_schools(evaluation)
    assert abs(slope - given["fixef"]["standLRT"]) < 0.005
    assert se == pytest.approx(given["fixef_se"]["standLRT"], rel=0.1)

    between, within = given["varcorr"]["vcov"]
    effects = dict(zip(given["ranef"]["grp"], given["ranef"]["condval"], strict=True))
    progress = example.columns(evaluation, "school", "progress")
    shrunk = progress["value"] * between / (between + within / progress["n"])
    wanted = np.array([effects[unit] for unit in progress["unit"]])
    assert np.max(np.abs(shrunk - wanted)) < 0.03
    assert np.corrcoef(shrunk, wanted)[0, 1] > 0.999


def test_the_example_runs(
    example: ModuleType, reference: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("CELADON_REFERENCE_DIR", str(reference))
    example.main(tmp_path)
    printed = capsys.readouterr().out
    assert "4059 pupils, 65 schools" in printed
    assert "The cut of the share is local" in printed
    assert "62 shown, 3 hidden: fewer than 10 pupils" in printed  # two small schools, and one whose share would give another away
    assert "考试成绩的差别有" in printed
    for language in ("zh-CN", "en"):
        assert len(list((tmp_path / language).glob("*/school/*.html"))) == 65
