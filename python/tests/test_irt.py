"""Calibration and scoring: names, options, bits, threads, signals."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import celadon as cd

DICHOTOMOUS = ["rasch", "1pl", "2pl"]
GRADED = ["grm", "pcm", "gpcm", "rsm", "nominal"]


@pytest.fixture(scope="module")
def graded() -> cd.Responses:
    items = [cd.irt.ItemParameters(f"g{j}", "gpcm", 0.8 + 0.2 * j, [0.8 - 0.2 * j, 0.2, -0.8]) for j in range(5)]
    return cd.irt.simulate(cd.irt.Model(items), cd.irt.simulate_abilities(1200, seed=3), seed=4)


@pytest.mark.parametrize("model", DICHOTOMOUS)
def test_models_of_right_and_wrong(responses: cd.Responses, model: Any) -> None:
    fit = cd.irt.fit(responses, model=model, progress=False)
    assert fit.converged
    assert fit.n_used == 1500
    assert fit.n_parameters == {"rasch": 13, "1pl": 13, "2pl": 24}[model]
    # The sum that fit maximises, by its own function.
    assert abs(cd.irt.log_likelihood(fit, responses) - fit.log_likelihood) < 1e-6 * abs(fit.log_likelihood)
    assert fit.items.n_rows == 12
    assert fit.aic == pytest.approx(-2 * fit.log_likelihood + 2 * fit.n_parameters)


@pytest.mark.parametrize("model", GRADED)
def test_models_of_marks(graded: cd.Responses, model: Any) -> None:
    fit = cd.irt.fit(graded, model=model, progress=False)
    assert fit.converged
    assert set(fit.items.to_dict()["model"]) == {model}


def test_guessing_with_priors(responses: cd.Responses) -> None:
    prior = cd.irt.Prior("lower", "normal", -1.386, 0.5)
    fit = cd.irt.fit(responses, model="3pl", priors=[prior], progress=False)
    assert fit.converged
    assert all(0.05 < item.lower < 0.5 for item in fit.item_parameters)
    upper = [prior, cd.irt.Prior("upper", "normal", 3.0, 0.5), cd.irt.Prior("slope", "lognormal", 0.2, 0.5)]
    assert all(item.upper < 1 for item in cd.irt.fit(responses, model="4pl", priors=upper, progress=False).item_parameters)


@pytest.mark.parametrize("model", ["rasch", "2pl"])
def test_lowest_is_the_same_as_category_0(answers: np.ndarray[Any, Any], model: Any) -> None:
    blank = answers.copy()
    blank[::7, 2], blank[5, 0] = -3, -3
    zero = np.where(blank == -3, 0, blank).astype(np.int8)
    first = cd.irt.fit(cd.Responses.from_table(blank), model=model, missing={"omitted": "lowest"}, progress=False)
    second = cd.irt.fit(cd.Responses.from_table(zero), model=model, progress=False)
    assert first.log_likelihood == second.log_likelihood
    assert first.parameters().to_dict() == second.parameters().to_dict()


def test_a_model_by_item(responses: cd.Responses) -> None:
    fit = cd.irt.fit(responses, model={"*": "1pl", "q1": "2pl", "q2": "2pl"}, progress=False)
    kinds = {item.id: item.model for item in fit.item_parameters}
    assert kinds["q1"] == kinds["q2"] == "2pl"
    assert kinds["q3"] == "1pl"


@pytest.mark.parametrize("method", ["eap", "map", "wle", "ml"])
def test_scores(responses: cd.Responses, method: Any) -> None:
    fit = cd.irt.fit(responses, model="2pl", progress=False)
    scores = fit.score(responses, method=method)
    assert scores.method == method
    assert scores.ability.shape == scores.se.shape == (1500,)
    truth = cd.irt.simulate_abilities(1500, seed=11)
    used = np.isfinite(scores.ability) & (np.abs(scores.ability) < 10)
    assert np.corrcoef(scores.ability[used], truth[used])[0, 1] > 0.7
    # New answers of persons who were not in the calibration.
    new = fit.score(cd.Responses.from_table({"q1": [1, 0], "q5": [1, 0]}), method=method)
    if method == "ml":  # all right and all wrong have no finite maximum
        assert np.isnan(new.ability).all() and "scored" not in new.status and new.n_scored == 0
    else:
        assert new.ability[0] > new.ability[1]


def test_all_missing_and_unknown_are_findings(responses: cd.Responses) -> None:
    fit = cd.irt.fit(responses, model="2pl", progress=False)
    odd = cd.Responses.from_table({"q1": [1, None, 5], "q99": [1, None, 1]})
    scores = fit.score(odd)
    assert np.isnan(scores.ability[1]) or scores.status[1] != "scored"
    assert scores.findings


def test_save_and_load_give_the_same_bits(responses: cd.Responses, tmp_path: Path) -> None:
    fit = cd.irt.fit(responses, model="2pl", progress=False)
    fit.save(tmp_path / "bank.json")
    bank = cd.irt.load(tmp_path / "bank.json")
    assert np.array_equal(fit.score(responses).ability, bank.score(responses).ability)
    assert bank.to_json() == fit.to_json()
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(cd.CeladonError) as caught:
        cd.irt.load(tmp_path / "broken.json")
    assert caught.value.code == "json_syntax"


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_same_bits_for_any_number_of_threads(threads: int) -> None:
    items = [cd.irt.ItemParameters(f"q{j}", "2pl", 1.0, [0.5 - 0.2 * j]) for j in range(6)]
    data = cd.irt.simulate(cd.irt.Model(items), cd.irt.simulate_abilities(9000, seed=1), seed=2, n_threads=threads)
    one = cd.irt.simulate(cd.irt.Model(items), cd.irt.simulate_abilities(9000, seed=1), seed=2, n_threads=1)
    assert np.array_equal(data.to_numpy(), one.to_numpy())
    first, second = (cd.irt.fit(data, model="2pl", n_threads=n, progress=False) for n in (1, threads))
    assert first.log_likelihood == second.log_likelihood
    assert first.parameters().to_dict() == second.parameters().to_dict()
    assert np.array_equal(first.score(data, n_threads=1).ability, second.score(data, n_threads=threads).ability)


def test_anchors_keep_their_parameters(responses: cd.Responses) -> None:
    bank = cd.irt.fit(responses, model="2pl", progress=False)
    part = responses.select(persons=range(400), items=["q1", "q2", "q3", "q4", "q5", "q6"])
    anchored = cd.irt.fit(part, model="2pl", anchors=bank.item_parameters[:4], progress=False)
    assert anchored.discrimination["q1"] == bank.discrimination["q1"]
    assert anchored.discrimination["q6"] != bank.discrimination["q6"]


def test_groups_have_their_own_means() -> None:
    items = [cd.irt.ItemParameters(f"q{j}", "rasch", 1.0, [0.6 - 0.2 * j]) for j in range(8)]
    ability = np.concatenate([cd.irt.simulate_abilities(1500, seed=1), cd.irt.simulate_abilities(1500, mean=0.8, seed=2)])
    data = cd.irt.simulate(cd.irt.Model(items), ability, seed=3)
    fit = cd.irt.fit(data, model="rasch", groups=["a"] * 1500 + ["b"] * 1500, progress=False)
    assert abs(fit.populations["b"][0] - fit.populations["a"][0] - 0.8) < 0.15


def test_unlinked_papers_are_said_to_be_so() -> None:
    rng = np.random.default_rng(0)
    cells = rng.integers(0, 2, size=(600, 10)).astype(np.int8)
    cells[:300, 5:], cells[300:, :5] = -1, -1
    fit = cd.irt.fit(cd.Responses.from_table(cells), model="rasch", progress=False)
    assert len(set(fit.item_component.tolist())) == 2
    assert fit.findings


def test_fit_statistics_have_frames(responses: cd.Responses) -> None:
    fit = cd.irt.fit(responses, model="2pl", progress=False)
    assert fit.item_fit(responses).to_pandas().shape[0] == 12
    assert fit.s_x2(responses, progress=False).to_pandas().shape[0] == 12
    assert fit.model_fit(responses, progress=False).to_pandas().shape[0] >= 1
    assert fit.person_fit(responses).to_pandas().shape[0] == 1500
    assert fit.local_dependence(responses).q3.shape == (12, 12)
    assert 0 < fit.marginal_reliability() < 1
    assert fit.sum_score_table().to_pandas().shape[0] == 13
    assert fit.covariance().shape == (24, 24)


def test_progress_is_told(responses: cd.Responses) -> None:
    told: list[tuple[str, int, int]] = []
    big = cd.Responses.from_table(np.tile(responses.to_numpy(), (40, 1)).astype(np.int8))
    cd.irt.fit(big, model="2pl", progress=lambda *news: told.append(news))
    assert told
    assert all(isinstance(stage, str) and done >= 0 for stage, done, _ in told)


def test_what_the_progress_function_raises_comes_out(responses: cd.Responses) -> None:
    class Stop(Exception):
        pass

    def stop(stage: str, done: int, total: int) -> None:
        raise Stop

    big = cd.Responses.from_table(np.tile(responses.to_numpy(), (60, 1)).astype(np.int8))
    with pytest.raises(Stop):
        cd.irt.fit(big, model="2pl", tolerance=1e-12, progress=stop)


def test_ctrl_c_stops_a_long_fit(responses: cd.Responses) -> None:
    big = cd.Responses.from_table(np.tile(responses.to_numpy(), (400, 1)).astype(np.int8))
    # A shell that starts its jobs in the background has them ignore the signal; Python then has no handler of its own.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            while time.monotonic() - started < 60:  # one fit may end before the signal comes
                cd.irt.fit(big, model="2pl", tolerance=1e-14, max_iterations=100000, progress=False)
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < 60


def test_other_threads_keep_running(responses: cd.Responses) -> None:
    big = cd.Responses.from_table(np.tile(responses.to_numpy(), (100, 1)).astype(np.int8))
    ticks = 0
    done = threading.Event()

    def count() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.002)

    thread = threading.Thread(target=count)
    thread.start()
    started = time.monotonic()
    cd.irt.fit(big, model="2pl", n_threads=1, progress=False)
    seconds = time.monotonic() - started
    done.set()
    thread.join()
    # Held for the whole fit, the interpreter lock would leave a handful of ticks.
    assert ticks > 20 * seconds


def test_eight_callers_at_once(responses: cd.Responses) -> None:
    with ThreadPoolExecutor(8) as pool:
        fits = list(pool.map(lambda _: cd.irt.fit(responses, model="2pl", n_threads=2, progress=False), range(8)))
    assert len({fit.log_likelihood for fit in fits}) == 1


def _child(connection: Any, cells: np.ndarray[Any, Any]) -> None:
    fit = cd.irt.fit(cd.Responses.from_table(cells), model="2pl", n_threads=2, progress=False)
    connection.send(fit.log_likelihood)
    connection.close()


@pytest.mark.filterwarnings("ignore:.*fork.*")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_fork_after_a_fit(answers: np.ndarray[Any, Any]) -> None:
    cells = answers[:400]
    here = cd.irt.fit(cd.Responses.from_table(cells), model="2pl", n_threads=2, progress=False).log_likelihood
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe()
    child = context.Process(target=_child, args=(theirs, cells))
    child.start()
    assert mine.poll(60), "the child did not answer"
    assert mine.recv() == here
    child.join(10)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"model": "5pl"}, cd.CeladonError),
        ({"priors": [cd.irt.Prior("slope", "cauchy", 0, 1)]}, ValueError),  # type: ignore[arg-type]
        ({"weights": [1.0, 2.0]}, cd.CeladonError),
        ({"groups": [None] * 1500}, ValueError),
        ({"population": "wide"}, ValueError),
    ],
)
def test_wrong_options(responses: cd.Responses, options: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        cd.irt.fit(responses, progress=False, **options)


def test_degenerate_items_are_left_out(answers: np.ndarray[Any, Any]) -> None:
    cells = answers.copy()
    cells[:, 0] = 1
    fit = cd.irt.fit(cd.Responses.from_table(cells), model="2pl", progress=False)
    assert fit.left_out == ["1"]
    assert fit.converged
    assert fit.warnings


def test_one_person_and_one_item() -> None:
    for cells in (np.ones((1, 5), dtype=np.int8), np.array([[0], [1]] * 30, dtype=np.int8)):
        try:
            fit = cd.irt.fit(cd.Responses.from_table(cells), model="rasch", progress=False)
        except cd.CeladonError as problem:
            assert problem.code
        else:
            assert fit.findings or fit.converged


def test_charts_draw_themselves(responses: cd.Responses) -> None:
    fit = cd.irt.fit(responses, model="2pl", progress=False)
    for chart in (fit.chart(), fit.chart("q3", language="en"), fit.wright_map(fit.score(responses).ability)):
        bundle = chart._repr_mimebundle_()
        assert bundle["image/svg+xml"].startswith("<svg")
        assert chart.description and chart.title
        assert cd.reports.vega_lite(chart)["$schema"].endswith("v5.json")
    with pytest.raises(KeyError):
        fit.chart("q99")
