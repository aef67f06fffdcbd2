"""celadon.cdm: numbers against enumeration and R GDINA's, wrong inputs in clear messages, saving and loading, the same bits."""

from __future__ import annotations

import csv
import itertools
import json
import threading
import time
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pytest

import celadon as cd

NAMES = ["add", "carry", "borrow"]
Q = {
    "q1": ["add"],
    "q2": ["carry"],
    "q3": ["borrow"],
    "q4": ["add"],
    "q5": ["carry"],
    "q6": ["borrow"],
    "q7": ["add", "carry"],
    "q8": ["carry", "borrow"],
    "q9": ["add", "borrow"],
    "q10": ["add", "carry", "borrow"],
}


def truth() -> cd.cdm.Model:
    items = []
    for item, needs in Q.items():
        numbers = [NAMES.index(name) for name in needs]
        probability = [0.15] * (2 ** len(numbers) - 1) + [0.85]
        items.append(cd.cdm.ItemParameters(item, "dina", numbers, probability))
    shares = np.array([0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2])
    return cd.cdm.Model(NAMES, items, class_probability=shares)


@pytest.fixture(scope="module")
def answers() -> cd.Responses:
    model = truth()
    return cd.cdm.simulate(model, cd.cdm.simulate_profiles(model, 1500, seed=3), seed=4)


@pytest.fixture(scope="module")
def fit(answers: cd.Responses) -> cd.cdm.Fit:
    return cd.cdm.fit(answers, Q, model="dina", progress=False)


