"""What holds of every diagnosis model, every set of answers and every comment, on inputs that hypothesis draws."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import celadon as cd

NAMES = ["add", "carry", "borrow"]
SHARES = st.floats(0.02, 0.98)


@st.composite
def models(draw: st.DrawFn) -> cd.cdm.Model:
    """Three attributes, two to eight items of any rule."""
    items = []
    for j in range(draw(st.integers(2, 8))):
        needs = sorted(draw(st.sets(st.integers(0, 2), min_size=1)))
        rule = draw(st.sampled_from(["dina", "dino", "gdina"]))
        low, high = sorted((draw(SHARES), draw(SHARES)))
        n = 2 ** len(needs)
        if rule == "dina":
            probability = [low] * (n - 1) + [high]
        elif rule == "dino":
            probability = [low] + [high] * (n - 1)
        else:
            probability = [low, *(draw(SHARES) for _ in range(n - 2)), high]
        items.append(cd.cdm.ItemParameters(f"q{j}", rule, needs, probability))
    weights = np.array([draw(st.floats(0.05, 1.0)) for _ in range(8)])
    return cd.cdm.Model(NAMES, items, class_probability=weights / weights.sum())


def table(model: cd.cdm.Model, cells: npt.NDArray[np.int8]) -> cd.Responses:
    return cd.Responses.from_table(
        {item.id: [None if v < 0 else int(v) for v in cells[:, j]] for j, item in enumerate(model.item_parameters)},
    )


def answers(model: cd.cdm.Model, n: int) -> st.SearchStrategy[npt.NDArray[np.int8]]:
    return hnp.arrays(np.int8, (n, len(model.item_parameters)), elements=st.integers(-1, 1))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_right_answer_never_lowers_what_it_needs(data: st.DataObject) -> None:
    model = data.draw(models())
    row = data.draw(answers(model, 1))
    for j, item in enumerate(model.item_parameters):
        three = np.repeat(row, 3, axis=0)
        three[:, j] = [-1, 0, 1]
        scores = model.score(table(model, three))
        if len(item.attributes) == 1 or item.rule in {"dina", "dino"}:
            for k in item.attributes:
                assert scores.mastery[1, k] - 1e-12 <= scores.mastery[0, k] <= scores.mastery[2, k] + 1e-12
        assert scores.state is not None
        posterior = np.array(scores.state.probability)
        right = np.array([item.probability[sum((c[k] == "1") << bit for bit, k in enumerate(item.attributes))] for c in model.classes])
        for answer, likelihood in ((1, 1 - right), (2, right)):
            moved = posterior[0] * likelihood
            np.testing.assert_allclose(posterior[answer], moved / moved.sum(), atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nobody_known_is_the_prior_and_not_enough_evidence(data: st.DataObject) -> None:
    model = data.draw(models())
    cells = data.draw(answers(model, 4))
    cells[2] = -1
    scores = model.score(table(model, cells))
    np.testing.assert_allclose(scores.mastery[2], list(model.prevalence().values()), atol=1e-12)
    assert scores.status[2] == "no_answers"
    told = cd.cdm.decide(scores, mastered=0.51, not_mastered=0.5, min_items=0).to_dict()
    of_nobody = [row == 3 for row in told["row"]]
    assert [m for m, mine in zip(told["mastery"], of_nobody, strict=True) if mine] == ["not_enough_evidence"] * 3
    assert all("no_answers" in r for r, mine in zip(told["reasons"], of_nobody, strict=True) if mine)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_order_names_and_turns_change_nothing(data: st.DataObject) -> None:
    model = data.draw(models())
    cells = data.draw(answers(model, 6))
    whole = model.score(table(model, cells))
    ids = [item.id for item in model.item_parameters]
    persons = data.draw(st.permutations(range(6)))
    columns = data.draw(st.permutations(range(len(ids))))
    turned = cd.Responses.from_table({ids[j]: [None if cells[i, j] < 0 else int(cells[i, j]) for i in persons] for j in columns})
    np.testing.assert_allclose(model.score(turned).mastery, np.array(whole.mastery)[list(persons)], atol=1e-12)
    cut = data.draw(st.integers(1, len(ids) - 1))
    first = model.score(table(model, cells).select(items=ids[:cut]))
    second = model.score(table(model, cells).select(items=ids[cut:]), start=first.state)
    np.testing.assert_allclose(second.mastery, whole.mastery, atol=1e-12)
    to = data.draw(st.permutations(range(3)))  # attribute k becomes to[k]
    items = []
    for item in model.item_parameters:
        needs = sorted(to[k] for k in item.attributes)
        probability = [0.0] * len(item.probability)
        for group, p in enumerate(item.probability):
            has = {to[k] for bit, k in enumerate(item.attributes) if group >> bit & 1}
            probability[sum((k in has) << bit for bit, k in enumerate(needs))] = p
        items.append(cd.cdm.ItemParameters(item.id, item.rule, needs, probability))
    share = dict(zip(model.classes, model.class_prevalence["probability"], strict=True))
    renamed = cd.cdm.Model(
        [NAMES[list(to).index(k)] for k in range(3)],
        items,
        class_probability=np.array([share["".join(c[to[k]] for k in range(3))] for c in model.classes]),
    )
    np.testing.assert_allclose(np.array(renamed.score(table(model, cells)).mastery)[:, list(to)], whole.mastery, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_saved_model_has_the_same_bits(data: st.DataObject, tmp_path_factory: Any) -> None:
    model = data.draw(models())
    cells = data.draw(answers(model, 5))
    file: Path = tmp_path_factory.mktemp("model") / "model.json"
    cd.cdm.save(model, file)
    loaded = cd.cdm.load(file)
    assert loaded.to_json() == model.to_json()
    assert loaded.score(table(model, cells)).mastery.tobytes() == model.score(table(model, cells)).mastery.tobytes()


@st.composite
def evidence(draw: st.DrawFn) -> dict[str, Any]:
    """One to six points with their items; mastered and not yet follow the marks."""
    items: list[dict[str, Any]] = []
    points = []
    for k in range(draw(st.integers(1, 6))):
        labels = []
        state = draw(st.sampled_from(["mastered", "not_yet", "cannot_judge"]))
        for j in range(draw(st.integers(3, 6))):
            right = {"mastered": j != 1, "not_yet": j == 1, "cannot_judge": j % 2 == 0}[state]
            labels.append(str(len(items) + 1))
            items.append({"label": labels[-1], "full": 2.0, "points": 2.0 if right else 0.0})
        point: dict[str, Any] = {"name": f"point {k}", "state": state, "items": labels}
        point |= {"reason": "between"} if state == "cannot_judge" else {"probability": 0.95 if state == "mastered" else 0.05}
        points.append(point)
    return {"key": draw(st.text("abc123", min_size=1)), "prefix": "m/pupil/1/", "paper": "unit", "items": items, "points": points}


@settings(max_examples=20, deadline=None)
@given(known=evidence(), reader=st.sampled_from(["family", "teacher"]), seed=st.integers(0, 2**32))
def test_the_same_pupil_the_same_words_and_a_class_different_ones(known: dict[str, Any], reader: Any, seed: int) -> None:
    def said(key: str) -> list[str]:
        return [text for _, text in cd.feedback.comment({**known, "key": key}, reader=reader, seed=seed).sentences]

    before = said(known["key"])
    read = [said(f"pupil {k}") for k in range(40)]
    assert said(known["key"]) == before  # whoever came in between
    copied = json.loads(json.dumps(known))
    assert [text for _, text in cd.feedback.comment(copied, reader=reader, seed=seed).sentences] == before
    for of_one_place in zip(*read, strict=True):
        assert len(set(of_one_place)) > 1
    assert len(set(before)) == len(before)
