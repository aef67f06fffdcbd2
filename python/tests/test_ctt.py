"""Classical analysis against its definitions in NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import celadon as cd

Cells = np.ndarray[Any, Any]


def test_item_statistics(responses: cd.Responses, answers: Cells) -> None:
    table = cd.ctt.item_analysis(responses).to_dict()
    rest = answers.sum(1)[:, None] - answers
    assert np.allclose(table["difficulty"], answers.mean(0), atol=1e-12)
    expected = [np.corrcoef(answers[:, j], rest[:, j])[0, 1] for j in range(answers.shape[1])]
    assert np.allclose(table["item_rest_r"], expected, atol=1e-10)


def test_alpha(responses: cd.Responses, answers: Cells) -> None:
    k = answers.shape[1]
    alpha = k / (k - 1) * (1 - answers.var(0, ddof=1).sum() / answers.sum(1).var(ddof=1))
    result = cd.ctt.reliability(responses)
    assert abs(result.alpha - alpha) < 1e-12
    assert result.n_used == len(answers)
    assert result.alpha_lower < result.alpha < result.alpha_upper


@given(hnp.arrays(np.int8, st.tuples(st.integers(6, 30), st.integers(3, 6)), elements=st.integers(0, 1)), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_of_persons_changes_nothing(cells: Cells, random: Any) -> None:
    order = list(range(len(cells)))
    random.shuffle(order)
    for call in (cd.ctt.item_analysis, cd.ctt.test_scores):
        try:
            first = call(cd.Responses.from_table(cells)).to_dict()
        except cd.CeladonError as problem:
            with pytest.raises(cd.CeladonError) as caught:
                call(cd.Responses.from_table(cells[order]))
            assert caught.value.code == problem.code
            continue
        second = call(cd.Responses.from_table(cells[order])).to_dict()
        if call is cd.ctt.test_scores:
            assert [first["total"][i] for i in order] == second["total"]
        else:
            assert np.allclose(first["difficulty"], second["difficulty"], atol=1e-10)


def test_a_person_without_answers_changes_nothing(answers: Cells) -> None:
    more = np.vstack([answers, np.full((1, answers.shape[1]), -1, dtype=np.int8)])
    first, second = (cd.ctt.item_analysis(cd.Responses.from_table(cells)) for cells in (answers, more))
    assert first.to_dict()["difficulty"] == second.to_dict()["difficulty"]
    assert second.n_used + second.n_dropped == len(more)


def test_include_and_weights(answers: Cells) -> None:
    keep = np.arange(len(answers)) % 3 != 0
    responses = cd.Responses.from_table(answers)
    alone = cd.ctt.item_analysis(cd.Responses.from_table(answers[keep])).to_dict()
    assert cd.ctt.item_analysis(responses, include=keep).to_dict() == alone
    twice = cd.ctt.item_analysis(cd.Responses.from_table(np.vstack([answers, answers[:100]]))).to_dict()["difficulty"]
    weights = np.ones(len(answers))
    weights[:100] = 2.0
    assert np.allclose(cd.ctt.item_analysis(responses, weights=weights).to_dict()["difficulty"], twice, atol=1e-12)


def test_exam_statistics_by_unit_and_content(answers: Cells) -> None:
    cells = answers[:, :4]
    items = [cd.Item(str(j + 1), full_mark=1, knowledge=["a"] if j < 2 else ["a", "b"]) for j in range(4)]
    unit = ["x" if i % 2 else "y" for i in range(len(cells))]
    result = cd.ctt.exam_statistics(cd.Responses.from_table(cells), items=items, rates={"pass": 0.6, "low": (0.4, "below")}, unit=unit)
    table = result.to_dict()
    share = cells.mean(1)
    assert abs(table["mean"][0] - 4 * share.mean()) < 1e-12
    assert abs(table["rate_pass"][0] - (share >= 0.6).mean()) < 1e-12
    assert abs(table["rate_low"][0] - (share < 0.4).mean()) < 1e-12
    content = result.content.to_dict()
    row = next(i for i, (d, v) in enumerate(zip(content["dimension"], content["value"], strict=True)) if (d, v) == ("knowledge", "b"))
    assert abs(content["score_rate"][row] - cells[:, 2:].mean()) < 1e-12


def test_distractors_find_the_wrong_key() -> None:
    rng = np.random.default_rng(3)
    skill = rng.normal(size=400)
    columns: dict[str, list[str]] = {}
    for j in range(8):
        right = rng.random(400) < 1 / (1 + np.exp(-1.5 * skill))
        columns[f"q{j}"] = np.where(right, "A", rng.choice(list("BCD"), 400)).tolist()
    raw = cd.Responses.from_table(columns)
    table = cd.ctt.distractors(raw, ["B"] + ["A"] * 7)
    rows = table.to_dict()
    assert next(rows["possible_key"][k] for k, item in enumerate(rows["item"]) if item == "q0") is not None
    assert table.chart("q0").kind == "distractors"


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_same_bits_for_any_number_of_threads(threads: int) -> None:
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 4, size=(9000, 7)).astype(np.int8)
    cells[rng.random(cells.shape) < 0.05] = -3
    responses = cd.Responses.from_table(cells, n_threads=threads)
    one = cd.Responses.from_table(cells, n_threads=1)
    assert np.array_equal(responses.to_numpy(), one.to_numpy())
    for call in (cd.ctt.item_analysis, cd.ctt.test_scores, cd.ctt.reliability, cd.ctt.sp_table):
        assert call(responses, n_threads=threads).to_dict() == call(one, n_threads=1).to_dict()


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: cd.ctt.reliability(cd.Responses.from_table({"q1": [1, 0, 1]})), "too_few_items"),
        (lambda: cd.ctt.score_distribution([]), None),
        (lambda: cd.ctt.item_analysis(cd.Responses.from_table({"q1": [1, 0]}), weights=[1.0]), "length_mismatch"),
        (lambda: cd.ctt.grade_scaling([1.0, 2.0], []), None),
    ],
)
def test_bad_data_have_a_code(call: Any, code: str | None) -> None:
    with pytest.raises(cd.CeladonError) as caught:
        call()
    assert caught.value.code in cd._celadon.code_names()
    assert code is None or caught.value.code == code


@pytest.mark.parametrize(
    "call",
    [
        lambda r: cd.ctt.item_analysis(r, missing="zero"),  # type: ignore[arg-type]
        lambda r: cd.ctt.item_analysis(r, missing={"blank": "ignore"}),
        lambda r: cd.ctt.item_analysis(r, cases="some"),  # type: ignore[arg-type]
        lambda r: cd.ctt.item_analysis(r, n_threads=-1),
        lambda r: cd.ctt.conditional_sem(r, method="none"),  # type: ignore[arg-type]
    ],
)
def test_wrong_choices_are_listed(call: Any, responses: cd.Responses) -> None:
    with pytest.raises(ValueError, match=r"."):
        call(responses)


def test_degenerate_items_are_set_aside(answers: Cells) -> None:
    cells = answers[:60].copy()
    cells[:, 0], cells[:, 1] = 1, 0
    found = cd.ctt.item_analysis(cd.Responses.from_table(cells))
    assert len(found.findings) >= 2
    assert found.to_dict()["item_rest_r"][0] is None


def test_charts(responses: cd.Responses) -> None:
    chart = cd.ctt.test_scores(responses).chart(language="en")
    assert chart.kind == "score_distribution"
    assert sum(chart.to_dict()["n"] if "n" in chart.to_dict() else chart.to_dict()["count"]) == 1500
    assert cd.ctt.sp_table(responses.select(persons=range(40))).chart().to_svg().startswith("<svg")