def class_likelihoods(model: cd.cdm.Model, cells: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    """Persons x classes, by the definition: the product over answered items."""
    out = np.ones((len(cells), len(model.classes)))
    for c, profile in enumerate(model.classes):
        for j, item in enumerate(model.item_parameters):
            group = sum((profile[k] == "1") << bit for bit, k in enumerate(item.attributes))
            p = item.probability[group]
            out[:, c] *= np.where(cells[:, j] < 0, 1.0, np.where(cells[:, j] == 1, p, 1.0 - p))
    return out


def test_scores_are_bayes_theorem(answers: cd.Responses) -> None:
    model = truth()
    cells = answers.to_numpy().copy()
    cells[::7, 2] = -1
    cells[5] = -1
    some = cd.Responses.from_table({item: [None if v < 0 else int(v) for v in cells[:, j]] for j, item in enumerate(Q)})
    scores = model.score(some)
    joint = class_likelihoods(model, cells) * np.array(model.class_prevalence["probability"])
    posterior = joint / joint.sum(1, keepdims=True)
    has = np.array([[profile[k] == "1" for k in range(3)] for profile in model.classes])
    np.testing.assert_allclose(scores.mastery, posterior @ has, atol=1e-12)
    ordered = np.sort(posterior, axis=1)
    alone = ordered[:, -1] - ordered[:, -2] > 1e-9
    best = np.array([model.classes[c] for c in posterior.argmax(1)])
    assert alone.sum() > 1000
    assert (np.array(scores.map_profile)[alone] == best[alone]).all()
    np.testing.assert_allclose(scores.map_probability, posterior.max(1), atol=1e-12)
    assert scores.state is not None
    np.testing.assert_allclose(scores.state.probability, posterior, atol=1e-12)
    assert scores.status[5] == "no_answers"
    np.testing.assert_allclose(scores.mastery[5], list(model.prevalence().values()), atol=1e-12)


def test_the_log_likelihood_is_the_sum_over_classes(answers: cd.Responses, fit: cd.cdm.Fit) -> None:
    joint = class_likelihoods(fit, answers.to_numpy()) * np.array(fit.class_prevalence["probability"])
    by_hand = float(np.log(joint.sum(1)).sum())
    assert fit.log_likelihood == pytest.approx(by_hand, abs=1e-6)
    assert cd.cdm.log_likelihood(fit, answers) == pytest.approx(by_hand, abs=1e-6)
    assert fit.n_parameters == 2 * len(Q) + 7
    assert fit.aic == pytest.approx(-2 * fit.log_likelihood + 2 * fit.n_parameters)
    told = cd.cdm.relative_fit(fit.log_likelihood, fit.n_parameters, 1500)
    assert told["bic"] == pytest.approx(fit.bic)
    assert told["caic"] == pytest.approx(fit.bic + fit.n_parameters)


def test_the_truth_comes_back(answers: cd.Responses, fit: cd.cdm.Fit) -> None:
    assert fit.converged
    parameters = fit.parameters.to_dict()
    off = [abs(e - 0.15) / s for e, s in zip(parameters["estimate"], parameters["se"], strict=True)]
    assert max(off) < 4.0
    assert sum(fit.class_prevalence.to_dict()["probability"]) == pytest.approx(1.0)
    for name, share in fit.prevalence().items():
        assert abs(share - truth().prevalence()[name]) < 4 * fit.prevalence_se()[name]


def test_every_model_nests_in_gdina(answers: cd.Responses, fit: cd.cdm.Fit) -> None:
    general = cd.cdm.fit(answers, Q, standard_errors="none", progress=False)
    for rule in ("dina", "dino", "acdm", "llm", "rrum"):
        special = cd.cdm.fit(answers, Q, model=rule, standard_errors="none", progress=False)
        assert general.log_likelihood >= special.log_likelihood - 1e-6
        assert {item.rule for item in special.item_parameters if len(item.attributes) > 1} == {rule}
    mixed = cd.cdm.fit(answers, Q, model={"*": "dina", "q7": "gdina"}, standard_errors="none", progress=False)
    assert {item.id: item.rule for item in mixed.item_parameters}["q7"] == "gdina"
    assert fit.log_likelihood - 1e-6 <= mixed.log_likelihood <= general.log_likelihood + 1e-6


def test_the_same_bits_for_any_number_of_threads(answers: cd.Responses, fit: cd.cdm.Fit) -> None:
    one = cd.cdm.fit(answers, Q, model="dina", n_threads=1, progress=False)
    three = cd.cdm.fit(answers, Q, model="dina", n_threads=3, progress=False)
    assert one.to_json() == three.to_json() == fit.to_json()
    assert one.score(answers, n_threads=1).mastery.tobytes() == one.score(answers, n_threads=3).mastery.tobytes()


def test_two_tests_in_turn_are_both_at_once(fit: cd.cdm.Fit, answers: cd.Responses, tmp_path: Path) -> None:
    first = fit.score(answers.select(items=list(Q)[:5]))
    assert first.state is not None
    cd.cdm.save_state(first.state, tmp_path / "state.json")
    second = fit.score(answers.select(items=list(Q)[5:]), start=cd.cdm.load_state(tmp_path / "state.json"))
    np.testing.assert_allclose(second.mastery, fit.mastery(answers).mastery, atol=1e-12)


def test_save_and_load(fit: cd.cdm.Fit, answers: cd.Responses, tmp_path: Path) -> None:
    cd.cdm.save(fit, tmp_path / "model.json")
    loaded = cd.cdm.load(tmp_path / "model.json")
    assert loaded.to_json() == fit.to_json()
    assert loaded.score(answers).mastery.tobytes() == fit.score(answers).mastery.tobytes()
    (tmp_path / "other.json").write_text('{"format": "celadon.irt.model", "version": 1}')
    with pytest.raises(cd.CeladonError):
        cd.cdm.load(tmp_path / "other.json")


def test_a_matrix_comes_in_many_shapes(answers: cd.Responses) -> None:
    pd = pytest.importorskip("pandas")
    pl = pytest.importorskip("polars")
    wanted = cd.cdm.q_matrix(Q)
    cells = wanted.cells
    columns = {name: cells[:, k] for k, name in enumerate(NAMES)}
    shapes = [
        pd.DataFrame({"item": list(Q), **columns}),
        pd.DataFrame(columns, index=list(Q)),
        pl.DataFrame({"item": list(Q), **columns}),
        {"item": list(Q), **columns},
        {"item": list(Q), **{name: [bool(v) for v in column] for name, column in columns.items()}},
        pd.DataFrame({"item": list(Q), **{name: column.astype(float) for name, column in columns.items()}}),
        wanted.to_pandas(),
        wanted.to_polars(),
        wanted.table,
    ]
    for shape in shapes:
        made = cd.cdm.q_matrix(shape)
        assert made.item_ids == list(Q)
        assert made.attributes == NAMES
        assert (made.cells == cells).all()
    quick: dict[str, Any] = {"n_starts": 2, "n_finals": 1, "standard_errors": "none", "progress": False}
    bare = cd.cdm.fit(answers, cells, model="dina", **quick)
    assert bare.attributes == ["A1", "A2", "A3"]
    assert bare.log_likelihood == cd.cdm.fit(answers, Q, model="dina", **quick).log_likelihood
    with pytest.raises(ValueError, match="read-only"):
        cells[0, 0] = 1


def test_wrong_inputs_are_named(answers: cd.Responses) -> None:
    with pytest.raises(ValueError, match="item 'q2' and attribute 'carry' is 2"):
        cd.cdm.q_matrix({"item": ["q1", "q2"], "add": [1, 0], "carry": [0, 2]})
    with pytest.raises(ValueError, match="item 'q1' and attribute 'add' is missing"):
        cd.cdm.q_matrix({"item": ["q1", "q2"], "add": [None, 1.0]})
    with pytest.raises(ValueError, match="3 rows for 10 items"):
        cd.cdm.fit(answers, np.eye(3, dtype=int), progress=False)
    with pytest.raises(ValueError, match="'divide' is not one of"):
        cd.cdm.fit(answers, Q, prerequisites=[("add", "divide")], progress=False)
    with pytest.raises(cd.CeladonError):
        cd.cdm.fit(answers, Q, prerequisites=[("add", "carry"), ("carry", "add")], progress=False)
    with pytest.raises(cd.CeladonError):
        cd.cdm.fit(answers, Q, model="5pl", progress=False)  # type: ignore[arg-type]
    with pytest.raises(cd.CeladonError) as told:
        cd.cdm.fit(cd.Responses.from_table({"q1": [0, 1, 2], "q2": [1, 0, 1]}), {"q1": ["a"], "q2": ["b"]}, progress=False)
    assert told.value.code == "not_right_wrong"
    with pytest.raises(cd.CeladonError) as told:
        cd.cdm.q_matrix({"q1": [f"k{j}" for j in range(16)]})
    assert told.value.code == "invalid_argument"
    with pytest.raises(ValueError, match="'north' is not one of"):
        truth().score(answers, group=["north"] * 1500)
    with pytest.raises(cd.CeladonError):
        cd.cdm.decide(truth().score(answers), mastered=0.2, not_mastered=0.8)
    with pytest.raises(cd.CeladonError):
        cd.cdm.classification_quality(truth().score(answers, keep_state=False))
    with pytest.raises(ValueError, match="profile"):
        cd.cdm.simulate(truth(), ["12x"])


def test_what_a_matrix_tells_apart() -> None:
    check = cd.cdm.check_q_matrix({"q1": ["a"], "q2": ["a", "b"], "q3": ["c"], "q4": ["c"]})
    ideal = {
        tuple(set(needs) <= set(mastered) for needs in ("a", "ab", "c", "c"))
        for r in range(4)
        for mastered in itertools.combinations("abc", r)
    }
    assert check.n_groups == len(ideal)
    assert not check.complete
    assert {finding.code for finding in check.findings} >= {"q_never_alone", "q_groups_merged"}
    assert cd.cdm.mastery_classes(3, [(0, 1), (1, 2)]) == ["000", "100", "110", "111"]


def test_groups_weights_and_hierarchies(answers: cd.Responses) -> None:
    quick: dict[str, Any] = {"n_starts": 4, "n_finals": 1, "standard_errors": "none", "progress": False}
    group = ["north" if i % 3 else "south" for i in range(1500)]
    parted = cd.cdm.fit(answers, Q, model="dina", groups=group, **quick)
    assert parted.populations == ["south", "north"]
    by_name = parted.score(answers, group=group)
    by_number = parted.score(answers, group=[int(i % 3 != 0) for i in range(1500)])
    assert by_name.mastery.tobytes() == by_number.mastery.tobytes()
    whole = cd.cdm.fit(answers, Q, model="dina", **quick)
    doubled = cd.cdm.fit(answers, Q, model="dina", weights=np.full(1500, 2.0), **quick)
    assert doubled.log_likelihood == pytest.approx(2 * whole.log_likelihood, abs=1e-3)
    pruned = cd.cdm.fit(answers, Q, model="dina", prerequisites=[("add", "carry")], **quick)
    assert pruned.classes == ["000", "100", "110", "001", "101", "111"]
    assert pruned.log_likelihood <= whole.log_likelihood + 1e-6
    higher = cd.cdm.fit(answers, Q, model="dina", structure="higher_order", **quick)
    assert higher.structure == "higher_order"
    assert higher.log_likelihood <= whole.log_likelihood + 1e-6
    small = cd.cdm.fit(answers.select(persons=np.arange(40)), Q, model="dina", structure="independent", priors="small_sample", **quick)
    assert abs(small.objective - small.log_likelihood) > 0.1
    assert small.structure == "independent"


def test_decisions_and_their_quality(fit: cd.cdm.Fit, answers: cd.Responses) -> None:
    scores = fit.mastery(answers)
    decisions = cd.cdm.decide(scores, min_items=0)
    p = np.round(scores.mastery, 6)
    expected = np.where(p >= 0.8, 2, np.where(p <= 0.2, 1, 0))
    identified = ~(np.array(scores.lower) < np.array(scores.upper) - 1e-9)
    assert (np.array(decisions.mastery)[identified] == expected[identified]).all()
    quality = cd.cdm.classification_quality(scores, decisions)
    definite = np.array(decisions.mastery) > 0
    wrong = np.where(np.array(decisions.mastery) == 2, 1 - scores.mastery, np.array(scores.mastery))
    assert quality.decided == pytest.approx(definite.mean())
    assert quality.decided_wrong == pytest.approx(wrong[definite].mean(), abs=1e-9)
    second = cd.cdm.decide(scores, second=cd.cdm.fit(answers, Q, model="dino", progress=False).score(answers))
    assert "priors_disagree" in " ".join(second.to_dict()["reasons"])
    nobody = cd.Responses.from_table({item: [None, 1] for item in Q})
    assert cd.cdm.decide(fit.score(nobody)).to_dict()["mastery"][:3] == ["not_enough_evidence"] * 3


def test_fit_statistics_by_hand(fit: cd.cdm.Fit, answers: cd.Responses) -> None:
    told = fit.absolute_fit(answers, progress=False)
    pairs = told.pairs.to_dict()
    cells = answers.to_numpy().astype(float)
    for row in (0, 7, 44):
        a, b = list(Q).index(pairs["first"][row]), list(Q).index(pairs["second"][row])
        assert pairs["correlation"][row] == pytest.approx(np.corrcoef(cells[:, a], cells[:, b])[0, 1], abs=1e-10)
    assert told.df == 10 + 45 - fit.n_parameters
    assert told.p > 1e-4
    assert told.n_used == 1500
    person = fit.person_fit(answers, n_simulated=2000, progress=False)
    assert abs(float(np.nanmean(person.p)) - 0.5) < 0.05


def test_a_planted_error_is_found(answers: cd.Responses) -> None:
    wrong = dict(Q) | {"q4": ["add", "borrow"]}
    found = cd.cdm.validate_q(answers, wrong, progress=False)
    assert ("q4", "leaves", "borrow") in list(zip(*(found.to_dict()[c] for c in ("item", "change", "attribute")), strict=True))
    assert found.suggested.to_dict()["borrow"][3] == 0
    assert cd.cdm.q_matrix(wrong).to_dict()["borrow"][3] == 1


def test_other_threads_keep_running() -> None:
    model = truth()
    many = cd.cdm.simulate(model, cd.cdm.simulate_profiles(model, 200_000, seed=1), seed=2)
    ticks = 0
    stop = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    cd.cdm.fit(many, Q, standard_errors="none", n_threads=1, progress=False)
    stop.set()
    thread.join()
    assert ticks >= 5


def test_progress_is_told_and_what_it_raises_comes_out(answers: cd.Responses) -> None:
    told: list[tuple[str, int, int]] = []
    cd.cdm.fit(answers, Q, model="dina", progress=lambda *news: told.append(news))
    assert told
    assert all(stage == "cdm.fit" and done >= 1 and total == 0 for stage, done, total in told)

    class Stop(Exception):
        pass

    def stop(stage: str, done: int, total: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        cd.cdm.fit(answers, Q, model="dina", progress=stop)


def test_what_a_notebook_shows(fit: cd.cdm.Fit, answers: cd.Responses) -> None:
    assert "<table" in fit._repr_html_()
    assert "log-likelihood" in fit._repr_html_()
    assert "<table" in fit.mastery(answers.select(persons=np.arange(3)))._repr_html_()
    assert fit.to_pandas().shape[0] == sum(2 ** len(needs) for needs in Q.values())


@pytest.mark.parametrize("rule", ["DINA", "GDINA"])
def test_r_gdina(reference: Path, rule: str) -> None:
    case = json.loads((reference / "reference" / "cdm" / "fraction15_gdina.json").read_text())
    expected = case["models"][rule]["GDINA"]
    with (reference / "data" / "cdm" / "fraction15.csv").open() as file:
        rows = list(csv.reader(file))
    responses = cd.Responses.from_table(np.array(rows[1:], dtype=np.int8), items=rows[0])
    with (reference / "data" / "cdm" / "fraction15_q.csv").open() as file:
        q = list(csv.reader(file))
    matrix = cd.cdm.q_matrix(np.array([row[1:] for row in q[1:]], dtype=int), items=[row[0] for row in q[1:]], attributes=q[0][1:])
    fit = cd.cdm.fit(responses, matrix, model=cast(Any, rule.lower()), progress=False)
    assert fit.log_likelihood >= expected["logLik"] - 0.01
    assert fit.n_parameters == expected["npar"]
    if rule == "DINA":
        assert fit.log_likelihood == pytest.approx(expected["logLik"], abs=0.01)
        mastery = np.array(fit.mastery(responses).mastery[:30])
        told = np.array(expected["mastery_prob_first30"])
        undecided = fit.latent_groups()[1]
        sure = [k for k, name in enumerate(fit.attributes) if name not in undecided]
        np.testing.assert_allclose(mastery[:, sure], told[:, sure], atol=0.005)
