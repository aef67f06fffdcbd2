"""Questionnaire scales: alpha by hand, recovery, missing answers, withheld scores, draws; the same from every kind of table."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import celadon as cd

SLOPES = [1.4, 1.1, 1.6, 0.9, 1.2, 1.5, 1.0, 1.3]


def bank(slopes: list[float]) -> cd.irt.Model:
    items = []
    for j, slope in enumerate(slopes):
        steps = -0.6 + 1.2 * j / len(slopes) + np.array([-1.2, 0.0, 1.2])
        items.append(cd.irt.ItemParameters(f"b{j + 1}", "gpcm", slope, (-slope * steps.cumsum()).tolist()))
    return cd.irt.Model(items)


def survey(slopes: list[float], n: int, seed: int, shift: Any = 0.0) -> tuple[dict[str, Any], np.ndarray[Any, Any]]:
    """Answers as printed on the form (items 2, 5, 8 turned round) and the abilities behind them."""
    ability = cd.irt.simulate_abilities(n, seed=seed) + shift
    cells = cd.irt.simulate(bank(slopes), ability, seed=seed + 1).to_numpy().astype(int)
    return {f"b{j + 1}": 3 - cells[:, j] if j % 3 == 1 else cells[:, j] for j in range(len(slopes))}, ability


def definition(n_items: int, **fields: Any) -> cd.green.ScaleDefinition:
    items = [f"b{j + 1}" for j in range(n_items)]
    given: dict[str, Any] = {"items": items, "reversed": items[1::3], "reference_population": "simulated, 2026", **fields}
    return cd.green.ScaleDefinition("interest", **given)


def test_a_scale_and_its_scores() -> None:
    answers, ability = survey(SLOPES, 2000, 7)
    scale = cd.green.fit_scale(answers, definition(8))
    assert scale.converged and scale.individual_scores
    assert (scale.n_used, scale.n_too_few, scale.n_options) == (2000, 0, 4)
    turned = np.array([3 - x if j % 3 == 1 else x for j, x in enumerate(answers.values())])
    alpha = 8 / 7 * (1 - turned.var(axis=1, ddof=1).sum() / turned.sum(0).var(ddof=1))
    assert scale.alpha == pytest.approx(alpha, abs=1e-10)
    assert scale.alpha_lower < alpha < scale.alpha_upper
    items = scale.items
    assert items["reversed"].tolist() == [j % 3 == 1 for j in range(8)]
    assert np.all(np.abs(items["slope"] - SLOPES) < 4 * items["slope_se"])
    assert items["mean"] == pytest.approx(turned.mean(1), abs=1e-10)
    assert [item.model for item in scale.model.item_parameters] == ["gpcm"] * 8
    scores = cd.green.score_scale(scale, answers)
    assert len(scores) == scores.n_scored == 2000 and not scores.withheld
    error = np.mean((scores.score - (10 + 2 * ability)) ** 2)
    assert math.sqrt(error / np.mean(scores.score_se**2)) == pytest.approx(1, abs=0.05)
    assert scores.empirical_reliability == pytest.approx(scale.marginal_reliability, abs=0.03)
    assert scores.reference_population == scale.reference_population == "simulated, 2026"
    assert scores.to_dict()["n_answered"][:2] == [8, 8]
    assert not scores.score.flags.writeable
    assert scale.to_dict()["scale"] == ["interest"]


def test_a_saved_scale_scores_with_equal_bits(tmp_path: Path) -> None:
    answers, _ = survey(SLOPES, 600, 3)
    scale = cd.green.fit_scale(answers, definition(8))
    file = tmp_path / "interest.json"
    cd.green.save_scale(scale, file)
    back = cd.green.load_scale(file)
    assert back.to_json() == scale.to_json() == file.read_text(encoding="utf-8")
    assert back.to_dict() == scale.to_dict() and back.items.to_dict() == scale.items.to_dict()
    assert np.array_equal(cd.green.score_scale(back, answers).score, cd.green.score_scale(scale, answers).score)
    with pytest.raises(cd.CeladonError, match="factor"):
        cd.green.Scale.from_json(scale.to_json().replace('"factor"', '"faktor"'))


def test_the_same_from_every_kind_of_table_and_any_threads() -> None:
    answers, _ = survey(SLOPES, 600, 3)
    one = cd.green.fit_scale(answers, definition(8), n_threads=1)
    given: list[Any] = [cd.Responses.from_table(answers), np.column_stack(list(answers.values())), {"id": list(range(600)), **answers}]
    pd = pytest.importorskip("pandas")
    given.append(pd.DataFrame({"name": "x", **answers}))
    pl = pytest.importorskip("polars")
    given.append(pl.DataFrame(answers))
    for table in given:
        other = cd.green.fit_scale(table, definition(8), n_threads=2)
        assert other.marginal_reliability == one.marginal_reliability
        assert np.array_equal(cd.green.score_scale(other, table).score, cd.green.score_scale(one, answers).score)


def test_missing_answers_are_no_zeros() -> None:
    answers, _ = survey(SLOPES, 600, 9)
    frame: dict[str, list[Any]] = {name: column.tolist() for name, column in answers.items()}
    for j in range(5):
        frame[f"b{j + 1}"][1] = None  # three of eight are too few
    for j in range(4):
        frame[f"b{j + 1}"][0] = None  # half is enough
    scale = cd.green.fit_scale(frame, definition(8))
    assert (scale.n_used, scale.n_too_few) == (599, 1)
    assert "scale_answers_too_few" in [f.code for f in scale.findings]
    scores = cd.green.score_scale(scale, frame)
    assert np.isfinite(scores.score[0]) and np.isnan(scores.score[1])
    assert scores.score_se[0] > scores.score_se[2:].min()
    assert scores.n_answered[:3].tolist() == [4, 3, 8]
    assert scores.to_dict()["score"][1] is None


def test_an_item_that_goes_against_the_rest() -> None:
    answers, _ = survey(SLOPES, 700, 5)
    wrong = definition(8, reversed=["b2", "b4", "b5", "b8"])
    scale = cd.green.fit_scale(answers, wrong)
    (finding,) = [f for f in scale.findings if f.code == "scale_item_against"]
    assert finding.item == "b4" and scale.items["item_rest_r"][3] < -0.2


def test_below_its_reliability_only_groups_are_reported() -> None:
    member = np.where(np.arange(3000) % 2 == 0, 1.0, -1.0)
    answers, _ = survey([0.5, 0.6, 0.4, 0.5], 3000, 11, 0.25 * (member + 1))
    scale = cd.green.fit_scale(answers, definition(4))
    assert not scale.individual_scores and scale.marginal_reliability < 0.7
    (finding,) = [f for f in scale.findings if f.code == "scale_groups_only"]
    assert "0.7" in finding.cause("en") and "信度" in finding.cause("zh-CN")
    scores = cd.green.score_scale(scale, answers)
    assert scores.withheld and scores.n_scored == 0 and np.isnan(scores.score).all()
    draws = cd.green.scale_plausible_values(scale, answers, {"member": member}, n_draws=8, seed=3)
    values = np.array(draws.columns)
    assert values.mean() == pytest.approx(10, abs=0.1)
    assert values.std() == pytest.approx(2, abs=0.1)
    gap = values[:, ::2].mean() - values[:, 1::2].mean()
    assert gap == pytest.approx(0.5 * 2 / math.sqrt(1.0625), abs=0.2)
    means = cd.survey.means(cd.survey.make_design(3000), {"interest": draws}, groups=member)
    assert means.value[1] - means.value[0] == pytest.approx(gap, abs=1e-9)


def test_any_metric_and_what_the_sample_carries() -> None:
    answers, _ = survey(SLOPES, 300, 13)
    scale = cd.green.fit_scale(answers, definition(8, mean=500.0, sd=100.0))
    assert {item.model for item in scale.model.item_parameters} == {"pcm"}
    assert scale.factor * scale.model.populations["all"][1] == pytest.approx(100)
    assert cd.green.score_scale(scale, answers).score.mean() == pytest.approx(500, abs=5)
    overruled = cd.green.fit_scale(answers, definition(8), cuts=(50, 100, 200))
    assert {item.model for item in overruled.model.item_parameters} == {"gpcm"}
    weights = np.ones(300)
    weights[4] = 0
    assert cd.green.fit_scale(answers, definition(8), weights=3 * weights).n_used == 299


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"items": ["b1", "b2", "b99"], "reversed": []}, "missing_column"),
        ({"items": ["b1", "b2"], "reversed": []}, "too_few_items"),
        ({"reference_population": ""}, "invalid_argument"),
        ({"sd": 0.0}, "invalid_argument"),
        ({"least_answered": 0.0}, "invalid_argument"),
        ({"n_options": 3}, "answer_outside_scale"),
    ],
)
def test_what_is_refused(fields: dict[str, Any], code: str) -> None:
    answers, _ = survey(SLOPES, 200, 19)
    with pytest.raises(cd.CeladonError) as caught:
        cd.green.fit_scale(answers, definition(8, **fields))
    assert caught.value.code == code
    assert caught.value.cause("zh-CN") != caught.value.cause("en")


def test_too_few_persons_and_text() -> None:
    answers, _ = survey(SLOPES, 80, 13)
    with pytest.raises(cd.CeladonError) as caught:
        cd.green.fit_scale(answers, definition(8))
    assert caught.value.code == "too_few_for_calibration"
    with pytest.raises(TypeError, match="text"):
        cd.green.fit_scale({**answers, "b1": ["agree", "disagree"] * 40}, definition(8))
    with pytest.raises(ValueError, match="b9"):
        definition(8, reversed=["b9"])
    with pytest.raises(TypeError, match="lists"):
        definition(8, items="b1")
